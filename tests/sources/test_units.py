"""Units as published: what a source writes beside its figures stands beside the observations."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources.collect import collect
from indicators.sources.errors import SourceChanged
from indicators.sources.exchange import Transport

BANK = [
    {"page": 1, "pages": 1, "per_page": 1000, "total": 1, "lastupdated": "2026-04-08"},
    [
        {
            "indicator": {"id": "X", "value": "Synthetic"},
            "country": {"id": "KZ", "value": "Kazakhstan"},
            "date": "2020",
            "value": 4.5,
            "unit": "USD million ",
            "obs_status": "",
        }
    ],
]
UNITED_NATIONS = {
    "totalElements": 1,
    "totalPages": 1,
    "pageNumber": 1,
    "data": [
        {
            "series": "X",
            "geoAreaCode": "398",
            "timePeriodStart": 2020.0,
            "value": "4.5",
            "attributes": {"Nature": "E", "Units": "PER_100000_POP"},
            "dimensions": {"Sex": "BOTHSEX"},
        }
    ],
}
JSON_STAT = {
    "version": "2.0",
    "class": "dataset",
    "value": {"0": 4.5},
    "id": ["unit", "geo", "time"],
    "size": [1, 1, 1],
    "dimension": {
        name: {"category": {"index": {code: 0}}} for name, code in [("unit", "GWH"), ("geo", "KZ"), ("time", "2020")]
    },
}
TABLE = "Year,UNIT_MEASURE,UNIT_MULT,Value\n2020,GWH,{},4.5\n"

UNITS = {
    "worldbank_v2": (json.dumps(BANK), {}, "USD million", 0),
    "unsd_sdg": (json.dumps(UNITED_NATIONS), {"areaCode": "398"}, "PER_100000_POP", 0),
    "json_stat": (json.dumps(JSON_STAT), {"geo": "KZ"}, "GWH", 0),
    "open_sdg": (TABLE.format("3"), {}, "GWH", 3),
}


@pytest.mark.parametrize("protocol", UNITS)
def test_the_unit_that_a_source_writes_stands_beside_the_figure(
    make_source: Callable[..., SourceInfo],
    make_series: Callable[..., SeriesRef],
    held: Callable[[bytes], Transport],
    protocol: str,
) -> None:
    body, key, unit, multiplier = UNITS[protocol]
    source = make_source(protocol, "https://service.example")
    (row,) = collect(make_series("X", key=key), source, held(body.encode())).observations.itertuples()
    assert (row.value, row.unit, row.multiplier) == (4.5, unit, multiplier)


def test_a_platform_whose_power_of_ten_is_none_is_refused(
    make_source: Callable[..., SourceInfo], make_series: Callable[..., SeriesRef], held: Callable[[bytes], Transport]
) -> None:
    source = make_source("open_sdg", "https://service.example")
    with pytest.raises(SourceChanged, match=r"line 2: the multiplier is 'тыс', not a power of ten"):
        collect(make_series("X"), source, held(TABLE.format("тыс").encode()))
