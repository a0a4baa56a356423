"""What the law files change in the checks of single series: severity, bound, or not asked at all."""

from __future__ import annotations

from typing import Any

from checks.rules import BY_ID, RULES, Rule, Severity
from indicators.register.model import SeriesRef


def severity(ref: SeriesRef, rule: Rule) -> Severity:
    """The severity of a rule for a series: the register's, or else the rule's own."""
    override = ref.checks.get(rule.id)
    return Severity(override.severity) if override is not None and override.severity is not None else rule.severity


def asked(ref: SeriesRef, rule: Rule) -> bool:
    """False where the register says that the rule is not asked of the series."""
    override = ref.checks.get(rule.id)
    return override is None or not override.skip


def bounds(ref: SeriesRef, level: str) -> dict[str, float]:
    """The bound of every bounded rule of a level for a series, by the name of its column."""
    found = {}
    for rule in RULES:
        if rule.bound is not None and rule.level == level:
            override = ref.checks.get(rule.id)
            stated = None if override is None else override.bound
            found[rule.bound_column] = rule.bound if stated is None else stated
    return found


def notes(ref: SeriesRef) -> tuple[dict[str, Any], ...]:
    """JSON-ready notes for the verdict: what was changed, what is usual, and why.

    LookupError names series and check where the register changes a check that there is not.
    """
    found = []
    for name, override in ref.checks.items():
        if name not in BY_ID:
            raise LookupError(f"series {ref.id}: the register changes a check {name!r} that there is not")
        rule = BY_ID[name]
        found.append(
            {
                "check": name,
                "skip": override.skip,
                "severity": override.severity,
                "usual_severity": rule.severity.value,
                "bound": override.bound,
                "usual_bound": rule.bound,
                "reason": override.reason.model_dump(exclude_none=True),
            }
        )
    return tuple(found)
