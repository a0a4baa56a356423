"""What someone who edits corrections.yaml is told, and that the file belongs to the version of the register."""

from __future__ import annotations

from pathlib import Path

import pytest

from indicators.register.load import lint, load_register

ENTRY = """\
- id: error-1
  series: syn/share
  action: drop
  expect: { "2016": ["4.5"] }
  reason: { ru: Описка, en: Slip }
  source: { title: { ru: Письмо, en: Letter }, verification: A }
"""


def test_the_file_is_optional_and_part_of_the_version(synthetic: Path) -> None:
    without = load_register(synthetic)
    assert without.corrections == ()
    (synthetic / "corrections.yaml").write_text(ENTRY, encoding="utf-8")
    assert lint(synthetic) == []
    register = load_register(synthetic)
    assert [entry.periods for entry in register.corrections] == [("2016",)]
    assert register.version != without.version
    assert register.law_versions != without.law_versions


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("series: syn/share", "series: syn/none", 2, "no law has a series 'syn/none'"),
        ("verification: A", "verification: C", 6, "established facts"),
        ('"2016":', '"2016-Q1":', 4, "not of the series' frequency A"),
        ("action: drop", "acton: drop", 3, "acton"),
    ],
)
def test_mistake_is_named_with_its_line(synthetic: Path, old: str, new: str, line: int, message: str) -> None:
    (synthetic / "corrections.yaml").write_text(ENTRY.replace(old, new), encoding="utf-8")
    assert any(p.line == line and message in p.message for p in lint(synthetic)), lint(synthetic)


def test_two_open_corrections_of_one_figure_are_refused(synthetic: Path) -> None:
    second = ENTRY.replace("error-1", "error-2")
    path = synthetic / "corrections.yaml"
    path.write_text(ENTRY + second, encoding="utf-8")
    assert ["corrected by" in p.message for p in lint(synthetic)] == [True]
    path.write_text(ENTRY + "  until: 2024-01-01\n" + second + "  since: 2024-01-01\n", encoding="utf-8")
    assert lint(synthetic) == []
