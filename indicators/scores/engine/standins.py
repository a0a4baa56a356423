"""Missing children that take their group's mean, for the root alone (the SDG Index's rule)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indicators.scores.engine.panel import Floats


def stand_ins(x: Floats, known: Floats, labels: NDArray[np.str_]) -> tuple[Floats, Floats]:
    """Children (..., units, children), each that is not known replaced by the mean over units of its label.

    ``known`` is 0 or 1, of the same last two axes; where it is 0, ``x`` is 0. What no unit of a
    label knows stays unknown. Gives the children and what is known of them now.
    """
    out, now = x.copy(), known.copy()
    for label in np.unique(labels):
        rows = labels == label
        own, block = known[..., rows, :], x[..., rows, :]
        number = own.sum(axis=-2, keepdims=True)
        mean = block.sum(axis=-2, keepdims=True) / np.maximum(number, 1.0)
        out[..., rows, :] = np.where(own > 0, block, mean)
        now[..., rows, :] = np.broadcast_to(number > 0, own.shape)
    return out, now
