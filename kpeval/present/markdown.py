"""How do somebody's own words, written in Markdown, look on a page, whatever stands in them?

Markup in them shows as text, pictures as the words that describe them, links lead to web pages and mail only, and what
is a heading stands below the headings of the page.
"""

from __future__ import annotations

from html import escape
from typing import Any

import mistune

LINKS = ("https://", "http://", "mailto:")


def rendered(text: str, caption: str, level: int) -> str:
    """The Markdown `text` as HTML; each table in it is called `caption`, each heading in it is one of the `level`."""
    return str(mistune.create_markdown(renderer=_Renderer(caption, level), plugins=["table"])(text)).strip()


class _Renderer(mistune.HTMLRenderer):
    """HTML that nothing written can break out of: mistune escapes, and what is left over here is refused."""

    def __init__(self, caption: str, level: int) -> None:
        super().__init__(escape=True)
        self.caption, self.level = escape(caption), level

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        return f"<h{self.level}>{text}</h{self.level}>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if url.lower().startswith(LINKS):
            return f'<a href="{escape(url)}">{text}</a>'
        return text if url in text else f"{text} ({escape(url)})"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return text

    def block_code(self, code: str, info: str | None = None) -> str:
        return f"<pre><code>{escape(code)}</code></pre>\n"

    def table(self, text: str) -> str:
        frame = f'<div class="table" role="group" tabindex="0" aria-label="{self.caption}">'
        return f"{frame}\n<table>\n<caption>{self.caption}</caption>\n{text}</table>\n</div>\n"

    def table_head(self, text: str) -> str:
        return f"<thead><tr>{text}</tr></thead>\n"

    def table_body(self, text: str) -> str:
        return f"<tbody>\n{text}</tbody>\n"

    def table_row(self, text: str) -> str:
        return f"<tr>{text}</tr>\n"

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        number = ' class="number"' if align == "right" else ""
        if head and text.strip():
            return f'<th scope="col"{number}>{text}</th>'
        return f"<td{number}>{text}</td>"
