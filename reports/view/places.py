"""The regions of an indicator, sorted, against the country's value and the target."""

from __future__ import annotations

from collections.abc import Callable

from reports.charts import regions
from reports.model import IndicatorRow, LawEdition, RegionValue
from reports.view.chart import HALF, Chart, axis_numbers, goal_text, measured, values
from reports.view.lines import lead
from reports.view.words import TextArg, Words, at, count, printed

FEWEST_REGIONS = 4


def region_chart(edition: LawEdition, w: Words) -> Chart | None:
    """Regions of the leading indicator, or of the first that has them."""
    first = lead(edition)
    able = [row for row in edition.indicators if _has_regions(row)]
    if not able:
        return None
    row = first if first in able else able[0]
    known = [r for r in row.regions if r.value is not None]
    best_first = sorted(known, key=lambda r: _order(r, row), reverse=row.direction != "down")
    missing = [r for r in row.regions if r.value is None and r.existed]
    text = values(row, w)
    reached = {r.code for r in known if _reached(r, row)}
    rows = [
        regions.Region(r.name.get(w.lang), r.value, text(r.value or 0.0), r.code in reached) for r in best_first
    ] + [regions.Region(r.name.get(w.lang), None, "") for r in missing]
    nation = next((p.value for p in row.history if p.period == row.regions_period), None)
    printed_values = [text(r.value or 0.0) for r in sorted(known, key=lambda r: (r.value or 0.0, r.code))]
    low, high = printed_values[0], printed_values[-1]
    spread = w(
        "chart.regions.range",
        low=_sharing(known, low, text, w),
        low_value=printed(low),
        high=_sharing(known, high, text, w),
        high_value=printed(high),
    )
    title = spread
    if row.target is not None and row.target_period is not None:
        key = "chart.regions.reached" if reached else "chart.regions.unreached"
        title = w(key, count=count(len(reached)), total=count(len(known)), period=at(row.target_period))
    spec = regions.Regions(
        rows=tuple(rows),
        number=axis_numbers(w),
        no_data=w("no_data"),
        nation=nation,
        nation_text="" if nation is None else w("chart.nation", value=printed(text(nation))),
        target=row.target,
        target_text=""
        if row.target is None
        else w("chart.regions.target", value=printed(goal_text(row, row.target, w))),
    )
    period = w.period(row.regions_period)
    return Chart(
        title=title,
        subtitle=f"{measured(row, w)}, {period}",
        alt=w("chart.alt.dots", text=printed(f"{title}. {spread}. {row.title.get(w.lang)}, {period}")),
        svg=regions.draw(spec, HALF),
        width=HALF,
        height=regions.height(len(rows)),
    )


def _sharing(known: list[RegionValue], value: str, text: Callable[..., str], w: Words) -> TextArg:
    """The region with that printed value, or how many share it: none is named for what others have too."""
    sharing = [r for r in known if text(r.value or 0.0) == value]
    if len(sharing) == 1:
        return TextArg(value=sharing[0].name)
    return printed(w("chart.regions.several", count=count(len(sharing))))


def _has_regions(row: IndicatorRow) -> bool:
    return sum(r.value is not None for r in row.regions) >= FEWEST_REGIONS


def _order(region: RegionValue, row: IndicatorRow) -> tuple[float, str]:
    return (region.value or 0.0, region.code)


def _reached(region: RegionValue, row: IndicatorRow) -> bool:
    if row.target is None or region.value is None:
        return False
    return region.value <= row.target if row.direction == "down" else region.value >= row.target
