"""The register that ships: facts that a reader would be misled by, were they otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from pydantic import BaseModel

from indicators.register.load import Register
from indicators.register.model import Completeness, Indicator, State, Text, Verification

TWELVE = {
    "Z090000165_",
    "K2100000400",
    "Z1200000541",
    "Z1400000194",
    "K2000000360",
    "Z1500000405",
    "Z1500000410",
    "Z070000319_",
    "Z090000223_",
    "K1500000414",
    "Z1500000401",
    "Z2400000110",
}


def _indicator(register: Register, law: str, name: str) -> Indicator:
    return next(i for i in register.law(law).indicators if i.id == name)


def _texts(node: object, where: str) -> Iterator[tuple[str, Text]]:
    if isinstance(node, Text):
        yield where, node
    elif isinstance(node, BaseModel):
        for name in type(node).model_fields:
            yield from _texts(getattr(node, name), f"{where}.{name}")
    elif isinstance(node, tuple):
        for n, item in enumerate(node):
            yield from _texts(item, f"{where}.{n}")


def test_the_twelve_laws_are_there(kazakhstan: Register) -> None:
    assert {law.id for law in kazakhstan.laws} >= TWELVE


def test_the_path_of_the_renewables_law(kazakhstan: Register) -> None:
    share = _indicator(kazakhstan, "Z090000165_", "res-share")
    assert share.series == "kz-sdg/7-2-1/ELWPP"  # the law's own definition, without large hydropower
    assert share.baseline is not None
    assert (share.baseline.period, share.baseline.value) == ("2014", None)
    path = [(t.period, t.value) for t in share.targets if t.role == "path" and t.superseded_by is None]
    assert path == [("2020", 3), ("2025", 6), ("2030", 15)]


def test_the_renewables_target_of_10_per_cent_stays_with_its_successor(kazakhstan: Register) -> None:
    targets = {t.id: t for t in _indicator(kazakhstan, "Z090000165_", "res-share").targets}
    old = targets["res-share-2030-v1"]
    new = targets[old.superseded_by or ""]
    assert (old.value, new.value, old.superseded) == (10, 15, date(2021, 11, 4))


def test_the_emissions_target_moves_with_its_base(kazakhstan: Register) -> None:
    target = next(t for t in _indicator(kazakhstan, "K2100000400", "ghg").targets if t.role == "path")
    assert (target.value, target.change_percent, target.base_period) == (None, -15, "1990")


def test_no_target_was_invented_where_none_is_established(kazakhstan: Register) -> None:
    scored = {law.id for law in kazakhstan.laws for i in law.indicators for t in i.targets if t.role == "path"}
    assert scored & TWELVE == {"Z090000165_", "K2100000400", "Z070000319_", "Z090000223_", "K1500000414"}


def test_what_is_not_established_is_never_scored_and_says_why(kazakhstan: Register) -> None:
    for law in kazakhstan.laws:
        for indicator in law.indicators:
            for target in indicator.targets:
                if not target.source.verification.printable:
                    assert target.role == "reference", (law.id, target.id)
                    assert target.role_reason is not None


def test_series_that_do_not_measure_the_law_are_not_used(kazakhstan: Register) -> None:
    datasets = {series.dataset for series in kazakhstan.series.values()}
    assert "EG.ELC.RNEW.ZS" not in datasets  # counts large hydropower
    assert "4-2-2" not in datasets  # one year before school, not ages 2 to 6


def test_a_law_that_delegates_nothing_has_a_complete_and_empty_list(kazakhstan: Register) -> None:
    law = kazakhstan.law("Z090000223_")
    assert law.measures_list.completeness is Completeness.COMPLETE
    assert law.measures == ()


def test_acts_not_found_are_unknown_not_missing(kazakhstan: Register) -> None:
    law = kazakhstan.law("Z2400000110")
    assert law.measures_list.completeness is Completeness.COMPLETE
    assert [m.facts[-1].state for m in law.measures].count(State.UNKNOWN) == 4
    assert len(law.measures) == 6


def test_only_laws_read_in_full_have_complete_lists(kazakhstan: Register) -> None:
    complete = {law.id for law in kazakhstan.laws if law.measures_list.completeness is Completeness.COMPLETE}
    assert complete & TWELVE == {"Z090000223_", "Z2400000110"}


def test_a_duty_that_was_removed_is_not_a_missing_act(kazakhstan: Register) -> None:
    law = kazakhstan.law("Z1200000541")
    rules = next(m for m in law.measures if m.id == "expertise-rules")
    assert rules.facts[-1].state is State.LAPSED
    assert {p.id: p.repealed for p in law.provisions}[rules.provisions[0]] == date(2014, 9, 29)


def test_one_act_may_serve_three_provisions(kazakhstan: Register) -> None:
    rules = next(m for m in kazakhstan.law("Z1500000405").measures if m.id == "contribution-rules")
    assert len(rules.provisions) == 3


def test_a_joint_order_bears_the_dates_of_both_signatures(kazakhstan: Register) -> None:
    order = next(a for a in kazakhstan.law("Z2400000110").acts if a.id == "V2400035288")
    assert order.dates == (date(2024, 10, 23), date(2024, 10, 24))
    assert order.adopted == date(2024, 10, 24)


def test_an_adilet_id_built_by_rule_never_names_an_act(kazakhstan: Register) -> None:
    for law in kazakhstan.laws:
        for act in law.acts:
            if act.adilet_verification is Verification.C:
                assert act.id != act.adilet, (law.id, act.id)


def test_every_text_has_a_kazakh_wording_but_titles_of_acts_not_read_in_kazakh(kazakhstan: Register) -> None:
    missing = [
        where
        for law in kazakhstan.laws
        for where, text in _texts(law, law.id)
        if text.kk is None and ".measures." not in where
    ]
    assert missing == []


@pytest.mark.parametrize(("day", "name"), [(date(2026, 6, 30), "mazhilis-senate"), (date(2026, 7, 1), "qurultay")])
def test_the_parliament_changes_overnight(kazakhstan: Register, day: date, name: str) -> None:
    assert kazakhstan.profile.parliament(day).id == name


def test_committees_are_left_to_the_installation(kazakhstan: Register) -> None:
    assert kazakhstan.profile.committees == ()
    assert all(law.committee is None for law in kazakhstan.laws)


@pytest.mark.parametrize(("day", "count"), [(date(2017, 6, 1), 16), (date(2021, 6, 1), 17), (date(2026, 6, 1), 20)])
def test_regions_have_days(kazakhstan: Register, day: date, count: int) -> None:
    there = [r for r in kazakhstan.regions.values() if (r.since or date.min) <= day and day <= (r.until or date.max)]
    assert len(there) == count


@pytest.mark.parametrize(
    ("law", "name"),
    [
        ("Z090000165_", "standard-contracts"),  # its act repealed order No 163 of 2015
        ("Z1400000194", "intoxication-rules"),  # eleven years after the provision
        ("Z1400000194", "traffic-rules"),
        ("Z1500000401", "web-content-rules"),
        ("Z1500000410", "monitoring-rules"),  # order No 16 of 2015 was never paired with the provision
    ],
)
def test_a_first_act_that_is_not_established_says_so(kazakhstan: Register, law: str, name: str) -> None:
    facts = next(m for m in kazakhstan.law(law).measures if m.id == name).facts
    assert not min(facts, key=lambda f: f.date or date.min).verification.printable


def test_bribery_is_measured_among_those_in_contact_with_officials(kazakhstan: Register) -> None:
    for name in ("bribery-people", "bribery-business"):
        indicator = _indicator(kazakhstan, "Z1500000410", name)
        series = next(s for s in kazakhstan.law("Z1500000410").series if s.id == indicator.series)
        assert "contact" in indicator.title.get("en") and "contact" in series.title.get("en")


def test_titles_that_were_not_read_are_told_apart(kazakhstan: Register) -> None:
    for law in kazakhstan.laws:
        if law.identity_verification is Verification.C:
            assert law.note is not None and "to be confirmed" in law.note.get("en"), law.id
