"""Makes the scorecards of the laws and the overview, as PDF in each language.

Runs on the first day of every month for the month before; after a quarter's end that is the
quarterly edition. On demand, the form names dates, laws and languages. `plan` makes batches of
laws; `edit` freezes each law's edition; `overview` puts them side by side; `render` sets the pages.
An edition made of the same figures has the same bytes, so every task may be repeated.

### When a task fails

* **`plan`** - the register does not load, or the form names a law that it does not hold. The log
  names file and line or the law; mend it and clear the task.
* **`edit`** - a law's scores or findings could not be made. The log names the law. Mend its file or
  the code, then clear this task: only its own batch of laws is repeated.
* **`overview`** - an edition is missing or unreadable. Clear `edit` of the law that the log names.
* **`render`** - a page could not be set: a sentence without a translation, a font, a full disk. The
  log names edition and language. Reports already written stay; clear the task to write the rest.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from airflow.sdk import DAG, CronPartitionTimetable, Param, get_current_context, task

from indicators.register import period as periods
from oryndau.airflow import policy, request
from oryndau.airflow.partitions import batches
from oryndau.settings import Settings

# The key of a calendar run is the month before it: the run of 1 October has 2026-09.
MONTHLY = CronPartitionTimetable("0 6 1 * *", timezone="UTC", run_offset=-1, key_format="%Y-%m")

with DAG(
    "publish_scorecards",
    schedule=MONTHLY if Settings.from_environment().scheduled else None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=policy.DEFAULTS,
    tags=policy.TAGS,
    doc_md=__doc__,
    params={
        **request.date_fields(),
        "laws": request.laws_field(),
        "languages": request.languages_field(),
        "out": Param(
            None,
            type=["null", "string"],
            title="Folder",
            description="Where the reports are written, on the machine that runs the tasks. Empty: ORYNDAU_OUT.",
            section="Scope",
        ),
    },
):

    @task
    def plan() -> list[dict[str, Any]]:
        from oryndau import pipeline

        context = get_current_context()
        params, here, run = context["params"], Settings.from_environment(), context["dag_run"]
        period_end = periods.end(run.partition_key) if run.partition_key else None
        at, as_of = request.dates(here, params, run.run_after.date(), period_end)
        laws = pipeline.chosen_laws(pipeline.register_of(here), params["laws"])
        return [
            {"law_ids": batch, "at": at.isoformat(), "as_of": as_of.isoformat()}
            for batch in batches(laws, here.parallel)
        ]

    @task(map_index_template="{{ batch }}")
    def edit(law_ids: list[str], at: str, as_of: str) -> list[str]:
        from oryndau import pipeline

        context = get_current_context()
        context["batch"] = ", ".join(law_ids)  # type: ignore[typeddict-unknown-key]
        here, day = Settings.from_environment(), context["dag_run"].run_after.date()
        return pipeline.edit(here, law_ids, date.fromisoformat(at), date.fromisoformat(as_of), day)

    @task
    def overview(edited: list[list[str]]) -> list[list[str]]:
        """The overview's edition beside those of the laws, split for rendering."""
        from oryndau import pipeline

        here, laws = Settings.from_environment(), [edition_id for batch in edited for edition_id in batch]
        day = get_current_context()["dag_run"].run_after.date()
        return batches([pipeline.overview(here, laws, day), *laws], here.parallel)

    @task(map_index_template="{{ batch }}")
    def render(edition_ids: list[str]) -> list[str]:
        from oryndau import pipeline

        context = get_current_context()
        context["batch"] = ", ".join(edition_ids)  # type: ignore[typeddict-unknown-key]
        params, here = context["params"], Settings.from_environment()
        out = Path(params["out"]) if params["out"] else here.out
        return [str(path) for path in pipeline.render(here, edition_ids, params["languages"], out)]

    render.expand(edition_ids=overview(edit.expand_kwargs(plan())))
