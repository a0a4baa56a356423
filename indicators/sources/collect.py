"""Collecting a series: the right connector for its source, and every release that is known."""

from __future__ import annotations

from collections.abc import Callable

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources import (
    csv_form,
    data_egov_kz,
    json_stat,
    national_bank_kz,
    open_sdg,
    sdmx,
    spreadsheet,
    sql_view,
    stat_gov_kz,
    taldau,
    unsd_sdg,
    who_gho,
    worldbank,
)
from indicators.sources.collected import Collected
from indicators.sources.errors import SourceError
from indicators.sources.exchange import Transport

__all__ = ["CONNECTORS", "Collected", "collect", "releases"]

CONNECTORS: dict[str, Callable[[SeriesRef, SourceInfo, Transport], Collected]] = {
    "worldbank_v2": worldbank.collect,
    "open_sdg": open_sdg.collect,
    "spreadsheet": spreadsheet.collect,
    "sdmx_21": sdmx.collect_21,
    "sdmx_30": sdmx.collect_30,
    "json_stat": json_stat.collect,
    "unsd_sdg": unsd_sdg.collect,
    "who_gho": who_gho.collect,
    "taldau": taldau.collect,
    "stat_gov_kz": stat_gov_kz.collect,
    "data_egov_kz": data_egov_kz.collect,
    "national_bank_kz": national_bank_kz.collect,
    "sql": sql_view.collect,
    "csv_form": csv_form.collect,
}
"""The connector of each protocol of ``sources.yaml``: a new one is one line here."""


def collect(series: SeriesRef, source: SourceInfo, transport: Transport) -> Collected:
    """The latest release of ``series`` that ``transport`` knows.

    Raises a SourceError that names the series: SourceDown where another try may help, SourceChanged
    and SeriesMissing where a person is needed.
    """
    try:
        return CONNECTORS[source.protocol](series, source, transport)
    except SourceError as error:
        error.series = series.id
        raise


def releases(series: SeriesRef, source: SourceInfo, transport: Transport) -> list[Transport]:
    """Transports to collect the series from in order of knowledge: the archive has one a release,
    the network one. Raises SeriesMissing where the archive holds none."""
    try:
        return transport.releases(source, series.dataset)
    except SourceError as error:
        error.series = series.id
        raise
