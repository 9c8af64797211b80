"""What holds for the measures of the community plan whatever the data, tried on small nasty plans of many projects."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import assert_same, copies
from hypothesis import given, settings
from hypothesis import strategies as st

from kpeval.codes import NOT_EVALUABLE, PLAN_GROUPS
from kpeval.faults import DataError
from kpeval.measures.plan import measure_states, plan_fulfilment
from kpeval.measures.plan_record import evaluation_coverage, measure_money
from kpeval.percents import largest_remainder, rounded_sum
from kpeval.results import RESULT_TABLES
from kpeval.rules.states import status_words
from kpeval.schema import EVALUATIONS, MEASURE_STATES, PLAN_MEASURES

Tables = dict[str, pd.DataFrame]
WORDS = [*status_words(), "naplněno", "rozpracováno", "nenaplněno", "nobody explained this", None]
DAYS = [*pd.date_range("2018-12-25", "2019-01-05"), None, None]
DAY = pd.Timestamp("2018-12-31")

MEASURES: dict[str, Callable[[Tables, Any], pd.DataFrame]] = {
    **{
        f"plan_fulfilment by {by}": lambda has, as_of, by=by: plan_fulfilment(
            has["plan_measures"], has["evaluations"], as_of=as_of, by=by
        )
        for by in PLAN_GROUPS
    },
    "measure_states": lambda has, as_of: measure_states(has["plan_measures"], has["evaluations"], as_of=as_of),
    "evaluation_coverage": lambda has, as_of: evaluation_coverage(
        has["plans"], has["plan_measures"], has["evaluations"], as_of=as_of
    ),
    "measure_money": lambda has, as_of: measure_money(has["plan_measures"], has["evaluations"], as_of=as_of),
}


def nasty(seed: int, projects: int = 12) -> Tables:
    """Plans whose levels, words and days collide, and in which everything that may be missing is, here or there."""
    chance = np.random.default_rng(seed)

    def drawn(values: list[Any], number: int) -> pd.Series:
        return pd.Series([values[place] for place in chance.integers(0, len(values), number)], dtype=object)

    size = 9 * projects
    nodes = pd.DataFrame({"project_id": np.repeat([f"p{place:02d}" for place in range(projects)], 9)})
    nodes["node_id"] = [f"N{place % 9}" for place in range(size)]
    nodes["plan_id"] = ["A" if place % 9 < 6 else "B" for place in range(size)]
    above = [int(chance.integers(-1, place % 9)) if place % 9 else -1 for place in range(size)]
    nodes["parent_id"] = [f"N{place}" if place >= 0 else None for place in above]
    nodes["level"] = drawn(["cíl", "opatření", "aktivita"], size)
    nodes["area_id"], nodes["group_id"] = drawn(["I", "II", None], size), drawn(["a", "a; b", "b;b", None], size)
    nodes["responsible"], nodes["starts"] = drawn(["x", None], size), drawn(DAYS, size)
    nodes["planned_cost"], nodes["recorded_on"] = (
        drawn([0.0, 100.0, 33.33, None], size),
        drawn([*DAYS, *[None] * 20], size),
    )
    number = 3 * size
    said = pd.DataFrame({"project_id": drawn(nodes["project_id"].tolist(), number)})
    said["node_id"] = drawn([f"N{place}" for place in range(10)], number)
    said["year"] = drawn([2016, 2017, 2018, 2019], number)
    said["status"], said["spent"] = drawn(WORDS, number), drawn([0.0, 0.1, 33.33, None], number)
    said["evaluated_on"], said["recorded_on"] = drawn(DAYS, number), drawn([*DAYS, *[None] * 10], number)
    said = said.drop_duplicates(["project_id", "node_id", "year", "recorded_on"], ignore_index=True)
    plans = nodes[["project_id", "plan_id"]].drop_duplicates(ignore_index=True)
    plans["period_start"], plans["period_end"] = drawn(["2016", "2018", None], len(plans)), "2019"
    return {
        "plans": plans.astype({"project_id": "str", "plan_id": "str"}),
        "plan_measures": typed(PLAN_MEASURES, nodes),
        "evaluations": typed(EVALUATIONS, said),
    }


def typed(table: Any, frame: pd.DataFrame) -> pd.DataFrame:
    dtypes = {column.name: column.dtype for column in table.columns if column.name in frame}
    return frame.astype({"project_id": "str"} | dtypes)


plans = st.builds(lambda seed: nasty(seed), st.integers(0, 999))
days = st.sampled_from(DAYS[:-2]).map(pd.Timestamp)
EACH = pytest.mark.parametrize("name", MEASURES)


@EACH
@settings(max_examples=4)
@given(has=plans, as_of=days)
def test_a_measure_is_blind_to_the_future(name: str, has: Tables, as_of: pd.Timestamp) -> None:
    then = copies(has)
    nodes, said = then["plan_measures"], then["evaluations"]
    then["plan_measures"] = nodes[~(nodes["recorded_on"] > as_of)]
    undated = said["evaluated_on"].isna() & said["recorded_on"].isna()
    ended = pd.to_datetime(said["year"].astype(str) + "-12-31")
    later = (said["evaluated_on"] > as_of) | (said["recorded_on"] > as_of) | (undated & (ended > as_of))
    then["evaluations"] = said[~later]
    assert_same(MEASURES[name](has, as_of), MEASURES[name](then, as_of))


@EACH
@settings(max_examples=4)
@given(has=plans, as_of=days, seed=st.integers(0, 99))
def test_the_order_of_rows_is_irrelevant(name: str, has: Tables, as_of: pd.Timestamp, seed: int) -> None:
    shuffled = {key: frame.sample(frac=1, random_state=seed) for key, frame in has.items()}
    assert_same(MEASURES[name](has, as_of), MEASURES[name](shuffled, as_of))


@EACH
@settings(max_examples=3)
@given(has=plans, as_of=days)
def test_a_project_alone_is_the_same_as_among_many_and_input_is_left(
    name: str, has: Tables, as_of: pd.Timestamp
) -> None:
    before = copies(has)
    among = MEASURES[name](has, as_of)
    for key, frame in has.items():
        pd.testing.assert_frame_equal(frame, before[key], check_exact=True)
    for project in ("p00", "p07", "p11"):
        alone = {key: frame[frame["project_id"] == project] for key, frame in has.items()}
        assert_same(MEASURES[name](alone, as_of), among[among["project_id"] == project])


@EACH
@settings(max_examples=3)
@given(has=plans)
def test_an_absent_optional_column_is_the_same_as_an_empty_one(name: str, has: Tables) -> None:
    for table, declared in (("plan_measures", PLAN_MEASURES), ("evaluations", EVALUATIONS)):
        for column in declared.columns:
            if column.required or column.name not in has[table] or column.name in declared.key:
                continue
            without = has | {table: has[table].drop(columns=column.name)}
            blank = has | {table: without[table].assign(**{column.name: None})}
            assert_same(MEASURES[name](without, DAY), MEASURES[name](blank, DAY))


@EACH
def test_results_have_the_declared_columns_and_types_and_carry_their_key(name: str) -> None:
    declared = RESULT_TABLES[name.split(" ")[0]]
    for has in (
        nasty(1),
        {key: frame.iloc[:0] for key, frame in nasty(1).items()},
        dict.fromkeys(nasty(1), pd.DataFrame()),
    ):
        found = MEASURES[name](has, DAY)
        assert {column: str(found[column].dtype) for column in found} == {
            column.name: column.dtype for column in declared.columns
        }
        assert not found.duplicated(["project_id", *declared.key]).any()
        assert list(found.index) == list(range(len(found)))


@settings(max_examples=20)
@given(has=plans, as_of=days, by=st.sampled_from(PLAN_GROUPS))
def test_counts_and_shares_add_up(has: Tables, as_of: pd.Timestamp, by: str) -> None:
    found = plan_fulfilment(has["plan_measures"], has["evaluations"], as_of=as_of, by=by)
    blocks = found.groupby(["project_id", "plan_id", "level", "category"], dropna=False)
    assert (blocks.size() == len(MEASURE_STATES)).all()
    assert np.allclose(blocks["share_of_all"].sum(), 1)
    evaluable = blocks["evaluable"].first() > 0
    assert (blocks["percent_shown"].sum()[evaluable] == 100).all()
    assert np.allclose(blocks["share_of_evaluable"].sum()[evaluable], 1)
    none = found["status"].isin(NOT_EVALUABLE) | (found["evaluable"] == 0)
    assert found.loc[none, ["share_of_evaluable", "percent_shown"]].isna().all(axis=None)
    assert found.loc[~none, ["share_of_evaluable", "percent_shown", "rounding"]].notna().all(axis=None)
    counted = found[~none & (found["measures"] == 0)]
    assert (counted["percent_shown"] == 0).all()


@settings(max_examples=10)
@given(has=plans, as_of=days)
def test_every_counted_node_is_counted_once_in_each_year_and_level(has: Tables, as_of: pd.Timestamp) -> None:
    nodes = has["plan_measures"][~(has["plan_measures"]["recorded_on"] > as_of)]
    known = nodes.groupby(["project_id", "plan_id", "level"]).size()
    for by in ("year", "level"):
        found = plan_fulfilment(has["plan_measures"], has["evaluations"], as_of=as_of, by=by)
        total = found.groupby(["project_id", "plan_id", "level", "category"])["measures"].sum()
        assert (total == known.reindex(total.droplevel("category").index).to_numpy()).all()


@settings(max_examples=10)
@given(has=plans, as_of=days)
def test_by_year_and_the_states_of_the_tree_tell_the_same(has: Tables, as_of: pd.Timestamp) -> None:
    states = measure_states(has["plan_measures"], has["evaluations"], as_of=as_of)
    from_tree = states[states["state"].notna()].groupby(["project_id", "plan_id", "level", "year", "state"]).size()
    found = plan_fulfilment(has["plan_measures"], has["evaluations"], as_of=as_of)
    found = found[found["measures"] > 0].assign(year=lambda rows: rows["category"].astype(int))
    by_year = found.set_index(["project_id", "plan_id", "level", "year", "status"])["measures"]
    assert by_year.to_dict() == from_tree.to_dict()


@EACH
@settings(max_examples=3)
@given(has=plans, as_of=days)
def test_what_a_town_calls_a_level_changes_nothing_else(name: str, has: Tables, as_of: pd.Timestamp) -> None:
    called = {"cíl": "úkol", "opatření": "krok", "aktivita": "akce"}
    renamed = has | {"plan_measures": has["plan_measures"].replace({"level": called})}
    here, there = MEASURES[name](has, as_of), MEASURES[name](renamed, as_of)
    if "level" in here:
        here = here.assign(level=here["level"].map(called))
    if name.endswith("level"):
        here = here.assign(category=here["category"].map(called))
    order = [
        column for column in ("project_id", "plan_id", "level", "category", "status", "place", "year") if column in here
    ]
    same = [frame.sort_values(order, ignore_index=True).astype({}) for frame in (here, there)]
    assert same[0].to_dict("list").keys() == same[1].to_dict("list").keys()
    pd.testing.assert_frame_equal(*same, check_dtype=False)


@given(st.lists(st.lists(st.integers(0, 200), min_size=6, max_size=6), min_size=1, max_size=5))
def test_largest_remainders_add_up_and_are_never_a_whole_percent_off(lists: list[list[int]]) -> None:
    counts = np.array(lists, dtype=np.int64)
    shown, total = largest_remainder(counts), counts.sum(axis=1, keepdims=True)
    assert (shown.sum(axis=1) == np.where(total[:, 0] > 0, 100, 0)).all()
    assert (np.abs(shown * total - 100 * counts) < np.where(total > 0, total, 1)).all()
    more = counts[:, :, None] > counts[:, None, :]
    assert (shown[:, :, None] >= shown[:, None, :])[more].all()
    naive = rounded_sum(counts)
    assert (np.abs(naive[total[:, 0] > 0] - 100) <= 3).all()


def test_rows_that_stand_twice_are_refused() -> None:
    has = nasty(3)
    for name in ("plan_measures", "evaluations"):
        twice = has | {name: pd.concat([has[name], has[name].tail(1)])}
        with pytest.raises(DataError, match="repeats row"):
            MEASURES["measure_states"](twice, DAY)


def test_a_circle_in_a_tree_is_refused_not_followed() -> None:
    nodes = pd.DataFrame(
        {"project_id": "p", "plan_id": "A", "level": "cíl", "node_id": ["a", "b"], "parent_id": ["b", "a"]}
    )
    with pytest.raises(DataError, match="hangs in a circle"):
        measure_states(nodes, pd.DataFrame(), as_of=DAY)


def test_another_breakdown_is_refused() -> None:
    with pytest.raises(ValueError, match="by is one of year, level, area, group, responsible, not 'month'"):
        plan_fulfilment(pd.DataFrame(), pd.DataFrame(), as_of=DAY, by="month")
