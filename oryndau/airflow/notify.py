"""Airflow's callbacks: a task that failed or was skipped by severity is told to an engineer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from oryndau.settings import Settings

EVIDENCE = re.compile(r"evidence: (\S+)")
"""Where a task's own message says where the evidence lies."""

_ADVICE = re.compile(r"^\* \*\*`([^`]+)`[^*]*\*\* - (.+?)(?=\n\* |\n\n|\Z)", re.MULTILINE | re.DOTALL)


def tell(context: Mapping[str, Any]) -> None:
    """Send the three facts of a task that ended badly; what to do is what the DAG's own text says of the task."""
    from oryndau.notices import Notice, send

    ti, dag = context["ti"], context["dag"]
    why = str(context.get("exception") or "it ended without an error of its own; see its log")
    found = EVIDENCE.search(why)
    link = found[1] if found else ti.log_url
    name = ti.task_id if ti.map_index < 0 else f"{ti.task_id} [{ti.map_index}]"
    what = f"{dag.dag_id}: {name} of the run {ti.run_id} did not pass"
    send(Settings.from_environment(), Notice(what, why, advice(dag.doc_md or "", ti.task_id), link))


def advice(doc: str, task_id: str) -> str:
    """What the section "When a task fails" of a DAG says of a task."""
    own = [text for name, text in _ADVICE.findall(doc) if name in (task_id, f"<source>.{task_id.rpartition('.')[2]}")]
    said = " ".join(" ".join(text.split()) for text in own)
    return said.replace("`", "") or "Read the task's log: it names the fault and its remedy."
