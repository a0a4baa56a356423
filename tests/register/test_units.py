"""Units: what converts, what does not, and what a law file is told of it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.register.model import Unit
from indicators.register.observation import in_full
from indicators.register.units import UnitsDiffer, converted, decimals_moved, factor, measured


def unit(measure: str | None, code: str = "U") -> Unit:
    return Unit.model_validate({"code": code, "name": {"ru": code, "en": code}, "measure": measure})


@pytest.mark.parametrize(
    ("published", "wanted", "by"),
    [
        ("kWh", "GWh", "0.000001"),
        ("GWh", "TJ", "3.6"),
        ("ktoe", "TJ", "41.868"),
        ("thousand person", "person", "1000"),
        ("MtCO2e", "ktCO2e", "1000"),
        ("Mt", "kt", "1000"),
        ("person/1e5", "person/1e6", "10"),
        ("1/(1000 person)", "1/(1e5 person)", "100"),
        ("kgoe/(1000 PPP)", "toe/(1000 PPP)", "0.001"),
        ("million KZT", "billion KZT", "0.001"),
        ("percent", "permille", "10"),
        ("ug/m**3", "mg/m**3", "0.001"),
    ],
)
def test_units_of_official_statistics_convert_exactly(published: str, wanted: str, by: str) -> None:
    assert factor(unit(published), unit(wanted)) == Decimal(by)


@pytest.mark.parametrize(
    ("published", "wanted"),
    [("kW", "GWh"), ("KZT", "USD"), ("t", "tCO2e"), ("PPP", "USD"), ("birth", "person"), ("percent", "person")],
)
def test_what_is_not_the_same_kind_of_thing_never_converts(published: str, wanted: str) -> None:
    with pytest.raises(UnitsDiffer, match="not convertible"):
        factor(unit(published), unit(wanted))


def test_a_unit_without_a_measure_is_equal_to_itself_alone() -> None:
    bare = unit(None, "PT")
    assert factor(bare, bare) == 1
    with pytest.raises(UnitsDiffer, match=r"unit PT states no measure.*units\.txt"):
        factor(bare, unit("percent"))


@pytest.mark.parametrize(
    "text",
    ["banana", "5", "", "kt/", "9**9**9*t", "t**99", "__import__('os')", "t; g", "t\n", "knot", "(" * 70 + "t", "t/0"],
)
def test_a_measure_that_is_no_unit_is_refused_and_never_run(text: str) -> None:
    with pytest.raises(UnitsDiffer):
        measured(text)


@given(st.decimals(-(10**6), 10**6, places=3), st.integers(-9, 9))
def test_powers_of_ten_move_the_point_and_nothing_else(value: Decimal, power: int) -> None:
    assert Decimal(repr(in_full(float(value), power))) == value.scaleb(power)
    assert in_full(in_full(float(value), power), -power) == float(value)


def test_conversion_claims_no_precision_that_was_not_published() -> None:
    assert converted(0.1, Decimal(10)) == 1.0
    assert decimals_moved(Decimal("0.000001")) == 6
    assert decimals_moved(Decimal(1000)) == -3
    assert decimals_moved(Decimal("3.6")) == -1, "one GWh is 3.6 TJ: the last TJ is not known"
    assert decimals_moved(Decimal("0.25")) == 0
