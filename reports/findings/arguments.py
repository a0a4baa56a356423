"""How figures enter a sentence: decimals, units, and whether a change stands out from the noise."""

from __future__ import annotations

from decimal import Decimal
from math import floor, log10, sqrt
from statistics import NormalDist

from indicators.register import period as periods
from indicators.register.model import Text
from indicators.scores.result import Status
from reports import language
from reports.model import HistoryPoint, IndicatorRow, NumberArg, TextArg

SCORE_DECIMALS = 1

NINETY = NormalDist().inv_cdf(0.95)
"""Standard errors from the middle of a normal distribution to its 95th percentile."""


def subject(row: IndicatorRow) -> TextArg:
    """What the sentence speaks of: the indicator's title, with its unit where that is not per cent.

    The unit stands here once, so that the figures of the sentence can be bare numbers, which every
    language can put in a case.
    """
    if row.percentage or row.unit is None:
        return TextArg(value=row.title)

    def named(lang: str) -> str:
        title, unit = row.title.get(lang), row.unit.get(lang) if row.unit is not None else ""
        return title if unit.casefold() in title.casefold() else f"{title}, {unit}"

    return TextArg(value=Text(kk=named("kk"), ru=named("ru"), en=named("en")))


def amount(row: IndicatorRow, value: float) -> NumberArg:
    """A value of the indicator, with the decimals of its table row."""
    return NumberArg(value=value, decimals=row.decimals, unit="percent" if row.percentage else "none")


def goal(row: IndicatorRow, value: float) -> NumberArg:
    """A target: 15 is printed 15 and 0.035 is printed 0.035, whatever the precision of the series."""
    decimals = language.own_decimals(value, row.decimals)
    return NumberArg(value=value, decimals=decimals, unit="percent" if row.percentage else "none")


def percent_change(value: float) -> NumberArg:
    """A target that is stated as a change of its base, in per cent with its sign."""
    decimals = 0 if value == int(value) else 1
    return NumberArg(value=value, decimals=decimals, unit="percent", signed=True)


def difference(row: IndicatorRow, first: float, second: float, decimals: int | None = None) -> NumberArg:
    """The size of ``first - second``: percentage points for percentages, else in the unit of the series."""
    places = row.decimals if decimals is None else decimals
    gap = abs(language.rounded(first, places) - language.rounded(second, places))
    return NumberArg(value=float(gap), decimals=places, unit="percentage_points" if row.percentage else "none")


def pace(row: IndicatorRow, value: float, beside: float) -> NumberArg:
    """A yearly change with its sign, in decimals that show two digits of it and of the pace beside it."""
    sizes = [abs(v) for v in (value, beside) if v]
    smallest = min(sizes, default=1.0)
    decimals = min(max(row.decimals, 1 - floor(log10(smallest))), 6)
    return NumberArg(
        value=value,
        decimals=decimals,
        unit="percentage_points" if row.percentage else "none",
        signed=True,
    )


def points(value: float, signed: bool = False) -> NumberArg:
    """Points of a score."""
    return NumberArg(value=value, decimals=SCORE_DECIMALS, unit="points", signed=signed)


def score(value: float) -> NumberArg:
    """A score of 100 as a bare number."""
    return NumberArg(value=value, decimals=SCORE_DECIMALS)


def comparable(row: IndicatorRow) -> list[HistoryPoint]:
    """The observations of the latest one's definition, in order of time; empty where there are none."""
    if not row.history:
        return []
    latest = periods.time(row.history[-1].period)
    starts = [periods.time(p) for p, _ in row.breaks] + [periods.time(p.period) for p in row.history if p.flag == "b"]
    since = max((s for s in starts if s <= latest), default=None)
    return [p for p in row.history if since is None or periods.time(p.period) >= since]


def unmeasured(row: IndicatorRow) -> bool:
    """True where no series measures the indicator: the register says why."""
    return row.source is None and row.reason_text is not None


def scored(row: IndicatorRow) -> bool:
    """True where the indicator has a score, so that it may be set against its path."""
    return row.attainment is not None and row.status != Status.NOT_DISTINGUISHABLE


def side(row: IndicatorRow) -> str:
    """``ahead``, ``on`` or ``behind``: the value against the needed one, as both are printed.

    ``on`` where the printed figures do not differ: a gap that the reader cannot see is no gap.
    """
    if row.value is None or row.needed_value is None or row.attainment is None or row.needed is None:
        raise ValueError(f"indicator {row.id} has no value on its path")
    if _same(row.value, row.needed_value, row.decimals) or row.attainment == row.needed:
        return "on"
    return "ahead" if row.attainment > row.needed else "behind"


def noise(row: IndicatorRow) -> Decimal:
    """Half the width of the 5-95 % interval of a difference of two figures, in the printed unit.

    Half a unit of the printed precision for each figure, at most, and the revisions of the series:
    both figures may still move by the standard error of the latest one. A series of which no two
    releases are known is taken at its rounding.
    """
    unit = Decimal(1).scaleb(-row.decimals)
    revisions = NINETY * sqrt(2) * (row.standard_error or 0.0)
    return unit + Decimal(str(revisions))


def change(row: IndicatorRow, latest: float, earlier: float) -> str:
    """``more``, ``less`` or ``unclear``: a direction only where the interval of the difference excludes zero."""
    gap = language.rounded(latest, row.decimals) - language.rounded(earlier, row.decimals)
    if abs(gap) <= noise(row):
        return "unclear"
    return "more" if gap > 0 else "less"


def _same(first: float, second: float | None, decimals: int) -> bool:
    return second is not None and language.rounded(first, decimals) == language.rounded(second, decimals)
