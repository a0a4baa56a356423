"""Tables for the terminal. A number that is not there is a dash, never a zero."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from reports.language import rounded

Row = Mapping[str, Any]


def plain_table(rows: Sequence[Row]) -> None:
    """Rows as they are, a column a key."""
    if rows:
        _print(list(rows[0]), [[_cell(row[key]) for key in rows[0]] for row in rows])


def count_of(noun: str) -> Callable[[Sequence[Row]], None]:
    """A printer that only says how many there are."""

    def printer(rows: Sequence[Row]) -> None:
        _console().print(f"{len(rows)} {noun}")

    return printer


def lines(texts: Sequence[str]) -> None:
    """Lines as they are."""
    for text in texts:
        _console().print(text, markup=False, soft_wrap=True)


def verdict_table(rows: Sequence[Row]) -> None:
    """One row a series: grade, checks, and what failed."""
    body = []
    for row in rows:
        verdict = row["verdict"] or {"grade": "—", "passed": 0, "total": 0, "checks": []}
        faults = [f"{c['id']}: {c['observed'] or c['message']}" for c in verdict["checks"] if c["outcome"] != "passed"]
        state = "quarantined" if row["quarantined"] else "published" if row["shown"] else "not collected"
        checks = f"{verdict['passed']}/{verdict['total']}"
        body.append([row["series"], state, verdict["grade"], checks, "; ".join(faults)])
    _print(["series", "state", "grade", "checks", "not passed"], body)


def score_table(trees: Sequence[Row]) -> None:
    """One row a law."""
    _print(
        ["law", "score", "needed at data", "status", "coverage", "quality"],
        [
            [
                tree["law"],
                _points(tree["score"]),
                _points(tree["needed"]),
                _words(tree["status"]),
                _share(tree["coverage"]),
                tree["quality"] or "—",
            ]
            for tree in trees
        ],
    )


def uncertainty_table(rows: Sequence[Row]) -> None:
    """One row a law: the interval, how often each status came out, and what spreads the score."""
    body = []
    for row in rows:
        interval, drawn = row["interval"], row["draws"] - row["failed"]
        statuses = [f"{_words(status)} {round(share * drawn)}" for status, share in row["p_status"].items()]
        shares = [f"{name} {_share(min(max(s['total'], 0.0), 1.0))}" for name, s in row["sobol"].items()]
        body.append(
            [
                row["law"],
                _points(row["score"]),
                "—" if interval is None else f"{_points(interval[0])}–{_points(interval[1])}",
                ", ".join(statuses) or "—",
                str(row["failed"]),
                ", ".join(shares) or "—",
            ]
        )
    _print(["law", "score", "5-95 %", "statuses of the draws", "failed", "total Sobol indices"], body)


def change_table(rows: Sequence[Row]) -> None:
    """A row a part of the change; the parts of a law add up to its difference."""
    body = []
    for row in rows:
        change = row["change"]
        if change is None:
            body.append([row["law"], "—", "—", "—", "no score on one of the two days"])
            continue
        gain = change["after"] - change["before"]
        scores = f"{rounded(change['before'], 2)} → {rounded(change['after'], 2)}"
        interval = f"5-95 %: {_signed(change['low'])} to {_signed(change['high'])}"
        body.append([row["law"], scores, _signed(gain), "", interval if change["parts"] else "no change"])
        for part in change["parts"]:
            body.append(["", "", _signed(part["points"]), _words(part["factor"]), part["indicator"] or ""])
    _print(["law", "score", "points", "part", "indicator"], body)


def result_table(rows: Sequence[Row]) -> None:
    """The closing table of a run; the path is that of the first language's PDF."""
    _print(
        ["law", "title", "score", "needed at data", "status", "coverage", "quality", "PDF"],
        [
            [
                row["law"],
                row["title"],
                _points(row["score"]),
                _points(row["needed"]),
                _words(row["status"]),
                f"{row['covered']}/{row['children']}" if row["children"] else "—",
                row["quality"] or "—",
                _near(row["pdf"][0]),
            ]
            for row in rows
        ],
    )


def answers(verification: Row) -> None:
    """Yes or no to each question about a file; a dash where there was nothing to ask."""
    console = _console()
    console.print(f"{verification['file']}: {verification['edition']} ({verification['language']})", highlight=False)
    marks = {True: Text("yes  ", "green"), False: Text("NO   ", "bold red"), None: Text("—    ")}
    for answer in verification["answers"]:
        console.print(marks[answer["yes"]] + Text(f"{answer['question']} ({answer['detail']})", ""))
    if not verification["verified"] and all(answer["yes"] is not False for answer in verification["answers"]):
        console.print("Not verified: the file agrees with itself, but neither the store nor the archive here knows it.")
    _replaced(verification["replaced_by"])


def way(trace: Row) -> None:
    """From a finding to the bytes, top down."""
    console = _console()
    console.print(f"finding      {trace['finding']}")
    for lang, sentence in trace["sentences"].items():
        console.print(f"  {lang}         {sentence}", markup=False)
    console.print(f"edition      sha256 {trace['edition_sha256']}")
    _replaced(trace["replaced_by"])
    if trace["indicator"]:
        row = trace["indicator"]
        console.print(f"indicator    {row['id']}: {row['title']['en']}", markup=False)
        console.print(
            f"  score      value {_cell(row['value'])} ({_cell(row['period'])}), baseline {_cell(row['baseline'])} "
            f"({_cell(row['baseline_period'])}), needed {_cell(row['needed_value'])}, target {_cell(row['target'])} "
            f"({_cell(row['target_period'])}), status {_words(row['status'])}"
        )
    for step in trace["observed"]:
        console.print(f"observation  [{step['citation']}] {step['series']}", markup=False)
        console.print(f"  value      {_cell(step['published'])} for {_cell(step['period'])}")
        console.print(f"  vintage    {step['vintage']}, known from {step['known_from']}", markup=False)
        console.print(f"  response   {_cell(step['url'])}", markup=False)
        console.print(f"  bytes      {step['raw_bytes']}, sha256 {step['raw_sha256']} (verified)")
        console.print(f"  file       {step['raw_file']}", markup=False, soft_wrap=True)


def _replaced(editions: Sequence[Row]) -> None:
    """A line for each edition that came in the place of the one at hand."""
    for later in editions:
        told = f"Replaced by {later['edition']} on {later['on']}: {later['because']['en']}"
        _console().print(told, style="bold", markup=False, soft_wrap=True)


def _print(heads: Sequence[str], body: Sequence[Sequence[str]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for n, head in enumerate(heads):
        # The last column holds paths and reasons: it is folded, never cut, so that it can be copied.
        table.add_column(head, overflow="fold", no_wrap=n == 0)
    for row in body:
        table.add_row(*(Text(cell) for cell in row))
    _console().print(table)


def _console() -> Console:
    """The terminal at its own width; a pipe or a file gets lines wide enough for whole paths."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=200)


def _near(path: str) -> str:
    """A path as one would type it from here."""
    return os.path.relpath(path) if Path(path).is_relative_to(Path.cwd()) else path


def _cell(value: Any) -> str:
    return "—" if value is None else str(value)


def _words(status: str) -> str:
    return status.replace("_", " ")


def _points(value: float | None) -> str:
    return "—" if value is None else str(rounded(value, 1))


def _signed(value: float) -> str:
    return f"{rounded(value, 2):+}"


def _share(value: float | None) -> str:
    return "—" if value is None else f"{rounded(100 * value, 0)}%"
