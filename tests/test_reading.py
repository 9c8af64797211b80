"""A file becomes a frame of text with nothing lost, and what is wrong with its shape is told by row."""

import csv
import io
import os
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from kpeval import czech
from kpeval.columns import Column, Table
from kpeval.faults import Fault
from kpeval.reading import table_files, toml_file
from kpeval.reading import text_table as read

LINES = Table(
    "lines",
    "a line",
    "řádek",
    (
        Column("line_id", "text", "line", "řádek", required=True),
        Column("amount", "money", "amount", "částka"),
        Column("note", "text", "note", "poznámka"),
    ),
)
KNOWN = "known are line_id, amount, note"


def text_table(raw: bytes, table: Table, encoding: str | None = None) -> tuple[pd.DataFrame, list[Fault]]:
    """What is read, as a frame."""
    text, faults = read(raw, table, encoding)
    return pd.DataFrame(text.cells, index=text.rows, dtype="str"), faults


def cells(content: str | bytes, encoding: str | None = None) -> list[list[str]]:
    raw = content if isinstance(content, bytes) else content.encode()
    frame, faults = text_table(raw, LINES, encoding)
    assert [str(fault) for fault in faults] == []
    return frame.to_numpy().tolist()


def told(content: str | bytes, encoding: str | None = None) -> list[str]:
    raw = content if isinstance(content, bytes) else content.encode()
    return [str(fault) for fault in text_table(raw, LINES, encoding)[1]]


# --- nothing is lost ---


@pytest.mark.parametrize("cell", ["1.10", "NA", "None", "nan", "007", "00123456", "1e5", "TRUE", "=1+1", "  x  ", "-"])
def test_a_cell_stays_the_text_it_is(cell):
    assert cells(f"line_id,note\n{cell},{cell}\n") == [[cell, cell]]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_comma_or_semicolon_and_any_newline(separator, newline):
    content = newline.join([separator.join(["line_id", "amount"]), separator.join(["1.10", "5"])]) + newline

    assert cells(content) == [["1.10", "5"]]


def test_a_decimal_comma_stands_in_a_file_with_semicolons():
    assert cells("line_id;amount;note\n1;3 648 425,00;a,b,c,d\n") == [["1", "3 648 425,00", "a,b,c,d"]]


def test_the_last_line_needs_no_newline():
    assert cells("line_id\n1") == [["1"]]


def test_a_quoted_cell_holds_separators_quotes_and_newlines():
    assert cells('line_id,note\n1,"a, ""b""\nc; d"\n') == [["1", 'a, "b"\nc; d']]


def test_a_byte_order_mark_is_no_part_of_the_first_heading():
    assert cells("\ufeffline_id\n1\n") == [["1"]]


def test_a_cell_of_300_kilobytes_is_read_whole():
    note = "žluťoučký " * 30_000

    assert cells(f"line_id,note\n1,{note}\n") == [["1", note]]


def test_headings_are_read_without_their_spaces():
    assert text_table("\u00a0line_id , note\n1,2\n".encode(), LINES)[0].columns.tolist() == ["line_id", "note"]


def test_rows_are_numbered_as_the_spreadsheet_counts_them_blank_lines_included():
    content = 'line_id,note\n1,a\n\n2,"b\nc"\n,\n  , \n3,d\n\n'
    frame, faults = text_table(content.encode(), LINES)

    assert faults == []
    assert frame.index.tolist() == [2, 4, 7]
    assert frame["line_id"].tolist() == ["1", "2", "3"]


def test_a_heading_without_rows_is_an_empty_table():
    frame, faults = text_table(b"line_id,amount\n", LINES)

    assert faults == []
    assert frame.empty
    assert frame.columns.tolist() == ["line_id", "amount"]


# --- rows that are not read ---


@pytest.mark.parametrize("row", ["# 1,a", '"# 1",a', "# a remark, with, more, separators", "#,", "# ", "#"])
def test_a_row_that_begins_with_the_sign_and_a_space_is_not_read(row):
    assert cells(f"line_id,note\n{row}\n2,b\n") == [["2", "b"]]


@pytest.mark.parametrize("cell", ["#hashtag", "#1", " # 1", "1 # 2"])
def test_a_sign_without_a_space_or_within_the_cell_is_data(cell):
    assert cells(f"line_id,note\n{cell},b\n") == [[cell, "b"]]


def test_a_sign_in_another_cell_than_the_first_is_data():
    assert cells("line_id,note\n1,# b\n") == [["1", "# b"]]


def test_a_row_that_is_not_read_is_counted_as_the_spreadsheet_counts_it():
    frame, faults = text_table(b'line_id,note\n# 1,"a\nb"\n2,c\n# 3,d\n4,e\n', LINES)

    assert faults == []
    assert frame.index.tolist() == [3, 5]


def test_a_line_within_a_quoted_cell_may_begin_with_the_sign():
    assert cells('line_id,note\n1,"a\n# b"\n') == [["1", "a\n# b"]]


def test_rows_that_are_not_read_leave_an_empty_table():
    assert cells("line_id;note\n# 1;a\n") == []


def test_the_heading_cannot_be_a_row_that_is_not_read():
    assert told("# lines of the budget\nline_id,note\n1,a\n") == [
        "lines.csv, row 1: the first row begins with # and a space, which marks a row that is not read: "
        "write the heading there"
    ]


# --- encodings ---


def test_windows_1250_is_read_where_the_bytes_prove_it():
    assert cells("line_id,note\n1,Příliš žluťoučký kůň\n".encode("windows-1250")) == [["1", "Příliš žluťoučký kůň"]]


def test_windows_1250_is_read_where_it_is_declared():
    raw = "line_id,note\n1,málo\n".encode("windows-1250")

    assert cells(raw, "windows-1250") == [["1", "málo"]]
    assert told(raw) == [
        'lines.csv: the text is not UTF-8: declare `encoding = "windows-1250"` (or what it is) in project.toml or '
        "save as UTF-8"
    ]


@pytest.mark.parametrize("encoding", ["latin-1", "iso-8859-2", "cp852", "mac_latin2"])
def test_no_other_encoding_is_guessed(encoding):
    text = "Zürich" if encoding == "latin-1" else "Příliš žluťoučký kůň"

    assert len(told(f"line_id\n{text}\n".encode(encoding))) == 1


def test_utf_16_is_named():
    assert told("line_id\n1\n".encode("utf-16")) == ["lines.csv: the text is UTF-16: save it as UTF-8"]


def test_a_wrong_declaration_is_told_not_followed():
    assert told("line_id\nKč\n".encode(), "windows-1250") == [
        "lines.csv: the text is UTF-8, not in the declared encoding 'windows-1250'"
    ]


def test_an_example_in_another_encoding_than_the_declared_one_is_no_fault_for_it_is_not_read():
    assert cells("line_id,note\n# Příklad,č\n\n".encode(), "windows-1250") == []
    assert len(told("line_id,note\n# Příklad,č\nKč,a\n".encode(), "windows-1250")) == 1


def test_nul_bytes_are_refused():
    assert told(b"line_id\n1\x00\n") == ["lines.csv: the text holds NUL bytes: it is damaged, or not a text"]


# --- shape ---


def test_rows_longer_and_shorter_than_the_heading_are_all_told():
    assert told("line_id,amount\n1,2,3\n1\n\n1,2\n1,3 648,00\n") == [
        "lines.csv, row 2: 3 cells under 2 headings, more than the heading has: look for a separator inside a cell",
        "lines.csv, row 3: 1 cells under 2 headings, fewer than the heading has: look for a separator inside a cell",
        "lines.csv, row 6: 3 cells under 2 headings, more than the heading has: look for a separator inside a cell",
    ]


def test_cells_of_a_row_that_is_too_long_do_not_move_to_other_columns():
    frame, _ = text_table(b"line_id,amount\n1,2,3\n4,5\n", LINES)

    assert frame.to_numpy().tolist() == [["1", "2"], ["4", "5"]]


def test_a_heading_that_stands_twice_is_told_and_its_first_column_is_kept():
    frame, faults = text_table(b"line_id,note,note\n1,a,b\n", LINES)

    assert [str(fault) for fault in faults] == ["lines.csv, row 1, note: this heading stands 2 times"]
    assert frame.to_numpy().tolist() == [["1", "a"]]


def test_an_unknown_heading_is_told_with_the_nearest_name_or_all_of_them():
    assert told("line_id,amout,colour\n1,2,3\n") == [
        "lines.csv, row 1, amout: unknown column - did you mean 'amount'?",
        f"lines.csv, row 1, colour: unknown column: {KNOWN}",
    ]


def test_a_column_without_a_heading_is_told():
    assert told("line_id,,\n1,2,3\n") == ["lines.csv, row 1: a column has no heading: name it or remove it"]


def test_project_id_is_not_written_in_files():
    assert told("project_id,line_id\na,1\n") == [
        "lines.csv, row 1, project_id: comes from project.toml: remove the column"
    ]


def test_a_needed_column_that_is_absent_is_told():
    assert told("note\na\n") == ["lines.csv, row 1, line_id: this column is needed and absent"]


@pytest.mark.parametrize("content", ["", "\n\n", " , \n1,2\n", "\ufeff"])
def test_a_file_without_a_heading_is_told_what_to_write(content):
    assert told(content) == ["lines.csv, row 1: the heading is missing: write line_id, amount, note"]


def test_a_quotation_mark_that_is_not_closed_is_told_where_it_begins():
    assert told('line_id,note\n1,a\n2,"b\n3,c\n') == [
        "lines.csv, row 3: the file breaks off here (unexpected end of data): look for a quotation mark that is not "
        "closed"
    ]


# --- project.toml and the folder ---


def test_a_number_of_toml_keeps_its_printed_decimals():
    assert toml_file(b"total_cost = 3648425.00", "project.toml") == ({"total_cost": Decimal("3648425.00")}, [])


@pytest.mark.parametrize("raw", [b"title = ", b'title = "a"\ntitle = "b"', "title = 'ž'".encode("iso-8859-2"), b"\x00"])
def test_what_is_not_toml_is_told_not_raised(raw):
    told, faults = toml_file(raw, "project.toml")

    assert told == {}
    assert len(faults) == 1
    assert faults[0].file == "project.toml"


def test_a_file_that_is_no_table_is_told_with_the_nearest_table(tmp_path):
    (tmp_path / "line.csv").write_text("line_id\n")
    (tmp_path / "lines.csv").write_text("line_id\n")
    (tmp_path / "zebra.CSV").write_text("line_id\n")
    (tmp_path / "notes.txt").write_text("not a table")

    found, faults = table_files(tmp_path, {"lines": LINES})

    assert found == {"lines": b"line_id\n"}
    assert sorted(str(fault) for fault in faults) == [
        "line.csv: no table has this name - did you mean 'lines'?",
        "zebra.CSV: no table has this name: known are lines.csv",
    ]


# --- real files ---


@pytest.mark.parametrize(
    ("file", "rows", "columns"),
    [
        ("esif/cz-macro-sum-quarterly-202108.csv", 204, 15),  # BOM, semicolons, decimal comma
        ("esif/ec-esif-finances-planned-details-2019.csv", 7524, 19),
        ("esif/ro-erdf-2007-2013.csv", 4636, 13),  # newlines inside cells: 4 835 lines
        ("indicators/eutf-akvo-results-without-sahel.csv", 7948, 8),
        ("indicators/eutf-projects-database-2022-01.csv", 253, 14),
    ],
)
def test_a_real_file_is_read_without_loss(file, rows, columns):
    samples = os.environ.get("KPEVAL_SAMPLES")
    path = Path(samples or "/nowhere") / file
    if not path.is_file():
        pytest.skip(f"{file} is not here: set KPEVAL_SAMPLES to the folder that holds it")
    raw = path.read_bytes()
    separator = ";" if b"esif/cz" in os.fsencode(file) else ","
    records = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=separator))
    headings = [czech.plain(name) for name in records[0]]
    table = Table("real", "a row", "řádek", tuple(Column(name, "text", name, name) for name in headings))

    frame, faults = text_table(raw, table)

    assert faults == []
    assert frame.shape == (rows, columns)
    assert frame.to_numpy().tolist() == records[1:]
