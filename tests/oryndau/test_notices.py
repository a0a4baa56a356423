"""Who is called at night gets what failed, why, what to do and a link; nobody ever gets a password."""

from __future__ import annotations

import json
import logging
import smtplib
import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, ClassVar

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from pytest_httpserver import HTTPServer

from oryndau.notices import Notice, send
from oryndau.settings import Settings, SettingsError

NOTICE = Notice(
    "collect: gate.every_suite_passed did not pass",
    "refused by its checks: syn/1@2024-06-01 (key_unique)\nsecond line",
    "Open the evidence, ask the source, then decide.",
    "file:///out/evidence/0123456789ab/index.html",
)
PASSWORD = "correct horse"


class Mailbox:
    """What a mail server received."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []
        self.logins: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.envelopes.append(envelope)
        return "250 accepted"

    def __call__(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.logins.append(data.login.decode())
        return AuthResult(success=data.password.decode() == PASSWORD, handled=False)


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, authenticator=box, auth_require_tls=False)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


def settings(tmp_path: Path, secrets: dict[str, str], **environment: str) -> Settings:
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps(secrets))
    file.chmod(0o600)
    return Settings.from_environment({"ORYNDAU_SECRETS_FILE": str(file), **environment})


def by_mail(tmp_path: Path, port: int, password: str = PASSWORD) -> Settings:
    server = {"ORYNDAU_MAIL_SERVER": f"smtp://robot@127.0.0.1:{port}", "ORYNDAU_MAIL_TO": "on.call@example.org"}
    return settings(tmp_path, {"smtp": password}, **server)


def test_mail_holds_the_three_facts_and_the_link(mailbox: tuple[Mailbox, int], tmp_path: Path) -> None:
    box, port = mailbox
    assert send(by_mail(tmp_path, port), NOTICE) == ["mail"]
    (envelope,) = box.envelopes
    message = message_from_bytes(envelope.content, policy=policy.default)
    assert (envelope.rcpt_tos, box.logins) == (["on.call@example.org"], ["robot"])
    assert NOTICE.what in str(message["Subject"])
    text = message.get_content()
    assert all(fact in text.replace("\r\n", "\n") for fact in (NOTICE.why, NOTICE.remedy, NOTICE.evidence))


def test_webhook_holds_the_same(httpserver: HTTPServer, tmp_path: Path) -> None:
    httpserver.expect_oneshot_request("/hook/SECRET", method="POST").respond_with_data("ok")
    assert send(settings(tmp_path, {"webhook": httpserver.url_for("/hook/SECRET")}), NOTICE) == ["webhook"]
    ((request, _),) = httpserver.log
    body = request.get_json()
    assert body["text"] == NOTICE.text
    assert (body["why"], body["remedy"], body["evidence"]) == (NOTICE.why, NOTICE.remedy, NOTICE.evidence)


def test_subject_cannot_add_a_header(mailbox: tuple[Mailbox, int], tmp_path: Path) -> None:
    box, port = mailbox
    hostile = Notice("x\r\nBcc: someone@example.org", "why", "remedy", "link")
    assert send(by_mail(tmp_path, port), hostile) == ["mail"]
    assert message_from_bytes(box.envelopes[0].content)["Bcc"] is None


def test_channel_that_fails_is_logged_without_its_secret_and_the_other_still_works(
    mailbox: tuple[Mailbox, int], httpserver: HTTPServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    httpserver.expect_request("/hook/SECRET").respond_with_data("no", status=500)
    address = {"webhook": httpserver.url_for("/hook/SECRET"), "smtp": PASSWORD}
    server = {"ORYNDAU_MAIL_SERVER": f"smtp://robot@127.0.0.1:{mailbox[1]}", "ORYNDAU_MAIL_TO": "on.call@example.org"}
    with caplog.at_level(logging.WARNING):
        assert send(settings(tmp_path, address, **server), NOTICE) == ["mail"]
    assert "could not be sent by webhook: it answered 500" in caplog.text
    assert "SECRET" not in caplog.text


def test_wrong_password_and_silent_server_are_warnings(
    mailbox: tuple[Mailbox, int], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert send(by_mail(tmp_path, mailbox[1], "wrong password"), NOTICE) == []
    assert send(by_mail(tmp_path, 1), NOTICE) == []
    assert "SMTPAuthenticationError 535" in caplog.text
    assert "ConnectionRefusedError" in caplog.text
    assert "wrong password" not in caplog.text


def test_password_never_leaves_this_machine_in_the_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A far server without encryption: nobody logs in, and nothing is sent."""

    class Plain:
        said: ClassVar[list[str]] = []

        def __init__(self, *_: object, **__: object) -> None: ...

        def __enter__(self) -> Plain:
            return self

        def __exit__(self, *_: object) -> None: ...

        def ehlo(self) -> None: ...

        def has_extn(self, _: str) -> bool:
            return False

        def login(self, *words: str) -> None:
            self.said += words

        def send_message(self, message: Any) -> None:
            self.said.append(str(message))

    monkeypatch.setattr(smtplib, "SMTP", Plain)
    far = {"ORYNDAU_MAIL_SERVER": "smtp://robot@mail.example.org", "ORYNDAU_MAIL_TO": "on.call@example.org"}
    assert send(settings(tmp_path, {"smtp": PASSWORD}, **far), NOTICE) == []
    assert Plain.said == []


def test_nothing_set_up_tells_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert send(settings(tmp_path, {}), NOTICE) == []
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"ORYNDAU_MAIL_SERVER": "mail.example.org", "ORYNDAU_MAIL_TO": "a@b"}, "ORYNDAU_MAIL_SERVER"),
        ({"ORYNDAU_MAIL_SERVER": "smtp://u:hush@mail.example.org", "ORYNDAU_MAIL_TO": "a@b"}, "ORYNDAU_MAIL_SERVER"),
        ({"ORYNDAU_MAIL_SERVER": "smtp://[hush", "ORYNDAU_MAIL_TO": "a@b"}, "ORYNDAU_MAIL_SERVER"),
        ({"ORYNDAU_MAIL_SERVER": "smtp://h:99999", "ORYNDAU_MAIL_TO": "a@b"}, "ORYNDAU_MAIL_SERVER"),
        ({"ORYNDAU_MAIL_SERVER": "smtp://mail.example.org"}, "ORYNDAU_MAIL_TO"),
        ({"ORYNDAU_MAIL_SERVER": "smtp://mail.example.org", "ORYNDAU_MAIL_TO": "nobody"}, "ORYNDAU_MAIL_TO"),
    ],
)
def test_setting_that_cannot_be_used_is_named_and_no_password_repeated(environment: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named) as told:
        Settings.from_environment(environment)
    assert "hush" not in str(told.value)
