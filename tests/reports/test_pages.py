"""The PDF as pages: nothing cut, nothing on top of something else, no page half empty, all that a reader looks for."""

from __future__ import annotations

import ctypes
from functools import cache

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from reports.model import LANGUAGES
from reports.render import render_pdf
from reports.view.law import law_view
from tests.reports.documents import KINDS, LAWS, edition, pdf
from tests.reports.synthetic_edition import law_edition, overview_edition

MARGIN = 41.5  # points left free at each side
WIDTH = 595.28  # of a page, in points
EVERY = [(kind, lang) for kind in KINDS for lang in LANGUAGES if kind != "long" or lang == "kk"]


def pages_of(document: bytes) -> list[pypdfium2.PdfPage]:
    opened = pypdfium2.PdfDocument(document)
    return [opened[number] for number in range(len(opened))]


@cache
def lines_of(kind: str, lang: str) -> list[tuple[list[str], np.ndarray]]:
    """Runs of text of each page: words, and left, bottom, right, top in points; height is that of the letters."""
    found = []
    for sheet in pages_of(pdf(kind, lang)):
        text = sheet.get_textpage()
        boxes = [text.get_rect(number) for number in range(text.count_rects())]
        runs = [(words, box) for box in boxes if (words := text.get_text_bounded(*box).strip())]
        found.append(([words for words, _ in runs], np.array([box for _, box in runs])))
    return found


@pytest.mark.parametrize(("kind", "lang"), EVERY)
def test_no_text_is_cut_at_the_edge(kind: str, lang: str) -> None:
    for number, (words, boxes) in enumerate(lines_of(kind, lang), start=1):
        left, bottom, right, top = boxes.T
        inside = (left >= MARGIN) & (right <= WIDTH - MARGIN) & (bottom > 15) & (top < 820)
        assert inside.all(), f"page {number}: {words[int(np.argmin(inside))]!r} leaves the page"


@pytest.mark.parametrize(("kind", "lang"), EVERY)
def test_no_text_lies_on_other_text(kind: str, lang: str) -> None:
    for number, (words, boxes) in enumerate(lines_of(kind, lang), start=1):
        left, bottom, right, top = boxes.T
        across = np.minimum.outer(right, right) - np.maximum.outer(left, left)
        along = np.minimum.outer(top, top) - np.maximum.outer(bottom, bottom)
        lower = np.minimum.outer(top - bottom, top - bottom)
        meeting = np.argwhere(np.triu((across >= 1.5) & (along >= 0.45 * lower), 1))
        assert not len(meeting), f"page {number}: {[(words[a], words[b]) for a, b in meeting[:3]]}"


@pytest.mark.parametrize(("kind", "lang"), [(kind, lang) for kind, lang in EVERY if kind not in ("no_data", "titles")])
def test_no_page_but_the_last_is_half_empty(kind: str, lang: str) -> None:
    """Where every title has 200 characters, a chart with its title goes whole to the next page: that is no fault."""
    sheets = pages_of(pdf(kind, lang))
    for number, sheet in enumerate(sheets[:-1], start=1):
        image = sheet.render(scale=0.5).to_numpy()[:, :, :3].min(axis=2)
        body = image[int(0.05 * len(image)) : int(0.95 * len(image))]
        filled = np.flatnonzero((body < 250).any(axis=1))
        gaps = np.diff(np.concatenate(([0], filled, [len(body)])))
        assert gaps.max() < 0.24 * len(image), f"page {number}: an empty stretch of {gaps.max() / len(image):.0%}"


@pytest.mark.parametrize(("kind", "lang"), [(kind, lang) for kind, lang in EVERY if kind in LAWS])
def test_the_first_page_holds_what_must_be_seen_first(kind: str, lang: str) -> None:
    view, _ = law_view(edition(kind), lang)  # type: ignore[arg-type]
    first = " ".join(pages_of(pdf(kind, lang))[0].get_textpage().get_text_bounded().split())
    wanted = [
        view["title"], view["verdict"], view["t"]["score"], view["t"]["pillars"], view["counts"]["total"],
        view["t"]["quotes"], view["verify"]["sha256"], "oryndau verify", view["verify"]["at"],
    ]  # fmt: skip
    for text in wanted:
        assert " ".join(text.split()) in first


@pytest.mark.parametrize("lang", LANGUAGES)
def test_twenty_five_laws_stand_on_one_page(lang: str) -> None:
    sheets = pages_of(render_pdf(overview_edition(50, long=False), lang))
    for sheet, (first, last) in zip(sheets, ((1, 25), (26, 50)), strict=False):
        lines = sheet.get_textpage().get_text_bounded().split("\r\n")
        assert {str(first), str(last)} <= {line.split()[0] for line in lines if line.strip()}
    assert len(sheets) <= 5  # two of laws, then editions and how to read them


def test_a_law_without_a_target_prints_no_score_and_no_zero() -> None:
    view, _ = law_view(law_edition(targets=False), "en")
    assert view["score"]["kind"] == "none"
    assert view["score"]["text"] == "—"
    assert all(row["score"] is None and row["instead"] for row in view["pillars"] if row["number"] == "2")
    first = pages_of(pdf("no_target", "en"))[0].get_textpage().get_text_bounded()
    assert "no measurable target" in first
    assert "/ 100" not in first


def test_an_unconfirmed_act_is_not_printed_as_a_fact() -> None:
    view, _ = law_view(law_edition(measures=20), "en")
    unconfirmed = [row for row in view["measures"]["rows"] if row["mark"] == "—"]
    assert unconfirmed
    for row in unconfirmed:
        assert (row["act"], row["adopted"], row["delay"], row["state"]) == ("", "", "", "to be confirmed")


def test_links_of_the_overview_lead_to_the_scorecards() -> None:
    addresses = set()
    for sheet in pages_of(pdf("overview", "kk")):
        raw, position = pdfium.FPDF_LINK(), ctypes.c_int(0)
        while pdfium.FPDFLink_Enumerate(sheet, position, raw):
            action = pdfium.FPDFLink_GetAction(raw)
            size = pdfium.FPDFAction_GetURIPath(sheet.pdf, action, None, 0)
            buffer = ctypes.create_string_buffer(size)
            pdfium.FPDFAction_GetURIPath(sheet.pdf, action, buffer, size)
            addresses.add(buffer.value.decode())
    assert "../../KZ-SYNTHETIC0_/2026-Q3/KZ-SYNTHETIC0__2026-Q3_kk.pdf" in addresses


@pytest.mark.parametrize(("kind", "lang"), [("long", "kk"), *(("titles", lang) for lang in LANGUAGES)])
def test_no_title_is_shortened_or_lost(kind: str, lang: str) -> None:
    text = "".join("".join(words) for words, _ in lines_of(kind, lang)).replace(" ", "")
    shown = edition(kind)
    rows = (*shown.indicators, *shown.measures, *shown.pillars, *shown.sources)  # type: ignore[union-attr]
    for title in {row.title.get(lang) for row in rows}:
        assert "".join(title.split()) in "".join(text.split())
