"""Score trees and editions: kept under a key, verified, and an edition never changes by accident."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import update

from indicators.store.errors import DocumentRefused, StoreCorrupted
from indicators.store.tables import documents

KEY = "KZ-synthetic/2026-Q3"


def test_a_document_comes_back_byte_for_byte(store):
    body = '{"сынақ": 1}'.encode()
    assert store.put_document("score", KEY, body) == hashlib.sha256(body).hexdigest()
    assert store.get_document("score", KEY) == body
    assert store.get_document("score", "another") is None
    assert store.get_document("edition", KEY) is None


def test_a_score_is_replaced_by_the_next_run(store):
    store.put_document("score", KEY, b"1")
    second = store.put_document("score", KEY, b"2")
    assert store.get_document("score", KEY) == b"2"
    assert [entry.sha256 for entry in store.documents("score")] == [second]


def test_an_edition_refuses_other_bytes_unless_told(store):
    first = store.put_document("edition", KEY, b"1")
    assert store.put_document("edition", KEY, b"1") == first
    with pytest.raises(DocumentRefused, match=r"replace=True") as caught:
        store.put_document("edition", KEY, b"2")
    assert KEY in caught.value.where
    assert store.get_document("edition", KEY) == b"1"
    store.put_document("edition", KEY, b"2", replace=True)
    assert store.get_document("edition", KEY) == b"2"


def test_an_announced_hash_must_be_that_of_the_body(store):
    with pytest.raises(DocumentRefused, match="announced"):
        store.put_document("edition", KEY, b"1", hashlib.sha256(b"2").hexdigest())
    assert store.documents("edition") == []


def test_documents_are_listed_by_the_beginning_of_their_key(store):
    for key in ("KZ-a/2026-Q3", "KZ-a/2026-Q2", "KZ-A/2026-Q2", "KZ-a_b/2026-Q2"):
        store.put_document("edition", key, key.encode())
    assert [entry.key for entry in store.documents("edition", "KZ-a/")] == ["KZ-a/2026-Q2", "KZ-a/2026-Q3"]
    assert [entry.key for entry in store.documents("edition", "KZ-a_")] == ["KZ-a_b/2026-Q2"]
    assert len(store.documents("edition")) == 4


def test_an_altered_document_is_not_handed_out(store):
    store.put_document("edition", KEY, b"1")
    with store.database.engine.begin() as connection:
        connection.execute(update(documents).values(body=b"2"))
    with pytest.raises(StoreCorrupted, match=KEY):
        store.get_document("edition", KEY)
    assert [problem.where for problem in store.verify()] == [f"edition {KEY}"]
