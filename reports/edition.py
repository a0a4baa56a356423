"""The edition of a law: score tree, register and provenance frozen into plain data.

Pure: no clock, no store, no file. Two builds from the same inputs give the same bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date as Day
from typing import Any

import pandas as pd

from indicators.register import period as periods
from indicators.register.load import Register
from indicators.register.model import Law, Text
from indicators.scores.confidence import LawUncertainty
from indicators.scores.explain import explain
from indicators.scores.result import LawScore
from indicators.scores.revisions import Reliability
from reports.changes import changes_between
from reports.citations import Citations, Provenance
from reports.findings import law_findings, law_notes, law_verdict
from reports.model import LawEdition, PillarRow, sha256
from reports.reckoning import ScoreChange
from reports.rows import indicator_rows, measure_rows, scored_targets
from reports.statements import statement_rows
from reports.sureness import arithmetic_of, uncertainty_of

__all__ = ["Provenance", "build_law_edition", "edition_id", "edition_label"]


def edition_label(at: Day, as_of: Day) -> str:
    """The edition's part of an id: 2026-Q3, 2026-08 or 2026-08-17, with ``.kYYYYMMDD`` where ``as_of`` differs."""
    if at == periods.end(f"{at:%Y-%m}"):
        label = f"{at.year}-Q{at.month // 3}" if at.month % 3 == 0 else f"{at:%Y-%m}"
    else:
        label = at.isoformat()
    return label if as_of == at else f"{label}.k{as_of:%Y%m%d}"


def edition_id(country: str, subject: str, at: Day, as_of: Day) -> str:
    """Permanent id of an edition: ``KZ-Z090000165_/2026-Q3``."""
    return f"{country}-{subject}/{edition_label(at, as_of)}"


def build_law_edition(
    *,
    law: Law,
    register: Register,
    score: LawScore,
    observations: pd.DataFrame,
    revisions: pd.DataFrame,
    verdicts: Mapping[str, Mapping[str, Any]],
    provenance: Mapping[str, Provenance],
    quarantined: Collection[str] = (),
    previous: LawEdition | None = None,
    published: bool = False,
    reliability: Mapping[str, Reliability] | None = None,
    uncertainty: LawUncertainty | None = None,
    change: ScoreChange | None = None,
    evidence: str | None = None,
) -> LawEdition:
    """Everything that a scorecard of ``law`` says.

    ``observations``: the latest vintage known at the score's knowledge date of every series of the
    law, with the columns of ``OBSERVATION_COLUMNS`` and at least ``vintage`` and ``grade``.
    ``revisions``: columns ``series, area, period, value, previous`` (series' own unit), the vintage
    shown against the one before. ``verdicts``: by series id, the checks' verdict on the vintage
    shown, as JSON data. ``provenance``: by series id, where that vintage came from; a series
    without an entry was never collected. ``quarantined``: series of which a newer batch was
    refused. ``previous``: the law's edition before this one; ``published``: as it was printed, not
    recomputed. ``reliability``: by series id, what past revisions say of its latest value.
    ``uncertainty``: the draws of this score. ``change``: why it moved since ``previous``.
    ``evidence``: the run of checks whose pages are published with the edition.

    Raises LookupError where law and score do not speak of the same law or a series is unknown.
    """
    if law.id != score.law:
        raise LookupError(f"the score is of {score.law}, not of {law.id}: pass the score of the same law")
    at, as_of = score.reference_date, score.as_of
    country = register.profile.country
    citations = Citations(law, register, observations, verdicts, provenance, frozenset(quarantined))
    indicators = indicator_rows(law, register, score, observations, revisions, citations, reliability or {})
    measures = measure_rows(law, score)
    sources = citations.rows()
    earlier = {} if previous is None else {p.id: p.score for p in previous.pillars}
    pillar_titles = {p.id: p.title for p in law.pillars}
    pillars = tuple(
        PillarRow(
            id=p.id,
            number=n,
            title=pillar_titles[p.id],
            weight=p.weight,
            score=p.score,
            needed=p.needed,
            low=p.low,
            high=p.high,
            status=p.status,
            coverage=p.coverage,
            covered=p.covered,
            children=p.children,
            not_scorable=p.not_scorable,
            quality=p.quality,
            previous_score=earlier.get(p.id),
        )
        for n, p in enumerate(score.pillars, start=1)
    )
    verdict, detail = law_verdict(score, indicators)
    total, m = score.total, score.measures
    draft = LawEdition(
        id=edition_id(country, law.id, at, as_of),
        country=country,
        parliament=register.profile.parliament(at).name,
        law=law.id,
        law_kind=law.kind,
        number=law.number,
        adopted=law.adopted,
        title=_title(law, at),
        short_title=law.short_title,
        identity_verification=law.identity_verification,
        in_force=law.in_force.date,
        in_force_rule=law.in_force.rule,
        in_force_verification=law.in_force.verification,
        responsible=_responsible(law, at),
        enacted_by=next(p.name for p in register.profile.periods if p.id == law.enacted_under),
        committee=next((c.name for c in register.profile.committees if c.id == law.committee), None),
        target_date=max(scored_targets(score), default=None),
        reference_date=at,
        as_of=as_of,
        register_version=register.law_versions[law.id],
        law_file_sha256=register.law_hashes[law.id],
        method=score.method,
        previous_edition=None if previous is None else previous.id,
        previous_date=None if previous is None else previous.reference_date,
        previous_sha256=sha256(previous) if previous is not None and published else None,
        score=total.score,
        needed=total.needed,
        low=total.low,
        high=total.high,
        status=total.status,
        coverage=total.coverage,
        covered=total.covered,
        children=total.children,
        not_scorable=total.not_scorable,
        quality=total.quality,
        previous_score=None if previous is None else previous.score,
        verdict=verdict,
        verdict_detail=detail,
        pillars=pillars,
        indicators=indicators,
        trajectory=score.trajectory,
        measures_completeness=m.completeness,
        measures_expected=m.expected,
        measures_fulfilled=m.fulfilled,
        measures_unknown=m.unknown,
        measures_category=m.category,
        measures_rate_low=m.rate_low,
        measures_rate_high=m.rate_high,
        measures_note=law.measures_list.note,
        measures=measures,
        findings=(),
        changes=(),
        sources=sources,
        notes=(),
        law_note=law.note,
        uncertainty=uncertainty_of(uncertainty),
        score_change=change,
        arithmetic=arithmetic_of(explain(score)),
        evidence=evidence,
    )
    findings = law_findings(draft, law)
    return draft.model_copy(
        update={
            "findings": findings,
            "statements": statement_rows(register.statements, law.id, findings, as_of),
            "changes": () if previous is None else changes_between(previous, draft),
            "notes": law_notes(draft),
        }
    )


def _title(law: Law, at: Day) -> Text:
    current = [t for t in law.titles if t.since is None or t.since <= at]
    return (current or list(law.titles))[-1].text


def _responsible(law: Law, at: Day) -> tuple[Text, ...]:
    return tuple(
        body.name
        for body in law.responsible
        if body.verification.printable
        and (body.since is None or body.since <= at)
        and (body.until is None or at <= body.until)
    )
