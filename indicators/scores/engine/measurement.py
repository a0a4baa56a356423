"""How wrong a published value may be: from published bounds, else from the series' own revisions."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from indicators.scores.engine.panel import Floats


def from_bounds(low: float, high: float, level: float = 0.95) -> float:
    """Standard error behind a published interval of a confidence ``level``, taken as normal.

    Raises ValueError for bounds that are out of order and a level outside (0, 1).
    """
    if not high >= low:
        raise ValueError(f"the bounds {low:g} and {high:g} are out of order")
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not {level:g}")
    return (high - low) / (2 * float(stats.norm.ppf((1 + level) / 2)))


def from_revisions(revisions: pd.DataFrame, value: float, area: str) -> float | None:
    """Standard error of a value, as the root mean square of the series' relative revisions times the value.

    ``revisions``: frame with ``area``, ``value`` and ``previous``, as ``store.revisions`` gives it;
    withdrawn values and revisions of 0 are left out. None where the series was never revised.
    """
    own = revisions[(revisions["area"] == area) & revisions["value"].notna()]
    share = revision_share(own["previous"].to_numpy(dtype=np.float64), own["value"].to_numpy(dtype=np.float64))
    return None if share is None else share * abs(value)


def revision_share(previous: Floats, value: Floats) -> float | None:
    """Root mean square of relative revisions; those of a 0 are left out, and None where no other is left."""
    usable = (previous != 0) & np.isfinite(previous)
    if not usable.any():
        return None
    change = (value[usable] - previous[usable]) / np.abs(previous[usable])
    return float(np.sqrt(np.mean(change**2)))
