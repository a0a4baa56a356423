"""Secrets of sources (an API key, a database password) and the care that nobody else reads them.

A secret enters a request at the last moment and nothing else: addresses that are stored leave it
out, errors and the logs of the HTTP libraries are redacted, and an answer that repeats it is refused.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import quote, quote_plus, unquote_plus

from pydantic import SecretStr

from indicators.register.model import SourceInfo
from indicators.sources.errors import SourceChanged, SourceError

SHORTEST = 8
"""Shorter texts occur in answers by chance, and could not be told from a leak."""

HIDDEN = "***"

LOGGERS = (
    "httpx",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
    "sqlalchemy.engine.Engine",
    "sqlalchemy.pool.impl.NullPool",
)
"""Loggers of the libraries that see requests; httpx writes every address at level INFO."""


class Secrets:
    """The secrets of some sources; they show in no representation of this object.

    ValueError, without the secret, where one is shorter than :data:`SHORTEST` characters.
    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        for source, secret in secrets.items():
            if len(secret.strip()) < SHORTEST:
                raise ValueError(f"the secret of source {source!r} has fewer than {SHORTEST} characters")
        self._secrets = {source: SecretStr(secret.strip()) for source, secret in secrets.items()}
        self._filter = _Redaction(self)
        for name in LOGGERS if self._secrets else ():
            logging.getLogger(name).addFilter(self._filter)

    def close(self) -> None:
        """Stop watching the logs."""
        for name in LOGGERS:
            logging.getLogger(name).removeFilter(self._filter)

    def of(self, source: SourceInfo) -> str | None:
        """The secret of a source, where there is one."""
        secret = self._secrets.get(source.id)
        return secret.get_secret_value() if secret else None

    def needed(self, source: SourceInfo, url: str) -> str:
        """The secret of a source that cannot be read without; SourceChanged where none was given."""
        secret = self.of(source)
        if secret is None:
            raise SourceChanged(
                "the source is read with a key, and none was given",
                source=source.id,
                url=url,
                remedy=f"ask the source's owner for a key and add it to the secrets under {source.id}",
            )
        return secret

    def held_in(self, text: str) -> bool:
        """True where a secret stands in the text, plainly or escaped as in an address or in JSON."""
        return any(
            spelling in form
            for form in {text, unquote_plus(text)}
            for secret in self._secrets.values()
            for spelling in _spellings(secret.get_secret_value())
        )

    def redacted(self, text: str) -> str:
        """The text with every secret hidden."""
        for secret in self._secrets.values():
            for spelling in _spellings(secret.get_secret_value()):
                text = text.replace(spelling, HIDDEN)
        return f"(withheld: it repeats a secret) {HIDDEN}" if self.held_in(text) else text

    @contextmanager
    def guarded(self, source: SourceInfo) -> Iterator[None]:
        """Errors that leave this context hold no secret, nor do the errors behind them."""
        if source.id not in self._secrets:
            yield
            return
        try:
            yield
        except SourceError as error:
            error.what = self.redacted(error.what)
            error.args = (error.what,)
            error.url = self.redacted(error.url) if error.url else None
            error.__cause__ = error.__context__ = None
            raise error from None


class _Redaction(logging.Filter):
    """Lets every record pass, without its secrets."""

    def __init__(self, secrets: Secrets) -> None:
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if self._secrets.held_in(message):
            record.msg, record.args = self._secrets.redacted(message), ()
        return True


def _spellings(secret: str) -> list[str]:
    """The secret as it may be written, the longest first."""
    forms = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]}
    return sorted(forms, key=len, reverse=True)
