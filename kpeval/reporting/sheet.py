"""How does a table that a report shows become a sheet: which columns, which values, how written, how wide?

A cell is what `present.display.Cell.told` says of it. Nothing is computed here: a value is written as it came, its
number format shows as many decimals as the page does, and what has no value stands as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from locale import windows_locale
from typing import TYPE_CHECKING, Any, NamedTuple

from kpeval.present.language import NBSP, Language

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

LONGEST = 32_767  # what Excel holds in a cell, counted as UTF-16 does
NARROWEST, WIDEST = 8, 60  # of a column, in digits
FIRST_DAY = date(1900, 3, 1)  # before it spreadsheets count days in two ways
ACTIVE = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "|",
    "%",
)  # what a spreadsheet might take for a formula once it is edited
INK, RULE, NOTICE = "#12436D", "#C9CED6", "#801650"
STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": INK},
    "caption": {"bold": True, "font_size": 13, "font_color": INK},
    "label": {"font_color": "#505A66", "valign": "top"},
    "text": {"valign": "top"},
    "notice": {"bold": True, "font_color": NOTICE},
    "heading": {"bold": True, "font_color": "#FFFFFF", "bg_color": INK, "text_wrap": True, "valign": "top"},
    "cell": {"valign": "top", "bottom": 1, "bottom_color": RULE},
    "total": {"valign": "top", "bold": True, "top": 1, "bottom": 1},
    "link": {"font_color": INK, "underline": 1, "valign": "top", "bottom": 1, "bottom_color": RULE},
}

Told = Mapping[str, Any]


class Column(NamedTuple):
    """A column of a sheet: its heading and its cells."""

    heading: str
    cells: Sequence[Told]


def columns_of(table: Mapping[str, Any], words: Language) -> list[Column]:
    """The columns of the page, a period as its two ends, a mark beside what it marks; units stand in the headings.

    Where rows differ in their unit (figures of all kinds below each other, indicators) a column of units goes before.
    """
    columns: list[tuple[Column, bool]] = []  # and whether its unit differs by row
    for place, heading in enumerate(table["headings"]):
        cells = [_told(row[place]) for row in table["rows"]]
        ended = any("ends" in cell for cell in cells)
        split = _ends(heading, cells, words) if ended else [Column(heading, cells)]
        columns += [_with_unit(column) for column in split]
        if any("mark" in cell for cell in cells):
            marks = [{"text": cell.get("mark", "")} for cell in cells]
            columns.append((Column(words.say("{heading}: mark", heading=heading), marks), False))
    mixed = [column for column, differs in columns if differs]
    units = [
        list(dict.fromkeys(filter(None, map(_unit, cells))))
        for cells in zip(*(one.cells for one in mixed), strict=True)
    ]
    return [column for one, differs in columns for column in _preceded(one, differs, mixed, units, words)]


def _preceded(
    column: Column, differs: bool, mixed: list[Column], units: list[list[str]], words: Language
) -> Iterator[Column]:
    agree = all(len(row) <= 1 for row in units)
    if differs and (column is mixed[0] or not agree):
        own = [row[0] if row else "" for row in units] if agree else [_unit(cell) for cell in column.cells]
        yield Column(words.say("Unit"), [{"text": unit} for unit in own])
    yield column


def _told(cell: str | Told) -> Told:
    return {"text": cell} if isinstance(cell, str) else cell


def _unit(cell: Told) -> str:
    return str(cell.get("unit", ""))


def _ends(heading: str, cells: Sequence[Told], words: Language) -> list[Column]:
    first, last = ([_told(cell["ends"][end]) if "ends" in cell else cell for cell in cells] for end in (0, 1))
    headings = words.say("{heading}: from", heading=heading), words.say("{heading}: to", heading=heading)
    return [Column(headings[0], first), Column(headings[1], last)]


def _with_unit(column: Column) -> tuple[Column, bool]:
    """The column with its unit in the heading, where all values have the same, and whether they differ."""
    units = {_unit(cell) for cell in column.cells if _value(cell) is not None}
    if len(units) > 1:
        return column, True
    unit = units.pop() if units else ""
    named = not unit or re.search(rf"(?<!\w){re.escape(unit)}(?!\w)", column.heading, re.IGNORECASE)
    return column if named else Column(f"{column.heading} ({unit})", column.cells), False


def _value(cell: Told) -> float | None:
    value = cell.get("share", cell.get("number"))
    return None if value is None else float(value)


class Book:
    """A workbook that is being written in a language: its formats, and how a cell is written."""

    def __init__(self, book: Workbook, words: Language) -> None:
        self.book, self.words = book, words
        self._formats: dict[tuple[str, str, bool, bool], Format] = {}
        self._day = _day_format(words)

    def style(self, name: str, shown: str = "", wrap: bool = False, text: bool = False) -> Format:
        """The style `name` with a number format, wrapped, or for a text that must stay one when it is edited."""
        key = (name, shown, wrap, text)
        if key not in self._formats:
            told = STYLES[name] | ({"num_format": shown} if shown else {}) | ({"text_wrap": True} if wrap else {})
            self._formats[key] = self.book.add_format(told | ({"quote_prefix": True} if text else {}))
        return self._formats[key]

    def write(self, sheet: Worksheet, row: int, column: int, cell: str | Told, style: str = "cell") -> None:
        """A number as a number, a share as percent, a day as a date, all else as text: never a formula or a link."""
        cell = _told(cell)
        value, day = _value(cell), cell.get("day")
        if day and (on := date.fromisoformat(day)) >= FIRST_DAY:
            told = datetime.combine(on, datetime.min.time())
            sheet.write_datetime(row, column, told, self.style(style, self._day))
        elif value is not None:
            sheet.write_number(row, column, value, self.style(style, self._shown(cell)))
        else:
            text = self.shortened(str(cell["text"]))
            active, wrap = text.startswith(ACTIVE), len(text) > WIDEST or "\n" in text
            sheet.write_string(row, column, text, self.style(style, wrap=wrap, text=active))

    def shortened(self, text: str) -> str:
        """The text as far as a cell can hold it; where that is not all, it says so."""
        units = text.encode("utf-16-le", "replace")
        if len(units) <= 2 * LONGEST:
            return units.decode("utf-16-le")
        told = self.words.say("[shortened: {count} characters in all]", count=self.words.number(len(text)))
        return units[: 2 * (LONGEST - len(told) - 2)].decode("utf-16-le", "ignore") + "… " + told

    def _shown(self, cell: Told) -> str:
        """The number format that shows what the page shows: as many decimals, the sign, the space before %."""
        text, point = str(cell["text"]), self.words.number(0.5)[1]
        found = re.search(rf"[0-9]{re.escape(point)}([0-9]+)", text)
        decimals = "." + "0" * len(found[1]) if found else ""
        if "share" in cell:
            return f"0{decimals}" + (f'"{NBSP}"%' if NBSP + "%" in text else "%")
        plain = f"#,##0{decimals}"
        return f"+{plain};-{plain};{plain}" if text.startswith("+") else plain


def _day_format(words: Language) -> str:
    """How the language writes a day, as a spreadsheet's format; months have their names in that language."""
    pattern = str(words.locale.date_formats["medium"].pattern)
    shown = re.sub(r"[. ]", lambda sign: "\\" + sign[0], re.sub("y+", "yyyy", pattern.replace("M", "m")))
    names = {name: lcid for lcid, name in sorted(windows_locale.items(), reverse=True)}
    code = next((names[name] for name in names if f"{name}_".startswith(f"{words.locale}_")), 0)
    return f"[$-{code:X}]{shown}" if code else shown


def fill(book: Book, sheet: Worksheet, top: int, table: Mapping[str, Any], columns: Iterable[Column]) -> int:
    """Writes headings and cells from the row `top` on, sets the widths, and returns the first free row below."""
    told, rows = list(columns), len(table["rows"])
    for place, column in enumerate(told):
        book.write(sheet, top, place, column.heading, "heading")
        for row, cell in enumerate(column.cells):
            book.write(sheet, top + 1 + row, place, cell, "total" if row >= rows - table["totals"] else "cell")
        sheet.set_column(place, place, width(column))
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{top + rows + 50}"})
    return top + 1 + rows


def width(column: Column) -> float:
    """As wide as the widest cell, or as the heading on about two lines; long text wraps."""
    lines = [line for cell in column.cells for line in str(cell["text"]).split("\n")]
    words = max(map(len, re.split(r"[\s]", column.heading)), default=0)
    heading = max(words, len(column.heading) // 2 + 1)
    return max(NARROWEST, min(WIDEST, max([heading, *map(len, lines)]) + 2))
