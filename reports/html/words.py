"""Texts on their way into a page: without what no reader can see, and with links to the web alone."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup
from pydantic import BaseModel

from indicators.register.model import Text

_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"  # control characters
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Zero-width characters and those that turn the direction of what follows: a page must not say what is not in it."""


def safe(text: str) -> str:
    """The text without characters that a reader cannot see but that change what is read."""
    return _UNSEEN.sub("", text)


def cleaned(value: Any) -> Any:
    """Every value on its way into a page; markup that was built here is left as it is."""
    return safe(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def web_address(text: str | None) -> str | None:
    """The address if it is one of the web (http or https, a host, no space), else None: it is then printed as text."""
    if text is None or safe(text) != text or any(character.isspace() for character in text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.hostname else None


def borrowed(value: Any, lang: str) -> set[str]:
    """Texts of an edition that stand in Russian because there is none in ``lang``: they are to be marked as Russian."""
    found: set[str] = set()
    if isinstance(value, Text):
        if not getattr(value, lang):
            found.add(value.ru)
    elif isinstance(value, BaseModel):
        for _, member in value:
            found |= borrowed(member, lang)
    elif isinstance(value, tuple | list):
        for member in value:
            found |= borrowed(member, lang)
    elif isinstance(value, dict):
        for member in value.values():
            found |= borrowed(member, lang)
    return found
