"""The commands ``rate`` and ``reconcile``: counting a plain table, without a register or a store.

:func:`mount` puts them on an application; faults of a file end with exit code 2 and name the line.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from indicators.scores.barometer import read_barometer
from indicators.scores.dole import read_dole
from indicators.scores.listed_rates import LEAST_FOR_PERCENT, rate_json
from indicators.scores.measures_csv import ListedLaw, TableError, read_measures
from indicators.scores.perimeters import PERIMETERS
from indicators.scores.published_csv import reconcile_csv
from indicators.scores.rates import months_and_days

FILES = Annotated[
    list[Path],
    typer.Argument(metavar="FILE.csv", exists=True, dir_okay=False, readable=True, help="Or DOLE files *.xml."),
]
FILE = Annotated[Path, typer.Argument(metavar="FILE.csv", exists=True, dir_okay=False, readable=True)]
JSON = Annotated[bool, typer.Option("--json", help="Data instead of text.")]

CATEGORIES = {
    "direct": "applies directly",
    "applied": "applied",
    "partial": "applied in part",
    "not_applied": "not applied",
    "unknown": "undecided",
}


def rate(
    files: FILES,
    perimeter: Annotated[str, typer.Option(metavar="NAME", help=f"One of {', '.join(PERIMETERS)}.")],
    cutoff: Annotated[
        datetime,
        typer.Option(metavar="YYYY-MM-DD", formats=["%Y-%m-%d"], help="Measures out by this day count: 2024-12-31."),
    ],
    barometer_laws: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Laws file of the French barometer; FILE is its measures file."),
    ] = None,
    as_json: JSON = False,
) -> None:
    """Application rate and delays of a table of measures.

    One row a measure, with the columns law, provision, kind, promulgated, due, fulfilled, state and
    deferred; law, kind and promulgated are required. A row without a kind names a law that asks for
    no measure. Files *.xml are read as schedules of the French DOLE open data, one law each.
    """
    if perimeter not in PERIMETERS:
        raise typer.BadParameter(
            f"{perimeter!r} is none: write one of {', '.join(PERIMETERS)}", param_hint="--perimeter"
        )
    found = rate_json(_laws(files, barometer_laws), PERIMETERS[perimeter], cutoff.date())
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for line in rate_lines(found):
        typer.echo(line)


def reconcile(file: FILE, as_json: JSON = False) -> None:
    """Whether published percentages follow from the figures beside them.

    Columns: id, numerator, denominator, decimals, published.
    """
    rows = _read(lambda: reconcile_csv(_text(file), file.name))
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        typer.echo(f"{row['id']}  {row['verdict']}  published {row['published']}  recomputed {row['recomputed']}")


def mount(app: typer.Typer) -> None:
    """Put both commands on an application."""
    app.command()(rate)
    app.command()(reconcile)


def rate_lines(found: dict[str, Any]) -> Iterator[str]:
    """The data of :func:`rate_json` as lines for a reader: each rate with its fraction, each delay in words."""
    out = f", {found['left_out']} left out: list not complete" if found["left_out"] else ""
    yield f"{found['perimeter']}, by {found['cutoff']}: {_many(found['laws'], 'law')}{out}"
    unknown = f", {found['unknown']} undecided" if found["unknown"] else ""
    yield (
        f"  laws        {found['direct']} apply directly, {found['applied']} applied, {found['partial']} in part, "
        f"{found['not_applied']} not{unknown}"
    )
    yield f"  rate        {_fraction(found)}"
    if found["without_deferred"]["expected"] != found["expected"]:
        yield f"              without deferred: {_fraction(found['without_deferred'])}"
    delay = found["delay"]
    if delay["count"]:
        yield f"  delay       of the {delay['count']} that are out: mean {_length(delay['mean'])}"
        yield f"              median {_length(delay['median'])}, from {delay['min']} to {_many(delay['max'], 'day')}"
        median = delay["km_median"]
        half = "not yet half are out" if median is None else f"half are out after {_length(median)}"
        yield f"              open ones counted too (Kaplan-Meier): {half}"
        shares = (f"month {month}: {r['out']} of {r['of']}" for month, r in delay["out_by_month"].items() if r["of"])
        yield f"  out by      {', '.join(shares) or 'no law is three months old'}"
    reports = found["reports"]
    if reports["due"]:
        yield f"  reports     {reports['delivered']} of {reports['due']} due delivered, {reports['on_time']} on time"
    if found["form"] is not None:
        yield "  form        " + ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in _counts(found["form"]))
    for row in found["by_law"]:
        stops = row["known_until"] is not None and row["known_until"] <= row["cutoff"] < found["cutoff"]
        own = f"  by {row['cutoff']}" if row["cutoff"] != found["cutoff"] else ""
        counted = "" if row["category"] == "direct" else f"  {_fraction(row)}"
        yield f"    {row['law']}  {CATEGORIES[row['category']]}{counted}{own}{', its list ends there' if stops else ''}"


def _fraction(row: dict[str, Any]) -> str:
    """A rate in words: the fraction, bounds where measures are unknown, and no percentage of a small list."""
    low, of, unknown = row["fulfilled"], row["expected"], row["unknown_measures"]
    if not of:
        return "nothing to count"
    words = f"{low} of {of}" if not unknown else f"{low} to {low + unknown} of {of}, {unknown} unknown"
    return words if of < LEAST_FOR_PERCENT else f"{words} ({row['printed']} %)"


def _length(days: float) -> str:
    months, rest = months_and_days(days)
    inside = f" ({_many(months, 'month')} {_many(rest, 'day')})" if months else ""
    return f"{_many(round(days), 'day')}{inside}"


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _counts(form: dict[str, Any]) -> list[tuple[str, int]]:
    return [(name, value) for name, value in form.items() if isinstance(value, int)]


def _laws(files: Sequence[Path], barometer_laws: Path | None) -> tuple[ListedLaw, ...]:
    schedules = [f for f in files if f.suffix.lower() == ".xml"]
    if schedules and (barometer_laws is not None or len(schedules) < len(files)):
        raise typer.BadParameter("schedules (*.xml) and tables are counted apart", param_hint="FILE.csv")
    if schedules:
        laws = tuple(_read(partial(read_dole, f.read_bytes(), f.name)) for f in schedules)
        twice = next((law.id for n, law in enumerate(laws) if law.id in {o.id for o in laws[:n]}), None)
        if twice is not None:
            raise typer.BadParameter(f"two files give law {twice}: name one of them", param_hint="FILE.csv")
        return laws
    if len(files) > 1:
        raise typer.BadParameter(f"one table at a time, not {len(files)}: put them into one", param_hint="FILE.csv")
    file = files[0]
    if barometer_laws is None:
        found: tuple[ListedLaw, ...] = _read(lambda: read_measures(_text(file), file.name))
    else:
        found = _read(lambda: read_barometer(_text(barometer_laws), _text(file), barometer_laws.name, file.name))
    return found


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{file} is not UTF-8: save it so", param_hint="FILE.csv") from error


def _read(reader: Callable[[], Any]) -> Any:
    try:
        return reader()
    except TableError as error:
        raise typer.BadParameter(str(error), param_hint="FILE.csv") from error
