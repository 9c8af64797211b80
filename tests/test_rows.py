"""Rows held as arrays are found, ordered and added up as pandas does it, at a fraction of its cost."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpeval.rows import last_of, means, newest, numbered, ordered, paired, picked, places, running, sums, worded

DAYS = np.array(["2018-01-02", "NaT", "2018-01-01", "NaT"], dtype="datetime64[us]")
WORDS = np.array(["b", np.nan, "a", "b"], dtype=object)
groups = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.0, 0.01, 0.1, 1 / 3, 7.0, -2.0, 1e17, np.nan])))


def test_rows_with_the_same_cells_have_the_same_number_and_missing_is_a_cell_like_any_other():
    numbers = numbered(WORDS, DAYS)

    assert len(set(numbers.tolist())) == 4
    assert numbered(WORDS)[0] == numbered(WORDS)[3]
    assert numbered(DAYS)[1] == numbered(DAYS)[3]
    assert len(numbered(np.array([], dtype=object), DAYS[:0])) == 0


@given(st.lists(st.tuples(*[st.sampled_from(["x", "y", np.nan])] * 3), max_size=30))
def test_the_newest_of_each_key_is_the_one_that_pandas_would_keep(cells):
    frame = pd.DataFrame(cells, columns=["a", "b", "c"], dtype="str")
    keys = [frame[name].to_numpy(dtype=object) for name in frame]

    assert newest(*keys).tolist() == (~frame.duplicated(keep="last")).tolist()


def test_many_keys_of_many_cells_do_not_run_into_one_another():
    keys = [np.random.default_rng(seed).integers(0, 10**6, 20_000) for seed in range(6)]
    twice = [np.concatenate([key, key[:5]]) for key in keys]

    assert len(set(numbered(*twice).tolist())) == 20_000


@pytest.mark.parametrize("missing_first", [True, False])
def test_rows_stand_in_order_and_equal_ones_as_they_stood(missing_first):
    rows = {"word": WORDS, "day": DAYS, "place": np.arange(4)}

    by_word = ordered(rows, ["word"], missing_first=missing_first)["place"].tolist()
    by_day = ordered(rows, ["day"], missing_first=missing_first)["place"].tolist()

    assert by_word == ([1, 2, 0, 3] if missing_first else [2, 0, 3, 1])
    assert by_day == ([1, 3, 2, 0] if missing_first else [2, 0, 1, 3])


def test_two_rows_of_one_name_are_refused():
    known = {"project_id": np.array(["p", "q", "p"], dtype=object)}

    with pytest.raises(ValueError, match="two rows have the same project_id"):
        places(known, known, ["project_id"])


@pytest.mark.parametrize("cells", [np.array([1.5, 2.5]), DAYS[:1], WORDS[:1]])
def test_what_is_picked_is_missing_where_no_row_is(cells):
    taken = picked(cells, np.array([0, -1]))

    assert taken.dtype == cells.dtype
    assert pd.isna(taken).tolist() == [False, True]
    assert pd.isna(picked(cells[:0], np.array([-1]))).all()


def test_the_last_row_of_a_group_that_has_none_is_nowhere():
    assert last_of(np.array([2, 0, 2]), 4).tolist() == [1, -1, 2, -1]


@given(st.lists(st.integers(0, 4)), st.lists(st.integers(0, 4)).map(sorted))
def test_rows_are_paired_as_a_merge_does_it(left, right):
    a, b = paired(np.array(left, dtype=np.intp), np.array(right, dtype=np.intp))

    there = pd.DataFrame({"group": np.array(left, dtype=int), "a": range(len(left))})
    here = pd.DataFrame({"group": np.array(right, dtype=int), "b": range(len(right))})
    merged = there.merge(here, on="group").sort_values(["a", "b"])
    assert (a.tolist(), b.tolist()) == (merged["a"].tolist(), merged["b"].tolist())


@given(groups)
def test_sums_and_means_are_those_of_pandas_to_the_last_bit(rows):
    groups, cells = np.array([row[0] for row in rows], dtype=np.intp), np.array([row[1] for row in rows], dtype=float)
    by_group = pd.Series(cells).groupby(groups)

    for mine, theirs in (
        (sums(cells, groups, 5), by_group.sum(skipna=False)),
        (sums(cells, groups, 5, skip_missing=True), by_group.sum()),
        (means(cells, groups, 5), by_group.mean()),
    ):
        np.testing.assert_array_equal(mine, theirs.reindex(range(5)).to_numpy(dtype=float))


@given(groups.map(lambda rows: sorted((row for row in rows if row[1] == row[1]), key=lambda row: row[0])))
def test_running_sums_are_those_of_pandas_to_the_last_bit(rows):
    groups, cells = np.array([row[0] for row in rows], dtype=np.intp), np.array([row[1] for row in rows], dtype=float)

    np.testing.assert_array_equal(running(cells, groups), pd.Series(cells).groupby(groups).cumsum().to_numpy())


def test_the_first_case_that_holds_gives_the_word():
    yes, no = np.array([True, False]), np.array([False, False])

    assert worded([(no, "a"), (yes, "b"), (yes, "c")], "d").tolist() == ["b", "d"]
