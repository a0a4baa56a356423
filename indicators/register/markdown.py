"""A small, safe part of Markdown as plain data: paragraphs, bold, italics, links and flat lists.

Everything else that Markdown or HTML knows stays the text that was typed: nothing here ever
becomes markup of a page, since a page is built from :class:`Block` and :class:`Span` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from indicators.register.model import Model

__all__ = ["Block", "MarkdownError", "Span", "plain_blocks", "read_blocks"]

_BLOCK_RULES = ("paragraph", "list")
_INLINE_RULES = ("text", "newline", "escape", "emphasis", "link")
_ADDRESSES = ("https://", "http://")


class Span(Model):
    """A stretch of text in one manner; ``link`` is an address on the web."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str | None = None


class Block(Model):
    """A paragraph with its lines, or a list with its entries; each is a sequence of spans."""

    kind: Literal["paragraph", "bullets", "numbers"]
    items: tuple[tuple[Span, ...], ...]

    @property
    def text(self) -> str:
        """The words alone."""
        return " ".join("".join(span.text for span in item) for item in self.items)


class MarkdownError(ValueError):
    """The text asks for what cannot be printed; ``line`` counts from 1 within the text."""

    def __init__(self, line: int, message: str):
        self.line = line
        super().__init__(message)


def read_blocks(text: str) -> tuple[Block, ...]:
    """Markdown as blocks.

    MarkdownError where a list stands within a list or an address is not one of the web. HTML,
    entities, code, quotes, tables and pictures are no markup here and come back as typed.
    """
    tokens = iter(_parser().parse(text))
    return tuple(_blocks(tokens))


def plain_blocks(text: str) -> tuple[Block, ...]:
    """Text without any markup, character for character: an empty line parts paragraphs, a line stays a line."""
    parts = [part.strip("\n") for part in _paragraphs(text.split("\n"))]
    return tuple(
        Block(kind="paragraph", items=tuple((Span(text=line.rstrip()),) for line in part.split("\n"))) for part in parts
    )


def _paragraphs(lines: Sequence[str]) -> Iterator[str]:
    held: list[str] = []
    for line in (*lines, ""):
        if line.strip():
            held.append(line)
        elif held:
            yield "\n".join(held)
            held = []


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("zero", {"html": False}).enable([*_BLOCK_RULES, *_INLINE_RULES])


def _blocks(tokens: Iterator[Token]) -> Iterator[Block]:
    for token in tokens:
        if token.type == "inline":
            yield Block(kind="paragraph", items=tuple(_lines(token)))
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            kind: Literal["bullets", "numbers"] = "bullets" if token.type.startswith("bullet") else "numbers"
            yield Block(kind=kind, items=tuple(_entries(tokens)))


def _entries(tokens: Iterator[Token]) -> Iterator[tuple[Span, ...]]:
    """The entries of a list up to its end; lines and paragraphs of one entry are joined."""
    held: list[Span] = []
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            raise MarkdownError(_line(token), "a list stands within a list: lists are one level deep")
        if token.type in ("bullet_list_close", "ordered_list_close"):
            return
        if token.type == "inline":
            for line in _lines(token):
                held += [Span(text=" "), *line] if held else line
        elif token.type == "list_item_close":
            yield tuple(held)
            held = []


def _lines(token: Token) -> Iterator[tuple[Span, ...]]:
    """The spans of a run of text, a tuple a line that was broken on purpose."""
    spans: list[Span] = []
    bold = italic = False
    link: str | None = None
    for child in token.children or ():
        match child.type:
            case "strong_open" | "strong_close":
                bold = child.type == "strong_open"
            case "em_open" | "em_close":
                italic = child.type == "em_open"
            case "link_open":
                link = str(child.attrs["href"])
                if not link.startswith(_ADDRESSES):
                    raise MarkdownError(_line(token), f"{link!r} is no address that can be printed: write https://…")
            case "link_close":
                link = None
            case "hardbreak":
                yield tuple(spans)
                spans = []
            case _:
                text = " " if child.type == "softbreak" else child.content
                if text:
                    spans.append(Span(text=text, bold=bold, italic=italic, link=link))
    yield tuple(spans)


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1
