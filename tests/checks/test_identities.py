"""An edition that contradicts itself does not leave the house."""

from __future__ import annotations

import pickle
from decimal import Decimal

import pytest

from checks import identities as ids


def test_figures_that_agree_are_let_through() -> None:
    """The French Senate's 63 of 280 is 23 per cent, half up, and nothing else."""
    ids.require(
        "KZ-synthetic/2026-Q3",
        [
            *ids.laws_by_state("overview", laws=12, direct=5, applied=1, partial=4, not_applied=2),
            *ids.measures_by_outcome("page 2", expected=23, taken=9, open_=4, unknown=10),
            *ids.parts_of("overview", 280, {"committee a": 200, "committee b": 80}),
            *ids.parts_of("overview", 0, {}),
            *ids.pooled("overview", taken=63, expected=280, by_law={"a": (60, 200), "b": (3, 80)}),
            *ids.printed_share("page 1", Decimal(23), numerator=63, denominator=280),
            *ids.repeated("latest value", {"table": Decimal("4.50"), "finding": Decimal("4.5"), "caption": 4.5}),
            *ids.within_bounds("page 1", 30.0, low=20.0, high=30.0),
        ],
    )


@pytest.mark.parametrize(
    ("breaches", "told"),
    [
        (
            ids.laws_by_state("overview", laws=12, direct=5, applied=1, partial=4, not_applied=1),
            "stated 12, follows 11",
        ),
        (ids.measures_by_outcome("p", expected=5, taken=6, open_=-1), "open is a count"),
        (ids.measures_by_outcome("p", expected=5, taken=3, open_=1), "stated 5, follows 4"),
        (ids.parts_of("p", 280, {"a": 200, "b": 81}), "stated 280, follows 281"),
        (ids.pooled("p", taken=63, expected=281, by_law={"a": (60, 200), "b": (3, 80)}), "sum of expected"),
        (ids.printed_share("p", Decimal(22), numerator=63, denominator=280), "stated 22 %, follows 23 %"),
        (ids.printed_share("p", Decimal(0), numerator=0, denominator=0), "no percentage"),
        (ids.repeated("period", {"table": "2023", "finding": "2022"}), "finding: period as in table: stated 2022"),
        (ids.within_bounds("p", 31.0, low=20.0, high=30.0), "stated 31, follows 20 to 30"),
    ],
)
def test_contradiction_is_named_with_both_sides(breaches: list[ids.Breach], told: str) -> None:
    with pytest.raises(ids.InconsistentEdition, match=r"is not published") as caught:
        ids.require("KZ-synthetic/2026-Q3", breaches)
    assert told in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
