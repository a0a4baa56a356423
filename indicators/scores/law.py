"""The score tree of a law: indicators, by-laws, pillars, total, and the way it went (METHOD 4).

:func:`score_json` is the tree as data, as ``oryndau score --json`` prints it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

import pandas as pd

from indicators.register import period as periods
from indicators.register.model import Law, Pillar
from indicators.scores.composite import Child, aggregate, branch, leaf
from indicators.scores.indicator import Followed, Knowledge, score_indicator
from indicators.scores.measures import due_by, measures_score
from indicators.scores.readings import national_readings
from indicators.scores.result import METHOD_VERSION, Aggregate, IndicatorScore, LawScore, MeasuresScore, Status
from indicators.scores.targets import in_force

INSTRUMENTS = "instruments"
"""The pillar that the list of by-laws feeds."""

BY_LAWS = "by-laws"
"""Id of the list of by-laws as a child of its pillar."""


def score_law(
    law: Law,
    observations: pd.DataFrame,
    at: date,
    as_of: date,
    failed: Collection[str] = (),
    down: Collection[str] = (),
) -> LawScore:
    """Score of a law at reference date ``at``, from what was known at ``as_of``.

    ``observations``: the frame of ``store.observations(series, as_of)``; rows of other series and
    areas are ignored, and the order of rows does not matter. ``failed`` and ``down`` name series
    whose newest batch was refused or never came; they give the reason where nothing else is known.
    Raises ValueError for a frame without its columns or with two values of one period.
    """
    series = {s.id: s for s in law.series}
    known = Knowledge(as_of, series, national_readings(observations, series), frozenset(failed), frozenset(down))
    indicators = tuple(score_indicator(i, series.get(i.series or ""), known, at) for i in law.indicators)
    measures = measures_score(law, at)
    pillars = _pillars(law, [(i.pillar, _indicator_leaf(i)) for i in indicators], measures, at)
    return LawScore(
        law=law.id,
        reference_date=at,
        as_of=as_of,
        method=METHOD_VERSION,
        total=_total(law, pillars),
        pillars=pillars,
        indicators=indicators,
        measures=measures,
        trajectory=tuple(_trajectory(law, known, at)),
    )


def _trajectory(law: Law, known: Knowledge, at: date) -> Iterable[tuple[str, float | None, float | None]]:
    """(year, score, needed) from the first baseline of a scored indicator to the reference year.

    Each year is scored from the values, as known now, of periods over by its end; the targets are
    those in force now. Years whose coverage is too low carry None, so that a chart shows the gap.
    """
    series = {s.id: s for s in law.series}
    starts = [i.baseline.period for i in law.indicators if i.baseline is not None and in_force(i, known.as_of)]
    if not starts:
        return
    followed = [Followed(i, series.get(i.series or ""), known) for i in law.indicators]
    for year in range(min(periods.end(s).year for s in starts), at.year + 1):
        day = min(date(year, 12, 31), at)
        leaves = [(f.indicator.pillar, _past_leaf(f, day)) for f in followed]
        total = _total(law, _pillars(law, leaves, measures_score(law, day), day))
        yield str(year), total.score, total.needed


def _indicator_leaf(score: IndicatorScore) -> Child:
    return leaf(
        score.id,
        score.weight,
        score.score,
        score.needed_score,
        scorable=score.scorable,
        mandatory=score.mandatory,
        quality=score.grade,
    )


def _past_leaf(followed: Followed, day: date) -> Child:
    indicator, then = followed.indicator, followed.standing(day)
    return leaf(
        indicator.id,
        indicator.weight,
        then.score,
        then.position.needed_score if then.position is not None else None,
        scorable=bool(then.targets),
        mandatory=indicator.mandatory,
    )


def _measures_leaf(measures: MeasuresScore, at: date) -> Child:
    """The list of by-laws as a child: a share where every measure is known, else bounds.

    A list that was not read to the end, or that asks for nothing, stays outside the denominator.
    """
    if measures.rate_low is None or measures.rate_high is None:
        return leaf(BY_LAWS, 1.0, None, None, scorable=False)
    bounds = (100 * measures.rate_low, 100 * measures.rate_high)
    score = bounds[0] if measures.unknown == 0 else None
    needed = 100 * due_by(measures.rows, at) / measures.expected
    return leaf(BY_LAWS, 1.0, score, needed, bounds=bounds)


def _pillars(law: Law, leaves: list[tuple[str, Child]], measures: MeasuresScore, at: date) -> tuple[Aggregate, ...]:
    def one(pillar: Pillar) -> Aggregate:
        children = [child for name, child in leaves if name == pillar.id]
        if pillar.id != INSTRUMENTS:
            return aggregate(pillar.id, pillar.weight, children)
        unread = measures.completeness != "complete"
        children.append(_measures_leaf(measures, at))
        return aggregate(pillar.id, pillar.weight, children, empty=Status.NO_DATA if unread else Status.NO_TARGET)

    return tuple(one(p) for p in law.pillars)


def _total(law: Law, pillars: tuple[Aggregate, ...]) -> Aggregate:
    return aggregate(law.id, 1.0, [branch(p) for p in pillars])


def score_json(score: LawScore) -> dict[str, Any]:
    """One law as an object: dates in ISO text, shares as fractions of 1, scores in points.

    ``indicators[].baseline`` and ``target`` are values in the series' unit, with their periods
    beside them; ``needed`` is a share like ``attainment``, and ``needed_value`` the same in the
    series' unit. ``score`` null with a ``status`` says why there is no number.
    """
    return {
        "law": score.law,
        "reference_date": score.reference_date.isoformat(),
        "as_of": score.as_of.isoformat(),
        "method": score.method,
        **_aggregate(score.total),
        "pillars": [{"id": p.id, "weight": p.weight, **_aggregate(p)} for p in score.pillars],
        "indicators": [_indicator(i) for i in score.indicators],
        "measures": _plain(asdict(score.measures)),
        "trajectory": [{"year": y, "score": s, "needed": n} for y, s, n in score.trajectory],
    }


def _aggregate(group: Aggregate) -> dict[str, Any]:
    data: dict[str, Any] = _plain(asdict(group))
    return {key: value for key, value in data.items() if key not in ("id", "weight")}


def _indicator(score: IndicatorScore) -> dict[str, Any]:
    data: dict[str, Any] = _plain(asdict(score))
    for name in ("baseline", "target"):
        point = data[name]
        data[name] = point["value"] if point else None
        data[f"{name}_period"] = point["period"] if point else None
    return data


def _plain(value: Any) -> Any:
    """Lists for tuples and ISO text for dates; enumerations are text already."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value
