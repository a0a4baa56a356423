"""Official exchange rates of the National Bank of Kazakhstan: tenge for one unit of a currency.

The rate of a period is the one of its last day, or of the last day before it on which rates were
set: the service has no rates for closed days. ``SeriesRef.dataset`` is the currency (``USD``);
``SeriesRef.first_period`` says where to begin. Rates are quoted for 1, 10, 100 or 1000 units and are
divided by that number; ``published`` is then the quotient, which is exact.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from indicators.register import period as periods
from indicators.register.model import SeriesRef, SourceInfo
from indicators.register.observation import NATION, Observation, to_frame
from indicators.sources.bureau import period_ending
from indicators.sources.collected import Collected
from indicators.sources.exchange import Fetched, Transport
from indicators.sources.faults import Faults
from indicators.sources.number import precision, read_number

LATEST = "rss/rates_all.xml"
BY_DAY = "rss/get_rates.cfm"

MAX_CLOSED_DAYS = 14
"""Longer than any run of holidays: beyond it the service has lost its rates."""

MAX_PERIODS = 240

_CURRENCY = re.compile(r"^[A-Z]{3}$", re.ASCII)
_QUANT = re.compile(r"^10{0,4}$", re.ASCII)


def collect(series: SeriesRef, source: SourceInfo, transport: Transport) -> Collected:
    """The rate at the end of every period from the first to the last that has ended.

    The service's own latest day says which periods have. A period with rates of other currencies
    only is missing (status ``m``). SeriesMissing where no period has the currency; SourceChanged
    where the service has no rates for :data:`MAX_CLOSED_DAYS` days on end, gives those of another
    day than the one asked for, or answers in another shape.
    """
    fault = Faults(source, series)
    if not _CURRENCY.match(series.dataset):
        raise fault.changed(f"dataset: {series.dataset!r} is no currency; write USD")
    answer = transport.get(source, LATEST, {})
    raw = [answer]
    latest = _latest(answer, fault)
    observations = []
    for period in _ended(series, latest, fault):
        answers, rate = _at_end(period, series, source, transport, fault)
        raw += answers
        observations.append(rate)
    if not observations or all(o.status == "m" for o in observations):
        raise fault.missing(f"the service has no rate of {series.dataset} for a period that has ended", raw[-1])
    day = answer.known_from or latest
    return Collected(series.id, tuple(raw), to_frame(observations), day, f"{series.dataset} {latest.isoformat()}")


def _ended(series: SeriesRef, latest: date, fault: Faults) -> list[str]:
    """Periods from the series' first one that ended before or on a day."""
    if series.first_period is None:
        raise fault.changed("the series has no first_period: the register is to say where to begin")
    month, length = periods.end(series.first_period), periods.MONTHS[series.frequency]
    found: list[str] = []
    while len(found) <= MAX_PERIODS:
        period = period_ending(month.year, month.month, series.frequency)
        if periods.end(period) > latest:
            return found
        found.append(period)
        month = periods.add_months(month.replace(day=1), length)
    raise fault.changed(f"more than {MAX_PERIODS} periods: choose a longer frequency or a later first_period")


def _at_end(
    period: str, series: SeriesRef, source: SourceInfo, transport: Transport, fault: Faults
) -> tuple[list[Fetched], Observation]:
    raw: list[Fetched] = []
    for back in range(MAX_CLOSED_DAYS + 1):
        day = periods.end(period) - timedelta(days=back)
        answer = transport.get(source, BY_DAY, {"fdate": day.strftime("%d.%m.%Y")})
        raw.append(answer)
        root = _xml(answer, fault)
        if root.tag != "rates":
            raise fault.changed(f"the answer is <{str(root.tag)[:40]}>, not <rates>", answer)
        items = root.findall("item")
        if not items:
            continue
        if _day(root, "date", answer, fault) != day:
            raise fault.changed(f"rates of {day} were asked for, those of {_text(root, 'date')} came", answer)
        own = [item for item in items if _text(item, "title") == series.dataset]
        if len(own) > 1:
            raise fault.changed(f"{series.dataset} came {len(own)} times", answer)
        if not own:
            return raw, Observation(series.id, NATION, period, float("nan"), "m")
        return raw, _rate(own[0], period, series, answer, fault)
    raise fault.changed(f"no rates on {MAX_CLOSED_DAYS + 1} days before {periods.end(period)}", raw[-1])


def _rate(item: Element, period: str, series: SeriesRef, answer: Fetched, fault: Faults) -> Observation:
    text, quant = _text(item, "description"), _text(item, "quant")
    if not _QUANT.match(quant):
        raise fault.changed(f"quant of {series.dataset} is {quant[:40]!r}, not 1, 10, 100 or 1000", answer)
    try:
        number = read_number(format(Decimal(text).scaleb(1 - len(quant)), "f"))
    except (ValueError, InvalidOperation) as error:
        raise fault.changed(f"the rate of {series.dataset} is {text[:40]!r}, not a number", answer) from error
    if number.value <= 0:
        raise fault.changed(f"the rate of {series.dataset} is {text[:40]!r}", answer)
    decimals = precision(number, series.decimals)
    return Observation(series.id, NATION, period, number.value, "", number.text, decimals)


def _latest(answer: Fetched, fault: Faults) -> date:
    """The latest day of the rates in force, of which all items bear one."""
    root = _xml(answer, fault)
    days = {_day(item, "pubDate", answer, fault) for item in root.iterfind("channel/item")}
    if not days:
        raise fault.changed("the list of rates in force has no item", answer)
    return max(days)


def _xml(answer: Fetched, fault: Faults) -> Element:
    """The answer's root; entities and document types are refused, they could read files or fill the memory."""
    try:
        return fromstring(answer.body.removeprefix(b"\xef\xbb\xbf").lstrip(), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise fault.changed(f"the answer is not plain XML: {type(error).__name__}", answer) from error


def _text(element: Element, name: str) -> str:
    return (element.findtext(name) or "").strip()


def _day(element: Element, name: str, answer: Fetched, fault: Faults) -> date:
    text = _text(element, name)
    for form in ("%d.%m.%Y", "%d.%m.%y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise fault.changed(f"{name} is {text[:40]!r}, not a day written 23.02.2026", answer)
