"""Speed of the scores on synthetic data: ``python -m benchmarks.scores [--laws N]``.

Frames in, frames out. Each time is the best of several runs, since other work on the machine can
only lengthen one. The limits are those that the project set itself; the reference in brackets is
the R package COINr 1.1.14 on a machine of two cores.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.register import national_register
from indicators.scores.engine.draws import Choices
from indicators.scores.engine.method import Method, Normalise, method_from
from indicators.scores.engine.panel import Panel, from_frame
from indicators.scores.engine.run import Composite
from indicators.scores.engine.uncertainty import panel_uncertainty
from indicators.scores.law import score_law

SEED = 20260930
GAPS = 0.05
MIXED = Choices(
    normalisations=(
        Normalise(rule="percentile_rank", scale=(1.0, 100.0)),
        Normalise(rule="zscore", mean=50.0, sd=10.0),
    ),
    draws=1000,
)


@dataclass(frozen=True, slots=True)
class Timing:
    """One line of the table: seconds beside the limit and the reference's time."""

    name: str
    seconds: float
    limit: float | None
    reference: float | None = None


def synthetic_method(indicators: int, pillar: int, group: int) -> Method:
    """Four levels: indicators, pillars of ``pillar`` indicators, groups of ``group`` pillars, the top."""
    pillars = max(indicators // pillar, 1)
    groups = max(pillars // group, 1)
    leaves = [
        {"id": f"i{n}", "parent": f"p{min(n // pillar, pillars - 1)}", "weight": 1 + n % 3} for n in range(indicators)
    ]
    nodes: list[dict[str, Any]] = [{"id": f"p{n}", "parent": f"g{min(n // group, groups - 1)}"} for n in range(pillars)]
    nodes += [{"id": f"g{n}", "parent": "top"} for n in range(groups)] + [{"id": "top"}]
    steps = [{"step": "normalise", "rule": "minmax", "scale": [1, 100]}, {"step": "aggregate"}]
    data = {"id": "synthetic", "version": "1", "title": "Synthetic", "source": "none"}
    return method_from({**data, "indicators": leaves, "groups": nodes, "steps": steps})


def synthetic_frame(units: int, indicators: int, years: int = 1) -> pd.DataFrame:
    """A wide frame with gaps."""
    rng = np.random.default_rng(SEED)
    values = rng.lognormal(size=(years * units, indicators))
    values[rng.random(values.shape) < GAPS] = np.nan
    frame = pd.DataFrame(values, columns=[f"i{n}" for n in range(indicators)])
    frame.insert(0, "year", np.repeat(np.arange(2001, 2001 + years), units))
    frame.insert(0, "unit", [f"u{n}" for n in range(units)] * years)
    return frame


def best(run: Callable[[], object], times: int) -> float:
    """Seconds of the fastest of several runs."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return min(found)


def composite_timings() -> list[Timing]:
    """Normalise and aggregate with a method made ready once, and draws with everything included."""
    small, large = synthetic_method(49, 5, 3), synthetic_method(100, 5, 5)
    cases = [
        ("51 x 49 x 4 levels", small, synthetic_frame(51, 49), 0.0005, 0.013, 200),
        ("1,000 x 100 x 4 levels", large, synthetic_frame(1000, 100), 0.006, 0.311, 50),
        ("20 years x 1,000 x 100", large, synthetic_frame(1000, 100, 20), 0.3, 8.3, 5),
    ]
    rows = [_composite(*case) for case in cases]
    for name, method, frame, limit, reference, times in (
        ("1,000 mixed draws on 51 x 49", small, cases[0][2], 0.5, 34.9, 3),
        ("1,000 mixed draws on 1,000 x 100", large, cases[1][2], 4.0, 392.6, 1),
    ):
        panel = from_frame(frame)
        rows.append(
            Timing(name, best(lambda m=method, p=panel: panel_uncertainty(m, p, MIXED), times), limit, reference)
        )
        noise = 0.05 * np.nanstd(panel.values, axis=(0, 1), keepdims=True)
        measured = best(lambda m=method, p=panel, e=noise: panel_uncertainty(m, p, MIXED, errors=e), times)
        rows.append(Timing(f"{name}, with measurement", measured, limit, None))
    return rows


def _composite(name: str, method: Method, frame: pd.DataFrame, limit: float, reference: float, times: int) -> Timing:
    template = from_frame(frame)
    ready = Composite(method, template)
    cells = frame[list(template.indicators)]
    shape = template.values.shape

    def once() -> pd.DataFrame:
        values = cells.to_numpy().reshape(shape)
        panel = Panel(template.years, template.units, template.indicators, values)
        result = ready.run(panel)
        return pd.DataFrame(result.totals.values[..., shape[2] :].reshape(-1, len(result.tree.nodes) - shape[2]))

    return Timing(name, best(once, times), limit, reference)


def register_timing(laws: int) -> Timing:
    """A national register: so many laws of 10 indicators, 20 regions and 15 years of observations."""
    at = date(2024, 12, 31)
    start = time.perf_counter()
    for law, observations in national_register(laws):
        score_law(law, observations, at, at)
    seconds = time.perf_counter() - start
    return Timing(f"register of {laws:,} laws, made and scored", seconds, 60.0 * laws / 5000)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--laws", type=int, default=200, help="laws of the national register (full size: 5000)")
    given = parser.parse_args()
    print(f"{'case':<52}{'ms':>12}{'limit':>12}{'reference':>12}")
    for row in [*composite_timings(), register_timing(given.laws)]:
        cells = [row.seconds, row.limit, row.reference]
        print(f"{row.name:<52}" + "".join(f"{'-' if c is None else format(c * 1000, '.2f'):>12}" for c in cells))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"largest memory: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
