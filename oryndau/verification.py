"""The way back: is this PDF what was made, and where does a sentence come from?"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pikepdf

from indicators.register.observation import NATION
from indicators.store.store import Store
from oryndau.evidence import Evidence
from oryndau.pipeline import kept_edition, open_store, register_of
from oryndau.settings import Settings, reference_date
from reports.language import render
from reports.model import LANGUAGES, Edition, LawEdition, canonical_json, read_edition, sha256
from reports.overview import build_overview
from reports.render import BRIEF, render_brief, render_pdf

MAX_ATTACHMENT = 50_000_000
"""Bytes; a report's data is far below, and a file from outside is not trusted to be."""


class NotAReport(ValueError):
    """The file is not a PDF that this project made."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One question put to a file: yes or no, and what was found."""

    question: str
    yes: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """Every answer about one file."""

    file: str
    edition: str
    language: str
    answers: tuple[Answer, ...]

    @property
    def verified(self) -> bool:
        """True where every answer is yes."""
        return all(answer.yes for answer in self.answers)


def verify(settings: Settings, path: Path) -> Verification:
    """Ask a PDF every question that can be asked; NotAReport where it carries no edition."""
    body = path.read_bytes()
    attached, language, keywords = _attached(body, path)
    try:
        edition = read_edition(attached)
    except ValueError as error:
        raise NotAReport(f"{path}: the attached data is not an edition ({error})") from error
    digest = hashlib.sha256(attached).hexdigest()
    store = open_store(settings)
    kept = store.get_document("edition", edition.id)
    canonical = canonical_json(edition) == attached
    again = _printed(edition, language, keywords) == body
    recomputed, why = _recomputed(settings, store, edition)
    return Verification(
        file=str(path),
        edition=edition.id,
        language=language,
        answers=(
            Answer("The attached data has the hash that the file names", digest in keywords and canonical, digest),
            Answer(
                "The page is the one made of the attached data",
                again,
                "printing the attached data again gives the same bytes" if again else "printing it again differs",
            ),
            Answer(
                "The edition is the one kept here",
                kept == attached,
                "same bytes" if kept == attached else "not in this store" if kept is None else "the kept one differs",
            ),
            Answer("The archive of official figures gives the same edition", recomputed, why),
        ),
    )


def _attached(body: bytes, path: Path) -> tuple[bytes, str, list[str]]:
    """The attached edition, the document's language and the keywords of its metadata."""
    try:
        with pikepdf.open(io.BytesIO(body)) as pdf:
            language = str(pdf.Root.get("/Lang", ""))
            keywords = str(pdf.docinfo.get("/Keywords", ""))
            found = [
                spec.get_file().read_bytes()
                for name, spec in pdf.attachments.items()
                if name.endswith(".json") and len(spec.get_file().read_bytes()) <= MAX_ATTACHMENT
            ]
    except pikepdf.PdfError as error:
        raise NotAReport(f"{path}: not a readable PDF ({error})") from error
    language = language.partition("-")[0]
    if len(found) != 1 or language not in LANGUAGES:
        raise NotAReport(f"{path}: carries no edition, so it is not a report of this project")
    return found[0], language, re.split(r",\s*", keywords)


def _printed(edition: Edition, language: str, keywords: list[str]) -> bytes:
    """The document of an edition that a file claims to be: its keywords tell a hearing brief."""
    if isinstance(edition, LawEdition) and BRIEF in keywords:
        return render_brief(edition, language)
    return render_pdf(edition, language)


def _recomputed(settings: Settings, store: Store, edition: Edition) -> tuple[bool, str]:
    register = register_of(settings)
    version = register.law_versions.get(edition.law) if isinstance(edition, LawEdition) else register.version
    if edition.register_version != version:
        return False, "the register has changed since: check out its version to recompute"
    rebuilt: Edition
    if isinstance(edition, LawEdition):
        law = register.law(edition.law)
        earlier = reference_date(edition.reference_date - timedelta(days=1))
        before = Evidence(register, store, law, earlier).edition(earlier, None)
        rebuilt = Evidence(register, store, law, edition.as_of).edition(edition.reference_date, before)
    else:
        laws = [e for row in edition.rows if isinstance(e := kept_edition(store, row.edition), LawEdition)]
        rebuilt = build_overview(laws, register)
    same = sha256(rebuilt.model_copy(update={"id": edition.id})) == sha256(edition)
    return same, "same bytes" if same else "recomputing gives another edition"


@dataclass(frozen=True, slots=True)
class Observed:
    """The observation a finding rests on, back to the raw bytes."""

    citation: str
    series: str
    period: str | None
    value: float | None
    published: str | None
    vintage: str
    known_from: date
    url: str | None
    raw_sha256: str
    raw_file: str
    raw_bytes: int


@dataclass(frozen=True)
class Trace:
    """The way from a finding to the raw bytes."""

    finding: str
    edition_sha256: str
    sentences: dict[str, str]
    indicator: dict[str, Any] | None
    observed: tuple[Observed, ...] = field(default=())


def trace(settings: Settings, finding_id: str) -> Trace:
    """Follow a finding such as ``KZ-Z090000165_/2026-Q3 §1`` to the bytes that it rests on.

    LookupError where the id names no edition or finding of this store. The archive verifies the
    hash of every file it gives.
    """
    match = re.fullmatch(r"\s*(\S+)\s*(§\d+)\s*", finding_id)
    if match is None:
        raise LookupError(f"{finding_id!r} is not a finding: write it as on the page, e.g. 'KZ-Z090000165_/2026-Q3 §1'")
    store = open_store(settings)
    edition = kept_edition(store, match[1])
    finding = next((f for f in edition.findings if f.id == match[2]), None)
    if finding is None:
        known = ", ".join(f.id for f in edition.findings)
        raise LookupError(f"edition {edition.id} has no finding {match[2]}; it has {known}")
    indicator = None
    observed: list[Observed] = []
    if isinstance(edition, LawEdition):
        row = next((i for i in edition.indicators if i.id == finding.indicator), None)
        indicator = row.model_dump(mode="json", exclude={"history", "regions", "targets"}) if row else None
        for source in (s for s in edition.sources if s.id in finding.sources):
            batch = store.batch(source.vintage)
            cited = next((i.period for i in edition.indicators if i.source == source.id), None)
            period = finding.period or cited  # of the law as a whole: the latest figure of what it rests on
            at = batch.observations.query(
                "area == @NATION and period == @period", local_dict={"NATION": NATION, "period": period}
            )
            observed.append(
                Observed(
                    citation=source.id,
                    series=source.series,
                    period=period,
                    value=float(at["value"].iloc[0]) if len(at) else None,
                    published=str(at["published"].iloc[0]) if len(at) else None,
                    vintage=source.vintage,
                    known_from=source.known_from,
                    url=source.url,
                    raw_sha256=source.raw_sha256,
                    raw_file=store.archive.location(source.raw_sha256),
                    raw_bytes=len(store.archive.get(source.raw_sha256)),
                )
            )
    return Trace(
        finding=f"{edition.id} {finding.id}",
        edition_sha256=sha256(edition),
        sentences={lang: render(finding.sentence, lang) for lang in LANGUAGES},
        indicator=indicator,
        observed=tuple(observed),
    )
