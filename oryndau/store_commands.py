"""``oryndau store``: proof, tidying, moving house, and what was revised between two days."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oryndau.options import JSON, LAWS, print_json
from oryndau.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from indicators.register.load import Register
    from indicators.store.store import Store

FILE = Annotated[Path, typer.Argument(metavar="FILE.tar")]

store_app = typer.Typer(
    no_args_is_help=True, help="The store: raw responses, every release of every series, scores and editions."
)


@store_app.command("verify")
def verify(as_json: JSON = False) -> None:
    """Hash every raw response again and count everything anew; exit code 1 where anything is wrong."""
    problems = [{"what": p.what, "where": p.where, "remedy": p.remedy} for p in _store().verify()]
    if as_json:
        print_json(problems)
    elif problems:
        for problem in problems:
            typer.echo(f"{problem['what']} ({problem['where']}). {problem['remedy']}")
    else:
        typer.echo("The store is sound.")
    if problems:
        raise typer.Exit(1)


@store_app.command("prune")
def prune(
    yes: Annotated[bool, typer.Option("--yes", help="Remove it. Without, it is only told.")] = False,
    as_json: JSON = False,
) -> None:
    """Remove what nothing needs; never a published release nor what an edition cites."""
    found = _store().prune(remove=yes)
    if as_json:
        print_json({**asdict(found), "removed": yes})
        return
    typer.echo(f"{'Removed' if yes else 'Not needed'}, {found.size:,} bytes in all:")
    for noun, items in (
        ("staged releases that later ones have overtaken", found.staged),
        ("raw responses that nothing names", found.bodies),
        ("unfinished files of killed runs", found.temporary),
    ):
        typer.echo(f"  {len(items)} {noun}")
    if not yes and (found.staged or found.bodies or found.temporary):
        typer.echo("Nothing was removed. Repeat with --yes to remove it.")


@store_app.command("export")
def export_store(file: FILE, as_json: JSON = False) -> None:
    """Write the whole store to one tar file; equal stores give equal files."""
    _counts(asdict(_store().export(file)), as_json)


@store_app.command("import")
def import_store(file: FILE, as_json: JSON = False) -> None:
    """Take an export into a new, empty store, for instance to move from SQLite to PostgreSQL."""
    store = _store()
    store.migrate()
    _counts(asdict(store.load(file)), as_json)


@store_app.command("revisions")
def revisions(
    since: Annotated[
        datetime, typer.Option(metavar="YYYY-MM-DD", formats=["%Y-%m-%d"], help="What was known on this day ...")
    ],
    until: Annotated[
        datetime | None,
        typer.Option(
            metavar="YYYY-MM-DD", formats=["%Y-%m-%d"], help="... compared with this one. Default: all that is known."
        ),
    ] = None,
    law: LAWS = None,
    as_json: JSON = False,
) -> None:
    """Every figure of the laws that is new, revised, redefined or withdrawn between two days.

    Where the past of a series was computed anew, the register's reason stands below the table: such
    figures are no progress and no decline.
    """
    from oryndau import pipeline, show

    settings = Settings.from_environment()
    register = pipeline.register_of(settings)
    series = pipeline.series_of(register, pipeline.chosen_laws(register, law or []))
    if until and until < since:
        raise typer.BadParameter(f"{until.date()} lies before --since {since.date()}", param_hint="--until")
    last = until.date() if until else date.max
    rows = _rows(_store(settings).changes(series, since.date(), last, register.series))
    if as_json:
        print_json(rows)
    elif rows:
        show.plain_table([_short(row) for row in rows])
        for line in _reasons(rows, register, since.date(), last):
            typer.echo(line)
    else:
        typer.echo("Nothing changed.")


@store_app.command("segments")
def segments(
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            metavar="YYYY-MM-DD",
            formats=["%Y-%m-%d"],
            help="As known on this day. Default: all that is known.",
        ),
    ] = None,
    law: LAWS = None,
    area: Annotated[
        str | None, typer.Option(help="Only this area: KZ, a region's code or its KATO code of nine digits.")
    ] = None,
    as_json: JSON = False,
) -> None:
    """Stretches of each series within which figures compare: one definition, one unit, one territory."""
    from oryndau import pipeline, show

    settings = Settings.from_environment()
    register = pipeline.register_of(settings)
    series = pipeline.series_of(register, pipeline.chosen_laws(register, law or []))
    found = _store(settings).segments(series, as_of.date() if as_of else date.max, register.series, register.regions)
    if area is not None:
        found = found[(found["area"] == area) | (found["kato"] == area)]
    if as_json:
        print_json(_rows(found[["series", "area", "kato", "period", "existed", "segment", "begins"]]))
        return
    stretches = found.groupby(["series", "area", "kato", "segment", "begins"], sort=False)["period"]
    rows = _rows(stretches.agg(["first", "last", "count"]).reset_index())
    if rows:
        show.plain_table(rows)
    else:
        typer.echo(f"No figures{'' if area is None else f' of the area {area!r}'} are published in this store.")


def _store(settings: Settings | None = None) -> Store:
    """The store as it is. It is not made here: an empty one in the wrong place would be called sound."""
    from oryndau.storing import store_of

    return store_of(settings or Settings.from_environment())


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain = frame.astype(object).where(frame.notna(), None)
    return [dict(zip(plain.columns, values, strict=True)) for values in plain.itertuples(index=False)]


def _reasons(rows: list[dict[str, Any]], register: Register, since: date, until: date) -> Iterator[str]:
    """Why a past was computed anew, as the register says, or that it does not say."""
    for series in dict.fromkeys(row["series"] for row in rows if row["kind"] in ("redefined", "rescaled", "unit")):
        stated = [r for r in register.series[series].redefinitions if since < r.seen <= until]
        for redefinition in stated:
            basis = redefinition.basis.replace("_", " ")
            yield f"{series}: another {basis}, seen {redefinition.seen}. {redefinition.reason.en}"
        if not stated:
            yield (
                f"{series}: nearly all of its past became different, and the register does not say why. "
                "Read the source's notes and state it under redefinitions of the series."
            )


def _short(row: dict[str, Any]) -> dict[str, Any]:
    size = row["relative"]
    return {name: row[name] for name in ("series", "area", "period", "kind", "basis", "old", "new")} | {
        "change": None if size is None else f"{size:+.1%}",
        "known from": row["known_from"],
    }


def _counts(counts: dict[str, int], as_json: bool) -> None:
    if as_json:
        print_json(counts)
    else:
        typer.echo(", ".join(f"{count:,} {noun}" for noun, count in counts.items()))
