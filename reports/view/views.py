"""The views of one edition in one language, each made once: drawing its charts costs more than all the rest."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from reports.model import Edition, LawEdition
from reports.view.brief import brief_view
from reports.view.law import law_view
from reports.view.overview import overview_view

View = tuple[dict[str, Any], dict[str, str]]
"""Texts and numbers of a document, and its charts as SVG by name. Whoever renders it adds to a copy."""


class Views:
    """What the documents of ``edition`` in ``lang`` are made from; hand it to each of them in turn."""

    def __init__(self, edition: Edition, lang: str) -> None:
        self._edition = edition
        self._lang = lang

    @cached_property
    def main(self) -> View:
        """The scorecard of a law, or the overview."""
        if isinstance(self._edition, LawEdition):
            return law_view(self._edition, self._lang)
        return overview_view(self._edition, self._lang)

    @cached_property
    def brief(self) -> View:
        """The hearing brief of a law; ValueError for an overview, which has none."""
        if not isinstance(self._edition, LawEdition):
            raise ValueError(f"{self._edition.id} is an overview: only the edition of a law has a hearing brief")
        return brief_view(self._edition, self._lang)
