"""The commands ``rate`` and ``reconcile``: counting a plain table, without a register or a store.

:func:`mount` puts them on an application; faults of a file end with exit code 2 and name the line.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from indicators.scores.barometer import read_barometer
from indicators.scores.listed_rates import rate_json
from indicators.scores.measures_csv import TableError, read_measures
from indicators.scores.perimeters import PERIMETERS
from indicators.scores.published_csv import reconcile_csv

FILE = Annotated[Path, typer.Argument(metavar="FILE.csv", exists=True, dir_okay=False, readable=True)]
JSON = Annotated[bool, typer.Option("--json", help="Data instead of a table.")]


def rate(
    file: FILE,
    perimeter: Annotated[str, typer.Option(metavar="NAME", help=f"One of {', '.join(PERIMETERS)}.")],
    cutoff: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Measures out by this day count.")],
    barometer_laws: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Laws file of the French barometer; FILE is its measures file."),
    ] = None,
    as_json: JSON = False,
) -> None:
    """Application rate and delays of a table of measures.

    Columns: law, provision, kind, promulgated, due, fulfilled, state, deferred.
    """
    if perimeter not in PERIMETERS:
        raise typer.BadParameter(
            f"{perimeter!r} is none: write one of {', '.join(PERIMETERS)}", param_hint="--perimeter"
        )
    if barometer_laws is None:
        laws = _read(lambda: read_measures(_text(file), file.name))
    else:
        laws = _read(lambda: read_barometer(_text(barometer_laws), _text(file), barometer_laws.name, file.name))
    found = rate_json(laws, PERIMETERS[perimeter], cutoff.date())
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    typer.echo(f"{perimeter}, {found['cutoff']}: {found['fulfilled']} of {found['expected']} ({found['printed']} %)")
    for row in found["by_law"]:
        typer.echo(f"  {row['law']}  {row['fulfilled']} of {row['expected']}  {row['category']}")


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
