"""How sure a score is and why it moved, as the edition keeps it.

Numbers that were drawn are kept to six decimals: what stands behind depends on the machine.
"""

from __future__ import annotations

from indicators.scores.change import METHOD, Change
from indicators.scores.confidence import LawUncertainty
from indicators.scores.explain import Node
from reports.reckoning import Arithmetic, ChoiceShare, OtherScore, ScoreChange, ScorePart, Step, Uncertainty

DIGITS = 6


def uncertainty_of(found: LawUncertainty | None) -> Uncertainty | None:
    """The draws of a law's score; None where there is no score."""
    if found is None or found.interval is None or found.point is None:
        return None
    low, high = found.interval
    return Uncertainty(
        low=min(_kept(low), found.point),
        high=max(_kept(high), found.point),
        p_status={status.value: _kept(share) for status, share in found.p_status.items()},
        draws=found.draws,
        failed=found.failed,
        factors=found.factors,
        shares=tuple(ChoiceShare(factor=s.factor, first=_kept(s.first), total=_kept(s.total)) for s in found.shares),
        without={name: None if score is None else _kept(score) for name, score in found.without.items()},
        otherwise=tuple(
            OtherScore(choice=o.choice, score=_kept(o.score), needed=_kept(o.needed), status=o.status)
            for o in found.otherwise
        ),
        choices=found.choices.json(),
    )


def score_change(change: Change | None, interval: tuple[float, float] | None) -> ScoreChange | None:
    """The decomposition of a change of score; None where an edition has no number."""
    if change is None or change.before is None or change.after is None or interval is None:
        return None
    gain = change.after - change.before
    low, high = (_kept(bound) for bound in interval)
    parts = (
        ScorePart(factor=factor, indicator=None if factor == METHOD else indicator, points=points)
        for (factor, indicator), points in sorted(change.parts.items())
    )
    return ScoreChange(
        before=change.before, after=change.after, low=min(low, gain), high=max(high, gain), parts=tuple(parts)
    )


def arithmetic_of(tree: Node) -> tuple[Arithmetic, ...]:
    """The tree of a score from the top down."""
    return tuple(
        Arithmetic(
            depth=depth,
            kind=node.kind,
            id=node.id,
            weight=node.weight,
            status=node.status,
            reason=node.reason,
            steps=tuple(Step(label=line.name, text=line.text) for line in node.arithmetic),
        )
        for depth, node in tree.walk()
    )


def _kept(value: float) -> float:
    return round(value, DIGITS) + 0.0  # + 0.0: no minus before a zero
