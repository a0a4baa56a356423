"""The score tree of a law, its trajectory and its JSON form."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pandas as pd
import pytest

from indicators.register.model import Law
from indicators.scores.law import score_json, score_law
from indicators.scores.result import Status

AT = date(2026, 9, 30)


def test_json_has_the_keys_that_the_command_line_promises(renewables: tuple[Law, pd.DataFrame]) -> None:
    data = json.loads(json.dumps(score_json(score_law(*renewables, AT, date(2026, 7, 1))), allow_nan=False))
    assert {"law", "reference_date", "as_of", "score", "needed", "status", "coverage", "quality"} <= data.keys()
    assert (data["reference_date"], data["as_of"], data["quality"]) == ("2026-09-30", "2026-07-01", "A")
    found = data["indicators"][0]
    assert {
        "id", "value", "period", "unit", "baseline", "target", "target_date", "attainment", "needed", "ratio",
        "status", "source", "series", "vintage", "raw_sha256",
    } <= found.keys()  # fmt: skip
    assert (found["value"], found["baseline"], found["target"], found["target_date"]) == (4.99, 0.62, 15, "2030-12-31")
    assert found["status"] == "on_track"
    assert [p["id"] for p in data["pillars"]] == ["instruments", "outcomes"]


def test_trajectory_ends_where_the_score_is(renewables: tuple[Law, pd.DataFrame]) -> None:
    result = score_law(*renewables, AT, AT)
    years = [year for year, _, _ in result.trajectory]
    assert (years[0], years[-1]) == ("2014", "2026")
    assert result.trajectory[0][1:] == (0.0, 0.0)
    assert result.trajectory[-1][1:] == (result.total.score, result.total.needed)
    by_year = {year: (score, needed) for year, score, needed in result.trajectory}
    assert by_year["2020"] == (pytest.approx(100 * 2.38 / 14.38), pytest.approx(100 * 2.38 / 14.38))


def test_trajectory_shows_a_gap_where_too_little_was_known(law_of: Any, observed: Any, part: Any) -> None:
    """One of two indicators begins in 2018: before, half the weight is known, and there is no number."""
    law = law_of(
        indicators=[
            part.indicator("a", baseline={"period": "2015"}, targets=[part.target("2030", 9)]),
            part.indicator("b", series="synthetic/late", baseline={"period": "2018"}, targets=[part.target("2030", 9)]),
        ],
        series=[part.series(), part.series("synthetic/late")],
    )
    frame = observed({
        "synthetic/s": {str(y): y - 2015.0 for y in range(2015, 2026)},
        "synthetic/late": {str(y): y - 2018.0 for y in range(2018, 2026)},
    })  # fmt: skip
    by_year = {year: score for year, score, _ in score_law(law, frame, AT, AT).trajectory}
    assert by_year["2017"] is None
    assert by_year["2018"] == pytest.approx(100 * (3 / 9) / 2)


def test_an_earlier_reference_date_sees_only_what_spoke_of_it(renewables: tuple[Law, pd.DataFrame]) -> None:
    result = score_law(*renewables, date(2020, 12, 31), AT)
    assert result.indicators[0].period == "2020"
    assert [p.period for p in result.indicators[0].history][-1] == "2020"


def test_a_law_without_targets_has_no_score_and_says_so(law_of: Any, observed: Any, part: Any) -> None:
    law = law_of(indicators=[part.indicator()], series=[part.series()])
    result = score_law(law, observed({"synthetic/s": {"2023": 5.0}}), AT, AT)
    assert (result.total.status, result.total.score, result.total.coverage) == (Status.NO_TARGET, None, None)
    assert (result.indicators[0].status, result.indicators[0].value) == (Status.NO_TARGET, 5.0)
    assert result.trajectory == ()
    json.dumps(score_json(result), allow_nan=False)


def test_weights_of_indicators_and_pillars(law_of: Any, observed: Any, part: Any) -> None:
    """Outcomes (weight 3): 20 and 80 at 1 : 2 give 60; delivery (weight 1): 100; the law: 70."""

    def one(name: str, series: str, weight: float = 1.0, pillar: str = "outcomes") -> dict[str, Any]:
        goal = [part.target("2030", 100)]
        return part.indicator(
            name, series=series, weight=weight, pillar=pillar, baseline={"period": "2020"}, targets=goal
        )

    law = law_of(
        pillars=[
            {"id": "outcomes", "title": part.text("o"), "weight": 3},
            {"id": "delivery", "title": part.text("d"), "weight": 1},
        ],
        indicators=[one("a", "x/a"), one("b", "x/b", 2.0), one("c", "x/c", pillar="delivery")],
        series=[part.series("x/a"), part.series("x/b"), part.series("x/c")],
    )
    values = {"x/a": 20.0, "x/b": 80.0, "x/c": 100.0}
    result = score_law(law, observed({s: {"2020": 0.0, "2025": v} for s, v in values.items()}), AT, AT)
    assert [p.score for p in result.pillars] == [pytest.approx(60.0), pytest.approx(100.0)]
    assert result.total.score == pytest.approx(70.0)
    assert result.total.needed == pytest.approx(50.0)


def test_a_frame_without_its_columns_is_refused(renewables: tuple[Law, pd.DataFrame]) -> None:
    law, frame = renewables
    with pytest.raises(ValueError, match="lack the columns grade"):
        score_law(law, frame.drop(columns="grade"), AT, AT)
