"""A second source beside the first: compared and shown, never averaged in."""

from __future__ import annotations

from indicators.register.model import CrossCheck
from indicators.scores.readings import Reading
from indicators.scores.result import CrossCheckResult


def cross_check(check: CrossCheck, own: tuple[Reading, ...], other: tuple[Reading, ...]) -> CrossCheckResult:
    """Relative difference |other - own| / |own| at the latest period that both series cover.

    It is a fraction of the own value and undefined where that is 0 and the other is not; with a
    stated tolerance such a pair disagrees.
    """
    theirs = {r.period: r.value for r in other}
    common = next((r for r in reversed(own) if r.period in theirs), None)
    if common is None:
        return CrossCheckResult(check.series, None, None, None, None, None)
    value = theirs[common.period]
    gap = abs(value - common.value)
    difference = 0.0 if gap == 0 else gap / abs(common.value) if common.value else None
    agrees = None
    if check.tolerance is not None:
        agrees = difference is not None and difference <= check.tolerance
    return CrossCheckResult(check.series, common.period, value, common.value, difference, agrees)
