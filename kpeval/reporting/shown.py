"""What does a page show, and where: in which table, under which heading? And where do two pages differ first?

Nothing is run or loaded. On a page of kpeval every `<` opens a tag and every `>` ends one, so that it is taken apart in
one go, whoever wrote it; Python's own parser needs minutes for some pages that somebody may hand over.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from itertools import islice, zip_longest
from typing import NamedTuple

TOKEN = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)?([^<>]*)>?|([^<]+)")
LARGEST = 10_000  # characters of a cell or caption that are looked at
LONGEST = 80  # characters of what names a place
AROUND = 40  # characters of each page that are quoted around the first difference
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
PARTS = {"head": "the head of the page", "style": "its style", "header": "the cover", "nav": "the contents",
         "footer": "the foot", "script": "the record"}  # fmt: skip


class Piece(NamedTuple):
    """A text or a tag of a page, and the place where it stands, in words."""

    place: str
    text: str
    is_text: bool


class Table(NamedTuple):
    """A table as it is shown: its caption without its number, its headings, the texts of its rows, its part."""

    caption: str
    headings: list[str]
    rows: list[list[str]]
    part: str = ""  # of the page in which it stands, if not in its text


class Difference(NamedTuple):
    """Where two pages differ: the place, what the first says there and what the second does."""

    place: str
    was: str
    should: str


class Shown:
    """All that a page shows, in order; `tables` are those in its text, and in its foot."""

    def __init__(self, html: str) -> None:
        self.pieces: list[Piece] = []
        self.tables: list[Table] = []
        self._open: Counter[str] = Counter()
        self._part = self._heading = ""
        self._numbering = False
        for end, tag, rest, text in TOKEN.findall(html):
            if text:
                self._told(unescape(text))
            elif end:
                self._ended(tag.lower())
            else:
                self._began(tag.lower(), rest)

    @property
    def texts(self) -> list[Piece]:
        """What stands there in words, but for the style and the record."""
        aside = (PARTS["style"], PARTS["script"])
        return [piece for piece in self.pieces if piece.is_text and piece.place not in aside]

    def _began(self, tag: str, attributes: str) -> None:
        if tag in PARTS or tag == "main":
            self._part = PARTS.get(tag, "")
        if tag in HEADINGS:
            self._heading = ""
        if tag == "table":
            self.tables.append(Table("", [], [], self._part))
        elif tag == "tr" and self.tables:
            self.tables[-1].rows.append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1].rows:
            self.tables[-1].rows[-1].append("")
        self._numbering = tag == "b" and 'class="count"' in attributes
        self._open[tag] += 1
        self.pieces.append(Piece(self._place(), f"<{tag}{attributes}>", False))

    def _ended(self, tag: str) -> None:
        self.pieces.append(Piece(self._place(), f"</{tag}>", False))
        self._open[tag] = max(0, self._open[tag] - 1)
        if tag == "thead" and self.tables and self.tables[-1].rows:
            self.tables[-1].headings.extend(self.tables[-1].rows.pop())
        if tag in PARTS:
            self._part = PARTS["head"] if tag == "style" else ""
        self._numbering = False

    def _told(self, data: str) -> None:
        if not data.strip():
            return
        if any(self._open[tag] for tag in HEADINGS):
            self._heading = (self._heading + data)[:LONGEST]
        table = self.tables[-1] if self._open["table"] and self.tables else None
        if table is not None and self._open["caption"] and not self._numbering:
            self.tables[-1] = table._replace(caption=(table.caption + data).strip()[:LARGEST])
        elif table is not None and table.rows and table.rows[-1]:
            table.rows[-1][-1] = (table.rows[-1][-1] + data)[:LARGEST]
        self.pieces.append(Piece(self._place(), data, True))

    def _place(self) -> str:
        if self._open["table"] and self.tables and self._part != PARTS["footer"]:
            return self._place_in(self.tables[-1])
        if self._part:
            return self._part
        what = "the figure" if self._open["svg"] or self._open["figure"] else "the text"
        under = " ".join(self._heading.split())
        return f"{what} under “{under}”" if under else what

    def _place_in(self, table: Table) -> str:
        cells = table.rows[-1] if table.rows and self._open["tbody"] else []
        row = f", row “{cells[0].strip()[:LONGEST]}”" if cells else ""
        column = (
            f", “{table.headings[len(cells) - 1].strip()[:LONGEST]}”" if 1 < len(cells) <= len(table.headings) else ""
        )
        return f"the table “{table.caption[:LONGEST]}”{row}{column}"


def differences(page: str, other: str, most: int = 5) -> list[Difference]:
    """Where two pages differ for a reader, in order; if nowhere, where their markup does. None for the same bytes.

    Where one says more or less than the other, nothing after that place is compared.
    """
    if page == other:
        return []
    one, two = Shown(page), Shown(other)
    found = _apart(one.texts, two.texts, most) or _apart(one.pieces, two.pieces, most)
    return found or [Difference("the spaces between its parts", "", "")]


def otherwise(page: str, other: str) -> Difference | None:
    """The first words in which two pages differ for a reader, but for those of head, foot and contents."""
    aside = (PARTS["head"], PARTS["footer"], PARTS["nav"])
    one, two = ([piece for piece in Shown(html).texts if piece.place not in aside] for html in (page, other))
    return next(iter(_apart(one, two, 1)), None)


def _apart(one: list[Piece], two: list[Piece], most: int) -> list[Difference]:
    end = Piece("the end of the page", "", False)
    pairs = ((mine, theirs) for mine, theirs in zip_longest(one, two, fillvalue=end) if mine.text != theirs.text)
    told = islice(pairs, most if len(one) == len(two) else 1)
    return [Difference(theirs.place, *_around(mine.text, theirs.text)) for mine, theirs in told]


def _around(one: str, two: str) -> tuple[str, str]:
    """Both texts, cut to what stands around the first sign in which they differ."""
    apart = (at for at, (sign, other) in enumerate(zip(one, two, strict=False)) if sign != other)
    at = next(apart, min(len(one), len(two)))
    start = max(0, at - AROUND)

    def cut(text: str) -> str:
        shown = " ".join(text[start : at + AROUND].split())
        return ("…" if start else "") + shown + ("…" if at + AROUND < len(text) else "")

    return cut(one), cut(two)
