"""Small methods and panels for the engine's tests; all of their data is synthetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from indicators.scores.engine.method import Method, method_from
from indicators.scores.engine.panel import Panel, single

MakeMethod = Callable[..., Method]


def make_method(
    indicators: list[dict[str, Any]], groups: list[dict[str, Any]] | None = None, *steps: dict[str, Any], **more: Any
) -> Method:
    """A synthetic method; without groups every indicator belongs to the root ``top``."""
    given = groups if groups is not None else [{"id": "top"}]
    leaves = [{"parent": "top", **i} for i in indicators]
    data = {"id": "synthetic", "version": "1", "title": "Synthetic", "source": "none", "indicators": leaves}
    chain = list(steps) or [{"step": "normalise", "rule": "minmax"}, {"step": "aggregate"}]
    return method_from({**data, "groups": given, "steps": chain, **more})


def make_panel(columns: dict[str, list[float | None]]) -> Panel:
    """A synthetic panel of one year; None is a gap."""
    values = np.array([[np.nan if v is None else v for v in c] for c in columns.values()], dtype=float).T
    return single([f"u{n}" for n in range(len(values))], list(columns), values)


@pytest.fixture(scope="session")
def method_of() -> MakeMethod:
    return make_method


@pytest.fixture(scope="session")
def panel_of() -> Callable[[dict[str, list[float | None]]], Panel]:
    return make_panel
