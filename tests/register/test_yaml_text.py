"""What a register file may hold, and what is said of the rest: each would otherwise change a law in silence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.register import yaml_text
from indicators.register.yaml_text import YamlTextError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),  # Norway's code, and a word
        ("12:30", "12:30"),
        ("2020-02-30", "2020-02-30"),
        ("165-IV", "165-IV"),
        ("0.62", 0.62),
        ("1e-9", 1e-9),
        ("-15", -15),
        ("0x1F", 31),
        ("true", True),
        ('"165"', "165"),
        ('"true"', "true"),
        ("", None),
        ("~", None),
        ("https://adilet.zan.kz/rus/docs/Z090000165_?q=1", "https://adilet.zan.kz/rus/docs/Z090000165_?q=1"),
    ],
)
def test_an_unquoted_value_means_what_yaml_1_2_says(text: str, value: object) -> None:
    found = yaml_text.read(f"key: {text}\nflow: {{ key: {text} }}")
    assert found == {"key": value, "flow": {"key": value}}
    assert type(found["key"]) is type(value)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a: 1\nb: 2\na: 3", 3, "duplicate key 'a'"),
        ("a: &x 1\nb: *x", 1, "write the value out"),
        ("a: 1\nb: !!python/object:os.system {}", 2, "write the value out"),
        ("a: 1\n---\nb: 2", 3, "one to a file"),
        ("? [1, 2]\n: 3", 1, "a key is to be"),
        ("a:\n  - [1", 3, "expected"),
        ("a: \0", 1, "control characters"),
        ("[" * 100_000, 1, "levels deep"),
        ("- " * 100_000, 1, "levels deep"),
    ],
)
def test_what_is_refused_is_named_with_its_line(text: str, line: int, problem: str) -> None:
    with pytest.raises(YamlTextError, match=problem) as caught:
        yaml_text.read(text)
    assert caught.value.line == line


def test_a_key_is_text_as_it_is_written() -> None:
    assert yaml_text.read("true: 1\n010: 2\n2020: 3") == {"true": 1, "010": 2, "2020": 3}


def test_the_line_of_the_deepest_part_that_is_there() -> None:
    text = "# a note\nid: X\nacts:\n  - id: one\n  - id: two\n    date: 2020-01-01\n"
    assert yaml_text.line(text, ("acts", 1, "date")) == 6
    assert yaml_text.line(text, ("acts", 1, "state")) == 5
    assert yaml_text.line(text, ("acts", 7)) == 3
    assert yaml_text.line(text, ("title",)) == 1


@given(st.text())
def test_any_text_is_read_or_refused_with_a_line(text: str) -> None:
    try:
        yaml_text.read(text)
    except YamlTextError as error:
        assert error.line >= 1
