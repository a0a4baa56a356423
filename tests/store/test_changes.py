"""Revisions between two days, replayed from official histories and against a plain comparison."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.register.observation import OBSERVATION_COLUMNS
from indicators.store.changes import CHANGE_COLUMNS, KINDS, between
from indicators.store.errors import DaysRefused


def years(first: int, published: str) -> dict[str, str]:
    """Published values of consecutive years."""
    return {str(first + n): text for n, text in enumerate(published.split())}


RENEWABLE = "kz-sdg/7-2-1"
RENEWABLE_RELEASES = {
    date(2018, 10, 20): years(2015, "2.0 2.0"),
    date(2019, 5, 18): years(
        2011, "9.104880831682053 8.376536157036131 8.11190474163471 8.693493734842917 10.3083328825092 12.7 11.3"
    ),
    date(2019, 6, 10): years(2010, "0.0 0.0 0.0 0.0 0.62 0.77 0.98 1.08"),
    date(2019, 9, 25): {},
}
"""Share of renewable electricity without a breakdown, as the Bureau of National Statistics' Open SDG
platform published it (repository kazstat/sdg-data-kazstat, MIT; commits c668a137c1, 9667e8c5e0,
8e24afca81, 0180acb6dd). In June 2019 large hydro left the definition under the same id."""

LARGE_HYDRO = "kz-sdg/7-2-1/ILWPP"
LARGE_HYDRO_RELEASES = {
    date(2020, 12, 19): RENEWABLE_RELEASES[date(2019, 5, 18)] | years(2018, "10.2 10.4"),
    date(2021, 2, 22): years(2011, "9.1 8.4 8.1 8.7 10.3 12.7 11.3 10.2 10.4"),
}
"""The same platform, with large hydro (commits c3e8d258cf, 870739d321): the second only rounds."""

INTENSITY = "wb-wdi/EG.EGY.PRIM.PP.KD"
INTENSITY_RELEASES = {
    date(2018, 8, 1): years(1999, "10.697754958186 9.67718790050026 8.25369610347573 8.64825567394444 8.58278977688473")
    | years(2004, "9.22752906318449 8.4262417521498 9.19008023975301 9.07897749929159 9.29101632418071")
    | years(2009, "8.34151065168116 8.46549271291056 8.83546707625359 8.06809238310738 8.41811119296808")
    | years(2014, "7.87157391582088 7.92285245133914"),
    date(2026, 4, 1): years(
        2000, "9.74 8.31 8.7 8.64 9.29 8.48 9.12 9.14 9.35 8.39 8.52 8.87 8.07 8.41 6.44 5.36 6.21"
    ),
}
"""Energy intensity of Kazakhstan, World Bank, World Development Indicators, CC BY 4.0, as it stood in
two vintages. In between all of its past was computed anew: the prices are those of another base year."""

HISTORIES = {RENEWABLE: RENEWABLE_RELEASES, LARGE_HYDRO: LARGE_HYDRO_RELEASES, INTENSITY: INTENSITY_RELEASES}


@pytest.fixture
def replayed(store, release):
    """A store into which the real releases came, day by day."""
    for series, releases in HISTORIES.items():
        for day, values in releases.items():
            release(series, day, values)
    return store


def of(found: pd.DataFrame, period: str) -> pd.Series:
    [row] = found[found["period"] == period].to_dict("records")
    return row


def test_official_histories_answer_for_every_day_and_name_what_was_redefined(replayed, values_on):
    for series, releases in HISTORIES.items():
        days = sorted(releases)
        for day, following in zip(days, [*days[1:], date(2030, 1, 2)], strict=True):
            expected = {period: float(text) for period, text in releases[day].items()}
            assert values_on(series, day) == values_on(series, following - timedelta(days=1)) == expected
        assert values_on(series, days[0] - timedelta(days=1)) == {}

    filler, large, without, none = sorted(RENEWABLE_RELEASES)
    corrected = replayed.changes([RENEWABLE], filler, large)
    assert corrected["kind"].tolist() == ["new"] * 4 + ["revised"] * 2 + ["new"]
    redefined = replayed.changes([RENEWABLE], large, without)
    assert redefined["kind"].tolist() == ["new"] + ["redefined"] * 7
    was, now = of(redefined, "2014")["old"], of(redefined, "2014")["new"]
    assert (round(was, 2), now, round(of(redefined, "2014")["relative"], 3)) == (8.69, 0.62, -0.929)
    assert set(replayed.changes([RENEWABLE], without, none)["kind"]) == {"withdrawn"}

    early, late = sorted(INTENSITY_RELEASES)
    base = replayed.changes([INTENSITY], early, late)
    assert (round(of(base, "2015")["old"], 2), of(base, "2015")["new"]) == (7.92, 5.36)
    assert set(base.loc[base["period"].between("2000", "2015"), "kind"]) == {"redefined"}
    assert (of(base, "1999")["kind"], of(base, "2016")["kind"]) == ("withdrawn", "new")
    assert set(base["vintage"]) == {replayed.vintages(INTENSITY)[-1].id}

    rounded = replayed.changes([LARGE_HYDRO], *sorted(LARGE_HYDRO_RELEASES))
    assert rounded["period"].tolist() == ["2011", "2012", "2013", "2014", "2015"]
    assert set(rounded["kind"]) == {"rewritten"}

    together = replayed.changes(list(HISTORIES), date(2018, 9, 1), date(2030, 1, 1))
    assert together["series"].drop_duplicates().tolist() == sorted([LARGE_HYDRO, INTENSITY])
    assert {name: str(kind) for name, kind in together.dtypes.items()} == CHANGE_COLUMNS
    assert len(replayed.changes(list(HISTORIES), late, late)) == 0
    with pytest.raises(DaysRefused, match="earlier day first"):
        replayed.changes([INTENSITY], late, early)


def known(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame as the store would answer it."""
    return frame.assign(vintage="v", known_from=date(2024, 1, 1), raw_sha256="", grade="A")


def test_another_unit_is_one_factor_and_a_revision_of_some_figures_is_neither(frame):
    tons = {"2017": "1400", "2018": "1440", "2019": "1510", "2020": "1480", "2021": "1600", "2022": "0"}
    thousands = {"2017": "1.40", "2018": "1.44", "2019": "1.51", "2020": "1.48", "2021": "1.60", "2022": "0"}
    some = tons | {"2020": "1490", "2021": "1610"}
    for later, kinds in ((thousands, ["rescaled"] * 5), (some, ["revised"] * 2)):
        found = between(known(frame("synthetic/a", tons)), known(frame("synthetic/a", later)))
        assert found["kind"].tolist() == kinds
    few = {period: tons[period] for period in ("2017", "2018", "2019", "2020")}
    found = between(known(frame("synthetic/a", few)), known(frame("synthetic/a", thousands)))
    assert "rescaled" not in set(found["kind"]), "four figures are too few to speak of a past"


def test_another_unit_or_power_of_ten_beside_the_figure_is_its_own_kind(frame):
    tons = frame("synthetic/a", {"2017": "1400", "2018": "1440"}).assign(unit="T")
    thousands = frame("synthetic/a", {"2017": "1.40", "2018": "1.44"}).assign(unit="T", multiplier=3)
    renamed = tons.assign(unit="TONNE")
    for later in (thousands, renamed):
        assert set(between(known(tons), known(later))["kind"]) == {"unit"}
    assert len(between(known(thousands), known(thousands))) == 0


rows = st.dictionaries(
    st.tuples(st.sampled_from(["KZ", "KZAKM"]), st.sampled_from(["2020", "2021", "2022", "2023"])),
    st.tuples(st.sampled_from(["1.0", "1.00", "1.04", "2.5", "-3", "0", ""]), st.sampled_from(["", "p", "m"])),
)


def as_frame(given: dict[tuple[str, str], tuple[str, str]]) -> pd.DataFrame:
    table = [
        ("synthetic/a", *key, float(text) if text else float("nan"), status, text, len(text.partition(".")[2]), "", 0)
        for key, (text, status) in sorted(given.items())
    ]
    return known(pd.DataFrame(table, columns=list(OBSERVATION_COLUMNS)).astype(OBSERVATION_COLUMNS))


@settings(max_examples=50, deadline=None)
@given(rows, rows)
def test_every_difference_has_one_row_and_nothing_else_has(earlier, later):
    found = between(as_frame(earlier), as_frame(later))
    told = {(row.area, row.period): row for row in found.itertuples()}
    assert len(told) == len(found)
    absent = ("", None)
    for key in earlier.keys() | later.keys():
        (old, old_status), (new, new_status) = earlier.get(key, absent), later.get(key, absent)
        if (old, old_status) == (new, new_status):
            assert key not in told
            continue
        row = told[key]
        assert row.kind in KINDS
        assert (row.kind == "new", row.kind == "withdrawn") == (not old and bool(new), bool(old) and not new)
        if row.kind == "revised":
            assert float(old) != float(new)
        assert str(row.old) == str(float(old) if old else float("nan"))
        assert str(row.new) == str(float(new) if new else float("nan"))
