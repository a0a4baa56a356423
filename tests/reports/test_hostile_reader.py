"""What a hostile reader would point at: a wrong sign, a stronger mark, two definitions in one comparison."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from checks.rules import Severity
from checks.verdict import CheckResult, Outcome, Verdict
from indicators.register.observation import Observation, to_frame
from indicators.scores.law import score_law
from reports.edition import Provenance, build_law_edition
from reports.view import lines, tables
from reports.view.law import law_view
from reports.view.words import Words


def _text(value: str) -> dict[str, str]:
    return {"kk": value, "ru": value, "en": value}


def test_a_second_source_that_lies_below_differs_by_less_than_nothing(made: Any) -> None:
    """3.00 there beside 3.46 here is 13 per cent less, and must not print as +13 %."""
    own, other = made.series(), made.series(id="synthetic/other", dataset="other")
    compared = made.indicator(cross_checks=[{"series": other["id"], "difference": _text("synthetic")}])
    law = made.law([compared], series=[own, other])
    values = ((own["id"], "3.46"), (other["id"], "3.00"))
    frame = to_frame(Observation(s, "KZ", "2023", float(v), "", v, 2) for s, v in values)
    frame = frame.assign(vintage="v1", known_from=made.at, raw_sha256="a" * 64, grade="A")
    passed = [CheckResult("key_unique", Severity.CRITICAL, Outcome.PASSED, "synthetic")]
    edition = build_law_edition(
        law=law,
        register=made.register(law),
        score=score_law(law, frame, made.at, made.at),
        observations=frame,
        revisions=pd.DataFrame(columns=["series", "area", "period", "value", "previous"]),
        verdicts={s: Verdict.of(s, None, "", passed).to_json() for s, _ in values},
        provenance={s: Provenance("v1", made.at, "a" * 64) for s, _ in values},
    )
    assert edition.indicators[0].cross_checks[0].relative_difference == pytest.approx(-0.46 / 3.46)


def test_a_by_law_bears_the_weakest_mark_of_what_it_rests_on(made: Any) -> None:
    first = made.measure("a")
    read_in_a_note = {"date": "2020-01-28", "state": "in_force", "act": "act-b", "verification": "B"}
    older = {"id": "act-a", "kind": "order", "number": "13", "dates": ["2015-05-05"], "verification": "A"}
    newer = {**older, "id": "act-b", "number": "22", "dates": ["2020-01-28"], "replaces": ["act-a"]}
    newer["verification"] = "B"
    chain = {**first, "facts": [*first["facts"], read_in_a_note]}
    law = made.law(measures=[chain], completeness="partial", acts=[older, newer])
    row = made.case(law).edition().measures[0]
    assert (row.act_label, row.verification) == ("№ 22", "B")
    assert made.case(law).edition(at=date(2019, 12, 31)).measures[0].verification == "A"


def test_first_and_latest_value_are_of_one_definition(made: Any) -> None:
    points = {"1990": "0", "2014": "59", "2020": "2462", "2021": "3448"}
    case = made.single(points, baseline=None, breaks=[{"period": "2014", "reason": _text("synthetic")}])
    row = case.edition().indicators[0]
    words = Words("en")
    assert (tables.indicator(row, words)["base"], tables.indicator(row, words)["base_period"]) == ("59", "2014")
    assert "59% (2014) → 3,448% (2021)" in lines.change(row, words).replace("\u00a0", " ")


def test_a_figure_too_old_to_be_used_is_not_counted_as_data(made: Any) -> None:
    view, _ = law_view(made.single({"2010": "5", "2011": "6"}, baseline=None).edition(), "en")
    assert view["score"]["facts"][1][1] == "0\u2009/\u20091"
