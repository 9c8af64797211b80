"""What holds for every measure whatever the data: laws, tried on invented projects and on small nasty tables."""

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import assert_same, copies
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kpeval.counted import BREAKDOWN_COUNTS, BREAKDOWN_STATES
from kpeval.demo import demo_tables
from kpeval.faults import DataError
from kpeval.measures.breakdown import breakdown_counts, breakdown_states
from kpeval.measures.budget import budget_shares, reconciliation
from kpeval.measures.converted import converted_amounts
from kpeval.measures.drawdown import drawdown, drawdown_curve, three_way
from kpeval.measures.earned_value import earned_value
from kpeval.measures.indicators import indicator_course, indicator_fulfilment
from kpeval.measures.spending import spending
from kpeval.measures.stages import claims, money_stages
from kpeval.measures.timeline import activity_timeline, output_delivery, overlaps, project_period
from kpeval.measures.unit_costs import unit_costs
from kpeval.results import RESULT_TABLES
from kpeval.schema import PROJECT_TABLES, PROJECTS

Tables = dict[str, pd.DataFrame]
Facts = tuple[Tables, pd.Timestamp]
INPUTS = ["projects", "funding", "finance_plan", "transactions", "activities", "outputs"]
INPUTS += ["indicators", "targets", "measurements"]
BARE = ["rates", "events"]  # of which invented projects have none
INPUTS += ["budget_lines", *BARE]
SCHEMA = PROJECT_TABLES | {"projects": PROJECTS}
DECLARED = RESULT_TABLES | {table.name: table for table in (BREAKDOWN_COUNTS, BREAKDOWN_STATES)}
FIRST, LAST = pd.Timestamp("2008-01-01"), pd.Timestamp("2027-12-31")  # of the invented projects


MEASURES: dict[str, Callable[[Tables, Any], pd.DataFrame]] = {
    "budget_shares": lambda has, as_of: budget_shares(has["funding"], has["projects"]),
    "reconciliation": lambda has, as_of: reconciliation(has["funding"], has["projects"]),
    "indicator_fulfilment": lambda has, as_of: indicator_fulfilment(
        has["indicators"], has["targets"], has["measurements"], has["projects"], as_of=as_of
    ),
    "breakdown_counts": lambda has, as_of: breakdown_counts(has["indicators"], has["measurements"], as_of=as_of),
    "breakdown_states": lambda has, as_of: breakdown_states(has["indicators"], has["measurements"], as_of=as_of),
    "indicator_course": lambda has, as_of: indicator_course(
        has["indicators"], has["targets"], has["measurements"], has["projects"], as_of=as_of
    ),
    "activity_timeline": lambda has, as_of: activity_timeline(has["activities"], has["projects"], as_of=as_of),
    "overlaps": lambda has, as_of: overlaps(has["activities"]),
    "output_delivery": lambda has, as_of: output_delivery(has["outputs"], as_of=as_of),
    "project_period": lambda has, as_of: project_period(has["projects"], as_of=as_of),
    "drawdown": lambda has, as_of: drawdown(has["finance_plan"], has["transactions"], has["projects"], as_of=as_of),
    "drawdown_curve": lambda has, as_of: drawdown_curve(
        has["finance_plan"], has["transactions"], has["projects"], as_of=as_of
    ),
    "spending": lambda has, as_of: divided(has, as_of, "source"),
    "money_stages": lambda has, as_of: money_stages(has["transactions"], has["projects"], as_of=as_of),
    "claims": lambda has, as_of: claims(has["finance_plan"], has["transactions"], has["projects"], as_of=as_of),
    "unit_costs": lambda has, as_of: unit_costs(
        divided(has, as_of, "activity"),
        MEASURES["output_delivery"](has, as_of),
        MEASURES["indicator_fulfilment"](has, as_of),
        has["outputs"],
        has["events"],
        as_of=as_of,
        whole_project=True,
    ),
    "earned_value": lambda has, as_of: earned_value(
        MEASURES["activity_timeline"](has, as_of), divided(has, as_of, "activity")
    ),
    "converted_amounts": lambda has, as_of: converted_amounts(
        has["transactions"], has["rates"], has["projects"], as_of=as_of
    ),
}
BOOKS = ["budget_lines", "transactions", "projects"]
NEEDS = {
    "budget_shares": ["funding", "projects"],
    "reconciliation": ["funding", "projects"],
    "indicator_fulfilment": ["indicators", "targets", "measurements", "projects"],
    "breakdown_counts": ["indicators", "measurements"],
    "breakdown_states": ["indicators", "measurements"],
    "indicator_course": ["indicators", "targets", "measurements", "projects"],
    "activity_timeline": ["activities", "projects"],
    "overlaps": ["activities"],
    "output_delivery": ["outputs"],
    "project_period": ["projects"],
    "drawdown": ["finance_plan", "transactions", "projects"],
    "drawdown_curve": ["finance_plan", "transactions", "projects"],
    "spending": [*BOOKS, "funding"],
    "money_stages": ["transactions", "projects"],
    "claims": ["finance_plan", "transactions", "projects"],
    "unit_costs": [*BOOKS, "activities", "outputs", "events", "indicators", "targets", "measurements"],
    "earned_value": [*BOOKS, "activities"],
    "converted_amounts": ["transactions", "rates", "projects"],
}


def divided(has: Tables, as_of: Any, by: str) -> pd.DataFrame:
    """The spending by a part of the budget."""
    return spending(
        has["budget_lines"],
        has["transactions"],
        has["projects"],
        has["activities"],
        has["funding"],
        as_of=as_of,
        by=by,
    )


def measured(tables: Tables, as_of: Any) -> Tables:
    """Every measure, by its name."""
    results = {name: measure(tables, as_of) for name, measure in MEASURES.items()}
    parts = [results[name] for name in ("activity_timeline", "drawdown", "indicator_fulfilment")]
    return results | {"three_way": three_way(*parts)}


def assert_all_same(left: Tables, right: Tables, **tolerance: float) -> None:
    assert list(left) == list(right)
    for name, frame in left.items():
        assert_same(frame, right[name], **tolerance)


@cache
def _invented(seed: int, projects: int) -> Tables:
    tables = demo_tables(projects, seed)
    return {name: tables[name] for name in INPUTS}


REPORT = pd.Timestamp("2018-06-30")
NEAR = [*pd.date_range("2018-06-25", "2018-07-05"), None]  # days around the report's, so that they collide
FEW = [-3.0, 0.0, 1.0, 2.0, 3.0, 5.0, 8.0, None]
IDS = ["A", "B"]
NASTY: dict[str, dict[str, list[object]]] = {
    "projects": {"start": [*NEAR[:3], None], "end": NEAR[6:], "total_cost": [0.0, 100.0, 100.0, None]},
    "funding": {
        "source": list("abcd"),
        "kind": ["eu", "state", "municipality", "joint"],
        "group": ["g", "g", None],
        "declared_share": [0.05, 0.1, 0.85, None],
        "declared_amount": [5.0, 85.0, 95.0, 95.0, None],
    },
    "finance_plan": {
        "period_start": [pd.Timestamp("2018-06-25"), None],
        "period_end": NEAR[:-1],
        "amount": [0.0, 10.0, 33.33],
        "source": ["a", None],
        "activity_id": [None],
        "recorded_on": NEAR,
    },
    "transactions": {
        "transaction_id": list("123456"),
        "date": NEAR[:-1],
        "type": ["advance", "expenditure", "expenditure", "refund", "correction"],
        "amount": FEW[:-1],
        "line_id": [*IDS, "C", None],
        "activity_id": [*IDS, None, None],
        "source": ["a", None],
        "recorded_on": NEAR,
    },
    "budget_lines": {
        "line_id": [*IDS, "C"],
        "chapter": ["1", "10", None],
        "activity_id": [*IDS, None],
        "source": ["a", "b", None],
        "amount": [0.0, 5.0, 33.33],
        "recorded_on": [*NEAR, *[None] * 20],
    },
    "rates": {
        "kind": ["exchange", "price_index"],
        "period": [pd.Timestamp("2018-06-30"), pd.Timestamp("2018-12-31"), *NEAR[:3]],
        "period_precision": ["day", "month", "year"],
        "currency": ["EUR", "EUR", "USD", None],
        "rate": [0.0, 25.0, 26.5],
        "published_by": ["CNB", "ECB"],
        "recorded_on": NEAR,
    },
    "events": {
        "event_id": list("123456"),
        "kind": ["wg_meeting", "management_team", "hearing", "training", "training"],
        "activity_id": [*IDS, None],
        "date": NEAR,
        "hours": [0.0, 1.5, 8.0, None],
        "recorded_on": NEAR,
    },
    "activities": {
        "activity_id": IDS,
        **dict.fromkeys(["planned_start", "planned_end", "actual_start", "actual_end", "recorded_on"], NEAR),
        "status": ["not_started", "under_way", "finished", "cancelled", None, None],
        "budget": [0.0, 8.0, 10.0, None],
    },
    "outputs": {
        "output_id": IDS,
        "activity_id": IDS,
        "planned_quantity": [2.0, None],
        "due": NEAR,
        "delivered_quantity": [1.0, 2.0, None],
        "delivered_on": NEAR,
        "indicator_id": [*IDS, None],
        "recorded_on": NEAR,
    },
    "indicators": {
        "indicator_id": IDS,
        "direction": ["increase", "decrease", "maintain", None],
        "accumulation": ["latest", "sum", "max", "ratio", "persons", None],
        "scale": ["number", "rate", "step", None],
        "baseline": FEW,
        "baseline_on": [*NEAR, *[None] * 10],
    },
    "targets": {
        "indicator_id": IDS,
        "due": NEAR,
        "target": FEW,
        "tolerance": [1.0, None],
        "effective_on": NEAR,
        "recorded_on": [*NEAR, *[None] * 20],
    },
    "measurements": {
        "indicator_id": IDS,
        "measured_on": NEAR[:-1],
        "actual": FEW,
        "numerator": [0.0, 1.0, 3.0],
        "denominator": [0.0, 2.0, 4.0, None],
        "dimension": ["sex", None, None],
        "category": [None],  # a breakdown that says no category: it never enters
        "person_id": [None],
        "recorded_on": [*NEAR, *[None] * 20],
    },
}


@cache
def _nasty(seed: int, projects: int = 120) -> Tables:
    """Small tables in which days, values and ids collide and everything that may be missing is, here or there."""
    chance = np.random.default_rng(seed)
    names = np.array([f"p{number:03d}" for number in range(projects)], dtype=object)
    tables = {}
    for name, columns in NASTY.items():
        owner = names if name == "projects" else chance.choice(names, 5 * projects)
        frame = pd.DataFrame({"project_id": owner})
        for column, values in columns.items():
            drawn = chance.integers(0, len(values), len(frame))
            frame[column] = pd.Series([values[place] for place in drawn], index=frame.index, dtype=object)
        key = ["project_id", *(column for column in SCHEMA[name].key if column != "project_id")]
        key += ["transaction_id"] if name == "transactions" else []
        tables[name] = _typed(name, frame.drop_duplicates(key, ignore_index=True))
    order = [("activities", "planned_start", "planned_end"), ("activities", "actual_start", "actual_end")]
    for name, first, last in order:  # the schema's rules hold: what begins does not end before
        rows = tables[name]
        tables[name] = rows[~(rows[first] > rows[last])].reset_index(drop=True)
    return tables


def _typed(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    dtypes = {column.name: column.dtype for column in SCHEMA[name].columns if column.name in frame}
    return frame.astype({"project_id": "str"} | dtypes)


seeds = st.integers(0, 999)
days = st.dates(FIRST.date(), LAST.date()).map(pd.Timestamp)
invented = st.tuples(st.builds(lambda seed: copies(_invented(seed, 60)), st.integers(0, 9)), days)
nasty = st.tuples(st.builds(lambda seed: copies(_nasty(seed)), seeds), st.sampled_from(NEAR[2:8]))
either = st.one_of(invented, nasty)


def as_it_was(tables: Tables, as_of: pd.Timestamp) -> Tables:
    """The tables as they lay on the day: without the rows, and without the cells, that became known later."""
    then = copies(tables)
    for name, day in (
        *(("measurements", "measured_on"), ("targets", "effective_on"), ("transactions", "date")),
        *((name, "recorded_on") for name in ("measurements", "targets", "transactions", "finance_plan")),
        *((name, "recorded_on") for name in ("indicators", "budget_lines", "events", "rates")),
        ("events", "date"),
    ):
        if day in then[name]:
            then[name] = then[name][~(then[name][day] > as_of)]
    if "period" in then["rates"]:  # one that says no day of its own was published once its period was over
        to_come = then["rates"]["recorded_on"].isna() & (then["rates"]["period"] > as_of)
        then["rates"] = then["rates"][~to_come]
    for name, day, columns in (
        ("activities", "actual_start", ["actual_start", "status"]),
        ("activities", "actual_end", ["actual_end", "status"]),
        ("activities", "recorded_on", ["actual_start", "actual_end", "status", "recorded_on"]),
        ("outputs", "delivered_on", ["delivered_on", "delivered_quantity", "evidence"]),
        ("outputs", "recorded_on", ["delivered_on", "delivered_quantity", "evidence", "recorded_on"]),
        ("indicators", "baseline_on", ["baseline", "baseline_on"]),
    ):
        if day in then[name]:
            later = then[name][day] > as_of
            if name == "activities" and day != "recorded_on" and "recorded_on" in then[name]:
                # A word that was recorded on a day of its own was known from that day on.
                word = later & (then[name]["recorded_on"].isna() | (then[name]["recorded_on"] > as_of))
                then[name]["status"] = then[name]["status"].mask(word)
                columns = [column for column in columns if column != "status"]
            for column in (column for column in columns if column in then[name]):
                then[name][column] = then[name][column].mask(later)
    return then


@pytest.mark.parametrize(
    "measure", [name for name in MEASURES if name not in ("budget_shares", "reconciliation", "overlaps")]
)
@settings(max_examples=5)
@given(facts=either)
def test_a_measure_is_blind_to_the_future(measure: str, facts: Facts) -> None:
    tables, as_of = facts
    assert_same(MEASURES[measure](tables, as_of), MEASURES[measure](as_it_was(tables, as_of), as_of))


@settings(max_examples=5)
@given(either, seeds)
def test_the_order_of_rows_is_irrelevant(facts: Facts, chance: int) -> None:
    tables, as_of = facts
    shuffled = {name: frame.sample(frac=1, random_state=chance) for name, frame in tables.items()}
    assert_all_same(measured(tables, as_of), measured(shuffled, as_of))


@pytest.mark.parametrize("accumulation", ["latest", "sum", "max", "persons", "ratio"])
@pytest.mark.parametrize("differs_by", ["person_id", "category"])
def test_two_values_of_one_day_give_one_result_in_either_order_or_are_refused(
    accumulation: str, differs_by: str
) -> None:
    indicator = pd.DataFrame({"project_id": "p", "indicator_id": "I", "accumulation": accumulation}, index=[0])
    target = pd.DataFrame({"project_id": "p", "indicator_id": "I", "due": "2018-06-30", "target": 10.0}, index=[0])
    values = pd.DataFrame(
        {
            "project_id": "p",
            "indicator_id": "I",
            "measured_on": "2018-06-30",
            "actual": [3.0, 7.0],
            "numerator": [1.0, 3.0],
            "denominator": [2.0, 4.0],
            differs_by: ["a", "b"],
        }
    )

    def result(rows: pd.DataFrame) -> pd.DataFrame | str:
        try:
            return indicator_fulfilment(indicator, target, rows, as_of=REPORT)
        except DataError:
            return "refused"

    there, back = result(values), result(values.iloc[::-1])
    if isinstance(there, str) or isinstance(back, str):
        assert isinstance(there, str)
        assert isinstance(back, str)
    else:
        assert_same(there, back)
        kept = {"latest": None, "sum": 10.0, "max": 7.0, "persons": None, "ratio": 4 / 6}[accumulation]
        assert kept is None or there["actual"].iloc[0] == pytest.approx(kept)


@settings(max_examples=4)
@given(either)
def test_input_is_left_as_it_was(facts: Facts) -> None:
    tables, as_of = facts
    before = copies(tables)
    results = measured(tables, as_of)
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[name], check_exact=True)
    for frame in results.values():  # nor does a change of a result reach the input
        for column in frame.columns:
            frame[column] = None
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[name], check_exact=True)


@pytest.fixture(scope="module")
def thousand() -> Tables:
    return _invented(99, 1000)


@pytest.fixture(scope="module")
def thousand_measured(thousand: Tables) -> Tables:
    return measured(thousand, "2016-06-30")


@pytest.mark.parametrize("number", [1, 2, 17, 123, 456, 500, 789, 999, 1000])
def test_a_project_alone_is_the_same_as_among_a_thousand(
    thousand: Tables, thousand_measured: Tables, number: int
) -> None:
    project_id = f"demo-{number:04d}"
    alone = {name: frame[frame["project_id"] == project_id] for name, frame in thousand.items()}
    among = {name: frame[frame["project_id"] == project_id] for name, frame in thousand_measured.items()}
    assert_all_same(measured(alone, "2016-06-30"), among)


@settings(max_examples=2)
@given(nasty)
def test_half_of_the_projects_are_the_same_as_among_all(facts: Facts) -> None:
    tables, as_of = facts
    half = {name: frame[frame["project_id"] < "p060"] for name, frame in tables.items()}
    among = {name: frame[frame["project_id"] < "p060"] for name, frame in measured(tables, as_of).items()}
    assert_all_same(measured(half, as_of), among)


@pytest.mark.parametrize("name", INPUTS)
@settings(max_examples=1)
@given(facts=nasty)
def test_an_absent_optional_column_is_the_same_as_an_empty_one(name: str, facts: Facts) -> None:
    tables, as_of = facts
    users = [measure for measure, needs in NEEDS.items() if name in needs]
    for column in SCHEMA[name].columns:
        if column.required or column.name not in tables[name] or column.name in SCHEMA[name].key:
            continue
        without = tables | {name: tables[name].drop(columns=column.name)}
        blank = tables | {name: without[name].assign(**{column.name: None})}
        for measure in users:
            assert_same(MEASURES[measure](without, as_of), MEASURES[measure](blank, as_of))


FORMS: dict[str, Callable[[pd.Series], pd.Series]] = {
    "dates": lambda days: pd.Series([None if pd.isna(day) else day.date() for day in days], days.index, dtype=object),
    "timestamps": lambda days: days.astype("datetime64[ns]"),
    "timestamps with a time of day": lambda days: days + pd.Timedelta(hours=13),
    "ISO text": lambda days: days.dt.strftime("%Y-%m-%d"),
    "Czech text": lambda days: days.dt.strftime("%d.%m.%Y"),
}


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=1)
@given(facts=invented)
def test_days_may_come_in_any_form(form: str, facts: Facts) -> None:
    tables, as_of = facts
    other = copies(tables)
    for frame in other.values():
        for column in frame.columns:
            if str(frame[column].dtype).startswith("datetime"):
                frame[column] = FORMS[form](frame[column])
    assert_all_same(measured(tables, as_of), measured(other, FORMS[form](pd.Series([as_of])).iloc[0]))


@pytest.mark.parametrize("name", [name for name in INPUTS if SCHEMA[name].key and name not in BARE])
def test_rows_that_stand_twice_are_refused(name: str) -> None:
    tables = copies(_invented(3, 12))
    assert len(tables[name])
    tables[name] = pd.concat([tables[name], tables[name].tail(1)])
    with pytest.raises(DataError, match="repeats row"):
        measured(tables, "2018-06-30")


def test_a_transaction_that_stands_twice_under_its_own_id_is_refused() -> None:
    """Counted twice it would be a wrong number; two movements without an id may be two equal payments."""
    tables = copies(_invented(3, 12))
    assert tables["transactions"]["transaction_id"].notna().all()
    tables["transactions"] = pd.concat([tables["transactions"], tables["transactions"].tail(1)])
    with pytest.raises(DataError, match="repeats row"):
        measured(tables, "2018-06-30")


def test_nothing_in_gives_nothing_out_with_the_right_columns_and_types() -> None:
    results = measured({name: pd.DataFrame() for name in INPUTS}, "2018-06-30")
    declared = measured({name: _typed(name, pd.DataFrame(columns=["project_id"])) for name in INPUTS}, "2018-06-30")
    assert_all_same(results, declared)
    for name, frame in results.items():
        assert frame.empty
        _assert_declared(name, frame)


@settings(max_examples=4)
@given(either)
def test_results_have_the_declared_columns_and_types_and_carry_their_key(facts: Facts) -> None:
    tables, as_of = facts
    for name, frame in measured(tables, as_of).items():
        _assert_declared(name, frame)
        key = list(dict.fromkeys(["project_id", *DECLARED[name].key]))
        assert frame["project_id"].notna().all()
        assert not frame.duplicated(key).any()
        assert list(frame.index) == list(range(len(frame)))
        for column in frame.select_dtypes("float64"):
            assert not np.isinf(frame[column]).any(), f"{name}.{column} is infinite"


def _assert_declared(name: str, frame: pd.DataFrame) -> None:
    declared = {column.name: column.dtype for column in DECLARED[name].columns}
    companions = {column: "str" for column in frame.columns if str(column).endswith("_precision")}
    assert {column: str(frame[column].dtype) for column in frame.columns} == declared | companions


@settings(max_examples=10)
@given(either)
def test_shares_of_the_sum_add_up_to_one_and_sums_to_their_parts(facts: Facts) -> None:
    tables, _ = facts
    shares = budget_shares(tables["funding"], tables["projects"])
    by_project = shares.groupby("project_id")
    sums = by_project["share_of_sum"].sum(min_count=1).dropna()
    assert np.allclose(sums, 1, rtol=0, atol=1e-12)
    whole = by_project["amount"].count() == by_project["amount"].size()
    state = reconciliation(tables["funding"], tables["projects"]).set_index("project_id")
    nothing = state["total_cost"].eq(0).reindex(whole.index, fill_value=False)
    assert set(sums.index) == set(whole.index[whole & (by_project["amount"].sum() > 0) & ~nothing])
    # A split is exact to the print, no more: the parts of a group may differ from its amount by the tolerance.
    apart = (by_project["amount"].sum()[whole] - state["sum_of_sources"]).abs()
    assert (apart <= state["tolerance"] + 1e-9)[apart.notna()].all()


@pytest.mark.parametrize("times", [100, 1000])
@settings(max_examples=2)
@given(facts=invented)
def test_another_unit_of_money_changes_no_share(times: int, facts: Facts) -> None:
    """Crowns told in haléře or in tenths of them, each printed with as many figures as before."""
    tables, as_of = facts
    crowns, other = copies(tables), copies(tables)
    for scaled, k, unit in ((crowns, 1, " Kč"), (other, times, " tis. Kč")):
        for name, column, printed in (
            ("funding", "declared_amount", "as_printed"),
            ("projects", "total_cost", "total_as_printed"),
        ):
            amount = scaled[name][column].round() * k
            form = "{:.0f}" if unit == " Kč" else {100: "{:.1f}", 1000: "{:.0f}"}[times]
            text = (amount / (1 if unit == " Kč" else 1000)).map(form.format) + unit
            scaled[name][column], scaled[name][printed] = amount, text.where(amount.notna())
        for name in ("finance_plan", "transactions"):
            scaled[name]["amount"] = scaled[name]["amount"] * k
    left, right = measured(crowns, as_of), measured(other, as_of)
    money = {"amount", "sum_of_sources", "total_cost", "surplus", "tolerance", "budget", "planned", "spent"}
    money |= {"burn_rate", "required_rate", "projected_total"}
    for name in ("budget_shares", "reconciliation", "drawdown", "three_way"):
        # An amount that is not printed has a tolerance of a haléř in any unit: that column is left out.
        rescaled, other = left[name].drop(columns="tolerance", errors="ignore"), right[name]
        for column in money & set(rescaled.columns):
            rescaled[column] *= times
        # Derived amounts and running steps are whole haléře: that is all by which crowns and haléře may differ.
        assert_same(rescaled, other[rescaled.columns], atol=1e-6, rtol=1e-6)


@settings(max_examples=6)
@given(nasty, st.sampled_from([0.5, 2, 1000]), st.integers(-50, 50))
def test_another_unit_of_an_indicator_changes_no_fulfilment(facts: Facts, k: float, c: int) -> None:
    """Law: x → kx + c for values that stand alone; only x → kx where values are added up or divided."""
    tables, as_of = facts
    tables["indicators"]["baseline"] = tables["indicators"]["baseline"].fillna(1.0)
    tables["indicators"]["baseline_on"] = pd.NaT
    added = ~tables["indicators"]["accumulation"].fillna("latest").isin(["latest", "max"])
    shift = tables["indicators"].assign(c=np.where(added, 0, c)).set_index(["project_id", "indicator_id"])["c"]
    other = copies(tables)
    for name, columns in (("indicators", ["baseline"]), ("targets", ["target"]), ("measurements", ["actual"])):
        keys = pd.MultiIndex.from_frame(other[name][["project_id", "indicator_id"]])
        by = shift.reindex(keys).fillna(0).to_numpy()
        for column in columns:
            other[name][column] = k * other[name][column] + by
    other["targets"]["tolerance"] *= k
    other["measurements"]["numerator"] *= k
    left, right = (MEASURES["indicator_fulfilment"](facts, as_of) for facts in (tables, other))
    same = ["fulfilment", "expected", "status", "measured_on", "due", "assumed"]
    counted = left["accumulation"].ne("persons").fillna(True)
    assert_same(
        left.loc[counted, same],
        right.loc[counted, same],
        rtol=1e-9,
        atol=1e-9,
    )


@settings(max_examples=25)
@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.sampled_from(["increase", "decrease"]))
def test_fulfilment_is_0_at_the_baseline_and_1_at_the_target(baseline: int, target: int, direction: str) -> None:
    assume(baseline != target)
    key = {"project_id": ["p", "q"], "indicator_id": ["I", "I"]}
    result = indicator_fulfilment(
        pd.DataFrame(key | {"direction": direction, "baseline": float(baseline)}),
        pd.DataFrame(key | {"due": "2018-06-30", "target": float(target)}),
        pd.DataFrame(key | {"measured_on": "2018-06-30", "actual": [float(baseline), float(target)]}),
        as_of="2018-06-30",
    )
    assert list(result["fulfilment"]) == [0, 1]
    assert list(result["status"]) == ["not_achieved", "achieved"]
    assert result["gap"].iloc[1] == 0
    assert list(result["expected"]) == [1, 1]


@settings(max_examples=4)
@given(either, st.lists(days, min_size=2, max_size=6))
def test_activities_only_move_forward_and_lateness_never_shrinks(facts: Facts, moments: list[pd.Timestamp]) -> None:
    tables, _ = facts
    tables["activities"] = tables["activities"].drop(columns="recorded_on", errors="ignore")
    moments = sorted({*moments, *pd.date_range("2018-06-25", "2018-07-05", freq="2D")})
    stages = [activity_timeline(tables["activities"], tables["projects"], as_of=day) for day in moments]
    for earlier, later in pairwise(stages):
        assert earlier["status"].isin(RESULT_TABLES["activity_timeline"]["status"].words).all()
        over = earlier["status"].isin(["finished", "cancelled"])
        dated = earlier["actual_end"].notna()
        assert (later["status"][over & dated] == earlier["status"][over & dated]).all()
        assert not (later["status"].eq("not_started") & earlier["status"].isin(["under_way", "finished"])).any()
        unfinished = later["status"].isin(["under_way", "not_started"])
        for column in ("days_late_start", "days_late_end"):
            both = unfinished & earlier[column].notna() & earlier["status"].isin(["under_way", "not_started"])
            gone = both & later[column].isna()
            assert not gone.any()
            # A late start that turns out to have been on an earlier day is corrected, not shrunk.
            waits = earlier["status"].eq("not_started") & later["actual_start"].notna() & (column == "days_late_start")
            assert (later[column] >= earlier[column])[both & ~waits].all()
        assert (later["elapsed"] >= earlier["elapsed"])[earlier["elapsed"].notna()].all()


@settings(max_examples=6)
@given(either)
def test_a_finished_activity_has_come_to_its_end_and_one_under_way_has_not(facts: Facts) -> None:
    tables, as_of = facts
    timeline = activity_timeline(tables["activities"], tables["projects"], as_of=as_of)
    dated = timeline["actual_start"].notna() | timeline["actual_end"].notna()
    assert not (timeline["status"].eq("under_way") & timeline["actual_end"].notna()).any()
    assert not (dated & timeline["status"].isin(["not_started", "no_record"])).any()
    assert not (timeline[["actual_start", "actual_end"]] > as_of).any(axis=None)
    assert timeline.loc[timeline["status"].eq("no_record"), ["days_late_start", "days_late_end"]].isna().all(axis=None)


@settings(max_examples=6)
@given(either)
def test_the_status_of_an_indicator_follows_from_its_figures(facts: Facts) -> None:
    tables, as_of = facts
    rows = MEASURES["indicator_fulfilment"](tables, as_of)
    due, judged = rows["due"] <= as_of, rows["target"].notna() & rows["scale"].ne("qualitative").fillna(True)
    value, ahead = rows["actual"].notna(), rows["fulfilment"] - rows["expected"]
    assert (rows["status"][rows["target"].isna() & rows["scale"].ne("qualitative").fillna(True)] == "no_target").all()
    assert (rows["status"][judged & due & ~value] == "missing").all()
    assert rows["status"][judged & due & value].isin(["not_achieved", "achieved", "overachieved"]).all()
    assert rows["status"][judged & ~due & ~value].eq("not_due").all()
    assert rows["status"][judged & ~due & value & ahead.isna()].eq("not_due").all()
    assert rows["status"][judged & ~due & value & ahead.notna() & (rows["fulfilment"] > 1)].eq("achieved").all()
    assert rows["status"][judged & due & (rows["fulfilment"] > 1.2000001)].eq("overachieved").all()
    assert rows["status"][judged & due & (rows["fulfilment"] < 0.9999999)].eq("not_achieved").all()
    explained = rows["reason"].notna() | rows["target"].lt(0).fillna(False)
    assert (rows["fulfilment"].notna() | explained).all(), "a missing fulfilment has a reason"
    assert (rows["of_target"].notna() | explained).all(), "a missing percentage of target has a reason"


@settings(max_examples=6)
@given(either)
def test_the_curve_ends_where_the_drawdown_stands(facts: Facts) -> None:
    tables, as_of = facts
    stands = drawdown(tables["finance_plan"], tables["transactions"], tables["projects"], as_of=as_of)
    curve = drawdown_curve(tables["finance_plan"], tables["transactions"], tables["projects"], as_of=as_of)
    stands = stands.set_index("project_id")
    last = curve[curve["day"] <= as_of].groupby("project_id")["spent"].last()
    assert np.allclose(last.dropna(), stands["spent"].reindex(last.dropna().index), rtol=0, atol=1e-9)
    assert curve[curve["day"] > as_of]["spent"].isna().all()
    on_the_day = curve[curve["day"] == as_of].set_index("project_id")["planned"].dropna()
    assert np.allclose(on_the_day, stands["planned"].reindex(on_the_day.index), rtol=0, atol=0.02)
    assert set(last.dropna().index) == set(stands.index[stands["spent"].notna()])


@settings(max_examples=8)
@given(either)
def test_the_course_of_an_indicator_comes_to_where_it_stands(facts: Facts) -> None:
    tables, as_of = facts
    inputs = [tables[name] for name in NEEDS["indicator_course"]]
    key = ["project_id", "indicator_id"]
    stands = indicator_fulfilment(*inputs, as_of=as_of).set_index(key)
    course = indicator_course(*inputs, as_of=as_of)
    day = course[course["day"] == as_of].set_index(key).reindex(stands.index)
    assert day["actual"].tolist() == pytest.approx(stands["actual"].tolist(), nan_ok=True)
    assert day["target"].tolist() == pytest.approx(stands["target"].tolist(), nan_ok=True)
    way = (stands["target"] - stands["baseline"]).where(lambda gap: gap != 0)
    expected = ((day["planned"] - stands["baseline"]) / way).where(stands["direction"].ne("maintain").fillna(True))
    compared = expected.notna()
    assert expected[compared].tolist() == pytest.approx(stands["expected"][compared].tolist())
    assert course[course["day"] > as_of]["actual"].isna().all()


KEYS = ["project_id", "indicator_id", "measured_on", "person_id", "dimension", "category"]


@settings(max_examples=8)
@given(either)
def test_what_the_course_tells_of_a_past_day_is_what_was_measured_by_then(facts: Facts) -> None:
    tables, as_of = facts
    known = {name: tables[name].copy() for name in NEEDS["indicator_course"]}
    for name in ("measurements", "indicators"):  # recorded on the day itself, so that a past day knows the same
        known[name] = known[name].drop(columns="recorded_on", errors="ignore")
    values = known["measurements"]
    known["measurements"] = values.drop_duplicates(values.columns.intersection(KEYS))
    course = indicator_course(*known.values(), as_of=as_of)
    past = course[course["actual"].notna()]
    assume(len(past))
    some = past["day"].sort_values().iloc[len(past) // 2]
    stood = indicator_fulfilment(*known.values(), as_of=some).set_index(["project_id", "indicator_id"])["actual"]
    told = past[past["day"] == some].set_index(["project_id", "indicator_id"])["actual"]
    assert told.tolist() == pytest.approx(stood.reindex(told.index).tolist())


@pytest.mark.parametrize("by", ["line", "chapter", "source", "activity"])
@settings(max_examples=6)
@given(facts=either)
def test_the_parts_of_the_spending_add_up_to_the_drawdown(by: str, facts: Facts) -> None:
    tables, as_of = facts
    parts = divided(tables, as_of, by)
    halers = (parts["spent"] * 100).round()
    added = halers.groupby(parts["project_id"]).sum().astype(int)
    spent = MEASURES["drawdown"](tables, as_of).set_index("project_id")["spent"].fillna(0)
    in_all = (spent * 100).round().astype(int)
    assert added.equals(in_all.reindex(added.index)) or (added == in_all.reindex(added.index)).all()
    assert (in_all.drop(added.index) == 0).all(), "a project without a row has spent nothing"
    lines = tables["budget_lines"]
    known = lines[~(lines["recorded_on"] > as_of)] if "recorded_on" in lines else lines
    budgets = parts[parts["basis"].eq("lines").fillna(False)].groupby("project_id")["budget"].sum()
    assert np.allclose(budgets, known.groupby("project_id")["amount"].sum().reindex(budgets.index), atol=0.005)


@settings(max_examples=8)
@given(either)
def test_stages_and_steps_say_of_the_spending_what_the_drawdown_says(facts: Facts) -> None:
    tables, as_of = facts
    spent = MEASURES["drawdown"](tables, as_of).set_index("project_id")["spent"]
    stages = MEASURES["money_stages"](tables, as_of).set_index("project_id")
    pd.testing.assert_series_equal(stages["spent"], spent, check_exact=True)
    steps = MEASURES["claims"](tables, as_of)
    running = steps[steps["period_end"].ge(as_of) & steps["state"].ne("to_come")]
    for column in ("spent", "claimed", "received"):
        stands = stages[column].reindex(running["project_id"]).tolist()
        assert running[f"{column}_total"].tolist() == pytest.approx(stands, nan_ok=True)
    assert not (steps["state"].eq("to_come") & steps["spent"].notna()).any()
    assert (steps["gap"].notna() <= steps["state"].eq("ended")).all()


@settings(max_examples=8)
@given(either)
def test_the_least_and_the_most_of_the_value_earned_hold_it_between_them(facts: Facts) -> None:
    tables, as_of = facts
    rows = MEASURES["earned_value"](tables, as_of)
    told = rows[rows["reason"].isna()]
    assert (told["earned_value"] <= told["earned_most"]).all()
    assert (told["earned_most"] <= told["budget"]).all()
    assert (told["planned_value"] <= told["budget"] + 0.005).all()
    figures = rows.columns.difference(["project_id", "activities", "running", "reason", "currency", "outside"])
    assert rows.loc[rows["reason"].notna(), figures].isna().all(axis=None)


@settings(max_examples=6)
@given(either)
def test_what_is_converted_adds_up_and_what_has_no_rate_says_so(facts: Facts) -> None:
    tables, as_of = facts
    rows = MEASURES["converted_amounts"](tables, as_of)
    years, in_all = rows[rows["year"].notna()], rows[rows["year"].isna()].set_index("project_id")
    by_project = years.groupby("project_id")
    assert set(by_project.groups) == set(in_all.index)
    for column in ("spent", "converted", "constant"):
        added = by_project[column].sum(min_count=1).where(by_project[column].count() == by_project.size())
        stands = in_all[column].reindex(added.index)
        assert added.tolist() == pytest.approx(stands.tolist(), nan_ok=True)
    assert (rows["converted"].isna() == rows["rate_reason"].notna()).all()
    assert (rows["constant"].isna() == rows["index_reason"].notna()).all()


def test_a_step_without_a_first_day_runs_from_the_step_before_on() -> None:
    project = pd.DataFrame({"project_id": ["p"], "title": ["t"], "currency": ["CZK"]})
    plan = pd.DataFrame({"project_id": "p", "period_end": ["2021-03-31", "2021-06-30"], "amount": [10.0, 10.0]})
    moves = pd.DataFrame(
        {"project_id": "p", "date": ["2021-02-01", "2021-05-01"], "type": "expenditure", "amount": [5.0, 7.0]}
    )

    def states(as_of: str) -> list[tuple[str, float]]:
        steps = claims(plan, moves, project, as_of=as_of)
        return list(zip(steps["state"], steps["spent"].fillna(-1), strict=True))

    assert states("2021-01-31") == [("to_come", -1), ("to_come", -1)]  # the first begins with the first movement
    assert states("2021-02-01") == [("running", 5), ("to_come", -1)]
    assert states("2021-03-31") == [("ended", 5), ("to_come", -1)]
    assert states("2021-05-01") == [("ended", 5), ("running", 7)]
