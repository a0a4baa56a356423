"""What is known when: releases become vintages, and every day can be asked again."""

from __future__ import annotations

import math
from datetime import date
from itertools import permutations

import pandas as pd
import pytest

from indicators.register.observation import OBSERVATION_COLUMNS
from indicators.store.batch import RawPart
from indicators.store.errors import (
    AlreadyPublished,
    BatchQuarantined,
    DuplicateObservations,
    NotChecked,
    ObservationsRefused,
    UnknownBatch,
    VerdictRefused,
)

S = "synthetic/a"
MAY, JUNE, JULY, AUGUST = (date(2024, month, 10) for month in (5, 6, 7, 8))


def test_a_day_between_two_releases_knows_only_the_first(release, values_on):
    release(S, MAY, {"2022": "4.50"})
    release(S, JULY, {"2022": "4.50", "2023": "4.99"})
    assert values_on(S, date(2024, 5, 9)) == {}
    assert values_on(S, MAY) == values_on(S, date(2024, 7, 9)) == {"2022": 4.5}
    assert values_on(S, JULY) == {"2022": 4.5, "2023": 4.99}


def test_observations_of_many_series_carry_their_vintage_raw_hash_and_grade(store, release, frame, good):
    first = release("synthetic/b", MAY, {"2022": "1.0", "2023": None})
    release(S, MAY, {"2022": "4.50"})
    regions = pd.concat([frame(S, {"2022": "4.60"}), frame(S, {"2022": "9.1"}, area="KZAKM")])
    second = release(S, JUNE, regions)
    known = store.observations([S, "synthetic/b", "synthetic/none"], JULY)
    assert list(known) == [*OBSERVATION_COLUMNS, "vintage", "known_from", "raw_sha256", "grade"]
    assert {name: str(kind) for name, kind in known.dtypes.items() if name in OBSERVATION_COLUMNS} == (
        OBSERVATION_COLUMNS
    )
    assert list(zip(known["series"], known["area"], known["period"], strict=True)) == [
        (S, "KZ", "2022"),
        (S, "KZAKM", "2022"),
        ("synthetic/b", "KZ", "2022"),
        ("synthetic/b", "KZ", "2023"),
    ]
    assert known["vintage"].tolist() == [second, second, first, first]
    assert known["known_from"].tolist() == [JUNE, JUNE, MAY, MAY]
    assert known["published"].tolist() == ["4.60", "9.1", "1.0", ""]
    assert known["decimals"].tolist() == [2, 1, 1, 0]
    assert math.isnan(known["value"].iloc[3]) and known["status"].iloc[3] == "m"
    assert set(known["grade"]) == {"A"}
    assert known["raw_sha256"].tolist() == [store.batch(v).raw_sha256 for v in known["vintage"]]
    assert b"synthetic release" in store.archive.get(known["raw_sha256"].iloc[0])


def test_no_series_or_none_known_gives_an_empty_frame_of_the_same_shape(store, release):
    release(S, MAY, {"2022": "4.50"})
    filled = store.observations([S], MAY)
    for empty in (store.observations([], MAY), store.observations([S], date(2000, 1, 1))):
        assert len(empty) == 0
        assert empty.dtypes.equals(filled.dtypes)


def test_unchanged_content_makes_no_new_vintage(store, release, values_on):
    first = release(S, MAY, {"2022": "4.50"})
    assert release(S, JUNE, {"2022": "4.50"}) is None
    assert [v.id for v in store.vintages(S)] == [first]
    assert set(store.observations([S], JULY)["vintage"]) == {first}
    assert len(store.revisions(S, JULY)) == 0


def test_a_value_written_with_another_precision_is_a_new_vintage(store, release):
    release(S, MAY, {"2022": "4.5"})
    assert release(S, JUNE, {"2022": "4.50"}) is not None
    assert len(store.revisions(S, JUNE)) == 0


def test_returning_to_an_old_value_is_news(store, release, values_on):
    release(S, MAY, {"2022": "4.50"})
    release(S, JUNE, {"2022": "4.80"})
    assert release(S, JULY, {"2022": "4.50"}) is not None
    assert [values_on(S, day)["2022"] for day in (MAY, JUNE, JULY)] == [4.5, 4.8, 4.5]
    assert [v.number for v in store.vintages(S)] == [1, 2, 3]
    assert [v.known_from for v in store.vintages(S, JUNE)] == [MAY, JUNE]


def test_the_order_of_publishing_changes_no_answer(store, release, values_on):
    releases = {MAY: "1.0", JUNE: "2.0", JULY: "1.0", AUGUST: "1.0"}
    for number, order in enumerate(list(permutations(releases))[::8]):
        series = f"synthetic/order-{number}"
        for day in order:
            release(series, day, {"2023": releases[day]})
        assert [values_on(series, day)["2023"] for day in releases] == [1.0, 2.0, 1.0, 1.0]
        assert [v.known_from for v in store.vintages(series)] == [MAY, JUNE, JULY]
        assert store.revisions(series, AUGUST)["previous"].tolist() == [2.0]


def test_a_clock_set_back_is_told_loses_nothing_and_hides_nothing_newer(store, release, values_on, caplog):
    release(S, JUNE, {"2022": "4.50"})
    assert not caplog.records
    late = release(S, MAY, {"2022": "4.60"})  # the newest figures, dated by a clock that is a month behind
    [warning] = caplog.messages
    assert S in warning and "2024-05-10" in warning and "check this machine's clock" in warning
    assert values_on(S, JULY) == {"2022": 4.5}, "what was known later holds"
    assert [(v.id, v.known_from) for v in store.vintages(S, MAY)] == [(late, MAY)]
    assert release(S, JULY, {"2022": "4.60"}) is not None, "with the clock set right they are news"
    assert values_on(S, JULY) == {"2022": 4.6}
    release(S, date(2099, 1, 1), {"2022": "9.9"})
    assert values_on(S, AUGUST) == {"2022": 4.6}, "a release of a day to come is not known before it"


def test_of_two_releases_of_one_day_the_one_published_later_holds(store, release, values_on):
    release(S, MAY, {"2022": "4.50"})
    release(S, MAY, {"2022": "4.60"})
    assert values_on(S, MAY) == {"2022": 4.6}
    assert len(store.vintages(S)) == 2


def test_releases_give_every_vintage_of_one_area(store, release, frame):
    release(S, MAY, pd.concat([frame(S, {"2022": "4.50", "2023": None}), frame(S, {"2022": "9.1"}, area="KZAKM")]))
    release(S, JULY, {"2022": "4.60", "2023": "4.99"})
    release(S, AUGUST, {"2022": "7.00"})
    found = store.releases([S, "synthetic/none"], JULY, "KZ")
    assert list(found.itertuples(index=False, name=None)) == [
        (S, MAY, "2022", 4.5),
        (S, JULY, "2022", 4.6),
        (S, JULY, "2023", 4.99),
    ]
    assert store.releases(["synthetic/none"], JULY, "KZ").empty


def test_revisions_list_changed_and_withdrawn_figures_but_not_new_ones(store, release):
    release(S, MAY, {"2020": "1.0", "2021": "2.0", "2022": "3.0", "2023": None})
    release(S, JULY, {"2020": "1.0", "2021": "2.5", "2023": "4.0", "2024": "5.0"})
    found = store.revisions(S, JULY)
    assert list(found) == ["period", "area", "value", "previous"]
    assert found["period"].tolist() == ["2021", "2022"]
    assert found["previous"].tolist() == [2.0, 3.0]
    assert found["value"].iloc[0] == 2.5 and math.isnan(found["value"].iloc[1])
    assert len(store.revisions(S, JUNE)) == 0


def test_staging_and_publishing_twice_is_doing_it_once(store, stage, release):
    vintage = release(S, MAY, {"2022": "4.50", "2023": "4.99"})
    again = stage(S, MAY, {"2023": "4.99", "2022": "4.50"})
    assert again == vintage, "the order of rows is not part of a release"
    assert store.is_published(again)
    assert store.publish(again) == vintage
    assert len(store.vintages(S)) == 1
    assert len(store.observations([S], MAY)) == 2


def test_a_batch_gives_back_what_was_staged_before_and_after_publishing(store, stage, frame, good):
    given = frame(S, {"2021": "1.10", "2022": "2.2", "2023": None})
    batch = stage(S, MAY, given)
    before = store.batch(batch)
    assert (before.state, before.verdict, before.known_from) == ("staged", None, MAY)
    assert not store.is_published(batch)
    store.set_verdict(batch, good)
    store.publish(batch)
    after = store.batch(batch)
    assert (after.state, after.verdict, after.grade) == ("published", good, "A")
    pd.testing.assert_frame_equal(before.observations, given)
    pd.testing.assert_frame_equal(after.observations, given)
    assert store.verdict_of(batch) == good


def test_repeated_rows_reach_the_checks_but_can_never_be_published(store, stage, frame, good, values_on):
    doubled = pd.concat([frame(S, {"2022": "4.50"}), frame(S, {"2022": "4.60"})], ignore_index=True)
    batch = stage(S, MAY, doubled)
    assert store.batch(batch).observations["published"].tolist() == ["4.50", "4.60"]
    store.set_verdict(batch, good)
    with pytest.raises(DuplicateObservations, match="KZ 2022"):
        store.publish(batch)
    assert values_on(S, MAY) == {}
    assert store.batch(batch).state == "staged"
    once = stage(S, MAY, frame(S, {"2022": "4.50"}))
    twice = stage(S, MAY, pd.concat([frame(S, {"2022": "4.50"})] * 2))
    assert once != twice


def test_a_refused_batch_keeps_its_evidence_and_the_last_good_vintage_stays(store, stage, release, bad, values_on):
    release(S, MAY, {"2022": "4.50"})
    refused = stage(S, JUNE, {"2022": "450"})
    store.quarantine(refused, bad)
    assert values_on(S, JULY) == {"2022": 4.5}
    [entry] = store.quarantined([S, "synthetic/b"])
    assert (entry.batch_id, entry.known_from, entry.verdict) == (refused, JUNE, bad)
    assert store.quarantined([S], as_of=MAY) == []
    assert store.batch(refused).observations["value"].tolist() == [450.0]
    with pytest.raises(BatchQuarantined):
        store.publish(refused)
    release(S, JULY, {"2022": "4.55"})
    assert store.quarantined([S]) == []
    assert [entry.batch_id for entry in store.quarantined([S], as_of=JUNE)] == [refused]


def test_an_unchanged_release_after_a_refusal_clears_it(store, stage, release, bad):
    release(S, MAY, {"2022": "4.50"})
    store.quarantine(stage(S, JUNE, {"2022": "450"}), bad)
    assert release(S, JULY, {"2022": "4.50"}) is None
    assert store.quarantined([S]) == []


def test_a_refused_batch_judged_anew_can_be_published(store, stage, bad, good, values_on):
    batch = stage(S, MAY, {"2022": "4.50"})
    store.quarantine(batch, bad)
    store.quarantine(batch, bad)
    store.set_verdict(batch, good)
    assert store.publish(batch) == batch
    assert store.quarantined([S]) == []
    assert values_on(S, MAY) == {"2022": 4.5}


def test_the_gate_cannot_be_passed_by(store, stage, release, bad):
    batch = stage(S, MAY, {"2022": "4.50"})
    with pytest.raises(NotChecked, match="set_verdict"):
        store.publish(batch)
    store.set_verdict(batch, bad)
    with pytest.raises(BatchQuarantined):
        store.publish(batch)
    published = release(S, JUNE, {"2022": "4.60"})
    with pytest.raises(AlreadyPublished):
        store.quarantine(published, bad)
    with pytest.raises(VerdictRefused, match="grade"):
        store.set_verdict(batch, {})


def test_an_unknown_id_is_named(store):
    for call in (store.publish, store.batch, store.is_published, store.verdict_of):
        with pytest.raises(UnknownBatch, match="synthetic/none@2024"):
            call("synthetic/none@2024-01-01.000000000000")


def test_several_raw_parts_hang_on_one_hash(store, frame):
    parts = [RawPart(b"page 1", "https://x.example/1", "a/b", MAY), RawPart(b"page 2", "https://x.example/2", "a/b")]
    batch = store.batch(store.stage(S, "synthetic", frame(S, {"2022": "4.5"}), parts, MAY, "r"))
    assert [store.archive.get(part.sha256) for part in batch.raw] == [b"page 1", b"page 2"]
    listing = store.archive.get(batch.raw_sha256).decode()
    assert all(part.sha256 in listing for part in batch.raw)
    assert [(p.url, p.retrieved, p.size) for p in batch.raw] == [
        ("https://x.example/1", MAY, 6),
        ("https://x.example/2", None, 6),
    ]


def test_a_frame_of_another_shape_is_refused_with_its_series(store, stage, frame):
    given = frame(S, {"2022": "4.5"})
    for wrong, told in (
        (given.drop(columns="status"), "lacks status"),
        (given.assign(series="synthetic/b"), "synthetic/b"),
        (given.assign(period=None), "period must have a value"),
        (given.assign(value="many"), "another type"),
        (given.assign(published="4.5\x00"), "NUL"),
        (given.assign(value=float("inf")), "infinite"),
    ):
        with pytest.raises(ObservationsRefused, match=told):
            stage(S, MAY, wrong)
    with pytest.raises(ObservationsRefused, match="raw"):
        store.stage(S, "synthetic", given, [], MAY, "r")


def test_values_come_back_to_the_last_bit(release, store, frame):
    exact = [0.1 + 0.2, -0.0, 1e-300, 2.0**53 + 2, -123456.789]
    given = pd.concat([frame(S, {str(2000 + n): "1"}) for n in range(len(exact))], ignore_index=True)
    release(S, MAY, given.assign(value=exact))
    assert store.observations([S], MAY)["value"].tolist() == exact
    assert store.verify() == []
