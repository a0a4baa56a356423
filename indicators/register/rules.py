"""Rules that the register must keep beyond the shape of its files: references, order, cycles, agreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date as Day
from itertools import pairwise
from typing import Any

from indicators.register import period as periods
from indicators.register import units
from indicators.register.findings import Finding
from indicators.register.model import (
    Completeness,
    Indicator,
    Law,
    Measure,
    Profile,
    Region,
    SeriesRef,
    SourceInfo,
    State,
    Verification,
)
from indicators.register.overrides import override_findings, whole_findings

INSTRUMENTS = "instruments"
"""Pillar that is fed by the measures and may therefore stand without an indicator."""

_BROUGHT_BY_AN_ACT = frozenset({State.SIGNED, State.PUBLISHED, State.IN_FORCE})
_BY_GROWTH = frozenset({"cagr_ratio", "unstat_projection"})
_MAY_PRECEDE_THE_LAW = frozenset({State.SATISFIED_BY_EXISTING_ACT, State.PARTIALLY_SATISFIED})


def law_findings(law: Law) -> list[Finding]:
    """Every broken rule of one law file."""
    series = {s.id: s for s in law.series}
    return [
        *_unique(law),
        *_references(law),
        *_unused(law),
        *(f for n, i in enumerate(law.indicators) for f in _targets(n, i)),
        *(f for n, i in enumerate(law.indicators) if i.series in series for f in _path(n, i, series[i.series])),
        *(f for n, i in enumerate(law.indicators) for f in _method(n, i, series.get(i.series or ""))),
        *(f for n, s in enumerate(law.series) for f in _series(n, s)),
        *(f for n, s in enumerate(law.series) for f in override_findings(n, s)),
        *whole_findings(law),
        *(f for n, i in enumerate(law.indicators) for f in _units(n, i, series, law.id)),
        *_act_chain(law),
        *_measures_list(law),
        *(f for n, m in enumerate(law.measures) for f in _measure(n, m, law.adopted)),
    ]


def _unique(law: Law) -> Iterator[Finding]:
    for field in ("provisions", "measures", "acts", "pillars", "indicators", "series", "wholes"):
        yield from _repeated((field,), [item.id for item in getattr(law, field)], field)


def _repeated(loc: tuple[Any, ...], ids: Sequence[str], what: str, key: str = "id") -> Iterator[Finding]:
    seen: set[str] = set()
    for n, item in enumerate(ids):
        if item in seen:
            yield Finding((*loc, n, key), f"duplicate {key} {item!r} in {what}: it must be unique and never change")
        seen.add(item)


def _references(law: Law) -> Iterator[Finding]:
    known = {
        "provision": {p.id for p in law.provisions},
        "pillar": {p.id for p in law.pillars},
        "series": {s.id for s in law.series},
        "act": {a.id for a in law.acts},
    }

    def missing(kind: str, value: str | None, *loc: Any) -> Iterator[Finding]:
        if value is not None and value not in known[kind]:
            yield Finding(loc, f"no {kind} {value!r} in this file: add it, or correct the id")

    for n, indicator in enumerate(law.indicators):
        yield from missing("pillar", indicator.pillar, "indicators", n, "pillar")
        yield from missing("series", indicator.series, "indicators", n, "series")
        for k, check in enumerate(indicator.cross_checks):
            yield from missing("series", check.series, "indicators", n, "cross_checks", k, "series")
        for ref in indicator.provisions:
            yield from missing("provision", ref, "indicators", n, "provisions")
    for n, measure in enumerate(law.measures):
        for ref in measure.provisions:
            yield from missing("provision", ref, "measures", n, "provisions")
        for k, fact in enumerate(measure.facts):
            yield from missing("act", fact.act, "measures", n, "facts", k, "act")


def _unused(law: Law) -> Iterator[Finding]:
    used = {i.series for i in law.indicators} | {c.series for i in law.indicators for c in i.cross_checks}
    used |= {part for whole in law.wholes for part in (*whole.parts, whole.total_series)}
    for n, series in enumerate(law.series):
        if series.id not in used:
            yield Finding(("series", n, "id"), f"series {series.id!r} is used by no indicator: remove it")
    filled = {i.pillar for i in law.indicators} | {INSTRUMENTS}
    for n, pillar in enumerate(law.pillars):
        if pillar.id not in filled:
            yield Finding(("pillars", n, "id"), f"pillar {pillar.id!r} has no indicator: remove it or add one")
    named = {f.act for m in law.measures for f in m.facts} | {earlier for a in law.acts for earlier in a.replaces}
    for n, act in enumerate(law.acts):
        if act.id not in named:
            yield Finding(("acts", n, "id"), f"act {act.id!r} belongs to no measure: name it in a fact or remove it")


def _targets(n: int, indicator: Indicator) -> Iterator[Finding]:
    at = ("indicators", n, "targets")
    successors = {t.id: t.superseded_by for t in indicator.targets}
    announced = {t.id: t.announced for t in indicator.targets}
    yield from _repeated(at, [t.id for t in indicator.targets], "targets")
    for k, target in enumerate(indicator.targets):
        loc = (*at, k)
        if target.superseded_by is not None and target.superseded_by not in successors:
            yield Finding((*loc, "superseded_by"), f"no target {target.superseded_by!r} in this indicator")
        if _cyclic(target.id, successors):
            yield Finding((*loc, "superseded_by"), f"target {target.id!r} succeeds itself: break the cycle")
        if target.superseded is not None and target.announced is not None and target.superseded < target.announced:
            yield Finding((*loc, "superseded"), f"superseded {target.superseded} before it was announced")
        after = announced.get(target.superseded_by) if target.superseded_by is not None else None
        if target.superseded is not None and after is not None and target.superseded < after:
            message = f"superseded {target.superseded}, before its successor was announced ({after})"
            yield Finding((*loc, "superseded"), message)
        if target.role == "path" and not target.source.verification.printable:
            message = "a target that is not established (C or open) cannot be scored: role: reference, with its reason"
            yield Finding((*loc, "source"), message)
    in_force = [t.period for t in indicator.targets if t.role == "path" and t.superseded_by is None]
    repeated = [p for p, count in Counter(in_force).items() if count > 1]
    if repeated:
        message = f"two targets in force for {repeated[0]}: mark the older with superseded_by and superseded"
        yield Finding(at, message)


def _cyclic(start: str, successors: Mapping[str, str | None]) -> bool:
    seen, node = {start}, successors.get(start)
    while node is not None:
        if node in seen:
            return node == start
        seen.add(node)
        node = successors.get(node)
    return False


def _path(n: int, indicator: Indicator, series: SeriesRef) -> Iterator[Finding]:
    """What a path cannot be drawn through: another definition, or values that cannot be."""
    if indicator.baseline is not None:
        start = periods.time(indicator.baseline.period)
        for cut in series.breaks:
            if periods.time(cut.period) > start:
                message = (
                    f"the baseline {indicator.baseline.period} lies before the break of {cut.period}: not comparable"
                )
                yield Finding(("indicators", n, "baseline", "period"), message)
    try:
        by = units.conversion(indicator, series)
    except units.UnitsDiffer:
        return  # told by _units, at its own place
    for k, target in enumerate(indicator.targets):
        low, high = (
            None if limit is None else units.converted(limit, by) for limit in (series.minimum, series.maximum)
        )
        value = target.value
        if value is not None and ((low is not None and value < low) or (high is not None and value > high)):
            message = f"target {value:g} lies outside the series' limits ({low} to {high})"
            yield Finding(("indicators", n, "targets", k, "value"), message)


def _units(n: int, indicator: Indicator, series: Mapping[str, SeriesRef], law: str) -> Iterator[Finding]:
    """Units between which nothing converts: a series' and its indicator's, and those of its cross-checks."""
    checks = enumerate(indicator.cross_checks)
    named: list[tuple[str | None, tuple[Any, ...]]] = [(indicator.series, ("unit",))]
    named += [(check.series, ("cross_checks", k, "series")) for k, check in checks]
    for name, place in named:
        if name is None or name not in series:
            continue
        try:
            units.conversion(indicator, series[name], law)
        except units.UnitsDiffer as error:
            yield Finding(("indicators", n, *place), str(error))


def _method(n: int, indicator: Indicator, series: SeriesRef | None) -> Iterator[Finding]:
    """Methods of judging that have nothing to judge by: they would fall back to the path every time."""
    method, at = indicator.method, ("indicators", n, "method")
    if method == "path":
        return
    if indicator.baseline is None:
        yield Finding(at, f"method {method} needs a baseline: give one, or remove the method")
    if method != "cagr_ratio" and not any(t.role == "path" for t in indicator.targets):
        yield Finding(at, f"method {method} needs a target on the path: give one, or remove the method")
    if method in _BY_GROWTH and indicator.direction == "at":
        yield Finding(at, f"method {method} knows no growth towards a point: write path, sdsn_arrow or weather")
    if method in _BY_GROWTH and series is not None and series.growth_rate:
        yield Finding(at, f"method {method} takes no growth of a growth rate: write path, sdsn_arrow or weather")


def _series(n: int, series: SeriesRef) -> Iterator[Finding]:
    first, ended = series.first_period, series.ended
    if first is not None and ended is not None and periods.time(ended) < periods.time(first):
        yield Finding(("series", n, "ended"), f"ended {ended} before its first period {first}")
    if (ended is None) != (series.ended_reason is None):
        yield Finding(("series", n), "ended and ended_reason go together: readers are told why a series stops")
    if series.unit.measure is not None:
        try:
            units.measured(series.unit.measure)
        except units.UnitsDiffer as error:
            yield Finding(("series", n, "unit", "measure"), str(error))


def _act_chain(law: Law) -> Iterator[Finding]:
    replaced = {a.id: a.replaces for a in law.acts}
    for n, act in enumerate(law.acts):
        stack, seen = list(act.replaces), set()
        while stack:
            node = stack.pop()
            if node == act.id:
                yield Finding(("acts", n, "replaces"), f"act {act.id!r} replaces itself: break the cycle")
                break
            if node not in seen:
                seen.add(node)
                stack.extend(replaced.get(node, ()))


def _measures_list(law: Law) -> Iterator[Finding]:
    listed = law.measures_list
    if listed.completeness is Completeness.COMPLETE and listed.edition is None:
        yield Finding(("measures_list",), "a complete list names the edition of the law that was read")
    if listed.completeness is Completeness.NOT_READ and law.measures:
        yield Finding(("measures_list", "completeness"), "the list has measures, so something was read: write partial")


def _measure(n: int, measure: Measure, adopted: Day) -> Iterator[Finding]:
    loc = ("measures", n)
    if not measure.facts:
        yield Finding((*loc, "facts"), "a measure states at least one fact, if only `unknown`")
    for k, fact in enumerate(measure.facts):
        at = (*loc, "facts", k)
        unnamed = fact.act is None and fact.verification is not Verification.OPEN  # an act not found has no name
        if fact.state in _BROUGHT_BY_AN_ACT and unnamed and measure.kind not in ("report", "designation"):
            yield Finding(at, f"state {fact.state} names the act that brought it")
        if fact.date is not None and fact.date < adopted and fact.state not in _MAY_PRECEDE_THE_LAW:
            message = f"{fact.date} lies before the law's adoption {adopted}: write satisfied_by_existing_act"
            yield Finding((*at, "date"), message)
    days = [(k, fact.date) for k, fact in enumerate(measure.facts) if fact.date is not None]
    for (_, earlier), (k, later) in pairwise(days):
        if later < earlier:
            yield Finding((*loc, "facts", k, "date"), f"{later} stands after {earlier}: list facts in order of time")
    if measure.due is not None and measure.due < adopted:
        yield Finding((*loc, "due"), f"due {measure.due} lies before the law's adoption {adopted}")
    if measure.due is not None and measure.due_source is None:
        yield Finding((*loc, "due"), "a deadline names the document that sets it in due_source")


def source_findings(sources: Sequence[SourceInfo]) -> Iterator[Finding]:
    """Broken rules of ``sources.yaml``."""
    yield from _repeated((), [s.id for s in sources], "sources.yaml")
    for n, source in enumerate(sources):
        if source.protocol not in ("spreadsheet", "csv_form") and source.base_url is None:
            yield Finding((n,), f"source {source.id!r} is read over the network: base_url is required")


def region_findings(regions: Sequence[Region]) -> Iterator[Finding]:
    """Broken rules of ``regions.yaml``."""
    yield from _repeated((), [r.code for r in regions], "regions.yaml", key="code")
    for n, region in enumerate(regions):
        if region.since is not None and region.until is not None and region.until < region.since:
            yield Finding((n, "until"), f"until {region.until} lies before since {region.since}")
    yield from _repeated((), [r.kato for r in regions if r.kato is not None], "regions.yaml", key="kato")
    known = {region.code: region for region in regions}
    for n, region in enumerate(regions):
        for k, cession in enumerate(region.ceded):
            for code in cession.to:
                if code not in known or known[code].since != cession.on:
                    message = f"{code!r} is no region since {cession.on}: correct the code, or the day of one of them"
                    yield Finding((n, "ceded", k, "to"), message)


def profile_findings(profile: Profile) -> Iterator[Finding]:
    """Broken rules of ``profile.yaml``: no day may have two parliaments, nor a gap between two."""
    yield from _repeated(("periods",), [p.id for p in profile.periods], "periods")
    yield from _repeated(("committees",), [c.id for c in profile.committees], "committees")
    for n, (earlier, later) in enumerate(pairwise(profile.periods), start=1):
        if earlier.until is None or later.since is None or (later.since - earlier.until).days != 1:
            message = f"{later.id!r} must begin the day after {earlier.id!r} ends: correct since and until"
            yield Finding(("periods", n), message)
    known = {p.id for p in profile.periods}
    for n, committee in enumerate(profile.committees):
        if committee.parliament not in known:
            yield Finding(("committees", n, "parliament"), f"no period {committee.parliament!r} in this file")


def cross_file_findings(
    laws: Mapping[str, Law], profile: Profile, sources: Sequence[SourceInfo]
) -> Iterator[tuple[str, Finding]]:
    """Broken rules between files (``laws`` by file name), each with the file that is to be mended."""
    source_ids = {s.id for s in sources}
    parliaments = {p.id: p for p in profile.periods}
    committees = {c.id for c in profile.committees}
    law_files: dict[str, str] = {}
    described: dict[str, tuple[str, SeriesRef]] = {}
    for file, law in laws.items():
        first = law_files.setdefault(law.id, file)
        if first != file:
            yield file, Finding(("id",), f"law {law.id!r} is described in {first} already: keep one file")
        parliament = parliaments.get(law.enacted_under)
        if parliament is None:
            yield file, Finding(("enacted_under",), f"no parliament {law.enacted_under!r} in profile.yaml")
        elif (parliament.since or Day.min) > law.adopted or (parliament.until or Day.max) < law.adopted:
            message = f"{law.enacted_under!r} was not the parliament on {law.adopted}, see profile.yaml"
            yield file, Finding(("enacted_under",), message)
        if law.committee is not None and law.committee not in committees:
            yield file, Finding(("committee",), f"no committee {law.committee!r} in profile.yaml")
        for n, series in enumerate(law.series):
            if series.source not in source_ids:
                yield file, Finding(("series", n, "source"), f"no source {series.source!r} in sources.yaml")
            other, earlier = described.setdefault(series.id, (file, series))
            if earlier != series:
                message = f"series {series.id!r} is described otherwise in {other}: write the same in both files"
                yield file, Finding(("series", n), message)
