"""Which figures moved between two states of a report? Its result tables, cell by cell.

Values are compared, not what is shown of them: a figure that moved by less than its last shown digit moved. Only what
floating point arithmetic may leave behind the twelfth digit is no difference.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kpeval.columns import Column
from kpeval.present.language import NBSP, language
from kpeval.reporting.recorded import Results
from kpeval.reporting.shown import Shown, Table
from kpeval.results import RESULT_TABLES
from kpeval.schema import PROJECT_TABLES, STATED

DECLARED = {**PROJECT_TABLES, STATED.name: STATED, **RESULT_TABLES}
KEYS = {"findings": ("rule", "table", "row", "column"), "stated": ("label",)}  # of tables that declare none
NAMES = ("name", "title", "label", "text", "source", "message")  # columns that say in words what a row is about
ENOUGH = 60  # characters of what is quoted
MISSING = "no value"
DECIMALS = (2, 4, 8, 12)  # how many are shown: as many as tell two values apart
NEAR, NOTHING = 1e-12, 1e-15
LARGE = 1e15  # beyond that no figure is written out

Row = Mapping[str, Any]
Key = tuple[Any, ...]


class Moved(NamedTuple):
    """One figure: the caption of its table, what its row is called, the heading of its column; what it was and is."""

    table: str
    row: str
    column: str
    was: str
    now: str


def moved(before: Sequence[Results], now: Sequence[Results]) -> list[Moved]:
    """The figures in which two states of the same report differ, in the order of the report.

    Tables are paired by the cell that shows them, rows by their key, columns by name; a whole table or row that came
    or went is one difference.
    """
    found: list[Moved] = []
    later = {(table.cell, number): table for number, table in _numbered(now)}
    for number, table in _numbered(before):
        other = later.pop((table.cell, number), None)
        found += _of_table(table, other) if other else [Moved(table.caption, "", "", "the table", "not there")]
    return found + [Moved(table.caption, "", "", "not there", "the table") for table in later.values()]


def shown_otherwise(page: str, anew: str, besides: Iterable[str]) -> list[Moved]:
    """The cells in which two pages show tables otherwise, but for those with the captions `besides`.

    Rows are paired by their first cell: so tables are compared that quote, behind which there are no results.
    """
    aside = set(besides)
    before, now = ({table.caption: table for table in Shown(html).tables if not table.part} for html in (page, anew))
    both = [(before[caption], now[caption]) for caption in before if caption in now and caption not in aside]
    return [one for table, other in both if table.headings == other.headings for one in _cells(table, other)]


def _cells(before: Table, now: Table) -> Iterator[Moved]:
    later = {row[0]: row for row in now.rows if row}
    for row in filter(None, before.rows):
        other = later.pop(row[0], None)
        if other is None:
            yield Moved(before.caption, _quoted(row[0]), "", "the row", "not there")
            continue
        for heading, was, here in zip(before.headings, row, other, strict=False):
            if was != here:
                yield Moved(before.caption, _quoted(row[0]), heading, _quoted(was), _quoted(here))
    for name in later:
        yield Moved(now.caption, _quoted(name), "", "not there", "the row")


def _numbered(tables: Sequence[Results]) -> Iterator[tuple[int, Results]]:
    """Each with the number of tables before it that the same cell shows."""
    seen: Counter[str] = Counter()
    for table in tables:
        yield seen[table.cell], table
        seen[table.cell] += 1


def _of_table(before: Results, now: Results) -> Iterator[Moved]:
    later = dict(_keyed(now))
    names = [*before.fields, *(name for name in now.fields if name not in before.fields)]
    for key, row in _keyed(before):
        other = later.pop(key, None)
        called = _called(before.table, row)
        if other is None:
            yield Moved(before.caption, called, "", "the row", "not there")
            continue
        for name in names:
            if not same(row.get(name), other.get(name)):
                yield Moved(
                    before.caption, called, heading(before.table, name), *_texts(before.table, name, row, other)
                )
    for row in later.values():
        yield Moved(now.caption, _called(now.table, row), "", "not there", "the row")


def _keyed(table: Results) -> Iterator[tuple[Key, Row]]:
    """The rows by their key, and by how many rows before have the same one."""
    seen: Counter[Key] = Counter()
    names = _key(table.table)
    for row in table.rows:
        key = tuple(row.get(name) for name in names)
        yield (*key, seen[key]), row
        seen[key] += 1


def _key(table: str) -> tuple[str, ...]:
    return KEYS.get(table) or (DECLARED[table].key if table in DECLARED else ())


def same(one: Any, other: Any) -> bool:
    """Whether two values of a table are the same figure."""
    numbers = [value for value in (one, other) if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) == 2:
        return math.isclose(*numbers, rel_tol=NEAR, abs_tol=NOTHING)
    return type(one) is type(other) and one == other


def heading(table: str, name: str) -> str:
    """What a column is called, in English; by its name where nothing declares it."""
    column = declared(table, name)
    return column.en if column else name


def declared(table: str, name: str) -> Column | None:
    """What is declared of a field of a result table."""
    columns: Iterable[Column] = DECLARED[table].columns if table in DECLARED else ()
    return next((column for column in columns if column.name == name), None)


def _called(table: str, row: Row) -> str:
    """The key of the row, and what it is about where words say it; nothing where a table has one row."""
    names = [*_key(table), *[name for name in NAMES if name in row and name not in _key(table)][:1]]
    told = " ".join(str(row[name]) for name in names if row.get(name) is not None)
    return told if len(told) <= ENOUGH else f"{told[: ENOUGH - 1]}…"


def _texts(table: str, name: str, before: Row, now: Row) -> tuple[str, str]:
    """Both values as they would be shown; with all their digits where that would not tell them apart."""
    column = declared(table, name)
    kind = column.kind if column else ""
    for decimals in DECIMALS:
        was, is_now = (_text(row.get(name), kind, row.get("currency"), decimals) for row in (before, now))
        if was != is_now:
            return was, is_now
    return _quoted(repr(before.get(name))), _quoted(repr(now.get(name)))


def _text(value: Any, kind: str, currency: Any, decimals: int) -> str:
    words = language("en")
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) or abs(value) >= LARGE:
        return _quoted(str(value))
    if kind == "share":
        return words.percent(value, decimals)
    if kind == "money":
        told = words.money(value, currency if isinstance(currency, str) else None, decimals)
        return told.replace(NBSP, " ")
    return words.number(value, decimals if isinstance(value, float) else 0)


def _quoted(text: str) -> str:
    return text if len(text) <= ENOUGH else f"{text[: ENOUGH - 1]}…"
