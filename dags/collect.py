"""Asks every source for its figures, checks them, and publishes what is new.

Each source has its own group: `plan` splits its series into batches, `collect` reads one batch
a task, in the source's own pool. All batches then pass one gate: `gate.check` judges them,
`gate.publish` makes the accepted ones a new vintage and announces the laws whose figures changed;
that starts the DAG `score`. `gate.every_suite_passed` is red where a batch was refused, and leads to
the evidence. Every task may be repeated: the same answer is stored once.

### When a task fails

* **`<source>.plan`** - the register does not load. The log names file and line; mend it
  (`oryndau laws lint` repeats the list), then clear the task.
* **`<source>.collect`** - the source is silent (`SourceDown`) and is asked again by itself, or the
  store was not to be reached. One series that cannot be had does not fail this task; see the next.
* **`every_source_answered`** - a source did not give a series; the log names each with its remedy.
  The rest is published, and reports keep the last good figures, with their date.
  `SourceDown`: open the address in the log; once the service is back, start a new run.
  `SourceChanged`, `SeriesMissing`: these are not asked again, since the answer would be the same.
  Compare it with what `indicators/sources` reads, mend the connector or the series in the register,
  then start a new run.
* **`gate.check`** - the checks themselves broke, or no source answered at all. A batch that *fails*
  its checks does not fail this task but the next.
* **`gate.every_suite_passed`** - a batch was refused by a critical check: it is kept in quarantine, and the last good
  figures stay in the reports, which say so. Open the evidence that the log names, ask the source, then
  `oryndau check release BATCH` or `oryndau check reject BATCH`; a rejected batch fails no later run.
  *Skipped* means that everything was published, some of it with warnings; the evidence names them.
* **`gate.publish`** - the store refused. A locked or absent database is tried again by itself; for a
  full disk free some space and clear the task. Nothing is half-published. *Skipped* means that no
  figure is new.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from airflow.sdk import DAG, Param, TaskGroup, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from indicators.register.load import load_sources
from oryndau.airflow import notify, policy, request
from oryndau.airflow.partitions import FIGURES, partition
from oryndau.airflow.pools import source_pool
from oryndau.settings import Settings

log = logging.getLogger(__name__)
settings = Settings.from_environment()

with DAG(
    "collect",
    schedule="0 4 * * *" if settings.scheduled else None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=policy.DEFAULTS,
    tags=policy.TAGS,
    doc_md=__doc__,
    params={
        **request.date_fields(),
        "score": Param(
            "changed",
            type="string",
            enum=["changed", "all"],
            values_display={"changed": "laws whose figures changed", "all": "every law named below"},
            title="Score afterwards",
            section="Scope",
        ),
        "laws": request.laws_field(),
    },
):

    @task
    def plan(source_id: str) -> list[list[str]]:
        from oryndau import pipeline

        laws = get_current_context()["params"]["laws"]
        return pipeline.plan_collect(Settings.from_environment(), laws).get(source_id, [])

    @task(retry_policy=policy.SOURCE_RETRIES, map_index_template="{{ batch }}")
    def collect(series_ids: list[str]) -> list[str]:
        from oryndau import pipeline

        context = get_current_context()
        context["batch"] = f"{series_ids[0]} and {len(series_ids) - 1} more"  # type: ignore[typeddict-unknown-key]
        ti = context["ti"]
        return pipeline.collect(Settings.from_environment(), series_ids, last_try=ti.try_number > ti.max_tries)

    @task(trigger_rule="all_done")
    def check(collected: list[Any]) -> dict[str, list[str]]:
        from oryndau import pipeline

        # A source whose tasks all failed gives None; its siblings are judged without it.
        batch_ids = [batch_id for source in collected for batch in source or () for batch_id in batch]
        if not batch_ids:
            raise AirflowFailException("no source answered: see the collect tasks of this run")
        here = Settings.from_environment()
        outcome = pipeline.check(here, batch_ids)
        evidence = pipeline.prove(here, batch_ids, here.out)
        log.info("evidence: %s", evidence.as_uri())
        return {
            "ready": list(outcome.ready),
            "quarantined": list(outcome.quarantined),
            "evidence": evidence.as_uri(),
        }

    @task(on_skipped_callback=notify.tell)
    def every_suite_passed(checked: dict[str, Any]) -> None:
        """Fails where a batch was refused and nobody has looked yet; is skipped where there are only warnings."""
        from oryndau import pipeline

        refused, warned = pipeline.unsettled(Settings.from_environment(), [*checked["ready"], *checked["quarantined"]])
        where = f"evidence: {checked['evidence']}"
        if refused:
            told = "; ".join(f"{batch} ({', '.join(ids)})" for batch, ids in refused.items())
            raise AirflowFailException(f"refused by its checks: {told}; {where}")
        if warned:
            told = "; ".join(f"{batch} ({', '.join(ids)})" for batch, ids in warned.items())
            raise AirflowSkipException(f"published with warnings: {told}; {where}")

    @task(outlets=[FIGURES])
    def publish(checked: dict[str, Any]) -> list[str]:
        from oryndau import pipeline
        from oryndau.airflow.changes import laws_to_score

        context = get_current_context()
        params, here = context["params"], Settings.from_environment()
        vintages = pipeline.publish(here, checked["ready"])
        at, as_of = request.dates(here, params, context["dag_run"].run_after.date())
        laws = pipeline.chosen_laws(pipeline.register_of(here), params["laws"])
        if params["score"] == "changed":
            laws = laws_to_score(here, laws, at, as_of)
        if not laws:
            raise AirflowSkipException("no figure of these laws changed: there is nothing to score")
        event = context["outlet_events"][FIGURES]
        event.add_partitions([partition(law_id, at) for law_id in laws])
        event.extra = {"as_of": as_of.isoformat()}
        return vintages

    @task(trigger_rule="all_done")
    def every_source_answered() -> None:
        """Fails the run where a source did not give a series; what it did give is published all the same."""
        from oryndau import pipeline
        from oryndau.failures import failures

        here, laws = Settings.from_environment(), get_current_context()["params"]["laws"]
        register = pipeline.register_of(here)
        series = pipeline.series_of(register, pipeline.chosen_laws(register, laws))
        if missing := failures(pipeline.open_store(here), series):
            raise AirflowFailException("; ".join(f"{failure.error}: {failure.message}" for failure in missing))

    collected = []
    for source_id in load_sources(settings.register):
        with TaskGroup(source_id):
            collected.append(collect.override(pool=source_pool(source_id)).expand(series_ids=plan(source_id)))
    # Of its own: a gate that waits for the store is worth more patience than a source that does not answer.
    with TaskGroup("gate", default_args={"retries": 3}):
        checked = check(collected)
        publish(checked)
        every_suite_passed(checked)
    collected >> every_source_answered()
