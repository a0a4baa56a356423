"""Segments: figures of two definitions, units or territories are never joined without saying so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest

from indicators.register import period as periods
from indicators.register.model import Region
from indicators.register.segments import territory
from indicators.scores.readings import find, national_readings, segments
from indicators.store.segments import SEGMENT_COLUMNS

S = "synthetic/a"
DAY = date(2024, 5, 10)
LIGHT = "kz-sdg/7-2-1/ELWPP"


@pytest.fixture
def ask(store, release, kazakhstan) -> Callable[..., pd.DataFrame]:
    """Publishes a frame and gives its segments as the register of Kazakhstan draws them."""

    def make(*frames: pd.DataFrame) -> pd.DataFrame:
        [series] = set(frames[0]["series"])
        release(series, DAY, pd.concat(frames, ignore_index=True))
        return store.segments([series], DAY, kazakhstan.series, kazakhstan.regions)

    return make


def told(found: pd.DataFrame, area: str = "KZ") -> list[tuple[Any, ...]]:
    rows = found[found["area"] == area]
    return list(zip(rows["period"], rows["segment"], rows["begins"], strict=True))


def years(*which: int) -> dict[str, str]:
    return {str(year): "1.5" for year in which}


def test_the_split_of_almaty_region_in_2022_is_three_segments_by_its_code(ask, frame):
    values = years(2020, 2021, 2022, 2023, 2024)
    found = ask(frame(S, values), frame(S, values, area="KZALM"), frame(S, values, area="KZAKM"))
    assert list(found) == list(SEGMENT_COLUMNS)
    assert told(found, "KZALM") == [
        ("2020", 1, ""),
        ("2021", 1, ""),
        ("2022", 2, "territory"),
        ("2023", 3, "territory"),
        ("2024", 3, "territory"),
    ]
    assert {segment for _, segment, _ in told(found) + told(found, "KZAKM")} == {1}
    assert found.groupby("area")["kato"].first().to_dict() == {"KZ": "", "KZALM": "190000000", "KZAKM": "110000000"}
    assert found["existed"].all()


def test_south_kazakhstan_ends_and_turkistan_begins_in_2018(ask, frame):
    values = years(2016, 2017, 2018, 2019)
    found = ask(*(frame(S, values, area=area) for area in ("KZONT", "KZYUZ", "KZSHY")))
    lived = {area: found[(found["area"] == area) & found["existed"]]["period"].tolist() for area in set(found["area"])}
    assert lived == {
        "KZONT": ["2016", "2017", "2018"],
        "KZYUZ": ["2018", "2019"],
        "KZSHY": ["2018", "2019"],
    }
    for area in lived:
        assert [segment for _, segment, _ in told(found, area)] == [1, 1, 2, 3]
    assert found.groupby("area")["kato"].first().to_dict() == {
        "KZONT": "510000000",
        "KZSHY": "790000000",
        "KZYUZ": "610000000",
    }


@pytest.mark.parametrize(
    ("code", "period", "number"),
    [
        ("KZKAR", "2022-05", 0),
        ("KZKAR", "2022-06", 1),
        ("KZKAR", "2022-07", 2),
        ("KZKAR", "2022-Q1", 0),
        ("KZKAR", "2022-Q2", 1),
        ("KZKAR", "2022-Q3", 2),
        ("KZVOS", "2021", 0),
        ("KZVOS", "2023", 2),
        ("KZULU", "2021-Q4", 0),
        ("KZULU", "2022-S2", 2),
        ("KZAKM", "2022", 0),
    ],
)
def test_a_period_in_which_a_territory_changed_is_neither_the_old_nor_the_new_one(kazakhstan, code, period, number):
    assert territory(kazakhstan.regions[code], period) == number


def test_every_region_has_a_code_names_in_three_languages_and_a_mark(kazakhstan):
    regions = kazakhstan.regions.values()
    assert len({region.kato for region in regions}) == len(regions) == 21
    assert all(region.kato and region.verification.printable for region in regions)
    assert all(region.name.kk and region.name.ru and region.name.en for region in regions)
    alive = [region for region in regions if region.until is None]
    assert len(alive) == 20
    [before_split] = [region for region in regions if region.until is not None]
    for region in regions:
        for cession in region.ceded:
            assert {kazakhstan.regions[code].since for code in cession.to} == {cession.on}
    assert before_split.code == "KZONT"


def test_definition_and_unit_begin_segments_and_a_missing_figure_does_not(ask, frame):
    values = frame(S, {"2018": "1.5", "2019": "1.5", "2020": "1.5", "2021": None, "2022": "1.5", "2023": "1.5"})
    values["unit"] = ["T", "T", "T", "", "T", "KT"]
    values.loc[values["period"] == "2020", "status"] = "b"
    assert told(ask(values)) == [
        ("2018", 1, ""),
        ("2019", 1, ""),
        ("2020", 2, "definition"),
        ("2021", 2, "definition"),
        ("2022", 2, "definition"),
        ("2023", 3, "unit"),
    ]


def test_segments_of_the_nation_are_those_that_scores_compare_within(ask, frame, kazakhstan):
    values = frame(LIGHT, years(2010, 2012, 2013, 2014, 2015, 2018, 2019))
    values.loc[values["period"] == "2018", "status"] = "b"
    found = ask(values)
    series = kazakhstan.series[LIGHT]
    readings = find(national_readings(found, [LIGHT]), LIGHT)
    parts = segments(series.breaks, readings)
    number = dict(zip(found["period"], found["segment"], strict=True))
    for one in number:
        for other in number:
            assert parts.together(one, other) == (number[one] == number[other])
    assert [p for p, n, _ in told(found) if n == 2] == ["2014", "2015"], "the register's own break of 2014"


def test_quarters_come_in_order_of_time_and_an_unknown_area_has_one_territory(ask, frame):
    found = ask(frame(S, {"2022-Q4": "1.5", "2022-Q1": "1.5", "2023-Q1": "1.5"}, area="ELSEWHERE"))
    assert found["period"].tolist() == ["2022-Q1", "2022-Q4", "2023-Q1"]
    assert set(found["segment"]) == {1} and set(found["kato"]) == {""}
    assert [periods.time(period) for period in found["period"]] == sorted(map(periods.time, found["period"]))


def test_a_region_whose_parts_became_no_region_is_a_mistake_of_the_register(kazakhstan):
    from indicators.register.rules import region_findings

    whole = list(kazakhstan.regions.values())
    almaty = kazakhstan.regions["KZALM"]
    for to in (("KZNOWHERE",), ("KZSHY",)):
        wrong = almaty.model_copy(update={"ceded": (almaty.ceded[0].model_copy(update={"to": to}),)})
        found = list(region_findings([wrong if region.code == "KZALM" else region for region in whole]))
        assert [finding.message for finding in found] == [
            f"{to[0]!r} is no region since 2022-06-08: correct the code, or the day of one of them"
        ]
    twice = Region.model_validate(almaty.model_dump() | {"code": "KZALM2"})
    assert any("190000000" in finding.message for finding in region_findings([*whole, twice]))
