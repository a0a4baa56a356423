"""What a deputy would be made to ask: each rule raises its question, on a finding, to a body, without judging."""

from __future__ import annotations

from typing import Any

import pytest

from reports import language
from reports.language import render
from reports.model import LANGUAGES, LawEdition, NumberArg
from reports.questions import ORDER, Question, far_apart, hearing_questions
from reports.view.words import Words
from tests.reports.documents import LAWS, edition

UP = {"2014": "10.0", "2019": "10.6", "2020": "10.8", "2021": "11.0", "2022": "11.2", "2023": "11.4"}
MINISTRY = {"name": {"kk": "Жауапты министрлік", "ru": "Ответственное министерство", "en": "Synthetic authority"}}


def asked(edition: LawEdition, kind: str) -> list[Question]:
    return [question for question in hearing_questions(edition) if question.kind == kind]


def said(edition: LawEdition, kind: str) -> str:
    [question] = asked(edition, kind)
    return render(question.sentence, "en").replace("\u00a0", " ")


def by_laws(made: Any, *states: str, completeness: str = "complete", **more: Any) -> LawEdition:
    measures = [made.measure(f"m{n}", state, **more) for n, state in enumerate(states)]
    return made.case(made.law(measures=measures, completeness=completeness)).edition()


def test_an_overdue_by_law_is_asked_for_with_the_body_that_owes_it(made: Any) -> None:
    edition = by_laws(made, "drafting", "in_force", due="2016-01-01")
    assert said(edition, "overdue") == (
        "On 30 September 2026 1 by-law is past its deadline. On what date will it be adopted, and who is drafting it?"
    )
    [question] = asked(edition, "overdue")
    assert [body.en for body in question.ask] == ["synthetic ministry"]
    assert asked(edition, "by_laws_open") == []  # the same by-law is not asked for twice


def test_a_by_law_not_found_is_asked_about_and_not_called_missing(made: Any) -> None:
    sentence = said(by_laws(made, "in_force", "unknown", "unknown"), "by_laws_not_found")
    assert sentence.startswith("For 2 by-laws that the law calls for no act was found in the sources read.")
    assert "Which of them have been adopted" in sentence


def test_by_laws_not_adopted_without_a_deadline_are_asked_for(made: Any) -> None:
    sentence = said(by_laws(made, *["in_force"] * 3, "drafting"), "by_laws_open")
    assert sentence.startswith("Of the 4 by-laws that the law calls for, 3 are adopted. On what dates are the rest (1)")
    assert asked(by_laws(made, *["in_force"] * 3), "by_laws_open") == []


def test_by_laws_unconfirmed_go_to_the_body_of_the_law_and_not_to_an_unconfirmed_one(made: Any) -> None:
    edition = by_laws(made, "in_force", completeness="partial", mark="C")
    [question] = asked(edition, "by_laws_unconfirmed")
    assert question.ask == ()


def test_delegations_that_were_not_read_raise_an_open_question(made: Any) -> None:
    edition = by_laws(made, completeness="not_read")
    assert said(edition, "by_laws_not_read").startswith("How many by-laws does the law call for")


def test_a_pace_away_from_the_target_gives_both_paces_and_no_verdict(made: Any) -> None:
    sentence = said(made.single(UP, made.target("2030", 5), direction="down").edition(), "reversing")
    assert "the yearly change was +0.20 percentage points" in sentence
    assert "it must average −0.91 percentage points" in sentence
    assert sentence.endswith("Which measures are planned, by what dates, and what yearly change is expected of each?")


def test_a_pace_below_the_needed_one_is_asked_about(made: Any) -> None:
    assert "+0.20 percentage points" in said(made.single(UP, made.target("2030", 20)).edition(), "slow")
    assert asked(made.single(UP, made.target("2030", 12)).edition(), "slow") == []  # the pace is enough


def test_a_standstill_is_a_pace_of_zero(made: Any) -> None:
    points = {"2014": "8.0", **{str(year): "9.0" for year in range(2018, 2024)}}
    assert "the yearly change was 0.0 percentage points" in said(
        made.single(points, made.target("2030", 20)).edition(), "slow"
    )


def test_a_needed_pace_without_a_recent_one_asks_for_the_plan(made: Any) -> None:
    edition = made.single({"2014": "8.0", "2023": "9.0"}, made.target("2030", 20)).edition()
    assert "What value is planned for each year" in said(edition, "pace")


def test_a_doubted_figure_is_asked_about_and_nothing_is_built_on_it(made: Any) -> None:
    points = {**UP, "2023": "30.0"}
    edition = made.single(points, made.target("2030", 5), direction="down", failures=[("jump", "2023")]).edition()
    assert "Has the way of counting changed" in said(edition, "doubted")
    assert asked(edition, "reversing") == []


def test_a_missed_milestone_and_a_missed_target_are_asked_about(made: Any) -> None:
    points = {"2014": "1.0", "2020": "2.0", "2023": "2.5"}
    milestone = made.single(points, made.target("2020", 3), made.target("2030", 15)).edition()
    assert "the target for 2020 was 3%; the figure in 2020 is 2.0%" in said(milestone, "milestone")
    late = made.single({**points, "2023": "9.5"}, made.target("2020", 3), made.target("2030", 15)).edition()
    assert asked(late, "milestone") == []  # reached since: no date is to be asked for
    last = made.single({"2014": "1.0", "2020": "2.0", "2023": "2.5"}, made.target("2023", 3)).edition()
    assert "the target for 2023 was 3%; the figure in 2023 is 2.5%" in said(last, "milestone")


@pytest.mark.parametrize(
    ("direction", "old", "new", "raises"),
    [("up", 15, 10, 1), ("up", 10, 15, 0), ("down", 5, 10, 1), ("down", 10, 5, 0)],
)
def test_only_a_lowered_target_is_asked_about(made: Any, direction: str, old: int, new: int, raises: int) -> None:
    former = made.target("2030", old, id="v1", superseded_by="v2", superseded="2021-11-04")
    case = made.single(UP, former, made.target("2030", new, id="v2", announced="2021-11-04"), direction=direction)
    assert len(asked(case.edition(), "target_lowered")) == raises


def test_a_law_without_a_target_is_asked_for_one(made: Any) -> None:
    edition = made.single(UP, baseline=None).edition()
    assert said(edition, "no_target").startswith("The sources read give no target by which the law can be scored.")
    [question] = asked(edition, "no_target")
    assert question.findings == ("§1",)


def test_a_target_to_be_confirmed_prints_no_value(made: Any) -> None:
    sentence = said(made.single(UP, made.target("2030", 50, mark="open")).edition(), "target_unconfirmed")
    assert "for 2030" in sentence and "50" not in sentence


def test_indicators_without_a_series_are_one_question_on_all_their_findings(made: Any) -> None:
    reason = {"ru": "нет ряда (ru)", "en": "no series"}
    indicators = [
        made.indicator(
            id=f"i{n}", series=None, no_series_reason=reason, baseline=None, title={"ru": f"№{n}", "en": f"No{n}"}
        )
        for n in range(4)
    ]
    edition = made.case(made.law(indicators, series=[])).edition()
    [question] = asked(edition, "no_series")
    assert len(question.findings) == 4
    assert "4 indicators, among them: No0; No1; No2. Who collects" in render(question.sentence, "en")


def test_an_ended_and_an_old_series_are_asked_for_the_next_figure(made: Any) -> None:
    ended = made.single({"2018": "3.0", "2019": "2.0"}, baseline=None, ended="2019").edition()
    assert "the latest figure is that of 2019" in said(ended, "no_newer")
    old = made.single({"2014": "3.0", "2016": "2.0"}, made.target("2030", 15)).edition()
    assert "the latest figure is that of 2016" in said(old, "no_newer")


def test_figures_that_cannot_be_used_are_asked_for(made: Any) -> None:
    refused = made.single({}, made.target("2030", 15), failed=["synthetic/share"]).edition()
    assert "no figure that can be used" in said(refused, "no_figure")


def test_what_only_we_could_answer_is_not_asked(made: Any) -> None:
    never_collected = made.single({}, made.target("2030", 15)).edition()
    assert never_collected.indicators[0].reason == "not_collected"
    assert asked(never_collected, "no_figure") + asked(never_collected, "no_newer") == []


def test_a_figure_too_coarse_for_its_path_is_asked_for(made: Any) -> None:
    points = {"2014": "0.08", "2022": "0.05", "2023": "0.04"}
    edition = made.single(points, made.target("2023", 0.035), direction="down", decimals=2).edition()
    assert "published to 2 decimal places" in said(edition, "precision")


def test_sources_that_disagree_are_asked_about(made: Any) -> None:
    from reports.findings.draft import draft, say
    from reports.model import PeriodArg, TextArg
    from tests.reports.synthetic_edition import words

    base = made.single(UP, baseline=None).edition()
    title = TextArg(value=words("Үлес", "Доля", "Share"))
    differing = draft(
        "cross_check",
        3,
        say(
            "finding.cross_check.differs",
            title=title,
            period=PeriodArg(value="2022"),
            own=NumberArg(value=1, decimals=0),
            other=NumberArg(value=2, decimals=0),
            difference=title,
        ),
        indicator="share",
    ).model_copy(update={"id": "§9"})
    edition = base.model_copy(update={"findings": (*base.findings, differing)})
    assert "two sources give 1 and 2 for 2022" in said(edition, "conflict")


def test_regions_are_asked_about_only_where_they_lie_far_apart(made: Any) -> None:
    def case(low: str, high: str) -> LawEdition:
        values = {("R-OLD", "2023"): low, ("R-TWO", "2023"): high}
        return made.single({"2020": "3.0", "2023": "4.0"}, baseline=None, regional=True, regions=values).edition()

    assert "from 2.5% (Old region) to 6.0% (Second region)" in said(case("2.5", "6.0"), "regions")
    assert asked(case("5.0", "6.0"), "regions") == []


@pytest.mark.parametrize(
    ("low", "high", "unit", "apart"),
    [
        (0.0, 1.0, "none", True),
        (5.0, 10.0, "none", True),
        (5.0, 9.9, "none", False),
        (70.0, 90.0, "percent", True),
        (70.0, 89.9, "percent", False),
        (-5.0, -1.0, "none", False),
    ],
)
def test_far_apart(low: float, high: float, unit: Any, apart: bool) -> None:
    assert far_apart(NumberArg(value=low, decimals=1, unit=unit), NumberArg(value=high, decimals=1, unit=unit)) is apart


def test_the_body_responsible_for_the_law_is_asked_only_where_it_is_confirmed(made: Any) -> None:
    def answers(mark: str) -> tuple:
        law = made.law([made.indicator(baseline=None)], responsible=[{**MINISTRY, "verification": mark}])
        [question] = asked(made.case(law, UP).edition(), "no_target")
        return question.ask

    assert [body.en for body in answers("B")] == ["Synthetic authority"]
    assert answers("C") == ()


def test_the_first_questions_speak_of_different_things_and_fillers_come_last(made: Any) -> None:
    former = made.target("2025", 20, id="v1", superseded_by="v2", superseded="2021-11-04")
    case = made.single(UP, made.target("2020", 15), former, made.target("2025", 12, id="v2"), made.target("2030", 20))
    kinds = [question.kind for question in hearing_questions(case.edition())]
    assert kinds[0] == "milestone"
    assert kinds[-1] == "by_laws_not_read"
    repeated = hearing_questions(by_laws(made, "in_force", "unknown", completeness="partial", mark="A"))
    assert repeated[0].kind == "by_laws_not_found"


@pytest.mark.parametrize("kind", LAWS)
def test_questions_name_findings_that_exist_and_are_the_same_each_time(kind: str) -> None:
    law = edition(kind)
    ids = {finding.id for finding in law.findings}
    questions = hearing_questions(law)
    assert questions == hearing_questions(law)
    for question in questions:
        assert question.kind in ORDER
        assert question.findings and set(question.findings) <= ids
        for lang in LANGUAGES:
            assert Words(lang).message(question.sentence)


def test_no_question_judges_or_presumes() -> None:
    judging = {
        "en": (
            "why",
            "fail",
            "improv",
            "worsen",
            "poor",
            "only",
            "still",
            "despite",
            "blame",
            "fault",
            "unfortunately",
        ),
        "ru": (
            "почему",
            "провал",
            "улучш",
            "ухудш",
            "плох",
            "лишь",
            "до сих пор",
            "несмотря",
            "виноват",
            "к сожалению",
        ),
        "kk": ("неге", "неліктен", "жақсар", "нашарла", "нашар", "әлі күнге", "қарамастан", "кінәлі", "өкінішке"),
    }
    for lang in LANGUAGES:
        for key, text in language.catalogue(lang).items():
            if key.startswith("question."):
                whole = (text if isinstance(text, str) else " ".join(text)).lower()
                assert not [word for word in judging[lang] if f" {word}" in f" {whole}"], (lang, key)


def test_every_question_asks_when_who_how_much_where_or_which() -> None:
    asking = {
        "en": r"\b(when|who|whom|how|what|which|where|has)\b",
        "ru": r"(когда|кто|кем|скольк|как|чем|где|срок|дат|принят ли|действует ли|изменился ли)",
        "kk": r"(қашан|кім|қанша|қандай|қай|қалай|не )",
    }
    import re

    for lang in LANGUAGES:
        for key, text in language.catalogue(lang).items():
            if key.startswith("question."):
                for one in (text,) if isinstance(text, str) else text:
                    assert one.endswith("?"), (lang, key)
                    last = re.split(r"[.:;] ", one)[-1].lower()
                    assert re.search(asking[lang], last), (lang, key, last)
