"""Citations: the series a report rests on, numbered S01, S02 … in the order of their first use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Day
from typing import Any

import pandas as pd

from checks.decision import Action, Decision
from checks.verdict import CheckResult, Verdict
from indicators.register.load import Register
from indicators.register.model import Law
from indicators.register.observation import NATION
from reports.model import CorrectionRow, DecisionRow, Message, OverrideRow, PeriodArg, SourceRow, WordArg


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the vintage of a series that is shown came from; ``raw_sha256`` names the archived answer.

    ``evidence`` is the page of its checks, from the edition's folder.
    """

    vintage: str
    known_from: Day
    raw_sha256: str
    retrieved: Day | None = None
    url: str | None = None
    evidence: str | None = None


class Citations:
    """Gives every series its number on first use and keeps the rows of the page's table of sources."""

    def __init__(
        self,
        law: Law,
        register: Register,
        observations: pd.DataFrame,
        verdicts: Mapping[str, Mapping[str, Any]],
        provenance: Mapping[str, Provenance],
        quarantined: frozenset[str],
    ) -> None:
        self._series = {s.id: s for s in law.series}
        self._converted = {
            series_id
            for indicator in law.indicators
            for series_id in (indicator.series, *(check.series for check in indicator.cross_checks))
            if series_id is not None and indicator.unit not in (None, self._series[series_id].unit)
        }
        self._register = register
        self._grades = dict(zip(observations["series"], observations["grade"], strict=True))
        self._verdicts = verdicts
        self._provenance = provenance
        self._quarantined = quarantined
        self._stale: set[str] = set()
        self._numbers: dict[str, str] = {}

    def cite(self, series_id: str, stale: bool = False) -> str | None:
        """The series' number, ``S01``; None where the series was never collected.

        ``stale`` marks the series in the table of sources as later than its rhythm allows.
        """
        if series_id not in self._provenance:
            return None
        if stale:
            self._stale.add(series_id)
        return self._numbers.setdefault(series_id, f"S{len(self._numbers) + 1:02d}")

    def rows(self) -> tuple[SourceRow, ...]:
        """A row for every series cited so far; LookupError where one was published without a verdict."""
        return tuple(self._row(series_id, number) for series_id, number in self._numbers.items())

    def _row(self, series_id: str, number: str) -> SourceRow:
        if series_id not in self._verdicts:
            raise LookupError(f"series {series_id} was published without a verdict: run its checks again")
        series, origin = self._series[series_id], self._provenance[series_id]
        source = self._register.sources[series.source]
        verdict = Verdict.from_json(self._verdicts[series_id])
        return SourceRow(
            id=number,
            series=series_id,
            title=series.title,
            source=series.source,
            owner=series.owner or source.owner,
            licence=series.licence or source.licence,
            dataset=series.dataset,
            vintage=origin.vintage,
            known_from=origin.known_from,
            retrieved=origin.retrieved,
            raw_sha256=origin.raw_sha256,
            url=origin.url,
            published_unit=series.unit.name if series_id in self._converted else None,
            checks_passed=verdict.passed,
            checks_total=verdict.total,
            grade=self._grades.get(series_id, verdict.grade),
            warnings=tuple(_warning(failure) for failure in verdict.failures()),
            quarantined=series_id in self._quarantined,
            stale=series_id in self._stale,
            corrections=tuple(CorrectionRow.model_validate(note) for note in verdict.corrections),
            overrides=tuple(OverrideRow.model_validate(note) for note in verdict.overrides),
            released=_released(verdict.decision),
            evidence=origin.evidence,
        )


def _released(decision: Decision | None) -> DecisionRow | None:
    """The decision by which a refused batch is shown; a rejected one is not shown at all."""
    if decision is None or decision.action is not Action.RELEASE:
        return None
    return DecisionRow(by=decision.by, at=decision.at, reason=decision.reason, checks=decision.checks)


def _warning(failure: CheckResult) -> Message:
    """What a check found, with the period where it found it for the country in one period alone."""
    what = WordArg(key=f"check.{failure.id}")
    found = {str(row["period"]) for row in failure.rows if row.get("area") == NATION and row.get("period")}
    if len(found) != 1:
        return Message(key="warning.plain", args={"what": what})
    return Message(key="warning.period", args={"what": what, "period": PeriodArg(value=found.pop())})
