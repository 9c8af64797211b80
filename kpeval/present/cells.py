"""How does one value become the text of a cell, and what stands where there is none?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import pandas as pd

from kpeval.present.display import Cell, Table
from kpeval.present.language import Language
from kpeval.present.length import CUT, is_long, shortened
from kpeval.schema import RATE_UNIT

UNKNOWN = "[x]"
INAPPLICABLE = "[z]"
SYMBOL = re.compile(r"[^\w\s]|[A-Za-z]{1,2}|Kč")  # %, h, km: what follows a number; a word goes beside the name
Row = Any  # a row of a frame, its columns as attributes
Maker = Callable[[Row], Cell]


def field(name: str, make: Callable[..., Cell], *rest: object) -> Maker:
    """The cell that `make` makes of the value in the column `name`."""
    return lambda row: make(getattr(row, name), *rest)


def money_field(name: str, words: Language, decimals: int, stated: bool = False) -> Maker:
    """The amount in the column `name`, in the row's own currency."""
    return lambda row: money(getattr(row, name), row, words, decimals, stated=stated)


def each(frame: pd.DataFrame, columns: str = "") -> list[Row]:
    """The rows of a frame as `itertuples` gives them, in a fraction of the time that it takes for a handful of rows.

    To ask these, one by one, takes less time than one operation of pandas on all of them. Where only a few `columns`
    are wanted, they are named, as a measure does that takes its columns.
    """
    names = columns.split() or [str(name) for name in frame.columns]
    cells = zip(*(frame[name].tolist() for name in names), strict=True) if columns else frame.to_numpy(object).tolist()
    return [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in cells]


def first(frame: pd.DataFrame) -> Row:
    """The first row alone, the only one of many a result of one project; it costs less than all."""
    cells: dict[Any, Any] = frame.iloc[0].to_dict()
    return SimpleNamespace(**cells)


def rows_of(shown: list[Row], columns: dict[str, Maker]) -> tuple[tuple[Cell, ...], ...]:
    """A row of cells for each row shown; what is too long for a page is shortened, and `with_notes` says so."""
    makers = columns.values()
    return tuple(tuple([_short(make(row)) for make in makers]) for row in shown)


def _short(cell: Cell) -> Cell:
    return cell._replace(text=shortened(cell.text), cut=True) if is_long(cell.text) else cell


def facts_table(caption: str, shown: list[Row], makers: dict[str, Maker], words: Language) -> Table:
    """One project: a fact a row. Several: a project a row."""
    if len(shown) == 1:
        facts = tuple((Cell(heading), make(shown[0])) for heading, make in makers.items())
        return Table(caption, (words.say("Figure"), words.say("Value")), facts, with_notes(facts, [], words))
    columns: dict[str, Maker] = {words.say("Project"): lambda row: Cell(row.project_id), **makers}
    rows = rows_of(shown, columns)
    return Table(caption, tuple(columns), rows, with_notes(rows, [], words))


def with_notes(rows: Iterable[Iterable[Cell]], notes: list[str], words: Language) -> tuple[str, ...]:
    """The notes of a table, and what the signs mean that stand in its cells."""
    shown = {CUT if cell.cut else cell.text for row in rows for cell in row}
    said = list(notes)
    if INAPPLICABLE in shown and not any(note.startswith(INAPPLICABLE) for note in notes):
        said.append(words.say("[z]: not applicable."))
    if UNKNOWN in shown:
        said.append(words.say("[x]: cannot be computed from what is stated."))
    if CUT in shown:
        said.append(words.say("[…]: shortened; the whole text stands in the data."))
    return tuple(said)


def holds(flag: object) -> bool:
    """Whether a flag of the data is set; a missing one is not."""
    return flag is not None and not pd.isna(flag) and bool(flag)  # type: ignore[call-overload]  # any scalar


def one_project(frame: pd.DataFrame) -> None:
    """ValueError for a result of several projects: rows and sums of one table belong to one."""
    projects = frame["project_id"].tolist() if "project_id" in frame else []
    count = len({project for project in projects if not pd.isna(project)})
    if count > 1:
        raise ValueError(f"a table shows one project, and here are {count}: choose the rows of one")


def not_applicable() -> Cell:
    return Cell(INAPPLICABLE, number=True, unknown=True)


def days_late(value: Any, words: Language) -> Cell:
    """Days late; what has not ended yet, or has no due day, is neither late nor early."""
    return not_applicable() if pd.isna(value) else count(value, words)


def unknown(words: Language, stated: bool) -> Cell:
    return Cell(words.say("not stated") if stated else UNKNOWN, number=True, unknown=True)


def unstated(words: Language) -> Cell:
    return Cell(words.say("not stated"), unknown=True)


def money(value: float, row: Row, words: Language, decimals: int, mark: str = "", stated: bool = False) -> Cell:
    if pd.isna(value):
        return unknown(words, stated)
    unit = words.currency(row.currency)
    return Cell(words.money(value, row.currency, decimals), True, mark, value=float(value), kind="number", unit=unit)


def percent(value: float, words: Language, stated: bool = False, mark: str = "") -> Cell:
    """A share as percent: as stated, neither rounded nor filled up, or computed, with one decimal."""
    if pd.isna(value):
        return unknown(words, stated)
    return share(value, words.percent(value, None if stated else 1), mark)


def share(value: float, text: str, mark: str = "") -> Cell:
    """A fraction of 1 that `text` says in percent."""
    return Cell(text, True, mark, value=float(value), kind="share", unit="%")


def points(value: float, words: Language) -> Cell:
    """A difference of two shares in percentage points."""
    if pd.isna(value):
        return unknown(words, False)
    return Cell(words.points(value), number=True, value=float(value) * 100, kind="number", unit=words.say("pp"))


def number(value: Any, words: Language, stated: bool = False, mark: str = "") -> Cell:
    if pd.isna(value):
        return unknown(words, stated)
    return Cell(words.number(value), True, mark, value=float(value), kind="number")


def count(value: Any, words: Language) -> Cell:
    if pd.isna(value):
        return unknown(words, False)
    return Cell(words.number(int(value)), number=True, value=int(value), kind="number")


def day(day: Any, words: Language, missing: str = "") -> Cell:
    if pd.isna(day):
        return Cell(missing, unknown=True) if missing else unstated(words)
    return Cell(words.day(day), value=f"{day:%Y-%m-%d}", kind="day")


def period(row: Row, which: str, words: Language, mark: str = "") -> Cell:
    """From when to when, each end as exactly as it is stated."""
    ends = [
        _end(getattr(row, f"{which}_{end}"), getattr(row, f"{which}_{end}_precision"), words)
        for end in ("start", "end")
    ]
    nothing = unstated(words)
    parts = tuple((name, end or nothing) for name, end in zip((words.say("from"), words.say("to")), ends, strict=True))
    if all(end is None for end in ends):
        return nothing._replace(parts=parts)
    text = words.range(*("…" if end is None else end.text for end in ends))
    return Cell(text, mark=mark, parts=parts)


def _end(end: Any, precision: object, words: Language) -> Cell | None:
    """An end of a period; what is stated as a month or a year is no day, and has no value."""
    if pd.isna(end):
        return None
    exact = not isinstance(precision, str) or precision == "day"
    return day(end, words) if exact else Cell(words.day(end, precision))


def quantity(value: float, row: Row, words: Language, stated: bool = False, mark: str = "") -> Cell:
    """A value in the indicator's unit; a ratio that is a share in percent, since its values are fractions.

    Only symbols follow the number: words would have to agree with it in case and number, and `indicator` names them.
    """
    if pd.isna(value):
        return unknown(words, stated)
    if in_percent(row):
        return share(value, words.percent(value), mark)
    unit = row.unit if isinstance(row.unit, str) else ""
    said = words.number(value)
    text = words.with_symbol(said, unit) if SYMBOL.fullmatch(unit) else said
    return Cell(text, True, mark, value=float(value), kind="number", unit=unit)


def in_percent(row: Row) -> bool:
    """Whether the values of an indicator, a ratio, are fractions that are shown as percent."""
    unit = row.unit if isinstance(row.unit, str) else ""
    return row.accumulation == "ratio" and (not unit or re.match(RATE_UNIT, unit) is not None)


def indicator(row: Row) -> str:
    """What an indicator is called: its code, name, and unit where that is a word."""
    unit = row.unit if isinstance(row.unit, str) and not SYMBOL.fullmatch(row.unit) else ""
    return named(row.code, row.name) + (f" ({unit})" if unit else "")


def achieved(row: Row, words: Language) -> Cell:
    if pd.isna(row.actual) and isinstance(row.reason, str) and row.reason in ("not_due", "missing"):
        return Cell(words.say("no value") if row.reason == "missing" else words.say("none yet"), True, unknown=True)
    return quantity(row.actual, row, words, stated=True)


def named(code: object, name: object) -> str:
    return " ".join(text for text in (code, name) if isinstance(text, str))
