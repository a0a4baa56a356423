"""What became different between two days of knowledge: every figure, with its kind and size.

The figures tell that a past was computed anew, never why: whether the definition, the unit, the price
base or a model's round changed is for the source to say, and for the register to keep (``basis``).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from indicators.register.observation import OBSERVATION_COLUMNS

KINDS = {
    "new": "a figure where there was none",
    "revised": "another figure",
    "redefined": "another figure, and so are nearly all others of the area: its past was computed anew",
    "rescaled": "as redefined, and one factor explains every figure: another unit or price base",
    "withdrawn": "no figure any more",
    "unit": "a figure with another unit or another power of ten beside it, whatever the figure is",
    "rewritten": "the same figure, written otherwise, with another number of decimals or with its unit named",
    "status": "the same figure with another status, or a missing period named or no longer named",
}
"""Kinds of change. Two days between which a vintage changed a series always differ by one of them."""

CHANGE_COLUMNS = {
    "series": "str",
    "area": "str",
    "period": "str",
    "kind": "str",
    "basis": "str",
    "old": "float64",
    "new": "float64",
    "relative": "float64",
    "old_status": "str",
    "new_status": "str",
    "vintage": "str",
    "known_from": "object",
}
"""Columns of ``between``. ``old`` and ``new`` are NaN where there is no figure, the statuses where
there is no row. ``relative`` is (new - old) / |old|, NaN without two figures or from zero.
``basis`` is what the register states of it in a redefinition seen after the first day and by the second
(``price_base``, ``unit``, ``definition``, ``method``): the two figures do not compare. Empty where it states
none. ``vintage`` and ``known_from`` are those in force on the later day."""

FEWEST_COMMON = 5
"""So many figures an area must have on both days before its past counts as computed anew."""

SMALLEST_SHARE = 0.9
"""And of them this share must have moved by more than rounding explains. Not all: in the energy
intensity that moved to another price base, one year of sixteen came out the same to two decimals."""

_KEY = ["series", "area", "period"]


def between(earlier: pd.DataFrame, later: pd.DataFrame, basis: Mapping[str, str] | None = None) -> pd.DataFrame:
    """The differences of two answers of ``queries.known`` about the same series.

    ``basis`` by series, of those that came to another between the two days. CHANGE_COLUMNS, sorted by
    series, area, period; unchanged figures have no row.
    """
    vintages = later.drop_duplicates("series").set_index("series")[["vintage", "known_from"]]
    taken = [name for name in OBSERVATION_COLUMNS if name not in _KEY]
    both = earlier[[*_KEY, *taken]].merge(later[[*_KEY, *taken]], on=_KEY, how="outer", suffixes=("_old", "_new"))
    old, new = both["value_old"], both["value_new"]
    had, has = old.notna(), new.notna()
    moved = had & has & ~_same(both)
    written = ("published", "decimals", "unit", "multiplier")
    same_row = pd.concat([both[f"{name}_old"] == both[f"{name}_new"] for name in written], axis=1).all(axis=1)
    other_unit = (both["unit_old"] != both["unit_new"]) | (both["multiplier_old"] != both["multiplier_new"])
    for side in ("old", "new"):  # a unit that is named for the first time is no other unit
        other_unit &= (both[f"unit_{side}"] != "") | (both[f"multiplier_{side}"] != 0)
    other_status = both["status_old"].fillna("absent") != both["status_new"].fillna("absent")
    both["kind"] = np.select(
        [~had & has, had & ~has, had & has & other_unit, moved, other_status, ~same_row | (had & has & (old != new))],
        ["new", "withdrawn", "unit", "revised", "status", "rewritten"],
        default="",
    )
    _name_new_pasts(both, moved)
    size = (new - old) / old.abs()
    compared = zip(both["series"], had & has, strict=True)
    found = both.assign(
        basis=[basis.get(name, "") if basis and told else "" for name, told in compared],
        old=old,
        new=new,
        relative=size.where(np.isfinite(size)),
        old_status=both["status_old"],
        new_status=both["status_new"],
        vintage=both["series"].map(vintages["vintage"]),
        known_from=both["series"].map(vintages["known_from"]),
    )
    found = found.loc[found["kind"] != "", list(CHANGE_COLUMNS)].sort_values(_KEY, kind="stable")
    return found.astype(CHANGE_COLUMNS).reset_index(drop=True)


def _same(both: pd.DataFrame) -> pd.Series:
    """Whether the figure with more decimals rounds to the other; with equal decimals, whether they are equal."""
    fewer = both[["decimals_old", "decimals_new"]].min(axis=1)
    # A hair more than half a unit: binary fractions do not hold decimal halves exactly.
    half = np.where(both["decimals_old"] != both["decimals_new"], 0.5 * 10.0**-fewer * (1 + 1e-9), 0.0)
    return (both["value_new"] - both["value_old"]).abs() <= half


def _name_new_pasts(both: pd.DataFrame, moved: pd.Series) -> None:
    """Give the changed figures of each area whose past was computed anew their kind."""
    # Zero stays zero in every unit and on every base: it says nothing.
    telling = (
        both["value_old"].notna() & both["value_new"].notna() & ~((both["value_old"] == 0) & (both["value_new"] == 0))
    )
    for _, common in both[telling].groupby(["series", "area"], sort=False):
        if len(common) < FEWEST_COMMON or moved[common.index].mean() < SMALLEST_SHARE:
            continue
        changed = common.index[common["kind"].isin(["revised", "rewritten"])]
        both.loc[changed, "kind"] = "rescaled" if _one_factor(common) else "redefined"


def _one_factor(common: pd.DataFrame) -> bool:
    """Whether some factor turns every old figure into the new one within the rounding of both."""
    old, new = common["value_old"].abs(), common["value_new"].abs()
    if (common["value_old"] * common["value_new"] <= 0).any():
        return False
    old_half, new_half = 0.5 * 10.0 ** -common["decimals_old"], 0.5 * 10.0 ** -common["decimals_new"]
    least = (new - new_half) / (old + old_half)
    most = (new + new_half) / (old - old_half).clip(lower=0)  # infinite where rounding could hide a zero
    return bool(least.max() <= most.min())
