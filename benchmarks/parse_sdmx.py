"""How fast SDMX messages are read: observations a second on generated messages, one process.

Run as ``python -m benchmarks.parse_sdmx [observations]``. Counted is the time from the bytes of a
whole message to its observations: ``read`` hands every observation on as text, ``typed`` makes
periods, numbers, statuses and precision of them. The goals are for ``read``.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from indicators.register.model import SeriesRef
from indicators.sources.sdmx import observed
from indicators.sources.sdmx_csv import read_csv
from indicators.sources.sdmx_message import Datum
from indicators.sources.sdmx_ml import read_ml

GOALS = {
    "SDMX-CSV 1.0": 200_000,
    "SDMX-CSV 2.0": 200_000,
    "SDMX-ML structure-specific": 80_000,
    "SDMX-ML generic": 80_000,
}
AREAS = 500
KEY = ("FREQ", "REF_AREA", "INDICATOR", "SEX", "AGE", "UNIT_MEASURE")

_MESSAGE = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"
_COMMON = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common"
_GENERIC = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic"


def cells(count: int) -> Iterator[tuple[int, str, str]]:
    """Series number, period and value of ``count`` observations in ``AREAS`` series."""
    periods = count // AREAS
    for series in range(AREAS):
        for n in range(periods):
            yield series, f"{1900 + n // 12}-{n % 12 + 1:02d}", f"{(series * 31 + n * 7) % 10_000 / 100:.2f}"


def csv_1(count: int) -> bytes:
    """An SDMX-CSV 1.0 message."""
    rows = (f"SYN:DF(1.0),M,A{s},IND,_T,Y15T64,PT,{p},{v},A,F\n" for s, p, v in cells(count))
    return ("DATAFLOW," + ",".join(KEY) + ",TIME_PERIOD,OBS_VALUE,OBS_STATUS,CONF_STATUS\n" + "".join(rows)).encode()


def csv_2(count: int) -> bytes:
    """An SDMX-CSV 2.0 message."""
    rows = (f"dataflow,SYN:DF(1.0.0),I,M,A{s},IND,_T,Y15T64,PT,{p},{v},A,F\n" for s, p, v in cells(count))
    head = "STRUCTURE,STRUCTURE_ID,ACTION," + ",".join(KEY) + ",TIME_PERIOD,OBS_VALUE,OBS_STATUS,CONF_STATUS\n"
    return (head + "".join(rows)).encode()


def specific(count: int) -> bytes:
    """A structure-specific SDMX-ML 2.1 message."""
    parts, last = [], -1
    for s, p, v in cells(count):
        if s != last:
            parts.append(("</Series>" if parts else "") + f'<Series FREQ="M" REF_AREA="A{s}" INDICATOR="IND" SEX="_T">')
            last = s
        parts.append(f'<Obs TIME_PERIOD="{p}" OBS_VALUE="{v}" OBS_STATUS="A"/>')
    inner = "".join(parts) + "</Series>"
    return (
        f'<m:StructureSpecificData xmlns:m="{_MESSAGE}"><m:Header><m:Structure dimensionAtObservation="TIME_PERIOD"/>'
        f'</m:Header><m:DataSet action="Information">{inner}</m:DataSet></m:StructureSpecificData>'
    ).encode()


def generic(count: int) -> bytes:
    """A generic SDMX-ML 2.1 message."""
    parts, last = [], -1
    for s, p, v in cells(count):
        if s != last:
            key = f'<g:Value id="FREQ" value="M"/><g:Value id="REF_AREA" value="A{s}"/>'
            parts.append(("</g:Series>" if parts else "") + f"<g:Series><g:SeriesKey>{key}</g:SeriesKey>")
            last = s
        flags = '<g:Attributes><g:Value id="OBS_STATUS" value="A"/></g:Attributes>'
        parts.append(f'<g:Obs><g:ObsDimension value="{p}"/><g:ObsValue value="{v}"/>{flags}</g:Obs>')
    inner = "".join(parts) + "</g:Series>"
    return (
        f'<m:GenericData xmlns:m="{_MESSAGE}" xmlns:g="{_GENERIC}" xmlns:c="{_COMMON}"><m:Header><m:ID>x</m:ID>'
        '<m:Structure structureID="S" dimensionAtObservation="TIME_PERIOD"><c:Structure>'
        '<Ref agencyID="SYN" id="DSD" version="1.0"/></c:Structure></m:Structure></m:Header>'
        f'<m:DataSet structureRef="S">{inner}</m:DataSet></m:GenericData>'
    ).encode()


def everything(components: object, action: str) -> bool:
    """Chooses every series."""
    return True


READERS: dict[str, tuple[Callable[[int], bytes], Callable[[bytes], Iterable[Datum]]]] = {
    "SDMX-CSV 1.0": (csv_1, lambda body: read_csv(body, KEY, everything)),
    "SDMX-CSV 2.0": (csv_2, lambda body: read_csv(body, KEY, everything)),
    "SDMX-ML structure-specific": (specific, lambda body: read_ml(body, everything)),
    "SDMX-ML generic": (generic, lambda body: read_ml(body, everything)),
}


def measured(work: Callable[[], Iterable[object]]) -> tuple[int, float]:
    """Number of results and the seconds of the fastest of three runs."""
    best, count = float("inf"), 0
    for _ in range(3):
        started = time.perf_counter()
        count = sum(1 for _ in work())
        best = min(best, time.perf_counter() - started)
    return count, best


def beside(body: bytes, count: int) -> str:
    """What sdmx1 makes of a message, in the same measure: read alone, without its conversion to pandas."""
    try:
        import sdmx
    except ImportError:
        return "sdmx1 is not installed: pip install 'oryndau[sdmx]'"
    started = time.perf_counter()
    message = sdmx.read_sdmx(io.BytesIO(body), format="XML")
    seconds = time.perf_counter() - started
    found = sum(len(data.obs) for data in message.data)
    if found != count:
        return f"sdmx1 found {found} observations of {count}"
    return f"sdmx1 reads {count / seconds:10,.0f}/s"


def main() -> None:
    """Prints one line a dialect: observations a second, read and typed, beside the goal and sdmx1."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    text = {"ru": "Синтетический ряд", "en": "Synthetic series"}
    series = SeriesRef.model_validate(
        {"id": "syn/x", "source": "syn", "dataset": "x", "title": text, "unit": {"code": "PT", "name": text}}
    )
    print(f"{wanted} observations, {date.today()}")
    for name, (make, reader) in READERS.items():
        body = make(wanted)
        count, seconds = measured(lambda reader=reader, body=body: reader(body))
        _, typed = measured(lambda reader=reader, body=body: (observed(d, series) for d in reader(body)))
        verdict = "met" if count / seconds >= GOALS[name] else "MISSED"
        print(
            f"{name:28} {len(body) / 1e6:6.1f} MB  read {count / seconds:10,.0f}/s  "
            f"typed {count / typed:10,.0f}/s  goal {GOALS[name]:,}/s {verdict}"
        )
    few = 10_000
    print(f"beside it, on {few} observations, SDMX-ML generic: {beside(generic(few), few)}")


if __name__ == "__main__":
    main()
