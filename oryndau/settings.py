"""Settings: the one place that reads the environment.

Every name begins with ``ORYNDAU_``; each has a default that works from a fresh clone. A wrong
value raises :class:`SettingsError`, which names the variable and says what to write instead.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import overload
from urllib.parse import urlsplit

from indicators.register import yaml_text
from indicators.register.period import add_months
from indicators.register.yaml_text import YamlTextError

PROJECT = Path(__file__).resolve().parent.parent
"""Folder that holds ``laws``, ``samples`` and ``dags``."""

INHERITED = (
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TERM"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"),
)
"""What a started process inherits. ``AIRFLOW__*`` is left out on purpose: another Airflow
configured on the same machine must not reach into ours."""


ARCHIVE_SECRET = "archive"
"""Name of the archive's pair of keys in the file of secrets; no source has it."""


class SettingsError(ValueError):
    """A setting that cannot be used, with its name and the remedy."""

    def __init__(self, name: str, problem: str, remedy: str):
        self.name, self.problem, self.remedy = name, problem, remedy
        super().__init__(f"{name}: {problem}; {remedy}")


@dataclass(frozen=True)
class Settings:
    """How this installation is set up. All paths are absolute."""

    home: Path
    """Everything this installation writes, except the reports."""
    database_url: str = field(repr=False)
    """SQLAlchemy URL of the store: ``sqlite:///...`` or ``postgresql+psycopg://...``; it may hold a password."""
    archive: str
    """Raw responses by content hash: an absolute path, or a URL of object storage."""
    archive_endpoint: str | None
    """Address of an S3 service of one's own; None: the one that the library knows."""
    register: Path
    """Folder of one country's register."""
    sources: str
    """``archive``: read ``samples``; ``live``: read the network."""
    samples: Path
    """The embedded archive of responses."""
    inbox: Path
    """Where workbooks that a ministry sends are laid, for ``live`` sources."""
    out: Path
    """Where reports are written."""
    airflow_home: Path
    """Airflow's own metadata, logs and secrets."""
    port: int | None
    """Port of Airflow's API on 127.0.0.1; None: a free one."""
    parallel: int
    """How many tasks the work of a step is split for."""
    secrets_file: Path | None
    """JSON file of keys and passwords, readable by its owner alone: of sources by their ids, of the mail server
    as ``smtp``, and the address that notices are posted to as ``webhook``. None: nothing needs one."""
    lock_seconds: float
    """How long to wait for another process that holds the store."""
    scheduled: bool
    """Whether the DAGs follow the calendar; off, they run on demand only."""
    mail_server: str | None
    """``smtp://USER@HOST:PORT`` or ``smtps://…``; its password is the secret ``smtp``. None: no mail is sent."""
    mail_to: tuple[str, ...]
    """Who is told when a task fails."""
    mail_from: str
    """Sender of that mail."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Settings of the process's environment, or of the mapping given in its place."""
        env = os.environ if environment is None else environment
        home = _path(env, "ORYNDAU_HOME", PROJECT / ".oryndau", Path.cwd())
        return cls(
            home=home,
            database_url=_database(env, home),
            archive=_archive(env, home),
            archive_endpoint=_endpoint(env),
            register=_folder(env, "ORYNDAU_REGISTER", PROJECT / "laws/kz"),
            sources=_word(env, "ORYNDAU_SOURCES", ("archive", "live")),
            samples=_path(env, "ORYNDAU_SAMPLES", PROJECT / "samples/kazakhstan", PROJECT),
            inbox=_path(env, "ORYNDAU_INBOX", home / "inbox", Path.cwd()),
            out=_path(env, "ORYNDAU_OUT", Path.cwd() / "out", Path.cwd()),
            airflow_home=_path(env, "AIRFLOW_HOME", home / "airflow", Path.cwd()),
            port=_number(env, "ORYNDAU_PORT", None, 65535),
            parallel=_number(env, "ORYNDAU_PARALLEL", max(2, os.cpu_count() or 2), 1000),
            secrets_file=_file(env, "ORYNDAU_SECRETS_FILE"),
            lock_seconds=_seconds(env, "ORYNDAU_LOCK_SECONDS", 30.0),
            scheduled=_word(env, "ORYNDAU_SCHEDULE", ("on", "off")) == "on",
            mail_server=_mail_server(env),
            mail_to=_addresses(env, "ORYNDAU_MAIL_TO"),
            mail_from=next(iter(_addresses(env, "ORYNDAU_MAIL_FROM")), "oryndau@localhost"),
        )

    @cached_property
    def known_to(self) -> date | None:
        """Last day the embedded archive knows of; None where the sources are live.

        SettingsError where the archive does not say.
        """
        if self.sources == "live":
            return None
        path = self.samples / "archive.yaml"
        try:
            document = yaml_text.read(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, YamlTextError) as error:
            raise SettingsError(
                "ORYNDAU_SAMPLES", f"{path} cannot be read ({error})", "name the folder of a samples archive"
            ) from error
        try:
            return date.fromisoformat(document["known_to"])
        except (KeyError, TypeError, ValueError):
            raise SettingsError(
                "ORYNDAU_SAMPLES", f"{path} has no day in known_to", "write known_to: 2026-09-30"
            ) from None

    def secrets(self) -> dict[str, str]:
        """Secrets by name: a source's id, ``smtp``, ``webhook``; SettingsError never repeats one."""
        if self.secrets_file is None:
            return {}
        name = "ORYNDAU_SECRETS_FILE"
        try:
            if self.secrets_file.stat().st_mode & 0o077:
                raise SettingsError(name, f"{self.secrets_file} is open to others", "chmod 600 it")
            found = json.loads(self.secrets_file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise SettingsError(
                name, f"{self.secrets_file} cannot be read as JSON ({type(error).__name__})", "write it anew"
            ) from None
        if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
            raise SettingsError(name, f"{self.secrets_file} is no table of texts", 'write {"SOURCE-ID": "SECRET"}')
        return found

    def archive_options(self) -> dict[str, str]:
        """What the object storage of the archive asks for; empty for a folder. SettingsError as in ``secrets``."""
        if "://" not in self.archive:
            return {}
        options = {} if self.archive_endpoint is None else {"endpoint_url": self.archive_endpoint}
        pair = self.secrets().get(ARCHIVE_SECRET)
        if pair is not None:
            key, colon, secret = pair.partition(":")
            if not (key and colon and secret):
                raise SettingsError(
                    "ORYNDAU_SECRETS_FILE", f"{ARCHIVE_SECRET!r} is no pair of keys", "write ACCESS-KEY:SECRET-KEY"
                )
            options |= {"key": key, "secret": secret}
        return options

    def knowledge_date(self, today: date) -> date:
        """What the run is to know: the archive's last day, or ``today`` where the sources are live."""
        return self.known_to or today

    def environment(self) -> dict[str, str]:
        """Variables for a started process, which then reads these same settings anywhere."""
        values = {name: os.environ[name] for name in INHERITED if name in os.environ}
        values |= {
            "ORYNDAU_HOME": str(self.home),
            "ORYNDAU_DATABASE_URL": self.database_url,
            "ORYNDAU_ARCHIVE": self.archive,
            "ORYNDAU_REGISTER": str(self.register),
            "ORYNDAU_SOURCES": self.sources,
            "ORYNDAU_SAMPLES": str(self.samples),
            "ORYNDAU_INBOX": str(self.inbox),
            "ORYNDAU_OUT": str(self.out),
            "ORYNDAU_PARALLEL": str(self.parallel),
            "ORYNDAU_LOCK_SECONDS": str(self.lock_seconds),
            "ORYNDAU_SCHEDULE": "on" if self.scheduled else "off",
            "AIRFLOW_HOME": str(self.airflow_home),
        }
        if self.archive_endpoint is not None:
            values["ORYNDAU_ARCHIVE_ENDPOINT"] = self.archive_endpoint
        if self.mail_server is not None:
            values |= {"ORYNDAU_MAIL_SERVER": self.mail_server, "ORYNDAU_MAIL_TO": ",".join(self.mail_to)}
            values["ORYNDAU_MAIL_FROM"] = self.mail_from
        if self.secrets_file is not None:
            values["ORYNDAU_SECRETS_FILE"] = str(self.secrets_file)
        return values


def reference_date(known: date) -> date:
    """Last day of the last quarter completed at ``known``, that day included."""
    first_of_quarter = date(known.year, 3 * ((known.month - 1) // 3) + 1, 1)
    end = add_months(first_of_quarter, 3) - timedelta(days=1)
    return end if end <= known else first_of_quarter - timedelta(days=1)


def _path(env: Mapping[str, str], name: str, default: Path, beside: Path) -> Path:
    value = env.get(name, "")
    if "\0" in value:
        raise SettingsError(name, "holds a zero byte", "write a path")
    return (beside / Path(value).expanduser()).resolve() if value else default


def _folder(env: Mapping[str, str], name: str, default: Path) -> Path:
    path = _path(env, name, default, PROJECT)
    if not path.is_dir():
        raise SettingsError(name, f"no folder {path}", "name the folder of a country's register, e.g. laws/kz")
    return path


def _file(env: Mapping[str, str], name: str) -> Path | None:
    return _path(env, name, Path(), Path.cwd()) if env.get(name) else None


def _word(env: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    value = env.get(name) or words[0]
    if value not in words:
        raise SettingsError(name, f"{value!r} is not known", f"write {' or '.join(words)}")
    return value


def _database(env: Mapping[str, str], home: Path) -> str:
    value = env.get("ORYNDAU_DATABASE_URL") or f"sqlite:///{home / 'oryndau.db'}"
    scheme = value.partition("://")[0].partition("+")[0]
    if scheme not in ("sqlite", "postgresql"):
        # The value itself is not repeated: it may hold a password.
        raise SettingsError(
            "ORYNDAU_DATABASE_URL",
            f"databases of kind {scheme[:20]!r} are not supported",
            "write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME",
        )
    try:
        _ = urlsplit(value).port
    except ValueError:
        remedy = "write HOST:PORT, and the signs : / @ of a password as %3A %2F %40"
        raise SettingsError("ORYNDAU_DATABASE_URL", "names no port where one should stand", remedy) from None
    return value


def _archive(env: Mapping[str, str], home: Path) -> str:
    value = env.get("ORYNDAU_ARCHIVE", "")
    if "://" not in value or value.startswith("file://"):
        local = dict(env) | {"ORYNDAU_ARCHIVE": value.removeprefix("file://")}
        return str(_path(local, "ORYNDAU_ARCHIVE", home / "archive", Path.cwd()))
    scheme, _, place = value.partition("://")
    if not place.strip("/") or any(mark in place for mark in "@?#[]"):
        # The value itself is not repeated: it may hold keys.
        raise SettingsError(
            "ORYNDAU_ARCHIVE",
            f"the {scheme[:20]} address is more, or less, than a bucket and a folder in it",
            f"write s3://BUCKET/FOLDER, and the keys as {ARCHIVE_SECRET!r} into the file of ORYNDAU_SECRETS_FILE",
        )
    return value


def _endpoint(env: Mapping[str, str]) -> str | None:
    value = env.get("ORYNDAU_ARCHIVE_ENDPOINT") or None
    if value is not None and (not value.startswith(("http://", "https://")) or "@" in value):
        raise SettingsError("ORYNDAU_ARCHIVE_ENDPOINT", "is no address", "write https://HOST, without keys")
    return value


def _mail_server(env: Mapping[str, str]) -> str | None:
    name = "ORYNDAU_MAIL_SERVER"
    value = env.get(name)
    if not value:
        return None
    try:
        address = urlsplit(value)
        usable = address.scheme in ("smtp", "smtps") and bool(address.hostname) and address.port != 0
        usable = usable and address.password is None
    except ValueError:
        usable = False
    if not usable:
        # The value itself is not repeated: it may hold a password.
        remedy = "write smtp://USER@HOST:PORT, and the password as smtp into the file of ORYNDAU_SECRETS_FILE"
        raise SettingsError(name, "is not the address of a mail server", remedy)
    if not _addresses(env, "ORYNDAU_MAIL_TO"):
        raise SettingsError("ORYNDAU_MAIL_TO", "names nobody", "write the addresses to tell, separated by commas")
    return value


def _addresses(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in env.get(name, "").split(",") if part.strip())
    for address in found:
        if not _ADDRESS.fullmatch(address):
            raise SettingsError(name, f"{address!r} is not an address", "write name@example.org")
    return found


_ADDRESS = re.compile(r"[^@\s<>,]+@[^@\s<>,]+")


def _seconds(env: Mapping[str, str], name: str, default: float) -> float:
    value = env.get(name) or str(default)
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < 3600:
        raise SettingsError(name, f"{value!r} is no number of seconds", "write a number below 3600, e.g. 30")
    return seconds


@overload
def _number(env: Mapping[str, str], name: str, default: int, most: int) -> int: ...
@overload
def _number(env: Mapping[str, str], name: str, default: None, most: int) -> int | None: ...
def _number(env: Mapping[str, str], name: str, default: int | None, most: int) -> int | None:
    value = env.get(name)
    if not value:
        return default
    if not value.isdecimal() or not 1 <= int(value) <= most:
        raise SettingsError(name, f"{value!r} cannot be used", f"write a number from 1 to {most}, or leave it out")
    return int(value)
