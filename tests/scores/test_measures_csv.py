"""Counting a plain table of measures, the French barometer's own rows and published percentages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from indicators.scores.barometer import read_barometer
from indicators.scores.listed_rates import rate_json
from indicators.scores.measures_csv import TableError, read_measures
from indicators.scores.perimeters import (
    EU_TRANSPOSITION,
    FR_GOVERNMENT,
    FR_SENATE,
    IT_UPG,
    KZ_DEFAULT,
    US_DODD_FRANK,
)
from indicators.scores.published_csv import reconcile_csv

CUT_OFF = date(2024, 12, 31)
HEAD = "law,provision,kind,promulgated,due,fulfilled,state,deferred\n"
TABLE = (
    HEAD
    + """L1,art. 1,decree,2023-01-01,2023-06-30,2023-04-01,,
L1,art. 2,order,2023-01-01,,2025-02-01,,
L1,art. 3,order,2023-01-01,,,not_needed,
L1,art. 4,order,2023-01-01,,,,yes
L2,art. 1,decree,2024-01-01,,2024-03-01,in_force,no
L2,art. 2,report,2024-01-01,,,,
L3,,,2024-02-01,,,,
L4,art. 9,order,2025-01-01,,,,
"""
)


def test_a_table_gives_counts_rate_delays_and_laws() -> None:
    found = rate_json(read_measures(TABLE), KZ_DEFAULT, CUT_OFF)
    assert (found["laws"], found["direct"], found["applied"], found["partial"], found["not_applied"]) == (3, 1, 1, 1, 0)
    assert (found["fulfilled"], found["expected"], found["rate"], found["printed"]) == (2, 4, 0.5, "2/4")
    assert found["rate_without_deferred"] == pytest.approx(2 / 3)
    assert (found["without_deferred"]["fulfilled"], found["without_deferred"]["expected"]) == (2, 3)
    assert (found["delay"]["mean"], found["delay"]["min"], found["delay"]["max"]) == (75, 60, 90)
    assert found["delay"]["km_median"] == 90  # two of four are out by day 90, the others are censored at the cut-off
    assert [(r["law"], r["category"], r["printed"]) for r in found["by_law"]] == [
        ("L1", "partial", "1/3"),
        ("L2", "applied", "1/1"),
        ("L3", "direct", None),
    ]
    assert found["direct"] + found["applied"] + found["partial"] + found["not_applied"] == found["laws"]


def test_perimeters_count_other_measures_of_the_same_table() -> None:
    laws = read_measures(TABLE)
    assert rate_json(laws, FR_GOVERNMENT, CUT_OFF)["expected"] == 2
    # the Senate's own cut-off for L1 is 31 March 2024, and its second order came later
    late = rate_json(laws, FR_SENATE, date(2026, 1, 1))
    first = late["by_law"][0]
    assert (first["law"], first["fulfilled"], first["expected"]) == ("L1", 1, 3)


FORMS = (
    HEAD
    + """L1,a,decree,2020-01-01,2021-01-01,2020-06-01,,
L1,b,order,2020-01-01,2021-01-01,2022-06-01,,
L1,c,order,2020-01-01,2021-01-01,,,
L1,d,order,2020-01-01,2023-06-01,,consultation,
L1,e,order,2020-01-01,2026-01-01,,,
L1,f,order,2020-01-01,,,lapsed,
L1,g,circular,2020-01-01,,2020-02-01,,
L1,h,report,2020-01-01,2021-01-01,2020-12-31,,
L1,i,report,2020-01-01,2021-01-01,,,
L2,,,2020-01-01,,,,
"""
)


def test_the_italian_form_counts_what_lapsed_as_disposed_of() -> None:
    found = rate_json(read_measures(FORMS), IT_UPG, CUT_OFF)
    assert (found["fulfilled"], found["expected"], found["direct"]) == (3, 6, 1)
    assert found["form"] == {"adopted": 2, "lapsed": 1, "total": 6, "unknown": 0, "nothing_to_adopt": 1}


def test_the_american_form_tells_progress_and_deadlines() -> None:
    form = rate_json(read_measures(FORMS), US_DODD_FRANK, CUT_OFF)["form"]
    assert (form["final"], form["proposed"], form["not_proposed"], form["unknown"]) == (2, 1, 2, 0)
    assert (form["passed_and_met"], form["passed_and_missed"], form["not_passed"]) == (1, 3, 1)


def test_the_european_form_counts_what_is_late_and_long_late() -> None:
    form = rate_json(read_measures(FORMS), EU_TRANSPOSITION, CUT_OFF)["form"]
    assert form == {"overdue": 2, "in_force": 5, "deficit": 0.4, "long_overdue": 1, "unknown": 0}


def test_circulars_count_for_the_senate_alone_and_reports_for_none() -> None:
    laws = read_measures(FORMS)
    assert [rate_json(laws, p, CUT_OFF)["expected"] for p in (KZ_DEFAULT, FR_SENATE)] == [5, 6]
    reports = rate_json(laws, KZ_DEFAULT, CUT_OFF)["reports"]
    assert reports == {"due": 2, "delivered": 1, "on_time": 1, "unknown": 0}


def test_what_is_unknown_gives_bounds_and_no_rate() -> None:
    rows = "".join(
        f"L,a{n},order,2024-01-01,,{'2024-02-01' if n < 3 else ''},{'' if n < 3 else 'unknown'},\n" for n in range(6)
    )
    found = rate_json(read_measures(HEAD + rows), KZ_DEFAULT, CUT_OFF)
    assert (found["rate"], found["rate_low"], found["rate_high"], found["printed"]) == (None, 0.5, 1.0, "50-100")
    assert found["by_law"][0]["category"] == "unknown"


@pytest.mark.parametrize(
    ("row", "line", "column"),
    [
        ("L,a,order,2024-13-01,,,,", 2, "promulgated"),
        ("L,a,order,,,,,", 2, "promulgated"),
        ("L,a,decre,2024-01-01,,,,", 2, "kind"),
        ("L,a,order,2024-01-01,2023-01-01,,,", 2, "due"),
        ("L,a,order,2024-01-01,,2023-12-31,,", 2, "fulfilled"),
        ("L,a,order,2024-01-01,,,done,", 2, "state"),
        ("L,a,order,2024-01-01,,,published,", 2, "fulfilled"),
        ("L,a,order,2024-01-01,,2024-02-01,drafting,", 2, "state"),
        ("L,a,order,2024-01-01,,,,perhaps", 2, "deferred"),
        (",a,order,2024-01-01,,,,", 2, "law"),
        ("L,a,order,2024-01-01,,,,\nL,b,order,2024-01-02,,,,", 3, "promulgated"),
    ],
)
def test_a_row_that_cannot_be_counted_is_named(row: str, line: int, column: str) -> None:
    with pytest.raises(TableError) as error:
        read_measures(HEAD + row + "\n", "t.csv")
    assert (error.value.line, error.value.column) == (line, column)


# Rows of the Assemblée nationale's barometer of the application of laws (open licence Etalab).
LOIS = """date_publication,titre,id_legifrance,application_directe,mesures_a_appliquer
2017-12-25,Paris La Défense,JORFTEXT000036259042,non,2
2017-12-28,finances rectificative pour 2017,JORFTEXT000036298548,non,37
2017-10-23,mise en cohérence des textes,JORFTEXT000035860850,oui,0
"""
MESURES = """id_loi,n_ordre,article,base_legale,objectif_observations,id_decret,etat,delai_jours
JORFTEXT000036259042,1,"Article 2, I, 1°",,Décret n° 2018-665 du 27/07/2018,JORFTEXT000037257775,appliqué,216
JORFTEXT000036259042,2,"Article 2, I, 2°, a",,Décret n° 2018-665 du 27/07/2018,JORFTEXT000037257775,appliqué,216
JORFTEXT000036298548,21,"Article 73, XVII",,Publication éventuelle envisagée,,en attente d'application,
"""


def test_the_barometer_becomes_the_same_table() -> None:
    laws = read_barometer(LOIS, MESURES)
    assert laws[0].measures[0].fulfilled == date(2018, 7, 29)
    found = rate_json(laws, FR_SENATE, date(2019, 3, 31))
    assert (found["laws"], found["direct"], found["applied"], found["left_out"]) == (2, 1, 1, 1)
    assert (found["fulfilled"], found["expected"], found["delay"]["mean"]) == (2, 2, 216)


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("appliqué,216", "abrogé,216", "etat"),
        ("appliqué,216", "appliqué,", "delai_jours"),
        ("JORFTEXT000036298548,21", "X,21", "id_loi"),
    ],
)
def test_a_barometer_row_that_is_not_understood_is_no_guess(old: str, new: str, column: str) -> None:
    with pytest.raises(TableError) as error:
        read_barometer(LOIS, MESURES.replace(old, new, 1))
    assert error.value.column == column


def verdicts(rows: str) -> list[dict[str, Any]]:
    return reconcile_csv("id,numerator,denominator,decimals,published,other_denominators\n" + rows)


def test_published_percentages_of_a_table() -> None:
    found = verdicts("a,63,280,0,23,\nb,6,19,1,31.5,\nc,15,49,0,35,\nd,18,51,0,55,40;33\ne,1,0,0,0,\n")
    assert [(r["id"], r["verdict"], r["recomputed"], r["denominator"]) for r in found] == [
        ("a", "follows", "23", 280),
        ("b", "follows_by_truncation", "31.6", 19),
        ("c", "does_not_follow", "31", None),
        ("d", "other_denominator", "35", 33),
        ("e", "does_not_follow", None, None),
    ]


@pytest.mark.parametrize(("row", "column"), [("a,x,2,0,50,", "numerator"), ("a,1,2,0,half,", "published")])
def test_a_published_row_that_cannot_be_read(row: str, column: str) -> None:
    with pytest.raises(TableError) as error:
        verdicts(row + "\n")
    assert (error.value.line, error.value.column) == (2, column)
