"""The steps, in the order in which data flows: collect, check, publish, score, edit, render.

Each step is a function of its inputs, safe to repeat and safe to kill. State lives in the
store; steps take and give ids. Airflow's tasks and the command line call the same functions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from checks.corrections import correct
from checks.rules import Severity
from checks.verdict import Verdict
from indicators.register.load import Register, load_register
from indicators.register.model import Text
from indicators.scores.confidence import LawUncertainty
from indicators.scores.explain import Node, explain
from indicators.scores.law import score_json
from indicators.sources.archive import ArchiveTransport
from indicators.sources.collect import collect as collect_release
from indicators.sources.collect import releases
from indicators.sources.errors import SourceDown, SourceError
from indicators.sources.exchange import Transport
from indicators.sources.live import LiveTransport
from indicators.store.batch import Batch, RawPart
from indicators.store.store import Store
from indicators.store.tables import PUBLISHED
from oryndau import comparison, editions, failures, proof, publication
from oryndau.evidence import Evidence
from oryndau.judging import Known, judge, known_before, note_corrections
from oryndau.settings import Settings
from oryndau.storing import store_of
from reports.model import LawEdition, OverviewEdition
from reports.overview import build_overview

BATCH = 12
"""Series a collecting task takes: few, fat tasks, since a scheduler starts only a few a second."""


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """Batches that may be published, and those that the checks refused."""

    ready: tuple[str, ...]
    quarantined: tuple[str, ...]


def register_of(settings: Settings) -> Register:
    """The register; RegisterError where it has mistakes."""
    return load_register(settings.register)


def open_store(settings: Settings) -> Store:
    """The store, migrated to the present schema."""
    settings.home.mkdir(parents=True, exist_ok=True)
    store = store_of(settings)
    store.migrate()
    return store


def chosen_laws(register: Register, law_ids: Sequence[str]) -> list[str]:
    """The laws asked for, or all; LookupError names the ids that exist."""
    return [register.law(law_id).id for law_id in law_ids] or [law.id for law in register.laws]


def series_of(register: Register, law_ids: Sequence[str]) -> list[str]:
    """Ids of the series of some laws, each once, in the register's order."""
    return list(dict.fromkeys(s.id for law_id in law_ids for s in register.law(law_id).series))


def plan_collect(settings: Settings, law_ids: Sequence[str] = ()) -> dict[str, list[list[str]]]:
    """Batches of series by source: what the collecting tasks are to do."""
    register = register_of(settings)
    plan: dict[str, list[list[str]]] = {source: [] for source in register.sources}
    by_source: dict[str, list[str]] = {}
    for series_id in series_of(register, chosen_laws(register, law_ids)):
        by_source.setdefault(register.series[series_id].source, []).append(series_id)
    for source, series in by_source.items():
        plan[source] = [series[n : n + BATCH] for n in range(0, len(series), BATCH)]
    return plan


def collect(settings: Settings, series_ids: Sequence[str], *, last_try: bool = True) -> list[str]:
    """Fetch, archive and stage every release of some series; gives the batch ids.

    A series that its source does not give is recorded (``oryndau.failures``) and the others go on.
    Before the last try a source that is down raises SourceDown after the others were staged, so
    that a scheduler repeats the step; what is staged already is not staged again.
    """
    register = register_of(settings)
    store = open_store(settings)
    transport = _transport(settings)
    batches: list[str] = []
    down: SourceDown | None = None
    for series_id in series_ids:
        series = register.series[series_id]
        source = register.sources[series.source]
        try:
            for release in releases(series, source, transport):
                found = collect_release(series, source, release)
                raw = [RawPart(f.body, f.url, f.media_type, f.retrieved) for f in found.raw]
                corrected = correct(
                    found.observations,
                    register.corrections,
                    series=series_id,
                    source=source.id,
                    known_from=found.known_from,
                )
                batch_id = store.stage(series_id, source.id, corrected.frame, raw, found.known_from, found.release)
                note_corrections(store, batch_id, corrected.applied)
                batches.append(batch_id)
        except SourceDown as error:
            down = error
            failures.record(store, series_id, error)
        except SourceError as error:
            failures.record(store, series_id, error)
        else:
            failures.clear(store, series_id)
    if down is not None and not last_try:
        raise down
    return batches


def check(settings: Settings, batch_ids: Sequence[str]) -> CheckOutcome:
    """Run the suites on staged batches and record each verdict; critical failures are quarantined.

    The batches of a series are judged in order of knowledge, each against the last good one before
    it. A verdict given on the same basis (rules, register entry, release before) stands. A vintage
    that is published already is never taken back: it keeps its place and shows its new grade.
    """
    register = register_of(settings)
    store = open_store(settings)
    ready: list[str] = []
    quarantined: list[str] = []
    last_good: dict[str, Known] = {}
    run = [store.batch(batch_id) for batch_id in dict.fromkeys(batch_ids)]
    for batches in _rounds(run):
        for batch in batches:
            if batch.series_id not in last_good:
                last_good[batch.series_id] = known_before(store, batch)
        for batch, verdict in judge(register, store, batches, last_good, run):
            if batch.state != PUBLISHED and verdict["quarantine"]:
                store.quarantine(batch.id, verdict)
                quarantined.append(batch.id)
            else:
                store.set_verdict(batch.id, verdict)
                last_good[batch.series_id] = Known(batch.id, batch.observations)
                ready.append(batch.id)
    return CheckOutcome(tuple(ready), tuple(quarantined))


def prove(settings: Settings, batch_ids: Sequence[str], out: Path) -> Path:
    """Write what the checks found in the batches of a run as pages; gives the path of the first page."""
    store = open_store(settings)
    return proof.write_run(store, proof.of_run(register_of(settings), store, batch_ids), out)


def unsettled(settings: Settings, batch_ids: Sequence[str]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Failed checks of each series' newest batch: of refused ones that nobody rejected, and the others' warnings."""
    store = open_store(settings)
    newest = {b.series_id: b for b in sorted(map(store.batch, batch_ids), key=lambda b: (b.known_from, b.id))}
    refused: dict[str, list[str]] = {}
    warned: dict[str, list[str]] = {}
    for batch in newest.values():
        if batch.verdict is None:
            raise LookupError(f"batch {batch.id} has no verdict: run `oryndau check` again")
        verdict = Verdict.from_json(batch.verdict)
        if verdict.quarantine and verdict.decision is None:
            refused[batch.id] = list(verdict.critical)
        elif warnings := [check.id for check in verdict.failures() if check.gravity is Severity.WARNING]:
            warned[batch.id] = warnings
    return refused, warned


def publish(settings: Settings, batch_ids: Sequence[str]) -> list[str]:
    """Make checked batches known; gives the ids of those that changed what is known."""
    store = open_store(settings)
    return [vintage for batch_id in batch_ids if (vintage := store.publish(batch_id)) is not None]


@dataclass(frozen=True, slots=True)
class Collection:
    """Staged batches, and the series that their sources did not give."""

    batches: list[str]
    failures: list[failures.Failure]


def collect_laws(settings: Settings, law_ids: Sequence[str]) -> Collection:
    """Collect every series of some laws in this process."""
    register = register_of(settings)
    wanted = series_of(register, chosen_laws(register, law_ids))
    batches = collect(settings, wanted)
    return Collection(batches, failures.failures(open_store(settings), wanted))


def score(settings: Settings, law_ids: Sequence[str], at: date, as_of: date) -> list[str]:
    """Score laws and keep the trees; gives the keys of the documents."""
    store = open_store(settings)
    keys = []
    for tree in score_trees(settings, law_ids, at, as_of):
        key = f"{tree['law']}|{at}|{as_of}"
        store.put_document("score", key, json.dumps(tree, ensure_ascii=False, sort_keys=True).encode())
        keys.append(key)
    return keys


def score_trees(settings: Settings, law_ids: Sequence[str], at: date, as_of: date) -> list[dict[str, Any]]:
    """The score tree of each law as data."""
    register = register_of(settings)
    store = open_store(settings)
    return [
        score_json(Evidence(register, store, register.law(law_id), as_of).score(at))
        for law_id in chosen_laws(register, law_ids)
    ]


def uncertainties(settings: Settings, law_ids: Sequence[str], at: date, as_of: date) -> list[LawUncertainty]:
    """How sure the score of each law is."""
    register = register_of(settings)
    store = open_store(settings)
    found = (Evidence(register, store, register.law(law_id), as_of) for law_id in chosen_laws(register, law_ids))
    return [evidence.uncertainty(evidence.score(at)) for evidence in found]


def score_changes(
    settings: Settings, law_ids: Sequence[str], at: date, as_of: date, since: date
) -> list[dict[str, Any]]:
    """Why each law's score differs from the one that the figures known on ``since`` gave for that day."""
    register = register_of(settings)
    store = open_store(settings)
    rows = []
    for law_id in chosen_laws(register, law_ids):
        law = register.law(law_id)
        change = Evidence(register, store, law, as_of).change(at, Evidence(register, store, law, since))
        rows.append({"law": law_id, "change": None if change is None else change.model_dump(mode="json")})
    return rows


def explanation(settings: Settings, law_id: str, at: date, as_of: date) -> Node:
    """The arithmetic of one law's score as a tree."""
    register = register_of(settings)
    return explain(Evidence(register, open_store(settings), register.law(law_id), as_of).score(at))


def verdicts(settings: Settings, law_ids: Sequence[str], as_of: date) -> list[dict[str, Any]]:
    """What the checks found in the newest batch of each series known at ``as_of``, refused ones included."""
    register = register_of(settings)
    store = open_store(settings)
    wanted = series_of(register, chosen_laws(register, law_ids))
    refused = {r.series_id: r for r in store.quarantined(wanted, as_of)}
    rows = []
    for series_id in wanted:
        vintages = store.vintages(series_id, as_of)
        shown = vintages[-1] if vintages else None
        refusal = refused.get(series_id)
        verdict = refusal.verdict if refusal else store.verdict_of(shown.id) if shown else None
        rows.append(
            {
                "series": series_id,
                "quarantined": refusal is not None,
                "batch": refusal.batch_id if refusal else shown.id if shown else None,
                "shown": shown.id if shown else None,
                "verdict": verdict,
            }
        )
    return rows


def results(settings: Settings, edition_ids: Sequence[str], langs: Sequence[str], out: Path) -> list[dict[str, Any]]:
    """The closing table: one row a law. LookupError where a PDF that should be there is not."""
    store = open_store(settings)
    rows = []
    for identifier in edition_ids:
        edition = editions.kept_edition(store, identifier)
        if not isinstance(edition, LawEdition):
            continue
        paths = [publication.pdf_path(out, edition.id, lang) for lang in langs]
        absent = [str(path) for path in paths if not path.is_file()]
        if absent:
            raise LookupError(f"{edition.law} has no {', '.join(absent)}: run `oryndau report --law {edition.law}`")
        rows.append(
            {
                "law": edition.law,
                "title": edition.short_title.en,
                "score": edition.score,
                "needed": edition.needed,
                "status": edition.status,
                "coverage": edition.coverage,
                "covered": edition.covered,
                "children": edition.children,
                "not_scorable": edition.not_scorable,
                "quality": edition.quality,
                "edition": edition.id,
                "pdf": [str(path) for path in paths],
            }
        )
    return rows


def edit(
    settings: Settings, law_ids: Sequence[str], at: date, as_of: date, on: date, reason: Text | None = None
) -> list[str]:
    """Freeze the edition of each law; gives the edition ids.

    Each is compared with the edition published for the quarter before (``oryndau.comparison``), else with the law as
    it stood, and as it was known, at the end of that quarter.
    ``on``: the day that stands on an edition which replaces another (``oryndau.editions``); ``reason``: the
    staff's words for it.
    """
    register = register_of(settings)
    store = open_store(settings)
    ids = []
    for law_id in chosen_laws(register, law_ids):
        law, known = register.law(law_id), Evidence(register, store, register.law(law_id), as_of)
        printed = comparison.chosen(store, register.profile.country, law_id, at, as_of)
        before = Evidence(register, store, law, comparison.known_before(at, printed))
        proof.keep(store, known.proof)
        kept = editions.keep(store, known.edition(at, before, printed), on, reason).id
        comparison.keep_tree(store, kept, known.score(at))
        ids.append(kept)
    return ids


def overview(settings: Settings, edition_ids: Sequence[str], on: date, reason: Text | None = None) -> str:
    """Freeze the overview of the laws whose editions are given; gives its edition id."""
    register = register_of(settings)
    store = open_store(settings)
    laws = [edition for i in edition_ids if isinstance(edition := editions.kept_edition(store, i), LawEdition)]
    return editions.keep(store, build_overview(laws, register), on, reason).id


def errata(settings: Settings, edition_id: str, on: date, reason: Text) -> list[str]:
    """Put a corrected edition in the place of one: its law, at its dates, from the register and figures of now.

    Gives the ids of what was made: the corrected edition and, where a law's edition stood in an overview of
    the same dates, the overview with it. Repeating it with the same reason makes nothing new.
    """
    store = open_store(settings)
    edition = editions.kept_edition(store, edition_id)
    if not isinstance(edition, LawEdition):
        return [overview(settings, [editions.newest(store, row.edition) for row in edition.rows], on, reason)]
    made = edit(settings, [edition.law], edition.reference_date, edition.as_of, on, reason)
    for document in store.documents(editions.EDITION, f"{edition.country}-"):
        if document.key != editions.newest(store, document.key):
            continue
        listing = editions.kept_edition(store, document.key)
        if not isinstance(listing, OverviewEdition):
            continue
        rows = [editions.newest(store, row.edition) for row in listing.rows]
        if made[0] in rows:
            made.append(overview(settings, rows, on))
    return made


def render(settings: Settings, edition_ids: Sequence[str], langs: Sequence[str], out: Path) -> list[Path]:
    """Print editions and publish them (``oryndau.publication``); gives the paths of the PDFs.

    A law's edition gives two documents, the scorecard and the hearing brief, with its data and the
    evidence of its checks beside them.
    """
    store = open_store(settings)
    paths = []
    for identifier in edition_ids:
        edition = editions.kept_edition(store, identifier)
        paths += publication.publish(out, edition, editions.pages(store, edition, langs))
    return [path for path in paths if path.suffix == ".pdf"]


def _transport(settings: Settings) -> Transport:
    if settings.known_to is None:
        return LiveTransport(settings.inbox, kept=settings.home / "kept", secrets=settings.secrets())
    return ArchiveTransport(settings.samples, settings.known_to)


def _rounds(batches: Sequence[Batch]) -> Iterator[list[Batch]]:
    """Batches in rounds that hold each series once, in order of knowledge."""
    waiting = sorted(batches, key=lambda b: (b.known_from, b.id))
    while waiting:
        first = {b.series_id: b for b in reversed(waiting)}
        yield [b for b in waiting if first[b.series_id] is b]
        waiting = [b for b in waiting if first[b.series_id] is not b]
