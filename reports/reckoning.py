"""What an edition keeps of a score beyond its number: how sure it is, why it moved, how it is computed."""

from __future__ import annotations

from typing import Any

from indicators.register.model import Model


class ChoiceShare(Model):
    """A choice's share of the draws' variance: by itself, and with its interplay with the others."""

    factor: str
    first: float
    total: float


class OtherScore(Model):
    """The score by one other choice, everything else as registered."""

    choice: str  # geometric, baseline_before, baseline_after, growth
    score: float
    needed: float
    status: str


class Uncertainty(Model):
    """How sure the score is; ``low`` and ``high`` hold the 5-95 % interval of the draws."""

    low: float
    high: float
    p_status: dict[str, float]
    draws: int
    failed: int
    factors: tuple[str, ...]
    shares: tuple[ChoiceShare, ...]
    without: dict[str, float | None]  # the score without each indicator
    otherwise: tuple[OtherScore, ...]
    choices: dict[str, Any]  # everything that was varied, and the seed


class ScorePart(Model):
    """A part of a change of score in points; ``indicator`` is None for a part of the whole law."""

    factor: str  # new_periods, revisions, targets, by_laws, weights, coverage, composition, method
    indicator: str | None
    points: float


class ScoreChange(Model):
    """Why the score moved since the previous edition: parts that add up to the change exactly.

    ``low`` and ``high``: the 5-95 % interval of the difference.
    """

    before: float
    after: float
    low: float
    high: float
    parts: tuple[ScorePart, ...]


class Step(Model):
    """One line of the arithmetic of a score; ``label`` is a word of the catalogue, ``text`` signs and numbers."""

    label: str
    text: str


class Arithmetic(Model):
    """A node of the tree that gives the score: the law, a pillar, an indicator or the list of by-laws."""

    depth: int
    kind: str
    id: str
    weight: float
    status: str
    reason: str | None
    steps: tuple[Step, ...]
