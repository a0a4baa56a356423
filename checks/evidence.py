"""Evidence of the checks as small HTML pages: no script, no network, the same bytes for the same facts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from checks.decision import Decision
from checks.rules import RULES
from checks.verdict import Verdict
from indicators.register.model import SeriesRef
from indicators.register.observation import NATION, STATUSES
from indicators.store.batch import Batch


def page_name(batch_id: str) -> str:
    """File name of a batch's page; the id's own hash keeps two names apart."""
    return f"{batch_id.replace('/', '~').replace(':', '~')}.html"


def series_page(batch: Batch, series: SeriesRef | None, decisions: Sequence[Decision] = ()) -> bytes:
    """The page of one batch: verdict, failing rows, corrections, decisions, figures and raw responses.

    ``series`` is its entry in the register, None where no law uses it any more. Raises LookupError
    where the batch was not judged yet.
    """
    if batch.verdict is None:
        raise LookupError(f"batch {batch.id} has no verdict: run `oryndau check`")
    rows = batch.observations
    return _page(
        "series.html",
        batch=batch,
        title=series.title.en if series else batch.series_id,
        verdict=Verdict.from_json(batch.verdict),
        decisions=decisions,
        national=rows[rows["area"] == NATION].to_dict("records"),
        statuses=STATUSES,
        remedies={rule.id: rule.remedy for rule in RULES},
    )


def run_page(run: str, verdicts: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> bytes:
    """The page of a run, with a link to each series' page beside it.

    ``verdicts`` has a row a series: ``series``, ``quarantined``, ``batch`` (None: no release) and
    ``verdict`` (its JSON form, or None); ``titles`` are the series' names.
    """
    rows = [_row(row, titles) for row in verdicts]
    return _page(
        "run.html",
        run=run,
        rows=rows,
        refused=sum(row["state"] == "in quarantine" for row in rows),
        absent=sum(row["state"] == "not collected" for row in rows),
    )


def _row(row: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, Any]:
    verdict = None if row["verdict"] is None else Verdict.from_json(row["verdict"])
    published = "published" if row["batch"] else "not collected"
    return {
        "series": row["series"],
        "title": titles.get(row["series"], ""),
        "page": quote(page_name(row["batch"])) if row["batch"] else None,
        "state": "in quarantine" if row["quarantined"] else published,
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
