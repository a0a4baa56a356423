"""SDMX REST services of versions 2.1 and 3.0: one series of one data flow, all its periods.

``SeriesRef.dataset`` names the flow as ``agency,flow,version`` (2.1 allows ``flow`` and
``agency,flow`` too). ``SeriesRef.key`` names every dimension but time with its code, in the order
of the flow's structure, because version 2.1 addresses series by position; an empty code asks for
all, and is refused where more than one comes. Observations are the country's, so one of the codes
is the source's own for Kazakhstan (``REF_AREA: KAZ``, ``geo: KZ``).

Values are handed on as published, with their unit and UNIT_MULT beside them; a series in which the unit
changes is refused. A release is always taken whole: ``updatedAfter``, for
sources whose ``updated_after`` says that they know it, only tells whether anything is new, because
what it brings are changes; ``asOf`` needs a service that keeps its history, and the store keeps ours.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from indicators.register.model import SeriesRef, SourceInfo
from indicators.register.observation import NATION, Observation, to_frame
from indicators.sources import eurostat
from indicators.sources.collected import Collected
from indicators.sources.errors import SourceError
from indicators.sources.exchange import Fetched, Manner, Transport
from indicators.sources.faults import FEWER, Faults
from indicators.sources.flags import FREE, read_status
from indicators.sources.number import read_multiplier, read_number
from indicators.sources.sdmx_csv import last_update, read_csv
from indicators.sources.sdmx_json import read_json
from indicators.sources.sdmx_message import TIME, UNITS, Datum, NotSdmx
from indicators.sources.sdmx_ml import NO_RESULTS, PASSING, TOO_LARGE, SdmxError, read_ml
from indicators.sources.sdmx_presets import GENERAL_21, GENERAL_30, Preset, preset
from indicators.sources.timecode import read_period

UPDATED_AFTER = "updatedAfter"
"""The standard's parameter for what changed after a moment."""


def collect_21(series: SeriesRef, source: SourceInfo, transport: Transport) -> Collected:
    """The series from a REST 2.1 service.

    SeriesMissing where the service has no data of it (204, 404, error 100 or an empty message),
    SourceChanged where the answer is no SDMX data, holds several series under the key, or says
    that too much was asked for.
    """
    key = ".".join(series.key.values()) or "all"
    params = {"dimensionAtObservation": TIME}
    return _collected(
        f"data/{series.dataset}/{key}", params, preset(source.base_url, GENERAL_21), series, source, transport
    )


def collect_30(series: SeriesRef, source: SourceInfo, transport: Transport) -> Collected:
    """The series from a REST 2.x service (SDMX 3.0), chosen by filters on components; errors as for 2.1."""
    if series.dataset.count(",") != 2:
        what = f"the dataset is {series.dataset!r}, and version 3.0 needs agency, flow and version"
        raise Faults(source, series).changed(what, None, "write the dataset as agency,flow,version in the register")
    path = f"data/dataflow/{series.dataset.replace(',', '/')}/*"
    params = {f"c[{name}]": code for name, code in series.key.items() if code}
    return _collected(path, params, preset(source.base_url, GENERAL_30), series, source, transport)


def _collected(
    path: str, params: Mapping[str, str], manner: Preset, series: SeriesRef, source: SourceInfo, transport: Transport
) -> Collected:
    faults = Faults(source, series)
    asked = {**params, **manner.params}
    if manner.queued:
        asked.pop("dimensionAtObservation", None)
        answer = eurostat.fetch(transport, path, asked, manner.accept, faults)
    else:
        since = UPDATED_AFTER if source.updated_after else ""
        answer = transport.get(source, path, asked, Manner(manner.accept, since=since))
    selection = _Selection(series.key)
    try:
        observations = _observations(read(answer, selection, faults), series)
        updated = _updated(answer)
    except NotSdmx as error:
        selection.one_series(answer, faults)  # says more than two values of one period do
        raise faults.changed(str(error), answer) from error
    except SdmxError as error:
        raise _said(error, answer, faults) from error
    selection.one_series(answer, faults)
    if not any(o.status not in ("m", "c") for o in observations):
        raise faults.missing("the message holds no value of the series", answer)
    day = answer.known_from or updated or faults.day(answer)
    return Collected(series.id, (answer,), to_frame(observations), day, f"{series.dataset} {day.isoformat()}")


class _Selection:
    """Picks the series of the key and notes which ones it picked."""

    def __init__(self, key: Mapping[str, str]) -> None:
        self.key = {name: code for name, code in key.items() if code}
        self.picked: list[dict[str, str]] = []

    def __call__(self, components: Mapping[str, str], action: str) -> bool:
        if action == "D":
            return all(components.get(name) in (code, "", None) for name, code in self.key.items())
        if any(components.get(name) != code for name, code in self.key.items()):
            return False
        if components not in self.picked:
            self.picked.append(dict(components))
        return True

    def one_series(self, answer: Fetched, faults: Faults) -> None:
        """SourceChanged where the key left more than one series."""
        if len(self.picked) > 1:
            first, *others = self.picked
            names = sorted({n for o in others for n in first.keys() | o.keys() if o.get(n) != first.get(n)})
            codes = "; ".join(f"{n}: {', '.join(sorted({p.get(n, 'none') for p in self.picked})[:20])}" for n in names)
            remedy = "add these components with one code each to the series' key in the register"
            raise faults.changed(f"the key leaves {len(self.picked)} series, which differ in {codes}", answer, remedy)


def read(answer: Fetched, selection: _Selection, faults: Faults) -> Iterator[Datum]:
    """The chosen observations of a message in any dialect, recognised by its beginning."""
    start = answer.body[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        return read_ml(answer.body.removeprefix(b"\xef\xbb\xbf").lstrip(), selection)
    if start.startswith((b"{", b"[")):
        return read_json(faults.document(answer), selection)
    if not start:
        raise faults.missing("the answer is empty", answer)
    return read_csv(answer.body, selection.key, selection)


def _updated(answer: Fetched) -> date | None:
    """The day of release where the message names one, as Eurostat's CSV does."""
    return last_update(answer.body) if answer.body.removeprefix(b"\xef\xbb\xbf").startswith(b"DATAFLOW") else None


def _said(error: SdmxError, answer: Fetched, faults: Faults) -> SourceError:
    what = f"the service refused with {error}"
    if error.code in NO_RESULTS:
        return faults.missing(what, answer)
    if error.code in TOO_LARGE:
        return faults.changed(what, answer, FEWER)
    return faults.down(what, answer) if error.code in PASSING else faults.changed(what, answer)


def _observations(data: Iterable[Datum], series: SeriesRef) -> list[Observation]:
    """The state that a message's rows lead to, in order of periods.

    Rows inform or append (a period twice with two values is refused), merge or replace (the later
    holds; a merge without value leaves the value as it is), or delete.
    """
    found: dict[str, Observation] = {}
    unit: tuple[str, ...] | None = None
    for datum in data:
        if datum.action == "D":
            if datum.period:
                found.pop(_period(datum), None)
            else:
                found.clear()
            continue
        observation = observed(datum, series)
        unit = datum.unit if unit is None else unit
        if datum.unit != unit:
            raise NotSdmx(f"{observation.period}: the unit changes from {_said_unit(unit)} to {_said_unit(datum.unit)}")
        before = found.get(observation.period)
        if before is None or datum.action == "R" or (datum.action == "M" and datum.value):
            found[observation.period] = observation
        elif datum.action != "M" and before != observation:
            raise NotSdmx(f"{observation.period} came twice: {before.published!r} and {observation.published!r}")
    return [found[period] for period in sorted(found)]


def _said_unit(unit: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {code}" for name, code in zip(UNITS, unit, strict=False) if code) or "none"


def _written_unit(unit: tuple[str, ...]) -> str:
    """The unit's code; a base period or scale that is stated too is named behind it."""
    measure, *others = [(name, code) for name, code in zip(UNITS, unit, strict=False) if code] or [("", "")]
    return "; ".join([measure[1], *(f"{name} {code}" for name, code in others)])


def _period(datum: Datum) -> str:
    try:
        return read_period(datum.period)
    except ValueError as error:
        raise NotSdmx(str(error)) from error


def observed(datum: Datum, series: SeriesRef) -> Observation:
    """One datum as an observation; NotSdmx where period, value, flag or multiplier cannot be read."""
    period, unit = _period(datum), _written_unit(datum.unit)
    try:
        multiplier = read_multiplier(datum.multiplier)
        status = read_status(datum.flags)
        value = datum.value.strip()
        if not value or value == "NaN" or status in ("m", "c"):
            hidden = status == "c" or datum.secrecy not in FREE
            return Observation(series.id, NATION, period, math.nan, "c" if hidden else "m", "", 0, unit, multiplier)
        number = read_number(value)
    except ValueError as error:
        raise NotSdmx(f"{period}: {error}") from error
    decimals = number.decimals if series.decimals is None else series.decimals
    return Observation(series.id, NATION, period, number.value, status, number.text, decimals, unit, multiplier)
