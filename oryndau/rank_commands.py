"""The command ``rank``: any published composite method on a plain table of units, without a register or a store.

:func:`mount` puts it on an application; faults of a file end with exit code 2 and name the place.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from indicators.scores.engine.draws import Choices
from indicators.scores.engine.errors import EngineError
from indicators.scores.engine.method import Impute, Method, NamedRule, Normalise
from indicators.scores.engine.published import METHODS, published, read_any

BESIDE = ("minmax", "goalposts", "percentile_rank", "zscore", "distance_to_target", "fraction_of_best")
"""Normalisations that ``--beside`` can draw; the others need a unit of reference or have no scale."""

LEAST_UNITS = 10
"""Of fewer units a correlation below zero is no news."""

DEFAULTS = Choices()

CSV: dict[str, Any] = {"exists": True, "dir_okay": False, "readable": True}


def rank(
    method: Annotated[str, typer.Argument(metavar="METHOD", help=f"{', '.join(METHODS)}, or a YAML file.")],
    panel: Annotated[Path, typer.Argument(metavar="PANEL.csv", help="A row a unit, or a unit and year.", **CSV)],
    year: Annotated[int | None, typer.Option(help="Year to rank. Default: the last.")] = None,
    bounds: Annotated[
        Path | None, typer.Option(help="Published 95 % bounds: unit, year, indicator, low, high.", **CSV)
    ] = None,
    revisions: Annotated[
        Path | None,
        typer.Option(help="Past revisions, where no bounds are known: unit, indicator, previous, value.", **CSV),
    ] = None,
    draws: Annotated[int, typer.Option(min=1, max=100_000, help="Draws of the uncertainty.")] = DEFAULTS.draws,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = DEFAULTS.seed,
    concentration: Annotated[
        float, typer.Option(min=0, help="Of the drawn weights around those of the method; 0 holds them.")
    ] = 50.0,
    rules: Annotated[
        str, typer.Option(metavar="NAMES", help=f"Means to draw: {', '.join(get_args(NamedRule))}.")
    ] = "arithmetic,geometric",
    beside: Annotated[
        str, typer.Option(metavar="NAMES", help=f"Normalisations to draw beside the method's: {', '.join(BESIDE)}.")
    ] = "",
    hangs_on: Annotated[
        bool, typer.Option("--sensitivity", help="Sobol indices, the scores without each node, Cronbach's alpha.")
    ] = False,
    pairs: Annotated[bool, typer.Option(help="Probability of each unit to stand above each other one.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Data instead of a table.")] = False,
) -> None:
    """Scores and ranks of units by a composite method, and how sure they are.

    The table's columns are unit, year (optional), attributes that the method names, such as a
    region, and a column for each indicator; an empty cell is missing, not_applicable leaves the
    denominator. A method file is complete, or names a published one: published: sdg_index, with its
    own indicators and groups.
    """
    # The libraries behind these take seconds to load, and every other command would wait for them.
    import numpy as np

    from indicators.scores.engine.panel_csv import read_errors, read_panel, read_revisions
    from indicators.scores.engine.ranking import ranking, sensitivity

    try:
        way = _method(method)
        table = read_panel(_text(panel), panel.name, _attributes(way))
        if year is not None and year not in table.years:
            years = ", ".join(str(y) for y in table.years)
            raise typer.BadParameter(f"{panel.name} has no {year}: it has {years}", param_hint="--year")
        errors = read_revisions(_text(revisions), table, revisions.name) if revisions is not None else None
        if bounds is not None:
            known = read_errors(_text(bounds), table, bounds.name)
            errors = known if errors is None else np.where(known > 0, known, errors)
        choices = replace(
            Choices(measurement=errors is not None, draws=draws, seed=seed, concentration=concentration or None),
            rules=_named(rules, get_args(NamedRule), "--rules"),
            normalisations=_beside(_named(beside, BESIDE, "--beside"), way) if beside else (),
        )
        found = ranking(way, table, choices, year=year, errors=errors, pairs=pairs)
        if hangs_on:
            found["sensitivity"] = sensitivity(way, table, choices, year=year, errors=errors)
    except EngineError as error:
        raise typer.BadParameter(str(error), param_hint="METHOD PANEL.csv") from error
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False))
        return
    for line in rank_lines(found):
        typer.echo(line)


def mount(app: typer.Typer) -> None:
    """Put the command on an application."""
    app.command()(rank)


def rank_lines(found: dict[str, Any]) -> Iterator[str]:
    """The data of :func:`indicators.scores.engine.ranking.ranking` as a table for a reader."""
    chosen = found["choices"]
    at = f", {found['year']}" if found["year"] else ""
    yield f"{found['method']['title']}{at}: {chosen['draws']:,} draws over {', '.join(found['varied']) or 'nothing'}"
    wide = max(len(row["unit"]) for row in found["units"])
    yield f"  {'rank':>4}  {'5-95 %':>9}  {'unit':<{wide}}  {'score':>9}  {'5-95 %':>19}  {'coverage':>8}"
    for row in found["units"]:
        covered = f"{100 * row['coverage']:.0f} %"
        if row["score"] is None:
            yield f"  {'-':>4}  {'':>9}  {row['unit']:<{wide}}  no number: {row['state']}, {covered} covered"
            continue
        low, high = row["interval"] or (row["score"], row["score"])
        ends = row["rank_interval"] or (row["rank"], row["rank"])
        interval = f"{low:.3f} to {high:.3f}"
        failed = f"  {row['failed_draws']} draws failed" if row["failed_draws"] else ""
        yield (
            f"  {row['rank']:>4}  {f'{ends[0]}-{ends[1]}':>9}  {row['unit']:<{wide}}  {row['score']:>9.3f}  "
            f"{interval:>19}  {covered:>8}{failed}"
        )
    for name, what in (("silent", "no number anywhere"), ("unread", "not read by the method")):
        if found[name]:
            yield f"  {what}: {', '.join(found[name])}"
    if found["treatments"]:
        yield "  treated as skewed: " + ", ".join(sorted({t["indicator"] for t in found["treatments"]}))
    if "sensitivity" in found:
        yield from _hangs_on(found["sensitivity"])


def _hangs_on(found: dict[str, Any]) -> Iterator[str]:
    """The choices by their weight in the spread of the scores, and the children that do not go together."""
    known = [s for s in found["sobol"].values() if s is not None]
    if known:
        means = {f: sum(s["total"][n] for s in known) / len(known) for n, f in enumerate(known[0]["factors"])}
        listed = ", ".join(f"{f} {m:.2f}" for f, m in sorted(means.items(), key=lambda item: -item[1]))
        yield f"  the scores hang on (total Sobol index, mean of the units): {listed}"
    against = [n for n, c in found["correlation_with_parent"].items() if c is not None and c < 0]
    if against and len(found["sobol"]) >= LEAST_UNITS:
        yield f"  against their own group: {', '.join(against)}"


def _method(name: str) -> Method:
    if name in METHODS:
        try:
            return published(name)
        except EngineError as error:
            what = f"{error}; {name} takes its indicators from the data: write a file with published: {name}"
            raise typer.BadParameter(what, param_hint="METHOD") from error
    file = Path(name)
    if not file.is_file():
        what = f"{name!r} is neither a file nor one of {', '.join(METHODS)}"
        raise typer.BadParameter(what, param_hint="METHOD")
    return read_any(_text(file), file.name)


def _attributes(method: Method) -> tuple[str, ...]:
    """Columns of the table that are attributes of units, because a step of the method names them."""
    named = [s.group for s in method.steps if isinstance(s, Impute)] + [method.aggregate.stand_in]
    return tuple(dict.fromkeys(n for n in named if n is not None))


def _named(text: str, known: tuple[str, ...], option: str) -> Any:
    names = tuple(n.strip() for n in text.split(","))
    stranger = next((n for n in names if n not in known), None)
    if stranger is not None:
        raise typer.BadParameter(f"{stranger!r} is none: write some of {', '.join(known)}", param_hint=option)
    return names


def _beside(rules: tuple[Any, ...], method: Method) -> tuple[Normalise, ...]:
    """Normalisations on the method's own scale, so that their scores can be compared with its."""
    worst, best = method.normalise.scale
    middle, tenth = (worst + best) / 2, abs(best - worst) / 10
    return tuple(
        Normalise(rule=r, scale=method.normalise.scale, mean=middle, sd=tenth, scope=method.normalise.scope)
        for r in rules
    )


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{file} is not UTF-8: save it so") from error
