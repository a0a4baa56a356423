"""``oryndau check list|show|release|reject``: the quarantine, and people's decisions on what lies in it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oryndau.options import JSON, print_json
from oryndau.settings import Settings

if TYPE_CHECKING:
    from checks.decision import Decision
    from indicators.register.load import Register
    from indicators.store.store import Store

BATCH = Annotated[str, typer.Argument(metavar="BATCH", help="Batch id, or a series with one batch in quarantine.")]
BY = Annotated[str, typer.Option("--by", help="Who decides: name and office. It is printed in the reports.")]
REASON = Annotated[str, typer.Option("--reason", help="Why. It is printed in the reports.")]
HTML = Annotated[Path | None, typer.Option("--html", help="Also write the evidence as a page that needs no network.")]

app = typer.Typer(rich_markup_mode=None)


@app.command("list")
def list_held(as_json: JSON = False) -> None:
    """What lies in quarantine, which checks refused it, and what was decided."""
    from dataclasses import asdict

    from checks.quarantine import held
    from oryndau import show

    register, store = _register_and_store()
    rows = [asdict(entry) for entry in held(store, list(register.series))]
    if as_json:
        print_json(rows)
    elif rows:
        shown = [{**row, "critical": ", ".join(row["critical"]), "decision": _short(row["decision"])} for row in rows]
        show.plain_table(shown)
    else:
        typer.echo("Nothing is in quarantine.")


@app.command("show")
def show_batch(batch: BATCH, html: HTML = None, as_json: JSON = False) -> None:
    """What the checks found in one batch, row by row, with what to do about it."""
    from checks.evidence import PUBLISHED, REFUSED, Entry, batch_page
    from checks.quarantine import decisions, find
    from checks.rules import BY_ID
    from checks.verdict import Verdict
    from indicators.store import tables
    from oryndau import show

    register, store = _register_and_store()
    found = find(store, batch, list(register.series))
    taken = decisions(store, found.id)
    if found.verdict is None:
        raise LookupError(f"{found.id} was not judged yet: run `oryndau check`")
    if html is not None:
        html.parent.mkdir(parents=True, exist_ok=True)
        series = register.series.get(found.series_id)
        title = found.series_id if series is None else series.title.en
        state = PUBLISHED if found.state == tables.PUBLISHED else REFUSED
        html.write_bytes(batch_page(found, Entry(found.series_id, title, state, found.id, found.verdict, _data(taken))))
    if as_json:
        print_json({"batch": found.id, "state": found.state, "verdict": found.verdict, "decisions": _data(taken)})
        return
    verdict = Verdict.from_json(found.verdict)
    typer.echo(f"{found.id}: {found.state}, grade {verdict.grade}, {verdict.passed} of {verdict.total} checks passed")
    for check in verdict.failures():
        typer.echo(f"\n{check.id} ({check.severity.value}, {check.outcome.value}): {check.message}")
        typer.echo(
            f"  {check.observed}\n  What to do: {BY_ID[check.id].remedy}" if check.id in BY_ID else check.observed
        )
        show.plain_table(check.rows)
    for note in verdict.corrections:
        typer.echo(f"\ncorrected: {note['id']} ({note['action']}): {note['reason']['en']}")
    for decision in taken:
        typer.echo(f"\n{decision.action.value} by {decision.by}, {decision.at}: {decision.reason}")


@app.command()
def release(batch: BATCH, by: BY, reason: REASON, as_json: JSON = False) -> None:
    """Publish a refused batch on a person's word. Reports print who, when and why; its grade stays D."""
    from checks.quarantine import release as decide

    _decide(decide, batch, by, reason, as_json, "published; run `oryndau report` to print it")


@app.command()
def reject(batch: BATCH, by: BY, reason: REASON, as_json: JSON = False) -> None:
    """Confirm that a batch stays out; the last good release stays in force."""
    from checks.quarantine import reject as decide

    _decide(decide, batch, by, reason, as_json, "stays in quarantine")


def _decide(decide: Any, batch: str, by: str, reason: str, as_json: bool, outcome: str) -> None:
    from checks.quarantine import find
    from reports.glyphs import unprintable_in

    for option, text in (("--by", by), ("--reason", reason)):
        # A decision is kept for good, and one that cannot be printed would stop every report of the law.
        if (character := unprintable_in(text)) is not None:
            raise typer.BadParameter(f"it has {character}: write one line of plain text", param_hint=option)
    register, store = _register_and_store()
    found = find(store, batch, list(register.series))
    # The clock is read here and nowhere below.
    try:
        decision: Decision = decide(store, found.id, by=by, reason=reason, at=datetime.now(UTC))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if as_json:
        print_json({"batch": found.id, **decision.to_json()})
    else:
        typer.echo(f"{found.id}: {outcome}")


def _register_and_store() -> tuple[Register, Store]:
    # Not through the pipeline, which imports everything that prints reports.
    from indicators.register.load import load_register
    from oryndau.storing import store_of

    settings = Settings.from_environment()
    settings.home.mkdir(parents=True, exist_ok=True)
    store = store_of(settings)
    store.migrate()
    return load_register(settings.register), store


def _data(decisions: list[Decision]) -> tuple[dict[str, Any], ...]:
    return tuple(decision.to_json() for decision in decisions)


def _short(decision: dict[str, Any] | None) -> str | None:
    """One cell for the table: the last decision in a few words."""
    return None if decision is None else f"{decision['action']} by {decision['by']}, {decision['at']}"
