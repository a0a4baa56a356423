"""Structures of SDMX services: the key's dimensions and codes, from a replica that describes a synthetic flow."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from indicators.register.model import SourceInfo
from indicators.sources.errors import SeriesMissing, SourceChanged
from indicators.sources.live import LiveTransport
from indicators.sources.sdmx_structure import ReaderAbsent, Structure, structure

MESSAGE = (Path(__file__).parent / "synthetic_structure.xml").read_text(encoding="utf-8")
WITHOUT_DIMENSIONS = re.sub(r"<s:DataStructures>.*</s:DataStructures>", "", MESSAGE, flags=re.DOTALL)


@pytest.fixture
def service(httpserver: HTTPServer, make_source: Callable[..., SourceInfo]) -> SourceInfo:
    """The replica of a service of version 2.1."""
    return make_source("sdmx_21", httpserver.url_for("/rest"), timeout_seconds=5)


@pytest.fixture
def asked(httpserver: HTTPServer, service: SourceInfo, live: LiveTransport) -> Callable[..., Structure]:
    """Asks the replica, which always gives one answer."""

    def ask(body: str, flow: str = "SYN,DF,1.0", path: str = "/rest/dataflow/SYN/DF/1.0") -> Structure:
        httpserver.expect_request(path, query_string="references=descendants").respond_with_data(body)
        return structure(service, flow, live)

    return ask


def test_dimensions_come_in_the_order_of_the_key_with_codes_and_names(
    asked: Callable[..., Structure], httpserver: HTTPServer
) -> None:
    found = asked(MESSAGE)
    assert (found.flow, found.name) == ("SYN,DF,1.0", "A synthetic flow")
    assert [(d.id, d.codes, d.time) for d in found.dimensions] == [
        ("FREQ", {"A": "Annual", "M": "Monthly"}, False),
        ("REF_AREA", {"KAZ": "Kazakhstan"}, False),
        ("TIME_PERIOD", {}, True),
    ]
    assert "structure+xml" in httpserver.log[0][0].headers["Accept"]


def test_a_flow_alone_is_looked_for_at_every_agency(asked: Callable[..., Structure]) -> None:
    assert asked(MESSAGE, "DF", "/rest/dataflow/all/DF/latest").flow == "SYN,DF,1.0"


def test_version_3_has_its_own_address(
    httpserver: HTTPServer, make_source: Callable[..., SourceInfo], live: LiveTransport
) -> None:
    httpserver.expect_request("/v3/structure/dataflow/*/DF/~").respond_with_data(MESSAGE)
    assert structure(make_source("sdmx_30", httpserver.url_for("/v3")), "DF", live).name == "A synthetic flow"


def test_another_flow_is_missing_and_a_flow_without_dimensions_is_told(asked: Callable[..., Structure]) -> None:
    with pytest.raises(SeriesMissing, match="describes no data flow XX"):
        asked(MESSAGE, "SYN,XX,1.0", "/rest/dataflow/SYN/XX/1.0")
    with pytest.raises(SourceChanged, match=r"leaves out the dimensions of DF"):
        asked(WITHOUT_DIMENSIONS)


@pytest.mark.parametrize(
    "body",
    [
        "<html><body>Maintenance</body></html>",
        "not XML",
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + MESSAGE.partition("?>")[2],
        MESSAGE[:-400],
        MESSAGE.replace("<m:Structures>", "<m:Structures><s:Odd/>", 1),
    ],
)
def test_what_is_no_structure_is_refused_with_a_remedy(asked: Callable[..., Structure], body: str) -> None:
    with pytest.raises(SourceChanged) as caught:
        asked(body)
    assert caught.value.remedy


def test_a_flow_that_is_none_is_never_asked_for(
    httpserver: HTTPServer, service: SourceInfo, live: LiveTransport
) -> None:
    for flow in ("", "A,,1.0", "A,B,C,D"):
        with pytest.raises(SourceChanged, match="names no data flow"):
            structure(service, flow, live)
    assert not httpserver.log


def test_without_the_extra_the_remedy_is_a_command(
    service: SourceInfo, live: LiveTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sdmx", None)
    with pytest.raises(ReaderAbsent, match=r"pip install 'oryndau\[sdmx\]'"):
        structure(service, "DF", live)
