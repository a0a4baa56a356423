"""The real register, and a small synthetic one whose files a test may break."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from indicators.register.load import Register, load_register

ROOT = Path(__file__).parents[2]

PROFILE = """\
country: SY
name: { ru: Синтетия, en: Synthetia }
languages: [ru, en]
periods:
  - id: old
    name: { ru: Старый парламент, en: Old parliament }
    until: 2020-12-31
    chambers: [{ id: house, name: { ru: Палата, en: House } }]
    source: { title: { ru: Выдумка, en: Invention }, verification: A }
  - id: new
    name: { ru: Новый парламент, en: New parliament }
    since: 2021-01-01
    chambers: [{ id: house, name: { ru: Палата, en: House } }]
    source: { title: { ru: Выдумка, en: Invention }, verification: A }
"""

SOURCES = """\
- id: syn
  protocol: spreadsheet
  name: { ru: Синтетика, en: Synthetics }
  owner: { ru: Никто, en: Nobody }
  licence: none
"""

REGIONS = """\
- code: SY1
  name: { ru: Первый, en: First }
"""

LAW = """\
id: SYN1
kind: law
number: 1-I
adopted: 2015-01-01
enacted_under: old
titles: [{ text: { ru: Синтетический закон, en: Synthetic law }, verification: A }]
short_title: { ru: Закон, en: Law }
identity_verification: A
in_force: { verification: open }
provisions:
  - id: art1
    ref: { ru: ст. 1, en: art. 1 }
    verification: A
measures_list: { completeness: partial, verification: A }
measures:
  - id: rules
    provisions: [art1]
    title: { ru: Правила, en: Rules }
    kind: order
    responsible: { ru: Ведомство, en: Office }
    facts:
      - { date: 2016-01-01, state: in_force, act: order-2, verification: A }
    verification: A
acts:
  - id: order-1
    kind: order
    verification: A
  - id: order-2
    kind: order
    replaces: [order-1]
    verification: A
pillars:
  - id: outcomes
    title: { ru: Итоги, en: Outcomes }
indicators:
  - id: share
    pillar: outcomes
    title: { ru: Доля, en: Share }
    why: { ru: Потому, en: Because }
    series: syn/share
    direction: up
    method: cagr_ratio
    baseline: { period: "2015" }
    targets:
      - id: first
        period: "2020"
        value: 10
        announced: 2016-01-01
        superseded_by: second
        superseded: 2018-01-01
        source: { title: { ru: План, en: Plan }, verification: A }
      - id: second
        period: "2020"
        value: 20
        announced: 2018-01-01
        source: { title: { ru: План, en: Plan }, verification: A }
series:
  - id: syn/share
    source: syn
    dataset: share
    title: { ru: Доля, en: Share }
    unit: { code: PT, name: { ru: процент, en: per cent }, percentage: true }
    minimum: 0
    maximum: 100
"""


@pytest.fixture(scope="session")
def kazakhstan() -> Register:
    """The register that ships."""
    return load_register(ROOT / "laws" / "kz")


@pytest.fixture
def synthetic(tmp_path: Path) -> Path:
    """A sound synthetic register."""
    root = tmp_path / "sy"
    root.mkdir()
    for name, text in {
        "profile.yaml": PROFILE,
        "sources.yaml": SOURCES,
        "regions.yaml": REGIONS,
        "SYN1.yaml": LAW,
    }.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def broken(synthetic: Path) -> Callable[[str, str, str], Path]:
    """The synthetic register with one text of one file replaced."""

    def change(name: str, old: str, new: str) -> Path:
        path = synthetic / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return synthetic

    return change
