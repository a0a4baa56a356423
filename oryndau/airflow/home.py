"""Airflow's home of the embedded installation: its environment, secrets and metadata database.

Everything is configured by environment variables of the started processes; nothing of the
user's own Airflow configuration reaches them.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from oryndau.settings import PROJECT, Settings

USER = "oryndau"
HOST = "127.0.0.1"
DATABASE = "metadata.db"
MARK = "metadata.version"
PLUGINS = Path(__file__).parent / "plugins"


_REMEDY = "It holds only the history of runs; to begin a new one, delete"


class HomeError(RuntimeError):
    """Airflow's home cannot be prepared; says what to do."""


def logs(settings: Settings) -> Path:
    """Folder of Airflow's logs."""
    return settings.airflow_home / "logs"


def prepare(settings: Settings) -> None:
    """Folders and secrets; safe to repeat."""
    for folder in (settings.home, settings.airflow_home):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    logs(settings).mkdir(exist_ok=True)
    _secret(settings, "api_secret")
    # Airflow would print a password that it made itself.
    _once(_password_file(settings), json.dumps({USER: secrets.token_urlsafe(24)}))


def password(settings: Settings) -> str:
    """Password of the one user of the embedded Airflow."""
    return str(json.loads(_password_file(settings).read_text())[USER])


def environment(settings: Settings, port: int, dags: Path) -> dict[str, str]:
    """Variables for Airflow's processes."""
    address = f"http://{HOST}:{port}"
    inherited = settings.environment()
    direct = ",".join(filter(None, (inherited.get("NO_PROXY") or inherited.get("no_proxy"), HOST, "localhost")))
    return inherited | {
        "PYTHONPATH": str(PROJECT),
        "NO_PROXY": direct,
        "no_proxy": direct,
        "ORYNDAU_SCHEDULE": "off",  # while a person waits, the calendar does not start runs of its own
        "MPLCONFIGDIR": str(settings.home / "matplotlib"),
        "OPENBLAS_NUM_THREADS": "1",
        "GX_ANALYTICS_ENABLED": "false",
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        # A worker is busy a little longer than its task: two more keep the next task from waiting.
        "AIRFLOW__CORE__PARALLELISM": str(settings.parallel + 2),
        "AIRFLOW__CORE__MP_START_METHOD": "fork",  # the warm-up counts on it
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(_password_file(settings)),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{settings.airflow_home / DATABASE}",
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": address,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": _secret(settings, "api_secret"),
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.1",
        # A worker may learn of its task's end only at the next heartbeat, by default 5 s later.
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
    }


def scheduler_environment(variables: dict[str, str]) -> dict[str, str]:
    """The same for the scheduler, whose tasks inherit the warm-up."""
    return variables | {"AIRFLOW__CORE__PLUGINS_FOLDER": str(PLUGINS)}


def migrated(settings: Settings) -> bool:
    """Whether the metadata database has this Airflow's schema."""
    mark = settings.airflow_home / MARK
    return (
        (settings.airflow_home / DATABASE).is_file()
        and mark.is_file()
        and mark.read_text().strip() == version("apache-airflow")
    )


def migrate(settings: Settings, variables: dict[str, str]) -> None:
    """Bring the metadata database to this Airflow's schema.

    Works on a copy that replaces the database when done: killed half-way, it leaves the database
    as it was. HomeError names the log.
    """
    database = settings.airflow_home / DATABASE
    draft = settings.airflow_home / "metadata.new.db"
    for leftover in settings.airflow_home.glob("metadata.new.db*"):
        leftover.unlink()
    if database.is_file():
        _copy(database, draft)
    log = logs(settings) / "migrate.log"
    with log.open("wb") as output:
        done = subprocess.run(
            [sys.executable, "-m", "airflow", "db", "migrate"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=variables | {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{draft}"},
            check=False,
        )
    if done.returncode != 0:
        raise HomeError(f"Airflow's metadata database could not be prepared; see {log}. {_REMEDY} {database}")
    for log_of_old in settings.airflow_home.glob(DATABASE + "-*"):
        log_of_old.unlink()
    os.replace(draft, database)
    (settings.airflow_home / MARK).write_text(version("apache-airflow") + "\n")


def _copy(database: Path, draft: Path) -> None:
    try:
        with closing(sqlite3.connect(database)) as old, closing(sqlite3.connect(draft)) as new:
            old.backup(new)
    except sqlite3.DatabaseError as error:
        raise HomeError(f"Airflow's metadata database is not readable ({error}). {_REMEDY} {database}") from error


def _password_file(settings: Settings) -> Path:
    return settings.airflow_home / "passwords.json"


def _secret(settings: Settings, name: str) -> str:
    path = settings.airflow_home / name
    _once(path, secrets.token_hex(64))
    return path.read_text()


def _once(path: Path, text: str) -> None:
    """Write ``text`` readable by this user alone, unless the file holds something already."""
    if path.is_file() and path.stat().st_size:
        return
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
    os.replace(draft, path)
