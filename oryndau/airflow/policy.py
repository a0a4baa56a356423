"""What every DAG keeps to: its owner, and which errors are worth another try.

Errors are named by their path, so that reading a DAG file imports none of the rooms they
come from. Whatever no rule names is a fault of data or of code and fails at the first try:
repeating it would only delay the person who has to look.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from oryndau.airflow.notify import tell

OWNER = "oryndau"
TAGS = ["oryndau"]

_STORE_BUSY = RetryRule(
    exception=["indicators.store.errors.StoreLocked", "indicators.store.errors.StoreUnavailable"],
    action=RetryAction.RETRY,
    retry_delay=timedelta(seconds=15),
    reason="the store is busy or out of reach; it is tried again",
)

SOURCE_RETRIES = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception="indicators.sources.errors.SourceDown",
            action=RetryAction.RETRY,
            retry_delay=timedelta(minutes=2),
            reason="the source does not answer; it is asked again",
        ),
        RetryRule(
            exception="indicators.sources.errors.SourceError",
            action=RetryAction.FAIL,
            reason="the source's answer is not what its connector reads; a person must look",
        ),
        _STORE_BUSY,
    ],
    default=RetryAction.FAIL,
)
"""For tasks that ask a source: a silent source is asked again, a changed one is not."""

STORE_RETRIES = ExceptionRetryPolicy(rules=[_STORE_BUSY], default=RetryAction.FAIL)
"""For tasks that work on what is already in the store."""

DEFAULTS = {"owner": OWNER, "retries": 2, "retry_policy": STORE_RETRIES, "on_failure_callback": tell}
"""Default arguments of every DAG."""
