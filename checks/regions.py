"""What the regions say about the national value: its extremes where it is an average, its sum where it adds up.

Whether a series adds up over its regions is not asked of the register: the figures show it. A
series adds up where the sum of its regions is the national value, give or take two hundredths, in
at least half of its periods; no average of several regions does that.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from indicators.register.model import Region

FEWEST_PERIODS = 3
"""Periods with regions that a series needs before its regions are said to add up."""

SMALLEST_SHARE = 0.75
"""Of the regions that existed, how many must have a value before their extremes mean anything."""


def with_regions(rows: pd.DataFrame, regions: Mapping[str, Region]) -> pd.DataFrame:
    """The observation frame with what each national row's regions say, empty where nothing is asked.

    ``averaged_value`` is the national value where it must lie between ``lowest_mean`` and
    ``highest_mean``: the lowest and highest region, one unit of the last decimal wider.
    ``added_value`` is the national value where it must lie between ``lowest_sum`` and
    ``highest_sum``: the sum of the regions, wider by the bound of ``regions_sum`` (a share of the
    national value) and half a unit for each region.
    ``regions_low``, ``regions_high`` and ``regions_total`` are the bare figures for the evidence.
    """
    key = ["expected_series", "period"]
    # Regions outside their life too: sources recalculate the past for today's borders.
    known = rows[rows["area"].isin(regions)]
    values = known.groupby(key)["value"]
    found = pd.DataFrame(
        {
            "regions_low": values.min(),
            "regions_high": values.max(),
            "regions_total": values.sum(min_count=1),
            "regions_found": values.count(),
            "regions_silent": known["value"].isna().groupby([known[name] for name in key]).sum(),
        }
    )
    rows = rows.join(found, on=key).join(_existing(rows, regions), on="period")
    national = rows["national_value"].where(rows["regions_found"] > 0)
    width = 0.5 * rows["step"] * (rows["regions_found"] + 1) + rows["bound_regions_sum"] * national.abs()
    agrees = ((rows["regions_total"] - national).abs() <= width).where(national.notna())
    by_series = agrees.astype("float64").groupby(rows["expected_series"])
    asked, agreeing = by_series.transform("count"), by_series.transform("mean")
    adds_up = (agreeing >= 0.5) & (asked >= FEWEST_PERIODS)
    # With fewer periods a sum that fits may be an accident or the rule: nothing is asked.
    unclear = (agreeing > 0) & (asked < FEWEST_PERIODS)
    enough = rows["regions_found"] >= SMALLEST_SHARE * rows["regions_existing"]
    several = rows["regions_found"] > 1
    return rows.assign(
        averaged_value=national.where(enough & several & ~adds_up & ~unclear),
        lowest_mean=rows["regions_low"] - rows["step"],
        highest_mean=rows["regions_high"] + rows["step"],
        # A region that is suppressed is missing from the sum, and rightly.
        added_value=national.where(adds_up & (rows["regions_silent"] == 0)),
        lowest_sum=rows["regions_total"] - width,
        highest_sum=rows["regions_total"] + width,
    )


def _existing(rows: pd.DataFrame, regions: Mapping[str, Region]) -> pd.Series:
    """How many regions existed at some time of each period, by period."""
    calendar = rows[["period", "period_start", "period_end"]].dropna().drop_duplicates().set_index("period")
    counts = pd.Series(0, index=calendar.index, name="regions_existing")
    for region in regions.values():
        since = pd.Timestamp(region.since) if region.since else pd.Timestamp.min
        until = pd.Timestamp(region.until) if region.until else pd.Timestamp.max
        counts += (calendar["period_end"] >= since) & (calendar["period_start"] <= until)
    return counts
