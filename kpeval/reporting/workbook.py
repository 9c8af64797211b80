"""How does an executed notebook become a workbook (XLSX): a sheet for each table of the report, as the page shows it?

Numbers stand as numbers, unrounded; days as dates; shares as percent; everything else as text, which no spreadsheet
takes for a formula or a link. The same notebook gives the same bytes, whenever and wherever.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from nbformat import NotebookNode

from kpeval.present.display import SHOWN
from kpeval.present.language import Language, language
from kpeval.reporting.asked import Report
from kpeval.reporting.failure import Failed
from kpeval.reporting.prose import title
from kpeval.reporting.sheet import Book, Column, columns_of, fill, height, widths_of

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

CREATED = datetime(1980, 1, 1)  # noqa: DTZ001  the day that every part in the archive has: bytes must not tell when
ILLEGAL = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
LONGEST_NAME = 31
FILTERED = 4  # rows from which on a filter is of use
NOT_APPLICABLE = "[z]"
FACTS, FILES = (34, 66, 12), (34, 16, 68)  # widths of columns: what, how much, a number; a file, its bytes, its sha256


class Said(NamedTuple):
    """Something that the notebook showed: its kind, what is noted of it, and its contents with typed values."""

    kind: str
    about: Mapping[str, Any]
    shown: Mapping[str, Any]


class Listed(NamedTuple):
    """A sheet of the list of sheets: its name, what it holds, and how many rows."""

    name: str
    holds: str
    rows: int


def workbook(executed: NotebookNode, report: Report) -> bytes:
    """The workbook of a report: a list of its sheets with title and key figures, a sheet a table, the provenance.

    Rows, columns, words and marks are those of the page, in the report's language; in addition units stand in the
    headings (or in a column where rows differ), a period as its two ends. What is not known or not said stands as the
    same text as on the page, never as 0 and never as an empty cell of a number. Failed where a table has no values.
    """
    from xlsxwriter import Workbook  # here, not above: only who wants a workbook needs it

    said, words = list(_said(executed)), language(report.lang)
    cover = next((one for one in said if one.kind == "cover"), None)
    if cover is None:
        raise Failed("the notebook shows no cover; a report has one: kp.cover(…)")
    tables = [one.shown for one in said if one.kind == "table"]
    names = _names([words.say("Contents"), *_numbered(tables), words.say("Provenance")])
    written = BytesIO()
    # No formulas, links and numbers out of text; strings stay in memory, so that no file of data is left behind.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with Workbook(written, options) as book:
        book.set_properties({"title": cover.about["title"], "author": "kpeval", "created": CREATED})
        made, sheets = Book(book, words), [book.add_worksheet(name) for name in names]
        told = _head(cover, executed, words)
        listed = [
            Listed(name, table["caption"], len(table["rows"])) for name, table in zip(names[1:-1], tables, strict=True)
        ]
        _contents(
            made, sheets[0], said, told, [*listed, Listed(names[-1], words.say("Where the figures come from"), 0)]
        )
        for number, (sheet, table) in enumerate(zip(sheets[1:-1], tables, strict=True), start=1):
            caption = f"{words.say('Table {number}.', number=number)} {table['caption']}"
            _table(made, sheet, caption, table, told, names[-1])
        _provenance(made, sheets[-1], said, told)
        for sheet in sheets:
            _printed(sheet, upright=sheet is sheets[0])
    return written.getvalue()


def _said(executed: NotebookNode) -> Iterator[Said]:
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            about = output.get("metadata", {}).get("text/html", {}).get("kpeval")
            if about is None:
                continue
            shown = output.data.get(SHOWN, {})
            if about["kind"] == "omitted":
                shown = {"reason": output.data["text/plain"]}
            elif about["kind"] in ("table", "cover", "figures", "provenance") and not shown:
                raise Failed(f"shows a thing of the kind '{about['kind']}' without its values", cell.id)
            yield Said(about["kind"], about, shown)


def _numbered(tables: Iterable[Mapping[str, Any]]) -> list[str]:
    return [f"{number} {table['caption']}" for number, table in enumerate(tables, start=1)]


def _names(captions: Iterable[str]) -> list[str]:
    """A name for each sheet: what a name must not hold is out, at most 31 characters, no two alike."""
    names: list[str] = []
    for caption in captions:
        plain = " ".join(ILLEGAL.sub(" ", caption).split()).strip("' ")[: 3 * LONGEST_NAME] or "?"
        name, number = _cut(plain, LONGEST_NAME), 1
        while name.casefold() in {"history", *(other.casefold() for other in names)}:
            number += 1
            name = _cut(plain, LONGEST_NAME - len(f" ({number})")) + f" ({number})"
        names.append(name)
    return names


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    cut = text[:longest]
    return (cut.rpartition(" ")[0] or cut[:-1])[: longest - 1].rstrip(" ,;'") + "…"


def _head(cover: Said, executed: NotebookNode, words: Language) -> list[tuple[str, str]]:
    """What stands above every sheet, with its style: project, kind of report, day; that it is invented, or a draft."""
    kind = title(executed, words)
    day = words.say("As of {day}", day=cover.about["as_of_text"])
    lines = [(cover.about["title"], "title"), (f"{kind} · {day}", "label")]
    if cover.about["synthetic"]:
        lines.append((words.say("The data of this project are invented."), "notice"))
    if cover.about["state"] == "draft":
        lines.append((words.say("Draft: the figures may still change."), "notice"))
    return lines


def _lines(
    book: Book, sheet: Worksheet, row: int, lines: Iterable[tuple[str, str]], widths: Sequence[float] = FACTS
) -> int:
    for text, style in lines:
        book.spread(sheet, row, text, style, widths)
        row += 1
    return row


def _contents(
    book: Book, sheet: Worksheet, said: list[Said], head: list[tuple[str, str]], listed: list[Listed]
) -> None:
    words = book.words
    _wide(sheet, FACTS)
    row = _lines(book, sheet, 0, head) + 1
    for one in said:
        if one.kind == "cover":
            row = _facts(book, sheet, row, one.shown["facts"], ("label", "text")) + 1
        elif one.kind == "figures":
            row = _lines(book, sheet, row, [(words.say("Key figures"), "caption")])
            row = _facts(book, sheet, row, [(value, what) for what, value in one.shown["facts"]], ("figure", "text"))
            row = _lines(book, sheet, row, [(note, "notice") for note in one.shown["notes"]]) + 1
    row = _lines(book, sheet, row, [(words.say("Sheets"), "caption")])
    for place, heading in enumerate((words.say("Sheet"), words.say("What it holds"), words.say("Rows"))):
        book.write(sheet, row, place, {"text": heading, "right": place == 2}, "heading")
    for name, holds, rows in listed:
        row += 1
        quoted = name.replace("'", "''")
        sheet.write_url(row, 0, f"internal:'{quoted}'!A1", book.style("link"), name)
        book.write(sheet, row, 1, holds, wrap=True)
        book.write(sheet, row, 2, {"text": str(rows), "number": rows} if rows else "")
    reasons = dict.fromkeys(one.shown["reason"] for one in said if one.kind == "omitted" and one.about.get("gap", True))
    if reasons:
        row = _lines(book, sheet, row + 2, [(words.say("What the report leaves out"), "caption")])
        _lines(book, sheet, row, [(reason, "text") for reason in reasons])


def _facts(book: Book, sheet: Worksheet, row: int, facts: Iterable[Sequence[Any]], styles: tuple[str, str]) -> int:
    """A fact a row: what it is, and what it says, wrapped where that takes more than its column."""
    for fact in facts:
        text = fact[1] if isinstance(fact[1], str) else fact[1]["text"]
        for place, (cell, style) in enumerate(zip(fact, styles, strict=True)):
            book.write(sheet, row, place, cell, style, wrap=len(text) > FACTS[1] or "\n" in text)
        sheet.set_row(row, height(text, FACTS[1]))
        row += 1
    return row


def _wide(sheet: Worksheet, widths: Sequence[float]) -> None:
    for place, wide in enumerate(widths):
        sheet.set_column(place, place, wide)


def _table(
    book: Book, sheet: Worksheet, caption: str, table: Mapping[str, Any], head: list[tuple[str, str]], source: str
) -> None:
    words, notes = book.words, list(table["notes"])
    columns = [Column(column.heading, [_filled(cell) for cell in column.cells]) for column in columns_of(table, words)]
    blank = any(cell["text"] == NOT_APPLICABLE for column in columns for cell in column.cells)
    if blank and not any(note.startswith(NOT_APPLICABLE) for note in notes):
        notes.append(words.say("[z]: not applicable."))
    about, notices = (" · ".join(text for text, style in head if (style == "notice") is told) for told in (False, True))
    above, widths = [(caption, "caption"), (about, "label"), (notices, "notice")], widths_of(columns)
    row = _lines(book, sheet, 0, [line for line in above if line[0]], widths)
    below = fill(book, sheet, row, table, columns, widths)
    sheet.freeze_panes(row + 1, 1)
    sheet.repeat_rows(row)
    last = below - 1 - table["totals"]
    if last - row >= FILTERED and len(table["headings"]) > 2:  # not where each row is another figure
        sheet.autofilter(row, 0, last, len(columns) - 1)
    notes.append(
        words.say("Source: the project's data, see the sheet “{sheet}”. Values are not rounded.", sheet=source)
    )
    _lines(book, sheet, below + 1, [(note, "label") for note in notes], widths)


def _filled(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """A cell of numbers that the page leaves blank could be read as 0 here."""
    return {**cell, "text": NOT_APPLICABLE} if cell.get("right") and not cell["text"] else cell


def _provenance(book: Book, sheet: Worksheet, said: list[Said], head: list[tuple[str, str]]) -> None:
    row = _lines(book, sheet, 0, [(book.words.say("Provenance"), "title"), *head], FILES) + 1
    for one in said:
        if one.kind == "provenance":
            row = _facts(book, sheet, row, one.shown["facts"], ("label", "text")) + 1
            if table := one.shown["table"]:
                row = _lines(book, sheet, row, [(table["caption"], "caption")])
                row = fill(book, sheet, row, table, columns_of(table, book.words), FILES) + 1
                row = _lines(book, sheet, row, [(note, "label") for note in table["notes"]])
    _wide(sheet, FILES)


def _printed(sheet: Worksheet, *, upright: bool) -> None:
    """On A4, all columns on one page, numbered."""
    sheet.set_paper(9)
    if not upright:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P / &N")
    sheet.hide_gridlines(2)
