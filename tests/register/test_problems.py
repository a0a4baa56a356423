"""What someone who edits a law file is told: file, line and remedy, never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from indicators.register.load import RegisterError, lint, load_register

Break = Callable[[str, str, str], Path]

WHOLE = """wholes:
  - id: mix
    title: { ru: Доли, en: Shares }
    parts: [syn/share, syn/none]
    source: { title: { ru: План, en: Plan }, verification: A }
indicators:
"""

# file, text, what is written instead, a piece of the line that is to be named, a piece of the message
CASES = {
    "misspelt field": ("SYN1.yaml", "short_title:", "short_titel:", "short_titel:", "did you mean 'short_title'?"),
    "field of another entry": ("SYN1.yaml", "kind: law\n", "kind: law\ndataset: x\n", "dataset: x", "not belong here"),
    "missing field": ("SYN1.yaml", "kind: law\n", "", "id: SYN1", "kind: missing"),
    "number without quotes": ("SYN1.yaml", "number: 1-I", "number: 165", "number: 165", 'in quotes, "165"'),
    "period without quotes": ("SYN1.yaml", 'period: "2015"', "period: 2015", "2015 }", 'in quotes, "2015"'),
    "impossible period": ("SYN1.yaml", 'period: "2015"', 'period: "2015-13"', "2015-13", "is not of the form"),
    "impossible date": ("SYN1.yaml", "2015-01-01", "2015-02-30", "2015-02-30", "valid date"),
    "unknown mark": ("SYN1.yaml", "identity_verification: A", "identity_verification: D", ": D", "'A', 'B', 'C'"),
    "target before baseline": (
        "SYN1.yaml",
        'period: "2015"',
        'period: "2020"',
        "- id: share",
        "not after its baseline",
    ),
    "duplicate key": ("SYN1.yaml", "kind: law\n", "kind: law\nkind: law\n", "kind: law", "duplicate key"),
    "tab instead of spaces": ("SYN1.yaml", "  - id: art1", "\t- id: art1", "\t- id: art1", "not YAML"),
    "unclosed bracket": ("SYN1.yaml", "provisions: [art1]", "provisions: [art1", "", "not YAML"),
    "act without an entry": ("SYN1.yaml", "act: order-2", "act: order-9", "order-9", "no act 'order-9'"),
    "act that nothing names": ("SYN1.yaml", "replaces: [order-1]", "replaces: []", "- id: order-1", "no measure"),
    "provision without an entry": ("SYN1.yaml", "[art1]", "[art9]", "[art9]", "no provision 'art9'"),
    "series without an entry": ("SYN1.yaml", "series: syn/share", "series: syn/none", "syn/none", "no series"),
    "pillar without an entry": ("SYN1.yaml", "pillar: outcomes", "pillar: none", "pillar: none", "no pillar"),
    "successor without an entry": ("SYN1.yaml", "superseded_by: second", "superseded_by: x", "by: x", "no target 'x'"),
    "target that succeeds itself": ("SYN1.yaml", "superseded_by: second", "superseded_by: first", "by: first", "cycle"),
    "superseded before its successor": (
        "SYN1.yaml",
        "superseded: 2018-01-01",
        "superseded: 2017-01-01",
        "2017-01-01",
        "before its successor was announced",
    ),
    "two targets for one year": (
        "SYN1.yaml",
        "        superseded_by: second\n        superseded: 2018-01-01\n",
        "",
        "targets:",
        "two targets in force for 2020",
    ),
    "target not established": (
        "SYN1.yaml",
        "value: 20\n        announced: 2018-01-01\n        source: { title: { ru: План, en: Plan }, verification: A }",
        "value: 20\n        announced: 2018-01-01\n        source: { title: { ru: План, en: Plan }, verification: C }",
        "verification: C }",
        "cannot be scored",
    ),
    "target beyond the natural limit": (
        "SYN1.yaml",
        "value: 20",
        "value: 120",
        "value: 120",
        "outside the series' limits",
    ),
    "baseline before a break": (
        "SYN1.yaml",
        "    maximum: 100\n",
        '    maximum: 100\n    breaks: [{ period: "2016", reason: { ru: Иначе, en: Otherwise } }]\n',
        "baseline:",
        "not comparable",
    ),
    "growth of a growth rate": (
        "SYN1.yaml",
        "    maximum: 100\n",
        "    maximum: 100\n    growth_rate: true\n",
        "method: cagr_ratio",
        "takes no growth of a growth rate",
    ),
    "growth towards a point": (
        "SYN1.yaml",
        "direction: up",
        "direction: at\n    best: 50",
        "method: cagr_ratio",
        "no growth towards a point",
    ),
    "unknown method": ("SYN1.yaml", "cagr_ratio", "trend", "method: trend", "'sdsn_arrow'"),
    "series that stops without a reason": (
        "SYN1.yaml",
        "    maximum: 100",
        '    ended: "2019"',
        "- id: syn/share",
        "reason",
    ),
    "override of an unknown check": (
        "SYN1.yaml",
        "    maximum: 100\n",
        "    maximum: 100\n    checks:\n      jmup: { skip: true, reason: { ru: Так, en: So } }\n",
        "jmup",
        "no check 'jmup': did you mean 'jump'?",
    ),
    "override with a bound of the wrong type": (
        "SYN1.yaml",
        "    maximum: 100\n",
        "    maximum: 100\n    checks:\n      jump: { bound: high, reason: { ru: Так, en: So } }\n",
        "bound: high",
        "valid number",
    ),
    "bound of a check that has none": (
        "SYN1.yaml",
        "    maximum: 100\n",
        "    maximum: 100\n    checks:\n      freshness: { bound: 3, reason: { ru: Так, en: So } }\n",
        "bound: 3",
        "freshness has no bound",
    ),
    "override without a reason": (
        "SYN1.yaml",
        "    maximum: 100\n",
        "    maximum: 100\n    checks:\n      jump: { skip: true }\n",
        "jump: { skip",
        "reason: missing",
    ),
    "override that changes nothing": (
        "SYN1.yaml",
        "    maximum: 100\n",
        "    maximum: 100\n    checks:\n      jump: { reason: { ru: Так, en: So } }\n",
        "jump: {",
        "states severity or bound, or else skip: true",
    ),
    "override of what nobody may soften": (
        "SYN1.yaml",
        "    maximum: 100\n",
        "    maximum: 100\n    checks:\n      key_unique: { skip: true, reason: { ru: Так, en: So } }\n",
        "key_unique",
        "cannot be changed",
    ),
    "whole of a part without an entry": (
        "SYN1.yaml",
        "indicators:\n",
        WHOLE,
        "syn/none",
        "no series 'syn/none' in this file",
    ),
    "zero width in a by-law's title": (
        "SYN1.yaml",
        "title: { ru: Правила, en: Rules }",
        "title: { ru: Пра\u200bвила, en: Rules }",
        "вила",
        "measures.0.title.ru holds U+200B (ZERO WIDTH SPACE)",
    ),
    "turned direction that is written as an escape": (
        "SYN1.yaml",
        "title: { ru: Правила, en: Rules }",
        'title: { ru: "Пра\\u202eвила", en: Rules }',
        "вила",
        "measures.0.title.ru holds U+202E (RIGHT-TO-LEFT OVERRIDE)",
    ),
    "complete list without its edition": ("SYN1.yaml", "partial", "complete", "measures_list", "names the edition"),
    "by-law older than the law": (
        "SYN1.yaml",
        "date: 2016-01-01",
        "date: 2006-01-01",
        "2006-01-01",
        "before the law's",
    ),
    "in force by no act": ("SYN1.yaml", " act: order-2,", "", "state: in_force", "names the act"),
    "parliament of another time": ("SYN1.yaml", "enacted_under: old", "enacted_under: new", ": new", "was not the"),
    "unknown parliament": ("SYN1.yaml", "enacted_under: old", "enacted_under: x", ": x", "no parliament 'x'"),
    "unknown committee": ("SYN1.yaml", "kind: law\n", "kind: law\ncommittee: x\n", "committee: x", "no committee"),
    "unknown source": ("SYN1.yaml", "source: syn\n", "source: who\n", "source: who", "no source 'who'"),
    "gap between parliaments": ("profile.yaml", "since: 2021-01-01", "since: 2021-02-01", "- id: new", "the day after"),
    "service without an address": ("sources.yaml", "spreadsheet", "open_sdg", "- id: syn", "base_url"),
    "unknown protocol": ("sources.yaml", "spreadsheet", "telegram", "telegram", "'worldbank_v2'"),
    "region that ends before it begins": (
        "regions.yaml",
        "- code: SY1\n",
        "- code: SY1\n  since: 2020-01-01\n  until: 2019-01-01\n",
        "until: 2019-01-01",
        "before since",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_mistake_is_named_with_its_line_and_its_remedy(case: tuple[str, str, str, str, str], broken: Break) -> None:
    name, old, new, at, message = case
    root = broken(name, old, new)
    lines = (root / name).read_text(encoding="utf-8").splitlines()
    found = [p for p in lint(root) if message in p.message and at in lines[p.line - 1]]
    assert found, [str(p) for p in lint(root)]
    assert all(p.file == str(root / name) for p in found)
    with pytest.raises(RegisterError, match=f"{name}:{found[0].line}: "):
        load_register(root)


def test_a_sound_register_has_no_problem(synthetic: Path) -> None:
    assert lint(synthetic) == []


def test_an_earlier_act_that_was_not_found_has_no_name_to_give(broken: Break) -> None:
    known = "      - { date: 2016-01-01, state: in_force, act: order-2, verification: A }\n"
    assert lint(broken("SYN1.yaml", known, "      - { state: signed, verification: open }\n" + known)) == []


def test_every_mistake_of_every_file_is_named_at_once(broken: Break) -> None:
    broken("SYN1.yaml", "pillar: outcomes", "pillar: none")
    broken("SYN1.yaml", "act: order-2", "act: order-9")
    root = broken("regions.yaml", "- code: SY1", "- kode: SY1")
    messages = "\n".join(str(p) for p in lint(root))
    assert "no pillar 'none'" in messages
    assert "no act 'order-9'" in messages
    assert "did you mean 'code'?" in messages


def test_ids_that_stand_twice(synthetic: Path) -> None:
    path = synthetic / "SYN1.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("- id: second", "- id: first").replace("- id: order-1", "- id: order-2"), "utf-8")
    messages = [p.message for p in lint(synthetic)]
    assert any("duplicate id 'first' in targets" in m for m in messages)
    assert any("duplicate id 'order-2' in acts" in m for m in messages)


def test_acts_that_replace_one_another(broken: Break) -> None:
    root = broken("SYN1.yaml", "  - id: order-1\n", "  - id: order-1\n    replaces: [order-2]\n")
    assert [p.message for p in lint(root) if "replaces itself" in p.message]


def test_targets_that_succeed_one_another(broken: Break) -> None:
    later = "value: 20\n        superseded_by: first\n        superseded: 2019-01-01\n"
    root = broken("SYN1.yaml", "value: 20\n", later)
    assert len([p for p in lint(root) if "break the cycle" in p.message]) == 2


def test_a_law_described_in_two_files(synthetic: Path) -> None:
    body = (synthetic / "SYN1.yaml").read_bytes()
    (synthetic / "SYN2.yaml").write_bytes(body)
    messages = [str(p) for p in lint(synthetic)]
    assert any("SYN2.yaml:1: the file is to be named SYN1.yaml" in m for m in messages)
    assert any("SYN2.yaml:1: law 'SYN1' is described in SYN1.yaml already" in m for m in messages)


def test_a_series_described_in_two_ways(synthetic: Path) -> None:
    text = (synthetic / "SYN1.yaml").read_text(encoding="utf-8").replace("SYN1", "SYN2")
    (synthetic / "SYN2.yaml").write_text(text.replace("maximum: 100", "maximum: 90"), encoding="utf-8")
    (problem,) = lint(synthetic)
    assert problem.file.endswith("SYN2.yaml")
    assert "'syn/share' is described otherwise in SYN1.yaml" in problem.message


@pytest.mark.parametrize("name", ["profile.yaml", "sources.yaml", "regions.yaml"])
def test_a_code_list_that_is_missing(synthetic: Path, name: str) -> None:
    (synthetic / name).unlink()
    assert f"{name}:1: file is missing" in "\n".join(str(p) for p in lint(synthetic))
    with pytest.raises(RegisterError, match="file is missing"):
        load_register(synthetic)


def test_a_country_without_laws(synthetic: Path) -> None:
    (synthetic / "SYN1.yaml").unlink()
    assert [p.message for p in lint(synthetic)] == ["no law files: add one, see docs/adding-a-law.md"]


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    assert "no such folder" in str(lint(tmp_path / "nowhere")[0])


def test_a_file_that_is_not_utf_8_names_the_line(synthetic: Path) -> None:
    path = synthetic / "SYN1.yaml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1251"))
    (problem,) = lint(synthetic)
    assert problem.line == 6  # the first line with Russian text
    assert "save the file as UTF-8" in problem.message


def test_a_byte_order_mark_does_no_harm(synthetic: Path) -> None:
    path = synthetic / "SYN1.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert lint(synthetic) == []


def test_an_empty_file(synthetic: Path) -> None:
    (synthetic / "SYN1.yaml").write_text("# nothing yet\n", encoding="utf-8")
    assert "the file is empty" in str(lint(synthetic)[0])


def test_a_folder_in_the_place_of_a_file(synthetic: Path) -> None:
    (synthetic / "SYN2.yaml").mkdir()
    assert "SYN2.yaml:1: cannot be read" in str(lint(synthetic)[0])


def test_a_law_file_with_another_suffix_is_not_overlooked(synthetic: Path) -> None:
    (synthetic / "SYN1.yaml").rename(synthetic / "SYN1.yml")
    assert "rename it SYN1.yaml" in "\n".join(str(p) for p in lint(synthetic))
