"""Senders of data read docs/data-quality.md, not code: it must say what the checks do."""

from __future__ import annotations

import re
from pathlib import Path

from checks.rules import RULES

PAGE = (Path(__file__).parents[2] / "docs" / "data-quality.md").read_text(encoding="utf-8")
SECTION = re.compile(r"^### `(\w+)` \((\w+)\)\n\n\*(.+)\*\n\n(.+?)\n\nWhat to do: (.+)$", re.MULTILINE | re.DOTALL)


def test_every_rule_has_its_section_with_severity_message_and_remedy() -> None:
    sections = [text for text in re.split(r"(?=^##+ )", PAGE, flags=re.MULTILINE) if text.startswith("### ")]
    found = []
    for section in sections:
        match = SECTION.match(section.strip())
        assert match, section
        found.append((match[1], match[2], match[3], match[5]))
    assert found == [(rule.id, rule.severity.value, rule.message, rule.remedy) for rule in RULES]
