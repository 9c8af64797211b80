"""How does a table that a report shows become a sheet: which columns, which values, how written, how wide?

A cell is what `present.display.Cell.told` says of it. Nothing is computed here: a value is written as it came, its
number format shows as many decimals as the page does, and what has no value stands as text.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from locale import windows_locale
from typing import TYPE_CHECKING, Any, NamedTuple

from kpeval.present.language import NBSP, Language

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

LONGEST = 32_767  # what Excel holds in a cell, counted as UTF-16 does
NARROWEST, WIDEST, WIDEST_OF_MANY, MANY = 9, 60, 34, 6  # of a column, in digits; of one among many
WHOLE = 110  # how wide what stands above and below a table may run
LINE, TALLEST = 15, 409  # points that a line takes, and a row can have
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
    "label": {"font_color": "#505A66"},
    "figure": {"bold": True, "align": "left"},
    "text": {},
    "notice": {"bold": True, "font_color": NOTICE},
    "heading": {"bold": True, "font_color": "#FFFFFF", "bg_color": INK},
    "cell": {"bottom": 1, "bottom_color": RULE},
    "total": {"bold": True, "top": 1, "bottom": 1},
    "link": {"font_color": INK, "underline": 1, "align": "left", "indent": 1, "bottom": 1, "bottom_color": RULE},
}

Told = Mapping[str, Any]
BLANK: Told = {"text": "", "right": True}  # where a row does not say what others do


class Column(NamedTuple):
    """A column of a sheet: its heading and its cells."""

    heading: str
    cells: Sequence[Told]


def columns_of(table: Mapping[str, Any], words: Language) -> list[Column]:
    """The columns of the page; what a cell says beside its value stands in columns of its own, as do marks.

    Units stand in the headings. Where rows differ in their unit (figures of all kinds below each other, indicators) a
    column of units goes before the first that it holds for.
    """
    columns: list[tuple[Column, bool]] = []  # and whether its unit differs by row
    for place, heading in enumerate(table["headings"]):
        cells = [_told(row[place]) for row in table["rows"]]
        columns += [_with_unit(column) for column in _apart(heading, cells)]
        if any("mark" in cell for cell in cells):
            marks = [{"text": cell.get("mark", "")} for cell in cells]
            columns.append((Column(words.say("{heading}: mark", heading=heading), marks), False))
    units = _unit_columns([column for column, differs in columns if differs], words)
    return [one for column, _ in columns for one in (*units.get(id(column), ()), column)]


def _apart(heading: str, cells: Sequence[Told]) -> list[Column]:
    """The column, or one for each thing that its cells say; a cell that says only one stands in the first."""
    names = list(dict.fromkeys(name for cell in cells for name, _ in cell.get("parts", ())))
    apart = []
    for name in names or [""]:
        first = name == (names or [""])[0]
        parts = (dict(cell.get("parts") or ({name: cell} if first else {})).get(name, BLANK) for cell in cells)
        apart.append(Column(f"{heading}: {name}" if name else heading, [_told(part) for part in parts]))
    return apart


def _unit_columns(mixed: list[Column], words: Language) -> dict[int, list[Column]]:
    """By column the one of units that goes before it: one for all that follow and agree with it in every row."""
    groups: list[tuple[int, list[str | None]]] = []
    for column in mixed:
        units = [None if _value(cell) is None else _unit(cell) for cell in column.cells]
        if groups and all(one in (None, unit) or unit is None for one, unit in zip(groups[-1][1], units, strict=True)):
            groups[-1][1][:] = [unit if one is None else one for one, unit in zip(groups[-1][1], units, strict=True)]
        else:
            groups.append((id(column), units))
    return {first: [Column(words.say("Unit"), [{"text": unit or ""} for unit in units])] for first, units in groups}


def _told(cell: str | Told) -> Told:
    return {"text": cell} if isinstance(cell, str) else cell


def _unit(cell: Told) -> str:
    return str(cell.get("unit", ""))


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
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._day = _day_format(words)

    def style(self, name: str, **more: Any) -> Format:
        """The style `name`, and what it has beyond that; each combination is one format of the workbook."""
        told = {"valign": "top", **STYLES[name], **{key: value for key, value in more.items() if value}}
        key = tuple(sorted(told.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(told)
        return self._formats[key]

    def write(
        self, sheet: Worksheet, row: int, column: int, cell: str | Told, style: str = "cell", *, wrap: bool = False
    ) -> None:
        """A number as a number, a share as percent, a day as a date, all else as text: never a formula or a link."""
        cell = _told(cell)
        value, day, right = _value(cell), cell.get("day"), cell.get("right") and style != "figure"
        if day and (on := date.fromisoformat(day)) >= FIRST_DAY:
            told = datetime.combine(on, datetime.min.time())
            sheet.write_datetime(row, column, told, self.style(style, num_format=self._day, align="left", indent=1))
        elif value is not None:
            sheet.write_number(row, column, value, self.style(style, num_format=self._shown(cell)))
        else:
            text = self.shortened(str(cell["text"]))
            inset = style in ("cell", "total", "heading") and not right
            more: dict[str, Any] = {"text_wrap": wrap, "align": "right" if right else "left", "indent": int(inset)}
            more["quote_prefix"] = text.startswith(ACTIVE)
            form = self.style(style, **more)
            if text:
                sheet.write_string(row, column, text, form)
            else:
                sheet.write_blank(row, column, None, form)

    def spread(self, sheet: Worksheet, row: int, text: str, style: str, widths: Sequence[float]) -> None:
        """A text over as many columns as it may take, in as many lines as it needs then."""
        last, room = 0, _width(widths, 0)
        while room + _width(widths, last + 1) <= WHOLE or last + 1 < len(widths):
            last += 1
            room += _width(widths, last)
        form = self.style(style, text_wrap=True)
        if last:
            sheet.merge_range(row, 0, row, last, "", form)
        text = self.shortened(text)
        sheet.write_string(row, 0, text, self.style(style, text_wrap=True, quote_prefix=text.startswith(ACTIVE)))
        size = STYLES[style].get("font_size", 11) / 11
        sheet.set_row(row, height(text, room / size, size))

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


def fill(
    book: Book, sheet: Worksheet, top: int, table: Mapping[str, Any], columns: Sequence[Column], widths: Sequence[float]
) -> int:
    """Writes headings and cells from the row `top` on, as high as they need, and returns the first free row below."""
    rows = len(table["rows"])
    for place, (column, wide) in enumerate(zip(columns, widths, strict=True)):
        right = any(_value(cell) is not None or cell.get("right") for cell in column.cells)
        book.write(sheet, top, place, {"text": column.heading, "right": right}, "heading", wrap=True)
        for row, cell in enumerate(column.cells):
            style = "total" if row >= rows - table["totals"] else "cell"
            book.write(sheet, top + 1 + row, place, cell, style, wrap=len(_shown(cell)) > wide - 2)
        sheet.set_column(place, place, wide)
    cells = zip(*([{"text": column.heading}, *column.cells] for column in columns), strict=True)
    for row, told in enumerate(cells, start=top):
        sheet.set_row(row, max(height(_shown(cell), wide) for cell, wide in zip(told, widths, strict=True)))
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{top + rows + 1}"})
    return top + 1 + rows


def widths_of(columns: Sequence[Column]) -> list[float]:
    """As wide as the widest cell, or as the heading on about two lines; long text wraps, sooner among many columns."""
    widest = WIDEST if len(columns) < MANY else WIDEST_OF_MANY
    return [max(NARROWEST, min(widest, _natural(column))) for column in columns]


def _natural(column: Column) -> int:
    """Of a column of values as wide as these: the words for what is missing wrap."""
    word = max(map(len, column.heading.split(" ")))
    valued = any(_value(cell) is not None or "day" in cell for cell in column.cells)
    lines = [
        line
        for cell in column.cells
        for line in (_shown(cell).split(" ") if valued and len(cell) <= 2 else _shown(cell).split("\n"))
    ]
    return max([word + 1, len(column.heading) // 2 + 3, *map(len, lines)]) + 3


def _shown(cell: Told) -> str:
    """What takes room in a cell: of a number with its unit the number alone, but for percent."""
    text = str(cell["text"])
    return text.removesuffix(NBSP + _unit(cell)) if "number" in cell else text


def _width(widths: Sequence[float], place: int) -> float:
    return widths[place] if place < len(widths) else NARROWEST


def height(text: str, wide: float, size: float = 1) -> float:
    """How high a row has to be for the text in its lines."""
    room = max(1, int(wide) - 2)
    lines = sum(max(1, len(textwrap.wrap(line, room))) for line in text[:LONGEST].split("\n"))
    return min(TALLEST, round(LINE * size * lines))
