"""A signature keeps the file valid and reproducible, and a file that was tampered with is told apart."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import page
import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from oryndau import signing
from oryndau.settings import Settings
from oryndau.verification import Verification, verify
from tests.oryndau.conftest import Home
from tests.release.signer import synthetic_key

AT = datetime(2026, 10, 12, 9, 30, tzinfo=UTC)
PASSWORD = "synthetic password"
OTHER_FILE = "KZ-Z2400000110/2026-Q3/KZ-Z2400000110_2026-Q3_kk.pdf"


@pytest.fixture(scope="module", params=["rsa", "p256"])
def key(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """PKCS#12 file and certificate of an invented signer."""
    return synthetic_key(tmp_path_factory.mktemp("key"), request.param, PASSWORD)


@pytest.fixture(scope="module")
def published(finished: Home) -> Path:
    return finished.edition("Z090000165_") / "KZ-Z090000165__2026-Q3_kk.pdf"


@pytest.fixture(scope="module")
def signed(key: tuple[Path, Path], published: Path) -> bytes:
    return signing.sign(published.read_bytes(), signing.pkcs12_signer(key[0], PASSWORD), AT)


@pytest.fixture
def ask(finished: Home, tmp_path: Path) -> Callable[..., Verification]:
    """Verify some bytes as a file."""
    settings = Settings.from_environment({"ORYNDAU_HOME": str(finished.root / "home")})

    def asked(body: bytes, trust: Path | None = None) -> Verification:
        file = tmp_path / "asked.pdf"
        file.write_bytes(body)
        return verify(settings, file, trust)

    return asked


def states(verification: Verification) -> list[bool | None]:
    """Intact, signature, attachment, page, kept, recomputed."""
    return [answer.yes for answer in verification.answers]


@pytest.mark.parametrize("profile", ["3a", "ua1"])
def test_a_signed_file_stays_valid(signed: bytes, profile: str) -> None:
    report = page.validate_pdf_bytes(signed, profile=profile)
    assert report.is_compliant, [f"{f.rule_id}: {f.message}" for f in report.failures]


def test_a_signed_file_begins_with_the_published_one(signed: bytes, published: Path) -> None:
    assert signed.startswith(published.read_bytes())


@pytest.mark.parametrize("key", ["rsa"], indirect=True)  # an elliptic signature holds a random number
def test_signing_again_gives_the_same_bytes(key: tuple[Path, Path], signed: bytes, published: Path) -> None:
    assert signing.sign(published.read_bytes(), signing.pkcs12_signer(key[0], PASSWORD), AT) == signed


def test_a_signed_file_is_verified(key: tuple[Path, Path], signed: bytes, ask: Callable[..., Verification]) -> None:
    answer = ask(signed, key[1])
    assert states(answer) == [True] * 6
    assert "2026-10-12 09:30 UTC: trusted" in answer.answers[1].detail
    assert states(ask(signed)) == [True] * 6, "without a list of trusted certificates the signer is only named"


def test_a_signature_of_somebody_else_is_not_trusted(
    signed: bytes, ask: Callable[..., Verification], tmp_path: Path
) -> None:
    _, other = synthetic_key(tmp_path, "p256", PASSWORD, "Somebody else (synthetic)")
    answer = ask(signed, other)
    assert states(answer)[1] is False
    assert not answer.verified


def test_an_unsigned_file_has_no_signature_to_ask_for(published: Path, ask: Callable[..., Verification]) -> None:
    answer = ask(published.read_bytes())
    assert states(answer) == [True, None, True, True, True, True]
    assert answer.verified


def test_a_byte_that_no_signature_covers_is_told(signed: bytes, published: Path) -> None:
    place = signed.index(b"000000000000", published.stat().st_size)
    changed = signed[: place + 6] + b"7" + signed[place + 7 :]
    signature = signing.signature_of(changed)
    assert signature is not None and not signature.good


@pytest.mark.parametrize("place", [0.3, 0.6])
def test_a_flipped_byte_is_told(signed: bytes, published: Path, ask: Callable[..., Verification], place: float) -> None:
    position = int(place * published.stat().st_size)
    flipped = signed[:position] + bytes([signed[position] ^ 1]) + signed[position + 1 :]
    answer = ask(flipped)
    assert states(answer)[:2] == [False, False]
    assert not answer.verified


def test_a_change_after_the_signature_is_told(signed: bytes, ask: Callable[..., Verification]) -> None:
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        number = len(pdf.objects) + 1
    update = b"\n%d 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Size %d >>\n%%%%EOF\n" % (number, number + 1)
    answer = ask(signed + update)
    assert states(answer)[1] is False
    assert not answer.verified


def turned_page(writer: IncrementalPdfFileWriter) -> None:
    """Another first page under its own number."""
    first = writer.root["/Pages"]
    while "/Kids" in first:
        first = first["/Kids"][0]
    first["/Rotate"] = generic.NumberObject(180)
    writer.update_container(first)


def other_catalogue(writer: IncrementalPdfFileWriter) -> None:
    """A catalogue of another number, which leads to other pages; every object of the true file is still there."""
    pages = {"/Type": generic.pdf_name("/Pages"), "/Kids": generic.ArrayObject(), "/Count": generic.NumberObject(0)}
    root = generic.DictionaryObject(dict(writer.root))
    root["/Pages"] = writer.add_object(generic.DictionaryObject({generic.pdf_name(k): v for k, v in pages.items()}))
    writer._root = writer._root_object = writer.add_object(root)


def opening_action(writer: IncrementalPdfFileWriter) -> None:
    """Something that happens when the file is opened."""
    writer.root["/OpenAction"] = generic.DictionaryObject({generic.pdf_name("/S"): generic.pdf_name("/JavaScript")})
    writer.update_root()


@pytest.mark.parametrize("forge", [turned_page, other_catalogue, opening_action])
@pytest.mark.parametrize("key", ["p256"], indirect=True)
def test_what_a_forger_changes_and_signs_himself_is_told(
    forge: Callable[[IncrementalPdfFileWriter], None], key: tuple[Path, Path], published: Path
) -> None:
    true = published.read_bytes()
    assert signing.only_signed(true, signing.sign(true, signing.pkcs12_signer(key[0], PASSWORD), AT))
    writer = IncrementalPdfFileWriter(io.BytesIO(true + b"\n"))
    forge(writer)
    writer._update_meta = lambda: None
    changed = io.BytesIO()
    writer.write(changed)
    assert changed.getvalue().startswith(true)
    assert not signing.only_signed(true, changed.getvalue())


@pytest.mark.parametrize("key", ["p256"], indirect=True)
def test_a_changed_page_with_a_good_signature_is_not_verified(
    key: tuple[Path, Path], published: Path, ask: Callable[..., Verification]
) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(published.read_bytes() + b"\n"))
    turned_page(writer)
    writer._update_meta = lambda: None
    changed = io.BytesIO()
    writer.write(changed)
    answer = ask(signing.sign(changed.getvalue(), signing.pkcs12_signer(key[0], PASSWORD), AT))
    assert states(answer)[:2] == [False, True], "the signature itself is in order"
    assert not answer.verified


def test_another_edition_attached_is_told(published: Path, finished: Home, ask: Callable[..., Verification]) -> None:
    with pikepdf.open(published) as pdf, pikepdf.open(finished.out / "editions" / OTHER_FILE) as other:
        [mine] = [name for name in pdf.attachments if name.endswith(".json")]
        [theirs] = [name for name in other.attachments if name.endswith(".json")]
        data = other.attachments[theirs].get_file().read_bytes()
        del pdf.attachments[mine]
        pdf.attachments[theirs] = pikepdf.AttachedFileSpec(pdf, data, filename=theirs)
        out = io.BytesIO()
        pdf.save(out)
    answer = ask(out.getvalue())
    assert states(answer) == [False, None, False, False, True, True]
    assert not answer.verified


def test_a_signed_file_is_not_signed_again(key: tuple[Path, Path], signed: bytes) -> None:
    with pytest.raises(signing.SigningRefused, match="has a signature"):
        signing.sign(signed, signing.pkcs12_signer(key[0], PASSWORD), AT)


def test_a_wrong_password_is_told_and_never_repeated(key: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(signing.SigningRefused, match=r"key\.p12 gives no key") as told:
        signing.pkcs12_signer(key[0], "not the password")
    assert "not the password" not in str(told.value)
    with pytest.raises(signing.SigningRefused, match="gives no key"):
        signing.pkcs12_signer(tmp_path / "absent.p12", None)


def test_a_signer_of_ones_own_is_plugged_in(
    key: tuple[Path, Path], published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own_signer.py").write_text(
        "from pathlib import Path\nfrom oryndau.signing import pkcs12_signer\n"
        f"def make():\n    return pkcs12_signer(Path({str(key[0])!r}), {PASSWORD!r})\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    signature = signing.signature_of(
        signing.sign(published.read_bytes(), signing.plugged_signer("own_signer:make"), AT)
    )
    assert signature is not None and signature.good and signature.at == AT
    with pytest.raises(signing.SigningRefused, match="module:function"):
        signing.plugged_signer("own_signer:absent")


def test_the_command_signs_with_a_secret(key: tuple[Path, Path], published: Path, fresh: Home) -> None:
    secrets = fresh.root / "secrets.json"
    secrets.write_text(f'{{"signing": "{PASSWORD}"}}')
    secrets.chmod(0o600)
    words = ["sign", str(published), "--pkcs12", str(key[0]), "--at", "2026-10-12T09:30:00Z"]
    done = fresh.call(*words, "--secret", "signing", env={"ORYNDAU_SECRETS_FILE": str(secrets)})
    assert done.returncode == 0, done.stderr
    signature = signing.signature_of((fresh.root / done.stdout.strip()).read_bytes())
    assert signature is not None and signature.good
    over = fresh.call(
        *words, "--secret", "signing", "--out", str(published), env={"ORYNDAU_SECRETS_FILE": str(secrets)}
    )
    assert (over.returncode, signing.signature_of(published.read_bytes())) == (2, None)
    refused = fresh.call(*words, "--secret", "absent", env={"ORYNDAU_SECRETS_FILE": str(secrets)})
    assert refused.returncode == 2
    assert "'absent'" in refused.stderr and PASSWORD not in refused.stderr + done.stderr + done.stdout
