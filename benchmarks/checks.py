"""The checks: a thousand series by the whole gate, and ten expectations on a million rows beside pandera and plain use.

``python -m benchmarks.checks`` measures; ``--rows 100000`` makes the large frame smaller. All figures are
synthetic. "Plain" is Great Expectations as its introduction shows it: a fresh context, a suite, every failing
value collected (COMPLETE). "One frame" is how the gate asks: one reused batch definition, row masks only.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from datetime import date
from time import perf_counter, process_time

import great_expectations as gx
import great_expectations.expectations as gxe
import numpy as np
import pandas as pd
import pandera.pandas as pa

import benchmarks
from benchmarks import Figure, peak_memory
from checks.engine import evaluate
from checks.gate import validate
from indicators.register.model import SeriesRef
from indicators.register.observation import Observation, to_frame

SERIES, OBSERVATIONS = 1_000, 30
ROWS = 1_000_000
TRIES = 3
DAY = date(2024, 6, 1)
TEXT = {"ru": "Синтетический ряд", "en": "Synthetic series"}
STATUSES = ["", "e", "p", "b"]
MOST_MEGABYTES = 1_000


def measure(rows: int = ROWS) -> Iterator[Figure]:
    """The gate first, then the large frame; ``rows``: its size."""
    frames, refs = batches()
    days = dict.fromkeys(frames, DAY)
    seconds, work = best(lambda: validate(frames, refs, frames, days, DAY, regions={}))
    asked = len(validate(frames, refs, frames, days, DAY, regions={})["syn/0"].checks)
    told = f"{asked} checks a series; own work {work:.1f} s"
    yield Figure(f"gate: {SERIES:,} series of {OBSERVATIONS} observations", seconds, "s", at_most=2, beside=told)
    yield Figure("gate: most memory", peak_memory(), "MB", at_most=MOST_MEGABYTES)
    frame = large(rows)
    peer, _ = best(lambda: schema().validate(frame, lazy=True))
    own, _ = best(lambda: as_the_gate(frame))
    plain, _ = best(lambda: as_introduced(frame))
    name = f"{rows:,} rows, 10 expectations"
    yield Figure(f"{name}: pandera", peer, "s")
    yield Figure(f"{name}: one frame", own, "s", at_most=3.5 * peer, beside=f"{own / peer:.1f} times pandera's time")
    yield Figure(f"{name}: plain", plain, "s", beside=f"{plain / peer:.1f} times pandera's time")
    yield Figure("all of this: most memory", peak_memory(), "MB", at_most=MOST_MEGABYTES)


def best(work: Callable[[], object]) -> tuple[float, float]:
    """The fastest of some tries by the clock, and by the processor: the difference is waiting for other programs.

    One try more goes before them: it loads what is loaded once.
    """
    work()
    walls, works = [], []
    for _ in range(TRIES):
        began, worked = perf_counter(), process_time()
        work()
        walls.append(perf_counter() - began)
        works.append(process_time() - worked)
    return min(walls), min(works)


def batches() -> tuple[dict[str, pd.DataFrame], dict[str, SeriesRef]]:
    """Yearly percentages that improve a little every year."""
    frames, refs = {}, {}
    for n in range(SERIES):
        series = f"syn/{n}"
        values = [f"{40 + 0.3 * year + (n + year) % 3 / 10:.1f}" for year in range(OBSERVATIONS)]
        frames[series] = to_frame(
            Observation(series, "KZ", str(1994 + year), float(text), "", text, 1) for year, text in enumerate(values)
        )
        fields = {"id": series, "source": "syn", "dataset": "syn", "title": TEXT, "unit": {"code": "PT", "name": TEXT}}
        refs[series] = SeriesRef.model_validate({**fields, "decimals": 1, "minimum": 0, "maximum": 100})
    return frames, refs


def large(rows: int) -> pd.DataFrame:
    chance = np.random.default_rng(rows)
    return pd.DataFrame(
        {
            "key": np.arange(rows),
            "area": pd.Series([f"A{n % 50:02}" for n in range(rows)], dtype="str"),
            "period": pd.Series([str(1990 + n % 34) for n in range(rows)], dtype="str"),
            "value": chance.uniform(0, 100, rows),
            "low": 0.0,
            "high": 100.0,
            "status": pd.Series([STATUSES[n % 4] for n in range(rows)], dtype="str"),
            "decimals": chance.integers(0, 3, rows),
        }
    )


AREAS = [f"A{n:02}" for n in range(50)]
PERIOD = r"^\d{4}$"


def expectations() -> list[gxe.Expectation]:
    """The ten questions that are put to all three."""
    asked = [
        gxe.ExpectColumnValuesToBeUnique(column="key"),
        gxe.ExpectColumnValuesToNotBeNull(column="value"),
        gxe.ExpectColumnValuesToBeBetween(column="value", min_value=0, max_value=100),
        gxe.ExpectColumnValuesToBeInSet(column="status", value_set=STATUSES),
        gxe.ExpectColumnValuesToBeInSet(column="area", value_set=AREAS),
        gxe.ExpectColumnValuesToMatchRegex(column="period", regex=PERIOD),
        gxe.ExpectColumnValuesToBeBetween(column="decimals", min_value=0, max_value=12),
        gxe.ExpectColumnValuesToNotBeNull(column="area"),
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(column_A="high", column_B="value", or_equal=True),
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(column_A="value", column_B="low", or_equal=True),
    ]
    for number, expectation in enumerate(asked):
        expectation.meta = {"rule": str(number)}
    return asked


def as_the_gate(frame: pd.DataFrame) -> None:
    found = evaluate(gx.ExpectationSuite(name="large", expectations=expectations()), frame)
    if any(len(evaluation.failing) or evaluation.error for evaluation in found.values()):
        raise RuntimeError("the synthetic frame has no fault, and a check found one")


def as_introduced(frame: pd.DataFrame) -> None:
    context = gx.get_context(mode="ephemeral")
    asset = context.data_sources.add_pandas("plain").add_dataframe_asset("frame")
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch(batch_parameters={"dataframe": frame})
    suite = gx.ExpectationSuite(name="plain", expectations=expectations())
    if not batch.validate(suite, result_format="COMPLETE").success:
        raise RuntimeError("the synthetic frame has no fault, and a check found one")


def schema() -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "key": pa.Column(int, unique=True),
            "value": pa.Column(float, pa.Check.in_range(0, 100), nullable=False),
            "status": pa.Column("str", pa.Check.isin(STATUSES)),
            "area": pa.Column("str", pa.Check.isin(AREAS), nullable=False),
            "period": pa.Column("str", pa.Check.str_matches(PERIOD)),
            "decimals": pa.Column(int, pa.Check.in_range(0, 12)),
        },
        checks=[
            pa.Check(lambda frame: frame["high"] >= frame["value"]),
            pa.Check(lambda frame: frame["value"] >= frame["low"]),
        ],
    )


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--rows", type=int, default=ROWS, help="size of the large frame")
    benchmarks.show(measure(arguments.parse_args().rows))
