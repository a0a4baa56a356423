"""The PDF as a file: valid for archives and for readers that read aloud, complete, and the same every time."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import unicodedata
from io import BytesIO
from pathlib import Path

import page
import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from indicators.register.load import load_register
from indicators.register.model import Completeness, State
from indicators.scores.result import Missing, Status
from reports import language
from reports.attachments import attachments, file_name
from reports.charts.canvas import FACES, FONTS
from reports.model import LANGUAGES, canonical_json
from reports.render import RenderError, render_pdf
from reports.view.tables import SPOKEN_CLOCKS
from tests.reports.documents import KINDS, edition, pdf
from tests.reports.synthetic_edition import law_edition, words

PROJECT = Path(__file__).resolve().parents[2]


def text_of(document: bytes) -> str:
    """Text of a PDF as a reader copies it, white space evened out."""
    pages = pypdfium2.PdfDocument(document)
    text = " ".join(pages[number].get_textpage().get_text_bounded() for number in range(len(pages)))
    return " ".join(unicodedata.normalize("NFC", text).split())


def elements(node: pikepdf.Object) -> list[pikepdf.Dictionary]:
    """Every structure element below a node."""
    found: list[pikepdf.Dictionary] = []
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, pikepdf.Array):
            waiting.extend(current)
        elif isinstance(current, pikepdf.Dictionary):
            if "/S" in current:
                found.append(current)
            if "/K" in current:
                waiting.append(current["/K"])
    return found


def wrong_lengths(body: bytes) -> list[int]:
    """Offsets of the streams whose /Length does not lead to the line end before "endstream"."""
    heads = re.finditer(rb"/Length (\d+)[^>]*?>>\s*stream\r?\n", body)
    ends = [head.end() + int(head.group(1)) for head in heads]
    assert ends, "no stream was found: the pattern no longer fits the file"
    return [end for end in ends if not re.match(rb"\r?\n?endstream", body[end : end + 11])]


@pytest.mark.parametrize("profile", ["3a", "ua1"])
@pytest.mark.parametrize(
    ("kind", "lang"),
    [
        (kind, lang)
        for kind in KINDS
        for lang in LANGUAGES
        if kind in ("scored", "no_target", "overview") or lang == "kk"
    ],
)
def test_conforms(kind: str, lang: str, profile: str) -> None:
    body = pdf(kind, lang)
    report = page.validate_pdf_bytes(body, profile=profile)
    # the validator takes a last data byte CR with the LF before "endstream" for one end of line, and
    # counts a byte too few: where it doubts a length, the bytes themselves decide
    failed = {f"{f.rule_id}: {f.message}" for f in report.failures if "STREAM-LENGTH" not in f.rule_id}
    assert not failed, sorted(failed)
    assert report.is_compliant or not wrong_lengths(body)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["scored", "no_target", "overview"])
def test_structure_for_readers_that_read_aloud(kind: str, lang: str) -> None:
    document = pikepdf.open(BytesIO(pdf(kind, lang)))
    root = document.Root
    assert str(root.Lang) == lang
    assert root.MarkInfo.Marked
    assert root.ViewerPreferences.DisplayDocTitle
    tree = elements(root.StructTreeRoot.K)
    figures = [element for element in tree if element.S == "/Figure"]
    assert figures
    assert all(str(figure.get("/Alt", "")).strip() for figure in figures)
    heads = [element for element in tree if element.S == "/TH"]
    assert heads
    assert all("/Scope" in attribute_names(head) for head in heads)
    assert sum(element.S == "/H1" for element in tree) == 1


def attribute_names(element: pikepdf.Dictionary) -> set[str]:
    """Names of the attributes of a structure element."""
    attributes = element.get("/A", pikepdf.Array())
    parts = list(attributes) if isinstance(attributes, pikepdf.Array) else [attributes]
    return {key for part in parts for key in part}


@pytest.mark.parametrize("kind", ["scored", "overview"])
def test_the_data_are_attached_with_their_role(kind: str) -> None:
    document = pikepdf.open(BytesIO(pdf(kind, "kk")))
    found = {
        name: (document.attachments[name].get_file().read_bytes(), str(document.attachments[name].relationship))
        for name in document.attachments
    }
    wanted = {file.name: (file.body, f"/{file.relationship.title()}") for file in attachments(edition(kind))}
    assert found == wanted
    assert all("/" not in name for name in found)
    json_body = next(body for name, (body, _) in found.items() if name.endswith(".json"))
    assert json_body == canonical_json(edition(kind))
    assert hashlib.sha256(json_body).hexdigest() in text_of(pdf(kind, "kk")).replace(" ", "")


@pytest.mark.parametrize("kind", ["scored", "overview"])
def test_another_process_in_another_place_gives_the_same_bytes(kind: str, tmp_path: Path) -> None:
    program = (
        "import hashlib, sys; from tests.reports.documents import edition; from reports.render import render_pdf;"
        f"sys.stdout.write(hashlib.sha256(render_pdf(edition({kind!r}), 'ru')).hexdigest())"
    )
    environment = os.environ | {
        "PYTHONPATH": f"{PROJECT}",
        "TZ": "Pacific/Kiritimati",
        "PYTHONHASHSEED": "7",
        "SOURCE_DATE_EPOCH": "1",
    }
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout == hashlib.sha256(pdf(kind, "ru")).hexdigest()
    assert render_pdf(edition(kind), "ru") == pdf(kind, "ru")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["scored", "no_target", "overview"])
def test_every_finding_can_be_copied_word_for_word(kind: str, lang: str) -> None:
    text = text_of(pdf(kind, lang))
    for finding in edition(kind).findings:
        sentence = " ".join(unicodedata.normalize("NFC", language.render(finding.sentence, lang)).split())
        assert sentence in text
        assert finding.id in text


def test_only_the_fonts_of_the_project_are_used() -> None:
    document = pikepdf.open(BytesIO(pdf("long", "kk")))
    names = {str(item.get("/BaseFont", "")) for item in document.objects if isinstance(item, pikepdf.Dictionary)}
    fonts = {name.rpartition("+")[2] for name in names if name}
    assert fonts
    assert all(name.startswith(("/SourceSans3", "SourceSans3")) for name in fonts)


def test_a_letter_that_the_font_lacks_stops_the_document() -> None:
    broken = law_edition().model_copy(update={"title": words("漢字", "漢字", "漢字")})
    with pytest.raises(RenderError, match=re.escape(broken.id)):
        render_pdf(broken, "en")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="kk, ru, en"):
        render_pdf(law_edition(), "de")


@pytest.mark.parametrize("face", [*FACES.values(), FONTS / "SourceSans3_400Regular_Italic.ttf"], ids=lambda f: f.stem)
def test_the_font_covers_the_catalogues_and_the_register(face: Path) -> None:
    written = {
        character for lang in LANGUAGES for text in language.catalogue(lang).values() for character in "".join(text)
    }
    register = load_register(PROJECT / "laws" / "kz")
    for law in register.laws:
        written |= set(law.model_dump_json())
    covered = set(TTFont(face).getBestCmap())
    assert not sorted(character for character in written if ord(character) >= 32 and ord(character) not in covered)


def test_file_names_are_plain() -> None:
    assert file_name("KZ-Z090000165_/2026-Q3", "kk") == "KZ-Z090000165__2026-Q3_kk.pdf"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_state_that_an_edition_can_hold_has_its_words(lang: str) -> None:
    """A rare status must not stop a report on the day on which it first occurs."""
    keys = [
        *(f"ui.status.{status}" for status in Status),
        *(f"ui.rule.{status}" for status in Status),
        *(f"ui.reason.{reason}" for reason in Missing),
        *(f"ui.state.{state}" for state in State),
        *(f"ui.clock.{clock}" for clock in SPOKEN_CLOCKS),
        *(f"ui.completeness.{completeness}" for completeness in Completeness),
        *(f"ui.milestone.{mark}" for mark in ("achieved", "missed", "pending", "no_data")),
        *(f"ui.cause.{cause}" for cause in ("new_period", "revision", "register", "method")),
        *(f"ui.kind.{kind}" for kind in ("law", "code", "constitutional_law")),
    ]
    assert all(language.label(key, lang) for key in keys)
