"""Every release of every series of the shipped archive, in the order in which it became known."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from checks.gate import validate
from checks.verdict import Verdict
from indicators.register.load import Register, load_register
from indicators.sources.archive import ArchiveTransport
from indicators.sources.collect import collect, releases

ROOT = Path(__file__).parents[2]
AS_OF = date(2026, 9, 30)


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register(ROOT / "laws" / "kz")


@pytest.fixture(scope="module")
def verdicts(register: Register) -> dict[str, list[Verdict]]:
    """The verdicts on the releases of each series, oldest first, each judged against the one before."""
    archive = ArchiveTransport(ROOT / "samples" / "kazakhstan", AS_OF)
    rounds: defaultdict[int, dict[str, tuple[pd.DataFrame, date]]] = defaultdict(dict)
    for series_id, ref in register.series.items():
        source = register.sources[ref.source]
        for number, transport in enumerate(releases(ref, source, archive)):
            collected = collect(ref, source, transport)
            rounds[number][series_id] = (collected.observations, collected.known_from)
    judged: defaultdict[str, list[Verdict]] = defaultdict(list)
    published: dict[str, pd.DataFrame] = {}
    for number in sorted(rounds):
        frames = {series_id: frame for series_id, (frame, _) in rounds[number].items()}
        days = {series_id: day for series_id, (_, day) in rounds[number].items()}
        for series_id, verdict in validate(
            frames, register.series, published, days, days, regions=register.regions
        ).items():
            judged[series_id].append(verdict)
            if not verdict.quarantine:
                published[series_id] = frames[series_id]
    return judged


def test_only_the_contradictory_file_is_quarantined(register: Register, verdicts: dict[str, list[Verdict]]) -> None:
    assert set(verdicts) == set(register.series)
    refused = {
        series_id: {check.id for verdict in found for check in verdict.failures() if check.gravity == "critical"}
        for series_id, found in verdicts.items()
        if any(verdict.quarantine for verdict in found)
    }
    assert refused == {"kz-sdg/5-5-2": {"key_unique"}}


def test_price_base_of_the_energy_intensity_is_flagged(verdicts: dict[str, list[Verdict]]) -> None:
    """2015 was 7.92 and is 5.36 since the release of April 2026."""
    revised = [
        (row["period"], row["previous"], row["value"])
        for verdict in verdicts["wb-wdi/EG.EGY.PRIM.PP.KD"]
        for check in verdict.failures()
        if check.id == "large_revision"
        for row in check.rows
    ]
    assert revised == [("2015", 7.92285245133914, 5.36)]


def test_jumps_stay_rare(verdicts: dict[str, list[Verdict]]) -> None:
    jumping = {
        series_id for series_id, found in verdicts.items() if any(check.id == "jump" for check in found[-1].failures())
    }
    assert len(jumping) <= len(verdicts) / 10
