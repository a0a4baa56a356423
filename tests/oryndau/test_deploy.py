"""The files for many machines name only settings that exist: a misspelt one would be ignored in silence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from airflow.configuration import conf

from indicators.register import yaml_text
from oryndau.settings import PROJECT

DEPLOY = PROJECT / "deploy"
SETTINGS = set(re.findall(r"ORYNDAU_[A-Z_]+", (PROJECT / "oryndau/settings.py").read_text()))
SHIPPED_WITH_CELERY = {"celery"}  # sections that the provider brings; it is not part of the tests' environment


def named() -> list[tuple[str, str]]:
    lines = (DEPLOY / "oryndau.env").read_text().splitlines()
    pairs = [line.partition("=")[::2] for line in lines if line and not line.startswith("#")]
    values = yaml_text.read((DEPLOY / "kubernetes/values.yaml").read_text())
    pairs += [(entry["name"], entry["value"]) for entry in values["env"]]
    pairs += [
        (f"AIRFLOW__{section}__{option}".upper(), value)
        for section, options in values["config"].items()
        for option, value in options.items()
    ]
    return pairs


@pytest.mark.parametrize("name", sorted({name for name, _ in named()}))
def test_a_named_setting_exists(name: str) -> None:
    if name.startswith("ORYNDAU_"):
        assert name in SETTINGS
    elif name.startswith("AIRFLOW__"):
        section, option = name.removeprefix("AIRFLOW__").lower().split("__")
        assert section in SHIPPED_WITH_CELERY or option in conf.configuration_description[section]["options"]


def test_no_secret_is_written_out() -> None:
    for name, value in named():
        if re.search("SECRET|KEY|PASSWORD(?!S_FILE)", name):
            assert value == "", name


def test_what_is_started_exists() -> None:
    root = Path("/opt/oryndau")
    paths = {value for _, value in named() if value.startswith(str(root))}
    for unit in (DEPLOY / "systemd").iterdir():
        paths |= set(re.findall(rf"{root}/[\w./-]+", unit.read_text()))
    installed = root / ".venv"
    assert paths
    for path in map(Path, paths):
        assert path.is_relative_to(installed) or (PROJECT / path.relative_to(root)).exists(), path
