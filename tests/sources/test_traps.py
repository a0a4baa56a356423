"""The page of traps says the truth: each trap has a test, and no trap that the project must survive lacks a row."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "source-traps.md"
ROW = re.compile(
    r"^\| (?P<trap>[^|]+) \| (?P<where>[^|]+) \| (?P<deed>[^|]+) \| "
    r"`(?P<file>[\w.]+)::(?P<test>\w+)(?:\[(?P<case>[\w-]+)\])?` \|$"
)


def rows() -> list[re.Match[str]]:
    """The rows of the page's tables; heads and rules left out."""
    lines = [n for n in PAGE.read_text(encoding="utf-8").splitlines() if n.startswith("|")]
    told = [n for n in lines if not n.startswith(("|---", "| trap |"))]
    found = [m for n in told if (m := ROW.match(n))]
    assert len(found) == len(told), f"not a row: {[n for n in told if not ROW.match(n)]}"
    return found


def test_every_trap_has_a_test_that_is_there() -> None:
    absent = []
    for row in rows():
        text = (HERE / row["file"]).read_text(encoding="utf-8")
        tests = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
        cases = {n.value for test in tests.values() for n in ast.walk(test) if isinstance(n, ast.Constant)}
        if row["test"] not in tests or (row["case"] is not None and row["case"] not in cases):
            absent.append(f"{row['file']}::{row['test']}")
    assert not absent


@pytest.mark.parametrize(
    "trap",
    [
        "error body with status 200", "XML although JSON", "byte order mark and status 400", "page past the end",
        "repeats page 1", "second element", "numbers as text", "`x` for confidential", "<0.1", "NaN",
        "aggregates mixed", "next link that loops", "prepared in the background", "413", "302 to a static file",
        "key with two values", "slid one column", "spaces inside codes", "archived series", "without any value",
        "another price base", "another unit", "drips", "cut in the middle", "gzip bomb", "redirect to another host",
    ],
)  # fmt: skip
def test_the_page_knows_the_trap(trap: str) -> None:
    assert any(trap in row["trap"] for row in rows())
