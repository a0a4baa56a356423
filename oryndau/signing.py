"""PAdES signatures: one on top of a published PDF, as the last step, and what a signature says.

The unsigned file stays the reproducible identity: a signature only appends to it, and keeps PDF/A-3a and PDF/UA-1.
pyHanko (extra ``sign``) writes and checks the signatures. Three of its habits are changed here, by its internal
names, so its version is pinned: it would rewrite the metadata, which breaks PDF/A; draw the second half of ``/ID`` at
random; and read the clock. With an RSA key the same file, key and time give the same bytes.
"""

from __future__ import annotations

import hashlib
import importlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf

FIELD = "Signature"
HOSTILE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, NotImplementedError, RecursionError)
"""What reading a hostile file may raise, beside the libraries' own errors."""

SIGNED_ROOT = frozenset({"/AcroForm", "/Perms", "/Extensions", "/Version"})
"""Entries of the document's catalogue that a signature may add."""

SIGNED_FORM = frozenset({"/Fields", "/SigFlags"})
SIGNED_FIELD = frozenset({"/F", "/FT", "/P", "/Rect", "/Subtype", "/T", "/Type", "/V"})
"""Entries of the form and of the field that a signature adds: no appearance and no action among them."""


class SigningRefused(ValueError):
    """A file, key or signer with which nothing can be signed; the message says what to do."""


class NotInstalled(SigningRefused):
    """The package that writes and reads signatures is absent."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a file's signature says. ``trusted``: None where no trusted certificate was named."""

    signer: str
    at: datetime | None
    intact: bool
    whole: bool
    trusted: bool | None

    @property
    def good(self) -> bool:
        """Whether it is true, covers the whole file, and is by somebody trusted where that was asked."""
        return self.intact and self.whole and self.trusted is not False


def pkcs12_signer(file: Path, password: str | None) -> Any:
    """A signer from a PKCS#12 file; SigningRefused never repeats the password."""
    signers = _pyhanko("pyhanko.sign.signers")
    try:
        body = file.read_bytes()
        signer = signers.SimpleSigner.load_pkcs12_data(
            body, other_certs=[], passphrase=None if password is None else password.encode()
        )
    except (OSError, ValueError, TypeError) as error:
        raise SigningRefused(
            f"{file} gives no key ({type(error).__name__}): name a PKCS#12 file and the secret that opens it"
        ) from None
    if signer is None:
        raise SigningRefused(f"{file} gives no key: name a PKCS#12 file and the secret that opens it")
    return signer


def plugged_signer(name: str) -> Any:
    """The signer that ``module:function`` gives, for keys that lie elsewhere (a token, a national service).

    The function takes nothing and returns a ``pyhanko.sign.signers.Signer``.
    """
    module, _, function = name.partition(":")
    try:
        factory: Callable[[], Any] = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise SigningRefused(f"no signer {name!r} ({error}): write module:function of an installed package") from error
    signer = factory()
    if not isinstance(signer, _pyhanko("pyhanko.sign.signers").Signer):
        raise SigningRefused(f"{name!r} gave a {type(signer).__name__}: it must give a pyhanko.sign.signers.Signer")
    return signer


def sign(body: bytes, signer: Any, at: datetime) -> bytes:
    """The file with a certifying signature that allows no change after it (PAdES baseline B).

    ``at``: the time that the signature states, with its zone. SigningRefused for a file that is no PDF, or
    has a signature already.
    """
    signers, fields = _pyhanko("pyhanko.sign.signers"), _pyhanko("pyhanko.sign.fields")
    writing, generic = _pyhanko("pyhanko.pdf_utils.incremental_writer"), _pyhanko("pyhanko.pdf_utils.generic")
    reading = _pyhanko("pyhanko.pdf_utils.misc")

    class Increment(writing.IncrementalPdfFileWriter):  # type: ignore[name-defined]
        def _update_meta(self) -> None:
            """The metadata stays: its PDF/A part is lost by a rewriting."""

    class Timed(signers.PdfSigner):  # type: ignore[name-defined]
        def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
            session = super().init_signing_session(pdf_out, existing_fields_only)
            session.system_time = at.astimezone(UTC)
            return session

    ended = body if body.endswith(b"\n") else body + b"\n"  # typst ends at %%EOF; an increment begins on a line
    try:
        writer = Increment(io.BytesIO(ended), strict=True)
    except reading.PdfError as error:
        raise SigningRefused(f"this is not a readable PDF ({error}): name a published report") from error
    if "/AcroForm" in writer.root:
        raise SigningRefused("this file has a signature or a form already: sign the file as it was published")
    first = writer.prev.trailer["/ID"][0]
    second = hashlib.sha256(ended + at.astimezone(UTC).isoformat().encode()).digest()[:16]
    writer._document_id = generic.ArrayObject([first, generic.ByteStringObject(second)])
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        subfilter=fields.SigSeedSubFilter.PADES,
        md_algorithm="sha256",
    )
    invisible = fields.InvisSigSettings(box_out_of_bounds=True)  # inside the page it would have to be tagged
    field = fields.SigFieldSpec(FIELD, on_page=0, invis_sig_settings=invisible)
    signed: bytes = Timed(metadata, signer, new_field_spec=field).sign_pdf(writer).getvalue()
    return signed


def signature_of(body: bytes, trust: Path | None = None) -> Signature | None:
    """What the signature of a file says; None where it has none.

    ``trust``: PEM file of certificates that are trusted. Raises SigningRefused where there is a signature that
    cannot be read, or pyHanko is not installed.
    """
    try:
        if not _has_signature(body):
            return None
    except (pikepdf.PdfError, *HOSTILE) as error:
        raise SigningRefused(f"its form cannot be read ({type(error).__name__})") from error
    reader, context = _pyhanko("pyhanko.pdf_utils.reader"), _pyhanko("pyhanko_certvalidator")
    validation = _pyhanko("pyhanko.sign.validation")
    roots = [] if trust is None else list(_pyhanko("pyhanko.keys").load_certs_from_pemder([str(trust)]))
    try:
        [embedded] = reader.PdfFileReader(io.BytesIO(body), strict=True).embedded_signatures
        filled = not any(embedded.pkcs7_content[_length(embedded.pkcs7_content) :])
        status = validation.validate_pdf_signature(
            embedded, context.ValidationContext(trust_roots=roots or [embedded.signer_cert], allow_fetching=False)
        )
    except (_pyhanko("pyhanko.pdf_utils.misc").PdfError, *HOSTILE) as error:
        raise SigningRefused(
            f"the signature cannot be read, or something follows it ({type(error).__name__})"
        ) from error
    whole = status.coverage is not None and status.coverage.name == "ENTIRE_FILE" and filled
    return Signature(
        signer=status.signing_cert.subject.human_friendly,
        at=status.signer_reported_dt,
        intact=bool(status.intact and status.valid),
        whole=whole and bool(status.docmdp_ok),
        trusted=None if trust is None else bool(status.trusted),
    )


def only_signed(published: bytes, body: bytes) -> bool:
    """Whether ``body`` shows what ``published`` shows: a signature was added, and no object changed.

    The signature itself does not tell: whoever changes a file can sign it anew.
    """
    try:
        with pikepdf.open(io.BytesIO(published)) as before, pikepdf.open(io.BytesIO(body)) as after:
            return _adds_a_signature(before, after)
    except (pikepdf.PdfError, *HOSTILE):
        return False  # it cannot be compared: something else than a signature was written


def _adds_a_signature(before: pikepdf.Pdf, after: pikepdf.Pdf) -> bool:
    if any(_place(before, key) != _place(after, key) for key in ("/Root", "/Info")):
        return False  # another document stands in the place of the first, whose objects are all there still
    form = after.Root.get("/AcroForm", pikepdf.Dictionary())
    if form.keys() - SIGNED_FORM or len(form.get("/Fields", [])) != 1:
        return False
    for old in before.objects:
        new = after.get_object(old.objgen)
        if _text(old) == _text(new):
            continue
        allowed = SIGNED_ROOT if new.objgen == after.Root.objgen else {"/Annots"}
        if not isinstance(new, pikepdf.Dictionary) or new.keys() - old.keys() - allowed:
            return False
        if any(_text(value) != _text(new.get(key)) for key, value in old.items() if key not in allowed):
            return False
        if "/Annots" in allowed and not _unseen(old, new):
            return False
    return len(before.pages) == len(after.pages)


def _place(pdf: pikepdf.Pdf, key: str) -> tuple[int, int]:
    """Number of an object that the trailer names."""
    return pdf.trailer[key].objgen if key in pdf.trailer else (0, 0)


def _unseen(old: pikepdf.Object, new: pikepdf.Object) -> bool:
    """Whether a page has its annotations as before and, beside them, a signature's without any area."""
    if new.get("/Type") != pikepdf.Name.Page:
        return False
    earlier, later = list(old.get("/Annots", [])), list(new.get("/Annots", []))
    if [_text(note) for note in later[: len(earlier)]] != [_text(note) for note in earlier]:
        return False
    return all(
        not note.keys() - SIGNED_FIELD
        and note.get("/FT") == pikepdf.Name.Sig
        and note.Rect[0] == note.Rect[2]
        and note.Rect[1] == note.Rect[3]
        for note in later[len(earlier) :]
    )


def _text(item: Any) -> bytes:
    """An object's own content, with references left as they are."""
    if isinstance(item, pikepdf.Stream):
        content: bytes = pikepdf.Object.unparse(item.stream_dict) + item.read_raw_bytes()
        return content
    if isinstance(item, pikepdf.Object):
        return item.unparse(resolved=True)
    return repr(item).encode()


def _length(der: bytes) -> int:
    """Bytes of the signature itself; the place kept for it, which no signature covers, is filled up with zeros."""
    _, _, _, head, content, tail = _pyhanko("asn1crypto.parser").parse(der)
    return len(head) + len(content) + len(tail)


def _has_signature(body: bytes) -> bool:
    with pikepdf.open(io.BytesIO(body)) as pdf:
        form = pdf.Root.get("/AcroForm")
        return form is not None and any(field.get("/FT") == pikepdf.Name.Sig for field in form.get("/Fields", []))


def _pyhanko(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise NotInstalled("signatures need the package pyhanko: install oryndau[sign]") from error
