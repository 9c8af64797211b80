"""What does a notebook cell show, in JupyterLab and in a report alike?

Each thing shown is a small piece of semantic HTML with the same said in plain text, and a note for the report's
template of what kind it is (`metadata["text/html"]["kpeval"]`). Nothing is shown that did not come through here,
so everything is escaped once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec

from kpeval.present.length import shortened

if TYPE_CHECKING:
    import pandas as pd

# A line of its own in JupyterLab, which lets what and how much float; a page has a style of its own.
FLOW = ' style="display: flow-root"'
SHOWN = "application/vnd.kpeval.shown+json"  # what is shown, with typed values: a workbook is made from it, no page
RESULT = "application/vnd.dataresource+json"  # tabular data as Jupyter carries it: Frictionless, as pandas writes it
TYPES = {"O": "string", "i": "integer", "u": "integer", "f": "number", "b": "boolean", "M": "datetime"}  # by dtype kind
LONG = 24  # signs in a cell: a text, which wants a line of its own where there is little room
SMALL = 3, 64  # a table of so many columns and signs in its longest row at most may stand beside a chart

Bundle = tuple[dict[str, Any], dict[str, dict[str, Any]]]
Asked = ParamSpec("Asked")


def bundle(html: str, plain: str, kind: str, **about: Any) -> Bundle:
    """The MIME bundle of something shown: kind is cover, sentence, table, chart, commentary, omitted, provenance."""
    return {"text/html": html, "text/plain": plain}, {"text/html": {"kpeval": {"kind": kind, **about}}}


@dataclass(frozen=True)
class Sentence:
    """One or more paragraphs in words; `unstated` where they say only that the documents do not state something.

    A page says the latter once a section, and what of it stands together in one paragraph.
    """

    paragraphs: tuple[str, ...]
    unstated: bool = False

    def __str__(self) -> str:
        return "\n".join(self.paragraphs)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        html = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in self.paragraphs)
        return bundle(html, str(self), "sentence", **({"unstated": True} if self.unstated else {}))


def unstated(text: str) -> Sentence:
    """That the documents do not state something."""
    return Sentence((text,), unstated=True)


@dataclass(frozen=True)
class Points:
    """A short list of points, one sentence each; the first `wrong` of them say what is wrong."""

    points: tuple[str, ...]
    wrong: int = 0

    def __str__(self) -> str:
        return "\n".join(f"- {point}" for point in self.points)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        marks = [' class="wrong"'] * self.wrong + [""] * len(self.points)
        items = "\n".join(f"<li{mark}>{escape(point)}</li>" for mark, point in zip(marks, self.points, strict=False))
        return bundle(f'<ul class="points">\n{items}\n</ul>', str(self), "sentence")


@dataclass(frozen=True)
class Omitted:
    """A table or chart that would show nothing; a report leaves it out, a sentence beside it says why.

    Where a chart would show one number, the report says that number with the `reason` in its place: it is `told`.
    Where nothing is missing, as where the evaluator has nothing to add, a workbook does not list it as left out: no
    `gap`.
    """

    reason: str
    told: bool = False
    gap: bool = True

    def __str__(self) -> str:
        return self.reason

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        if self.told:
            return bundle(f'<p class="note">{escape(self.reason)}</p>', self.reason, "sentence")
        about = {} if self.gap else {"gap": False}
        return bundle(f"<p><em>{escape(self.reason)}</em></p>", self.reason, "omitted", **about)


class Cell(NamedTuple):
    """One cell: its text, whether it is a number (its column is then aligned right), and a mark such as "computed".

    Where the text stands for a value, `value` holds it as it is, unrounded: a number, a share (a fraction of 1) or a
    day (ISO), as `kind` says. What is missing or withheld has no value. A text that says several things at once names
    the cells it is made of in `parts`: a period its ends; the one named "" is what the column's heading says.
    """

    text: str
    number: bool = False
    mark: str = ""
    quoted: bool = False  # the documents' own words, in the language of the data
    value: float | str | None = None
    kind: str = ""  # of the value: number, share or day
    unit: str = ""  # of the value: %, Kč, persons …
    parts: tuple[tuple[str, Any], ...] = ()
    cut: bool = False  # its text was too long to be shown whole
    unknown: bool = False  # says only that nothing is stated or computed: it is shown, and does not call

    @property
    def told(self) -> str | dict[str, Any]:
        """The cell as JSON: its text, and what more there is to it."""
        parts = [[name, part.told] for name, part in self.parts]
        more = {"mark": self.mark, "unit": self.unit, "right": self.number, "parts": parts}
        kept: dict[str, Any] = {name: one for name, one in more.items() if one}
        if self.value is not None:
            kept[self.kind] = self.value
        return {"text": self.text, **kept} if kept else self.text


@dataclass(frozen=True)
class Table:
    """A finished table: every cell is text already; the first column names the row."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    result: pd.DataFrame | None = None  # what it shows, with numbers as numbers: for programs, not for readers
    totals: int = 0  # how many of the last rows are sums of those above
    name: str = ""  # of that result, as results or schema declare it

    def __str__(self) -> str:
        lines = [self.caption, "\t".join(self.headings)]
        lines += ["\t".join(" ".join(filter(None, (cell.text, cell.mark))) for cell in row) for row in self.rows]
        return "\n".join([*lines, *self.notes])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        numeric = [any(cell.number for cell in column) for column in zip(*self.rows, strict=True)]
        look = [f"n{place}" for place, right in enumerate(numeric, start=1) if right]
        longest = [max(len(cell.text) for cell in column) for column in zip(*self.rows, strict=True)]
        look += [f"t{place}" for place, signs in enumerate(longest, start=1) if signs > LONG]
        width = max((sum(len(cell.text) + len(cell.mark) for cell in row) for row in self.rows), default=0)
        small = len(self.headings) <= SMALL[0] and width <= SMALL[1]
        head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in self.headings)
        body = "\n".join("<tr>" + "".join(_cell(*place) for place in enumerate(row)) + "</tr>" for row in self.rows)
        notes = "".join(f'<p class="note">{escape(note)}</p>\n' for note in self.notes)
        html = (
            f'<div class="{"small table" if small else "table"}">\n<table{_classes(look)}>\n'
            f"<caption>{escape(self.caption)}</caption>\n<thead><tr>{head}</tr></thead>\n"
            f"<tbody>\n{body}\n</tbody>\n</table>\n{notes}</div>"
        )
        told = {"caption": self.caption, "table": self.name, "headings": list(self.headings)}
        shown, noted = bundle(html, str(self), "table", **told)
        shown[SHOWN] = self.told
        if self.result is not None:
            shown[RESULT] = _resource(self.result)
        return shown, noted

    @property
    def told(self) -> dict[str, Any]:
        """The table as it is shown, as JSON: a cell with more than its text says what."""
        rows = [[cell.told for cell in row] for row in self.rows]
        about = {"caption": self.caption, "notes": list(self.notes), "totals": self.totals}
        return {**about, "headings": list(self.headings), "rows": rows}


def _resource(result: pd.DataFrame) -> dict[str, Any]:
    """The result as tabular data with its values as they are; what pandas writes would be rounded, and take longer.

    Texts are no longer than on the page.
    """
    fields = [{"name": name, "type": TYPES[dtype.kind]} for name, dtype in result.dtypes.items()]
    names = result.columns.tolist()
    rows = result.to_numpy(object).tolist()
    return {
        "schema": {"fields": fields},
        "data": [dict(zip(names, map(_plain, row), strict=True)) for row in rows],
    }


def _plain(value: Any) -> Any:
    """A value as JSON has it: a missing or infinite one is null, a day or moment ISO text."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return shortened(value)
    if value is None or isinstance(value, int):
        return value
    if hasattr(value, "isoformat"):  # also NaT, which is no moment
        return value.isoformat(timespec="milliseconds") if value == value else None
    return None if repr(value) == "<NA>" else value


def with_result(make: Callable[Asked, Table | Omitted]) -> Callable[Asked, Table | Omitted]:
    """The table that `make` makes of its first argument carries that result itself, too, or what it chose of it."""

    @wraps(make)
    def made(*args: Asked.args, **kwargs: Asked.kwargs) -> Table | Omitted:
        shown = make(*args, **kwargs)
        result: Any = args[0] if args else next(iter(kwargs.values()))
        if not isinstance(shown, Table):
            return shown
        return replace(shown, result=result if shown.result is None else shown.result, name=make.__name__)

    return made


def _cell(place: int, cell: Cell) -> str:
    attributes = _classes(["quoted"] * cell.quoted + ["none"] * cell.unknown)
    mark = f' <small class="mark">{escape(cell.mark)}</small>' if cell.mark else ""
    if place == 0:
        return f'<th scope="row"{attributes}>{escape(cell.text)}{mark}</th>'
    return f"<td{attributes}>{escape(cell.text)}{mark}</td>"


def _classes(names: list[str]) -> str:
    return f' class="{" ".join(names)}"' if names else ""


def description_list(facts: Mapping[str, str | Cell]) -> str:
    """Facts as a `dl`: what, and what it is."""
    items = "".join(
        f"<div{FLOW}><dt>{escape(what)}</dt><dd{_quoted(fact)}>{escape(text_of(fact))}</dd></div>"
        for what, fact in facts.items()
    )
    return f"<dl>{items}</dl>"


def _quoted(fact: str | Cell) -> str:
    return _classes(["quoted"]) if isinstance(fact, Cell) and fact.quoted else ""


def text_of(fact: str | Cell) -> str:
    """What is shown of a fact."""
    return fact if isinstance(fact, str) else fact.text
