"""Speed and size, measured on real parts.

Each module of this package is a benchmark that runs as ``python -m benchmarks.<name>`` and prints its
figures, best with ``show``; ``python -m benchmarks`` runs them all.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number, what is wanted of it, and what stands beside it for comparison."""

    what: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    beside: str = ""

    @property
    def wanted(self) -> str:
        """The demand in words; empty where there is none."""
        if self.at_least is not None:
            return f"at least {_plain(self.at_least)}"
        return "" if self.at_most is None else f"at most {_plain(self.at_most)}"

    @property
    def verdict(self) -> str:
        """``met``, ``missed``, or empty where nothing is demanded."""
        if not self.wanted:
            return ""
        short = self.at_least is not None and self.value < self.at_least
        return "missed" if short or (self.at_most is not None and self.value > self.at_most) else "met"


def _plain(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")


def show(figures: Iterable[Figure]) -> list[Figure]:
    """Print figures as a table and give them back."""
    found = list(figures)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head, side in (("what", "left"), ("value", "right"), ("unit", "left"), ("wanted", "left"), ("", "left")):
        table.add_column(head, justify="right" if side == "right" else "left")
    table.add_column("beside", overflow="fold")
    for figure in found:
        digits = 0 if abs(figure.value) >= 100 else 1
        table.add_row(
            *(figure.what, f"{figure.value:,.{digits}f}", figure.unit, figure.wanted, figure.verdict, figure.beside)
        )
    console = Console()
    (console if console.is_terminal else Console(width=200)).print(table)
    return found


def peak_memory() -> float:
    """The most memory that this process has held so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3  # bytes there, kilobytes here
