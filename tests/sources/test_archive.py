"""The archive transport: what was known on a day, and nothing that was altered."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from indicators.register.model import SeriesRef, SourceInfo
from indicators.sources.archive import COLUMNS, ArchiveTransport
from indicators.sources.collect import collect, releases
from indicators.sources.errors import ArchiveDamaged, SeriesMissing

ADDRESS = "https://platform.example/untranslated/data/1-1-1.csv"
DAYS = {"2020-12-19": "Year,Value\n2019,1.0\n", "2024-09-20": "Year,Value\n2019,1.1\n2020,2.0\n"}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A synthetic archive with two releases of one dataset."""
    rows = []
    for day, text in DAYS.items():
        (tmp_path / f"{day}.csv").write_text(text)
        digest = hashlib.sha256(text.encode()).hexdigest()
        rows.append(["syn", "1-1-1", ADDRESS, day, "", "text/csv", f"{day}.csv", digest, "synthetic"])
    with (tmp_path / "manifest.csv").open("w", newline="") as out:
        csv.writer(out).writerows([COLUMNS, *rows])
    return tmp_path


@pytest.fixture
def source(make_source: Callable[..., SourceInfo]) -> SourceInfo:
    """The source whose answers the archive holds."""
    return make_source("open_sdg", "https://platform.example/")


@pytest.fixture
def series(make_series: Callable[..., SeriesRef]) -> SeriesRef:
    """The series of the dataset."""
    return make_series("1-1-1")


def test_a_day_sees_the_latest_release_known_to_it(archive: Path, source: SourceInfo, series: SeriesRef) -> None:
    transport = ArchiveTransport(archive, None)
    known = {
        day: list(collect(series, source, transport.at(date.fromisoformat(day))).observations.value)
        for day in ("2020-12-19", "2024-09-19", "2024-09-20", "2030-01-01")
    }
    assert known == {"2020-12-19": [1.0], "2024-09-19": [1.0], "2024-09-20": [1.1, 2.0], "2030-01-01": [1.1, 2.0]}


def test_releases_come_in_order_and_end_at_the_day(archive: Path, source: SourceInfo, series: SeriesRef) -> None:
    transport = ArchiveTransport(archive, date(2024, 9, 19))
    assert transport.days("syn", "1-1-1") == [date(2020, 12, 19)]
    later = ArchiveTransport(archive, None)
    found = [collect(series, source, t).known_from for t in releases(series, source, later)]
    assert found == [date(2020, 12, 19), date(2024, 9, 20)]


def test_before_the_first_release_the_series_is_missing(archive: Path, source: SourceInfo, series: SeriesRef) -> None:
    transport = ArchiveTransport(archive, date(2019, 1, 1))
    with pytest.raises(SeriesMissing, match="2019-01-01"):
        releases(series, source, transport)
    with pytest.raises(SeriesMissing, match=ADDRESS) as caught:
        collect(series, source, transport)
    assert caught.value.series == series.id


def test_an_altered_file_is_named_and_not_read(archive: Path, source: SourceInfo, series: SeriesRef) -> None:
    file = archive / "2024-09-20.csv"
    file.write_text(file.read_text().replace("1.1", "9.1"))
    with pytest.raises(ArchiveDamaged, match=r"2024-09-20\.csv was altered") as caught:
        collect(series, source, ArchiveTransport(archive, None))
    assert not caught.value.retry
    assert collect(series, source, ArchiveTransport(archive, date(2021, 1, 1))).observations.value.tolist() == [1.0]


def test_a_lost_file_is_named(archive: Path, source: SourceInfo, series: SeriesRef) -> None:
    (archive / "2024-09-20.csv").unlink()
    with pytest.raises(ArchiveDamaged, match=r"cannot read 2024-09-20\.csv"):
        collect(series, source, ArchiveTransport(archive, None))


def test_a_manifest_cannot_reach_outside(archive: Path, source: SourceInfo, series: SeriesRef) -> None:
    manifest = archive / "manifest.csv"
    manifest.write_text(manifest.read_text().replace("text/csv,2024-09-20.csv", "text/csv,../2024-09-20.csv"))
    with pytest.raises(ArchiveDamaged, match="outside"):
        collect(series, source, ArchiveTransport(archive, None))


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("known_from", "since", "manifest.csv:1"),
        ("2024-09-20,,", "2024-9-20,,", "manifest.csv:3"),
        (",synthetic", "", "manifest.csv:2"),
    ],
)
def test_a_broken_manifest_is_named_with_its_line(archive: Path, old: str, new: str, place: str) -> None:
    manifest = archive / "manifest.csv"
    manifest.write_text(manifest.read_text().replace(old, new))
    with pytest.raises(ArchiveDamaged, match=place):
        ArchiveTransport(archive, None)


def test_a_folder_that_is_no_archive_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ArchiveDamaged, match=r"manifest\.csv"):
        ArchiveTransport(tmp_path / "nothing", None)
