"""A method's tree as arrays: which node feeds which group, with what weight in which year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from indicators.scores.engine.errors import MethodError
from indicators.scores.engine.method import GroupNode, IndicatorNode, Method, exponent
from indicators.scores.engine.panel import Floats

T = TypeVar("T")


@dataclass(frozen=True)
class Level:
    """Groups of one height. ``children`` are columns of the nodes, ``weights`` (years or 1, children, groups).

    ``members`` is 1 where a column is a child of a group, also where its weight is 0.
    """

    groups: tuple[str, ...]
    first: int  # column of the first group among all nodes
    children: tuple[int, ...]
    weights: Floats
    members: Floats
    mandatory: Floats
    exponents: tuple[float, ...]
    thresholds: Floats

    @property
    def columns(self) -> slice | list[int]:
        """The children as an index; a slice where they stand side by side, which copies nothing."""
        first, last = self.children[0], self.children[-1]
        return slice(first, last + 1) if last - first + 1 == len(self.children) else list(self.children)


@dataclass(frozen=True)
class Tree:
    """Nodes in order (indicators as the panel has them, then groups by height) and the levels above."""

    nodes: tuple[str, ...]
    indicators: int
    levels: tuple[Level, ...]
    root: str

    def column(self, node: str) -> int:
        """Column of a node; KeyError for one that is not in the tree."""
        try:
            return self.nodes.index(node)
        except ValueError:
            raise KeyError(f"no node {node!r} in the tree") from None


def plant(method: Method, indicators: Sequence[str], years: Sequence[int]) -> Tree:
    """The tree of a method for a panel's indicators and years.

    Raises MethodError, with the node, for an id that stands twice, an unknown parent, a cycle, more
    than one root, a group without children, a negative weight, and weights that are all zero.
    """
    parents = _parents(method)
    heights = _heights(parents)
    leaves = {i.id: i for i in method.indicators}
    missing = next((i for i in leaves if i not in indicators), None)
    if missing is not None:
        raise MethodError(missing, "the panel has no such indicator", "add its column, empty where nothing is known")
    by_height = sorted(method.groups, key=lambda g: heights[g.id])
    nodes = (*indicators, *(g.id for g in by_height))
    column = {n: c for c, n in enumerate(nodes)}
    levels: list[Level] = []
    for height in range(1, heights[by_height[-1].id] + 1):
        groups = [g for g in by_height if heights[g.id] == height]
        levels.append(_level(method, groups, height, parents, column, years))
    if not any(level.weights.any() for level in levels[:1]):
        raise MethodError(method.id, "every indicator's weight is zero", "give one a weight")
    return Tree(nodes, len(indicators), tuple(levels), by_height[-1].id)


def effective_weights(tree: Tree, year: int = 0) -> dict[str, float]:
    """Share of every node in the root with nothing missing (root = 1), in the year at a position."""
    shares = {tree.root: 1.0}
    for level in reversed(tree.levels):
        weights = level.weights[min(year, len(level.weights) - 1)]
        totals = weights.sum(axis=0)
        for g, group in enumerate(level.groups):
            for c, child in enumerate(level.children):
                if level.members[c, g]:
                    part = weights[c, g] / totals[g] if totals[g] else 0.0
                    shares[tree.nodes[child]] = shares[group] * part
    return shares


def _parents(method: Method) -> dict[str, str | None]:
    parents: dict[str, str | None] = {}
    nodes: list[IndicatorNode | GroupNode] = [*method.indicators, *method.groups]
    for node in nodes:
        if node.id in parents:
            raise MethodError(node.id, "the id stands twice", "give each node its own")
        parents[node.id] = node.parent
    groups = {g.id for g in method.groups}
    for name, parent in parents.items():
        if parent is not None and parent not in groups:
            raise MethodError(name, f"its parent {parent!r} is no group", "add the group or mend the name")
    lone = next((g.id for g in method.groups if g.id not in parents.values()), None)
    if lone is not None:
        raise MethodError(lone, "the group has no children", "give it one or take it out")
    roots = [n for n, p in parents.items() if p is None]
    if len(roots) > 1:
        raise MethodError(roots[1], f"a second root beside {roots[0]}", "give all but one group a parent")
    return parents


def _heights(parents: Mapping[str, str | None]) -> dict[str, int]:
    """Height of every group above its lowest leaf; following parents must end at the root."""
    heights = dict.fromkeys(parents, 0)
    for name in parents:
        above, steps, node = parents[name], 1, name
        while above is not None:
            if steps > len(parents):
                raise MethodError(name, f"its parents run in a cycle through {node}", "let them end at one root")
            heights[above] = max(heights[above], heights[node] + 1)
            node, above, steps = above, parents[above], steps + 1
    return heights


def _level(
    method: Method,
    groups: list[GroupNode],
    height: int,
    parents: Mapping[str, str | None],
    column: Mapping[str, int],
    years: Sequence[int],
) -> Level:
    step = method.aggregate
    own = {g.id: n for n, g in enumerate(groups)}
    nodes: list[IndicatorNode | GroupNode] = [*method.indicators, *method.groups]
    members = sorted((n for n in nodes if parents[n.id] in own), key=lambda n: column[n.id])
    given = [by_year(n.weight, years, n.id, "weight") for n in members]
    varies = any(len(set(w)) > 1 for w in given)
    shape = (len(years) if varies else 1, len(members), len(groups))
    weights, mandatory = np.zeros(shape), np.zeros(shape[1:])
    belongs = np.zeros(shape[1:])
    for row, (node, weight) in enumerate(zip(members, given, strict=True)):
        if min(weight) < 0:
            raise MethodError(node.id, f"the weight {min(weight):g} is negative", "give a weight of 0 or more")
        group = own[str(parents[node.id])]
        weights[:, row, group] = weight if varies else weight[0]
        belongs[row, group] = 1.0
        mandatory[row, group] = float(node.mandatory)
    rule = step.rules[min(height, len(step.rules)) - 1]
    threshold = step.thresholds[min(height, len(step.thresholds)) - 1]
    return Level(
        groups=tuple(g.id for g in groups),
        first=column[groups[0].id],
        children=tuple(column[n.id] for n in members),
        weights=weights,
        members=belongs,
        mandatory=mandatory,
        exponents=tuple(exponent(rule if g.rule is None else g.rule) for g in groups),
        thresholds=np.array([threshold if g.threshold is None else g.threshold for g in groups]),
    )


def by_year(given: T | Mapping[int, T], years: Sequence[int], node: str, what: str) -> list[T]:
    """The value that holds in each year; MethodError where the first year named comes too late."""
    if not isinstance(given, Mapping):
        return [given] * len(years)
    starts = sorted(given)
    late = next((y for y in years if not starts or y < starts[0]), None)
    if late is not None:
        raise MethodError(node, f"no {what} holds in {late}", f"name the {what} from that year on")
    return [given[max(s for s in starts if s <= y)] for y in years]
