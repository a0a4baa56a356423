"""Ten random laws beside a naive second implementation of METHOD 3.1 and 4: loops and exact fractions.

The naive one reads the plain description that the law and its frame are made of, and nothing of the
project but that. Everything here is synthetic.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from indicators.scores.law import score_law

AT, BASE, NOW = date(2025, 12, 31), 2015, 2025
TWO_THIRDS = Fraction(2, 3)
DONE, OPEN, LATER = "in_force", "drafting", date(2030, 1, 1)


@dataclass
class Plain:
    """An indicator in whole numbers: values by year, targets by year; no values is a missing one."""

    pillar: str
    direction: str
    best: int | None
    weight: int
    mandatory: bool
    values: dict[int, int]
    targets: dict[int, int]


def described(seed: int) -> tuple[dict[str, int], list[Plain], list[str] | None]:
    """Pillars with their weights, indicators, and the states of by-laws; None for a list not read to its end."""
    rng = random.Random(seed)
    pillars = {name: rng.randint(1, 4) for name in ("instruments", "delivery", "outcomes")}
    indicators = []
    for _ in range(rng.randint(4, 9)):
        direction = rng.choice(["up", "down", "at"])
        sign = 1 if direction == "up" else -1
        start = rng.randint(200, 400)
        goals = [start + sign * rng.randint(10, 60), start + sign * rng.randint(70, 150)]
        years = rng.choice([[2030], [2020, 2030], [2022, 2028]])
        indicators.append(
            Plain(
                pillar=rng.choice(["delivery", "outcomes", "outcomes", "instruments"]),
                direction=direction,
                best=10 if direction == "at" else None,  # below every value here, so that less is better
                weight=rng.randint(1, 5),
                mandatory=rng.random() < 0.1,
                values={} if rng.random() < 0.2 else {BASE: start, NOW: start + sign * rng.randint(-30, 170)},
                targets={} if rng.random() < 0.1 else dict(zip(years, goals[-len(years) :], strict=True)),
            )
        )
    states = [rng.choice([DONE, DONE, OPEN, LATER.isoformat()]) for _ in range(rng.randint(0, 6))]
    if rng.random() < 0.2:
        states.append("unknown")
    return pillars, indicators, None if rng.random() < 0.3 else states


def clipped(share: Fraction) -> Fraction:
    return 100 * min(max(share, Fraction(0)), Fraction(1))


def naive_indicator(one: Plain) -> tuple[Fraction | None, Fraction | None]:
    """Score and needed score: the share of the way gone, and of the way that was to be gone by now."""
    if not one.values:
        return None, None
    start, now = (abs(v - one.best) if one.best is not None else v for v in (one.values[BASE], one.values[NOW]))
    nodes = [(BASE, start)]
    nodes += [(y, abs(v - one.best) if one.best is not None else v) for y, v in sorted(one.targets.items())]
    wanted = Fraction(nodes[-1][1])
    for (t0, y0), (t1, y1) in pairwise(nodes):
        if t0 <= NOW <= t1:
            wanted = y0 + Fraction(y1 - y0) * (NOW - t0) / (t1 - t0)
    way = nodes[-1][1] - start
    return clipped(Fraction(now - start, way)), clipped(Fraction(wanted - start) / way)


Leaf = tuple[int, Fraction | None, Fraction | None, Fraction, Fraction, bool]
"""Weight, score, needed, low, high, mandatory."""


def naive_group(leaves: list[tuple[Leaf, Fraction]]) -> dict[str, Any]:
    """Mean of the children that have a number; each stands beside the share of its own leaves that is known."""
    total = sum(weight for (weight, *_), _ in leaves)
    if not leaves:
        return {"score": None, "needed": None, "coverage": None, "low": None, "high": None}
    used = [(leaf, share) for leaf, share in leaves if leaf[1] is not None]
    held = sum((leaf[0] * share for leaf, share in used), Fraction(0)) / total
    known = sum((leaf[0] * share for leaf, share in leaves), Fraction(0)) / total
    low, high = (sum((leaf[0] * leaf[n] for leaf, _ in leaves), Fraction(0)) / total for n in (3, 4))
    if not used or held < TWO_THIRDS or any(leaf[5] and leaf[1] is None for leaf, _ in leaves):
        return {"score": None, "needed": None, "coverage": known, "low": low, "high": high}
    shared = sum(leaf[0] for leaf, _ in used)
    score, needed = (sum((leaf[0] * (leaf[n] or 0) for leaf, _ in used), Fraction(0)) / shared for n in (1, 2))
    return {"score": score, "needed": needed, "coverage": held, "low": min(low, score), "high": max(high, score)}


def naive_law(seed: int) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    pillars, indicators, states = described(seed)
    found: dict[str, dict[str, Any]] = {}
    for pillar in pillars:
        leaves: list[tuple[Leaf, Fraction]] = []
        for one in (i for i in indicators if i.pillar == pillar and i.targets):
            score, needed = naive_indicator(one)
            ends = (Fraction(0), Fraction(100)) if score is None else (score, score)
            leaves.append(((one.weight, score, needed, *ends, one.mandatory), Fraction(score is not None)))
        if pillar == "instruments" and states:
            done, unknown = states.count(DONE), states.count("unknown")
            ends = Fraction(100 * done, len(states)), Fraction(100 * (done + unknown), len(states))
            due = len(states) - states.count(LATER.isoformat())
            score = None if unknown else ends[0]
            leaves.append(((1, score, Fraction(100 * due, len(states)), *ends, False), Fraction(not unknown)))
        found[pillar] = naive_group(leaves)
    inside = [
        ((w, g["score"], g["needed"], g["low"], g["high"], False), g["coverage"])
        for w, g in ((pillars[p], found[p]) for p in pillars)
        if g["coverage"] is not None
    ]
    return found, naive_group(inside)


def built(seed: int, law_of: Any, observed: Any, part: Any) -> Any:
    """The same law as the project reads it, with its frame."""
    pillars, indicators, states = described(seed)
    rows, series, frames = [], [], {}
    for n, one in enumerate(indicators):
        name = f"x/{n}"
        series.append(part.series(name))
        frames[name] = {str(y): float(v) for y, v in one.values.items()}
        goals = [part.target(str(y), v, id=f"t{y}") for y, v in one.targets.items()]
        more = {"best": one.best} if one.best is not None else {}
        rows.append(
            part.indicator(
                f"i{n}", series=name, pillar=one.pillar, direction=one.direction, weight=one.weight,
                mandatory=one.mandatory, baseline={"period": str(BASE)}, targets=goals, **more,
            )
        )  # fmt: skip
    measures, acts = [], []
    for n, state in enumerate(states or []):
        fact = {"date": date(2016, 1, 1), "state": state, "verification": "A"}
        if state == DONE:
            fact["act"] = f"a{n}"
            acts.append({"id": f"a{n}", "kind": "order", "dates": [date(2016, 1, 1)], "verification": "A"})
        later = {"due": LATER, "due_source": part.source()} if state == LATER.isoformat() else {}
        if later:
            fact["state"] = OPEN
        if state == "unknown":
            fact["date"] = None
        text = part.text("synthetic")
        row = {"id": f"m{n}", "title": text, "kind": "order", "responsible": text, "facts": [fact]}
        measures.append({**row, "verification": "A", **later})
    law = law_of(
        pillars=[{"id": p, "title": part.text(p), "weight": w} for p, w in pillars.items()],
        indicators=rows, series=series, measures=measures, acts=acts,
        measures_list={"completeness": "partial" if states is None else "complete", "verification": "A"},
    )  # fmt: skip
    return law, observed(frames)


@pytest.mark.parametrize("seed", range(10))
def test_a_law_scores_what_a_second_implementation_says(seed: int, law_of: Any, observed: Any, part: Any) -> None:
    found = score_law(*built(seed, law_of, observed, part), AT, AT)
    pillars, total = naive_law(seed)
    for group, expected in [*((p, pillars[p.id]) for p in found.pillars), (found.total, total)]:
        for name, value in expected.items():
            number = getattr(group, name)
            assert (number is None) == (value is None), (group.id, name, number, value)
            assert value is None or number == pytest.approx(float(value), abs=1e-9), (group.id, name)


def test_the_ten_laws_are_of_many_kinds() -> None:
    """So that the comparison above cannot pass on empty laws."""
    totals = [naive_law(seed)[1] for seed in range(10)]
    assert sum(t["score"] is not None for t in totals) >= 6
    assert any(t["score"] is None for t in totals)
    assert {i.direction for s in range(10) for i in described(s)[1]} == {"up", "down", "at"}
    assert any("unknown" in (described(s)[2] or []) for s in range(10))
    assert any(t["score"] is not None and t["coverage"] < 1 for t in totals)
