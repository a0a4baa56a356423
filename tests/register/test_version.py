"""The version names exactly one state of the register: an edition is reproducible only by it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from indicators.register.load import load_register


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("SYN1.yaml", "value: 20", "value: 21"),
        ("profile.yaml", "Старый парламент", "Прежний парламент"),
        ("sources.yaml", "licence: none", "licence: own"),
        ("regions.yaml", "en: First", "en: One"),
    ],
)
def test_any_change_of_any_file_gives_a_new_version(
    name: str, old: str, new: str, synthetic: Path, broken: Callable[[str, str, str], Path]
) -> None:
    before = load_register(synthetic)
    after = load_register(broken(name, old, new))
    assert after.version != before.version
    assert (after.law_hashes != before.law_hashes) == (name == "SYN1.yaml")


def test_the_same_files_elsewhere_have_the_same_version(synthetic: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    copy.mkdir()
    for path in synthetic.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    assert load_register(copy).version == load_register(synthetic).version
