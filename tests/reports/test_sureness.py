"""How sure a score is, why it moved and how it is computed, as the pages say it, on synthetic laws."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pypdfium2
import pytest

from indicators.scores.change import law_change
from indicators.scores.confidence import difference, law_uncertainty
from indicators.scores.law import score_law
from indicators.scores.trends import STATUSES
from oryndau.consistency import breaches
from reports.model import LANGUAGES, LawEdition, TrendRow
from reports.reckoning import ScoreChange, ScorePart
from reports.render import render_pdf
from reports.sureness import score_change, uncertainty_of
from reports.view.law import law_view
from reports.view.movement import direction, waterfall_chart
from reports.view.words import Words

AT, BEFORE = date(2024, 12, 31), date(2024, 9, 30)
PAST = {"2018": 9.0, "2019": 10.0, "2020": 12.0, "2023": 13.0}


@pytest.fixture(scope="module")
def moved(made: Any) -> LawEdition:
    """A law whose one indicator gained a year: from 30 to 60 of 100 points."""
    points = {period: str(value) for period, value in PAST.items()}
    goal = made.target("2029", 20)
    law = made.single(points, goal, baseline={"period": "2019"}).law
    old, new = made.case(law, points), made.case(law, {**points, "2024": "16.0"})
    before, after = old.edition(at=BEFORE), new.edition(at=AT)
    trees = [score_law(law, case.frame(), day, day) for case, day in ((old, BEFORE), (new, AT))]
    drawn = [law_uncertainty(law, case.frame(), day, day, blocks=64) for case, day in ((old, BEFORE), (new, AT))]
    change = score_change(law_change(*trees), difference(*drawn))
    return after.model_copy(
        update={
            "previous_date": BEFORE,
            "previous_score": before.score,
            "uncertainty": uncertainty_of(drawn[1]),
            "score_change": change,
        }
    )


def text_of(pdf: bytes) -> str:
    """The text of a document, its line breaks and no-break spaces as plain spaces."""
    pages = pypdfium2.PdfDocument(BytesIO(pdf))
    return plain(" ".join(page.get_textpage().get_text_range() for page in pages))


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_the_edition_holds_interval_and_parts_that_agree_with_its_score(moved: LawEdition) -> None:
    sure, change = moved.uncertainty, moved.score_change
    assert sure is not None and change is not None and moved.score is not None
    assert sure.low <= moved.score <= sure.high and sure.choices["seed"] == 20260930
    assert math.fsum(part.points for part in change.parts) == pytest.approx(change.after - change.before, abs=1e-12)
    assert (change.before, change.after) == (pytest.approx(30), pytest.approx(60))
    assert direction(change) == "more"
    assert breaches(moved) == []


@pytest.mark.parametrize(
    "broken",
    [
        lambda e: {"score_change": e.score_change.model_copy(update={"before": e.score_change.before + 1})},
        lambda e: {"uncertainty": e.uncertainty.model_copy(update={"low": e.score + 1, "high": e.score + 2})},
    ],
)
def test_parts_that_do_not_add_up_and_an_interval_without_its_score_are_breaches(
    moved: LawEdition, broken: Callable[[LawEdition], dict[str, Any]]
) -> None:
    assert breaches(moved.model_copy(update=broken(moved)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pages_print_interval_waterfall_and_arithmetic(moved: LawEdition, lang: str) -> None:
    words, text = Words(lang), text_of(render_pdf(moved, lang))
    view, svg = law_view(moved, lang)
    assert plain(words("score.interval")) in text and view["score"]["interval"]["text"] in text
    assert plain(view["charts"]["change"]["title"]) in text
    assert "change" in svg
    for heading in ("sureness", "arithmetic", "otherwise.registered", "otherwise.growth"):
        assert plain(words(heading)) in text, heading
    shown = "(16 \u2212 10) / (20 \u2212 10) = 0.6" if lang == "en" else "(16 \u2212 10) / (20 \u2212 10) = 0,6"
    assert shown in text


def test_the_chart_says_what_it_shows_and_is_drawn_alike_every_time(moved: LawEdition) -> None:
    chart = waterfall_chart(moved, Words("en"))
    assert chart is not None
    assert chart.title.startswith("The score rose: 30.00 → 60.00. Largest part: New periods")
    assert "30.00" in chart.alt and "60.00" in chart.alt and "+30.00" in chart.alt
    assert chart == waterfall_chart(moved, Words("en"))


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (1.0, 3.0, "The score rose"),
        (-3.0, -1.0, "The score fell"),
        (-1.0, 3.0, "No clear change"),
        (0.0, 3.0, "No clear"),
    ],
)
def test_a_direction_is_claimed_only_where_the_interval_excludes_zero(
    moved: LawEdition, low: float, high: float, words: str
) -> None:
    assert moved.score_change is not None
    change = moved.score_change.model_copy(update={"low": low, "high": high})
    chart = waterfall_chart(moved.model_copy(update={"score_change": change}), Words("en"))
    assert chart is not None and chart.title.startswith(words)


def test_where_nothing_moved_a_sentence_stands_in_the_charts_place(moved: LawEdition) -> None:
    still = ScoreChange(before=60.0, after=60.0, low=0.0, high=0.0, parts=())
    edition = moved.model_copy(update={"score_change": still})
    view, svg = law_view(edition, "en")
    assert view["changes"]["chart"] is None and "change" not in svg
    assert "The score has not changed: 60.0." in view["changes"]["intro"]


def test_many_parts_are_drawn_as_the_largest_and_the_rest(moved: LawEdition) -> None:
    parts = tuple(ScorePart(factor="new_periods", indicator=f"synthetic-{n}", points=float(n)) for n in range(1, 21))
    change = ScoreChange(before=0.0, after=210.0, low=200.0, high=220.0, parts=parts)
    chart = waterfall_chart(moved.model_copy(update={"score_change": change}), Words("en"))
    assert chart is not None
    rest = sum(range(1, 14))
    assert f"Other parts: +{rest}.00" in chart.alt and chart.alt.count(";") == 7


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("method", ["cagr_ratio", "sdsn_arrow", "unstat_projection", "weather"])
def test_a_method_other_than_the_path_is_named_in_words(moved: LawEdition, lang: str, method: str) -> None:
    def noted(trend: str, number: float | None, fallback: str | None = None) -> str:
        row = moved.indicators[0].model_copy(
            update={"trend": TrendRow(method=method, trend=trend, number=number, fallback=fallback)}
        )
        view, _ = law_view(moved.model_copy(update={"indicators": (row,)}), lang)
        return str(view["notes"][0]["text"])

    for trend in STATUSES:
        assert Words(lang)("trend.word." + trend) in noted(trend, 0.331)
    assert "33" in noted("limited", 0.331)
    assert Words(lang)("judged." + method) in noted("limited", None, "signs_or_zero")
