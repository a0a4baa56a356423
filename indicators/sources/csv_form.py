"""The project's form as a CSV file, for senders without a spreadsheet programme.

A preamble of one line a label (the labels of the sheet ``about``), an empty line, a header, and
one figure a line with the columns of the sheet ``data``. Commas, semicolons or tabs separate the
cells, as the sender's programme writes them; the text is UTF-8. Every line ends with a line break,
the last one too: without it nobody can tell a whole file from one that was cut off.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

from indicators.register.model import SeriesRef, SourceInfo
from indicators.register.observation import Observation, to_frame
from indicators.sources.collected import Collected
from indicators.sources.errors import SeriesMissing, SourceError
from indicators.sources.exchange import Fetched, Transport
from indicators.sources.faults import Faults
from indicators.sources.form import ABOUT, COLUMNS, Filled
from indicators.sources.form_row import RowError, ordered, read_row

MAX_LINES = 20_000
SEPARATORS = ",;\t"

Line = tuple[int, list[str]]


def write_csv_template(series: SeriesRef, filled: Filled | None = None) -> bytes:
    """The CSV form of a series: empty for the sender, or with the content of ``filled``."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    about = (series.id, filled.sender, filled.sent.isoformat(), filled.source) if filled else (series.id, "", "", "")
    writer.writerows(zip(ABOUT, about, strict=True))
    writer.writerow(())
    writer.writerow(COLUMNS)
    for row in filled.rows if filled else ():
        writer.writerow((row.period, row.area, "" if row.value is None else row.value, row.status, row.note))
    return out.getvalue().encode("utf-8-sig")  # with the mark by which spreadsheet programmes know UTF-8


def collect(series: SeriesRef, source: SourceInfo, transport: Transport) -> Collected:
    """The figures of the file ``<dataset>.csv``, known from the day it was sent.

    SourceChanged names the line of the first thing that is not as the form has it, SeriesMissing
    says that the form holds no figure. ``release`` names sender and day.
    """
    answer = transport.get(source, f"{series.dataset}.csv", {})
    reader = _Reader(series, source, answer)
    lines = reader.lines()
    sender, sent = reader.about(lines)
    observations = reader.observations(lines)
    known = answer.known_from or sent
    return Collected(series.id, (answer,), to_frame(observations), known, f"{sender}, {sent.isoformat()}")


class _Reader:
    """Reads one file for one series, from its first line to its last."""

    def __init__(self, series: SeriesRef, source: SourceInfo, answer: Fetched) -> None:
        self._series = series
        self._source = source
        self._answer = answer

    def changed(self, what: str) -> SourceError:
        remedy = "mend the file, or ask the sender for a new one on the project's form"
        return Faults(self._source, self._series).changed(what, self._answer, remedy)

    def lines(self) -> Iterator[Line]:
        """The lines that hold something, with their numbers, without the empty cells at their ends."""
        try:
            text = self._answer.body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self._answer.body.count(b"\n", 0, error.start) + 1
            raise self.changed(f"line {line} is not UTF-8 text: save the file as CSV UTF-8") from error
        if "\0" in text:
            raise self.changed("the file holds zero bytes: save it as CSV UTF-8")
        if not text.endswith(("\n", "\r")):
            raise self.changed("the file is cut off: its last line has no end")
        start = text[len(ABOUT[0]) : len(ABOUT[0]) + 1]
        if not text.startswith(ABOUT[0]) or start not in SEPARATORS:
            raise self.changed(f"line 1 does not begin with {ABOUT[0]!r}: this is not the project's form")
        return self._split(text, start)

    def _split(self, text: str, separator: str) -> Iterator[Line]:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        while True:
            number = rows.line_num + 1
            try:
                row = next(rows, None)
            except csv.Error as error:
                raise self.changed(f"line {number} is not CSV: {error}") from error
            if row is None:
                return
            if number > MAX_LINES:
                raise self.changed(f"the file has more than {MAX_LINES} lines")
            cells = [cell.strip() for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                yield number, cells

    def about(self, lines: Iterator[Line]) -> tuple[str, date]:
        """Sender and day of sending, after a check that the form is this series'; reads on to the header."""
        values: dict[str, tuple[int, str]] = {}
        for number, cells in lines:
            if tuple(cells) == COLUMNS:
                break
            if cells[0] not in ABOUT or len(cells) > 2 or cells[0] in values:
                raise self.changed(f"line {number}: {cells[0][:40]!r} is neither one label of the form nor its header")
            values[cells[0]] = (number, "".join(cells[1:]))
        else:
            raise self.changed(f"no line has the header {', '.join(COLUMNS)!r}")
        for label in ABOUT:
            if not values.get(label, (0, ""))[1]:
                raise self.changed(f"the file does not say {label!r}")
        line, named = values["series"]
        if named != self._series.id:
            raise self.changed(f"line {line}: the form is for series {named[:80]!r}")
        line, sent = values["date sent"]
        try:
            return values["sender"][1], date.fromisoformat(sent)
        except ValueError as error:
            raise self.changed(f"line {line}: {sent[:40]!r} is not a day; write 2026-07-01") from error

    def observations(self, lines: Iterator[Line]) -> list[Observation]:
        """The figures below the header, in order of area and period."""
        found = []
        for number, cells in lines:
            if len(cells) > len(COLUMNS):
                what = f'line {number} has {len(cells)} cells; quote cells that hold the separator, as in "90,5"'
                raise self.changed(what)
            period, area, value, status, _ = (*cells, *[""] * (len(COLUMNS) - len(cells)))
            try:
                found.append(read_row(self._series, period, area, value, status))
            except RowError as error:
                raise self.changed(f"line {number}: {error}") from error
        if not found:
            raise SeriesMissing(
                "the form holds no figure",
                source=self._source.id,
                series=self._series.id,
                url=self._answer.url,
                remedy="ask the sender to fill the form in",
            )
        return ordered(found)
