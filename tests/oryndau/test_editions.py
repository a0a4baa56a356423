"""An edition is permanent: numbered, given again byte for byte, and replaced with a day and a reason."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from indicators.register.model import Text
from oryndau import editions, pipeline, publication
from oryndau.settings import PROJECT, Settings
from oryndau.verification import trace, verify
from reports import language
from reports.model import LANGUAGES, LawEdition
from reports.replacing import ReasonRefused, reason_of
from tests.oryndau.conftest import Home, files_below
from tests.reports.test_render import text_of

LAW, EDITION = "Z2400000110", "KZ-Z2400000110/2026-Q3"
DAY, ON = date(2026, 9, 30), date(2026, 10, 12)
REASON = Text(
    kk="Синтетикалық мысал: заңға тәуелді акт екі рет саналған",
    ru="Синтетический пример: подзаконный акт учтён дважды",
    en="Synthetic example: a by-law was counted twice",
)


@pytest.fixture
def home(copied: Callable[[], Home]) -> Home:
    """A finished installation that the test may change."""
    return copied()


def settings_of(home: Home, register: Path = PROJECT / "laws/kz") -> Settings:
    return Settings.from_environment(
        {"ORYNDAU_HOME": str(home.root / "home"), "ORYNDAU_OUT": str(home.out), "ORYNDAU_REGISTER": str(register)}
    )


@pytest.fixture
def changed_register(home: Home) -> Path:
    """A register in which a title is written otherwise (synthetic)."""
    register = Path(shutil.copytree(PROJECT / "laws/kz", home.root / "laws"))
    file = register / f"{LAW}.yaml"
    text = file.read_text()
    title = pipeline.register_of(settings_of(home)).law(LAW).short_title.en
    assert title in text
    file.write_text(text.replace(title, f"{title} (synthetic change)"))
    return register


def test_a_changed_register_makes_a_new_number_that_says_why(home: Home, changed_register: Path) -> None:
    settings = settings_of(home, changed_register)
    [new] = pipeline.edit(settings, [LAW], DAY, DAY, ON)
    assert new == f"{EDITION}.r2"
    assert pipeline.edit(settings, [LAW], DAY, DAY, date(2026, 12, 1)) == [new], "the same again makes nothing new"
    edition = editions.kept_edition(pipeline.open_store(settings), new)
    assert edition.replaces is not None
    assert (edition.replaces.edition, edition.replaces.on, edition.replaces.causes) == (EDITION, ON, ("register",))


def test_a_past_edition_is_given_again_though_register_and_archive_changed(
    home: Home, finished: Home, changed_register: Path
) -> None:
    settings = settings_of(home, changed_register)
    pipeline.edit(settings, [LAW], DAY, DAY, ON)
    pipeline.open_store(settings).prune(remove=True)
    shutil.rmtree(home.out)
    pipeline.render(settings, [EDITION], ["kk"], home.out)
    was = files_below(finished.edition(LAW))
    assert any(name.startswith("evidence/") for name in was)
    assert files_below(home.edition(LAW)) == was


def test_what_was_published_stays_when_the_pages_are_set_otherwise(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_of(home)
    shutil.rmtree(home.out)
    original = publication.render_pdf
    monkeypatch.setattr(publication, "render_pdf", lambda *given: original(*given) + b"\n")
    [scorecard, _] = pipeline.render(settings, [EDITION], ["kk"], home.out)
    assert not scorecard.read_bytes().endswith(b"\n"), "the new setting was published in the old one's place"
    assert f"oryndau errata {EDITION}" in caplog.text


def test_two_processes_that_print_one_edition_know_of_each_others_files(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one prints Kazakh pages another process publishes the Russian ones, and a third prunes the store."""
    settings = settings_of(home)
    store = pipeline.open_store(settings)
    [new] = pipeline.errata(settings, EDITION, ON, REASON)
    edition, made = editions.kept_edition(store, new), editions.files_of

    def beside(*given: Any) -> list[publication.PublishedFile]:
        files = made(*given)
        monkeypatch.setattr(editions, "files_of", made)
        editions.pages(pipeline.open_store(settings), edition, ["ru"])
        store.prune(remove=True)
        return files

    monkeypatch.setattr(editions, "files_of", beside)
    files = editions.pages(store, edition, ["kk"])
    known = editions.published(store, new)
    assert {file.name for file in files} < known.keys()
    assert {name[-7:-4] for name in known if name.endswith(".pdf")} == {"_kk", "_ru"}
    assert [store.archive.get(kept.sha256) for kept in known.values()]


def test_errata_replace_and_everything_says_so(home: Home) -> None:
    settings = settings_of(home)
    old = home.edition(LAW) / f"KZ-{LAW}_2026-Q3_kk.pdf"
    was = old.read_bytes()
    [new] = pipeline.errata(settings, EDITION, ON, REASON)
    assert pipeline.errata(settings, EDITION, date(2026, 11, 1), REASON) == [new], "repeated, it makes nothing new"
    pages = pipeline.render(settings, [new], list(LANGUAGES), home.out)
    assert old.read_bytes() == was
    for path in pages:
        lang = path.stem[-2:]
        text = text_of(path.read_bytes())
        for part in (EDITION, language.date(ON, lang).replace("\u00a0", " "), REASON.get(lang)):
            assert part in text.replace("\u00a0", " "), (path.name, part)
    answer = verify(settings, old)
    assert answer.verified
    [later] = answer.replaced_by
    assert (later.edition, later.on, later.because["en"]) == (new, ON, REASON.en)
    assert trace(settings, f"{EDITION} §1").replaced_by == (later,)
    rows = {row["id"]: row for row in publication.index_rows(home.out)}
    assert rows[EDITION]["replaced_by"] == {"edition": new, "on": "2026-10-12", "because": later.because}
    assert rows[new]["replaces"]["edition"] == EDITION
    assert rows[new]["replaced_by"] is None


def test_an_overview_follows_the_correction_of_its_law(home: Home) -> None:
    settings = settings_of(home)
    store = pipeline.open_store(settings)
    before = pipeline.overview(settings, [EDITION], ON)
    [law, overview] = pipeline.errata(settings, EDITION, ON, REASON)
    replaced = editions.kept_edition(store, overview)
    assert overview == f"{before}.r2"
    assert replaced.replaces is not None and replaced.replaces.causes == ("laws",)
    assert not isinstance(replaced, LawEdition)
    assert [row.edition for row in replaced.rows] == [law]


def test_an_edition_of_another_version_of_the_program_is_told_apart_and_replaced(home: Home) -> None:
    settings = settings_of(home)
    store = pipeline.open_store(settings)
    body = json.loads(store.get_document("edition", EDITION) or b"")
    body["a_field_to_come"] = 1
    store.put_document("edition", EDITION, json.dumps(body).encode(), replace=True)
    with pytest.raises(editions.UnreadableEdition, match="another version of the program"):
        pipeline.render(settings, [EDITION], ["kk"], home.out)
    [new] = pipeline.edit(settings, [LAW], DAY, DAY, ON)
    edition = editions.kept_edition(store, new)
    assert edition.replaces is not None and edition.replaces.causes == ("program",)


@pytest.mark.parametrize(
    ("english", "told"),
    [
        ("", "0 characters"),
        ("x" * 301, "301 characters"),
        ("a\u202eb", r"U\+202E at character 2"),
        ("a\nb", r"U\+000A"),
        ("a\u2603b", r"U\+2603 at character 2"),  # the report's font has none: the edition could never be printed
    ],
)
def test_a_reason_that_cannot_be_printed_is_refused(english: str, told: str) -> None:
    with pytest.raises(ReasonRefused, match=told):
        reason_of(None, "Причина", english)
