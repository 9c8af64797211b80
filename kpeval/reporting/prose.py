"""What do a notebook's Markdown cells say on the page? The catalogue's words, as headings, sections and paragraphs."""

from __future__ import annotations

from collections.abc import Set
from functools import lru_cache
from itertools import takewhile
from typing import Any

import mistune
from nbformat import NotebookNode

from kpeval.present.language import Language, MissingTranslation
from kpeval.reporting.failure import Failed


class Prose:
    """The prose of a notebook in a language.

    `title` is the title of the notebook, `html` by cell id what stands on the page (a section opens at each heading of
    the second level), `contents` the sections as (id, text), `end` closes the last one. `shows` are the code cells that
    show something.
    """

    def __init__(self, nb: NotebookNode, words: Language, shows: Set[str]) -> None:
        self.title = ""
        self.html: dict[str, str] = {}
        self.contents: list[tuple[str, str]] = []
        cells = list(nb.cells)
        for place, cell in enumerate(cells):
            if cell.cell_type != "markdown":
                continue
            source = _said(cell, words)
            if place == 0:
                self.title, source = _titled(source, cell.id)
            elif _asks_in_vain(cells[place + 1 :], shows, whole=source.startswith("## ")):
                continue
            opened = tuple(name for name, _ in self.contents)
            self.html[cell.id], sections = _rendered(source, cell.id, opened)
            self.contents += sections
        if not self.title:
            raise Failed("the notebook does not begin with '# Title'")
        self.end = "</section>" if self.contents else ""


def title(nb: NotebookNode, words: Language) -> str:
    """The title of a notebook alone; Failed where it has none."""
    first = nb.cells[0]
    return _titled(_said(first, words), first.id)[0]


def _asks_in_vain(following: list[NotebookNode], shows: Set[str], *, whole: bool) -> bool:
    """Whether nothing that answers shows anything on the page: a question without an answer is left out.

    What answers are the cells up to the next text; of a `whole` section, its heading, those up to the next section.
    """
    own = takewhile(lambda cell: not (cell.cell_type == "markdown" and cell.source.startswith("## ")), following)
    code = takewhile(lambda cell: whole or cell.cell_type == "code", own)
    answers = [cell.id for cell in code if cell.cell_type == "code"]
    return bool(answers) and shows.isdisjoint(answers)


def _said(cell: NotebookNode, words: Language) -> str:
    try:
        return words.say(cell.source)
    except MissingTranslation:
        raise Failed(f"the catalogue '{words.code}' lacks this cell's text", cell.id) from None


def _titled(source: str, cell: str) -> tuple[str, str]:
    title, _, rest = source.strip().partition("\n")
    if not title.startswith("# "):
        raise Failed("the first cell does not begin with '# Title'", cell)
    return title[2:].strip(), rest


@lru_cache(maxsize=1024)
def _rendered(source: str, cell: str, opened: tuple[str, ...]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The text of a cell as HTML, and the sections it opens after those `opened` before: (id, text).

    The reports of a batch say the same words over and over, and Markdown takes longer than all else on a page.
    """
    renderer = _Renderer(cell, opened)
    return str(mistune.create_markdown(renderer=renderer)(source)).strip(), tuple(renderer.sections)


class _Renderer(mistune.HTMLRenderer):
    """Markdown as HTML, markup in it shown as text; headings open sections, pictures are refused."""

    def __init__(self, cell: str, opened: tuple[str, ...]) -> None:
        super().__init__(escape=True)
        self.cell, self.opened = cell, opened
        self.sections: list[tuple[str, str]] = []

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        if level == 1:
            raise Failed("a second '# Title': sections begin with '## '", self.cell)
        if level > 2:
            return f"<h{level}>{text}</h{level}>\n"
        taken = [*self.opened, *(name for name, _ in self.sections)]
        name = self.cell if self.cell not in taken else f"{self.cell}-{len(taken)}"
        close = "</section>\n" if taken else ""
        self.sections.append((name, text))
        return f'{close}<section aria-labelledby="{name}">\n<h2 id="{name}">{text}</h2>\n'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        raise Failed("a picture in Markdown has no place on a page: show it from a code cell", self.cell)
