"""Answers kept with their validators, so that a service need not send again what did not change.

The folder is a convenience and no archive: it may be emptied at any time, and an answer that
cannot be read back whole is asked for anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import uuid4

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer and what its server said to recognise it by (empty: nothing said).

    ``at`` is the moment of the answer by the server's own clock, as ``Date`` says it.
    """

    body: bytes
    media_type: str
    etag: str
    last_modified: str
    at: str

    def moment(self) -> str | None:
        """A moment since which nothing can have been missed: a day before the answer, as caches serve old ones."""
        try:
            return (parsedate_to_datetime(self.at).astimezone(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        except (ValueError, TypeError, OverflowError):
            return None

    def conditions(self) -> dict[str, str]:
        """Request headers under which an unchanged answer comes as status 304 without a body."""
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in headers.items() if value}


class KeptAnswers:
    """The latest answer to each request (an address and the media types asked for) in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, url: str, accept: str) -> KeptAnswer | None:
        """The answer kept for a request; None where there is none, or none that is whole."""
        file = self._file(url, accept)
        try:
            head, _, body = file.read_bytes().partition(b"\n")
            said = json.loads(head)
            if said["sha256"] != hashlib.sha256(body).hexdigest():
                raise ValueError("its hash is another one")
            return KeptAnswer(body, said["media_type"], said["etag"], said["last_modified"], said["at"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            log.warning("the kept answer %s is not used: %s", file, error)
            return None

    def keep(self, url: str, accept: str, answer: KeptAnswer) -> None:
        """Keep an answer in place of the one before. A full disk is a warning: the answer itself is not lost."""
        said = {
            "url": url,
            "media_type": answer.media_type,
            "etag": answer.etag,
            "last_modified": answer.last_modified,
            "at": answer.at,
            "sha256": hashlib.sha256(answer.body).hexdigest(),
        }
        file = self._file(url, accept)
        part = file.with_name(f"{file.name}.{uuid4().hex}.part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(json.dumps(said).encode() + b"\n" + answer.body)
            part.replace(file)
        except OSError as error:
            log.warning("the answer to %s is not kept: %s", url, error)
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def _file(self, url: str, accept: str) -> Path:
        return self._folder / hashlib.sha256(f"{accept}\n{url}".encode()).hexdigest()
