"""Figures of a source in the unit in which a law counts: scored there, with no precision gained on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest

from indicators.register.model import Law
from indicators.register.rules import law_findings
from indicators.register.units import UnitsDiffer
from indicators.scores.law import score_law

AT = date(2024, 12, 31)
GWH = {"code": "GWH", "name": {"ru": "ГВт·ч", "en": "GWh"}, "measure": "GWh"}
TJ = {"code": "TJ", "name": {"ru": "ТДж", "en": "TJ"}, "measure": "TJ"}
KWH = {"code": "KWH", "name": {"ru": "кВт·ч", "en": "kWh"}, "measure": "kWh"}
POINTS = {"2015": 1000.0, "2023": 2500.0}


@pytest.fixture
def law(law_of: Callable[..., Law], part: Any) -> Callable[..., Law]:
    """A law with one indicator on a path, in the units given; None: the series' own."""

    def made(published: dict[str, Any], counted: dict[str, Any] | None, goal: float, **more: Any) -> Law:
        indicator = part.indicator(
            baseline={"period": "2015"}, targets=[part.target("2030", goal)], unit=counted, **more.pop("indicator", {})
        )
        return law_of(indicators=[indicator], series=[part.series(unit=published), *more.pop("others", [])], **more)

    return made


def test_the_score_is_the_same_in_every_unit_and_told_in_the_laws(
    law: Callable[..., Law], observed: Callable[..., pd.DataFrame]
) -> None:
    frame = observed({"synthetic/s": POINTS}, decimals=1)
    own = score_law(law(GWH, None, 4000.0), frame, AT, AT).indicators[0]
    other = score_law(law(GWH, TJ, 14400.0), frame, AT, AT).indicators[0]
    assert (own.unit, own.value, own.decimals) == ("GWH", 2500.0, 1)
    assert (other.unit, other.value, other.decimals) == ("TJ", 9000.0, 0)
    assert other.history[0].value == 3600.0 and other.baseline is not None and other.baseline.value == 3600.0
    assert own.score is not None and other.score == pytest.approx(own.score)
    assert other.status is own.status


def test_a_power_of_ten_that_changes_under_one_id_changes_no_score(
    law: Callable[..., Law], observed: Callable[..., pd.DataFrame]
) -> None:
    plain = observed({"synthetic/s": POINTS}, decimals=0)
    moved = plain.copy()
    moved.loc[moved["period"] == "2023", ["value", "multiplier", "decimals"]] = [2.5, 3, 1]
    one, two = (score_law(law(GWH, None, 4000.0), f, AT, AT).indicators[0] for f in (plain, moved))
    assert (one.value, one.score) == (two.value, two.score)
    assert two.decimals == -2, "2.5 thousand is rounded to hundreds"


def test_a_cross_check_is_compared_in_the_laws_unit(
    law: Callable[..., Law], observed: Callable[..., pd.DataFrame], part: Any
) -> None:
    other = part.series("synthetic/second", unit=KWH)
    check = {"series": "synthetic/second", "tolerance": 0.01, "difference": part.text("synthetic")}
    made = law(GWH, TJ, 14400.0, others=[other], indicator={"cross_checks": [check]})
    frame = observed({"synthetic/s": POINTS, "synthetic/second": {"2023": 2.5e9}})
    (found,) = score_law(made, frame, AT, AT).indicators[0].cross_checks
    assert (found.value, found.own_value, found.agrees) == (9000.0, 9000.0, True)


def test_units_that_do_not_convert_name_law_series_and_units(
    law: Callable[..., Law], observed: Callable[..., pd.DataFrame], part: Any
) -> None:
    kilowatt = {"code": "KW", "name": part.text("kW"), "measure": "kW"}
    made = law(kilowatt, GWH, 4000.0)
    named = r"law Z000000001_, series synthetic/s is in KW, indicator i in GWH: kW is not convertible into GWh"
    (finding,) = law_findings(made)
    assert finding.loc == ("indicators", 0, "unit")
    assert re.match(named, finding.message)
    with pytest.raises(UnitsDiffer, match="series synthetic/s is in KW"):
        score_law(made, observed({"synthetic/s": POINTS}), AT, AT)


def test_the_limits_of_a_series_hold_for_targets_in_the_laws_unit(law: Callable[..., Law], part: Any) -> None:
    limited = law(GWH, TJ, 14400.0).model_copy(
        update={"series": (law(GWH, TJ, 14400.0).series[0].model_copy(update={"minimum": 0.0, "maximum": 3000.0}),)}
    )
    (finding,) = law_findings(limited)
    assert "target 14400 lies outside the series' limits (0.0 to 10800.0)" in finding.message
