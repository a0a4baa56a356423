"""The archive that the project ships: complete for the register, true to the published figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from indicators.register.load import Register, load_register
from indicators.register.observation import NATION, to_frame
from indicators.sources.archive import COLUMNS, ArchiveTransport
from indicators.sources.collect import Collected, collect, releases
from indicators.sources.errors import ArchiveDamaged

Known = Callable[[str, str], Collected]


@pytest.fixture(scope="module")
def register(laws: Path) -> Register:
    """The register whose series the archive serves."""
    return load_register(laws)


@pytest.fixture(scope="module")
def known(register: Register, samples: Path) -> Known:
    """The series as it was known on a day."""
    archive = ArchiveTransport(samples, None)

    def collected(series_id: str, day: str = "2026-09-30") -> Collected:
        series = register.series[series_id]
        return collect(series, register.sources[series.source], archive.at(date.fromisoformat(day)))

    return collected


def value(collected: Collected, period: str, area: str = NATION) -> float:
    """The one value of a period and an area."""
    frame = collected.observations
    found = frame[(frame.period == period) & (frame.area == area)]
    assert len(found) == 1
    return float(found.value.iloc[0])


def test_every_release_of_every_series_of_the_register_can_be_read(register: Register, samples: Path) -> None:
    archive = ArchiveTransport(samples, None)
    empty = to_frame([])
    for series in register.series.values():
        source = register.sources[series.source]
        days = []
        for transport in releases(series, source, archive):
            collected = collect(series, source, transport)
            frame = collected.observations
            assert frame.dtypes.equals(empty.dtypes)
            assert (frame.area == NATION).any(), series.id
            assert frame.loc[frame.status == "", "value"].notna().all(), series.id
            days.append(collected.known_from)
        assert days == sorted(set(days)) and days[-1] <= date(2026, 9, 30)


@pytest.mark.parametrize(
    ("series_id", "period", "expected"),
    [
        ("kz-sdg/7-2-1/ELWPP", "2014", 0.62),
        ("kz-sdg/7-2-1/ELWPP", "2020", 3.0),
        ("kz-sdg/7-2-1/ELWPP", "2023", 4.99),
        ("wb-wdi/EG.ELC.RNWX.ZS", "2021", 2.99615912685309),
        ("kz-sdg/3-1-1", "2021", 44.7),
        ("wb-wdi/SH.STA.MMRT", "2021", 23),
        ("wb-wdi/EN.GHG.ALL.MT.CE.AR5", "1990", 342.2679),
        ("wb-wdi/EN.GHG.ALL.MT.CE.AR5", "2024", 330.3933),
        ("kz-forms/ti-cpi", "2012", 28),
        ("kz-forms/ti-cpi", "2023", 39),
        ("kz-forms/ti-cpi", "2025", 38),
        ("kz-forms/preschool-coverage", "2023-08", 89.1),
        ("kz-forms/preschool-coverage", "2025", 95.9),
        ("kz-sdg/3-6-1", "2019", 14.56),
        ("kz-sdg/16-5-1", "2023", 28.2),
        ("kz-sdg/16-2-2", "2023", 0.5),
        ("kz-sdg/5-5-1/SG_GEN_PARL", "2023", 23.0),
        ("kz-sdg/8-8-1/SL_EMP_FTLINJUR", "2023", 0.04),
        ("wb-wdi/SP.DYN.IMRT.IN", "2024", 7.4),
        ("wb-wdi/SE.PRE.ENRR", "2020", 74.1345901489258),
    ],
)
def test_values_are_the_published_ones(known: Known, series_id: str, period: str, expected: float) -> None:
    assert value(known(series_id), period) == expected


def test_regions_are_the_registers_and_carry_their_values(known: Known, register: Register) -> None:
    collected = known("kz-sdg/3-6-1", "2026-09-30")
    areas = set(collected.observations.area) - {NATION}
    assert len(areas) >= 16 and areas <= set(register.regions)
    assert value(collected, "2010", "KZAKM") == 19.75


def test_energy_intensity_of_2015_depends_on_the_release(known: Known) -> None:
    then, now = known("wb-wdi/EG.EGY.PRIM.PP.KD", "2018-08-01"), known("wb-wdi/EG.EGY.PRIM.PP.KD", "2026-09-30")
    assert round(value(then, "2015"), 2) == 7.92 and then.release == "WDI 2018-08-01"
    assert round(value(now, "2015"), 2) == 5.36


@pytest.mark.parametrize(
    ("series_id", "period", "day", "before", "after"),
    [
        ("kz-sdg/3-1-1", "2014", "2024-09-10", 15.20931508, 11.7),
        ("kz-sdg/3-8-2", "2015", "2022-02-01", 32.0, 30.8),
        ("kz-sdg/16-5-1", "2016", "2022-09-29", 51.7, 40.9),
        ("kz-sdg/8-8-1/SL_EMP_FTLINJUR", "2019", "2024-09-19", 0.029, 0.03),
        ("kz-sdg/9-4-1", "2018", "2021-02-21", 0.89, 0.86),
    ],
)
def test_revised_figures_are_known_as_they_stood(
    known: Known, series_id: str, period: str, day: str, before: float, after: float
) -> None:
    assert value(known(series_id, day), period) == before
    assert value(known(series_id, "2026-09-30"), period) == after


def test_the_conflicting_rows_of_women_in_management_reach_the_checks(known: Known) -> None:
    frame = known("kz-sdg/5-5-2", "2026-09-30").observations
    national = frame[(frame.area == NATION) & (frame.period == "2020")]
    assert list(national.published) == ["41.1 ", "41.5", "40.0"]


def test_an_altered_figure_does_not_enter(register: Register, samples: Path, tmp_path: Path) -> None:
    series = register.series["kz-sdg/7-2-1/ELWPP"]
    (tmp_path / "manifest.csv").write_bytes((samples / "manifest.csv").read_bytes())
    file = tmp_path / "kz-sdg" / "7-2-1" / "2024-09-20.csv"
    file.parent.mkdir(parents=True)
    file.write_bytes((samples / file.relative_to(tmp_path)).read_bytes().replace(b"4.99", b"9.99"))
    with pytest.raises(ArchiveDamaged, match="altered"):
        collect(series, register.sources["kz-sdg"], ArchiveTransport(tmp_path, None))


def test_the_manifest_lists_every_file_and_no_other(samples: Path) -> None:
    manifest = pd.read_csv(samples / "manifest.csv", dtype=str, keep_default_na=False)
    assert tuple(manifest.columns) == COLUMNS
    there = {p.relative_to(samples).as_posix() for p in samples.glob("*/**/*") if p.is_file()}
    assert there == set(manifest.file)
    assert (manifest.note != "").all() and (manifest.retrieved == "").all()
