"""The gate: the batches of a run go in, one verdict a series comes out."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from checks import overrides
from checks.facts import series_frame
from checks.frames import EXPECTED_SCHEMA, observation_frame, schema
from checks.relations import Beside, Relations
from checks.rules import RULES, Rule
from checks.verdict import MAX_ROWS, Cell, CheckResult, Outcome, Verdict
from indicators.register.model import Region, SeriesRef

if TYPE_CHECKING:
    from checks.engine import Evaluation

_UNREADABLE = "the columns or types are not as agreed, so no row could be judged"


def validate(
    frames: Mapping[str, pd.DataFrame],
    series: Mapping[str, SeriesRef],
    previous: Mapping[str, pd.DataFrame],
    known_from: Mapping[str, date],
    today: date | Mapping[str, date],
    *,
    regions: Mapping[str, Region],
    related: Mapping[str, Relations] | None = None,
    beside: Beside | None = None,
) -> dict[str, Verdict]:
    """Judge the batches of a run; one verdict for each key of ``frames``.

    ``frames`` and ``previous`` (the release before; without an entry, or an empty one, where
    there is none) hold observation frames by series id, ``series`` what the register expects,
    ``known_from`` the day each release became known, ``regions`` the code list by code. Freshness
    is judged on ``today``, one day for all or a day each. When releases of the past are replayed,
    hand over ``known_from`` once more: then a verdict depends on its batch alone and is the one
    that would have been given at the time. ``related`` (``checks.relations.relations``) says which
    other series bear on one, ``beside`` holds those series' frames as known with each batch.

    Raises LookupError where a series has no entry in ``series`` or ``known_from``: a batch that
    nothing is expected of cannot be judged.
    """
    families: defaultdict[str, dict[str, pd.DataFrame]] = defaultdict(dict)
    for series_id, frame in frames.items():
        if series_id not in series or series_id not in known_from:
            raise LookupError(f"series {series_id!r} has no register entry or no day of release: it cannot be judged")
        families[series[series_id].source][series_id] = frame
    before = {series_id: frame for series_id, frame in previous.items() if series_id in frames and len(frame)}
    days = dict.fromkeys(frames, today) if isinstance(today, date) else today
    run = _Run(series, before, known_from, days, regions, related or {}, beside or {})
    verdicts: dict[str, Verdict] = {}
    for source in sorted(families):
        verdicts.update(_family(source, families[source], run))
    return {series_id: verdicts[series_id] for series_id in frames}


@dataclass(frozen=True, slots=True)
class _Run:
    """What all families of one run have in common."""

    series: Mapping[str, SeriesRef]
    previous: Mapping[str, pd.DataFrame]
    known_from: Mapping[str, date]
    today: Mapping[str, date]
    regions: Mapping[str, Region]
    related: Mapping[str, Relations]
    beside: Beside


def _family(source: str, frames: Mapping[str, pd.DataFrame], run: _Run) -> dict[str, Verdict]:
    """Verdicts on all series of one source, from two suites."""
    # Here, because the import takes seconds and most callers of this room only read verdicts.
    from checks.engine import evaluate
    from checks.suites import suite

    sound = {i: frame for i, frame in frames.items() if schema(frame) == EXPECTED_SCHEMA}
    before = {series_id: frame for series_id, frame in run.previous.items() if series_id in sound}
    rows = observation_frame(sound, run.series, before, run.known_from, run.regions, run.related, run.beside)
    facts = series_frame(frames, run.series, before, rows, run.today, run.related)
    found = {
        **evaluate(suite("observation", source, list(run.regions)), rows),
        **evaluate(suite("series", source, list(run.regions)), facts),
    }
    if len(frames) > 1 and any(evaluation.error is not None for evaluation in found.values()):
        # One series can break a check for the whole family: judged alone, only it stays unproven.
        return {i: verdict for i in frames for verdict in _family(source, {i: frames[i]}, run).values()}
    checks: dict[str, list[CheckResult]] = {series_id: [] for series_id in frames}
    for rule in RULES:
        table, key = (rows, "expected_series") if rule.level == "observation" else (facts, "series")
        failures = _failures(rule, found[rule.id], table, key)
        for series_id in facts.loc[rule.applies(facts), "series"]:
            if not overrides.asked(run.series[series_id], rule):
                continue
            if series_id not in sound and rule.id != "schema":
                result = _unproven(rule, _UNREADABLE)
            else:
                result = failures.get(series_id) or _without_failure(rule, found[rule.id])
            checks[series_id].append(replace(result, severity=overrides.severity(run.series[series_id], rule)))
    return {
        fact["series"]: Verdict.of(
            *(fact["series"], fact["latest_period"] or None, fact["latest_status"], checks[fact["series"]]),
            overrides=overrides.notes(run.series[fact["series"]]),
        )
        for fact in facts.fillna({"latest_period": ""}).to_dict("records")
    }


def _without_failure(rule: Rule, evaluation: Evaluation) -> CheckResult:
    """The result for a series without a failing row: a pass only where the check was evaluated."""
    if evaluation.error is not None:
        return _unproven(rule, evaluation.error)
    return CheckResult(rule.id, rule.severity, Outcome.PASSED, rule.message)


def _unproven(rule: Rule, reason: str) -> CheckResult:
    return CheckResult(rule.id, rule.severity, Outcome.NOT_EVALUATED, rule.message, observed=reason)


def _failures(rule: Rule, evaluation: Evaluation, table: pd.DataFrame, key: str) -> dict[str, CheckResult]:
    """The rule's result for each series with failing rows."""
    results = {}
    sizes = table[key].value_counts()
    for series_id, failing in table.loc[evaluation.failing].groupby(key, sort=False):
        kept = failing[list(rule.evidence)].head(MAX_ROWS)
        cells = tuple({str(name): _cell(value) for name, value in row.items()} for row in kept.to_dict("records"))
        results[str(series_id)] = CheckResult(
            rule.id,
            rule.severity,
            Outcome.FAILED,
            rule.message,
            observed=_observed(rule, cells[0], len(failing), int(sizes[series_id])),
            failing=len(failing),
            rows=cells,
        )
    return results


def _observed(rule: Rule, first: Mapping[str, Cell], failing: int, of: int) -> str:
    """What was found, in a few words: the first failing row, and how many of how many rows fail."""
    words = ", ".join(f"{name} {_plain(value)}" for name, value in first.items() if value not in (None, ""))
    if rule.level == "series":
        return words
    return f"{failing} of {of} rows; first: {words}"


def _plain(value: Cell) -> Cell:
    """Counts travel in columns that may be empty, hence as floats; in words they are whole."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _cell(value: object) -> Cell:
    """A value as JSON can hold it: days as ISO text, nothing for NaN, infinity as text."""
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    if isinstance(value, str | int | float):
        return value
    raise TypeError(f"a failing row holds a {type(value).__name__}, which no verdict can keep")
