"""Panels from plain tables; every table here is synthetic."""

from __future__ import annotations

import numpy as np
import pytest

from indicators.scores.engine.errors import PanelError
from indicators.scores.engine.panel_csv import read_errors, read_panel, read_revisions

TABLE = "unit,year,region,a,b\nX,2023,n,1,\nX,2024,n,2,not_applicable\nY,2024,s,3,4\n"


def test_gaps_years_and_attributes_of_a_table() -> None:
    panel = read_panel(TABLE, groups=("region",))
    assert (panel.years, panel.units, panel.indicators) == ((2023, 2024), ("X", "Y"), ("a", "b"))
    np.testing.assert_array_equal(panel.values[:, :, 0], [[1, np.nan], [2, 3]])
    assert panel.not_applicable is not None and panel.not_applicable.sum() == 1 and panel.not_applicable[1, 0, 1]
    assert panel.groups == {"region": ("n", "s")}


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("X,2024", "X,2023", "line 3"),
        ("Y,2024,s,3", "Y,2024,s,three", "line 4, a"),
        ("Y,2024,s,3", "Y,2024,s,inf", "line 4, a"),
        ("Y,2024,s,3", "Y,2024,s,nan", "line 4, a"),
        ("Y,2024", ",2024", "line 4, unit"),
        ("Y,2024", "Y,MMXXIV", "line 4, year"),
        ("X,2024,n", "X,2024,s", "line 3, region"),
        ("3,4", "3,4,5", "line 4"),
        ("unit,", "country,", "line 1"),
        ("a,b", "a,a", "line 1"),
    ],
)
def test_a_table_that_cannot_be_read_names_the_place(old: str, new: str, place: str) -> None:
    with pytest.raises(PanelError) as error:
        read_panel(TABLE.replace(old, new), "t.csv", groups=("region",))
    assert error.value.place == f"t.csv, {place}"


def test_a_table_without_units() -> None:
    with pytest.raises(PanelError, match="no unit"):
        read_panel("unit,a\n")


def test_published_bounds_become_standard_errors() -> None:
    panel = read_panel(TABLE, groups=("region",))
    errors = read_errors("unit,year,indicator,low,high\nY,2024,a,1.04,4.96\n", panel)
    assert errors[1, 1, 0] == pytest.approx(1, abs=1e-3) and np.count_nonzero(errors) == 1
    every = read_errors("unit,indicator,low,high\nX,a,0,3\n", panel)
    assert np.count_nonzero(every[:, 0, 0]) == 2


@pytest.mark.parametrize("row", ["Z,2024,a,1,4", "Y,2025,a,1,4", "Y,2024,c,1,4", "Y,2024,a,4,1", "Y,2024,a,3.5,4"])
def test_bounds_that_do_not_fit_the_panel(row: str) -> None:
    panel = read_panel(TABLE, groups=("region",))
    with pytest.raises(PanelError, match="line 2"):
        read_errors(f"unit,year,indicator,low,high\n{row}\n", panel)


def test_past_revisions_become_standard_errors_of_the_value() -> None:
    """Revisions of +10 % and -10 % make a value of 2 uncertain by 0.2; one of 0 says nothing."""
    panel = read_panel(TABLE, groups=("region",))
    table = "unit,indicator,previous,value\nX,a,10,11\nX,a,10,9\nX,a,0,5\nY,a,0,1\n"
    errors = read_revisions(table, panel)
    np.testing.assert_allclose(errors[:, :, 0], [[0.1, 0], [0.2, 0]])
    with pytest.raises(PanelError, match="line 2, indicator"):
        read_revisions("unit,indicator,previous,value\nX,z,1,2\n", panel)
