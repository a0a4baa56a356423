"""Telling an engineer that something failed: what, why, what to do, and where the evidence lies.

By e-mail and by a webhook, each where it is set up. A notice that cannot be sent is logged and
breaks nothing: the task has failed already, and its log says so too.
"""

from __future__ import annotations

import logging
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from urllib.parse import urlsplit

import httpx

from oryndau.settings import Settings, SettingsError

log = logging.getLogger(__name__)

SECONDS = 15.0
"""How long a server may take to accept a notice."""

PORTS = {"smtp": 25, "smtps": 465}
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Notice:
    """Three facts and a link; every text is plain."""

    what: str
    why: str
    remedy: str
    evidence: str

    @property
    def text(self) -> str:
        return f"{self.what}\n\nWhy: {self.why}\n\nWhat to do: {self.remedy}\n\nEvidence: {self.evidence}\n"


def send(settings: Settings, notice: Notice) -> list[str]:
    """Send a notice wherever the settings say; gives the channels that took it. Never raises for a channel."""
    try:
        secrets = settings.secrets()
    except SettingsError as error:
        log.warning("no notice was sent: %s", error)
        return []
    channels: dict[str, Callable[[], None]] = {}
    if settings.mail_server is not None:
        server = settings.mail_server
        channels["mail"] = lambda: _mail(server, secrets.get("smtp"), settings, notice)
    if "webhook" in secrets:
        channels["webhook"] = lambda: _post(secrets["webhook"], notice)
    taken = []
    for name, channel in channels.items():
        try:
            channel()
        except (OSError, smtplib.SMTPException, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            # The error's own words may hold the address of the webhook, which is a secret.
            log.warning("the notice could not be sent by %s: %s", name, _plain(error))
        else:
            taken.append(name)
    return taken


def _plain(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"it answered {error.response.status_code}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return type(error).__name__


def _mail(server: str, password: str | None, settings: Settings, notice: Notice) -> None:
    address = urlsplit(server)
    host, port = address.hostname or "localhost", address.port or PORTS[address.scheme]
    message = EmailMessage()
    message["Subject"] = re.sub(r"\s+", " ", f"Oryndau: {notice.what}")[:200]
    message["From"], message["To"] = settings.mail_from, ", ".join(settings.mail_to)
    message.set_content(notice.text)
    context = ssl.create_default_context()
    secure = address.scheme == "smtps"
    with (
        smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
        if secure
        else smtplib.SMTP(host, port, timeout=SECONDS)
    ) as session:
        session.ehlo()
        if not secure and session.has_extn("starttls"):
            session.starttls(context=context)
            secure = True
        if address.username and password is not None:
            if not secure and host not in LOCAL:
                raise smtplib.SMTPNotSupportedError("the server offers no encryption")
            session.login(address.username, password)
        session.send_message(message)


def _post(url: str, notice: Notice) -> None:
    """One JSON object; ``text`` is what chat services show."""
    if not url.startswith(("https://", "http://")):
        raise ValueError("the webhook is no http address")
    answer = httpx.post(url, json={"text": notice.text, **asdict(notice)}, timeout=SECONDS, follow_redirects=False)
    if not answer.is_success:
        raise httpx.HTTPStatusError("", request=answer.request, response=answer)
