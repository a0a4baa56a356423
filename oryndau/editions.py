"""Editions as the store keeps them: frozen, numbered, replaced but never changed.

The first edition of a law and its dates has the plain id. Where the register, the method or what is known by the
same day changed since, the next one is ``.r2``, then ``.r3`` …; each names the one it replaces, the day and the reason,
and the earlier one still resolves. Every page that was published is kept by its hash, and given again byte for byte.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from checks.identities import require
from indicators.register.model import Text
from indicators.store.errors import DocumentRefused
from indicators.store.store import Store
from oryndau import proof
from oryndau.consistency import breaches
from oryndau.publication import PublishedFile, evidence_files, files_of
from reports.model import LANGUAGES, Edition, LawEdition, Replaces, canonical_json, read_edition
from reports.replacing import because, replacing

EDITION, PUBLISHED = "edition", "published"
"""Kinds of the store's documents: an edition's JSON, and the hashes of the files it was published as."""

_log = logging.getLogger(__name__)


class UnreadableEdition(LookupError):
    """A kept edition that this version of the program cannot read."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A later edition in the place of an earlier one."""

    edition: str
    on: date
    because: dict[str, str]  # by language


@dataclass(frozen=True, slots=True)
class Kept:
    """A published file as the store remembers it."""

    sha256: str
    size: int


def keep(store: Store, edition: Edition, on: date, reason: Text | None = None) -> Edition:
    """The edition as kept: content that is already there keeps its id, other content gets a new number.

    ``on``: the day on which a correction is made; ``reason``: the staff's words for it, which make a new
    number even of the same content. An edition that contradicts itself raises InconsistentEdition.
    """
    require(edition.id, breaches(edition))
    while True:
        numbers = _numbers(store, edition.id)
        if not numbers:
            numbered = edition
        else:
            newest = _newest(store, numbers[-1])
            if newest is not None and _said(newest) == _said(edition) and _reason(newest, reason):
                return newest
            number = _number(numbers[-1]) + 1
            numbered = edition.model_copy(update={"id": f"{edition.id}.r{number}"})
            if newest is not None:
                link = replacing(numbered, newest, on, reason)
            else:
                body = store.get_document(EDITION, numbers[-1]) or b""
                digest = hashlib.sha256(body).hexdigest()
                link = Replaces(edition=numbers[-1], sha256=digest, on=on, causes=("program",), reason=reason)
            numbered = numbered.model_copy(update={"replaces": link})
        try:
            store.put_document(EDITION, numbered.id, canonical_json(numbered))
        except DocumentRefused:
            continue  # another process took the number meanwhile; look again
        return numbered


def kept_edition(store: Store, identifier: str) -> Edition:
    """The edition with this id; LookupError where none is kept, UnreadableEdition where it cannot be read."""
    body = store.get_document(EDITION, identifier)
    if body is None:
        raise _absent(store, identifier)
    try:
        return read_edition(body)
    except ValueError as error:
        raise UnreadableEdition(
            f"edition {identifier} was made by another version of the program, which this one cannot read: "
            "its published files in the folder of reports stay valid; print it with the version that made it"
        ) from error


def replacements(store: Store, identifier: str) -> list[Replacement]:
    """The editions that came in the place of this one, the next one first; empty where it is the newest."""
    found = []
    for later in _numbers(store, base(identifier)):
        if _number(later) > _number(identifier):
            data = json.loads(store.get_document(EDITION, later) or b"{}").get("replaces")
            if data is not None:
                link = Replaces.model_validate(data)
                said = because(link)
                found.append(Replacement(later, link.on, {lang: said.get(lang) for lang in LANGUAGES}))
    return found


def newest(store: Store, identifier: str) -> str:
    """The id of the latest edition of the same law and dates; LookupError where none is kept."""
    numbers = _numbers(store, base(identifier))
    if not numbers:
        raise _absent(store, identifier)
    return numbers[-1]


def base(identifier: str) -> str:
    """The id without the number of the correction."""
    return identifier.partition(".r")[0]


def pages(store: Store, edition: Edition, langs: Sequence[str]) -> list[PublishedFile]:
    """The files of an edition: those that were published before byte for byte, the others as made now.

    The store then knows all of them. A file that this version of the program would make otherwise is named
    in the log: what was published and may have been quoted does not change.
    """
    before = published(store, edition.id)
    made = [*files_of(edition, langs), *_evidence(store, edition, before)]
    new = {file.name: Kept(hashlib.sha256(file.body).hexdigest(), len(file.body)) for file in made}
    bodies = [file.body for file in made if file.name not in before]
    known = _rows(store.revise_document(PUBLISHED, edition.id, lambda body: _json(new | _rows(body)), bodies))
    files, other = [], []
    for file in made:
        kept = known[file.name]
        if kept != new[file.name]:
            file = replace(file, body=store.archive.get(kept.sha256))
            other.append(file.name)
        files.append(file)
    if other:
        _log.warning(
            "%s stays as it was published, though this version of the program would set %s otherwise; "
            "to publish it anew: oryndau errata %s --reason-ru … --reason-en …",
            edition.id,
            ", ".join(other),
            edition.id,
        )
    return files


def _evidence(store: Store, edition: Edition, known: Mapping[str, Kept]) -> list[PublishedFile]:
    """The pages of the checks behind an edition; an overview has none of its own.

    Published ones are not made again: the refused batches that they tell of may be gone from the store.
    """
    if not isinstance(edition, LawEdition) or edition.evidence is None:
        return []
    folder = f"{proof.FOLDER}/"
    pages = {name.removeprefix(folder): kept.sha256 for name, kept in known.items() if name.startswith(folder)}
    if pages:
        return evidence_files({name: store.archive.get(digest) for name, digest in pages.items()})
    return evidence_files(proof.kept_pages(store, edition.evidence))


def published(store: Store, identifier: str) -> dict[str, Kept]:
    """The published files of an edition by name; empty where none was."""
    return _rows(store.get_document(PUBLISHED, identifier))


def _rows(body: bytes | None) -> dict[str, Kept]:
    rows: dict[str, Any] = {} if body is None else json.loads(body)
    return {name: Kept(row["sha256"], row["bytes"]) for name, row in rows.items()}


def _json(known: Mapping[str, Kept]) -> bytes:
    rows = {name: {"sha256": kept.sha256, "bytes": kept.size} for name, kept in known.items()}
    return json.dumps(rows, sort_keys=True).encode()


def _numbers(store: Store, first: str) -> list[str]:
    """Ids of every edition of the same law and dates, by number."""
    keys = (document.key for document in store.documents(EDITION, first))
    return sorted((key for key in keys if base(key) == first), key=_number)


def _absent(store: Store, identifier: str) -> LookupError:
    kept = sorted(document.key for document in store.documents(EDITION, ""))
    known = f"there are: {', '.join(kept[:20])}{' …' if len(kept) > 20 else ''}" if kept else "there is none yet"
    return LookupError(f"no edition {identifier!r} in the store, {known}; `oryndau report` makes one")


def _number(identifier: str) -> int:
    return int(identifier.partition(".r")[2] or 1)


def _newest(store: Store, identifier: str) -> Edition | None:
    """The edition, or None where another version of the program wrote it."""
    try:
        return kept_edition(store, identifier)
    except UnreadableEdition:
        return None


def _said(edition: Edition) -> bytes:
    """What an edition says, whatever its number."""
    return canonical_json(edition.model_copy(update={"id": base(edition.id), "replaces": None}))


def _reason(edition: Edition, reason: Text | None) -> bool:
    """Whether an edition already carries a reason, where one is given."""
    return reason is None or (edition.replaces is not None and edition.replaces.reason == reason)
