"""How fast a large workbook of stat.gov.kz is read, and with how much memory.

Run as ``python -m benchmarks.workbook [megabytes]``; the workbooks of the Bureau have 50 to 93. The workbook is
generated: twelve sheets, a column a month, a row a synthetic enterprise. Peak memory is that of a process that
does nothing else, above the bytes of the file.
"""

from __future__ import annotations

import io
import random
import resource
import sys
import tempfile
import time
import zipfile
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from pathlib import Path

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources.bureau import COUNTRY_NAME
from indicators.sources.exchange import Fetched
from indicators.sources.faults import Faults
from indicators.sources.stat_gov_workbook import MONTHS, read_workbook

SHEETS = 12
ROWS_A_MEGABYTE = 800
"""Rows of a sheet for each megabyte of the whole file."""
MOST_MEMORY = 500

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def workbook(megabytes: int) -> bytes:
    """A synthetic workbook of about that size; the first row below the header is the country's."""
    out = io.BytesIO()
    numbers = random.Random(1)
    names = [f"sheet{n}.xml" for n in range(1, SHEETS + 1)]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as parts:
        kinds = "".join(
            f'<Override PartName="/xl/worksheets/{name}" ContentType="{_TYPES}.worksheet+xml"/>' for name in names
        )
        rels = f'<Default Extension="rels" ContentType="{_RELATIONS}"/>{kinds}'
        main = f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        parts.writestr("[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types">{rels}{main}</Types>')
        parts.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        parts.writestr(
            "xl/_rels/workbook.xml.rels", _relations([("worksheet", f"worksheets/{name}") for name in names])
        )
        sheets = "".join(f'<sheet name="{2010 + n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, SHEETS + 1))
        parts.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'
        )
        for n, name in enumerate(names, start=1):
            with parts.open(f"xl/worksheets/{name}", "w") as sheet:
                sheet.write(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
                head = "".join(_text(f"{month} {2010 + n} года") for month in MONTHS)
                sheet.write(f"<row>{_text('')}{head}</row>".encode())
                for row in range(megabytes * ROWS_A_MEGABYTE):
                    label = _text(f"Предприятие {n}-{row}" if row else COUNTRY_NAME)
                    cells = "".join(f"<c><v>{numbers.random() * 1e6:.3f}</v></c>" for _ in MONTHS)
                    sheet.write(f"<row>{label}{cells}</row>".encode())
                sheet.write(b"</sheetData></worksheet>")
    return out.getvalue()


def _text(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def _relations(targets: list[tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def measure(file: Path, answer: SimpleQueue[tuple[int, float, float]]) -> None:
    """Number of figures, seconds and megabytes, into ``answer``."""
    text = {"ru": "Синтетический", "en": "Synthetic"}
    source = SourceInfo.model_validate(
        {"id": "syn", "protocol": "stat_gov_kz", "name": text, "owner": text, "licence": "none"}
        | {"base_url": "https://service.example", "max_bytes": 500_000_000}
    )
    series = SeriesRef.model_validate(
        {"id": "syn/x", "source": "syn", "dataset": "1", "title": text, "unit": {"code": "T", "name": text}}
        | {"frequency": "M", "key": {"format": "xlsx"}}
    )
    body = file.read_bytes()
    body = file.read_bytes()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    found = read_workbook(series, source, Fetched(body, "syn", "", None, None), Faults(source, series))
    seconds = time.perf_counter() - started
    answer.put((len(found), seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024))


def main() -> None:
    """Prints seconds and peak memory for one workbook."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    body = workbook(megabytes)
    context = get_context("spawn")
    answer: SimpleQueue[tuple[int, float, float]] = context.SimpleQueue()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "workbook.xlsx"
        file.write_bytes(body)
        process = context.Process(target=measure, args=(file, answer))
        process.start()
        count, seconds, memory = answer.get()
        process.join()
    verdict = "met" if memory < MOST_MEMORY and count == SHEETS * len(MONTHS) else "MISSED"
    size = len(body) / 1e6
    print(
        f"workbook of {size:.0f} MB  {seconds:.0f} s ({size / seconds:.2f} MB/s)  "
        f"{memory:.0f} MB above the file  goal {MOST_MEMORY} MB {verdict}"
    )


if __name__ == "__main__":
    main()
