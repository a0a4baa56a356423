"""Growth of series between chosen years: compound rate and linear change a year."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from indicators.scores.engine.errors import PanelError
from indicators.scores.engine.panel import Floats


def window(
    values: Sequence[float], years: Sequence[float], chosen: Collection[float] | None = None, latest: int | None = None
) -> tuple[Floats, Floats]:
    """Years and values that are known, of the ``chosen`` years by their own numbers.

    ``latest`` keeps the last so many periods that end at the last known value. Raises PanelError
    for a year that the series does not have.
    """
    x, y = np.asarray(years, dtype=np.float64), np.asarray(values, dtype=np.float64)
    order = np.argsort(x)
    x, y = x[order], y[order]
    if chosen is not None:
        stranger = next((c for c in chosen if c not in x), None)
        if stranger is not None:
            raise PanelError(f"year {stranger:g}", "the series has no such year", "choose years of the panel")
        keep = np.isin(x, list(chosen))
        x, y = x[keep], y[keep]
    known = np.flatnonzero(~np.isnan(y))
    if latest is not None and known.size:
        start = max(int(known[-1]) - latest + 1, 0)
        known = known[known >= start]
    return x[known], y[known]


def compound_rate(x: Floats, y: Floats) -> float | None:
    """Compound annual growth rate, a fraction, from the first to the last value.

    None with fewer than two values, and where the signs differ or one is zero: no rate leads from
    one to the other.
    """
    if y.size < 2:
        return None
    if y[0] == y[-1]:
        return 0.0
    if y[0] * y[-1] <= 0:
        return None
    return float((y[-1] / y[0]) ** (1 / (x[-1] - x[0])) - 1)


def percent_change(x: Floats, y: Floats) -> float | None:
    """Linear change a year in per cent of the start: two values directly, more by least squares.

    The start is the line's value at the first year. None with fewer than two values and where the
    start is zero.
    """
    if y.size < 2:
        return None
    if np.all(y == y[0]):
        return 0.0
    if y.size == 2:
        slope, start = (y[1] - y[0]) / (x[1] - x[0]), y[0]
    else:
        # centred on the first year: in years AD the sums lose digits
        since = x - x[0]
        centred = since - since.mean()
        slope = float(centred @ (y - y.mean()) / (centred @ centred))
        start = y.mean() - slope * since.mean()
    return float(100 * slope / start) if start else None
