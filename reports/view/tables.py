"""Rows of the scorecard's tables: strings ready to print, and the few numbers that are drawn."""

from __future__ import annotations

from typing import Any

from indicators.register import period as periods
from reports import language
from reports.findings.arguments import comparable, scored, unmeasured
from reports.findings.arguments import pace as pace_argument
from reports.model import IndicatorRow, LawEdition, MeasureRow, PillarRow, SourceRow, TargetRow
from reports.view.words import TextArg, Words, at, count, figure, printed

Row = dict[str, Any]
SPOKEN_CLOCKS = ("due_soon", "overdue", "done_late", "deferred_by_law")
"""Clocks that add to what a by-law's state says."""
CONFIRMED = ("A", "B")
"""Verification marks that may be printed as facts (METHOD: C and open are to be confirmed)."""


def pillar(row: PillarRow, edition: LawEdition, w: Words) -> Row:
    """A pillar: score, needed level, bounds, status, coverage and quality."""
    return {
        "number": str(row.number),
        "title": row.title.get(w.lang),
        "score": row.score,
        "needed": row.needed,
        "low": row.low,
        "high": row.high,
        "previous": row.previous_score,
        "score_text": w.number(row.score, 1),
        "needed_text": w.number(row.needed, 1),
        "change_text": _change(row, w),
        "status": "not_scored" if row.score is None and not row.children else row.status,
        "instead": _instead_of_bar(row, edition, w),
        "coverage": f"{row.covered}\u2009/\u2009{row.children}" if row.children else "—",
        "full": row.covered == row.children and row.children > 0,
        "quality": row.quality or "—",
    }


def _change(row: PillarRow, w: Words) -> str:
    if row.score is None or row.previous_score is None:
        return "—"
    return w.number(row.score - row.previous_score, 1, signed=True)


def _instead_of_bar(row: PillarRow, edition: LawEdition, w: Words) -> str:
    """Words where there is nothing to measure: no empty bar stands for a zero, no full one for "anything"."""
    bounded = row.low is not None and row.high is not None and (row.covered or row.low > 0 or row.high < 100)
    if row.score is not None or bounded:
        return ""
    if row.id == "instruments":
        return measures_count(edition, w)
    if row.children:
        return w("pillar.unscored", count=count(row.children))
    return w("pillar.no_target", count=count(row.not_scorable)) if row.not_scorable else w("pillar.empty")


def measures_count(edition: LawEdition, w: Words) -> str:
    """By-laws in a few words: a fraction for a complete list, else the count found."""
    if edition.measures_completeness == "not_read":
        return w("measures.not_read")
    if edition.measures_completeness == "partial":
        return w("measures.partial", count=count(edition.measures_fulfilled))
    if edition.measures_category == "direct":
        return w("measures.direct")
    total = count(edition.measures_expected)
    if edition.measures_unknown:
        unknown = count(edition.measures_unknown)
        return w("measures.bounds", low=count(edition.measures_fulfilled), unknown=unknown, count=total)
    return w("measures.complete", done=count(edition.measures_fulfilled), count=total)


def indicator(row: IndicatorRow, w: Words) -> Row:
    """An indicator as one row of the table."""
    first = next(iter(comparable(row)), None) if row.comparable else None
    base, base_period = row.baseline, row.baseline_period
    if base is None and first is not None and first.period != row.period:
        base, base_period = first.value, first.period
    revised = bool(row.history) and row.history[-1].period == row.period and row.history[-1].revised_from is not None
    shown = scored(row)
    return {
        "number": row.number,
        "title": row.title.get(w.lang),
        "unit": unit(row, w),
        "down": row.direction == "down",
        "base": w.number(base, row.decimals),
        "base_period": w.period(base_period),
        "value": w.number(row.value, row.decimals),
        "value_period": w.period(row.period),
        "flag": row.flag + ("r" if revised else ""),
        "needed": "—" if row.needed_value is None else w.number(row.needed_value, needed_decimals(row)),
        "target": "—" if row.target is None else w.number(row.target, target_decimals(row, row.target)),
        "target_period": w.period(row.target_period),
        "attainment": row.attainment if shown else None,
        "attainment_text": "" if row.attainment is None else w.number(100 * row.attainment, 0),
        "needed_share": row.needed,
        "status": row.status,
        "status_why": _status_why(row, w),
        "judged": "" if row.trend is None or row.trend.fallback else w("judged." + row.trend.method),
        "basis": " · ".join(part for part in (row.grade, row.source) if part) or "—",
        "line": [] if row.target is not None else sparkline(row),
    }


def _status_why(row: IndicatorRow, w: Words) -> str:
    """A few words below the status "no data": no row may leave a reader to guess why."""
    if row.status != "no_data":
        return ""
    if unmeasured(row):
        return w("why.no_series")
    if row.ended and row.period is not None:
        return w("why.ended", period=at(row.period))
    return "" if row.reason is None else w("why." + row.reason)


def target_decimals(row: IndicatorRow, value: float) -> int:
    """Decimals of a target: its own, so that 15 is printed 15 and 0.023 is printed 0.023."""
    return language.own_decimals(value, row.decimals)


def needed_decimals(row: IndicatorRow) -> int:
    """Decimals of the needed value: one more than published where those cannot tell the two apart."""
    return row.decimals + 1 if row.status == "not_distinguishable" else row.decimals


def unit(row: IndicatorRow, w: Words) -> str:
    """The unit beside a title: the sign for per cent, else the unit's printed name."""
    if row.unit is None:
        return ""
    return "%" if row.percentage else row.unit.get(w.lang)


def sparkline(row: IndicatorRow) -> list[list[list[float]]]:
    """The history as strokes of points in the unit square, split at breaks; nothing below two points."""
    if len(row.history) < 2:
        return []
    times = [periods.time(point.period) for point in row.history]
    values = [point.value for point in row.history]
    low, high = min(values), max(values)
    room = (high - low) or 1.0
    cuts = [periods.time(period) for period, _ in row.breaks]
    strokes: list[list[list[float]]] = [[]]
    for number, (time, value) in enumerate(zip(times, values, strict=True)):
        if number and any(times[number - 1] < cut <= time for cut in cuts):
            strokes.append([])
        level = (value - low) / room if high > low else 0.5
        strokes[-1].append([round((time - times[0]) / (times[-1] - times[0]), 4), round(level, 4)])
    return [stroke for stroke in strokes if stroke]


def note(row: IndicatorRow, w: Words) -> Row:
    """What an indicator shows, why a number is missing, its pace and its breaks."""
    parts = [part for part in (row.why.get(w.lang), missing(row, w)) if part]
    if row.stale:
        parts.append(w("note.stale"))
    if row.ended:
        parts.append(w("note.ended"))
    parts += pace(row, w)
    if row.trend is not None:
        parts.append(trend_words(row, w))
    return {
        "number": row.number,
        "title": row.title.get(w.lang),
        "text": " ".join(parts),
        "missing": missing(row, w) or w("status." + row.status) + ".",
    }


def trend_words(row: IndicatorRow, w: Words) -> str:
    """How the status was judged, where the register names another method than the path."""
    found = row.trend
    if found is None:
        return ""
    if found.fallback is not None:
        method, reason = w("judged." + found.method), w("trend.fallback." + found.fallback)
        return w("trend.fallback", method=printed(method), reason=printed(reason))
    key = "trend." + found.method
    if found.method == "cagr_ratio" and row.target is None:
        key += ".untargeted"
    word = printed(w("trend.word." + found.trend))
    if found.number is None:
        # a target reached needs no number; a way that leads elsewhere has none
        return w(key + ".away", trend=word) if found.method == "weather" else ""
    return w(key, trend=word, number=figure(100 * found.number, 1, percentage=True))


def missing(row: IndicatorRow, w: Words) -> str:
    """Why an indicator has no number; empty where it has one."""
    reason = "" if row.reason is None else w("reason." + row.reason)
    own = "" if row.reason_text is None else row.reason_text.get(w.lang)
    return " ".join(part for part in (reason, own) if part)


def pace(row: IndicatorRow, w: Words) -> list[str]:
    """The pace needed from here and the recent one, in units a year; nothing where there is no way to go."""
    if row.needed_pace is None or row.status in ("achieved", "missed"):
        return []
    out = [w("pace.needed", number=printed(pace_text(row, row.needed_pace, w)))]
    if row.recent_pace is not None:
        out.append(w("pace.recent", number=printed(pace_text(row, row.recent_pace, w))))
    if row.turn_round:
        out.append(w("pace.turn_round"))
    elif row.acceleration is not None and row.acceleration > 1:
        out.append(w("pace.acceleration", number=figure(row.acceleration, 1)))
    return out


def pace_text(row: IndicatorRow, value: float, w: Words) -> str:
    """A yearly change with its sign, in decimals that show two digits of both paces; a plain 0 where there is none."""
    beside = next((pace for pace in (row.recent_pace, row.needed_pace) if pace), value)
    return w.number(value, pace_argument(row, value, beside).decimals if value else 0, signed=True)


def measure(number: int, row: MeasureRow, w: Words) -> Row:
    """A by-law; what is not confirmed says so instead of its act."""
    confirmed = row.verification in CONFIRMED
    state = w("state." + row.state)
    if row.clock in SPOKEN_CLOCKS:
        state = f"{state}; {w('clock.' + row.clock)}"
    return {
        "number": str(number),
        "title": row.title.get(w.lang),
        "written_in": w.lang if getattr(row.title, w.lang) else "ru",
        "provisions": ", ".join(p.get(w.lang) for p in row.provisions),
        "responsible": row.responsible.get(w.lang),
        "act": _act(row, w) if confirmed else "",
        "url": row.url if confirmed else None,
        "adopted": "" if row.adopted is None or not confirmed else w.date(row.adopted),
        "delay": "" if row.delay_days is None or not confirmed else w.duration(row.delay_days),
        "due": "" if row.due is None else w.date(row.due),
        "state": state if confirmed else w("to_confirm"),
        "done": row.fulfilled and confirmed,
        "mark": row.verification if confirmed else "—",
    }


def _act(row: MeasureRow, w: Words) -> str:
    if row.act_label is None or not row.act_label.startswith("№ "):
        return row.act_label or row.act_id or ""
    return w("measure.act.number", number=printed(row.act_label.removeprefix("№ ")))


def target(row: IndicatorRow, entry: TargetRow, w: Words) -> Row:
    """A target with its document and what became of it."""
    confirmed = entry.verification in CONFIRMED
    value = w("to_confirm")
    if confirmed and entry.change_percent is not None:
        value = w.percent(entry.change_percent / 100, 0, signed=True)
        if entry.base_period is not None:
            value = w("target.relative", value=printed(value), period=at(entry.base_period))
        if entry.value is not None:
            value = f"{value} = {w.amount(entry.value, row.decimals, row.percentage)}"
    elif confirmed:
        value = "—" if entry.value is None else _goal(row, entry.value, w)
    return {
        "indicator": row.number,
        "title": row.title.get(w.lang),
        "period": w.period(entry.period),
        "value": value,
        "document": entry.document.get(w.lang),
        "date": "" if entry.document_date is None else w.date(entry.document_date),
        "standing": _standing(row, entry, w),
        "unit": unit(row, w) if confirmed and entry.value is not None and not row.percentage else "",
        "superseded": entry.superseded_by is not None,
        "milestone": entry.mark or "",
        "milestone_text": "" if entry.mark is None else w("milestone." + entry.mark),
        "mark": entry.verification if confirmed else "—",
    }


def _goal(row: IndicatorRow, value: float, w: Words) -> str:
    return w.amount(value, target_decimals(row, value), row.percentage)


def _standing(row: IndicatorRow, entry: TargetRow, w: Words) -> str:
    """Scored, replaced (by what), or printed for reference (why)."""
    if entry.superseded_by is not None:
        successor = next((t for t in row.targets if t.id == entry.superseded_by), None)
        if successor is None or successor.value is None:
            return w("target.superseded")
        new = _goal(row, successor.value, w)
        return w("target.superseded_by", value=printed(new), period=at(successor.period))
    if entry.scored:
        return w("target.scored_missing" if unmeasured(row) else "target.scored")
    if entry.reason is not None:
        return w("target.reference", reason=TextArg(value=entry.reason))
    return w("target.not_scored")


def source(row: SourceRow, w: Words) -> Row:
    """A series' origin with its dates and the hash of the bytes that it was read from."""
    return {
        "id": row.id,
        "title": row.title.get(w.lang),
        "owner": row.owner.get(w.lang),
        "dataset": row.series,
        "licence": row.licence,
        "vintage": row.vintage,
        "known": row.known_from.isoformat(),
        "retrieved": "—" if row.retrieved is None else row.retrieved.isoformat(),
        "sha256": row.raw_sha256,
        "url": row.url,
        "published": None if row.published_unit is None else w("published_in", unit=TextArg(value=row.published_unit)),
    }
