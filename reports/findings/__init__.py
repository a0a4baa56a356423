"""Findings: sentences that a person can say aloud, each with figure, period, source and a permanent id."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.register.model import Law
from reports.findings.by_laws import by_law_findings
from reports.findings.draft import numbered
from reports.findings.evidence import doubted, evidence_findings
from reports.findings.goals import goal_findings
from reports.findings.standing import standing_findings
from reports.findings.verdict import headline, law_notes, law_verdict
from reports.model import Finding, LawEdition

__all__ = ["law_findings", "law_notes", "law_verdict"]


def law_findings(edition: LawEdition, law: Law) -> tuple[Finding, ...]:
    """Every finding of a law's edition, numbered §1, §2 … in a stable order."""
    return numbered(_drafts(edition, law))


def _drafts(edition: LawEdition, law: Law) -> Iterator[Finding]:
    yield headline(edition)
    sources = {source.id: source for source in edition.sources}
    for row in edition.indicators:
        source = sources[row.source] if row.source is not None else None
        yield from standing_findings(row, law, doubted=doubted(row, source) is not None)
        yield from goal_findings(row)
        yield from evidence_findings(row, source, edition.reference_date)
    yield from by_law_findings(edition)
