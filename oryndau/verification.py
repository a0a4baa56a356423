"""The way back: is this PDF what was made, and where does a sentence come from?"""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf

from indicators.register.observation import NATION
from indicators.store.store import Store
from oryndau.comparison import known_before, printed
from oryndau.editions import EDITION, Kept, Replacement, kept_edition, published, replacements
from oryndau.evidence import Evidence
from oryndau.pipeline import open_store, register_of
from oryndau.settings import Settings
from oryndau.signing import NotInstalled, SigningRefused, only_signed, signature_of
from reports.language import render
from reports.model import (
    EDITION_FORMAT,
    EDITION_ID,
    LANGUAGES,
    Edition,
    LawEdition,
    canonical_json,
    read_edition,
    sha256,
)
from reports.overview import build_overview
from reports.render import BRIEF, render_brief, render_pdf

MAX_ATTACHMENT = 50_000_000
"""Bytes; a report's data is far below, and a file from outside is not trusted to be."""


class NotAReport(ValueError):
    """The file is not a PDF that this project made."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One question put to a file: True yes, False no, None where there is nothing to ask; and what was found.

    ``independent``: a yes leans on more than the file itself, which a forger could make agree with itself.
    """

    question: str
    yes: bool | None
    detail: str
    independent: bool = False


@dataclass(frozen=True, slots=True)
class Verification:
    """Every answer about one file; ``replaced_by``: the editions that came in the place of this one since."""

    file: str
    edition: str
    language: str
    answers: tuple[Answer, ...]
    replaced_by: tuple[Replacement, ...]

    @property
    def verified(self) -> bool:
        """True where no answer is no and one that leans on more than the file is yes.

        A replaced edition is true as well: it is what was said on its day.
        """
        proven = any(answer.yes and answer.independent for answer in self.answers)
        return proven and all(answer.yes is not False for answer in self.answers)


@dataclass(frozen=True, slots=True)
class _File:
    """What a PDF carries of itself, before anything of it is believed."""

    body: bytes
    attached: bytes
    identifier: str
    edition: Edition | None
    unreadable: str
    language: str
    keywords: list[str]


def verify(settings: Settings, path: Path, trust: Path | None = None) -> Verification:
    """Ask a PDF every question that can be asked; NotAReport where it carries no edition.

    ``trust``: PEM file of certificates whose signatures are trusted; None: the signer is only named.
    """
    file = _read(path)
    store = open_store(settings)
    kept = store.get_document(EDITION, file.identifier)
    again = None if file.edition is None else _printed(file.edition, file.language, file.keywords)
    made = _made(file.body, again, list(published(store, file.identifier).values()))
    return Verification(
        file=str(path),
        edition=file.identifier,
        language=file.language,
        answers=(
            _intact(file.body, made),
            _signature(file.body, trust),
            _attachment(file),
            _page(file, made, again),
            Answer(
                "The edition is the one kept here",
                None if kept is None else kept == file.attached,
                "not in this store"
                if kept is None
                else "same bytes"
                if kept == file.attached
                else "the kept one differs",
                independent=True,
            ),
            _recomputed(settings, store, file),
        ),
        replaced_by=tuple(replacements(store, file.identifier)) if kept == file.attached else (),
    )


def _read(path: Path) -> _File:
    body = path.read_bytes()
    try:
        with pikepdf.open(io.BytesIO(body)) as pdf:
            language = str(pdf.Root.get("/Lang", "")).partition("-")[0]
            keywords = re.split(r",\s*", str(pdf.docinfo.get("/Keywords", "")))
            found = [
                content
                for name, spec in pdf.attachments.items()
                if name.endswith(".json") and len(content := spec.get_file().read_bytes()) <= MAX_ATTACHMENT
            ]
    except pikepdf.PdfError as error:
        raise NotAReport(
            f"{path}: not a readable PDF: name a published report as it was downloaded, in full"
        ) from error
    for attached in found:
        edition, unreadable = None, ""
        try:
            edition = read_edition(attached)
            identifier = edition.id
        except ValueError as error:
            identifier, unreadable = _identifier(attached), str(error).partition("\n")[0]
        if identifier and language in LANGUAGES:
            return _File(body, attached, identifier, edition, unreadable, language, keywords)
    raise NotAReport(f"{path}: carries no edition, so it is not a report of this project")


def _identifier(attached: bytes) -> str:
    """The id of an edition that another version of the program wrote; empty where the data are none."""
    try:
        data = json.loads(attached)
    except ValueError:
        return ""
    if not isinstance(data, dict) or data.get("format") != EDITION_FORMAT:
        return ""
    identifier = data.get("id")
    return identifier if isinstance(identifier, str) and EDITION_ID.fullmatch(identifier) else ""


def _made(body: bytes, again: bytes | None, known: list[Kept]) -> bytes | None:
    """The published file that ``body`` is, or begins with; None where it is no such file."""
    if again is not None:
        known = [*known, Kept(hashlib.sha256(again).hexdigest(), len(again))]
    for kept in known:
        start = body[: kept.size]
        if len(start) == kept.size and hashlib.sha256(start).hexdigest() == kept.sha256:
            return start
    return None


def _intact(body: bytes, made: bytes | None) -> Answer:
    question = "The file is as it was published"
    if made is None:
        return Answer(question, False, "its bytes are those of no file that was published or can be printed")
    added = len(body) - len(made)
    if not added:
        return Answer(question, True, "same bytes")
    if only_signed(made, body):
        return Answer(question, True, "same bytes, then a signature")
    return Answer(question, False, f"{added} bytes were added to it, and not only a signature")


def _signature(body: bytes, trust: Path | None) -> Answer:
    question = "The signature is true and covers the whole file"
    try:
        signature = signature_of(body, trust)
    except NotInstalled as error:
        return Answer(question, None, f"signed, but not looked at: {error}")
    except SigningRefused as error:
        return Answer(question, False, str(error))
    if signature is None:
        return Answer(question, None, "not signed")
    at = "" if signature.at is None else f", {signature.at:%Y-%m-%d %H:%M} UTC"
    told = f"{signature.signer}{at}"
    if not signature.intact:
        return Answer(question, False, f"{told}: the signed bytes were changed")
    if not signature.whole:
        return Answer(question, False, f"{told}: the file was changed after it was signed")
    if signature.trusted is None:
        return Answer(question, True, f"{told}; name trusted certificates with --trust to know who that is")
    return Answer(question, signature.trusted, f"{told}: {'trusted' if signature.trusted else 'not trusted'}", True)


def _attachment(file: _File) -> Answer:
    digest = hashlib.sha256(file.attached).hexdigest()
    canonical = file.edition is None or canonical_json(file.edition) == file.attached
    return Answer("The attached data has the hash that the file names", digest in file.keywords and canonical, digest)


def _page(file: _File, made: bytes | None, again: bytes | None) -> Answer:
    question = "The page is the one made of the attached data"
    if again is None:
        return Answer(question, None, f"another version of the program made it ({file.unreadable})")
    if made == again:
        return Answer(question, True, "printing the attached data again gives the same bytes")
    if made is not None:
        return Answer(question, None, "published as it is; this version of the program sets pages otherwise")
    return Answer(question, False, "printing it again differs")


def _printed(edition: Edition, language: str, keywords: list[str]) -> bytes:
    """The document of an edition that a file claims to be: its keywords tell a hearing brief."""
    if isinstance(edition, LawEdition) and BRIEF in keywords:
        return render_brief(edition, language)
    return render_pdf(edition, language)


def _recomputed(settings: Settings, store: Store, file: _File) -> Answer:
    question, edition = "The archive of official figures gives the same edition", file.edition
    if edition is None:
        return Answer(question, None, f"another version of the program made it ({file.unreadable})")
    register = register_of(settings)
    version = register.law_versions.get(edition.law) if isinstance(edition, LawEdition) else register.version
    if edition.register_version != version:
        return Answer(question, None, "the register has changed since: check out its version to recompute")
    rebuilt: Edition
    if isinstance(edition, LawEdition):
        law = register.law(edition.law)
        compared = None
        if edition.previous_sha256 is not None:
            try:
                compared = printed(store, edition.previous_edition or "")
            except LookupError as error:
                return Answer(question, None, str(error))
        before = Evidence(register, store, law, known_before(edition.reference_date, compared))
        rebuilt = Evidence(register, store, law, edition.as_of).edition(edition.reference_date, before, compared)
    else:
        try:
            laws = [e for row in edition.rows if isinstance(e := kept_edition(store, row.edition), LawEdition)]
        except LookupError as error:
            return Answer(question, None, str(error))
        rebuilt = build_overview(laws, register)
    same = sha256(rebuilt.model_copy(update={"id": edition.id, "replaces": edition.replaces})) == sha256(edition)
    return Answer(question, same, "same bytes" if same else "recomputing gives another edition", independent=True)


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
    replaced_by: tuple[Replacement, ...] = ()


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
        replaced_by=tuple(replacements(store, edition.id)),
    )
