"""A wrong setting is named with its remedy; the same settings reach every process that is started."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from oryndau.settings import Settings, SettingsError, reference_date


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("ORYNDAU_SOURCES", "network", "archive or live"),
        ("ORYNDAU_SCHEDULE", "yes", "on or off"),
        ("ORYNDAU_REGISTER", "/nowhere", "laws/kz"),
        ("ORYNDAU_DATABASE_URL", "mysql://root:secret@host/db", "sqlite:///FILE"),
        ("ORYNDAU_DATABASE_URL", "postgresql+psycopg://root:secret/1@host/db", "%2F"),
        ("ORYNDAU_PORT", "0", "65535"),
        ("ORYNDAU_PORT", "eighty", "leave it out"),
        ("ORYNDAU_PARALLEL", "-2", "from 1"),
    ],
)
def test_wrong_value_is_named_with_its_remedy(name: str, value: str, remedy: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({name: value})
    assert name in str(caught.value) and remedy in str(caught.value)
    assert "secret" not in str(caught.value)


def test_settings_in_a_log_hold_no_password() -> None:
    url = "postgresql+psycopg://root:hush@host:5432/db"
    settings = Settings.from_environment({"ORYNDAU_DATABASE_URL": url})
    assert settings.database_url == url and "hush" not in repr(settings)


def test_started_process_has_the_same_settings_in_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({"ORYNDAU_HOME": "mine", "ORYNDAU_OUT": "reports", "ORYNDAU_SOURCES": "live"})
    monkeypatch.chdir("/")
    assert Settings.from_environment(settings.environment()) == settings
    assert settings.out == tmp_path / "reports"


def test_settings_of_another_airflow_do_not_reach_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    monkeypatch.setenv("PATH", "/bin")
    handed_on = Settings.from_environment({}).environment()
    assert handed_on["PATH"] == "/bin"
    assert not [name for name in handed_on if name.startswith("AIRFLOW__")]


@pytest.mark.parametrize(
    ("known", "reference"),
    [
        (date(2026, 9, 30), date(2026, 9, 30)),
        (date(2026, 9, 29), date(2026, 6, 30)),
        (date(2026, 10, 1), date(2026, 9, 30)),
        (date(2026, 1, 15), date(2025, 12, 31)),
        (date(2024, 2, 29), date(2023, 12, 31)),
        (date(2026, 12, 31), date(2026, 12, 31)),
    ],
)
def test_reference_date_is_the_end_of_the_last_complete_quarter(known: date, reference: date) -> None:
    assert reference_date(known) == reference


def test_archive_says_itself_up_to_when_it_knows(tmp_path: Path) -> None:
    settings = Settings.from_environment({"ORYNDAU_SAMPLES": str(tmp_path)})
    with pytest.raises(SettingsError, match=r"archive\.yaml"):
        settings.knowledge_date(date(2030, 1, 1))
    (tmp_path / "archive.yaml").write_text("known_to: 2026-03-31\n")
    settings = replace(settings)
    assert settings.knowledge_date(date(2030, 1, 1)) == date(2026, 3, 31)
    assert replace(settings, sources="live").knowledge_date(date(2030, 1, 1)) == date(2030, 1, 1)
