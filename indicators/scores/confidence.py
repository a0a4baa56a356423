"""How sure a law's score is (METHOD 5): interval, chance of each status, sensitivity, leave one out.

The interval is of what the registered method leaves open: the exact weights, the mean, the year of
the baseline, and how exact the published values are. The form of the way (a straight line, or growth
at a constant rate) is part of what the score *means* and no doubt about it: a score by another
definition lies elsewhere, and mixing both would give an interval in which neither belongs. It
stands apart, among the scores :attr:`LawUncertainty.otherwise`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from indicators.register.model import Law
from indicators.scores.composite import group_status
from indicators.scores.engine.draws import Choices, interval, uniform
from indicators.scores.engine.panel import Floats
from indicators.scores.engine.sensitivity import sobol
from indicators.scores.law import score_law
from indicators.scores.law_model import FACTORS, LawModel, law_leaves
from indicators.scores.result import LawScore, Status

LAW_CHOICES = Choices(paths=("linear",))
"""What varies in a law's interval."""

_HELD: dict[str, Any] = {
    "concentration": None,
    "rules": ("arithmetic",),
    "paths": ("linear",),
    "baseline_years": (0,),
    "measurement": False,
    "draws": 1,
    "pool": 1,
}
_OTHERWISE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("geometric", {"rules": ("geometric",)}),
    ("baseline_before", {"baseline_years": (-1,)}),
    ("baseline_after", {"baseline_years": (1,)}),
    ("growth", {"paths": ("growth",)}),
)


@dataclass(frozen=True, slots=True)
class Share:
    """A choice's share of the draws' variance: by itself, and with all its interplay (Sobol indices)."""

    factor: str
    first: float
    total: float


@dataclass(frozen=True, slots=True)
class Otherwise:
    """The score by one other choice, everything else as registered."""

    choice: str  # geometric, baseline_before, baseline_after, growth
    score: float
    needed: float
    status: Status


@dataclass(frozen=True)
class LawUncertainty:
    """What the draws say of one law's total.

    ``interval`` is the 5-95 % interval of the score, widened to hold the point. ``p_status``: share
    of the draws with a number in each status. ``shares``: of the factors that can move this score;
    empty where none can, and where the draws are all alike. ``without``: the score without each
    indicator; None where nothing is left. ``errors``: standard errors of the published values, by
    indicator, beyond their rounding. ``scores`` are the draws in their order (NaN: failed).
    """

    law: str
    point: float | None
    interval: tuple[float, float] | None
    p_status: dict[Status, float]
    draws: int
    failed: int
    factors: tuple[str, ...]
    shares: tuple[Share, ...]
    without: dict[str, float | None]
    otherwise: tuple[Otherwise, ...]
    errors: Mapping[str, float]
    choices: Choices
    scores: Floats = field(repr=False, compare=False, default_factory=lambda: np.empty(0))

    def json(self) -> dict[str, Any]:
        """As data, with the seed and every choice."""
        return {
            "law": self.law,
            "score": self.point,
            "interval": list(self.interval) if self.interval else None,
            "p_status": {status.value: p for status, p in self.p_status.items()},
            "draws": self.draws,
            "failed": self.failed,
            "factors": list(self.factors),
            "sobol": {s.factor: {"first": s.first, "total": s.total} for s in self.shares},
            "without": self.without,
            "otherwise": {
                o.choice: {"score": o.score, "needed": o.needed, "status": o.status.value} for o in self.otherwise
            },
            "standard_errors": dict(self.errors),
            "choices": self.choices.json(),
        }


def law_uncertainty(
    law: Law,
    observations: pd.DataFrame,
    at: date,
    as_of: date,
    choices: Choices = LAW_CHOICES,
    *,
    score: LawScore | None = None,
    errors: Mapping[str, float] | None = None,
    failed: Collection[str] = (),
    down: Collection[str] = (),
    blocks: int = 256,
) -> LawUncertainty:
    """Draw a law's score; the same inputs and seed give the same numbers.

    ``errors``: standard errors by indicator, in the series' unit (see
    :mod:`indicators.scores.revisions`); the rounding of the publication is always added. ``score``:
    the law's tree of the same inputs, where it is at hand. ``blocks`` of Saltelli's design for the
    Sobol indices; 0 leaves them out.
    """
    if score is None:
        score = score_law(law, observations, at, as_of, failed, down)
    leaves = law_leaves(law, observations, score, choices, errors or {})
    model = LawModel(leaves, score, choices)
    point = score.total.score
    if point is None or not leaves:
        return LawUncertainty(law.id, None, None, {}, 0, 0, (), (), {}, (), {}, choices)
    rows, _ = uniform(choices, len(FACTORS))
    scores, needed = model(rows)
    known = np.isfinite(scores) & np.isfinite(needed)
    statuses = [group_status(float(s), float(n)) for s, n in zip(scores[known], needed[known], strict=True)]
    drawn = np.where(known, scores, np.nan)
    return LawUncertainty(
        law=law.id,
        point=point,
        interval=interval(scores[known], point),
        p_status={status: statuses.count(status) / len(statuses) for status in Status if status in statuses},
        draws=choices.draws,
        failed=int((~known).sum()),
        factors=model.factors,
        shares=_shares(model, drawn, blocks),
        without={leaf.id: model.without(leaf.id) for leaf in leaves},
        otherwise=tuple(_otherwise(law, observations, score, choices.seed)),
        errors={leaf.id: leaf.standard_error for leaf in leaves if leaf.paths},
        choices=choices,
        scores=drawn,
    )


def difference(before: LawUncertainty, after: LawUncertainty) -> tuple[float, float] | None:
    """The 5-95 % interval of what the score gained, widened to hold the gain itself; None without two scores.

    Draw by draw: both editions share the weights, the mean, the year of the baseline and the errors
    of the values that they share, so that only what differs between them is uncertain.
    """
    if before.point is None or after.point is None:
        return None
    if before.choices != after.choices:
        raise ValueError("draws of two sets of choices cannot be subtracted: draw both editions with the same")
    return interval(after.scores - before.scores, after.point - before.point)


def _shares(model: LawModel, drawn: Floats, blocks: int) -> tuple[Share, ...]:
    """Sobol indices; a factor that is alone has the whole variance."""
    known = drawn[np.isfinite(drawn)]
    if not blocks or not known.size or np.ptp(known) <= 1e-12 * max(1.0, float(np.abs(known).max())):
        return ()
    if len(model.factors) == 1:
        return (Share(model.factors[0], 1.0, 1.0),)
    found = sobol(lambda rows: model(rows)[0], FACTORS, model.factors, blocks=blocks, seed=model.choices.seed)
    if found is None:
        return ()
    return tuple(Share(*row) for row in zip(found.factors, found.first, found.total, strict=True))


def _otherwise(law: Law, observations: pd.DataFrame, score: LawScore, seed: int) -> Iterator[Otherwise]:
    """The score by each other choice that moves the score or the needed level of this law."""
    registered = (score.total.score, score.total.needed)
    rows = np.zeros((1, len(FACTORS)))
    for name, change in _OTHERWISE:
        choices = replace(Choices(seed=seed), **{**_HELD, **change})
        scores, needed = LawModel(law_leaves(law, observations, score, choices, {}), score, choices)(rows)
        found = float(scores[0]), float(needed[0])
        if np.isfinite(found).all() and not np.allclose(found, [v or 0.0 for v in registered], rtol=0, atol=1e-9):
            yield Otherwise(name, *found, group_status(*found))
