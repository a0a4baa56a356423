"""``oryndau laws``: the register as data, and every mistake in it."""

from __future__ import annotations

from typing import Annotated

import typer

from oryndau.options import JSON, print_json
from oryndau.settings import Settings

laws_app = typer.Typer(no_args_is_help=True, help="The register: laws, by-laws, indicators and targets as data.")


@laws_app.command("list")
def laws_list(as_json: JSON = False) -> None:
    """Every law under watch."""
    from indicators.register.load import load_register
    from oryndau import show

    register = load_register(Settings.from_environment().register)
    rows = [
        {
            "id": law.id,
            "number": law.number,
            "adopted": law.adopted.isoformat(),
            "title": law.short_title.en,
            "indicators": len(law.indicators),
            "measures": len(law.measures),
        }
        for law in register.laws
    ]
    if as_json:
        print_json(rows)
    else:
        show.plain_table(rows)


@laws_app.command("show")
def laws_show(law_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """One law as data, with every default filled in."""
    from indicators.register.load import dump, load_register

    print_json(dump(load_register(Settings.from_environment().register).law(law_id)))


@laws_app.command("lint")
def laws_lint(as_json: JSON = False) -> None:
    """Every mistake in the register's files, by file and line; exit code 2 where there is one."""
    from dataclasses import asdict

    from indicators.register.load import lint
    from reports.glyphs import unprintable

    root = Settings.from_environment().register
    found = lint(root)
    placed = {(problem.file, problem.line) for problem in found}
    problems = sorted(found + [p for p in unprintable(root) if (p.file, p.line) not in placed])
    if as_json:
        print_json([asdict(p) for p in problems])
    elif problems:
        for problem in problems:
            typer.echo(problem)
    else:
        typer.echo("The register is sound.")
    if problems:
        raise typer.Exit(2)


@laws_app.command("schema")
def laws_schema() -> None:
    """JSON Schema of a law file, for editors."""
    from indicators.register.load import json_schema

    print_json(json_schema())
