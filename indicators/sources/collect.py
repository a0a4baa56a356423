"""Collecting a series: the right connector for its source, and every release that is known."""

from __future__ import annotations

from collections.abc import Callable

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources import open_sdg, spreadsheet, worldbank
from indicators.sources.collected import Collected
from indicators.sources.errors import SourceError
from indicators.sources.transport import Transport

__all__ = ["CONNECTORS", "Collected", "collect", "releases"]

CONNECTORS: dict[str, Callable[[SeriesRef, SourceInfo, Transport], Collected]] = {
    "worldbank_v2": worldbank.collect,
    "open_sdg": open_sdg.collect,
    "spreadsheet": spreadsheet.collect,
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
