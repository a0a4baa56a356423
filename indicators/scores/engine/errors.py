"""What can be wrong with a method or a panel; each error says what, where, and what to do."""

from __future__ import annotations


class EngineError(ValueError):
    """An input that cannot be scored; ``place`` names the node, step, unit or year."""

    def __init__(self, place: str, what: str, remedy: str) -> None:
        super().__init__(f"{place}: {what}; {remedy}")
        self.place = place
        self.what = what
        self.remedy = remedy


class MethodError(EngineError):
    """A method definition that contradicts itself."""


class PanelError(EngineError):
    """A panel that does not fit its own axes or the method."""
