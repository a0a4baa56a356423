"""Synthetic SDMX messages of every dialect that say the same, and the figures they say."""

from __future__ import annotations

import json
from typing import Any

from indicators.sources.collected import Collected

FIGURES = {"2019": "4.80", "2020": "4.90", "2021": "4.9"}
PATH = "/rest/data/SYN,DF,1.0/A.KAZ._T"
"""Where the wanted series is asked for."""
KEY = {"FREQ": "A", "REF_AREA": "KAZ", "SEX": "_T"}

_M = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"
_G = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic"
_F = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message/footer"
_C = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common"


def csv_1(*more: str) -> str:
    """SDMX-CSV 1.0: the wanted series, another country and another sex; ``more`` rows at the end."""
    rows = ["DATAFLOW,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,NOTE"]
    rows += [f"SYN:DF(1.0),A,KAZ,_T,{year},{value},A," for year, value in FIGURES.items()]
    rows += ['SYN:DF(1.0),A,KGZ,_T,2021,1.1,A,"a note, quoted"', "SYN:DF(1.0),A,KAZ,F,2021,2.2,A,"]
    return "\r\n".join([*rows, *more]) + "\r\n"


def csv_2(*more: str, start: str = "STRUCTURE") -> str:
    """SDMX-CSV 2.0 with actions."""
    rows = [f"{start},STRUCTURE_ID,ACTION,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS"]
    rows += [f"dataflow,SYN:DF(1.0.0),I,A,KAZ,_T,{year},{value},A" for year, value in FIGURES.items()]
    return "\n".join([*rows, *more]) + "\n"


def csv_labels() -> str:
    """SDMX-CSV 2.0 with ``labels=both``."""
    rows = ["STRUCTURE,STRUCTURE_ID,FREQ: Frequency,REF_AREA: Reference area,SEX: Sex,TIME_PERIOD: Time period,"]
    rows[0] += "OBS_VALUE: Observation value,OBS_STATUS: Status"
    for year, value in FIGURES.items():
        rows.append(f"dataflow,SYN:DF(1.0.0): Syn,A: Annual,KAZ: Kazakhstan,_T: Total,{year}: {year},{value},A: Normal")
    return "\n".join(rows) + "\n"


def csv_names() -> str:
    """SDMX-CSV with a column of names behind each column of codes, as OECD offers it."""
    rows = ["STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,FREQ,Frequency,REF_AREA,Reference area,SEX,Sex,TIME_PERIOD,"]
    rows[0] += "Time period,OBS_VALUE,Observation value,OBS_STATUS,Observation status"
    for year, value in FIGURES.items():
        rows.append(f"dataflow,SYN:DF(1.0.0),Syn,I,A,Annual,KAZ,Kazakhstan,_T,Total,{year},{year},{value},,A,Normal")
    return "\n".join(rows) + "\n"


def message(data: str, *, kind: str = "StructureSpecificData", at: str = "TIME_PERIOD", footer: str = "") -> str:
    """An SDMX-ML 2.1 message around data sets."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><m:{kind} xmlns:m="{_M}" xmlns:g="{_G}" xmlns:f="{_F}" xmlns:c="{_C}">'
        f'<m:Header><m:ID>x</m:ID><m:Structure structureID="s" dimensionAtObservation="{at}"/></m:Header>'
        f"{data}{footer}</m:{kind}>"
    )


def specific(action: str = "Replace", values: dict[str, str] = FIGURES, attributes: str = "") -> str:
    """A structure-specific data set: the wanted series, another country and a group."""
    wanted = "".join(f'<Obs TIME_PERIOD="{y}" OBS_VALUE="{v}" OBS_STATUS="A"/>' for y, v in values.items())
    return (
        f'<m:DataSet action="{action}"><Group INDICATOR="X" TITLE="T"/>'
        '<Series FREQ="A" REF_AREA="KGZ" SEX="_T"><Obs TIME_PERIOD="2021" OBS_VALUE="1.1"/></Series>'
        f'<Series FREQ="A" REF_AREA="KAZ" SEX="_T"{attributes}>{wanted}</Series></m:DataSet>'
    )


def generic() -> str:
    """A generic data set: the wanted series and another country."""
    series = ""
    for area in ("KGZ", "KAZ"):
        key = "".join(f'<g:Value id="{n}" value="{area if c == "KAZ" else c}"/>' for n, c in KEY.items())
        series += f"<g:Series><g:SeriesKey>{key}</g:SeriesKey>"
        series += '<g:Attributes><g:Value id="TITLE" value="T"/></g:Attributes>'
        for year, value in FIGURES.items():
            flags = '<g:Attributes><g:Value id="OBS_STATUS" value="A"/></g:Attributes>'
            shown = value if area == "KAZ" else "1.1"
            series += f'<g:Obs><g:ObsDimension value="{year}"/><g:ObsValue value="{shown}"/>{flags}</g:Obs>'
        series += "</g:Series>"
    return f"<m:DataSet>{series}</m:DataSet>"


def flat_specific() -> str:
    """Structure-specific observations that stand alone."""
    rows = "".join(
        f'<Obs FREQ="A" REF_AREA="{area}" SEX="_T" TIME_PERIOD="{y}" OBS_VALUE="{v}" NOTE="{y}"/>'
        for area in ("KAZ", "KGZ")
        for y, v in FIGURES.items()
    )
    return f"<m:DataSet>{rows}</m:DataSet>"


def flat_generic() -> str:
    """Generic observations that stand alone."""
    rows = ""
    for year, value in FIGURES.items():
        key = "".join(f'<g:Value id="{n}" value="{c}"/>' for n, c in {**KEY, "TIME_PERIOD": year}.items())
        rows += f'<g:Obs><g:ObsKey>{key}</g:ObsKey><g:ObsValue value="{value}"/></g:Obs>'
    return f"<m:DataSet>{rows}</m:DataSet>"


def json_1(flat: bool = False) -> dict[str, Any]:
    """SDMX-JSON 1.0: by series, or flat; the frequency is a dimension of the whole data set."""
    dimensions = {
        "dataSet": [{"id": "FREQ", "values": [{"id": "A"}]}],
        "series": [
            {"id": "REF_AREA", "values": [{"id": "KGZ"}, {"id": "KAZ"}]},
            {"id": "SEX", "values": [{"id": "_T"}]},
        ],
        "observation": [{"id": "TIME_PERIOD", "values": [{"id": year} for year in FIGURES]}],
    }
    rows = {str(n): [float(value), 0, None] for n, value in enumerate(FIGURES.values())}
    data: dict[str, Any] = {"action": "Information", "series": {"0:0": {"observations": {"0": [1.1]}}}}
    data["series"]["1:0"] = {"attributes": [], "observations": rows}
    if flat:
        dimensions["observation"] = dimensions.pop("series") + dimensions["observation"]
        data = {"observations": {f"1:0:{n}": row for n, row in rows.items()} | {"0:0:0": [1.1]}}
    status = [{"id": "OBS_STATUS", "values": [{"id": "A"}]}, {"id": "NOTE", "values": []}]
    structure = {"dimensions": dimensions, "attributes": {"dataSet": [], "series": [], "observation": status}}
    return {"header": {"id": "x"}, "dataSets": [data], "structure": structure}


def json_2() -> dict[str, Any]:
    """SDMX-JSON 2.0: structures in a list, time without a code list, the measure named."""
    old = json.loads(json.dumps(json_1()))
    structure = old["structure"]
    structure["dimensions"]["observation"][0]["values"] = [{"value": year} for year in FIGURES]
    structure["measures"] = {"observation": [{"id": "OBS_VALUE"}]}
    return {"meta": {}, "data": {"dataSets": [{"structure": 0, **old["dataSets"][0]}], "structures": [structure]}}


MESSAGES: dict[str, str | dict[str, Any]] = {
    "csv 1.0": csv_1(),
    "csv 1.0 with semicolons": csv_1().replace(",A,KAZ,", ";A;KAZ;").replace(",", ";"),
    "csv 2.0": csv_2(),
    "csv 2.0 with sub-fields": csv_2(start="STRUCTURE[;]"),
    "csv 2.0 with labels": csv_labels(),
    "csv 2.0 with names": csv_names(),
    "csv with a byte order mark": "\ufeff" + csv_1(),
    "ml structure-specific": message(specific()),
    "ml structure-specific, flat": message(flat_specific(), at="AllDimensions"),
    "ml generic": message(generic(), kind="GenericData"),
    "ml generic, flat": message(flat_generic(), kind="GenericData", at="AllDimensions"),
}


def figures(collected: Collected) -> dict[str, str]:
    """Periods with their values as published."""
    frame = collected.observations
    assert set(frame.area) == {"KZ"}
    return dict(zip(frame.period, frame.published, strict=True))
