"""A person's decision on a batch that the checks refused: who, when, why, and what exactly was accepted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self


class Action(StrEnum):
    """``release``: the batch is published all the same; ``reject``: it stays refused, and somebody has looked."""

    RELEASE = "release"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. ``at`` is ISO text in UTC to the second; ``checks`` are the critical failures it was taken on."""

    action: Action
    by: str
    at: str
    reason: str
    checks: tuple[str, ...]

    @classmethod
    def of(cls, action: Action, by: str, at: datetime, reason: str, checks: Collection[str]) -> Self:
        """A decision taken at a moment (with its time zone); ValueError where it does not say who or why."""
        if at.tzinfo is None:
            raise ValueError("the moment of a decision needs its time zone")
        for name, text in (("who decides", by), ("the reason", reason)):
            if not text.strip():
                raise ValueError(f"a decision states {name}: it is printed in the report's notes")
        moment = at.astimezone(UTC).isoformat(timespec="seconds")
        return cls(action, by.strip(), moment, reason.strip(), tuple(sorted(checks)))

    def releases(self, critical: Collection[str]) -> bool:
        """Whether these critical failures are released: only those that the person saw, never a new one."""
        return self.action is Action.RELEASE and set(critical) <= set(self.checks)

    def to_json(self) -> dict[str, Any]:
        return {
            "action": self.action.value,
            "by": self.by,
            "at": self.at,
            "reason": self.reason,
            "checks": list(self.checks),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """A decision from its JSON form; KeyError names the field that is missing."""
        return cls(Action(data["action"]), data["by"], data["at"], data["reason"], tuple(data["checks"]))
