"""Options that several commands have in common, and what ``--json`` prints."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

JSON = Annotated[bool, typer.Option("--json", help="Data instead of a table.")]
LAWS = Annotated[
    list[str] | None, typer.Option("--law", metavar="ID", help="adilet id of a law; repeat for several. Default: all.")
]


def print_json(data: Any) -> None:
    """Data for other programs; a day is written as 2026-09-30."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
