"""Documents that the later steps keep: score trees and editions, by kind and key."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from indicators.store.errors import DocumentRefused, StoreCorrupted
from indicators.store.tables import documents

PERMANENT = frozenset({"edition"})
"""Kinds whose documents never change once kept: they may have been printed and cited."""


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A kept document without its body."""

    kind: str
    key: str
    sha256: str


def put(connection: Connection, kind: str, key: str, body: bytes, sha256: str | None, replace: bool) -> str:
    """Keep a document and return its SHA-256; keeping the same bytes again changes nothing.

    Raises DocumentRefused where ``sha256`` is not that of the body, and where other bytes are kept
    under the key of a permanent kind and ``replace`` is not set.
    """
    where = f"{kind} {key}"
    found = hashlib.sha256(body).hexdigest()
    if sha256 is not None and sha256 != found:
        raise DocumentRefused(
            f"the body has the hash {found}, announced was {sha256}", where, "Write the document again from its data."
        )
    mine = (documents.c.kind == kind, documents.c.key == key)
    kept = connection.execute(select(documents.c.sha256).where(*mine)).scalar_one_or_none()
    if kept == found:
        return found
    if kept is None:
        connection.execute(insert(documents).values(kind=kind, key=key, sha256=found, body=body))
        return found
    if kind in PERMANENT and not replace:
        raise DocumentRefused(
            f"other bytes are already kept: {kept} is not {found}",
            where,
            "A published document does not change. Give the new one a key of its own "
            "(another knowledge date), or replace it on purpose with replace=True.",
        )
    connection.execute(update(documents).where(*mine).values(sha256=found, body=body))
    return found


def get(connection: Connection, kind: str, key: str) -> bytes | None:
    """The body, verified against its hash; None where none is kept. Raises StoreCorrupted."""
    row = connection.execute(
        select(documents.c.sha256, documents.c.body).where(documents.c.kind == kind, documents.c.key == key)
    ).one_or_none()
    if row is None:
        return None
    body = bytes(row.body)
    if hashlib.sha256(body).hexdigest() != row.sha256:
        raise StoreCorrupted(
            "a kept document no longer has its recorded hash",
            f"{kind} {key}",
            "Restore the database from a backup, or make the document again.",
        )
    return body


def listed(connection: Connection, kind: str, prefix: str) -> list[DocumentInfo]:
    """Documents of a kind whose key begins with ``prefix``, by key."""
    rows = connection.execute(
        select(documents.c.kind, documents.c.key, documents.c.sha256)
        .where(documents.c.kind == kind, func.substr(documents.c.key, 1, len(prefix)) == prefix)
        .order_by(documents.c.key)
    )
    return [DocumentInfo(*row) for row in rows]
