"""Scores the laws whose figures changed.

Starts by itself when `collect` announces new figures: one run a reporting period, for all laws
announced together. A statistic that its source revises later starts a new run of that period. On
demand, the form names laws and dates. `plan` makes batches of laws, `score` works on one batch;
scores already stored for the same figures, dates and register are found again, not made anew.

### When a task fails

* **`plan`** - the register does not load, or the form names a law that it does not hold. The log
  names file and line or the law; mend it and clear the task.
* **`score`, store busy** (`StoreLocked`, `StoreUnavailable`) - it was tried three times. See who
  holds the database and clear the task; nothing is half-written.
* **`score`, any other error** - a fault in a law's file or in the method. The log names the law and
  the indicator. Mend it, then clear this task: only its own batch of laws is repeated.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from airflow.sdk import DAG, get_current_context, task

from oryndau.airflow import policy, request
from oryndau.airflow.partitions import FIGURES, ON_NEW_FIGURES, batches, partition_date, partition_law
from oryndau.settings import Settings

with DAG(
    "score",
    schedule=ON_NEW_FIGURES,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=2,
    default_args=policy.DEFAULTS,
    tags=policy.TAGS,
    doc_md=__doc__,
    params={**request.date_fields(), "laws": request.laws_field()},
):

    @task
    def plan() -> list[dict[str, Any]]:
        from oryndau import pipeline

        context = get_current_context()
        params, here = context["params"], Settings.from_environment()
        register = pipeline.register_of(here)
        events = context["triggering_asset_events"].get(FIGURES, [])
        if events:
            keys = [event.partition_key for event in events]
            at = partition_date(keys[0])
            as_of = max(date.fromisoformat(event.extra["as_of"]) for event in events)
            announced = {partition_law(key) for key in keys}
            laws = [law_id for law_id in pipeline.chosen_laws(register, ()) if law_id in announced]
        else:
            at, as_of = request.dates(here, params, context["dag_run"].run_after.date())
            laws = pipeline.chosen_laws(register, params["laws"])
        return [
            {"law_ids": batch, "at": at.isoformat(), "as_of": as_of.isoformat()}
            for batch in batches(laws, here.parallel)
        ]

    @task(map_index_template="{{ batch }}")
    def score(law_ids: list[str], at: str, as_of: str) -> list[str]:
        from oryndau import pipeline
        from oryndau.airflow.changes import figures, note_scored

        get_current_context()["batch"] = ", ".join(law_ids)  # type: ignore[typeddict-unknown-key]
        here, reference, known = Settings.from_environment(), date.fromisoformat(at), date.fromisoformat(as_of)
        scored_from = figures(here, law_ids, known)
        documents = pipeline.score(here, law_ids, reference, known)
        note_scored(here, scored_from, reference)
        return documents

    score.expand_kwargs(plan())
