"""The archive in object storage: what holds for a folder holds for a bucket, and faults are named without keys."""

from __future__ import annotations

import json
import logging
import socket
import sys
from datetime import date
from http import HTTPStatus
from pathlib import Path

import pytest

from indicators.store.archive import Archive
from indicators.store.batch import RawPart
from indicators.store.errors import (
    ArchiveCorrupted,
    ArchiveMissing,
    StoreCorrupted,
    StoreReadOnly,
    StoreUnavailable,
)
from indicators.store.store import Store
from oryndau.settings import Settings, SettingsError
from tests.store.disturbed import DAY, everything, fork, publish_all, undisturbed
from tests.store.s3_replica import BUCKET, KEY, SECRET, Replica

S = "synthetic/a"
URL = f"s3://{BUCKET}/archive"
BODY = b'{"synthetic": [1, 2, 3]}' * 50


@pytest.fixture
def replica(httpserver) -> Replica:
    return Replica(httpserver)


@pytest.fixture
def archive(replica) -> Archive:
    return Archive.at(URL, replica.options)


def test_a_body_lies_in_the_bucket_as_it_would_in_a_folder(archive, replica, tmp_path):
    sha256 = archive.put(BODY)
    local = Archive.at(tmp_path)
    local.put(BODY)
    assert archive.packed(sha256) == local.packed(sha256)
    [key] = replica.objects
    assert archive.location(sha256) == f"s3://{BUCKET}/{key}" == f"{URL}/{sha256[:2]}/{sha256[2:4]}/{sha256}.gz"
    assert sha256 in archive and list(archive.hashes()) == [sha256]
    assert archive.size(sha256) == len(replica.objects[key])
    archive.remove(sha256)
    archive.remove(sha256)
    assert sha256 not in archive and list(archive.hashes()) == []
    with pytest.raises(ArchiveMissing, match="collect the series again"):
        archive.get(sha256)


def test_what_is_there_is_not_written_again_and_damage_is_named_and_mended(archive, replica):
    sha256 = archive.put(BODY)
    archive.put(BODY)
    assert [method for method, _ in replica.calls].count("PUT") == 1
    [key] = replica.objects
    replica.objects[key] = b"<html>"
    with pytest.raises(ArchiveCorrupted, match=r"damaged.*Restore"):
        archive.get(sha256)
    assert [problem.where for problem in archive.problems()] == [archive.location(sha256)]
    archive.put(BODY)
    assert archive.get(sha256) == BODY


def test_other_things_in_the_bucket_are_not_taken_for_bodies(archive, replica):
    sha256 = archive.put(BODY)
    replica.objects |= {"archive/readme.txt": b"", f"archive/{sha256}.gz": b"", f"other/{sha256[:2]}/x.gz": b""}
    assert list(archive.hashes()) == [sha256]


def in_bucket(folder: Path, replica: Replica, name: str = "store") -> Store:
    store = Store.open(f"sqlite:///{folder / name}.db", URL, archive_options=replica.options)
    store.migrate()
    return store


def filled(store: Store, frame, good) -> Store:
    for day, text in ((date(2024, 5, 10), "4.50"), (date(2024, 6, 10), "4.60")):
        raw = [RawPart(f"synthetic {text}".encode(), "https://statistics.example/a", "text/plain", day)]
        batch = store.stage(S, "synthetic", frame(S, {"2022": text}), raw, day, "release")
        store.set_verdict(batch, good)
        store.publish(batch)
    return store


def test_a_whole_store_is_proved_pruned_and_moved_between_bucket_and_folder(tmp_path, replica, frame, good):
    store = filled(in_bucket(tmp_path, replica), frame, good)
    assert store.verify() == []
    orphan = store.archive.put(b"nobody names it")
    told = store.prune()
    assert (told.bodies, told.size, told.temporary) == ((orphan,), store.archive.size(orphan), ())
    store.prune(remove=True)
    assert orphan not in store.archive and store.verify() == []

    counts = store.export(tmp_path / "store.tar")
    local = Store.open(f"sqlite:///{tmp_path / 'local.db'}", tmp_path / "local")
    local.migrate()
    assert local.load(tmp_path / "store.tar") == counts
    assert everything(local, [S], DAY) == everything(store, [S], DAY)
    kept = dict(replica.objects)
    replica.objects.clear()
    back = in_bucket(tmp_path, replica, "back")
    assert back.load(tmp_path / "store.tar") == counts
    assert replica.objects == kept

    [key, *_] = replica.objects
    del replica.objects[key]
    [problem] = store.verify()
    assert isinstance(problem, StoreCorrupted) and URL in problem.where


def test_collectors_forked_from_one_process_fill_the_bucket_at_once(tmp_path, replica):
    series = [f"synthetic/{name}" for name in "abc"]
    url, options = f"sqlite:///{tmp_path / 'store.db'}", replica.options
    publish_all(url, URL, series[:1], archive_options=options)  # the parent has connections of its own by now
    running = [
        fork.Process(target=publish_all, args=(url, URL, order), kwargs={"archive_options": options})
        for order in (series, series[::-1])
    ]
    for process in running:
        process.start()
    for process in running:
        process.join(timeout=60)
    assert [process.exitcode for process in running] == [0, 0]
    store = Store.open(url, URL, archive_options=options)
    assert everything(store, series, DAY) == everything(undisturbed(tmp_path, series), series, DAY)


@pytest.mark.parametrize(
    ("status", "code", "error", "told"),
    [
        (HTTPStatus.FORBIDDEN, "AccessDenied", StoreReadOnly, "may list, read, write"),
        (HTTPStatus.FORBIDDEN, "SignatureDoesNotMatch", StoreReadOnly, "may list, read, write"),
        (HTTPStatus.BAD_REQUEST, "InvalidRequest", StoreUnavailable, "the service answers"),
    ],
)
def test_a_refusal_of_the_service_is_named_without_the_keys(archive, replica, caplog, status, code, error, told):
    sha256 = archive.put(BODY)
    replica.fail_with = status, code
    caplog.set_level(logging.DEBUG, "indicators")
    for call in (lambda: archive.put(b"new"), lambda: archive.get(sha256), lambda: list(archive.hashes())):
        with pytest.raises(error, match=told) as caught:
            call()
        assert URL in str(caught.value)
        assert SECRET not in f"{caught.value} {archive.place!r} {caplog.text}"


def test_wrong_keys_no_keys_no_bucket_and_no_service_are_named(replica, monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    wrong = replica.options | {"key": "OTHER"}
    with pytest.raises(StoreReadOnly, match="Give the keys of a user"):
        Archive.at(URL, wrong).put(BODY)
    with pytest.raises(StoreUnavailable, match=r"(?i)credentials.*under 'archive'"):
        Archive.at(URL, {"endpoint_url": replica.address}).put(BODY)
    with pytest.raises(StoreUnavailable, match="no such bucket"):
        Archive.at("s3://another-bucket/x", replica.options).put(BODY)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        silent = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(StoreUnavailable, match="the service answers at its address") as caught:
        Archive.at(URL, replica.options | {"endpoint_url": silent}).put(BODY)
    assert caught.value.retry and SECRET not in str(caught.value)


def test_a_library_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    with pytest.raises(StoreUnavailable, match=r"gcsfs"):
        Archive.at("gs://bucket/x").put(BODY)


@pytest.mark.parametrize(
    "url", [f"s3://{KEY}:{SECRET.replace('/', '')}@bucket/x", "s3://", "ftp://host/x", "s3://b/x?key=1"]
)
def test_an_address_that_is_no_bucket_is_refused_without_repeating_keys(url):
    with pytest.raises(StoreUnavailable, match="s3://BUCKET/FOLDER") as caught:
        Archive.at(url)
    assert KEY not in str(caught.value)


def test_a_file_address_is_a_folder(tmp_path):
    sha256 = Archive.at(f"file://{tmp_path}/archive").put(BODY)
    assert Archive.at(tmp_path / "archive").get(sha256) == BODY


def test_the_settings_lead_to_the_bucket_and_keep_its_keys_apart(tmp_path, replica):
    secrets = tmp_path / "secrets.json"
    secrets.write_text(json.dumps({"archive": f"{KEY}:{SECRET}"}))
    secrets.chmod(0o600)
    given = {
        "ORYNDAU_HOME": str(tmp_path),
        "ORYNDAU_ARCHIVE": URL,
        "ORYNDAU_ARCHIVE_ENDPOINT": replica.address,
        "ORYNDAU_SECRETS_FILE": str(secrets),
    }
    settings = Settings.from_environment(given)
    assert Settings.from_environment(settings.environment()) == settings
    assert SECRET not in f"{settings} {settings.environment()}"
    sha256 = Archive.at(settings.archive, settings.archive_options()).put(BODY)
    assert Archive.at(URL, replica.options).get(sha256) == BODY
    assert Settings.from_environment({"ORYNDAU_ARCHIVE": f"file://{tmp_path}/a"}).archive == str(tmp_path / "a")
    for wrong in (f"s3://{KEY}:{SECRET}@bucket", "s3://", "s3://["):
        with pytest.raises(SettingsError, match="ORYNDAU_ARCHIVE") as caught:
            Settings.from_environment(given | {"ORYNDAU_ARCHIVE": wrong})
        assert SECRET not in str(caught.value)
    with pytest.raises(SettingsError, match="ORYNDAU_ARCHIVE_ENDPOINT"):
        Settings.from_environment(given | {"ORYNDAU_ARCHIVE_ENDPOINT": "minio:9000"})
    secrets.write_text(json.dumps({"archive": SECRET}))
    with pytest.raises(SettingsError, match="ACCESS-KEY:SECRET-KEY") as caught:
        settings.archive_options()
    assert SECRET not in str(caught.value)
