"""What holds for outputs by activity, documents, steps, comments and reach, whatever the data: laws on nasty tables."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import assert_same, copies
from hypothesis import given, settings
from hypothesis import strategies as st

from kpeval.counted import REACH_VALUES
from kpeval.faults import DataError
from kpeval.measures.outputs import delivered_outputs, documents_counted
from kpeval.measures.public import comment_settlement, plan_steps
from kpeval.measures.reach import reach_values
from kpeval.results import RESULT_TABLES
from kpeval.schema import PROJECT_TABLES

Tables = dict[str, pd.DataFrame]
Facts = tuple[Tables, pd.Timestamp]
NEAR = [*pd.date_range("2018-06-25", "2018-07-05"), None]  # days around the report's, so that they collide
IDS = ["A", "B"]
NASTY: dict[str, dict[str, list[object]]] = {
    "activities": {"activity_id": IDS, "planned_end": NEAR},
    "outputs": {
        "output_id": list("123456"),
        "activity_id": [*IDS, None],
        "indicator_id": [*IDS, None],
        "planned_quantity": [2.0, None],
        "due": [*NEAR, None, None],
        "delivered_quantity": [0.0, 1.0, 2.0, None],
        **dict.fromkeys(["delivered_on", "published_on", "recorded_on"], NEAR),
        "evidence": ["minutes", None],
    },
    "indicators": {"indicator_id": IDS, "accumulation": ["latest", "sum", "max", None], "recorded_on": NEAR},
    "measurements": {
        "indicator_id": IDS,
        "measured_on": NEAR[:-1],
        "actual": [0.0, 1.0, 2.0, None],
        "recorded_on": [*NEAR, *[None] * 20],
    },
    "plans": {
        "plan_id": IDS,
        **dict.fromkeys(["period_start", "drafted_on", "discussed_on", "approved_on", "published_on"], NEAR),
        "recorded_on": [*NEAR, *[None] * 10],
    },
    "comment_procedures": {
        "procedure_id": ["R", "S", "T"],
        "plan_id": [*IDS, None],
        **dict.fromkeys(["opened", "closed", "hearing_on", "published_on"], NEAR),
        "recorded_on": [*NEAR, *[None] * 10],
    },
    "comments": {
        "comment_id": [str(number) for number in range(12)],
        "procedure_id": ["R", "S", "T"],
        **dict.fromkeys(["received_on", "settled_on"], NEAR),
        "kind": ["content", "content", "formal", None],
        "settlement": ["accepted", "partly", "rejected", "noted", "open", None],
        "reason": ["because", None],
        "recorded_on": [*NEAR, *[None] * 20],
    },
    "reach": {
        "channel": IDS,
        "metric": ["visits", "readers"],
        "period": NEAR[:-1],
        "value": [0.0, 3.0, 20.0, 30.0, None],
        "baseline": [0.0, 2.0, 10.0, None],
        "group_id": ["G", "H", None],
        "recorded_on": [*NEAR, *[None] * 20],
    },
    "target_groups": {
        "group_id": ["G", "H"],
        "estimated_size": [0, 40, None],
        "lower_bound": [True, False, None],
        "recorded_on": [*NEAR, *[None] * 20],
    },
}
MEASURES: dict[str, Callable[[Tables, Any], pd.DataFrame]] = {
    "delivered_outputs": lambda has, day: delivered_outputs(has["outputs"], has["activities"], as_of=day),
    "documents_counted": lambda has, day: documents_counted(
        has["outputs"], has["indicators"], has["measurements"], as_of=day
    ),
    "plan_steps": lambda has, day: plan_steps(has["plans"], has["comment_procedures"], as_of=day),
    "comment_settlement": lambda has, day: comment_settlement(has["comment_procedures"], has["comments"], as_of=day),
    "reach_values": lambda has, day: reach_values(has["reach"], has["target_groups"], as_of=day),
}
DECLARED = RESULT_TABLES | {"reach_values": REACH_VALUES}
EACH = pytest.mark.parametrize("measure", MEASURES)


def tables_of(seed: int, projects: int = 40) -> Tables:
    """Small tables in which days and ids collide and everything that may be missing is, here or there."""
    chance = np.random.default_rng(seed)
    names = np.array([f"p{number:03d}" for number in range(projects)], dtype=object)
    tables = {}
    for name, columns in NASTY.items():
        frame = pd.DataFrame({"project_id": chance.choice(names, 8 * projects)})
        for column, values in columns.items():
            frame[column] = pd.Series(
                [values[place] for place in chance.integers(0, len(values), len(frame))], dtype=object
            )
        declared = PROJECT_TABLES[name]
        frame = frame.drop_duplicates(["project_id", *(key for key in declared.key if key in frame)], ignore_index=True)
        frame = frame.astype({"project_id": "str"} | {column: declared[column].dtype for column in columns})
        for first, last in declared.order:
            if {first, last} <= set(columns):
                frame = frame[~(frame[first] > frame[last])].reset_index(drop=True)
        tables[name] = frame
    return tables


nasty = st.tuples(st.builds(tables_of, st.integers(0, 999)), st.sampled_from(NEAR[2:8]))


def as_it_was(tables: Tables, as_of: pd.Timestamp) -> Tables:
    """The tables as they lay on the day: without the rows, and without the cells, that became known later."""
    then = copies(tables)
    for name in ("indicators", "measurements", "plans", "comments", "reach", "target_groups", "comment_procedures"):
        then[name] = then[name][~(then[name]["recorded_on"] > as_of)]
    for name, day in (("measurements", "measured_on"), ("comments", "received_on"), ("reach", "period")):
        then[name] = then[name][~(then[name][day] > as_of)]
    comments, outputs, asked = then["comments"], then["outputs"], then["comment_procedures"]
    later = comments["settled_on"] > as_of
    for column in ("settlement", "settled_on", "reason"):
        comments[column] = comments[column].mask(later)
    for day, columns in (
        ("delivered_on", ["delivered_on", "delivered_quantity", "evidence"]),
        ("published_on", ["published_on"]),
        ("recorded_on", ["delivered_on", "delivered_quantity", "evidence", "published_on", "recorded_on"]),
    ):
        later = outputs[day] > as_of
        for column in columns:
            outputs[column] = outputs[column].mask(later)
    unsaid = asked["recorded_on"].isna()
    first = asked["opened"].fillna(asked["closed"]).fillna(asked["hearing_on"]).fillna(asked["published_on"])
    asked = asked[~(unsaid & (first > as_of))].copy()
    asked["published_on"] = asked["published_on"].mask((asked["published_on"] > as_of) & asked["recorded_on"].isna())
    then["comment_procedures"] = asked
    for column in ("drafted_on", "discussed_on", "approved_on", "published_on"):
        plans = then["plans"]
        plans[column] = plans[column].mask((plans[column] > as_of) & plans["recorded_on"].isna())
    return then


@EACH
@settings(max_examples=8)
@given(facts=nasty)
def test_a_measure_is_blind_to_the_future(measure: str, facts: Facts) -> None:
    tables, as_of = facts
    assert_same(MEASURES[measure](tables, as_of), MEASURES[measure](as_it_was(tables, as_of), as_of))


@EACH
@settings(max_examples=4)
@given(facts=nasty, chance=st.integers(0, 99))
def test_the_order_of_rows_is_irrelevant_and_the_input_stays_as_it_was(measure: str, facts: Facts, chance: int) -> None:
    tables, as_of = facts
    before = copies(tables)
    shuffled = {name: frame.sample(frac=1, random_state=chance) for name, frame in tables.items()}
    assert_same(MEASURES[measure](tables, as_of), MEASURES[measure](shuffled, as_of))
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[name], check_exact=True)


@EACH
@settings(max_examples=3)
@given(facts=nasty)
def test_half_of_the_projects_are_the_same_as_among_all(measure: str, facts: Facts) -> None:
    tables, as_of = facts
    half = {name: frame[frame["project_id"] < "p020"] for name, frame in tables.items()}
    among = MEASURES[measure](tables, as_of)
    assert_same(MEASURES[measure](half, as_of), among[among["project_id"] < "p020"])


@EACH
def test_nothing_in_gives_nothing_out_with_the_right_columns_and_types(measure: str) -> None:
    result = MEASURES[measure]({name: pd.DataFrame() for name in NASTY}, "2018-06-30")
    assert result.empty
    _assert_declared(measure, result)


@EACH
@settings(max_examples=4)
@given(facts=nasty)
def test_results_have_the_declared_columns_and_types_and_carry_their_key(measure: str, facts: Facts) -> None:
    tables, as_of = facts
    result = MEASURES[measure](tables, as_of)
    _assert_declared(measure, result)
    assert not result.duplicated(["project_id", *DECLARED[measure].key]).any()
    for column in result.select_dtypes("float64"):
        assert not np.isinf(result[column]).any(), column


def _assert_declared(measure: str, frame: pd.DataFrame) -> None:
    declared = {column.name: column.dtype for column in DECLARED[measure].columns}
    companions = {column: "str" for column in frame.columns if str(column).endswith("_precision")}
    assert {column: str(frame[column].dtype) for column in frame.columns} == declared | companions


@EACH
@settings(max_examples=1)
@given(facts=nasty)
def test_an_absent_optional_column_is_the_same_as_an_empty_one(measure: str, facts: Facts) -> None:
    tables, as_of = facts
    for name, columns in NASTY.items():
        for column in columns:
            if PROJECT_TABLES[name][column].required or column in PROJECT_TABLES[name].key:
                continue
            without = tables | {name: tables[name].drop(columns=column)}
            blank = tables | {name: without[name].assign(**{column: None})}
            assert_same(MEASURES[measure](without, as_of), MEASURES[measure](blank, as_of))


@pytest.mark.parametrize(
    ("measure", "name"),
    [
        *(("delivered_outputs", "outputs"), ("documents_counted", "outputs"), ("plan_steps", "plans")),
        *(("comment_settlement", "comments"), ("comment_settlement", "comment_procedures"), ("reach_values", "reach")),
    ],
)
def test_rows_that_stand_twice_are_refused(measure: str, name: str) -> None:
    tables = tables_of(1)
    tables[name] = pd.concat([tables[name], tables[name].tail(1)])
    with pytest.raises(DataError, match="repeats row"):
        MEASURES[measure](tables, "2018-06-30")


@settings(max_examples=30)
@given(st.dates(date(1990, 1, 1), date(2050, 1, 1)), st.integers(1, 400))
def test_a_window_of_d_days_has_d_days_and_fourteen_are_enough(first: date, days: int) -> None:
    facts = {"project_id": ["p"], "procedure_id": ["R"], "opened": [first], "closed": [first + timedelta(days - 1)]}
    row = comment_settlement(pd.DataFrame(facts), pd.DataFrame(), as_of=first).iloc[0]
    assert row["window_days"] == days
    assert row["enough"] == (days >= 14)


@settings(max_examples=8)
@given(nasty)
def test_shares_lie_between_0_and_1_and_are_missing_where_there_is_nothing_to_divide_by(facts: Facts) -> None:
    tables, as_of = facts
    rows = MEASURES["comment_settlement"](tables, as_of)
    for share, part, whole in (
        ("share_settled", "settled", "received"),
        ("share_accepted", "content_accepted", "content_settled"),
        ("share_partly", "content_partly", "content_settled"),
        ("share_with_reason", "reasons", "settled"),
    ):
        assert (rows[share].isna() == (rows[whole] == 0)).all()
        assert rows[share].dropna().between(0, 1).all()
        assert np.allclose(
            rows[share] * rows[whole].astype(float), rows[part].astype(float).where(rows[whole] > 0), equal_nan=True
        )
    outputs = MEASURES["delivered_outputs"](tables, as_of)
    assert outputs["share_delivered"].dropna().between(0, 1).all()


@settings(max_examples=8)
@given(nasty)
def test_kinds_and_settlements_make_up_what_was_received(facts: Facts) -> None:
    tables, as_of = facts
    rows = MEASURES["comment_settlement"](tables, as_of)
    assert (rows["content"] + rows["formal"] + rows["unsorted"] == rows["received"]).all()
    assert (rows["accepted"] + rows["partly"] + rows["rejected"] + rows["noted"] == rows["settled"]).all()
    assert (rows["settled"] + rows["unsettled"] == rows["received"]).all()


@settings(max_examples=8)
@given(nasty)
def test_outputs_by_activity_make_up_all_outputs(facts: Facts) -> None:
    tables, as_of = facts
    rows = MEASURES["delivered_outputs"](tables, as_of)
    assert rows["planned"].sum() == len(tables["outputs"])
    assert (rows["on_time"] + rows["late"] <= rows["delivered"]).all()
    assert (rows["assumed"] <= rows["no_due"]).all()
    assert (rows["due_delivered"] + rows["no_record"] <= rows["due"]).all()


@settings(max_examples=8)
@given(nasty)
def test_no_more_documents_count_than_were_written_or_published(facts: Facts) -> None:
    tables, as_of = facts
    rows = MEASURES["documents_counted"](tables, as_of)
    assert (rows["counted"] <= rows[["written", "published"]].min(axis="columns"))[rows["counted"].notna()].all()


@settings(max_examples=8)
@given(nasty)
def test_a_step_is_done_where_its_day_has_come(facts: Facts) -> None:
    tables, as_of = facts
    rows = MEASURES["plan_steps"](tables, as_of)
    assert ((rows["state"] == "done") == (rows["day"] <= as_of)).all()
    assert ((rows["state"] == "planned") == (rows["day"] > as_of)).all()
