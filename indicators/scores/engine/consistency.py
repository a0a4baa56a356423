"""Whether the children of a group go together: correlations and Cronbach's alpha over units.

They say nothing of a score's value, only of whether a mean over these children has a meaning: a
child that runs against its parent is more often an error of direction than a finding.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from indicators.scores.engine.run import Result

Kind = Literal["pearson", "spearman", "kendall"]


def correlations(result: Result, kind: Kind = "pearson", year: int | None = None) -> dict[str, float | None]:
    """Correlation of every node but the root with its parent, over the units that have both.

    Of one year (default: the last). None with fewer than three such units and where one of the two
    does not vary.
    """
    frame = _cells(result, year)
    found: dict[str, float | None] = {}
    for child, parent in _parents(result).items():
        both = frame[[child, parent]].dropna()
        varies = len(both) > 2 and (both.nunique() > 1).all()
        found[child] = float(both[child].corr(both[parent], method=kind)) if varies else None
    return found


def cronbach(result: Result, year: int | None = None) -> dict[str, float | None]:
    """Cronbach's alpha of every group: k / (k - 1) (1 - sum of variances / sum of covariances).

    Covariances (n - 1) are taken over the units that have both children. None for a group of one
    child, where a pair of children has fewer than two units in common, and where nothing varies.
    """
    frame, parents = _cells(result, year), _parents(result)
    found: dict[str, float | None] = {}
    for group in dict.fromkeys(parents.values()):
        own = [c for c, p in parents.items() if p == group]
        covariance = frame[own].cov().to_numpy()
        total = float(covariance.sum())
        sound = len(own) > 1 and np.isfinite(covariance).all() and total != 0
        found[group] = len(own) / (len(own) - 1) * (1 - float(np.trace(covariance)) / total) if sound else None
    return found


def _cells(result: Result, year: int | None) -> pd.DataFrame:
    at = result.panel.years[-1] if year is None else year
    frame = result.frame().xs(at, level="year")
    assert isinstance(frame, pd.DataFrame)
    return frame


def _parents(result: Result) -> dict[str, str]:
    """The parent of every node that the tree reads, in the order of the levels."""
    return {
        result.tree.nodes[child]: group
        for level in result.tree.levels
        for g, group in enumerate(level.groups)
        for c, child in enumerate(level.children)
        if level.members[c, g]
    }
