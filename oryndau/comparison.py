"""The edition that a law's new edition is compared with: the one published for the quarter before, if there is one.

It is chosen when a law's dates are edited for the first time, and every correction of that edition keeps the choice:
what was published before it is known then, and nothing that is made afterwards changes what was said.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta

from pydantic import TypeAdapter, ValidationError

from indicators.scores.result import LawScore
from indicators.store.store import Store
from oryndau import editions
from oryndau.settings import reference_date
from reports.edition import edition_id
from reports.model import LawEdition

TREE = "tree"
"""Kind of the store's documents: the score tree that an edition prints, under the edition's id."""

_TREE: TypeAdapter[LawScore] = TypeAdapter(LawScore)
_KNOWN = re.compile(r"\.k(\d{8})")


@dataclass(frozen=True, slots=True)
class Printed:
    """A law's edition as it was published, with the score tree that it printed."""

    edition: LawEdition
    tree: LawScore


def day_before(at: date) -> date:
    """Reference date of the edition before: the end of the quarter before ``at``."""
    return reference_date(at - timedelta(days=1))


def known_before(at: date, printed: Printed | None) -> date:
    """Knowledge date of the state before ``at``: that of the published edition, else its reference date."""
    return day_before(at) if printed is None else printed.edition.as_of


def keep_tree(store: Store, edition: str, tree: LawScore) -> None:
    """Keep the tree that an edition prints, so that the next edition can be compared with it exactly."""
    store.put_document(TREE, edition, _TREE.dump_json(tree))


def chosen(store: Store, country: str, law: str, at: date, as_of: date) -> Printed | None:
    """The published edition to compare with; None where the state before is to be recomputed.

    Of the editions of the quarter before that were known by ``as_of``: the latest knowledge, then the latest
    correction. None also where that edition was kept without its tree, or by a version of the program that this
    one cannot read.
    """
    try:
        made = editions.newest(store, edition_id(country, law, at, as_of))
    except LookupError:
        identifier = _newest_before(store, country, law, at, as_of)
        return None if identifier is None else _printed(store, identifier)
    data = json.loads(store.get_document(editions.EDITION, made) or b"{}")
    return None if data.get("previous_sha256") is None else printed(store, data["previous_edition"])


def printed(store: Store, identifier: str) -> Printed:
    """An edition and its tree; LookupError where the store does not have both in a form that can be read."""
    found = _printed(store, identifier)
    if found is None:
        raise LookupError(
            f"edition {identifier}, with which another is compared, is not in this store as it was published: "
            "restore the store from a backup, or load the export that holds it"
        )
    return found


def _printed(store: Store, identifier: str) -> Printed | None:
    try:
        edition = editions.kept_edition(store, identifier)
    except LookupError:
        return None
    body = store.get_document(TREE, identifier)
    if not isinstance(edition, LawEdition) or body is None:
        return None
    try:
        return Printed(edition, _TREE.validate_json(body))
    except ValidationError:
        return None


def _newest_before(store: Store, country: str, law: str, at: date, as_of: date) -> str | None:
    day = day_before(at)
    first = edition_id(country, law, day, day)

    def known(base: str) -> date:
        stated = _KNOWN.search(base, len(first))
        return day if stated is None else date.fromisoformat(stated[1])

    bases = {editions.base(document.key) for document in store.documents(editions.EDITION, first)}
    candidates = [base for base in bases if base == first or base.startswith(f"{first}.k")]
    by_day = {known(base): base for base in candidates if known(base) <= as_of}
    return editions.newest(store, by_day[max(by_day)]) if by_day else None
