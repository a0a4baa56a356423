"""Speed of the scores on synthetic data: ``python -m benchmarks.scores [--laws N]``.

Frames in, frames out. Each time is the best of several runs, since other work on the machine can
only lengthen one. The limits are those that the project set itself; beside them stands the R package
COINr 1.1.14 on a machine of two cores.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing import get_context
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import Figure, peak_memory, show
from benchmarks.register import LAST, national_register
from indicators.register.model import Law
from indicators.register.observation import NATION
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


def composite_figures() -> Iterator[Figure]:
    """Normalise and aggregate with a method made ready once, and draws with everything included."""
    small, large = synthetic_method(49, 5, 3), synthetic_method(100, 5, 5)
    few, many = synthetic_frame(51, 49), synthetic_frame(1000, 100)
    for name, method, frame, limit, reference, times in (
        ("51 x 49 x 4 levels", small, few, 0.5, "13 ms", 200),
        ("1,000 x 100 x 4 levels", large, many, 6, "311 ms", 50),
        ("20 years x 1,000 x 100", large, synthetic_frame(1000, 100, 20), 300, "8.3 s", 5),
    ):
        yield Figure(name, 1000 * best(_composite(method, frame), times), "ms", at_most=limit, beside=reference)
    for name, method, frame, limit, reference, times in (
        ("51 x 49", small, few, 500, "34.9 s", 3),
        ("1,000 x 100", large, many, 4000, "392.6 s", 2),
    ):
        panel = from_frame(frame)
        noise = 0.05 * np.nanstd(panel.values, axis=(0, 1), keepdims=True)
        plain = best(lambda m=method, p=panel: panel_uncertainty(m, p, MIXED), times)
        yield Figure(f"1,000 mixed draws on {name}", 1000 * plain, "ms", at_most=limit, beside=reference)
        for draws in (1000, 2000):
            choices = replace(MIXED, draws=draws, pool=draws)
            spent = best(lambda m=method, p=panel, e=noise, c=choices: panel_uncertainty(m, p, c, errors=e), times)
            what = f"{draws:,} mixed draws on {name}, values drawn too"
            yield Figure(what, 1000 * spent, "ms", at_most=limit if draws == 1000 else None)


def _composite(method: Method, frame: pd.DataFrame) -> Callable[[], pd.DataFrame]:
    template = from_frame(frame)
    ready = Composite(method, template)
    cells = frame[list(template.indicators)]
    shape = template.values.shape

    def once() -> pd.DataFrame:
        values = cells.to_numpy().reshape(shape)
        panel = Panel(template.years, template.units, template.indicators, values)
        result = ready.run(panel)
        return pd.DataFrame(result.totals.values[..., shape[2] :].reshape(-1, len(result.tree.nodes) - shape[2]))

    return once


@dataclass(frozen=True, slots=True)
class Share:
    """What one process spent on its laws: seconds of making them, of scoring them, of comparing regions, and MB."""

    made: float
    scored: float
    compared: float
    memory: float


def score_share(numbers: range) -> Share:
    """Score the laws of these numbers: each law's own score, and a composite of its regions in every year."""
    at, known = date(LAST, 12, 31), date(LAST + 1, 7, 1)
    made = scored = compared = 0.0
    start = time.perf_counter()
    regions: Composite | None = None
    for law, observations in national_register(numbers):
        ready = time.perf_counter()
        score_law(law, observations, at, known)
        done = time.perf_counter()
        panel = regional_panel(observations)
        regions = regions or Composite(regional_method(law, panel), panel)
        regions.run(panel)
        now = time.perf_counter()
        made, scored, compared = made + ready - start, scored + done - ready, compared + now - done
        start = now
    return Share(made, scored, compared, peak_memory())


def regional_panel(observations: pd.DataFrame) -> Panel:
    """The regions of a law's series as a panel of years, regions and series."""
    rows = observations[observations["area"] != NATION]
    wide = rows.pivot(index=["period", "area"], columns="series", values="value")
    years, areas = (tuple(level) for level in wide.index.levels)
    values = wide.to_numpy().reshape(len(years), len(areas), -1)
    names = tuple(f"i{n}" for n in range(values.shape[2]))
    return Panel(tuple(int(y) for y in years), areas, names, values)


def regional_method(law: Law, panel: Panel) -> Method:
    """Fixed goalposts from the law's first year to its last target; its own weights and pillars."""
    leaves = [
        {"id": n, "parent": i.pillar, "weight": i.weight, "goalposts": [40, i.targets[-1].value]}
        for n, i in zip(panel.indicators, law.indicators, strict=True)
    ]
    groups = [{"id": p.id, "parent": "regions"} for p in law.pillars] + [{"id": "regions"}]
    steps = [{"step": "normalise", "rule": "goalposts"}, {"step": "aggregate"}]
    data = {"id": "regions", "version": "1", "title": "Synthetic", "source": "none"}
    return method_from({**data, "indicators": leaves, "groups": groups, "steps": steps})


def register_figures(laws: int, processes: int = 2) -> Iterator[Figure]:
    """A national register of so many laws of 10 indicators, 20 regions and 15 years, shared out to processes."""
    numbers = range(laws)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        shares = list(pool.map(score_share, [numbers[n::processes] for n in range(processes)]))
    seconds = max(s.scored + s.compared for s in shares)
    each = [1000 * sum(getattr(s, part) for s in shares) / laws for part in ("scored", "compared", "made")]
    spent = "a law: {:.1f} ms scored, {:.1f} ms its regions compared; {:.1f} ms made, not counted".format(*each)
    name = f"register of {laws:,} laws, scored by {processes} processes"
    yield Figure(name, seconds, "s", at_most=60.0 * laws / 5000, beside=spent)
    yield Figure("memory of these processes", sum(s.memory for s in shares), "MB", at_most=3000)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--laws", type=int, default=400, help="laws of the national register (full size: 5000)")
    given = parser.parse_args()
    # the register first: a new process is born with the peak of memory of the one that started it
    show([*register_figures(given.laws), *composite_figures()])


if __name__ == "__main__":
    main()
