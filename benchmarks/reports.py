"""Speed of the pages: ``python -m benchmarks.reports [--workers N] [--documents N]``.

Six-page scorecards and one-page briefs of synthetic editions, each edition with figures of its own,
rendered by as many processes as there are cores, with the compiler's own threads held to one. The
limits are those of four cores and are taken in proportion for fewer. Beside the scorecard stands
the same content (its texts, tables and charts) set by WeasyPrint, as PDF/UA-1 alone, since it makes
no file that is both an archive and accessible: ``uv pip install weasyprint`` with Debian's
``libpango-1.0-0 libpangoft2-1.0-0``.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import cache, partial
from multiprocessing import get_context
from time import perf_counter, process_time
from typing import Any

import psutil
import pypdfium2

from benchmarks import Figure, peak_memory, show
from reports.model import LANGUAGES, LawEdition
from reports.render import render_brief, render_pdf
from reports.view.law import law_view
from tests.reports.synthetic_edition import law_edition

GOAL_CORES = 4
SCORECARDS, BRIEFS = 20, 80
"""Documents a second that are wanted on four cores."""
COLD = 2.5
"""Seconds in which a new process is to print its first document."""
MEMORY = 300
"""MB that a worker may take."""
TRIES = 3


@cache
def edition(number: int) -> LawEdition:
    """A synthetic law with 7 indicators, 16 by-laws and 20 regions, whose figures are its number's own."""
    made = law_edition(indicators=7, measures=16, pillars=3, sign=1 + number / 64)
    return made.model_copy(update={"id": f"KZ-SYNTHETIC{number}_/2026-Q3", "adopted": date(2014, 3, 1 + number % 28)})


def scorecard(number: int) -> str:
    """SHA-256 of a scorecard; the language goes by the number."""
    return hashlib.sha256(render_pdf(edition(number), LANGUAGES[number % 3])).hexdigest()


def brief(number: int) -> str:
    """SHA-256 of a hearing brief."""
    return hashlib.sha256(render_brief(edition(number), LANGUAGES[number % 3])).hexdigest()


def spent(render: Callable[[int], str], number: int) -> tuple[str, float]:
    """What ``render`` gives, and the processor seconds it took."""
    start = process_time()
    return render(number), process_time() - start


def memory(_: int) -> tuple[int, float]:
    """Process and its peak of memory in MB."""
    return os.getpid(), peak_memory()


def _warm() -> None:
    for number in range(-3, 0):
        scorecard(number)
        brief(number)


class Workers:
    """Warm processes that render."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._pool = ProcessPoolExecutor(number, mp_context=get_context("spawn"), initializer=_warm)
        list(self._pool.map(memory, range(4 * number)))

    def rate(self, render: Callable[[int], str], documents: Sequence[int]) -> tuple[float, float, list[str]]:
        """Documents a second, processor seconds a document, and the documents' hashes."""
        start = perf_counter()
        hashes, seconds = zip(*self._pool.map(partial(spent, render), documents), strict=True)
        return len(documents) / (perf_counter() - start), sum(seconds) / len(documents), list(hashes)

    def memory(self) -> float:
        """The largest peak of a worker, in MB."""
        return max(peak for _, peak in self._pool.map(memory, range(8 * self.number)))

    def close(self) -> None:
        self._pool.shutdown()


def cold() -> tuple[float, float]:
    """Seconds from the start of a process to its first scorecard, and its processor time: the best of three."""
    program = "from benchmarks.reports import scorecard; scorecard(0)"
    times = []
    for _ in range(TRIES):
        start, before = perf_counter(), _children()
        subprocess.run([sys.executable, "-c", program], check=True)
        times.append((perf_counter() - start, _children() - before))
    return min(times)


def _children() -> float:
    """Processor seconds of the processes that this one waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(workers: int, documents: int) -> Iterator[Figure]:
    """All figures; documents of each try are new, so that nothing is laid out before."""
    pages = len(pypdfium2.PdfDocument(render_pdf(edition(0), "kk")))
    cores = f"wanted of {GOAL_CORES} cores, here {workers}"
    waited, used = cold()
    said = f"{used:.1f} s of processor time"
    yield Figure("first scorecard of a new process", waited, "s", at_most=COLD, beside=said)
    several = Workers(workers)
    hashes: dict[str, list[str]] = {}
    for name, render, wanted in (("scorecards", scorecard, SCORECARDS), ("briefs", brief, BRIEFS)):
        rates, used = [], []
        for attempt in range(TRIES):
            these = range(attempt * documents, (attempt + 1) * documents)
            rate, seconds, hashes[name] = several.rate(render, these)
            rates.append(rate)
            used.append(seconds)
        said = f"{cores}; {1000 * min(used):.0f} ms of processor time each"
        if render is scorecard:
            said += f", {pages} pages"
        yield Figure(f"{name} a second, warm", max(rates), "/s", at_least=wanted * workers / GOAL_CORES, beside=said)
    yield Figure("memory of a worker", several.memory(), "MB", at_most=MEMORY)
    several.close()
    alone = Workers(1)
    last = range((TRIES - 1) * documents, TRIES * documents)
    differing = sum(a != b for a, b in zip(alone.rate(scorecard, last)[2], hashes["scorecards"], strict=True))
    differing += sum(a != b for a, b in zip(alone.rate(brief, last)[2], hashes["briefs"], strict=True))
    rate, seconds, _ = alone.rate(scorecard, range(TRIES * documents, (TRIES + 1) * documents))
    alone.close()
    yield Figure("documents that differ by the number of workers", differing, "", at_most=0)
    peer = weasyprint_seconds(TRIES)
    if peer is not None:
        beside = (
            f"{1000 * seconds:.0f} ms of processor time each; WeasyPrint {1000 * peer[0]:.0f} ms warm, "
            f"first {1000 * peer[1]:.0f} ms, {peer[2]} pages, PDF/UA-1 alone"
        )
        yield Figure("scorecards a second, one process", rate, "/s", beside=beside)


def weasyprint_seconds(tries: int) -> tuple[float, float, int] | None:
    """Best processor seconds of a warm document, those of the first, pages; None, with a message, if it cannot run."""
    try:
        import weasyprint  # type: ignore[import-not-found, unused-ignore]
    except (ImportError, OSError) as error:
        print(f"No peer beside the scorecards: WeasyPrint cannot be loaded ({error}). See this module's first lines.")
        return None
    times = []
    for number in range(tries + 1):
        start = process_time()
        view, drawings = law_view(edition(number), "kk")
        body = weasyprint.HTML(string=_page(view, drawings)).write_pdf(pdf_variant="pdf/ua-1")
        times.append(process_time() - start)
    return min(times[1:]), times[0], len(pypdfium2.PdfDocument(body))


_STYLE = """
@page { size: A4; margin: 15mm; @bottom-right { content: counter(page) " / " counter(pages) } }
body { font: 8pt "Source Sans 3", sans-serif } table { width: 100%; border-collapse: collapse }
td, th { padding: 3pt; border-top: .4pt solid #D3D9E0; text-align: left; vertical-align: top }
"""


def _page(view: dict[str, Any], drawings: dict[str, str]) -> str:
    """The scorecard's texts, tables and charts as HTML."""
    parts = [f"<h1>{html.escape(view['title'])}</h1><p>{html.escape(view['verdict'])}</p>"]
    for name, words in view["charts"].items():
        if name != "lead-tall":  # the page shows the chart in one of its two heights
            svg = drawings[name].partition("<svg")
            parts.append(f"<h2>{html.escape(words['title'])}</h2><p>{html.escape(words['subtitle'])}</p><svg{svg[2]}")
    tables = {name: view[name] for name in ("pillars", "targets", "cross_checks", "quality", "sources", "findings")}
    tables |= {"indicators": [row for group in view["indicators"] for row in group["rows"]],
               "measures": view["measures"]["rows"], "notes": view["notes"]}  # fmt: skip
    for name, rows in tables.items():
        parts.append(f"<h2>{html.escape(view['t'].get(name, name))}</h2><table>")
        parts += ["<tr>" + "".join(map(_cell, _values(row))) + "</tr>" for row in rows]
        parts.append("</table>")
    parts += [f"<h3>{html.escape(view['t'][key])}</h3>" for key in view["t"] if key.startswith("method.")]
    title = html.escape(view["title"])
    return f"<!DOCTYPE html><html lang=kk><title>{title}</title><style>{_STYLE}</style>{''.join(parts)}</html>"


def _values(row: dict[str, Any] | str) -> Iterable[object]:
    return [row] if isinstance(row, str) else row.values()


def _cell(value: object) -> str:
    return f"<td>{html.escape(value)}</td>" if isinstance(value, str) else ""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=psutil.cpu_count() or 1)
    parser.add_argument("--documents", type=int, default=24, help="documents of one try")
    given = parser.parse_args()
    os.environ["RAYON_NUM_THREADS"] = "1"  # the workers are the threads
    show(measure(given.workers, given.documents))


if __name__ == "__main__":
    main()
