"""Replica services and synthetic sources and series for the tests of the sources room."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from tenacity import wait_none

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources.collect import Collected, collect
from indicators.sources.exchange import PLAIN, Fetched, Manner, Transport, address
from indicators.sources.live import LiveTransport
from tests.sources import sdmx_messages as syn

CollectBytes = Callable[..., Collected]

ROOT = Path(__file__).parents[2]


def _source(protocol: str, base_url: str | None, **changes: Any) -> SourceInfo:
    text = {"ru": "Синтетический источник", "en": "Synthetic source"}
    fields = {"id": "syn", "name": text, "owner": text, "licence": "none", "requests_per_second": 1e6}
    return SourceInfo.model_validate({**fields, "protocol": protocol, "base_url": base_url, **changes})


def _series(dataset: str, **changes: Any) -> SeriesRef:
    text = {"ru": "Синтетический ряд", "en": "Synthetic series"}
    fields = {"id": f"syn/{dataset}", "source": "syn", "dataset": dataset, "title": text}
    return SeriesRef.model_validate({**fields, "unit": {"code": "PT", "name": text}, **changes})


class _Held:
    """A transport that holds one answer, for parsers without a server."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def get(self, source: SourceInfo, path: str, params: Mapping[str, str], manner: Manner = PLAIN) -> Fetched:
        return Fetched(self.body, address(source, path, params), "text/plain", date(2026, 7, 1), None)

    def releases(self, source: SourceInfo, dataset: str) -> list[Transport]:
        return [self]


@pytest.fixture(scope="session")
def make_source() -> Callable[..., SourceInfo]:
    """Makes a synthetic source without a pace, so that tests do not wait."""
    return _source


@pytest.fixture(scope="session")
def make_series() -> Callable[..., SeriesRef]:
    """Makes a synthetic series of the synthetic source."""
    return _series


@pytest.fixture(scope="session")
def held() -> Callable[[bytes], Transport]:
    """Makes a transport that always gives the same bytes."""
    return _Held


@pytest.fixture(scope="session")
def samples() -> Path:
    """The archive that the project ships."""
    return ROOT / "samples" / "kazakhstan"


@pytest.fixture(scope="session")
def laws() -> Path:
    """The register that the project ships."""
    return ROOT / "laws" / "kz"


@pytest.fixture
def live() -> LiveTransport:
    """The real transport, trying three times without pauses."""
    return LiveTransport(attempts=3, pause=wait_none(), today=lambda: date(2026, 9, 30))


@pytest.fixture
def bank(httpserver: HTTPServer) -> SourceInfo:
    """The replica of the World Bank's service."""
    return _source("worldbank_v2", httpserver.url_for("/v2"))


@pytest.fixture
def platform(httpserver: HTTPServer) -> SourceInfo:
    """The replica of an Open SDG platform."""
    return _source("open_sdg", httpserver.url_for("/sdg"))


@pytest.fixture(scope="session")
def sdmx_series(make_series: Callable[..., SeriesRef]) -> SeriesRef:
    """The series that every synthetic message holds."""
    return make_series("SYN,DF,1.0", id="syn/DF", key=syn.KEY)


@pytest.fixture
def sdmx_service(httpserver: HTTPServer, make_source: Callable[..., SourceInfo]) -> SourceInfo:
    """The replica of a service of version 2.1."""
    return make_source("sdmx_21", httpserver.url_for("/rest"), timeout_seconds=0.2)


@pytest.fixture
def ask(httpserver: HTTPServer, sdmx_service: SourceInfo, live: LiveTransport, sdmx_series: SeriesRef) -> CollectBytes:
    """Collects the series from a replica that always gives one answer."""

    def asked(body: str | bytes, **answer: Any) -> Collected:
        httpserver.expect_request(syn.PATH).respond_with_data(body, **answer)
        return collect(sdmx_series, sdmx_service, live)

    return asked


@pytest.fixture(scope="session")
def read(
    sdmx_series: SeriesRef, make_source: Callable[..., SourceInfo], held: Callable[[bytes], Transport]
) -> CollectBytes:
    """Collects the series, with another key where one is given, from bytes."""

    def collected(body: str | bytes | dict[str, Any], key: dict[str, str] | None = None) -> Collected:
        raw = json.dumps(body).encode() if isinstance(body, dict) else body.encode() if isinstance(body, str) else body
        wanted = sdmx_series if key is None else sdmx_series.model_copy(update={"key": key})
        return collect(wanted, make_source("sdmx_21", "https://service.example/rest"), held(raw))

    return collected
