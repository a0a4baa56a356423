"""The view of a law's edition: every text and number of its scorecard."""

from __future__ import annotations

from typing import Any

from indicators.register import period as periods
from reports.model import Edition, Finding, LawEdition, canonical_json, sha256
from reports.replacing import told
from reports.view import sureness, tables
from reports.view.chart import Gallery
from reports.view.gallery import arrange
from reports.view.lines import leading_charts
from reports.view.movement import unmoved, waterfall_chart
from reports.view.quality import quality
from reports.view.statements import counted, of_finding, statements
from reports.view.waiting import waiting_chart
from reports.view.words import Words, count, day, printed

STATUSES = (
    "achieved",
    "on_track",
    "behind",
    "far_behind",
    "reversing",
    "missed",
    "not_started",
    "not_distinguishable",
    "insufficient_data",
    "no_data",
    "no_target",
)
"""Order in which statuses are counted and explained."""
QUOTED = 3


def law_view(edition: LawEdition, lang: str) -> tuple[dict[str, Any], dict[str, str]]:
    """What ``scorecard.typ`` sets, and its charts as SVG by name."""
    w = Words(lang)
    gallery = Gallery()
    view = {
        "t": w.labels(),
        "lang": lang,
        "id": edition.id,
        "document": w("document.law"),
        "title": edition.title.get(lang),
        "short_title": edition.short_title.get(lang),
        "meta": meta(edition, w),
        "replaces": replaces(edition, w),
        "verdict": w.message(edition.verdict),
        "detail": [w.message(message) for message in edition.verdict_detail],
        "score": _score(edition, w),
        "lead": _lead(edition, gallery, w),
        "pillars": [tables.pillar(row, edition, w) for row in edition.pillars],
        "previous": "" if edition.previous_date is None else w("previous", date=day(edition.previous_date)),
        "changed": any(row.previous_score is not None for row in edition.pillars),
        "counts": _counts(edition, w),
        "quotes": [quote(finding, edition, w) for finding in _to_quote(edition, w)],
        "verify": verify(edition, w),
        "indicators": _grouped(edition, w),
        "targeted": any(row.target is not None for row in edition.indicators),
        "gallery": arrange(edition, gallery, w),
        "notes": [tables.note(row, w) for row in edition.indicators],
        "measures": _measures(edition, gallery, w),
        "targets": [tables.target(row, entry, w) for row in edition.indicators for entry in row.targets],
        "cross_checks": _cross_checks(edition, w),
        "quality": quality(edition, w),
        "sources": [tables.source(row, w) for row in edition.sources],
        "changes": _changes(edition, gallery, w),
        "remarks": _remarks(edition, w),
        "statements": statements(edition, w),
        "said": counted(edition, w),
        "findings": [quote(finding, edition, w) for finding in edition.findings],
        "sureness": sureness.sureness(edition, w),
        "arithmetic": sureness.arithmetic(edition, w),
        "statuses": list(STATUSES),
        "weights": [{"pillar": row.title.get(lang), "weight": w.number(row.weight, 2)} for row in edition.pillars],
        "charts": gallery.words,
    }
    return view, gallery.svg


def replaces(edition: Edition, w: Words) -> str:
    """What a corrected edition says of the one it replaces; empty where it is the first."""
    return "" if edition.replaces is None else w.message(told(edition.replaces))


def meta(edition: LawEdition, w: Words) -> list[list[str]]:
    """The identity strip: what is not confirmed says so."""
    kind = w("kind." + edition.law_kind)
    number = w("identity", number=printed(edition.number), date=day(edition.adopted))
    if edition.identity_verification not in tables.CONFIRMED:
        number = f"{number} ({w('to_confirm')})"
    force = w("to_confirm")
    if edition.in_force_verification in tables.CONFIRMED:
        if edition.in_force is not None:
            force = w.date(edition.in_force)
        elif edition.in_force_rule is not None:
            force = edition.in_force_rule.get(w.lang)
    last = max((periods.end(t.period) for i in edition.indicators for t in i.targets if t.scored), default=None)
    bodies = "; ".join(body.get(w.lang) for body in edition.responsible)
    return [
        [kind, number],
        [w("meta.in_force"), force],
        [w("meta.target_date"), w("meta.no_target") if last is None else w.date(last)],
        [w("meta.responsible"), bodies or w("to_confirm")],
        [w("meta.committee"), w("meta.no_committee") if edition.committee is None else edition.committee.get(w.lang)],
    ]


def _score(edition: LawEdition, w: Words) -> dict[str, Any]:
    """The score box. Its ``kind``: a number, bounds where too little is known, or none at all."""
    kind = "number" if edition.score is not None else "none" if edition.status == "no_target" else "bounds"
    if kind == "bounds" and (not edition.low or edition.high is None) and not edition.covered:
        kind = "unknown"  # bounds of 0 and 100 say nothing
    observed = sum(row.value is not None and row.status != "no_data" for row in edition.indicators)
    return {
        "kind": kind,
        "value": edition.score,
        "text": w.number(edition.score, 1),
        "needed": edition.needed,
        "needed_text": w.number(edition.needed, 1),
        "previous": edition.previous_score,
        "previous_text": w.number(edition.previous_score, 1),
        "low": edition.low,
        "high": edition.high,
        "low_text": w.number(edition.low, 1),
        "high_text": w.number(edition.high, 1),
        "status": edition.status,
        "interval": sureness.cover(edition, w),
        "latest": _latest_figures(edition, w) if kind in ("none", "unknown") else [],
        "facts": [
            [w("score.coverage"), _coverage(edition, w)],
            [w("score.observed"), f"{observed}\u2009/\u2009{len(edition.indicators)}"],
            [w("score.latest"), _latest(edition, w)],
            [w("score.by_laws"), tables.measures_count(edition, w)],
        ],
    }


def _latest_figures(edition: LawEdition, w: Words) -> list[dict[str, str]]:
    """The facts that stand where there is no score: the latest value of up to three indicators, none in doubt."""
    doubted = {finding.indicator for finding in edition.findings if finding.kind == "check"}
    known = [row for row in edition.indicators if row.value is not None and row.id not in doubted]
    return [
        {
            "title": row.title.get(w.lang),
            "unit": "" if row.percentage else tables.unit(row, w),
            "value": w.amount(row.value or 0.0, row.decimals, row.percentage),
            "period": w.period(row.period),
        }
        for row in known[:3]
    ]


def _coverage(edition: LawEdition, w: Words) -> str:
    """Pillars scored of those with something to score, and their share of the weight."""
    if not edition.children:
        return f"0\u2009/\u2009{len(edition.pillars)}"
    share = "" if edition.coverage is None else f" ({w.percent(edition.coverage)})"
    return f"{edition.covered}\u2009/\u2009{edition.children}{share}"


def _latest(edition: LawEdition, w: Words) -> str:
    known = [row.period for row in edition.indicators if row.period is not None]
    return w.period(max(known)) if known else "—"


def _lead(edition: LawEdition, gallery: Gallery, w: Words) -> str | None:
    charts = leading_charts(edition, w)
    for name, chart in charts.items():
        gallery.add(name, chart)
    return next(iter(charts), None)


def _counts(edition: LawEdition, w: Words) -> dict[str, Any]:
    found = [(status, sum(row.status == status for row in edition.indicators)) for status in STATUSES]
    return {
        "total": w("counts.total", count=count(len(edition.indicators))),
        "rows": [{"status": status, "count": number} for status, number in found if number],
    }


def _to_quote(edition: LawEdition, w: Words) -> list[Finding]:
    """Statements to quote: the second rank first; the headline is already the verdict."""
    verdict = w.message(edition.verdict)
    able = [finding for finding in edition.findings if w.message(finding.sentence) != verdict]
    ranks = {2: 0, 1: 1, 3: 2}
    return sorted(able, key=lambda finding: ranks.get(finding.importance, 3))[:QUOTED]


def quote(finding: Finding, edition: LawEdition, w: Words) -> dict[str, str]:
    """A finding as it is cited: figure, sentence, full id and what it rests on."""
    basis = [", ".join(finding.sources)] if finding.sources else [w("quote.register")]
    if finding.period is not None:
        basis.append(w.period(finding.period))
    return {
        "id": finding.id,
        "cite": f"{edition.id} {finding.id}",
        "figure": "" if finding.figure is None else w.message(finding.figure),
        "sentence": w.message(finding.sentence),
        "basis": " · ".join(basis),
        "said": w("statement.there") if of_finding(finding.id, edition) else "",
    }


def verify(edition: Any, w: Words) -> dict[str, Any]:
    """The strip that lets a reader check the document."""
    identity = sha256(edition)
    return {
        "qr": f"{edition.id} sha256:{identity}",
        "sha256": identity,
        "at": w("verify.at", date=day(edition.reference_date)),
        "as_of": w("verify.as_of", date=day(edition.as_of)),
        "size": len(canonical_json(edition)),
        "method": edition.method,
        "register": edition.register_version,
        "parliament": edition.parliament.get(w.lang),
        "date": [edition.as_of.year, edition.as_of.month, edition.as_of.day],
    }


def _grouped(edition: LawEdition, w: Words) -> list[dict[str, Any]]:
    """Indicators by pillar; pillars without any are left to the pillars' table."""
    groups = []
    for row in edition.pillars:
        members = [tables.indicator(item, w) for item in edition.indicators if item.pillar == row.id]
        if members:
            groups.append({"title": f"{row.number}\u2002{row.title.get(w.lang)}", "rows": members})
    return groups


def _measures(edition: LawEdition, gallery: Gallery, w: Words) -> dict[str, Any]:
    note = "" if edition.measures_note is None else edition.measures_note.get(w.lang)
    summary = tables.measures_count(edition, w)
    chart = waiting_chart(edition, w)
    return {
        "waiting": None if chart is None else gallery.add("waiting", chart),
        "summary": summary[:1].upper() + summary[1:],
        "completeness": w("completeness." + edition.measures_completeness),
        "note": note,
        "foreign": any(not getattr(row.title, w.lang) for row in edition.measures),
        "timed": any(row.delay_days is not None for row in edition.measures),
        "rows": [tables.measure(number, row, w) for number, row in enumerate(edition.measures, start=1)],
    }


def _cross_checks(edition: LawEdition, w: Words) -> list[dict[str, str]]:
    rows = []
    for row in edition.indicators:
        for check in row.cross_checks:
            agrees = "agrees.unknown" if check.agrees is None else "agrees.yes" if check.agrees else "agrees.no"
            if check.value is None or check.own_value is None:
                agrees = "agrees.nothing"
            rows.append(
                {
                    "indicator": row.number,
                    "title": check.title.get(w.lang),
                    "period": w.period(check.period) or "—",
                    "own": w.number(check.own_value, row.decimals),
                    "value": w.number(check.value, row.decimals),
                    "difference": w.percent(check.relative_difference, 0, signed=True),
                    "agrees": w(agrees),
                    "definition": check.difference.get(w.lang),
                    "source": check.source,
                }
            )
    return rows


def _changes(edition: LawEdition, gallery: Gallery, w: Words) -> dict[str, Any]:
    """What is different: a waterfall where the score moved, else its sentence, and the differences line by line."""
    if edition.previous_date is None:
        return {"intro": w("changes.first"), "chart": None, "rows": []}
    date = day(edition.previous_date)
    if edition.previous_sha256 is None:
        compared = w("changes.since", date=date)
    else:
        compared = w("changes.published", edition=printed(edition.previous_edition or ""), date=date)
    parts = [compared, unmoved(edition, w)]
    if not edition.changes:
        parts.append(w("changes.none"))
    chart = waterfall_chart(edition, w)
    return {
        "intro": " ".join(part for part in parts if part),
        "chart": None if chart is None else gallery.add("change", chart),
        "rows": [{"cause": w("cause." + c.cause), "text": w.message(c.message)} for c in edition.changes],
    }


def _remarks(edition: LawEdition, w: Words) -> list[str]:
    out = [w.message(message) for message in edition.notes]
    if edition.law_note is not None:
        out.append(edition.law_note.get(w.lang))
    return out
