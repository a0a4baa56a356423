"""Units with too little data are left out, by a rule that the result names."""

from __future__ import annotations

import numpy as np

from indicators.scores.engine.errors import MethodError
from indicators.scores.engine.method import Screen
from indicators.scores.engine.panel import Mask, Panel


def screened(panel: Panel, step: Screen, read: Mask) -> Mask:
    """Whether each unit stays, year by year: shape (years, units).

    ``read`` marks the indicators that the method reads. The share available is of those indicators;
    the share of non-zeros is of the values available, and a unit without any fails it. ``keep`` and
    ``drop`` overrule both. Raises MethodError for a unit that the panel does not have.
    """
    for name in ("keep", "drop"):
        stranger = next((u for u in getattr(step, name) if u not in panel.units), None)
        if stranger is not None:
            raise MethodError(f"screen.{name}", f"no unit {stranger!r}", "mend the name")
    values = panel.values[..., read]
    known = ~np.isnan(values)
    count = known.sum(axis=-1)
    stays = np.ones(count.shape, dtype=np.bool_)
    if step.least_available is not None:
        stays &= count / values.shape[-1] >= step.least_available
    if step.least_nonzero is not None:
        nonzero = (known & (values != 0)).sum(axis=-1)
        stays &= (count > 0) & (nonzero >= step.least_nonzero * count)
    stays[:, [u in step.keep for u in panel.units]] = True
    stays[:, [u in step.drop for u in panel.units]] = False
    return stays
