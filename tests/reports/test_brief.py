"""The hearing brief: one page whatever the law, large enough to speak from, valid, on the edition's own data."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cache
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any

import page
import pandas as pd
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from checks.rules import Severity
from checks.verdict import CheckResult, Outcome, Verdict
from indicators.register.load import load_register
from indicators.register.model import Text
from indicators.scores.law import score_law
from indicators.sources.archive import ArchiveTransport
from indicators.sources.collect import collect
from reports.attachments import attachments, brief_name
from reports.edition import Provenance, build_law_edition
from reports.model import (
    LANGUAGES,
    CountArg,
    DateArg,
    LawEdition,
    Message,
    NumberArg,
    PeriodArg,
    TextArg,
    WordArg,
    sha256,
)
from reports.questions import hearing_questions
from reports.render import BRIEF, RenderError, render_brief, render_pdf
from reports.view.brief import SIZES, brief_view, facts_to_quote, plans
from tests.reports import documents
from tests.reports.synthetic_edition import LONGEST, law_edition

PROJECT = Path(__file__).resolve().parents[2]
AT = date(2026, 9, 30)
REAL = tuple(sorted(path.stem for path in (PROJECT / "laws" / "kz").glob("[KZ]*.yaml")))
EXTREMES = ("long_everywhere", "nothing")
KINDS = (*documents.LAWS, *EXTREMES)
CHART_FROM = 305.0
"""Left edge in points of the column of the chart."""


@cache
def real_editions() -> dict[str, LawEdition]:
    """The twelve laws on the figures of the archive, with the one check that withholds a series of it."""
    register = load_register(PROJECT / "laws" / "kz")
    archive = ArchiveTransport(PROJECT / "samples" / "kazakhstan", AT)
    passed = CheckResult("key_unique", Severity.CRITICAL, Outcome.PASSED, "")
    editions = {}
    for law in register.laws:
        frames, origins, refused = [], {}, []
        for series in law.series:
            collected = collect(series, register.sources[series.source], archive)
            if collected.observations.duplicated(["area", "period"]).any():
                refused.append(series.id)
                continue
            known = {"vintage": series.id, "known_from": collected.known_from, "raw_sha256": "0" * 64, "grade": "A"}
            frames.append(collected.observations.assign(**known))
            origins[series.id] = Provenance(series.id, collected.known_from, "0" * 64)
        observations = pd.concat(frames, ignore_index=True)
        editions[law.id] = build_law_edition(
            law=law,
            register=register,
            score=score_law(law, observations, AT, AT, failed=refused),
            observations=observations,
            revisions=pd.DataFrame(columns=["series", "area", "period", "value", "previous"]),
            verdicts={name: Verdict.of(name, None, "", [passed]).to_json() for name in origins},
            provenance=origins,
        )
    return editions


@cache
def extreme(kind: str) -> LawEdition:
    """A law's edition by its name: a kind of the other tests, one with every title long, or one without anything."""
    if kind == "nothing":
        empty = law_edition(data=False, targets=False, indicators=1, measures=0, completeness="not_read", regions=0)
        return empty.model_copy(update={"findings": empty.findings[:1], "indicators": ()})
    if kind != "long_everywhere":
        return documents.edition(kind)  # type: ignore[return-value]
    base = law_edition(long=True, indicators=30, measures=60, pillars=7, findings=12)
    title = TextArg(value=LONGEST)
    findings = [
        f.model_copy(update={"sentence": f.sentence.model_copy(update={"args": {**f.sentence.args, "title": title}})})
        for f in base.findings
    ]
    rows = tuple(row.model_copy(update={"title": LONGEST}) for row in base.indicators)
    given = {
        "target": NumberArg(value=20.0, decimals=1, unit="percent"),
        "target_period": PeriodArg(value="2030"),
        "needed_pace": NumberArg(value=1.25, decimals=2, unit="percentage_points", signed=True),
        "recent_pace": NumberArg(value=-0.25, decimals=2, unit="percentage_points", signed=True),
        "period": PeriodArg(value="2023"),
        "count": CountArg(value=60),
        "at": DateArg(value=AT),
    }
    keys = ("finding.pace.turn", "finding.no_data.last", "finding.by_laws.overdue")
    for number, key in enumerate(keys, start=len(findings) + 1):
        args = {**given, "title": title, "reason": WordArg(key="word.reason.too_old"), "value": given["target"]}
        sentence = Message(key=key, args=args)
        findings.append(findings[0].model_copy(update={"id": f"§{number}", "sentence": sentence, "importance": 3}))
    texts = {"title": LONGEST, "short_title": LONGEST, "responsible": (LONGEST, LONGEST), "indicators": rows}
    return base.model_copy(update={**texts, "findings": tuple(findings)})


@cache
def brief(kind: str, lang: str) -> bytes:
    edition = real_editions()[kind] if kind in REAL else extreme(kind)
    return render_brief(edition, lang)


def sheet(kind: str, lang: str) -> pypdfium2.PdfPage:
    return pypdfium2.PdfDocument(brief(kind, lang))[0]


def plain(text: str) -> str:
    """Text without what a line break may change."""
    return "".join(unicodedata.normalize("NFC", text).replace("\ufffe", "-").replace("\u0002", "-").split())


def test_the_register_has_its_twelve_laws() -> None:
    assert set(REAL) == set(real_editions())
    assert len(REAL) == 12


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", [*REAL, *KINDS])
def test_a_brief_is_one_page(kind: str, lang: str) -> None:
    assert len(pypdfium2.PdfDocument(brief(kind, lang))) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", [*REAL, *KINDS])
def test_what_is_read_aloud_is_ten_points_or_more(kind: str, lang: str) -> None:
    """Everything from the sentence to say down to the strip at the foot, but for the chart with its subtitle."""
    view, _ = brief_view(real_editions()[kind] if kind in REAL else extreme(kind), lang)
    text = sheet(kind, lang).get_textpage()
    characters = [(plain(text.get_text_range(n, 1)), n) for n in range(text.count_chars())]
    solid = [(character, n) for character, n in characters if character]
    whole = "".join(character for character, _ in solid)

    def height(words: str) -> float:
        return text.get_charbox(solid[whole.index(plain(words))][1])[1]

    top, middle, foot = (height(words) for words in (view["t"]["brief.say"], view["t"]["brief.questions"], "SHA-256"))
    seen = 0
    for character, n in solid:
        left, bottom, *_ = text.get_charbox(n)
        if foot + 20 < bottom <= top and not (view["charts"] and left > CHART_FROM and bottom < middle - 2):
            seen += 1
            assert pdfium.FPDFText_GetFontSize(text, n) >= SIZES[-1] - 0.001, (character, left, bottom)
    assert seen > 200


@pytest.mark.parametrize("kind", [*REAL, *KINDS])
def test_nothing_is_cut_or_printed_on_something_else(kind: str) -> None:
    for lang in LANGUAGES:
        text = sheet(kind, lang).get_textpage()
        boxes = [text.get_rect(n) for n in range(text.count_rects())]
        for left, bottom, right, top in boxes:
            assert left > 41 and right < 595.3 - 40 and bottom > 15 and top < 815, (lang, left, right)
        for a, b in combinations(boxes, 2):
            across, along = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
            assert across < 1.5 or along < 0.45 * min(a[3] - a[1], b[3] - b[1]), (lang, a, b)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", [*REAL, *KINDS])
def test_the_page_keeps_what_makes_it_a_brief(kind: str, lang: str) -> None:
    edition = real_editions()[kind] if kind in REAL else extreme(kind)
    view, _ = brief_view(edition, lang)
    text = plain(sheet(kind, lang).get_textpage().get_text_bounded())
    kept = [view["title"], view["say"]["sentence"], f"{edition.id} §1", sha256(edition), view["limits"][0]]
    kept += [view["facts"][0][key] for key in ("sentence", "figure", "cite") if view["facts"]]
    kept += [view["questions"][0][key] for key in ("sentence", "ids", "ask") if view["questions"]]
    for part in kept:
        assert plain(part) in text, part
    assert ".." not in text


LENGTH = "PDFA3A-STREAM-LENGTH-001"


def length_holds(document: bytes, thing: Any) -> bool:
    """True where a stream is as long as it says: the validator misreads one whose last byte is a carriage return."""
    start = document.index(b"\n%d %d obj" % (thing.object_number, thing.generation))
    length = re.compile(rb"/Length (\d+)[^>]*>>\s*stream\r?\n").search(document, start)
    return length is not None and document[length.end() + int(length[1]) :].startswith(b"\nendstream")


@pytest.mark.parametrize("profile", ["3a", "ua1"])
@pytest.mark.parametrize("kind", [*REAL, *EXTREMES])
def test_conforms(kind: str, profile: str) -> None:
    for lang in LANGUAGES if kind in ("Z090000165_", "K2100000400", "nothing") else ("kk",):
        report = page.validate_pdf_bytes(brief(kind, lang), profile=profile)
        wrong = [f for f in report.failures if f.rule_id != LENGTH or not length_holds(brief(kind, lang), f.object_id)]
        assert not wrong, sorted({f"{failure.rule_id}: {failure.message}" for failure in wrong})


def test_it_carries_the_data_of_its_scorecard_and_says_that_it_is_a_brief() -> None:
    edition = extreme("scored")
    files = {}
    for document in (render_brief(edition, "kk"), render_pdf(edition, "kk")):
        pdf = pikepdf.open(BytesIO(document))
        files[BRIEF in str(pdf.docinfo["/Keywords"]).split(", ")] = {
            name: pdf.attachments[name].get_file().read_bytes() for name in pdf.attachments
        }
    assert files[True] == files[False] == {file.name: file.body for file in attachments(edition)}


def test_the_same_edition_gives_the_same_bytes() -> None:
    assert render_brief(extreme("scored"), "ru") == brief("scored", "ru")


def test_the_name_tells_it_from_the_scorecard() -> None:
    assert brief_name("KZ-Z090000165_/2026-Q3", "kk") == "KZ-Z090000165__2026-Q3_brief_kk.pdf"


def test_as_few_as_will_do_give_way_and_one_of_each_stays() -> None:
    tried = plans(4, 3, 4)
    counts = [(plan["facts"], plan["questions"], plan["limits"]) for plan in tried]
    assert [plan["size"] for plan in tried] == [*SIZES, *[SIZES[-1]] * (len(tried) - len(SIZES))]
    assert counts[len(SIZES) :] == [
        (3, 3, 4), (4, 2, 4), (2, 3, 4), (3, 2, 4), (4, 1, 4), (2, 2, 4), (1, 3, 4), (3, 1, 4), (1, 2, 4), (2, 1, 4),
        (1, 1, 4), (1, 1, 3), (1, 1, 2), (1, 1, 1),
    ]  # fmt: skip
    assert {(plan["facts"], plan["questions"]) for plan in plans(0, 0, 1)} == {(0, 0)}


def test_a_brief_that_cannot_fit_is_refused() -> None:
    edition = extreme("scored")
    endless = Text(kk="Сөз " * 450, ru="Слово " * 320, en="Word " * 390)
    first, *rest = edition.findings
    args = {**first.sentence.args, "title": TextArg(value=endless)}
    headline = first.model_copy(update={"sentence": first.sentence.model_copy(update={"args": args})})
    others = [f.model_copy(update={"sentence": headline.sentence}) for f in rest]
    with pytest.raises(RenderError, match="too long for one page"):
        render_brief(edition.model_copy(update={"findings": (headline, *others)}), "en")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="kk, ru, en"):
        render_brief(extreme("scored"), "de")


@pytest.mark.parametrize("kind", REAL)
def test_facts_and_questions_of_a_real_law_are_few_and_known(kind: str) -> None:
    edition = real_editions()[kind]
    ids = {finding.id for finding in edition.findings}
    facts, questions = facts_to_quote(edition), hearing_questions(edition)
    assert 1 <= len(facts) <= 4
    assert "§1" not in {fact.id for fact in facts}
    assert questions
    assert all(set(question.findings) <= ids for question in questions)


def test_what_is_not_known_is_a_limit_and_no_fact() -> None:
    for edition in real_editions().values():
        facts = facts_to_quote(edition)
        assert not [fact for fact in facts if fact.kind in ("no_data", "check", "quarantined", "unconfirmed_target")]
        assert not [fact for fact in facts if fact.sentence.key == "finding.by_laws.not_read"]


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_a_figure_that_does_not_measure_what_its_target_names_says_so(lang: str) -> None:
    said = 0
    for edition in real_editions().values():
        told = {finding.indicator for finding in edition.findings if finding.kind == "caveat"}
        limits = " ".join(brief_view(edition, lang)[0]["limits"])
        for row in edition.indicators:
            if row.id in told and row.caveat is not None:
                assert row.caveat.get(lang) in limits
                said += 1
    assert said, "no law of the register has such an indicator: the test would see nothing"
