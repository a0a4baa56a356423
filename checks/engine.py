"""Running a suite of Great Expectations on a frame, and finding the rows that fail.

The library's own summary keeps a handful of failing values without their place. The place is
needed to give each series its own verdict, so the row mask that the library computed anyway is
asked for, only for expectations that failed, and the rows are taken from the frame with pandas.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import great_expectations as gx
import pandas as pd
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.validator.metric_configuration import MetricConfiguration
from great_expectations.validator.metrics_calculator import MetricsCalculator

RESULT_FORMAT = {"result_format": "SUMMARY", "partial_unexpected_count": 0}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What became of one expectation: the failing rows' labels, or why it was not evaluated."""

    failing: pd.Index
    error: str | None = None


def evaluate(suite: gx.ExpectationSuite, frame: pd.DataFrame) -> dict[str, Evaluation]:
    """Every rule of the suite on the frame, by the rule's id.

    The frame's index must be unique. An expectation whose metric raised comes back with its
    ``error``, never as passed.
    """
    batch = _whole_frame().get_batch(batch_parameters={"dataframe": frame})
    results = batch.validate(suite, result_format=RESULT_FORMAT).results
    by_rule = {result.expectation_config.meta["rule"]: result for result in results}
    evaluations = {}
    for expectation in suite.expectations:
        result = by_rule[expectation.meta["rule"]]
        error = _error(result)
        failing = frame.index[:0]
        if error is None and not result.success:
            failing = _failing(expectation, batch.data.execution_engine)
        evaluations[expectation.meta["rule"]] = Evaluation(failing, error)
    return evaluations


@cache
def _whole_frame() -> BatchDefinition:
    """One throw-away context a process: nothing on disk, no docs site, analytics or progress bars."""
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    asset = context.data_sources.add_pandas("batches").add_dataframe_asset("family")
    return asset.add_batch_definition_whole_dataframe("whole")


def _error(result: ExpectationValidationResult) -> str | None:
    """The last line of what a metric raised; None where the expectation was evaluated.

    The library reports an exception in two shapes: one record, or a record for each metric.
    """
    info = result.exception_info or {}
    records = [info] if "raised_exception" in info else list(info.values())
    for record in records:
        if record["raised_exception"]:
            lines = str(record["exception_message"] or "no message").strip().splitlines()
            return (lines or ["no message"])[-1]
    return None


def _failing(expectation: gx.expectations.Expectation, engine: object) -> pd.Index:
    metric = expectation.map_metric
    needed = expectation.get_validation_dependencies(
        execution_engine=engine, runtime_configuration={"result_format": RESULT_FORMAT}
    )
    counted = needed.metric_configurations[f"{metric}.unexpected_count"]
    condition = MetricConfiguration(f"{metric}.condition", counted.metric_domain_kwargs, counted.metric_value_kwargs)
    mask: pd.Series = MetricsCalculator(engine).get_metric(condition)[0]
    return mask.index[mask.astype(bool)]
