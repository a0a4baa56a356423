"""Damaged SDMX messages: a typed error or the right figures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.register.model import SourceInfo
from indicators.sources.collect import Collected
from indicators.sources.errors import SourceError
from indicators.sources.exchange import Transport
from indicators.sources.sdmx_structure import structure
from tests.sources import sdmx_messages as syn
from tests.sources.damaged_json import JUNK, damaged, paths

Read = Callable[..., Collected]


SLOW = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TRUE = {(period, float(text)) for period, text in syn.FIGURES.items()}
BODIES = [m.encode() for m in syn.MESSAGES.values() if isinstance(m, str)]
BODIES += [json.dumps(m).encode() for m in (syn.json_1(), syn.json_1(flat=True), syn.json_2())]
MUTE = st.binary(min_size=1, max_size=5).filter(lambda b: not set(b) & set(b"0123456789.-+eE,;\r\n\t"))


def judged(read: Read, body: bytes) -> None:
    """Passes on a typed error and on figures that are all true."""
    try:
        frame = read(body).observations
    except SourceError as error:
        assert error.series == "syn/DF" and error.remedy
        return
    stated = frame[~frame.status.isin(["m", "c"])]
    assert set(zip(stated.period, stated.value, strict=True)) <= TRUE


@SLOW
@given(body=st.sampled_from(BODIES), data=st.data())
def test_messages_cut_off(read: Read, body: bytes, data: st.DataObject) -> None:
    judged(read, body[: data.draw(st.integers(0, len(body)))])


@SLOW
@given(body=st.sampled_from(BODIES), junk=MUTE, data=st.data())
def test_messages_with_foreign_bytes(read: Read, body: bytes, junk: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(body)))
    judged(read, body[:at] + junk + body[at:])


@SLOW
@given(body=st.sampled_from(BODIES[:6]), data=st.data())
def test_messages_with_a_lost_cell(read: Read, body: bytes, data: st.DataObject) -> None:
    lines = body.decode().splitlines()
    at = data.draw(st.integers(1, len(lines) - 1))
    separator = ";" if ";" in lines[0] and "," not in lines[0] else ","
    cells = lines[at].split(separator)
    del cells[data.draw(st.integers(0, len(cells) - 1))]
    lines[at] = separator.join(cells)
    judged(read, ("\n".join(lines) + "\n").encode())


DOCUMENTS = (syn.json_1(), syn.json_1(flat=True), syn.json_2())
PLACES = [(n, path) for n, document in enumerate(DOCUMENTS) for path in paths(document) if path]


@SLOW
@given(place=st.sampled_from(PLACES), junk=JUNK, drop=st.booleans())
def test_json_messages_with_parts_replaced_or_lost(
    read: Read, place: tuple[int, tuple[Any, ...]], junk: Any, drop: bool
) -> None:
    number, path = place
    lost = drop and isinstance(path[-1], str)  # a cell lost from a list moves the others, which no reader can notice
    judged(read, damaged(DOCUMENTS[number], path, junk, lost))


STRUCTURE = (Path(__file__).parent / "synthetic_structure.xml").read_bytes()


@settings(SLOW, max_examples=60)
@given(data=st.data(), junk=MUTE)
def test_structures_with_foreign_bytes_or_cut_off(
    make_source: Callable[..., SourceInfo], held: Callable[[bytes], Transport], data: st.DataObject, junk: bytes
) -> None:
    at = data.draw(st.integers(0, len(STRUCTURE)))
    body = STRUCTURE[:at] + (junk + STRUCTURE[at:] if data.draw(st.booleans()) else b"")
    source = make_source("sdmx_21", "https://service.example/rest")
    try:
        found = structure(source, "SYN,DF,1.0", held(body))
    except SourceError as error:
        assert error.remedy
        return
    assert 1 <= len(found.dimensions) <= 3
