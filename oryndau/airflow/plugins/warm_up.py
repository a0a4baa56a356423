"""Warm-up: the scheduler imports the heavy libraries once, and every task it forks inherits them.

Without it each task would spend seconds of its own on the same imports. Set ``[core]
plugins_folder`` to this folder for whatever forks tasks (the scheduler with LocalExecutor, a
Celery worker); the API server and the DAG processor do not need it and start faster without.
"""

from __future__ import annotations

import great_expectations  # noqa: F401
import matplotlib.figure  # noqa: F401
import typst  # noqa: F401
from airflow.plugins_manager import AirflowPlugin

import oryndau.pipeline  # noqa: F401


class WarmUp(AirflowPlugin):
    """Nothing but its imports."""

    name = "oryndau_warm_up"
