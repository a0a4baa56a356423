"""The edition: one identity for one set of inputs, sources that lead back, and honest tables."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from reports.edition import edition_id, edition_label
from reports.language import render
from reports.model import canonical_json, read_edition, sha256
from reports.overview import build_overview

POINTS = {"2014": "0.62", "2020": "3.00", "2023": "4.99"}


@pytest.mark.parametrize(
    ("at", "as_of", "label"),
    [
        (date(2026, 9, 30), date(2026, 9, 30), "2026-Q3"),
        (date(2026, 12, 31), date(2026, 12, 31), "2026-Q4"),
        (date(2026, 8, 31), date(2026, 8, 31), "2026-08"),
        (date(2024, 2, 29), date(2024, 2, 29), "2024-02"),
        (date(2026, 8, 17), date(2026, 8, 17), "2026-08-17"),
        (date(2026, 9, 30), date(2024, 1, 5), "2026-Q3.k20240105"),
    ],
)
def test_an_edition_is_named_after_its_dates(at: date, as_of: date, label: str) -> None:
    assert edition_label(at, as_of) == label
    assert edition_id("KZ", "Z090000165_", at, as_of) == f"KZ-Z090000165_/{label}"


def test_the_same_inputs_give_the_same_bytes_and_come_back_whole(made: Any) -> None:
    case = made.single(POINTS, made.target("2030", 15))
    first, second = case.edition(), case.edition()
    assert canonical_json(first) == canonical_json(second)
    assert read_edition(canonical_json(first)) == first
    assert len(sha256(first)) == 64


def test_a_source_leads_back_to_its_bytes(made: Any) -> None:
    edition = made.single(POINTS, made.target("2030", 15), failures=[("precision", "2023")]).edition()
    (source,) = edition.sources
    assert (source.id, source.vintage, source.raw_sha256) == ("S01", "v1", "a" * 64)
    assert (source.checks_passed, source.checks_total) == (1, 2)
    assert edition.indicators[0].source == "S01"
    assert edition.law_file_sha256 == "l" * 64


def test_a_published_series_without_a_verdict_is_refused(made: Any) -> None:
    import pandas as pd

    from indicators.register.observation import OBSERVATION_COLUMNS
    from indicators.scores.law import score_law
    from reports.edition import Provenance, build_law_edition

    law = made.law([made.indicator(baseline=None)])
    frame = pd.DataFrame(columns=[*OBSERVATION_COLUMNS, "vintage", "known_from", "raw_sha256", "grade"])
    with pytest.raises(LookupError, match="without a verdict"):
        build_law_edition(
            law=law,
            register=made.register(law),
            score=score_law(law, frame, made.at, made.at),
            observations=frame,
            revisions=pd.DataFrame(columns=["series", "area", "period", "value", "previous"]),
            verdicts={},
            provenance={"synthetic/share": Provenance("v1", made.at, "a" * 64)},
        )


def test_the_unit_in_which_a_law_counts_reaches_every_figure_of_the_row(made: Any) -> None:
    published = {"code": "KWH", "name": {"ru": "кВт·ч", "en": "kWh"}, "measure": "kWh"}
    counted = {"code": "GWH", "name": {"ru": "ГВт·ч", "en": "GWh"}, "measure": "GWh"}
    points = {"2014": "1000000", "2022": "2000000", "2023": "3000000"}
    case = made.single(points, made.target("2030", 9), unit=published, counted_in=counted, before={"2022": "1500000"})
    edition = case.edition()
    row = edition.indicators[0]
    assert row.unit is not None and row.unit.en == "GWh"
    assert (row.value, row.baseline, row.target) == (3.0, 1.0, 9.0)
    assert row.path == (("2014", 1.0), ("2030", 9.0))
    assert row.history[1].revised_from == 1.5
    assert row.targets[0].value == 9.0
    assert row.needed_value is not None and 5 < row.needed_value < 6
    told = edition.sources[0].published_unit
    assert told is not None and told.en == "kWh", "the reader is told what the source publishes"
    plain = made.single(points, made.target("2030", 9_000_000), unit=published).edition()
    assert plain.sources[0].published_unit is None


def test_digits_of_the_computer_are_not_printed_as_precision(made: Any) -> None:
    row = made.single({"2022": "330.4217341", "2023": "331.9000001"}, baseline=None).edition().indicators[0]
    assert row.decimals == 1
    row = made.single({"2022": "17.0", "2023": "7.0"}, baseline=None).edition().indicators[0]
    assert row.decimals == 0
    row = made.single({"2022": "0.05", "2023": "0.04"}, baseline=None, decimals=2).edition().indicators[0]
    assert row.decimals == 2


def test_a_target_not_yet_announced_is_not_in_the_edition(made: Any) -> None:
    later = made.target("2030", 15, announced="2025-01-01")
    case = made.single(POINTS, made.target("2028", 9), later)
    assert [t.id for t in case.edition().indicators[0].targets] == ["t-2028", "t-2030"]
    early = case.edition(at=date(2024, 12, 31))
    assert [t.id for t in early.indicators[0].targets] == ["t-2028"]


def test_the_parliament_is_that_of_the_day(made: Any) -> None:
    case = made.single(POINTS, made.target("2030", 15))
    now, before = case.edition(), case.edition(at=date(2025, 12, 31))
    assert (now.parliament.en, now.enacted_by.en) == ("New house", "Old house")
    assert before.parliament.en == "Old house"
    said = [render(note, "en") for note in now.notes]
    assert any("earlier parliament" in sentence for sentence in said)
    assert not any("earlier parliament" in render(note, "en") for note in before.notes)


def test_changes_have_their_causes(made: Any) -> None:
    former = made.single({"2014": "0.62", "2020": "3.00", "2022": "3.72"}, made.target("2030", 10))
    present = made.single(
        {"2014": "0.62", "2020": "2.90", "2022": "3.80", "2023": "4.99"}, made.target("2030", 15), weight=2.0
    )
    before = former.edition(at=date(2025, 12, 31))
    edition = present.edition(previous=before)
    said = {(change.cause, render(change.message, "en").replace("\u00a0", " ")) for change in edition.changes}
    assert said == {
        ("register", "Synthetic share: the target for 2030 changed in the register: 10% → 15%."),
        ("register", "Synthetic share: its weight changed from 1 to 2."),
        ("new_period", "Synthetic share: new figure 4.99% (2023); before it 3.72% (2022)."),
        ("revision", "Synthetic share: the figure of 2022 was revised: 3.72% → 3.80%."),
        ("revision", "Synthetic share: 1 earlier figure was revised."),
    }
    assert edition.previous_edition == before.id
    assert edition.previous_date == before.reference_date
    assert edition.previous_score == before.score
    assert [p.previous_score for p in edition.pillars] == [p.score for p in before.pillars]
    for change in edition.changes:
        assert all(render(change.message, lang) for lang in ("kk", "ru"))


def test_nothing_changed_gives_no_changes(made: Any) -> None:
    case = made.single(POINTS, made.target("2030", 15))
    assert case.edition(previous=case.edition(at=date(2026, 6, 30))).changes == ()


def test_a_computed_target_that_moves_with_its_base_is_a_revision_and_no_register_change(made: Any) -> None:
    goal = made.target("2030", change_percent=-15, base_period="2014")
    before = made.single({"2014": "100", "2023": "95"}, goal, direction="down").edition(at=date(2026, 6, 30))
    now = made.single({"2014": "110", "2023": "95"}, goal, direction="down").edition(previous=before)
    assert {change.cause for change in now.changes} == {"revision"}
    assert now.indicators[0].targets[0].value == pytest.approx(93.5)


def other_law(made: Any, number: int, *targets: Any, points: Any = POINTS) -> Any:
    law = made.law([made.indicator(targets=list(targets))], id=f"SYNTHETIC-{number}", series=[made.series()])
    return made.case(law, points)


def test_the_overview_puts_the_widest_gap_first_and_laws_without_a_number_last(made: Any) -> None:
    cases = [
        other_law(made, 1),
        other_law(made, 2, made.target("2030", 15)),
        other_law(made, 3, made.target("2030", 90)),
        other_law(made, 4, made.target("2030", 90), points={}),
    ]
    editions = [case.edition() for case in cases]
    overview = build_overview(editions, made.register(*(case.law for case in cases)))
    assert [row.law for row in overview.rows] == [f"SYNTHETIC-{n}" for n in (3, 2, 4, 1)]
    assert overview.id == "KZ-all/2026-Q3"
    assert sum(overview.counts.values()) == 4
    assert overview.rows[0].sha256 == sha256(editions[2])
    assert read_edition(canonical_json(overview)) == overview
    said = [render(finding.sentence, "en") for finding in overview.findings]
    assert said[0] == "4 laws under watch: 2 scored, 1 without a measurable target, 1 with too few figures."
    assert [f.id for f in overview.findings] == [f"§{n}" for n in range(1, len(said) + 1)]
    for lang in ("kk", "ru"):
        assert all(render(finding.sentence, lang) for finding in overview.findings)


def test_the_overview_names_the_largest_moves(made: Any) -> None:
    case = other_law(made, 1, made.target("2030", 15))
    before = other_law(made, 1, made.target("2030", 15), points={"2014": "0.62", "2020": "3.00", "2022": "3.0"})
    edition = case.edition(previous=before.edition(at=date(2026, 6, 30)))
    overview = build_overview([edition], made.register(case.law))
    assert any("since 30 June 2026 the score moved" in render(f.sentence, "en") for f in overview.findings)


def test_an_overview_of_mixed_dates_is_refused(made: Any) -> None:
    case = other_law(made, 1, made.target("2030", 15))
    with pytest.raises(ValueError, match="other dates"):
        build_overview([case.edition(), case.edition(at=date(2026, 6, 30))], made.register(case.law))
    with pytest.raises(ValueError, match="name the laws"):
        build_overview([], made.register(case.law))
    with pytest.raises(LookupError, match="no committee"):
        build_overview([case.edition()], made.register(case.law), committee="nobody")
