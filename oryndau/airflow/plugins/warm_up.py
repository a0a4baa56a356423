"""Warm-up: the scheduler imports the heavy libraries and reads the register once; its tasks inherit both.

Without it each task would spend seconds of its own on the same work. Set ``[core]
plugins_folder`` to this folder for a scheduler with LocalExecutor, which forks its tasks; the API
server and the DAG processor do not need it and start faster without, and a Celery worker loads no
plugins.
"""

from __future__ import annotations

import logging

import great_expectations  # noqa: F401
import matplotlib.figure  # noqa: F401
import typst  # noqa: F401
from airflow.plugins_manager import AirflowPlugin

from indicators.register.load import RegisterError
from oryndau.pipeline import register_of
from oryndau.settings import Settings


class WarmUp(AirflowPlugin):
    """Nothing but what is imported and read here."""

    name = "oryndau_warm_up"


try:
    register_of(Settings.from_environment())
except RegisterError:
    # Not told here: the first task reads the register again and fails with the place of every mistake.
    logging.getLogger(__name__).warning("the register has mistakes; the tasks will name them")
