"""How does what a cell showed stand on the page: with which number, source, language, and labels on a phone?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

from kpeval.present.language import Language
from kpeval.present.origin import source
from kpeval.reporting.failure import Failed

QUOTED = re.compile(r'(<(?:t[dh]|dd|span)[^>]*) class="quoted(?: (\w+))?"')
TOO_MANY = 6  # columns: with the spacing that a reader sets, such a table may be wider than its frame
MANY = 3  # a table of so many columns stands on a phone as a list, each value under its heading


class Piece(NamedTuple):
    """Something kpeval showed: the cell that showed it, of what kind it is, what is noted about it, its HTML."""

    cell: str
    kind: str
    about: Mapping[str, Any]
    html: str


class Numbered:
    """Numbers tables and figures in the order in which they come.

    `headings` are, by the id of a table of many columns, what its cells are headed by.
    """

    def __init__(self, words: Language, cover: Mapping[str, Any]) -> None:
        self.words, self.cover = words, cover
        self.tables = self.charts = 0
        self.headings: dict[str, list[str]] = {}
        self.sources: dict[str, str] = {}

    def placed(self, piece: Piece) -> str:
        """The piece as it stands on the page; Failed where a reader would miss something."""
        html = piece.html
        if piece.kind == "table":
            html = self._table(piece)
        elif piece.kind == "chart":
            html = self._chart(piece)
        return in_its_language(html, self.cover["data_language"], self.words)

    def _table(self, piece: Piece) -> str:
        self.tables += 1
        label = self.words.say("Table {number}.", number=self.tables)
        html = _captioned(piece, "caption", label)
        headings = piece.about.get("headings", [])
        if len(headings) >= MANY:
            name = f"t{self.tables}"
            self.headings[name] = headings
            html = html.replace("<table", f'<table id="{name}"', 1).replace('table">', 'wide table">', 1)
        if len(headings) >= TOO_MANY:  # it may be wider than the page, and scroll: then the keyboard must reach it
            frame = f'<div role="region" tabindex="0" aria-labelledby="c{self.tables}" class='
            html = html.replace("<div class=", frame, 1).replace("<caption", f'<caption id="c{self.tables}"', 1)
        return html.removesuffix("</div>") + self._source(piece, label) + "</div>"

    def _chart(self, piece: Piece) -> str:
        self.charts += 1
        label = self.words.say("Figure {number}.", number=self.charts)
        html = _captioned(piece, "figcaption", label)
        if not str(piece.about.get("alt", "")).strip():
            raise Failed("a chart has no alternative text", piece.cell)
        if "<svg" not in html:
            raise Failed("a chart has no picture", piece.cell)
        return html.removesuffix("</figure>") + self._source(piece, label) + "</figure>"

    def _source(self, piece: Piece, label: str) -> str:
        """Where it comes from; what was said before is said by the number of what it stands under."""
        day, charted = self.cover["as_of_text"], piece.kind == "chart"
        said = source(piece.about.get("table", ""), self.cover.get("origins", {}), day, self.words, charted=charted)
        first = self.sources.setdefault(said, label)
        if first != label:
            said = self.words.say("Source: as for {figure}.", figure=first.rstrip("."))
        return f'<p class="source">{escape(said)}</p>'


def in_its_language(html: str, language: str, words: Language) -> str:
    """The HTML with what it quotes from the documents marked with their language, where that is not the page's."""
    own = f' lang="{escape(language)}"' if language != words.code else ""
    return QUOTED.sub(lambda found: found[1] + own + (f' class="{found[2]}"' if found[2] else ""), html)


def _captioned(piece: Piece, tag: str, label: str) -> str:
    before, _, rest = piece.html.partition(f"<{tag}>")
    caption = rest.partition(f"</{tag}>")[0]
    if not re.sub("<[^>]*>", "", caption).strip():
        raise Failed(f"a {piece.kind} has no caption", piece.cell)
    return f'{before}<{tag}><b class="count">{escape(label)}</b> {rest}'
