"""The tables of an edition: indicators, their targets and regions, and by-laws.

Values leave this module in the unit in which the indicator is scored; what comes from observations
and not from the score is converted here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date as Day
from decimal import Decimal
from math import copysign, floor, log10

import pandas as pd

from indicators.register import period as periods
from indicators.register import units
from indicators.register.load import Register
from indicators.register.model import (
    Act,
    Completeness,
    Indicator,
    Law,
    Measure,
    Region,
    SeriesRef,
    Target,
    Verification,
)
from indicators.register.observation import NATION, in_full
from indicators.scores.measures import fact_at
from indicators.scores.result import IndicatorScore, LawScore, Point
from indicators.scores.revisions import Reliability
from reports.citations import Citations
from reports.language import own_decimals
from reports.model import CrossCheckRow, HistoryPoint, IndicatorRow, MeasureRow, RegionValue, TargetRow, TrendRow

ADILET = "https://adilet.zan.kz/rus/docs/"
_MOST_DIGITS = 4
"""Digits beyond which a figure is not printed, whatever precision the source publishes."""


def indicator_rows(
    law: Law,
    register: Register,
    score: LawScore,
    observations: pd.DataFrame,
    revisions: pd.DataFrame,
    citations: Citations,
    reliability: Mapping[str, Reliability],
) -> tuple[IndicatorRow, ...]:
    """A row an indicator, pillar by pillar, numbered 1.1, 1.2, 2.1 …; cites every series in that order."""
    build = _Rows(law, register, score, observations, revisions, citations, reliability)
    drafts: list[tuple[str, Indicator, IndicatorScore]] = []
    by_id = {i.id: i for i in score.indicators}
    for n, pillar in enumerate(score.pillars, start=1):
        members = [i for i in law.indicators if i.pillar == pillar.id]
        drafts.extend((f"{n}.{k}", i, by_id[i.id]) for k, i in enumerate(members, start=1))
    for _, indicator, result in drafts:
        if indicator.series is not None:
            citations.cite(indicator.series, stale=result.stale)
    return tuple(build.row(number, indicator, result) for number, indicator, result in drafts)


def measure_rows(law: Law, score: LawScore) -> tuple[MeasureRow, ...]:
    """A row a by-law, in the register's order.

    The time since the law is kept for a complete list only: in a list that is not whole a duty may
    be younger than the law, and its time would read as a delay that nobody caused.
    """
    whole = law.measures_list.completeness == Completeness.COMPLETE
    results = {r.id: r for r in score.measures.rows}
    provisions = {p.id: p.ref for p in law.provisions}
    acts = {a.id: a for a in law.acts}
    rows = []
    for measure in law.measures:
        result = results[measure.id]
        act = acts.get(result.act) if result.act is not None else None
        url = None
        if act is not None and act.urls:
            url = act.urls[0]
        elif act is not None and act.adilet and act.adilet_verification and act.adilet_verification.printable:
            url = ADILET + act.adilet
        rows.append(
            MeasureRow(
                id=measure.id,
                title=measure.title,
                provisions=tuple(provisions[p] for p in measure.provisions),
                kind=measure.kind,
                responsible=measure.responsible,
                state=result.state,
                clock=result.clock,
                fulfilled=result.fulfilled,
                counted=result.counted,
                act_id=None if act is None else act.adilet or act.id,
                act_label=None if act is None or act.number is None else f"№ {act.number}",
                adopted=result.adopted,
                delay_days=result.delay_days if whole else None,
                due=result.due,
                verification=_mark(measure, act, score.reference_date),
                url=url,
                note=measure.note,
            )
        )
    return tuple(rows)


def _mark(measure: Measure, act: Act | None, at: Day) -> Verification:
    """The weakest mark of what a printed by-law rests on: the pairing, the fact that gives its state, the act."""
    marks = [measure.verification]
    fact = fact_at(measure, at)
    if fact is not None:
        marks.append(fact.verification)
    if act is not None:
        marks.append(act.verification)
    return max(marks, key=list(Verification).index)


def scored_targets(score: LawScore) -> Iterator[Day]:
    """Days on which the last targets of the indicators with a score fall due."""
    return (i.target_date for i in score.indicators if i.score is not None and i.target_date is not None)


def printed_decimals(series: SeriesRef | None, published: int | None, values: list[float]) -> int:
    """Decimals to print: the register's, else the published ones, without what carries nothing.

    ``values`` are the figures printed together, in the printed unit. Zeros that end every one of
    them are dropped (17.0 cases). Without a statement of the register, no more than four digits are
    kept: the World Bank publishes the digits of the computer's number, and those are no precision.
    """
    if series is not None and series.decimals is not None:
        most = series.decimals
    else:
        largest = max((abs(v) for v in values), default=0.0)
        before_point = floor(log10(largest)) + 1 if largest > 0 else 1
        enough = max(_MOST_DIGITS - 1 - max(before_point, 0), 1 if before_point < _MOST_DIGITS else 0)
        most = min(published if published is not None else 1, enough)
    return min(max(most, 0), max((own_decimals(v, most) for v in values), default=most))


@dataclass(frozen=True)
class _Rows:
    law: Law
    register: Register
    score: LawScore
    observations: pd.DataFrame
    revisions: pd.DataFrame
    citations: Citations
    reliability: Mapping[str, Reliability]

    def row(self, number: str, indicator: Indicator, result: IndicatorScore) -> IndicatorRow:
        series = None if indicator.series is None else self._series(indicator.series)
        unit = units.unit_of(indicator, series)
        by = Decimal(1) if series is None else units.conversion(indicator, series, self.law.id)
        revised = self._revised(indicator.series)
        history = tuple(
            HistoryPoint(
                period=p.period,
                value=p.value,
                flag=self._flag(indicator.series, p.period),
                revised_from=None if p.period not in revised else units.converted(revised[p.period], by),
            )
            for p in result.history
        )
        targets = tuple(self._targets(indicator, result))
        regions, regions_period = self._regions(series, by)
        shown = [p.value for p in history] + [r.value for r in regions if r.value is not None]
        ended_reason = series.ended_reason if series is not None and result.ended else None
        return IndicatorRow(
            number=number,
            id=indicator.id,
            pillar=indicator.pillar,
            title=indicator.title,
            why=indicator.why,
            unit=None if unit is None else unit.name,
            percentage=unit is not None and unit.percentage,
            direction=indicator.direction,
            decimals=printed_decimals(series if by == 1 else None, result.decimals, shown),
            weight=indicator.weight,
            period=result.period,
            value=result.value,
            flag=result.flag,
            baseline_period=None if result.baseline is None else result.baseline.period,
            baseline=_value(result.baseline),
            target_period=None if result.target is None else result.target.period,
            target=_value(result.target),
            needed_value=result.needed_value,
            attainment=result.attainment,
            needed=result.needed,
            ratio=result.ratio,
            status=result.status,
            reason=result.reason,
            reason_text=indicator.no_series_reason or ended_reason,
            stale=result.stale,
            ended=result.ended,
            recent_pace=result.recent_pace,
            needed_pace=result.needed_pace,
            acceleration=result.acceleration,
            turn_round=result.turn_round,
            trend=None if result.verdict is None else TrendRow(**asdict(result.verdict)),
            standard_error=self._standard_error(result),
            comparable=series is None or series.years_comparable,
            caveat=indicator.caveat,
            grade=result.grade,
            source=None if indicator.series is None else self.citations.cite(indicator.series),
            path=tuple((p.period, p.value) for p in result.path),
            history=history,
            breaks=() if series is None else tuple((b.period, b.reason) for b in series.breaks),
            targets=targets,
            cross_checks=tuple(self._cross_checks(indicator, result)),
            regions=regions,
            regions_period=regions_period,
        )

    def _standard_error(self, result: IndicatorScore) -> float | None:
        found = self.reliability.get(result.series or "")
        return None if found is None or result.value is None else round(found.relative * abs(result.value), 12)

    def _series(self, series_id: str) -> SeriesRef:
        return next(s for s in self.law.series if s.id == series_id)

    def _national(self, frame: pd.DataFrame, series_id: str | None) -> pd.DataFrame:
        return frame[(frame["series"] == series_id) & (frame["area"] == NATION)]

    def _revised(self, series_id: str | None) -> dict[str, float]:
        rows = self._national(self.revisions, series_id)
        changed = rows[rows["previous"].notna() & rows["value"].notna() & (rows["previous"] != rows["value"])]
        return dict(zip(changed["period"], changed["previous"].astype(float), strict=True))

    def _flag(self, series_id: str | None, period: str) -> str:
        rows = self._national(self.observations, series_id)
        flags = rows.loc[rows["period"] == period, "status"]
        return "" if flags.empty else str(flags.iloc[0])

    def _targets(self, indicator: Indicator, result: IndicatorScore) -> Iterator[TargetRow]:
        marks = {m.target: m.mark for m in result.milestones}
        for target in indicator.targets:
            if target.announced is not None and target.announced > self.score.as_of:
                continue  # not known yet at the knowledge date
            replaced = target.superseded is not None and target.superseded <= self.score.as_of
            yield TargetRow(
                id=target.id,
                period=target.period,
                value=self._absolute(target, result),
                change_percent=target.change_percent,
                base_period=target.base_period,
                document=target.source.title,
                document_date=target.source.date,
                verification=target.source.verification,
                superseded_by=target.superseded_by if replaced else None,
                mark=marks.get(target.id),
                scored=target.role == "path" and target.source.verification.printable and not replaced,
                reason=target.role_reason,
            )

    def _absolute(self, target: Target, result: IndicatorScore) -> float | None:
        """The target's value; a relative one as the score computed it from its base."""
        if target.value is not None:
            return target.value
        return next((m.value for m in result.milestones if m.target == target.id), None)

    def _cross_checks(self, indicator: Indicator, result: IndicatorScore) -> Iterator[CrossCheckRow]:
        texts = {c.series: c for c in indicator.cross_checks}
        for check in result.cross_checks:
            number = self.citations.cite(check.series)
            if number is None:
                continue  # never collected: there is no vintage to cite, and the run names the failed series
            series = self._series(check.series)
            value, own = check.value, check.own_value
            difference = check.relative_difference
            if difference is not None and value is not None and own is not None:
                difference = copysign(difference, value - own)
            yield CrossCheckRow(
                title=series.title,
                period=check.period,
                value=value,
                own_value=own,
                relative_difference=difference,
                agrees=check.agrees,
                difference=texts[check.series].difference,
                source=number,
            )

    def _regions(self, series: SeriesRef | None, by: Decimal) -> tuple[tuple[RegionValue, ...], str | None]:
        """Every region at the latest period for which the source gives regional values."""
        if series is None or not series.regional:
            return (), None
        frame = self.observations
        rows = frame[(frame["series"] == series.id) & (frame["area"] != NATION) & frame["value"].notna()]
        due = [p for p in rows["period"].unique() if periods.end(p) <= self.score.reference_date]
        if not due:
            return (), None
        latest = max(due, key=periods.time)
        rows = rows[rows["period"] == latest]
        figures = zip(rows["value"].astype(float), rows["multiplier"], strict=True)
        values = dict(zip(rows["area"], (units.converted(in_full(v, int(m)), by) for v, m in figures), strict=True))
        end = periods.end(latest)
        found = []
        for code, region in self.register.regions.items():
            existed = _existed(region, end)
            if existed or code in values:
                found.append(RegionValue(code=code, name=region.name, value=values.get(code), existed=existed))
        return tuple(found), latest


def _existed(region: Region, day: Day) -> bool:
    return (region.since is None or region.since <= day) and (region.until is None or day <= region.until)


def _value(point: Point | None) -> float | None:
    return None if point is None else point.value
