"""The JSON Schema for editors agrees with what the register accepts."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from indicators.register import yaml_text
from indicators.register.load import CODE_LISTS, json_schema

LAWS = Path(__file__).parents[2] / "laws" / "kz"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    """The schema, itself checked against its own rules."""
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def _law(path: Path) -> dict[str, object]:
    law: dict[str, object] = yaml_text.read(path.read_text(encoding="utf-8"))
    return law


@pytest.mark.parametrize(
    "path", [p for p in sorted(LAWS.glob("*.yaml")) if p.name not in CODE_LISTS], ids=lambda p: p.stem
)
def test_an_editor_accepts_every_law_that_ships(path: Path, validator: Draft202012Validator) -> None:
    assert [e.message for e in validator.iter_errors(_law(path))] == []


def test_an_editor_marks_a_misspelt_field(validator: Draft202012Validator) -> None:
    law = _law(LAWS / "Z090000165_.yaml")
    law["indicaters"] = law.pop("indicators")
    assert any("indicaters" in e.message for e in validator.iter_errors(law))
