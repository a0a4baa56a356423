"""What a person or a calendar asks of a DAG run: the fields of its form, and their meaning."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from airflow.sdk import Param

from oryndau.settings import Settings, reference_date

LAW_ID = r"^[A-Za-z0-9][A-Za-z0-9_.:/-]*$"
"""Shape of an id of the register; whether there is such a law, the first task says."""

LANGUAGES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}


def date_fields() -> dict[str, Param]:
    """Form fields for the two dates of a score; left empty, the installation's defaults hold."""
    return {
        "at": Param(
            None,
            type=["null", "string"],
            format="date",
            title="Reference date",
            description="The day that the scores speak of. Empty: the end of the last complete period.",
            section="Dates",
        ),
        "as_of": Param(
            None,
            type=["null", "string"],
            format="date",
            title="Knowledge date",
            description="Only what was known on this day is used. Empty: everything known now.",
            section="Dates",
        ),
    }


def laws_field() -> Param:
    """Form field for the laws; empty means all of them."""
    return Param(
        [],
        type="array",
        items={"type": "string", "pattern": LAW_ID},
        title="Laws",
        description="Ids of laws as in the register, e.g. Z090000165_, one a line. Empty: every law.",
        section="Scope",
    )


def languages_field() -> Param:
    """Form field for the languages of the reports."""
    return Param(
        list(LANGUAGES),
        type="array",
        items={"type": "string", "enum": list(LANGUAGES)},
        minItems=1,
        uniqueItems=True,
        examples=list(LANGUAGES),
        values_display=LANGUAGES,
        title="Languages",
        description="A report is made in each of them.",
        section="Scope",
    )


def dates(
    settings: Settings, params: Mapping[str, Any], today: date, period_end: date | None = None
) -> tuple[date, date]:
    """The reference and the knowledge date of a run.

    Each is what the form says; else, for the reference date, the end of the period that started
    the run, where that is known already; else the installation's default on the day ``today``.
    """
    as_of = date.fromisoformat(params["as_of"]) if params["as_of"] else settings.knowledge_date(today)
    if params["at"]:
        return date.fromisoformat(params["at"]), as_of
    if period_end is not None and period_end <= as_of:
        return period_end, as_of
    return reference_date(as_of), as_of
