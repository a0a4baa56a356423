"""``oryndau store``: proof, tidying, moving house, and what was revised between two days."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oryndau.settings import Settings

if TYPE_CHECKING:
    from indicators.store.store import Store

JSON = Annotated[bool, typer.Option("--json", help="Data instead of a table.")]
FILE = Annotated[Path, typer.Argument(metavar="FILE.tar")]
LAWS = Annotated[
    list[str] | None, typer.Option("--law", metavar="ID", help="adilet id of a law; repeat for several. Default: all.")
]

store_app = typer.Typer(
    no_args_is_help=True, help="The store: raw responses, every release of every series, scores and editions."
)


@store_app.command("verify")
def verify(as_json: JSON = False) -> None:
    """Hash every raw response again and count everything anew; exit code 1 where anything is wrong."""
    problems = [{"what": p.what, "where": p.where, "remedy": p.remedy} for p in _store().verify()]
    if as_json:
        _json(problems)
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
        _json({**asdict(found), "removed": yes})
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
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="What was known on this day ...")],
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="... compared with this one. Default: all that is known."),
    ] = None,
    law: LAWS = None,
    as_json: JSON = False,
) -> None:
    """Every figure of the laws that is new, revised, redefined or withdrawn between two days."""
    from oryndau import pipeline, show

    settings = Settings.from_environment()
    register = pipeline.register_of(settings)
    series = pipeline.series_of(register, pipeline.chosen_laws(register, law or []))
    found = _store(settings).changes(series, since.date(), until.date() if until else date.max)
    plain = found.astype(object).where(found.notna(), None)
    rows = [dict(zip(plain.columns, values, strict=True)) for values in plain.itertuples(index=False)]
    if as_json:
        _json(rows)
    elif rows:
        show.plain_table([_short(row) for row in rows])
    else:
        typer.echo("Nothing changed.")


def _store(settings: Settings | None = None) -> Store:
    """The store as it is. It is not made here: an empty one in the wrong place would be called sound."""
    from oryndau.storing import store_of

    return store_of(settings or Settings.from_environment())


def _short(row: dict[str, Any]) -> dict[str, Any]:
    size = row["relative"]
    return {name: row[name] for name in ("series", "area", "period", "kind", "old", "new")} | {
        "change": None if size is None else f"{size:+.1%}",
        "known from": row["known_from"],
    }


def _counts(counts: dict[str, int], as_json: bool) -> None:
    if as_json:
        _json(counts)
    else:
        typer.echo(", ".join(f"{count:,} {noun}" for noun, count in counts.items()))


def _json(data: Any) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
