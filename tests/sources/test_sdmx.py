"""SDMX messages: every dialect says the same, every trap inside a message is a typed error."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from indicators.sources.collect import Collected
from indicators.sources.errors import SeriesMissing, SourceChanged
from tests.sources import sdmx_messages as syn

Read = Callable[..., Collected]
Ask = Callable[..., Collected]


@pytest.mark.parametrize("name", syn.MESSAGES)
def test_every_dialect_keeps_the_figures_as_they_were_written(read: Read, name: str) -> None:
    collected = read(syn.MESSAGES[name])
    assert syn.figures(collected) == syn.FIGURES
    assert list(collected.observations.decimals) == [2, 2, 1]
    assert collected.known_from == date(2026, 7, 1)


@pytest.mark.parametrize("body", [syn.json_1(), syn.json_1(flat=True), {"data": syn.json_1()}, syn.json_2()])
def test_json_of_both_versions(read: Read, body: dict[str, Any]) -> None:
    assert {p: float(v) for p, v in syn.figures(read(body)).items()} == {p: float(v) for p, v in syn.FIGURES.items()}


def test_a_footer_that_says_too_much_is_no_data(read: Read) -> None:
    footer = (
        '<f:Footer><f:Message code="413" severity="Information"><c:Text>Due to the size</c:Text></f:Message></f:Footer>'
    )
    with pytest.raises(SourceChanged, match=r"Due to the size.*ask for fewer"):
        read(syn.message(syn.specific(), footer=footer))


def test_rows_can_delete_merge_and_replace(read: Read) -> None:
    rows = [
        "dataflow,SYN:DF(1.0.0),D,A,KAZ,_T,2019,,",
        "dataflow,SYN:DF(1.0.0),D,A,KAZ,_T,2020,,A",
        "dataflow,SYN:DF(1.0.0),M,A,KAZ,_T,2020,,E",
        "dataflow,SYN:DF(1.0.0),R,A,KAZ,_T,2021,5.1,P",
        "dataflow,SYN:DF(1.0.0),D,A,KGZ,_T,,,",
    ]
    collected = read(syn.csv_2(*rows))
    assert syn.figures(collected) == {"2020": "4.90", "2021": "5.1"}
    assert list(collected.observations.status) == ["", "p"]


@pytest.mark.parametrize("row", ["D,A,KAZ,_T,,,", "D,,KAZ,,,,"])
def test_a_deletion_without_period_takes_the_whole_series(read: Read, row: str) -> None:
    with pytest.raises(SeriesMissing):
        read(syn.csv_2(f"dataflow,SYN:DF(1.0.0),{row}"))


def test_a_data_set_can_delete(read: Read) -> None:
    gone = syn.specific("Delete", {"2020": ""})
    assert list(syn.figures(read(syn.message(syn.specific() + gone)))) == ["2019", "2021"]
    document = syn.json_1()
    document["dataSets"].append({"action": "Delete", "series": {"1:0": {"observations": {"1": []}}}})
    assert list(syn.figures(read(document))) == ["2019", "2021"]


def test_one_period_with_two_values_is_refused(read: Read) -> None:
    with pytest.raises(SourceChanged, match=r"2021 came twice: '4.9' and '5.0'"):
        read(syn.csv_1("SYN:DF(1.0),A,KAZ,_T,2021,5.0,A,"))
    assert syn.figures(read(syn.csv_1("SYN:DF(1.0),A,KAZ,_T,2021,4.9,A,again"))) == syn.FIGURES


@pytest.mark.parametrize("name", ["csv 1.0", "ml structure-specific", "ml generic", "ml structure-specific, flat"])
def test_a_key_that_leaves_several_series_is_refused_though_periods_differ(read: Read, name: str) -> None:
    with pytest.raises(SourceChanged, match=r"2 series, which differ in REF_AREA: KAZ, KGZ") as caught:
        body = str(syn.MESSAGES[name]).replace("SYN:DF(1.0),A,KAZ,F", "SYN:DF(1.0),A,XXX,F")
        wanted = {"FREQ": "A", "SEX": "_T"}
        read(
            body.replace(",KGZ,_T,2021,", ",KGZ,_T,1999,").replace('"2021" OBS_VALUE="1.1"', '"1999" OBS_VALUE="1.1"'),
            wanted,
        )
    assert "key" in caught.value.remedy


def test_a_change_of_unit_inside_a_series_is_refused(read: Read) -> None:
    head = "DATAFLOW,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE\n"
    rows = "SYN:DF(1.0),A,KAZ,_T,2019,4.8,KWH\nSYN:DF(1.0),A,KAZ,_T,2020,4.9,TJ\n"
    with pytest.raises(SourceChanged, match=r"UNIT_MEASURE: KWH, TJ"):
        read(head + rows)


def with_attribute(name: str, attribute: str) -> str:
    """A message in which the figure of 2020 alone bears the second of two codes of an attribute."""
    if name == "json 1.0":
        document = syn.json_1()
        document["structure"]["attributes"]["observation"] = [{"id": attribute, "values": [{"id": "0"}, {"id": "3"}]}]
        document["dataSets"][0]["series"]["1:0"]["observations"] = {"0": [4.8, 0], "1": [4.9, 1]}
        return json.dumps(document)
    body = str(syn.MESSAGES[name]).replace('"2020" OBS_VALUE', f'"2020" {attribute}="3" OBS_VALUE')
    shown = '<g:ObsDimension value="2020"/><g:ObsValue value="4.90"/><g:Attributes>'
    return body.replace(shown, f'{shown}<g:Value id="{attribute}" value="3"/>')


DIALECTS = ("ml structure-specific", "ml generic", "json 1.0")


@pytest.mark.parametrize("name", DIALECTS)
def test_a_change_of_unit_from_one_value_to_the_next_is_refused(read: Read, name: str) -> None:
    with pytest.raises(SourceChanged, match=r"the unit changes from .* to UNIT_MEASURE 3"):
        read(with_attribute(name, "UNIT_MEASURE"))


@pytest.mark.parametrize("name", DIALECTS)
def test_a_change_of_the_power_of_ten_is_kept_beside_the_figure_as_published(read: Read, name: str) -> None:
    frame = read(with_attribute(name, "UNIT_MULT")).observations
    told = dict(zip(frame.period, zip(frame.value, frame.multiplier, strict=True), strict=True))
    assert told["2019"] == (4.8, 0) and told["2020"] == (4.9, 3)


def test_unit_and_power_of_ten_stand_beside_each_figure_in_every_dialect(read: Read) -> None:
    head = "DATAFLOW,FREQ,REF_AREA,SEX,UNIT_MEASURE,TIME_PERIOD,OBS_VALUE,UNIT_MULT,BASE_PER\n"
    csv = head + "SYN:DF(1.0),A,KAZ,_T,USD,2019,4.8,6,2015\nSYN:DF(1.0),A,KAZ,_T,USD,2020,,6,2015\n"
    attributes = ' UNIT_MEASURE="USD" UNIT_MULT="6" BASE_PER="2015"'
    for body in (csv, syn.message(syn.specific(attributes=attributes))):
        frame = read(body).observations
        assert set(frame.unit) == {"USD; BASE_PER 2015"} and set(frame.multiplier) == {6}
    dimension = '<g:Value id="SEX" value="_T"/>'
    body = syn.message(syn.generic(), kind="GenericData").replace(
        dimension, dimension + '<g:Value id="UNIT_MEASURE" value="USD"/>'
    )
    assert set(read(body).observations.unit) == {"USD"}


def test_a_power_of_ten_that_is_none_is_refused(read: Read) -> None:
    with pytest.raises(SourceChanged, match=r"'thousands', not a power of ten"):
        read(syn.message(syn.specific(attributes=' UNIT_MULT="thousands"')))


@pytest.mark.parametrize("after", [True, False])
def test_a_power_of_ten_is_no_dimension_wherever_its_column_stands(read: Read, after: bool) -> None:
    order = ("OBS_VALUE", "UNIT_MULT") if after else ("UNIT_MULT", "OBS_VALUE")
    rows = [
        f"SYN:DF(1.0),A,KAZ,_T,{y},{v if after else p},{p if after else v}"
        for y, v, p in (("2019", "4.8", "0"), ("2020", "4.9", "3"))
    ]
    frame = read("\n".join(["DATAFLOW,FREQ,REF_AREA,SEX,TIME_PERIOD," + ",".join(order), *rows]) + "\n").observations
    assert list(frame.multiplier) == [0, 3] and list(frame.value) == [4.8, 4.9]


def test_flags_become_statuses_and_missing_values_are_never_zero(read: Read) -> None:
    head = "DATAFLOW,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,CONF_STATUS\n"
    given_rows = [
        ("2010", "1.0", "A", "F", ""),
        ("2011", "1.0", "E", "", "e"),
        ("2012", "1.0", "BP", "", "b"),
        ("2013", "", "", "", "m"),
        ("2014", "NaN", "A", "", "m"),
        ("2015", "0", "M", "", "m"),
        ("2016", "", "Q", "", "c"),
        ("2017", "", "", "C", "c"),
        ("2018-Q3", "1.0", "P", "", "p"),
        ("2018-M07", "1.0", "U", "", "e"),
        ("2018-S2", "1.0", "p", "", "p"),
    ]
    rows = "".join(f"SYN:DF(1.0),A,KAZ,_T,{p},{v},{f},{c}\n" for p, v, f, c, _ in given_rows)
    frame = read(head + rows).observations
    expected = {p.replace("M07", "07"): status for p, *_, status in given_rows}
    assert dict(zip(frame.period, frame.status, strict=True)) == expected
    assert all(math.isnan(v) == (s in ("m", "c")) for v, s in zip(frame.value, frame.status, strict=True))


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE html><html><body>Maintenance</body></html>",
        "Series not available",
        syn.csv_1().replace("OBS_VALUE", "VALUE"),
        syn.csv_1().replace("REF_AREA", "GEO"),
        syn.csv_1().replace("NOTE", "SEX"),
        syn.csv_1().replace(",_T,2020,", ",2020,"),
        syn.csv_1().rstrip(),
        syn.csv_1().replace("4.90", "4.9x"),
        syn.csv_1().replace("4.90", "1,234.5"),
        syn.csv_1().replace("2020", "2020-W07"),
        syn.csv_1().replace("4.90,A", "4.90,?"),
        syn.csv_2().replace(",I,A,KAZ", ",X,A,KAZ"),
        syn.csv_1().encode().replace(b"4.90", b"\xff\xfe"),
        syn.message(syn.specific())[:-40],
        syn.message(syn.specific()).replace('"Replace"', '"Upsert"'),
        syn.message(syn.specific(), at="SEX"),
        syn.message(syn.specific(), kind="Structure"),
        '<!DOCTYPE x [<!ENTITY e "4.9">]>' + syn.message(syn.specific()).partition("?>")[2],
        "[1]",
        '{"data":{"dataSets":[{"series":{"0:0":{}}}],"structures":[]}}',
        "{",
    ],
)
def test_other_shapes_are_refused_at_once(httpserver: HTTPServer, ask: Ask, body: str | bytes) -> None:
    with pytest.raises(SourceChanged) as caught:
        ask(body)
    assert caught.value.series == "syn/DF" and not caught.value.retry
    assert len(httpserver.log) == 1


def test_entities_are_neither_fetched_nor_blown_up(read: Read, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/secret").respond_with_data("4.9")
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    for inside in (f'<!ENTITY e SYSTEM "{httpserver.url_for("/secret")}">', f'<!ENTITY e0 "ha">{levels}'):
        name = "e9" if "e9" in inside else "e"
        body = syn.message(f"<m:DataSet>&{name};</m:DataSet>").partition("?>")[2]
        started = time.monotonic()
        with pytest.raises(SourceChanged):
            read(f"<!DOCTYPE m [{inside}]>{body}")
        assert time.monotonic() - started < 2
    assert not httpserver.log
