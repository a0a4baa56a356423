"""Limits of a run: a failing source is left alone for a while, and a run asks no more than it may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from pytest_httpserver import HTTPServer
from tenacity import wait_none

from indicators.register.model import SourceInfo
from indicators.sources.errors import SeriesMissing, SourceDown
from indicators.sources.guard import Breaker, Budget, BudgetSpent
from indicators.sources.live import LiveTransport


@dataclass
class Clock:
    """A clock that a test moves."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock at zero."""
    return Clock()


@pytest.fixture
def source(httpserver: HTTPServer, make_source: Callable[..., SourceInfo]) -> SourceInfo:
    """A synthetic source at the replica."""
    return make_source("open_sdg", httpserver.url_for(""))


def test_a_source_that_keeps_failing_is_asked_no_more_until_it_had_a_rest(
    httpserver: HTTPServer, source: SourceInfo, make_source: Callable[..., SourceInfo], clock: Clock
) -> None:
    live = LiveTransport(attempts=2, pause=wait_none(), breaker=Breaker(limit=2, rest=60, clock=clock))
    httpserver.expect_request("/down").respond_with_data("", status=503)
    httpserver.expect_request("/up").respond_with_data("fine")
    for _ in range(2):
        with pytest.raises(SourceDown, match="503"):
            live.get(source, "down", {})
    asked = len(httpserver.log)
    with pytest.raises(SourceDown, match=r"source syn was down 2 times on end.*another 60 s") as caught:
        live.get(source, "up", {})
    assert caught.value.source == "syn" and caught.value.retry
    assert len(httpserver.log) == asked == 4
    other = make_source("open_sdg", httpserver.url_for(""), id="other")
    assert live.get(other, "up", {}).body == b"fine"
    clock.now = 60
    with pytest.raises(SourceDown, match="503"):
        live.get(source, "down", {})
    with pytest.raises(SourceDown, match="left alone"):
        live.get(source, "up", {})
    clock.now = 120
    assert live.get(source, "up", {}).body == b"fine"
    assert live.get(source, "up", {}).body == b"fine"


def test_a_source_that_answers_with_a_refusal_is_not_down(
    httpserver: HTTPServer, source: SourceInfo, clock: Clock
) -> None:
    live = LiveTransport(attempts=1, pause=wait_none(), breaker=Breaker(limit=2, clock=clock))
    httpserver.expect_request("/down").respond_with_data("", status=503)
    httpserver.expect_request("/gone").respond_with_data("", status=404)
    for _ in range(3):
        with pytest.raises(SourceDown, match="503"):
            live.get(source, "down", {})
        with pytest.raises(SeriesMissing):
            live.get(source, "gone", {})


def test_a_run_asks_no_more_than_its_requests(httpserver: HTTPServer, source: SourceInfo) -> None:
    httpserver.expect_request("/down").respond_with_data("", status=503)
    live = LiveTransport(attempts=9, pause=wait_none(), budget=Budget(max_requests=3))
    for _ in range(2):
        with pytest.raises(BudgetSpent, match="budget of 3 requests"):
            live.get(source, "down", {})
    assert len(httpserver.log) == 3


def test_a_run_asks_no_longer_than_its_time(httpserver: HTTPServer, source: SourceInfo, clock: Clock) -> None:
    httpserver.expect_request("/up").respond_with_data("fine")
    live = LiveTransport(budget=Budget(max_seconds=30, clock=clock))
    clock.now = 29
    assert live.get(source, "up", {}).body == b"fine"
    clock.now = 30
    with pytest.raises(BudgetSpent, match="budget of 30 s"):
        live.get(source, "up", {})


def test_redirects_count_as_requests(httpserver: HTTPServer, source: SourceInfo) -> None:
    httpserver.expect_request("/a").respond_with_data("", status=302, headers={"Location": "/a"})
    with pytest.raises(BudgetSpent):
        LiveTransport(budget=Budget(max_requests=2)).get(source, "a", {})
    assert len(httpserver.log) == 2
