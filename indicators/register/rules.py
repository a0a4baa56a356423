"""Rules that a law file must keep beyond its shape: references, order, cycles, agreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from indicators.register.model import Indicator, Law, Profile, Region, SeriesRef, SourceInfo


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule and the path to it inside the file."""

    loc: tuple[Any, ...]
    message: str


def law_findings(law: Law) -> list[Finding]:
    """Every broken rule of one law file."""
    return [
        *_unique(law),
        *_references(law),
        *(f for n, i in enumerate(law.indicators) for f in _targets(n, i)),
        *_act_chain(law),
        *_measures(law),
    ]


def _unique(law: Law) -> Iterator[Finding]:
    for field in ("provisions", "measures", "acts", "pillars", "indicators", "series"):
        seen: set[str] = set()
        for n, item in enumerate(getattr(law, field)):
            if item.id in seen:
                yield Finding((field, n, "id"), f"duplicate id {item.id!r} in {field}: ids are permanent and unique")
            seen.add(item.id)


def _references(law: Law) -> Iterator[Finding]:
    known = {
        "provision": {p.id for p in law.provisions},
        "pillar": {p.id for p in law.pillars},
        "series": {s.id for s in law.series},
        "act": {a.id for a in law.acts},
    }

    def missing(kind: str, value: str, *loc: Any) -> Iterator[Finding]:
        if value not in known[kind]:
            yield Finding(loc, f"no {kind} {value!r} in this file: add it, or correct the id")

    for n, indicator in enumerate(law.indicators):
        yield from missing("pillar", indicator.pillar, "indicators", n, "pillar")
        if indicator.series is not None:
            yield from missing("series", indicator.series, "indicators", n, "series")
        for k, check in enumerate(indicator.cross_checks):
            yield from missing("series", check.series, "indicators", n, "cross_checks", k, "series")
        for ref in indicator.provisions:
            yield from missing("provision", ref, "indicators", n, "provisions")
    for n, measure in enumerate(law.measures):
        for ref in measure.provisions:
            yield from missing("provision", ref, "measures", n, "provisions")
        for k, fact in enumerate(measure.facts):
            if fact.act is not None:
                yield from missing("act", fact.act, "measures", n, "facts", k, "act")
    used = {i.series for i in law.indicators} | {c.series for i in law.indicators for c in i.cross_checks}
    for n, series in enumerate(law.series):
        if series.id not in used:
            yield Finding(("series", n, "id"), f"series {series.id!r} is used by no indicator: remove it")


def _targets(n: int, indicator: Indicator) -> Iterator[Finding]:
    counts = Counter(t.id for t in indicator.targets)
    successors = {t.id: t.superseded_by for t in indicator.targets}
    for k, target in enumerate(indicator.targets):
        loc = ("indicators", n, "targets", k)
        if counts[target.id] > 1:
            yield Finding((*loc, "id"), f"duplicate target id {target.id!r}")
        if target.superseded_by is not None and target.superseded_by not in successors:
            yield Finding((*loc, "superseded_by"), f"no target {target.superseded_by!r} in this indicator")
        if _cyclic(target.id, successors):
            yield Finding((*loc, "superseded_by"), f"target {target.id!r} succeeds itself: break the cycle")
    path = [t for t in indicator.targets if t.role == "path" and t.superseded_by is None]
    repeated = [p for p, count in Counter(t.period for t in path).items() if count > 1]
    if repeated:
        message = f"two targets in force for {repeated[0]}: mark the older with superseded_by and superseded"
        yield Finding(("indicators", n, "targets"), message)


def _cyclic(start: str, successors: dict[str, str | None]) -> bool:
    seen, node = {start}, successors.get(start)
    while node is not None:
        if node in seen:
            return node == start
        seen.add(node)
        node = successors.get(node)
    return False


def _act_chain(law: Law) -> Iterator[Finding]:
    replaced = {a.id: a.replaces for a in law.acts}
    for n, act in enumerate(law.acts):
        stack, seen = list(act.replaces), set()
        while stack:
            node = stack.pop()
            if node == act.id:
                yield Finding(("acts", n, "replaces"), f"act {act.id!r} replaces itself: break the cycle")
                break
            if node in seen:
                continue
            seen.add(node)
            stack.extend(replaced.get(node, ()))


def _measures(law: Law) -> Iterator[Finding]:
    for n, measure in enumerate(law.measures):
        if not measure.facts:
            yield Finding(("measures", n, "facts"), "a measure states at least one fact, if only `unknown`")
        if measure.due is not None and measure.due < law.adopted:
            yield Finding(("measures", n, "due"), f"due {measure.due} lies before the law's adoption {law.adopted}")
        if measure.due is not None and measure.due_source is None:
            yield Finding(("measures", n, "due"), "a deadline names the document that sets it in due_source")


def cross_file_findings(
    laws: list[Law], profile: Profile, sources: Iterable[SourceInfo], regions: Iterable[Region]
) -> Iterator[tuple[str, Finding]]:
    """Broken rules between files, each with the id of the law whose file is to be mended."""
    source_ids = {s.id for s in sources}
    parliaments = {p.id for p in profile.periods}
    committees = {c.id for c in profile.committees}
    seen: dict[str, str] = {}
    series_seen: dict[str, tuple[str, SeriesRef]] = {}
    for law in laws:
        if law.id in seen:
            yield law.id, Finding(("id",), f"law {law.id!r} is described twice")
        seen[law.id] = law.id
        if law.enacted_under not in parliaments:
            yield law.id, Finding(("enacted_under",), f"no parliament {law.enacted_under!r} in profile.yaml")
        if law.committee is not None and law.committee not in committees:
            yield law.id, Finding(("committee",), f"no committee {law.committee!r} in profile.yaml")
        for n, series in enumerate(law.series):
            if series.source not in source_ids:
                yield law.id, Finding(("series", n, "source"), f"no source {series.source!r} in sources.yaml")
            other, earlier = series_seen.setdefault(series.id, (law.id, series))
            if earlier != series:
                yield law.id, Finding(("series", n), f"series {series.id!r} is described otherwise in {other}.yaml")
