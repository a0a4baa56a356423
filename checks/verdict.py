"""The verdict on one batch of one series, its grade, and its JSON form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from checks.decision import Decision
from checks.rules import Severity

Cell = str | int | float | None

MAX_ROWS = 20
"""Failing rows that a check result keeps; ``failing`` counts them all."""

GRAVE_WARNINGS = frozenset({"redefinition", "freshness"})
"""Warnings that touch the meaning or the age of every figure of the series."""

FLAGGED = frozenset({"e", "p", "b"})
"""Status flags of a figure that is published but is not a plain official figure."""


class Outcome(StrEnum):
    """``not_evaluated``: the check itself broke down, so nothing is proved; it is never a pass."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_EVALUATED = "not_evaluated"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One rule asked of one series.

    ``message`` is the rule's constant sentence; ``observed`` says in a few words what was found,
    or why the check could not be evaluated; ``rows`` holds at most :data:`MAX_ROWS` of the
    ``failing`` rows, each with the columns that the rule names as evidence.
    """

    id: str
    severity: Severity
    outcome: Outcome
    message: str
    observed: str = ""
    failing: int = 0
    rows: tuple[dict[str, Cell], ...] = ()

    @property
    def proven(self) -> bool:
        """False where the check did not run to its end."""
        return self.outcome is not Outcome.NOT_EVALUATED

    @property
    def gravity(self) -> Severity | None:
        """None where passed; the rule's severity where failed; critical where unproven."""
        if self.outcome is Outcome.PASSED:
            return None
        return self.severity if self.proven else Severity.CRITICAL


def grade(checks: Iterable[CheckResult], latest_status: str) -> str:
    """Data-quality grade of a batch, A to D.

    * **A**: every check that applies passed, and the latest national figure is a plain official
      figure.
    * **B**: published with one warning, or the latest national figure is an estimate, provisional
      or the first after a break.
    * **C**: published with two or more warnings, or with one that touches the meaning or the age
      of the figures: a suspected redefinition, or a series out of date.
    * **D**: a critical check failed, or a check could not be evaluated. Not published, and the last
      good release stays in force, unless a person released it by name (``checks.decision``).

    Information (untidy text) never lowers the grade. ``latest_status`` is the status flag of the
    latest national value, empty for a plain official figure.
    """
    gravities = [(check.id, check.gravity) for check in checks]
    if any(gravity is Severity.CRITICAL for _, gravity in gravities):
        return "D"
    warnings = [rule for rule, gravity in gravities if gravity is Severity.WARNING]
    if len(warnings) > 1 or GRAVE_WARNINGS.intersection(warnings):
        return "C"
    return "B" if warnings or latest_status in FLAGGED else "A"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checks found in one batch of one series.

    ``latest_period`` and ``latest_status`` speak of the latest national value; None and empty
    where there is none. ``grade`` is kept as it was given: a later change of the rule does not
    change what was printed. ``corrections`` are the notes of ``checks.corrections`` on what was
    corrected before the checks, ``overrides`` those of ``checks.overrides`` on what the law file
    changed in them; ``decision`` is what a person decided on a refused batch.
    """

    series: str
    latest_period: str | None
    latest_status: str
    checks: tuple[CheckResult, ...]
    grade: str
    corrections: tuple[Mapping[str, Any], ...] = ()
    overrides: tuple[Mapping[str, Any], ...] = ()
    decision: Decision | None = None

    @classmethod
    def of(
        cls,
        series: str,
        latest_period: str | None,
        latest_status: str,
        checks: Iterable[CheckResult],
        overrides: Iterable[Mapping[str, Any]] = (),
    ) -> Verdict:
        """The verdict that follows from the checks, graded by :func:`grade`."""
        results = tuple(checks)
        given = grade(results, latest_status)
        return cls(series, latest_period, latest_status, results, given, overrides=tuple(overrides))

    @property
    def worst(self) -> Severity | None:
        """The gravest failure, a check that was not evaluated counting as critical; None: all passed."""
        found = {check.gravity for check in self.checks}
        return next((severity for severity in Severity if severity in found), None)

    @property
    def critical(self) -> tuple[str, ...]:
        """Ids of the checks that refuse the batch: critical failures, and checks that were not evaluated."""
        return tuple(check.id for check in self.checks if check.gravity is Severity.CRITICAL)

    @property
    def quarantine(self) -> bool:
        """True where the batch must not be published: a critical failure that nobody has released."""
        critical = self.critical
        return bool(critical) and not (self.decision is not None and self.decision.releases(critical))

    @property
    def passed(self) -> int:
        return sum(check.outcome is Outcome.PASSED for check in self.checks)

    @property
    def total(self) -> int:
        """Checks that apply to this series."""
        return len(self.checks)

    def failures(self) -> tuple[CheckResult, ...]:
        """Checks that failed or were not evaluated, the gravest first."""
        order = list(Severity)
        bad = [check for check in self.checks if check.gravity is not None]
        return tuple(sorted(bad, key=lambda check: order.index(check.gravity or Severity.INFO)))

    def to_json(self) -> dict[str, Any]:
        """JSON-ready data; what follows from the checks is written out for readers without code."""
        return {
            "series": self.series,
            "latest_period": self.latest_period,
            "latest_status": self.latest_status,
            "grade": self.grade,
            "worst": self.worst and self.worst.value,
            "quarantine": self.quarantine,
            "passed": self.passed,
            "total": self.total,
            "checks": [
                {
                    "id": check.id,
                    "severity": check.severity.value,
                    "outcome": check.outcome.value,
                    "message": check.message,
                    "observed": check.observed,
                    "failing": check.failing,
                    "rows": [dict(row) for row in check.rows],
                }
                for check in self.checks
            ],
            "corrections": [dict(note) for note in self.corrections],
            "overrides": [dict(note) for note in self.overrides],
            "decision": self.decision and self.decision.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Verdict:
        """A verdict from its JSON form; ValueError names the field that is missing."""
        try:
            return cls(
                series=data["series"],
                latest_period=data["latest_period"],
                latest_status=data["latest_status"],
                checks=tuple(
                    CheckResult(
                        id=check["id"],
                        severity=Severity(check["severity"]),
                        outcome=Outcome(check["outcome"]),
                        message=check["message"],
                        observed=check["observed"],
                        failing=check["failing"],
                        rows=tuple(dict(row) for row in check["rows"]),
                    )
                    for check in data["checks"]
                ),
                grade=data["grade"],
                corrections=tuple(data["corrections"]),
                overrides=tuple(data["overrides"]),
                decision=data["decision"] and Decision.from_json(data["decision"]),
            )
        except KeyError as error:
            raise ValueError(f"not a verdict: the field {error.args[0]!r} is missing; judge the batch anew") from error
