"""An edition whose figures contradict one another does not leave the house."""

from __future__ import annotations

import json

import pytest

from oryndau.consistency import breaches
from reports.model import LawEdition, read_edition
from tests.oryndau.conftest import Home


@pytest.fixture(scope="module")
def edition(finished: Home) -> LawEdition:
    [path] = finished.edition("Z2400000110").glob("KZ-*.json")
    read = read_edition(path.read_bytes())
    assert isinstance(read, LawEdition)
    return read


def test_a_true_edition_holds_together(edition: LawEdition) -> None:
    assert breaches(edition) == []


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("measures_expected", 7, "by-laws expected"),
        ("measures_fulfilled", 3, "by-laws fulfilled"),
        ("measures_unknown", 9, "open is a count"),
    ],
)
def test_a_count_that_the_table_does_not_carry_is_a_breach(
    edition: LawEdition, field: str, value: int, told: str
) -> None:
    forged = edition.model_copy(update={field: value})
    assert any(told in str(breach) for breach in breaches(forged))


def test_a_value_that_differs_from_its_history_is_a_breach(edition: LawEdition) -> None:
    data = json.loads(edition.model_dump_json())
    data["indicators"][0]["value"] += 1
    assert any("its history" in str(breach) for breach in breaches(LawEdition.model_validate(data)))
