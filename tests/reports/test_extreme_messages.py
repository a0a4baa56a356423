"""Every sentence of the catalogue, with extreme numbers, on a page: whole, inside the margins, on nothing else."""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
import pypdfium2
import pytest

from reports import language
from reports.model import LANGUAGES, LawEdition, Message
from reports.render import render_brief, render_pdf
from tests.reports.synthetic_edition import law_edition
from tests.reports.test_catalogues import arguments, own_keys

MARGIN, WIDTH = 41.5, 595.28
SENTENCES = [key for key in own_keys() if key.startswith(("finding.", "question.", "detail.", "change."))]
FIGURES = [key for key in own_keys() if key.startswith("figure.")]
TURNS = (1, 6)
"""Turns of the samples with the longest numbers and counts."""


@cache
def edition() -> LawEdition:
    """A synthetic law whose findings are every sentence, each with a figure, and whose verdict is the longest."""
    base = law_edition(indicators=2, measures=0, regions=0)
    given = [(key, turn) for turn in TURNS for key in SENTENCES]
    findings = []
    for number, (key, turn) in enumerate(given, start=1):
        figure = FIGURES[number % len(FIGURES)]
        findings.append(
            base.findings[0].model_copy(
                update={
                    "id": f"§{number}",
                    "sentence": Message(key=key, args=arguments(key, turn)),
                    "figure": Message(key=figure, args=arguments(figure, turn)),
                    "importance": 1 if number == 1 else 2 if number < 8 else 3,
                }
            )
        )
    verdicts = [Message(key=key, args=arguments(key, 1)) for key in own_keys() if key.startswith("verdict.")]
    longest = max(verdicts, key=lambda message: len(language.render(message, "ru")))
    return base.model_copy(update={"findings": tuple(findings), "verdict": longest})


def squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).replace("\ufffe", "-").replace("\u0002", "-").split())


def read(body: bytes) -> str:
    """The text of a document; every run of it must stand inside the margins and on nothing else."""
    said = []
    for sheet in pypdfium2.PdfDocument(body):
        text = sheet.get_textpage()
        boxes = np.array([text.get_rect(number) for number in range(text.count_rects())])
        left, bottom, right, top = boxes.T
        outside = boxes[(left < MARGIN) | (right > WIDTH - MARGIN) | (bottom <= 15)]
        assert not len(outside), [text.get_text_bounded(*box) for box in outside]
        across = np.minimum.outer(right, right) - np.maximum.outer(left, left)
        along = np.minimum.outer(top, top) - np.maximum.outer(bottom, bottom)
        lower = np.minimum.outer(top - bottom, top - bottom)
        meeting = np.argwhere(np.triu((across >= 1.5) & (along >= 0.45 * lower), 1))
        assert not len(meeting), [text.get_text_bounded(*boxes[n]) for pair in meeting[:2] for n in pair]
        said.append(text.get_text_bounded())
    return squeezed("".join(said))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_stands_whole_on_the_page(lang: str) -> None:
    text = read(render_pdf(edition(), lang))
    for finding in edition().findings:
        assert squeezed(language.render(finding.sentence, lang)) in text, finding.sentence.key
    assert squeezed(language.render(edition().verdict, lang)) in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_longest_sentence_can_be_the_one_to_say(lang: str) -> None:
    longest = max(edition().findings, key=lambda finding: len(language.render(finding.sentence, lang)))
    base = law_edition()
    first = longest.model_copy(update={"id": "§1"})
    body = render_brief(base.model_copy(update={"findings": (first, *base.findings[1:])}), lang)
    assert len(pypdfium2.PdfDocument(body)) == 1
    assert squeezed(language.render(longest.sentence, lang)) in read(body)
