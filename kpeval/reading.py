"""How does a file of a project folder become columns of text, with nothing lost and every fault named?

Everything is read as text: "1.10" stays "1.10", "NA" stays "NA", "007" keeps its zeros. With it go the rows as a
spreadsheet counts them (the heading is row 1), so that a fault or a finding can name the place.
"""

from __future__ import annotations

import csv
import io
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpeval import czech
from kpeval.columns import Table
from kpeval.faults import Fault, nearest, printable
from kpeval.folders import is_table_file


class Text(NamedTuple):
    """The cells of a file by column, and the row of each as a spreadsheet counts it."""

    cells: dict[str, NDArray[Any]]
    rows: pd.Index[int]


UNREAD = Text({}, pd.RangeIndex(0))
REMARK = "# "
LONGEST_CELL = 10_000_000  # characters; csv's own limit of 131,072 is below what a pasted note may hold


def text_table(raw: bytes, table: Table, encoding: str | None = None) -> tuple[Text, list[Fault]]:
    """The cells of a CSV file as text, by the table's columns, and every fault of the file's shape."""
    try:
        content = _decoded(raw, encoding)
    except ValueError as error:
        return UNREAD, [Fault(table.file, None, "", str(error))]
    csv.field_size_limit(LONGEST_CELL)
    lines = csv.reader(io.StringIO(content, newline=""), delimiter=_delimiter(content), strict=True)
    records: list[list[str]] = []
    try:
        records.extend(lines)
    except csv.Error as error:
        message = f"the file breaks off here ({error}): look for a quotation mark that is not closed"
        return UNREAD, [Fault(table.file, len(records) + 1, "", message)]
    if records and is_remark(records[0]):
        message = "the first row begins with # and a space, which marks a row that is not read: write the heading there"
        return UNREAD, [Fault(table.file, 1, "", message)]
    if not records or not any(cell.strip() for cell in records[0]):
        return UNREAD, [Fault(table.file, 1, "", f"the heading is missing: write {', '.join(table.names)}")]
    header = [czech.plain(name) for name in records[0]]
    faults = _header_faults(header, table)
    rows: dict[int, list[str]] = {}
    for number, cells in enumerate(records[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue  # an empty line, which spreadsheets leave behind
        if is_remark(cells):
            continue
        if len(cells) != len(header):
            longer = "more" if len(cells) > len(header) else "fewer"
            message = f"{len(cells)} cells under {len(header)} headings, {longer} than the heading has"
            faults.append(Fault(table.file, number, "", message + ": look for a separator inside a cell"))
            cells = (cells + [""] * len(header))[: len(header)]
        rows[number] = cells
    columns: dict[str, NDArray[Any]] = {}
    for place, name in enumerate(header):  # of two columns with one heading, which is a fault, the first
        columns.setdefault(name, np.array([cells[place] for cells in rows.values()], dtype=object))
    return Text(columns, pd.Index(list(rows), dtype="int64", name="row")), faults


def is_remark(cells: list[str]) -> bool:
    """Whether a row is not read: its first cell begins with `# `.

    The space is part of the mark, so that `#hashtag` is data; quotation marks make no difference, because spreadsheets
    drop and add them as they please. The row keeps its number.
    """
    return cells[:1] == [REMARK.strip()] or "".join(cells[:1]).startswith(REMARK)


def _decoded(raw: bytes, encoding: str | None) -> str:
    """The text of the file; an example that is not read may be in another encoding than the tables that are filled in.

    `kpeval new` writes UTF-8, and a spreadsheet may save only some of the tables in its own.
    """
    try:
        return czech.decoded(raw, encoding)
    except ValueError:
        heading, *rows = raw.splitlines() or [b""]
        if heading.isascii() and all(not row.strip() or row.startswith((b"# ", b'"# ')) for row in rows):
            return heading.decode()
        raise


def _delimiter(content: str) -> str:
    """Comma or semicolon: whichever the heading uses more often."""
    heading = content.split("\n", 1)[0]
    return ";" if heading.count(";") > heading.count(",") else ","


def _header_faults(header: list[str], table: Table) -> list[Fault]:
    faults = []
    for name in dict.fromkeys(header):
        if not name:
            faults.append(Fault(table.file, 1, "", "a column has no heading: name it or remove it"))
        elif name == "project_id":
            faults.append(Fault(table.file, 1, name, "comes from project.toml: remove the column"))
        elif name not in table.names:
            hint = nearest(name, table.names) or ": known are " + ", ".join(table.names)
            faults.append(Fault(table.file, 1, printable(name), f"unknown column{hint}"))
        elif header.count(name) > 1:
            faults.append(Fault(table.file, 1, printable(name), f"this heading stands {header.count(name)} times"))
    absent = [column.name for column in table.columns if column.required and column.name not in header]
    faults += [Fault(table.file, 1, name, "this column is needed and absent") for name in absent]
    return faults


def toml_file(raw: bytes, file: str) -> tuple[dict[str, Any], list[Fault]]:
    """What a TOML file says; numbers keep their printed decimals (3648425.00 is Decimal('3648425.00'))."""
    try:
        return tomllib.loads(czech.decoded(raw, "utf-8-sig"), parse_float=Decimal), []
    except ValueError as error:
        return {}, [Fault(file, None, "", f"this is not TOML: {error}")]


def table_files(folder: Path, tables: dict[str, Table]) -> tuple[dict[str, bytes], list[Fault]]:
    """The bytes of each table's file that is there, by table, and a fault for each CSV file that is no table."""
    found: dict[str, bytes] = {}
    faults: list[Fault] = []
    for path in sorted(path for path in folder.glob("*") if is_table_file(path.name)):
        if not path.is_file():
            faults.append(Fault(printable(path.name), None, "", "is not a file that can be read"))
        elif path.name.removesuffix(".csv") in tables:
            found[path.stem] = path.read_bytes()
        else:
            hint = nearest(path.stem.lower(), tables) or ": known are " + ", ".join(f"{name}.csv" for name in tables)
            faults.append(Fault(printable(path.name), None, "", f"no table has this name{hint}"))
    return found, faults
