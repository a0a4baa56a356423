"""Revisions between two days, replayed from official histories and against a plain comparison."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.register.observation import OBSERVATION_COLUMNS
from indicators.scores.law import score_law
from indicators.store.changes import CHANGE_COLUMNS, KINDS, between
from indicators.store.errors import DaysRefused
from indicators.store.store import Store
from tests.store.histories import HISTORIES, states

RENEWABLE = "kz-sdg/7-2-1"
"""Share of renewable electricity. In June 2019 large hydro left the definition under the same id."""

LARGE_HYDRO = "kz-sdg/7-2-1/ILWPP"
"""The same share with large hydro: the release of February 2021 only rounds."""

INTENSITY = "wb-wdi/EG.EGY.PRIM.PP.KD"
"""Energy intensity. Between its two releases all of its past was computed anew in prices of another base year."""


@pytest.fixture
def replay(store, release):
    """Lets the real releases of some series come into the store, day by day, and gives it."""

    def make(*names: str) -> Store:
        for series in names:
            for day, values in states(series).items():
                release(series, day, values)
        return store

    return make


def of(found: pd.DataFrame, period: str) -> pd.Series:
    [row] = found[found["period"] == period].to_dict("records")
    return row


def test_official_histories_answer_for_every_day(replay):
    """Every series that a law is measured by and that was revised, on the day of each release and the day before."""
    store, told = replay(*HISTORIES), {series: states(series) for series in HISTORIES}
    days = {day for releases in told.values() for day in releases}
    for day in sorted(days | {day - timedelta(days=1) for day in days} | {date(2030, 1, 1)}):
        known = {series: [release for release in releases if release <= day] for series, releases in told.items()}
        expected = {
            (series, period): float(text)
            for series, releases in known.items()
            if releases
            for period, text in told[series][max(releases)].items()
        }
        rows = store.observations(list(HISTORIES), day)
        assert dict(zip(zip(rows["series"], rows["period"], strict=True), rows["value"], strict=True)) == expected


def test_between_two_days_what_was_redefined_is_named(replay):
    replayed = replay(RENEWABLE, LARGE_HYDRO, INTENSITY)
    filler, large, without, none = sorted(HISTORIES[RENEWABLE])
    corrected = replayed.changes([RENEWABLE], filler, large)
    assert corrected["kind"].tolist() == ["new"] * 4 + ["revised"] * 2 + ["new"]
    redefined = replayed.changes([RENEWABLE], large, without)
    assert redefined["kind"].tolist() == ["new"] + ["redefined"] * 7
    was, now = of(redefined, "2014")["old"], of(redefined, "2014")["new"]
    assert (round(was, 2), now, round(of(redefined, "2014")["relative"], 3)) == (8.69, 0.62, -0.929)
    assert set(replayed.changes([RENEWABLE], without, none)["kind"]) == {"withdrawn"}

    rounded = replayed.changes([LARGE_HYDRO], date(2020, 12, 19), date(2021, 2, 22))
    assert rounded["period"].tolist() == ["2011", "2012", "2013", "2014", "2015"]
    assert set(rounded["kind"]) == {"rewritten"}

    together = replayed.changes(list(HISTORIES), date(2018, 9, 1), date(2030, 1, 1))
    assert together["series"].drop_duplicates().tolist() == [LARGE_HYDRO, INTENSITY]
    assert {name: str(kind) for name, kind in together.dtypes.items()} == CHANGE_COLUMNS
    assert len(replayed.changes(list(HISTORIES), date(2029, 1, 1), date(2030, 1, 1))) == 0
    with pytest.raises(DaysRefused, match="earlier day first"):
        replayed.changes([INTENSITY], date(2026, 4, 1), date(2018, 8, 1))


def test_energy_intensity_of_2015_is_a_change_of_price_base(replay, values_on, kazakhstan):
    replayed = replay(INTENSITY)
    early, late = sorted(HISTORIES[INTENSITY])
    assert (round(values_on(INTENSITY, early)["2015"], 2), values_on(INTENSITY, late)["2015"]) == (7.92, 5.36)
    base = replayed.changes([INTENSITY], early, late, kazakhstan.series)
    row = of(base, "2015")
    assert (row["kind"], row["basis"], round(row["old"], 2), row["new"]) == ("redefined", "price_base", 7.92, 5.36)
    common = base["period"].between("2000", "2015")
    assert set(base.loc[common, "kind"]) == {"redefined"} and set(base.loc[common, "basis"]) == {"price_base"}
    others = base.loc[~common]
    assert set(others["kind"]) == {"new", "withdrawn"} and set(others["basis"]) == {""}
    assert set(base["vintage"]) == {replayed.vintages(INTENSITY)[-1].id}
    for since, until in ((early, late - timedelta(days=1)), (late, date(2030, 1, 1))):
        assert set(replayed.changes([INTENSITY], since, until, kazakhstan.series)["basis"]) <= {""}


def test_the_change_of_price_base_is_no_progress_of_the_law(replay, kazakhstan):
    """A score of any day rests on one release: no pace and no point joins figures of two price bases."""
    replayed, law = replay(INTENSITY), kazakhstan.law("Z1200000541")
    for day, told in states(INTENSITY).items():
        tree = score_law(law, replayed.observations([INTENSITY], day), date(2016, 12, 31), day)
        [found] = [indicator for indicator in tree.indicators if indicator.series == INTENSITY]
        assert {point.period: point.value for point in found.history}.items() <= {
            period: float(text) for period, text in told.items()
        }.items()
        assert found.known_from == day and found.period == max(year for year in told if year <= "2016")
        assert found.score is None, "no target's base year is known, so nothing is scored"


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
