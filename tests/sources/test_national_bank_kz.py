"""The National Bank's rates: quants, closed days, and XML that could do harm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources.collect import Collected, collect
from indicators.sources.errors import SeriesMissing, SourceChanged, SourceError
from indicators.sources.live import LiveTransport


def item(title: str = "USD", rate: str = "478.55", quant: str = "1", **more: str) -> str:
    """One rate in the service's shape."""
    extra = "".join(f"<{k}>{v}</{k}>" for k, v in more.items())
    return (
        f"<item><fullname>ВАЛЮТА</fullname><title>{title}</title><description>{rate}</description>"
        f"<quant>{quant}</quant><index>UP</index><change>+0.52</change>{extra}</item>"
    )


def day_of(day: str, *items: str) -> str:
    """The rates of one day; a closed day has no item."""
    head = "<generator>s</generator><title>s</title><link>s</link><description>s</description><copyright/>"
    return f'<?xml version="1.0" encoding="utf-8"?><rates>{head}<date>{day}</date>{"".join(items)}</rates>'


def latest(day: str = "03.04.2026") -> str:
    """The list of rates in force."""
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>s</title>{item(pubDate=day)}</channel></rss>'


Ask = Callable[..., Collected]


@pytest.fixture
def ask(
    httpserver: HTTPServer,
    live: LiveTransport,
    make_source: Callable[..., SourceInfo],
    make_series: Callable[..., SeriesRef],
) -> Ask:
    """Collects monthly rates from March 2026 on; ``days`` maps a day to its answer."""

    def asked(days: dict[str, str], in_force: str = latest(), currency: str = "USD", **changes: Any) -> Collected:
        def rates(request: Request) -> Response:
            return Response(days.get(request.args["fdate"], day_of(request.args["fdate"])), content_type="text/xml")

        httpserver.expect_request("/rss/rates_all.xml").respond_with_data(in_force, content_type="text/xml")
        httpserver.expect_request("/rss/get_rates.cfm").respond_with_handler(rates)
        series = make_series(currency, **{"frequency": "M", "first_period": "2026-03", **changes})
        return collect(series, make_source("national_bank_kz", httpserver.url_for("")), live)

    return asked


def test_the_rate_of_a_period_is_that_of_its_last_day(ask: Ask) -> None:
    collected = ask({"31.03.2026": day_of("31.03.2026", item("EUR", "550.01"), item(rate="478.50"))})
    frame = collected.observations
    assert list(zip(frame.period, frame.value, frame.published, frame.decimals, strict=True)) == [
        ("2026-03", 478.5, "478.50", 2)
    ]
    assert collected.known_from == date(2026, 4, 3)
    assert len(collected.raw) == 2


@pytest.mark.parametrize(
    ("quant", "rate", "value", "published"),
    [("10", "12.56", 1.256, "1.256"), ("100", "12.56", 0.1256, "0.1256"), ("1000", "29.4", 0.0294, "0.0294")],
)
def test_rates_for_many_units_are_divided(ask: Ask, quant: str, rate: str, value: float, published: str) -> None:
    frame = ask({"31.03.2026": day_of("31.03.2026", item(rate=rate, quant=quant))}).observations
    assert list(frame.value) == [value]
    assert list(frame.published) == [published]


def test_closed_days_are_walked_back(ask: Ask, httpserver: HTTPServer) -> None:
    frame = ask({"27.03.2026": day_of("27.03.2026", item(rate="470.1"))}).observations
    assert list(frame.value) == [470.1]
    days = [r.args["fdate"] for r, _ in httpserver.log if "fdate" in r.args]
    assert days == ["31.03.2026", "30.03.2026", "29.03.2026", "28.03.2026", "27.03.2026"]


def test_the_walk_back_ends(ask: Ask, httpserver: HTTPServer) -> None:
    with pytest.raises(SourceChanged, match="no rates on 15 days before 2026-03-31"):
        ask({})
    assert len(httpserver.log) == 16


def test_periods_are_those_that_ended_by_the_services_own_day(ask: Ask) -> None:
    days = {d: day_of(d, item(rate=d[:5])) for d in ("31.12.2025", "31.03.2026", "30.06.2026")}
    frame = ask(days, latest("30.06.26"), frequency="Q", first_period="2025-Q4").observations
    assert list(frame.period) == ["2025-Q4", "2026-Q1", "2026-Q2"]


def test_before_the_first_period_has_ended_there_is_no_rate(ask: Ask, httpserver: HTTPServer) -> None:
    with pytest.raises(SeriesMissing):
        ask({}, latest("30.03.2026"))
    assert len(httpserver.log) == 1


def test_a_currency_quoted_later_is_missing_before(ask: Ask) -> None:
    days = {
        "28.02.2026": day_of("28.02.2026", item("EUR")),
        "31.03.2026": day_of("31.03.2026", item("USD")),
    }
    assert list(ask(days, first_period="2026-02").observations.status) == ["m", ""]
    with pytest.raises(SeriesMissing, match="no rate of XDR"):
        ask(days, currency="XDR")


ENTITY = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]><rates>&a;</rates>'
BOMB = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><rates>&b;</rates>'


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (ENTITY, "not plain XML: DTDForbidden"),
        (BOMB, "not plain XML: DTDForbidden"),
        ("<html><body>Error</body></html>", "<html>, not <rates>"),
        ("", "not plain XML"),
        (day_of("31.03.2026", item())[:-20], "not plain XML"),
        (day_of("22.11.2026", item()), "rates of 2026-03-31 were asked for"),
        (day_of("soon", item()), "date is 'soon'"),
        (day_of("31.03.2026", item(), item(rate="1")), "USD came 2 times"),
        (day_of("31.03.2026", item(quant="0")), "quant of USD"),
        (day_of("31.03.2026", item(quant="7")), "quant of USD"),
        (day_of("31.03.2026", item(quant="")), "quant of USD"),
        (day_of("31.03.2026", item(rate="n/a")), "'n/a', not a number"),
        (day_of("31.03.2026", item(rate="NaN")), "'NaN', not a number"),
        (day_of("31.03.2026", item(rate="0")), "the rate of USD is '0'"),
    ],
)
def test_an_answer_of_another_shape_is_refused(ask: Ask, answer: str, what: str) -> None:
    with pytest.raises(SourceChanged, match=what):
        ask({"31.03.2026": answer})


@pytest.mark.parametrize("in_force", [ENTITY, "<rss><channel/></rss>", latest("today"), "<rates/>"])
def test_a_list_of_rates_in_force_without_a_day_is_refused(ask: Ask, in_force: str) -> None:
    with pytest.raises(SourceChanged):
        ask({}, in_force)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"first_period": None}, "no first_period"),
        ({"currency": "dollar"}, "no currency"),
        ({"first_period": "1901-01"}, "more than 240 periods"),
    ],
)
def test_a_series_that_cannot_be_asked(ask: Ask, changes: dict[str, Any], what: str) -> None:
    with pytest.raises(SourceChanged, match=what):
        ask({}, **changes)


BODY = day_of("31.03.2026", item("EUR", "550.01"), item())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(BODY)), cut=st.integers(0, 30), junk=st.text("<>&/ -аzZ\0", max_size=4))
def test_damaged_answers_give_a_typed_error_or_the_true_rate(
    make_source: Any, make_series: Any, held: Any, at: int, cut: int, junk: str
) -> None:
    damaged = BODY[:at] + junk + BODY[at + cut :]
    if cut and any(c.isdigit() or c == "." for c in BODY[at : at + cut]):
        damaged = BODY[:at] + junk  # a lost digit makes another number, which no reader can notice

    class Replies:
        def get(self, source: Any, path: str, params: Any) -> Any:
            text = latest() if "all" in path else damaged
            return held(text.encode()).get(source, path, params)

    series = make_series("USD", frequency="M", first_period="2026-03")
    try:
        frame = collect(series, make_source("national_bank_kz", "https://bank.example"), Replies()).observations
    except SourceError as error:
        assert error.series == series.id and error.remedy
        return
    assert list(frame.value.dropna()) in ([], [478.55])
