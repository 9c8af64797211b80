"""A column says what may stand in it; what stands there becomes a value, or a fault that names the place."""

import math
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpeval.columns import DTYPES, Column, Table
from kpeval.czech import number, period, plain
from kpeval.faults import DataError, Fault, nearest
from kpeval.values import checked, picked, places, take, typed

NBSP, NARROW, THIN = "\u00a0", "\u202f", "\u2009"
COLOURS = Table(
    "colours",
    "a colour",
    "barva",
    (
        Column("colour_id", "text", "colour", "barva", required=True),
        Column("tone", "word", "tone", "tón", words=("light", "dark")),
        Column("price", "money", "price", "cena", low=0),
        Column("share", "share", "share", "podíl", low=0, high=1),
        Column("first", "start", "first day", "první den"),
        Column("last", "end", "last day", "poslední den"),
    ),
    key=("colour_id",),
    order=(("first", "last"),),
)


def one_column(kind: str, **rule: Any) -> Table:
    return Table("cells", "a cell", "buňka", (Column("cell", kind, "cell", "buňka", **rule),))


def text(*cells: str | None) -> pd.DataFrame:
    """Rows as a file gives them: text, numbered as the spreadsheet counts."""
    return pd.DataFrame({"cell": pd.Series(cells, dtype="str", index=range(2, len(cells) + 2))})


def read(kind: str, cell: str) -> Any:
    rows, faults = typed(one_column(kind), text(cell))
    assert faults == []
    return rows["cell"].iloc[0]


def refused(kind: str, cell: str) -> str:
    rows, faults = typed(one_column(kind), text(cell))
    assert rows["cell"].isna().all()
    assert [(fault.file, fault.row, fault.column) for fault in faults] == [("cells.csv", 2, "cell")]
    return faults[0].message


# --- cells become values ---


@pytest.mark.parametrize("cell", ["1.10", "NA", "None", "nan", "null", "007", "00123456", "1e5", "#N/A", "TRUE", "-"])
def test_text_stays_as_it_stands(cell):
    assert read("text", cell) == cell


@pytest.mark.parametrize("kind", ["number", "money"])
@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("315186.00", 315186.0),
        ("3 648 425,00", 3648425.0),
        ("2 626 545,-", 2626545.0),
        (f"2{NBSP}626{NBSP}545,- Kč", 2626545.0),
        (f"1{NARROW}234{THIN}567,89", 1234567.89),
        ("\u22125", -5.0),
        ("2,6 mil. Kč", 2600000.0),
        ("0", 0.0),
    ],
)
def test_an_amount_is_read_as_czech_documents_write_it(kind, cell, value):
    assert read(kind, cell) == value


def test_an_amount_with_parts_of_a_haler_is_refused():
    assert refused("money", "333,375") == "'333,375' has parts of a haléř (cent): round it to two decimals"


@pytest.mark.parametrize(
    ("cell", "value"),
    [("85 %", 0.85), (f"85{NBSP}%", 0.85), ("12,5 %", 0.125), ("0,85", 0.85), ("0.85", 0.85), ("0", 0)],
)
def test_a_share_is_a_fraction_or_a_percentage_with_its_sign(cell, value):
    assert read("share", cell) == value


@pytest.mark.parametrize(("cell", "value"), [("200", 200), ("1 234", 1234), (f"1{NBSP}234", 1234), ("10,0", 10)])
def test_a_count_is_whole(cell, value):
    assert read("whole", cell) == value


def test_a_count_with_a_fraction_is_refused():
    assert refused("whole", "10,5") == "'10,5' is not a whole number"


def test_a_count_too_large_for_any_table_is_a_fault_not_a_crash():
    assert "99999999999999999999" in refused("whole", "99999999999999999999")


@pytest.mark.parametrize("kind", ["number", "money"])
def test_an_amount_beyond_all_numbers_is_a_fault_not_infinity(kind):
    assert "is not a number" in refused(kind, "9" * 400)


@pytest.mark.parametrize("kind", ["day", "start", "end"])
@pytest.mark.parametrize(
    "cell", ["2017-11-01", "1.11.2017", "1. 11. 2017", f"1.{NBSP}listopadu{NBSP}2017", "01/11/2017"]
)
def test_a_day_is_read_as_czech_documents_write_it(kind, cell):
    assert read(kind, cell) == pd.Timestamp("2017-11-01")


@pytest.mark.parametrize(
    ("cell", "first", "last", "precision"),
    [
        ("březen 2006", "2006-03-01", "2006-03-31", "month"),
        (f"červen{NBSP}2007", "2007-06-01", "2007-06-30", "month"),
        ("2006-03", "2006-03-01", "2006-03-31", "month"),
        ("II. čtvrtletí 2018", "2018-04-01", "2018-06-30", "quarter"),
        ("1. pololetí 2018", "2018-01-01", "2018-06-30", "half"),
        ("2019", "2019-01-01", "2019-12-31", "year"),
        ("31.10.2019", "2019-10-31", "2019-10-31", "day"),
    ],
)
def test_start_is_the_first_and_end_the_last_day_of_what_is_printed_and_the_precision_stands_beside(
    cell, first, last, precision
):
    starts, faults = typed(one_column("start"), text(cell))
    ends, more = typed(one_column("end"), text(cell))

    assert faults + more == []
    assert (starts["cell"].iloc[0], ends["cell"].iloc[0]) == (pd.Timestamp(first), pd.Timestamp(last))
    assert (starts["cell_precision"].iloc[0], ends["cell_precision"].iloc[0]) == (precision, precision)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("true", True),
        ("ano", True),
        ("Ano", True),
        ("1", True),
        ("yes", True),
        ("ne", False),
        ("NE", False),
        ("0", False),
    ],
)
def test_a_flag_is_yes_or_no_in_either_language(cell, value):
    assert read("flag", cell) is value or read("flag", cell) == value


@pytest.mark.parametrize(
    ("kind", "cell", "message"),
    [
        ("number", "zero", "'zero' is not a number"),
        ("money", "1e5", "'1e5' is not a number"),
        ("money", "inf", "'inf' is not a number"),
        ("number", "nan", "'nan' is not a number"),
        ("share", "půl", "'půl' is not a number"),
        ("whole", "deset", "'deset' is not a number"),
        ("flag", "možná", "'možná' is neither true nor false"),
        ("day", "31.2.2019", "'31.2.2019' is not a day, month, quarter, half-year or year of 4 digits"),
        ("day", "březen 2006", "'březen 2006' is a month, not a day"),
        ("day", "2019", "'2019' is a year, not a day"),
        ("start", "brzy", "'brzy' is not a day, month, quarter, half-year or year of 4 digits"),
    ],
)
def test_what_cannot_be_read_is_quoted_with_what_it_is_not(kind, cell, message):
    assert refused(kind, cell) == message


@pytest.mark.parametrize("kind", sorted(DTYPES))
@pytest.mark.parametrize("blank", ["", " ", NBSP, "\u200b"])
def test_a_blank_cell_of_any_kind_is_missing(kind, blank):
    rows, faults = typed(one_column(kind), text(blank))

    assert faults == []
    assert rows["cell"].isna().all()


@pytest.mark.parametrize("kind", sorted(DTYPES))
def test_a_column_has_its_declared_type_filled_blank_or_absent(kind):
    sound = {"text": "a", "word": "a", "flag": "ano", "day": "1.1.2020", "start": "1.1.2020", "end": "1.1.2020"}
    filled, _ = typed(one_column(kind), text(sound.get(kind, "1")))
    blank, _ = typed(one_column(kind), text(""))
    absent, _ = typed(one_column(kind), pd.DataFrame(index=[2, 3]))

    assert [str(rows["cell"].dtype) for rows in (filled, blank, absent)] == [DTYPES[kind]] * 3
    assert absent.index.tolist() == [2, 3]


TIDY_OR_NOT = [
    "",
    " ",
    "a",
    " a",
    "a\u0308",
    "\u0308a",
    "ä",
    "a b",
    "a  b",
    "a\u200b",
    "\u2212",
    "\n",
    "\x1f",
    "Kč",
    "\u0301",
]


@given(st.lists(st.one_of(st.sampled_from(TIDY_OR_NOT), st.text(max_size=3)), min_size=1, max_size=6))
def test_text_is_tidied_as_if_each_cell_stood_alone(cells):
    rows, faults = typed(one_column("text"), text(*cells))

    assert faults == []
    assert rows["cell"].fillna("").tolist() == [plain(cell) for cell in cells]
    assert rows["cell"].isna().tolist() == [not plain(cell) for cell in cells]


@given(
    st.from_regex(r"-?[0-9]{1,25}(\.[0-9]{1,12})?", fullmatch=True).filter(lambda cell: len(cell.split(".")[0]) < 15)
)
def test_a_number_written_plainly_means_what_it_means_in_a_czech_document(cell):
    value = read("number", cell)

    assert (value, math.copysign(1, value)) == (float(number(cell).value), math.copysign(1, float(number(cell).value)))


@given(st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True))
def test_a_day_written_plainly_means_what_it_means_with_a_time_behind_it(cell):
    """Plainly written it is read in a short way."""

    def told(text):
        try:
            return period(text)
        except ValueError as error:
            return str(error).replace(text, "it")

    assert told(cell) == told(f"{cell}T00:00:00")


def test_spaces_around_a_word_do_not_make_it_another_word():
    assert read("word", f"{NBSP}light ") == "light"


def test_text_means_the_same_whatever_pandas_stores_it_in():
    stored = [pd.DataFrame({"cell": pd.Series([f" KA1{NBSP}"], dtype=dtype)}) for dtype in ("str", "object")]

    first, second = (typed(one_column("text"), frame)[0]["cell"].iloc[0] for frame in stored)
    assert first == second


# --- frames from a notebook, not from a file ---


@pytest.mark.parametrize("value", ["2019-10-31", pd.Timestamp("2019-10-31"), pd.Timestamp("2019-10-31 15:30").date()])
def test_a_day_may_come_as_text_timestamp_or_date(value):
    rows, faults = typed(one_column("day"), pd.DataFrame({"cell": [value]}))

    assert faults == []
    assert rows["cell"].iloc[0] == pd.Timestamp("2019-10-31")


def test_a_timestamp_loses_its_time_and_zone():
    frame = pd.DataFrame({"cell": pd.to_datetime(["2019-10-31 23:30"]).tz_localize("Europe/Prague")})

    rows, faults = typed(one_column("end"), frame)

    assert faults == []
    assert rows["cell"].iloc[0] == pd.Timestamp("2019-10-31")
    assert rows["cell_precision"].iloc[0] == "day"


def test_a_precision_that_is_given_is_kept():
    frame = pd.DataFrame({"cell": pd.to_datetime(["2006-03-01"]), "cell_precision": ["month"]})

    assert typed(one_column("start"), frame)[0]["cell_precision"].tolist() == ["month"]


def test_numbers_may_come_as_numbers():
    rows, faults = typed(one_column("money"), pd.DataFrame({"cell": [1, 2]}))

    assert faults == []
    assert rows["cell"].tolist() == [1.0, 2.0]


# --- rules ---


def test_a_sound_table_has_no_fault():
    rows = pd.DataFrame(
        {"colour_id": ["r", "g"], "tone": ["light", None], "price": ["0", "5"], "share": ["0", "100 %"]}, index=[2, 3]
    ).astype("str")
    frame, faults = typed(COLOURS, rows)

    assert faults + checked(COLOURS, frame) == []


@pytest.mark.parametrize(
    ("column", "cell", "fault"),
    [
        ("colour_id", "", Fault("colours.csv", 3, "colour_id", "is empty, and must not be")),
        ("tone", "dar", Fault("colours.csv", 3, "tone", "'dar' is not one of light, dark")),
        ("price", "-5", Fault("colours.csv", 3, "price", "'-5.0' is below 0")),
        ("share", "85", Fault("colours.csv", 3, "share", "'85.0' is above 1")),
        ("share", "-1 %", Fault("colours.csv", 3, "share", "'-0.01' is below 0")),
        ("colour_id", "red", Fault("colours.csv", 3, "colour_id", "repeats row 2")),
        ("last", "2018-12", Fault("colours.csv", 3, "last", "lies before first")),
    ],
)
def test_a_broken_rule_is_told_with_row_column_and_rule(column, cell, fault):
    rows = {"colour_id": ["red", "green"], "first": ["2019-01-01"] * 2, "last": ["2019-01-01"] * 2}
    rows.setdefault(column, ["", ""])
    rows[column][1] = cell
    frame, faults = typed(COLOURS, pd.DataFrame(rows, index=[2, 3], dtype="str"))

    assert faults == []
    assert checked(COLOURS, frame) == [fault]


def test_a_single_day_is_in_order():
    rows = pd.DataFrame({"colour_id": ["r"], "first": ["1.1.2019"], "last": ["1.1.2019"]}, index=[2], dtype="str")

    assert checked(COLOURS, typed(COLOURS, rows)[0]) == []


def test_every_repetition_names_the_row_it_repeats():
    frame, _ = typed(COLOURS, pd.DataFrame({"colour_id": ["r", "g", "r", "g", "r"]}, index=range(2, 7), dtype="str"))

    assert [(fault.row, fault.message) for fault in checked(COLOURS, frame)] == [
        (4, "repeats row 2"),
        (5, "repeats row 3"),
        (6, "repeats row 2"),
    ]


def test_the_rule_in_words_says_all_of_it():
    share = Column("share", "share", "share", "podíl", low=0, high=1)
    activity = Column("activity_id", "text", "activity", "aktivita", refers="activities.activity_id")

    assert share.rule == "at least 0; at most 1"
    assert activity.rule == "stands in activities.activity_id"
    assert COLOURS["tone"].rule == "one of light, dark"
    assert COLOURS["colour_id"].rule == ""


def test_units_are_named():
    assert {kind: Column("x", kind, "x", "x").unit for kind in ("money", "share", "whole", "text")} == {
        "money": "currency of the project",
        "share": "fraction of 1",
        "whole": "count",
        "text": "",
    }


# --- what a measure takes ---


def rows_of_two_projects() -> pd.DataFrame:
    return pd.DataFrame({"project_id": ["a", "b"], "colour_id": ["r", "r"], "price": ["1", "2,50"]}, index=[7, 7])


def test_take_hands_out_what_was_asked_for_numbered_from_0_and_leaves_the_input_alone():
    given = rows_of_two_projects()
    before = given.copy(deep=True)

    rows = take(COLOURS, given, "colour_id price tone")

    assert rows.columns.tolist() == ["project_id", "colour_id", "price", "tone"]
    assert rows.index.tolist() == [0, 1]
    assert rows["price"].tolist() == [1.0, 2.5]
    assert rows["tone"].isna().all()
    pd.testing.assert_frame_equal(given, before)


def test_one_key_may_stand_in_two_projects_but_not_twice_in_one():
    take(COLOURS, rows_of_two_projects(), "colour_id")
    twice = rows_of_two_projects().assign(project_id="a")

    with pytest.raises(DataError) as told:
        take(COLOURS, twice, "colour_id")
    assert [(fault.column, fault.message.split()[0]) for fault in told.value.faults] == [("colour_id", "repeats")]


def test_a_needed_column_that_is_absent_is_told():
    with pytest.raises(DataError) as told:
        take(COLOURS, pd.DataFrame({"project_id": ["a"]}), "colour_id")
    assert str(told.value) == ("the table colours: 1 fault\n  colours.csv, colour_id: this column is needed and absent")


def test_a_name_with_a_question_mark_may_be_absent():
    assert take(COLOURS, pd.DataFrame({"project_id": ["a"]}), "colour_id?")["colour_id"].isna().all()


def test_an_empty_frame_is_taken_with_its_columns():
    rows = take(COLOURS, pd.DataFrame(), "colour_id price")

    assert rows.empty
    assert rows.columns.tolist() == ["project_id", "colour_id", "price"]


# --- faults ---


def test_faults_are_told_by_file_row_and_column_and_each_once():
    faults = [
        Fault("b.csv", 2, "x", "wrong"),
        Fault("a.csv", 10, "x", "wrong"),
        Fault("a.csv", 9, "y", "wrong"),
        Fault("a.csv", 9, "x", "wrong"),
        Fault("a.csv", None, "", "unreadable"),
        Fault("b.csv", 2, "x", "wrong"),
    ]

    assert str(DataError(faults, "project p")) == (
        "project p: 5 faults\n"
        "  a.csv: unreadable\n"
        "  a.csv, row 9, x: wrong\n"
        "  a.csv, row 9, y: wrong\n"
        "  a.csv, row 10, x: wrong\n"
        "  b.csv, row 2, x: wrong"
    )


def test_faults_of_one_cell_stand_in_one_order_in_every_run():
    messages = [f"fault {letter}" for letter in "hgfedcba"]

    told = DataError(Fault("a.csv", 2, "x", message) for message in messages).faults
    assert [fault.message for fault in told] == sorted(messages)


def test_one_fault_is_not_counted_in_the_plural():
    assert str(DataError([Fault("a.csv", 2, "x", "wrong")])) == "the data: 1 fault\n  a.csv, row 2, x: wrong"


@pytest.mark.parametrize(
    ("name", "hint"), [("ostrva", " - did you mean 'ostrava'?"), ("praha", ""), ("", ""), ("OSTRAVA", "")]
)
def test_the_nearest_name_is_offered_only_where_one_is_near(name, hint):
    assert nearest(name, ["ostrava", "usti"]) == hint


def test_missing_money_is_not_zero():
    assert math.isnan(typed(one_column("money"), text(""))[0]["cell"].iloc[0])


def test_a_day_where_a_number_belongs_is_told_though_pandas_would_not_find_it_again():
    cells = pd.DataFrame({"cell": pd.Series([5, date(2021, 6, 1)], dtype="object", index=[2, 3])})
    rows, faults = typed(one_column("number"), cells)

    assert rows["cell"].tolist()[0] == 5
    assert [(fault.row, fault.column) for fault in faults] == [(3, "cell")]


# --- rows of one table find theirs in another ---


def test_a_row_finds_the_one_of_its_name_or_none():
    known = pd.DataFrame({"project_id": ["p", "p", "q"], "indicator_id": ["I1", "I2", "I1"]})
    rows = pd.DataFrame({"project_id": ["q", "p", "q", "x"], "indicator_id": ["I1", "I2", "I2", "I1"]})

    assert places(rows, known, ["project_id", "indicator_id"]).tolist() == [2, 1, -1, -1]
    assert places(rows.iloc[:0], known.iloc[1:], ["project_id"]).tolist() == []
    assert places(rows, known.iloc[:0], ["project_id"]).tolist() == [-1, -1, -1, -1]


@pytest.mark.parametrize(("dtype", "cells"), [("float64", [1.5, 2.5]), ("str", ["a", "b"]), ("Int64", [1, 2])])
def test_what_is_picked_keeps_its_type_and_is_missing_where_no_row_is(dtype, cells):
    taken = picked(pd.Series(cells, dtype=dtype, index=[7, 9]), np.array([1, -1, 0]))

    assert str(taken.dtype) == dtype
    assert taken.isna().tolist() == [False, True, False]
    assert [taken[0], taken[2]] == cells[::-1]
