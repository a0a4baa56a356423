"""A finished run of two laws in a home of its own, made once and copied by whoever changes it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

LAWS = ("Z090000165_", "Z2400000110")
COMMAND = [sys.executable, "-m", "oryndau"]


@dataclass(frozen=True)
class Home:
    """Where one installation of a test writes, and a way to call the command line in it."""

    root: Path

    @property
    def out(self) -> Path:
        return self.root / "out"

    def edition(self, subject: str, label: str = "2026-Q3") -> Path:
        """Folder of the edition of a law, or of the overview (``all``)."""
        return self.out / "editions" / f"KZ-{subject}" / label

    @property
    def pdfs(self) -> list[Path]:
        """Every PDF that was published."""
        return sorted(self.out.glob("editions/*/*/*.pdf"))

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith(("ORYNDAU_", "AIRFLOW"))},
            "ORYNDAU_HOME": str(self.root / "home"),
            "ORYNDAU_OUT": str(self.out),
            **(more or {}),
        }

    def call(
        self, *words: str, env: Mapping[str, str] | None = None, timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """Run ``oryndau`` as a person would, from another folder."""
        return subprocess.run(
            [*COMMAND, *words],
            env=self.environment(env),
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    def files(self) -> dict[str, bytes]:
        """Every report by its path inside the folder of reports."""
        return files_below(self.out)


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path inside it."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def run_words(*laws: str, langs: tuple[str, ...] = ("kk",)) -> list[str]:
    """Words of ``oryndau run`` for some laws and languages."""
    return ["run", *(w for law in laws for w in ("--law", law)), *(w for lang in langs for w in ("--lang", lang))]


@pytest.fixture
def fresh(tmp_path: Path) -> Home:
    """A home in which nothing was done yet."""
    return Home(tmp_path)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two laws, run to the end; not to be changed."""
    home = Home(tmp_path_factory.mktemp("finished"))
    done = home.call(*run_words(*LAWS))
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def copied(finished: Home, tmp_path: Path) -> Callable[[], Home]:
    """Copies of the finished home, to be changed at will."""

    def copy() -> Home:
        shutil.copytree(finished.root, tmp_path / "copy")
        return Home(tmp_path / "copy")

    return copy
