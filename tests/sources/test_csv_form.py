"""The CSV form: what the project writes it reads, and what a sender spoils it names by line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources.collect import Collected, collect
from indicators.sources.csv_form import write_csv_template
from indicators.sources.errors import SeriesMissing, SourceChanged, SourceError
from indicators.sources.exchange import Transport
from indicators.sources.form import Filled, FormRow
from indicators.sources.live import LiveTransport

ROWS = (
    FormRow("2023", "KZ", "89.10", "", "synthetic, with a comma"),
    FormRow("2024", "", "90,50", "p"),
    FormRow("2025", "KZ", None, "c"),
    FormRow("2024", "KZAKM", "91"),
)
FORM = Filled("Синтетическое ведомство", date(2026, 7, 1), "Synthetic register", ROWS)
EXPECTED = [
    ("KZ", "2023", "89.10", "", 2),
    ("KZ", "2024", "90,50", "p", 2),
    ("KZ", "2025", "", "c", 0),
    ("KZAKM", "2024", "91", "", 0),
]
PREAMBLE = "series;syn/coverage\nsender;S\ndate sent;2026-07-01\nsource of the figures;S\n"
TABLE = PREAMBLE + "period;area;value;status;note\n"

Read = Callable[[bytes | str], Collected]


@pytest.fixture
def series(make_series: Callable[..., SeriesRef]) -> SeriesRef:
    """A regional yearly series that arrives as a file."""
    return make_series("coverage", regional=True)


@pytest.fixture
def read(series: SeriesRef, make_source: Callable[..., SourceInfo], held: Callable[[bytes], Transport]) -> Read:
    """Reads a file's bytes."""

    def reader(body: bytes | str) -> Collected:
        data = body if isinstance(body, bytes) else body.encode()
        return collect(series, make_source("csv_form", None), held(data))

    return reader


def rows(collected: Collected) -> list[tuple[Any, ...]]:
    """Every observation without its value."""
    f = collected.observations
    return list(zip(f.area, f.period, f.published, f.status, f.decimals, strict=True))


def test_a_filled_form_comes_back_as_it_was_typed(series: SeriesRef, read: Read) -> None:
    collected = read(write_csv_template(series, FORM))
    assert rows(collected) == EXPECTED
    assert collected.observations.value.iloc[1] == 90.5
    assert collected.known_from == date(2026, 7, 1)
    assert collected.release == "Синтетическое ведомство, 2026-07-01"
    assert collected.raw[0].url == "form:syn/coverage.csv"


@pytest.mark.parametrize("separator", [";", "\t"])
def test_the_separators_and_padding_of_spreadsheet_programmes_are_read(read: Read, separator: str) -> None:
    lines = [
        *PREAMBLE.splitlines(),
        ";;;;",
        "period;area;value;status;note",
        *("2023;KZ;89,1;;;;", "2024;;90;p", ";;;"),
    ]
    text = "".join(line.replace(";", separator) + "\r\n" for line in lines)
    assert rows(read(text)) == [("KZ", "2023", "89,1", "", 1), ("KZ", "2024", "90", "p", 0)]


def test_files_come_from_the_inbox(series: SeriesRef, make_source: Callable[..., SourceInfo], tmp_path: Path) -> None:
    (tmp_path / "syn").mkdir()
    live = LiveTransport(tmp_path, today=lambda: date(2026, 9, 30))
    with pytest.raises(SeriesMissing, match=r"syn/coverage.csv"):
        collect(series, make_source("csv_form", None), live)
    (tmp_path / "syn" / "coverage.csv").write_bytes(write_csv_template(series, FORM))
    collected = collect(series, make_source("csv_form", None), live)
    assert rows(collected) == EXPECTED
    assert collected.raw[0].media_type == "text/csv"


def test_the_empty_form_names_the_series_and_asks_for_the_sender(series: SeriesRef, read: Read) -> None:
    assert b"syn/coverage" in write_csv_template(series)
    with pytest.raises(SourceChanged, match="does not say 'sender'"):
        read(write_csv_template(series))


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (TABLE + "2023;KZ;=1+1;;\n", "line 6: value: '=1[+]1' is not a number"),
        (TABLE + "2023;KZ;eighty;;\n", "line 6: value: 'eighty' is not a number"),
        (TABLE + "2023;KZ;1 234,5;;\n", "line 6"),
        (TABLE + "2023;KZ;;;\n", "line 6: value: no value"),
        (TABLE + "2023;KZ;3;c;\n", "line 6: value: a value with status c"),
        (TABLE + "2023;KZ;3;x;\n", "line 6: status: 'x' is no status"),
        (TABLE + "2023/24;KZ;3;;\n", "line 6: period: '2023/24' is not a period"),
        (TABLE + "2023-08;KZ;3;;\n", "line 6: period: 2023-08 is no period of frequency A"),
        (TABLE + "2023;KZ;3;;a;b\n", "line 6 has 6 cells"),
        (TABLE + '2023;KZ;"3;;\n', "line 6 is not CSV"),
        (TABLE + "2023;KZ;3;;", "cut off"),
        ((TABLE + "2023;KZ;89,1;;\n").replace(";", ","), "line 6: status: '1' is no status"),
        (TABLE.replace("value", "Value") + "2023;KZ;3;;\n", "line 5: 'period' is neither"),
        (PREAMBLE, "no line has the header"),
        (TABLE.replace("syn/coverage", "syn/other"), "line 1: the form is for series 'syn/other'"),
        (TABLE.replace("2026-07-01", "1 июля"), "line 3: '1 июля' is not a day"),
        (TABLE.replace("sender;S", "sender;"), "'sender'"),
        (PREAMBLE + "sender;T\n" + TABLE, "line 5: 'sender' is neither"),
        ("period;area;value\n2023;KZ;3\n", "line 1 does not begin with 'series'"),
        ("", "cut off"),
        ("<html></html>\n", "line 1"),
        (TABLE.replace("sender;S", "sender;Ведомство").encode("cp1251"), "line 2 is not UTF-8 text: save the file"),
        (TABLE.encode("utf-16"), "UTF-8"),
        (TABLE + "2023;KZ;3;;\0\n", "zero bytes"),
        (TABLE + "\n" * 20_000 + "2023;KZ;3;;\n", "more than 20000 lines"),
    ],
)
def test_what_a_sender_spoilt_is_named_by_its_line(read: Read, body: bytes | str, place: str) -> None:
    with pytest.raises(SourceChanged, match=place):
        read(body)


def test_a_region_in_a_national_series_is_refused(make_series: Any, make_source: Any, held: Any) -> None:
    with pytest.raises(SourceChanged, match="line 10: area: 'KZAKM'"):
        collect(
            make_series("coverage"),
            make_source("csv_form", None),
            held(write_csv_template(make_series("coverage"), FORM)),
        )


def test_a_form_without_figures_is_missing(read: Read) -> None:
    with pytest.raises(SeriesMissing, match="holds no figure"):
        read(TABLE)


TRUE = {("2023", 89.1), ("2024", 90.5), ("2024", 91.0)}
BODY = TABLE + "2023;KZ;89.10;;n\n2024;;90,50;p;\n2025;KZ;;c;\n2024;KZAKM;91;;\n"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.integers(0, len(BODY)),
    cut=st.none() | st.integers(0, len(BODY)),
    junk=st.text("abЯ\"'\0= xcmpKZ", max_size=3),
)
def test_damaged_files_give_a_typed_error_or_true_values(read: Read, at: int, cut: int | None, junk: str) -> None:
    body = BODY[:cut] if cut is not None else BODY[:at] + junk + BODY[at:]
    try:
        frame = read(body).observations
    except SourceError as error:
        assert error.series == "syn/coverage" and error.remedy
        return
    stated = frame[~frame.status.isin(["m", "c"])]
    assert set(zip(stated.period, stated.value, strict=True)) <= TRUE
