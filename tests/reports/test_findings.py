"""What a deputy would be made to say: no claim inside the noise, no rate without its fraction, no false certainty."""

from __future__ import annotations

from typing import Any

import pytest

from reports.language import render
from reports.model import LANGUAGES, LawEdition

PATH = {"2014": "0.62", "2018": "1.30", "2019": "1.60", "2020": "3.00", "2021": "3.46", "2022": "3.72", "2023": "4.99"}


def test_the_worked_case_is_said_with_its_numbers(made: Any) -> None:
    case = made.single(PATH, made.target("2020", 3), made.target("2025", 6), made.target("2030", 15), decimals=2)
    edition = case.edition()
    assert (
        render(edition.verdict, "en") == "Synthetic share: 0.2 percentage points ahead of the needed path in\u00a02023"
    )
    (status,) = made.said(edition, "status")
    assert status == (
        "Synthetic share: 4.99% in\u00a02023. The path to 15% in\u00a02030 asked for 4.80% by then: "
        "the indicator was ahead by 0.19 percentage points."
    )
    (pace,) = made.said(edition, "pace")
    assert "+1.43 percentage points" in pace and "1.9 times as fast" in pace
    assert made.said(edition, "milestone") == [
        "Synthetic share: the milestone for\u00a02020 (3%) was reached: the figure in\u00a02020 was 3.00%."
    ]
    assert made.findings(edition, "status")[0].sources == ("S01",)


@pytest.mark.parametrize(
    ("earlier", "latest", "words"),
    [
        ("4.0", "4.0", "no clear change"),
        ("4.0", "4.1", "no clear change"),  # 4.04 may have stayed 4.05
        ("4.0", "4.2", "0.2 percentage points more"),
        ("4.2", "4.0", "0.2 percentage points less"),
    ],
)
def test_a_change_is_claimed_only_outside_the_precision(made: Any, earlier: str, latest: str, words: str) -> None:
    edition = made.single({"2014": earlier, "2023": latest}, baseline=None, decimals=1).edition()
    (sentence,) = made.said(edition, "change")
    assert words in sentence
    figure = made.findings(edition, "change")[0].figure
    assert ("→" in render(figure, "en")) == (words != "no clear change")


def test_a_change_smaller_than_the_series_own_revisions_is_not_claimed(made: Any) -> None:
    points = {"2020": "10.1", "2021": "12.0", "2022": "14.0"}
    steady = made.single(points, baseline=None).edition(at=made.at)
    shaken = made.single(points, baseline=None, before={"2020": "15.0", "2021": "17.0"}).edition(at=made.at)
    assert "2.0 percentage points more" in made.said(steady, "recent_change")[0]
    assert "no clear change" in made.said(shaken, "recent_change")[0]


def test_no_message_says_improved_or_worsened() -> None:
    from reports.language import catalogue

    judging = ("improv", "worsen", "deteriorat", "улучш", "ухудш", "жақсар", "нашарла")
    for lang in LANGUAGES:
        for key, text in catalogue(lang).items():
            if key.startswith(("finding.", "verdict.", "detail.", "change.")):
                whole = text if isinstance(text, str) else " ".join(text)
                assert not [word for word in judging if word in whole.lower()], (lang, key)


def by_laws(made: Any, *states: str, completeness: str = "complete", mark: str = "A") -> LawEdition:
    measures = [made.measure(f"m{n}", state, mark=mark) for n, state in enumerate(states)]
    return made.case(made.law(measures=measures, completeness=completeness)).edition()


def test_few_by_laws_give_a_fraction_and_no_percentage(made: Any) -> None:
    edition = by_laws(made, *["in_force"] * 3, "drafting")
    (sentence,) = made.said(edition, "by_laws")
    assert sentence == "3 of the 4 by-laws that the law calls for are adopted."
    assert "%" not in render(made.findings(edition, "by_laws")[0].figure, "en")


def test_a_percentage_never_stands_without_its_fraction(made: Any) -> None:
    edition = by_laws(made, *["in_force"] * 5, *["drafting"] * 3)
    (sentence,) = made.said(edition, "by_laws")
    assert sentence == "5 of the 8 by-laws that the law calls for are adopted (63%)."  # 62.5 goes up
    assert render(made.findings(edition, "by_laws")[0].figure, "en") == "5 / 8"


def test_unknown_by_laws_give_bounds_and_no_accusation(made: Any) -> None:
    edition = by_laws(made, *["in_force"] * 2, *["unknown"] * 4)
    (sentence,) = made.said(edition, "by_laws")
    assert sentence.startswith("From 2 of 6 to 6 of 6 by-laws")
    assert "no proof" in sentence
    assert render(edition.verdict, "en").startswith("Of 6 by-laws, 2 found and 4 not established")


def test_an_incomplete_list_gives_counts_and_no_rate(made: Any) -> None:
    edition = by_laws(made, *["in_force"] * 9, "unknown", completeness="partial")
    assert made.said(edition, "by_laws") == [
        "9 by-laws found in the sources read; the list is incomplete, so no rate is given."
    ]
    assert any("no proof" in sentence for sentence in made.said(edition, "by_laws_detail"))
    assert not any("%" in render(f.sentence, "en") for f in edition.findings)


def test_facts_not_established_are_to_be_confirmed(made: Any) -> None:
    edition = by_laws(made, "in_force", completeness="partial", mark="C")
    assert made.said(edition, "by_laws_detail") == ["1 further by-law is to be confirmed and is not counted."]
    target = made.target("2030", 50, mark="open")
    edition = made.single({"2022": "1.0", "2023": "2.0"}, target).edition()
    (sentence,) = made.said(edition, "unconfirmed_target")
    assert "to be confirmed" in sentence and "50" not in sentence
    assert edition.status == "no_target"


def test_a_law_that_delegates_nothing_applies_directly(made: Any) -> None:
    (sentence,) = made.said(by_laws(made), "by_laws")
    assert "applies directly" in sentence


def test_no_by_law_found_is_no_finding_that_none_exists(made: Any) -> None:
    (sentence,) = made.said(by_laws(made, "drafting", completeness="partial"), "by_laws")
    assert sentence.startswith("No by-law was found") and "incomplete" in sentence


def test_delegations_not_read_say_nothing(made: Any) -> None:
    (sentence,) = made.said(by_laws(made, completeness="not_read"), "by_laws")
    assert "nothing is said" in sentence


def test_a_deadline_passed_without_an_act_is_named(made: Any) -> None:
    law = made.law(measures=[made.measure("late", "drafting", due="2016-01-01")], completeness="partial")
    assert "On 30 September 2026 1 by-law is overdue" in made.said(made.case(law).edition(), "by_laws")[0]


def test_a_law_without_a_target_says_so_first(made: Any) -> None:
    edition = made.single({"2022": "1.0", "2023": "2.0"}, baseline=None).edition()
    first = edition.findings[0]
    assert first.id == "§1" and first.importance == 1
    assert "no measurable target in the sources read" in render(first.sentence, "en")
    assert edition.score is None and edition.status == "no_target"


@pytest.mark.parametrize(
    ("direction", "old", "new", "word"),
    [("up", 10, 15, "raised"), ("up", 15, 10, "lowered"), ("down", 10, 5, "tightened"), ("down", 5, 10, "relaxed")],
)
def test_a_changed_target_is_news_with_its_direction(
    made: Any, direction: str, old: float, new: float, word: str
) -> None:
    former = made.target("2030", old, id="v1", superseded_by="v2", superseded="2021-11-04")
    case = made.single(PATH, former, made.target("2030", new, id="v2", announced="2021-11-04"), direction=direction)
    (sentence,) = made.said(case.edition(), "target_changed")
    assert f"was {word} from {old}% to {new}%" in sentence
    before = case.edition(at=made.at.replace(year=2020), as_of=made.at.replace(year=2020))
    assert made.said(before, "target_changed") == []


def test_a_missed_milestone_stays_missed(made: Any) -> None:
    case = made.single(
        {"2014": "1.00", "2020": "2.15", "2023": "9.00"}, made.target("2020", 3), made.target("2030", 15)
    )
    (sentence,) = made.said(case.edition(), "milestone")
    assert "(3%) was missed: the figure in\u00a02020 was 2.15%" in sentence


def test_a_target_finer_than_the_publication_gives_no_verdict_and_keeps_its_decimals(made: Any) -> None:
    case = made.single(
        {"2014": "0.08", "2022": "0.05", "2023": "0.04"}, made.target("2023", 0.035), direction="down", decimals=2
    )
    (sentence,) = made.said(case.edition(), "status")
    assert "(0.035%)" in sentence and "cannot be told" in sentence
    assert case.edition().score is None


def test_the_wrong_direction_is_said_as_turning_round(made: Any) -> None:
    points = {"2014": "10.0", "2020": "11.0", "2021": "12.0", "2022": "13.0", "2023": "14.0"}
    edition = made.single(points, made.target("2030", 5), direction="down").edition()
    assert "must turn round" in made.said(edition, "pace")[0]
    assert "farther from the target" in made.said(edition, "status")[0]
    assert edition.indicators[0].status == "reversing"


def test_a_jump_is_not_put_forward_to_quote(made: Any) -> None:
    points = {"2013": "90.0", "2014": "91.0", "2015": "92.0", "2023": "53.1"}
    plain = made.single(points, baseline=None).edition()
    doubtful = made.single(points, baseline=None, failures=[("jump", "2023")]).edition()
    elsewhere = made.single(points, baseline=None, failures=[("jump", "2015")]).edition()
    assert made.findings(plain, "change")[0].importance == 2
    assert "confirm it with the source" in made.said(doubtful, "check")[0]
    assert made.said(elsewhere, "check") == []
    assert render(doubtful.sources[0].warnings[0], "en").endswith("(2023).")


def test_an_ended_series_is_named_with_its_last_period(made: Any) -> None:
    edition = made.single({"2018": "3.0", "2019": "2.0"}, baseline=None, ended="2019").edition()
    assert made.said(edition, "ended") == [
        "Synthetic share: the series ended in\u00a02019 and says nothing about later years."
    ]


def test_a_refused_release_is_named_with_the_day_of_what_is_shown(made: Any) -> None:
    edition = made.single({"2022": "1.0", "2023": "2.0"}, baseline=None, quarantined=["synthetic/share"]).edition()
    assert "known from 8 April 2026" in made.said(edition, "quarantined")[0]
    assert edition.sources[0].quarantined


def test_a_series_refused_from_the_start_has_a_reason_and_no_source(made: Any) -> None:
    edition = made.single({}, made.target("2030", 15), failed=["synthetic/share"]).edition()
    (sentence,) = made.said(edition, "no_data")
    assert "failed their checks" in sentence
    assert edition.indicators[0].source is None and edition.sources == ()
    assert edition.status == "insufficient_data"


def test_regions_are_named_only_where_they_can_be(made: Any) -> None:
    points = {"2020": "3.0", "2023": "4.0"}
    values = {("R-OLD", "2023"): "2.5", ("R-TWO", "2023"): "6.0", ("R-OLD", "2020"): "9.9"}
    edition = made.single(points, baseline=None, regional=True, regions=values).edition()
    (sentence,) = made.said(edition, "regions")
    assert sentence == (
        "Synthetic share, 2023: highest in Second region (6.0%), lowest in Old region (2.5%); "
        "the gap is 3.5 percentage points."
    )
    assert [(r.code, r.value) for r in edition.indicators[0].regions] == [
        ("R-OLD", 2.5),
        ("R-TWO", 6.0),
        ("R-NEW", None),
    ]


def test_a_region_that_did_not_exist_is_not_missing(made: Any) -> None:
    values = {("R-OLD", "2020"): "2.0", ("R-TWO", "2020"): "6.0"}
    row = made.single({"2020": "3.0"}, baseline=None, regional=True, regions=values).edition().indicators[0]
    assert [r.code for r in row.regions] == ["R-OLD", "R-TWO"]


def test_every_finding_can_be_said_in_every_language_and_is_numbered(made: Any) -> None:
    former = made.target("2030", 10, id="v1", superseded_by="v2", superseded="2021-11-04")
    reason = {"ru": "условная (ru)", "en": "conditional"}
    conditional = made.target("2040", 30, role="reference", role_reason=reason)
    case = made.single(PATH, made.target("2025", 6), former, made.target("2030", 15, id="v2"), conditional)
    edition = case.edition()
    assert [f.id for f in edition.findings] == [f"§{n}" for n in range(1, len(edition.findings) + 1)]
    assert [f.importance for f in edition.findings] == sorted(f.importance for f in edition.findings)
    assert sum(f.importance <= 2 for f in edition.findings) >= 3
    for lang in LANGUAGES:
        for finding in edition.findings:
            assert render(finding.sentence, lang)
            assert finding.figure is None or len(render(finding.figure, lang)) <= 40


def test_a_score_and_its_verdict_carry_the_period_of_their_figures(made: Any) -> None:
    edition = made.single(PATH, made.target("2030", 15), decimals=2).edition()
    (sentence,) = made.said(edition, "score")
    assert "by 1 indicator with a target (figures of 2023)" in sentence and "was needed by then" in sentence
    assert "now" not in sentence and "2026" not in sentence
    for lang in LANGUAGES:
        assert "2023" in render(edition.verdict, lang)


def test_a_comparison_says_why_its_year_was_taken(made: Any) -> None:
    before = made.single({"2012": "3.0", "2014": "4.0", "2023": "9.0"}, baseline=None).edition()
    assert "(3%, the last figure before the law's adoption)" in made.said(before, "change")[0]
    since = made.single({"2015": "4.0", "2016": "5.0", "2023": "9.0"}, baseline=None).edition()
    assert "(4%, the first comparable figure since the law's adoption)" in made.said(since, "change")[0]


def test_a_survey_whose_years_compare_poorly_states_no_change(made: Any) -> None:
    points = {"2015": "34.2", "2020": "3.6", "2023": "28.2"}
    edition = made.single(points, baseline=None, years_comparable=False).edition()
    (sentence,) = made.said(edition, "change")
    assert "28.2% in\u00a02023" in sentence and "no change is stated" in sentence
    assert made.said(edition, "recent_change") == []
    assert not any("34.2" in render(f.sentence, "en") or "3.6%" in render(f.sentence, "en") for f in edition.findings)


def test_a_caveat_stands_beside_the_verdict_and_can_be_cited(made: Any) -> None:
    caveat = dict.fromkeys(LANGUAGES, "Synthetic caveat.")
    edition = made.single(PATH, made.target("2030", 15), decimals=2, caveat=caveat).edition()
    assert "Synthetic caveat." in [render(message, "en") for message in edition.verdict_detail]
    assert made.said(edition, "caveat") == ["Synthetic share: Synthetic caveat."]


def test_a_law_with_too_few_figures_names_what_is_missing(made: Any) -> None:
    edition = made.single({}, made.target("2030", 15), failed=["synthetic/share"]).edition()
    assert "No usable figure: Synthetic share." in [render(message, "en") for message in edition.verdict_detail]
    nothing = {"series": None, "no_series_reason": dict.fromkeys(LANGUAGES, "No such series."), "baseline": None}
    percent = {"code": "PT", "name": dict.fromkeys(LANGUAGES, "%"), "percentage": True}
    unseen = made.single({}, made.target("2030", 80), unit=percent, **nothing)
    edition = unseen.edition()
    assert [render(message, "en") for message in edition.verdict_detail] == [
        "No series in the sources read measures: Synthetic share."
    ]
    assert "the target for\u00a02030 is 80%, but no series measures it" in made.said(edition, "target_document")[0]


def test_the_time_since_the_law_is_kept_for_a_whole_list_only(made: Any) -> None:
    whole = by_laws(made, "in_force")
    part = by_laws(made, "in_force", completeness="partial")
    assert whole.measures[0].delay_days == 670  # 4 July 2013 to 5 May 2015
    assert part.measures[0].delay_days is None and part.measures[0].adopted is not None


def test_how_far_a_list_was_read_is_not_put_forward_to_quote(made: Any) -> None:
    measures = [made.measure("m1")]
    points = {"2014": "0.62", "2020": "3.00", "2023": "4.99"}
    law = made.law([made.indicator(targets=[made.target("2030", 15)])], measures, "partial")
    edition = made.case(law, points).edition()
    assert made.findings(edition, "by_laws")[0].importance == 3
    assert made.findings(edition, "status")[0].importance == 2
