"""Evidence of the checks as small HTML pages: no script, no network, the same bytes for the same facts."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from checks.decision import Decision
from checks.rules import RULES
from checks.verdict import Verdict
from indicators.register.observation import NATION, STATUSES
from indicators.store.batch import Batch

PUBLISHED, REFUSED, ABSENT = "published", "in quarantine", "not collected"
"""States of an entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One batch of a run: its verdict and the decisions on it as JSON data, as they stood when the run was proved.

    ``batch`` and ``verdict`` are None where a series has no release that could be judged.
    """

    series: str
    title: str
    state: str
    batch: str | None = None
    verdict: Mapping[str, Any] | None = None
    decisions: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """The evidence of a run. ``run`` names it by its content: the same findings have the same id."""

    run: str
    entries: tuple[Entry, ...]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Proof:
        found = tuple(entries)
        return cls(hashlib.sha256(_json(found)).hexdigest()[:12], found)

    @classmethod
    def from_json(cls, body: bytes) -> Proof:
        rows = json.loads(body)
        return cls.of(Entry(**{**row, "decisions": tuple(row["decisions"])}) for row in rows)

    def to_json(self) -> bytes:
        return _json(self.entries)

    @property
    def page_names(self) -> dict[str, str]:
        """File name of the page of each batch."""
        return {
            entry.batch: f"{number:03d}_{_UNSAFE.sub('_', entry.series)}.html"
            for number, entry in enumerate(self.entries, start=1)
            if entry.batch is not None
        }


INDEX = "index.html"
"""File name of a run's own page."""

_UNSAFE = re.compile(r"[^A-Za-z0-9.-]+")


def _json(entries: Iterable[Entry]) -> bytes:
    # Not sorted: the order of a failing row's cells is that of the table on its page.
    return json.dumps([asdict(entry) for entry in entries], ensure_ascii=False).encode()


def pages(proof: Proof, batch_of: Callable[[str], Batch]) -> dict[str, bytes]:
    """Every page of a run by file name: the run's own and one a batch, which ``batch_of`` gives by its id."""
    names = proof.page_names
    found = {INDEX: run_page(proof)}
    for entry in proof.entries:
        if entry.batch is not None:
            found[names[entry.batch]] = batch_page(batch_of(entry.batch), entry, proof.run)
    return found


def batch_page(batch: Batch, entry: Entry, run: str | None = None) -> bytes:
    """The page of one batch: verdict, failing rows, corrections, decisions, figures and raw responses.

    Raises LookupError where the batch was not judged yet.
    """
    if entry.verdict is None:
        raise LookupError(f"batch {batch.id} has no verdict: run `oryndau check`")
    rows = batch.observations
    verdict = Verdict.from_json(entry.verdict)
    failures = verdict.failures()
    return _page(
        "series.html",
        run=run,
        index=INDEX,
        batch=batch,
        state=entry.state,
        title=entry.title,
        verdict=verdict,
        checks=[*failures, *(check for check in verdict.checks if check not in failures)],
        decisions=[Decision.from_json(decision) for decision in entry.decisions],
        national=rows[rows["area"] == NATION].to_dict("records"),
        statuses=STATUSES,
        remedies={rule.id: rule.remedy for rule in RULES},
    )


def run_page(proof: Proof) -> bytes:
    """The page of a run, with a link to each batch's page beside it."""
    names = proof.page_names
    rows = [_row(entry, None if entry.batch is None else names[entry.batch]) for entry in proof.entries]
    return _page(
        "run.html",
        run=proof.run,
        rows=rows,
        refused=sum(row["state"] == REFUSED for row in rows),
        absent=sum(row["state"] == ABSENT for row in rows),
    )


def _row(entry: Entry, page: str | None) -> dict[str, Any]:
    verdict = None if entry.verdict is None else Verdict.from_json(entry.verdict)
    return {
        "series": entry.series,
        "title": entry.title,
        "page": page,
        "state": entry.state,
        "release": entry.batch.rpartition("@")[2].partition(".")[0] if entry.batch else "—",
        "grade": verdict.grade if verdict else "—",
        "passed": f"{verdict.passed} of {verdict.total}" if verdict else "—",
        "faults": [check.id for check in verdict.failures()] if verdict else [],
    }


def _page(template: str, **facts: Any) -> bytes:
    text: str = _environment().get_template(template).render(facts)
    return text.encode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("checks"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["cell"] = _cell
    return environment


def _cell(value: object) -> object:
    """A cell as it prints: whole numbers without a point, nothing as a dash."""
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return "—"
    return int(value) if isinstance(value, float) and value.is_integer() else value
