"""An exact additive attribution of a change to the factors that changed (Shapley 1953).

The value of a factor is its mean marginal contribution over all orders in which the factors could
have changed, so that no factor gains from coming first and the parts add up to the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from math import factorial

import numpy as np

from indicators.scores.engine.panel import Floats


def attribute(evaluate: Callable[[frozenset[str]], Floats], factors: Sequence[str]) -> dict[str, Floats]:
    """Contribution of each factor to ``evaluate(all) - evaluate(none)``.

    ``evaluate`` gets the factors that are switched to their new state and returns an array; it is
    called once for each of the 2^n subsets. NaN in any subset is NaN in the parts.
    """
    n = len(factors)
    subsets = [frozenset(c) for size in range(n + 1) for c in combinations(factors, size)]
    known = {s: np.asarray(evaluate(s), dtype=np.float64) for s in subsets}
    parts: dict[str, Floats] = {}
    for factor in factors:
        total = np.zeros_like(known[frozenset()])
        for subset in subsets:
            if factor not in subset:
                share = factorial(len(subset)) * factorial(n - len(subset) - 1) / factorial(n)
                total = total + share * (known[subset | {factor}] - known[subset])
        parts[factor] = total
    return parts
