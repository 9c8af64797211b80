"""Who was trained for how long, by what was known on a day: laws, the rule, and what an indicator makes of it."""

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import assert_same, copies, drawn
from hypothesis import given, settings
from hypothesis import strategies as st

import kpeval as kp
from kpeval.faults import DataError
from kpeval.measures.training import persons_counted, persons_reached, training_hours
from kpeval.results import RESULT_TABLES
from kpeval.rules import training_rule
from kpeval.schema import PROJECT_TABLES
from kpeval.training_rules import columns_of

Tables = dict[str, pd.DataFrame]
DATA = Path(__file__).parents[1] / "data"
REPORT = pd.Timestamp("2018-06-30")
NEAR = [*pd.date_range("2018-06-25", "2018-07-05"), None]
NAMES = ("people", "events", "attendance", "indicators", "measurements")
NASTY: dict[str, dict[str, list[Any]]] = {
    "people": {
        "person_id": list("PQRS"),
        "role": ["user", None],
        "complete": [True, False, None],
        "recorded_on": [*NEAR, *[None] * 9],
    },
    "events": {
        "event_id": list("ABCDE"),
        "kind": ["training", "training", "training", "wg_meeting"],
        "date": NEAR,
        "last_day": [None],
        "hours": [0.0, 0.1, 8.0, 12.5, 20.0, 39.99, None],
        "mode": ["in_person", "elearning", "online", None],
        "recorded_on": [*NEAR, *[None] * 9],
    },
    "attendance": {
        "event_id": list("ABCDE"),
        "person_id": list("PQRST"),  # T stands in no table of people
        "hours": [0.1, 0.7, 4.0, 12.5, None, None, None],
        "recorded_on": [*NEAR, *[None] * 9],
    },
    "indicators": {
        "indicator_id": list("IJK"),
        "code": ["60000", "6 00 00", "600 000", "80500", None],
        "accumulation": ["persons", "persons", "latest"],
    },
    "measurements": {
        "indicator_id": list("IJK"),
        "measured_on": NEAR[:-1],
        "actual": [0.0, 1.0, 2.0, 5.0],
        "recorded_on": [*NEAR, *[None] * 9],
    },
}


@cache
def _nasty(seed: int, projects: int = 60) -> Tables:
    """Small tables in which days, hours and ids collide, and a rule for each project."""
    chance = np.random.default_rng(seed)
    names = np.array([f"p{number:03d}" for number in range(projects)], dtype=object)
    tables = {}
    for name, columns in NASTY.items():
        rows = {"project_id": chance.choice(names, 8 * projects)}
        for column, values in columns.items():
            rows[column] = [values[place] for place in chance.integers(0, len(values), 8 * projects)]
        declared = PROJECT_TABLES[name]
        dtypes = {"project_id": "str"} | {column: declared[column].dtype for column in columns}
        frame = pd.DataFrame(rows).astype(dtypes)
        tables[name] = frame.drop_duplicates(
            ["project_id", *(key for key in declared.key if key in columns)], ignore_index=True
        )
    rules = [{"min_hours": 24}, {"min_hours": 12.5, "max_elearning_hours": 8}, {"min_hours": 9, "minutes_per_hour": 45}]
    told = [
        {"project_id": name} | columns_of(None, rules[place % 4] if place % 4 < 3 else {})
        for place, name in enumerate(names)
    ]
    return tables | {"projects": pd.DataFrame(told)}


nasty = st.builds(lambda seed: copies(_nasty(seed)), st.integers(0, 999))
days = st.sampled_from(NEAR[2:8])


def hours(tables: Tables, as_of: Any) -> pd.DataFrame:
    return training_hours(tables["people"], tables["events"], tables["attendance"], tables["projects"], as_of=as_of)


def measured(tables: Tables, as_of: Any) -> Tables:
    result = hours(tables, as_of)
    return {
        "training_hours": result,
        "persons_reached": persons_reached(result, tables["indicators"], tables["projects"]),
        "persons_counted": persons_counted(
            result, tables["indicators"], tables["measurements"], tables["projects"], as_of=as_of
        ),
    }


def assert_all_same(left: Tables, right: Tables) -> None:
    for name, frame in left.items():
        assert_same(frame, right[name])


# --- laws ---


@settings(max_examples=5)
@given(nasty, days, st.integers(0, 999))
def test_the_order_of_rows_is_irrelevant(tables: Tables, as_of: Any, chance: int) -> None:
    shuffled = {name: frame.sample(frac=1, random_state=chance) for name, frame in tables.items()}

    assert_all_same(measured(tables, as_of), measured(shuffled, as_of))


@settings(max_examples=8)
@given(nasty, days)
def test_what_becomes_known_later_changes_nothing(tables: Tables, as_of: Any) -> None:
    then = copies(tables)
    for name in ("people", "events", "attendance", "measurements"):
        then[name] = then[name][~(then[name]["recorded_on"] > as_of)]
    then["events"] = then["events"][~(then["events"]["date"] > as_of)]
    then["measurements"] = then["measurements"][~(then["measurements"]["measured_on"] > as_of)]

    assert_all_same(measured(tables, as_of), measured(then, as_of))


@settings(max_examples=3)
@given(nasty, days)
def test_a_project_alone_is_the_same_as_among_all(tables: Tables, as_of: Any) -> None:
    among = measured(tables, as_of)
    for project in ("p000", "p017", "p042"):
        alone = measured({name: frame[frame["project_id"] == project] for name, frame in tables.items()}, as_of)
        assert_all_same(alone, {name: frame[frame["project_id"] == project] for name, frame in among.items()})


@settings(max_examples=3)
@given(nasty, days)
def test_input_is_left_as_it_was(tables: Tables, as_of: Any) -> None:
    before = copies(tables)
    measured(tables, as_of)

    for name, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[name], check_exact=True)


@settings(max_examples=8)
@given(nasty, days)
def test_the_hours_of_all_are_the_hours_attended(tables: Tables, as_of: Any) -> None:
    """By a second way: row by row, in pandas."""
    attended = tables["attendance"].merge(tables["events"], on=["project_id", "event_id"], suffixes=("", "_of_event"))
    attended = attended[attended["kind"] == "training"]
    known = attended["date"].fillna(attended["recorded_on"]).fillna(attended["recorded_on_of_event"]) <= as_of
    known &= ~(attended["recorded_on"] > as_of) & ~(attended["recorded_on_of_event"] > as_of)
    attended = attended[known].sort_values("recorded_on", na_position="first", kind="stable")
    attended = attended.drop_duplicates(["project_id", "event_id", "person_id"], keep="last")
    wanted = attended["hours"].fillna(attended["hours_of_event"]).groupby(attended["project_id"]).sum()

    found = hours(tables, as_of).groupby("project_id")["hours"].sum()
    assert found.reindex(wanted.index).to_numpy() == pytest.approx(wanted.to_numpy())
    assert found.drop(wanted.index).eq(0).all()


@settings(max_examples=8)
@given(nasty, days)
def test_reached_is_what_counts_against_the_threshold(tables: Tables, as_of: Any) -> None:
    rows = hours(tables, as_of)

    assert (rows["reached"] == (rows["hours_counted"] >= rows["min_hours"] - 1e-4)).all()
    assert (rows["reached"] == rows["reached_on"].notna()).all()
    assert (rows["hours_to_go"].eq(0) == rows["reached"]).all()
    assert not (rows["reached_on"] > as_of).any()
    assert not (rows["reached_on"] < rows["first_day"]).any()


@settings(max_examples=5)
@given(nasty, days)
def test_each_person_counts_once_in_an_indicator(tables: Tables, as_of: Any) -> None:
    results = measured(tables, as_of)
    counted = results["persons_counted"].set_index(["project_id", "indicator_id"])["counted"]
    rows = results["persons_reached"].dropna(subset=["indicator_id"])

    assert not rows.duplicated(["project_id", "indicator_id", "person_id"]).any()
    assert rows.groupby(["project_id", "indicator_id"])["actual"].sum().to_dict() == counted.to_dict()


def test_nothing_in_gives_nothing_out_with_the_right_columns_and_types() -> None:
    for name, frame in measured({name: pd.DataFrame() for name in (*NAMES, "projects")}, REPORT).items():
        assert frame.empty
        declared = {column.name: column.dtype for column in RESULT_TABLES[name].columns}
        assert {column: str(frame[column].dtype) for column in frame} == declared


@pytest.mark.parametrize("name", ["people", "events", "attendance"])
def test_rows_that_stand_twice_are_refused(name: str) -> None:
    tables = copies(_nasty(1))
    tables[name] = pd.concat([tables[name], tables[name].tail(1)])

    with pytest.raises(DataError, match="repeats row"):
        hours(tables, REPORT)


def test_optional_columns_may_be_absent() -> None:
    events = drawn("event_id | kind | date\nA | training | 2018-01-10")
    attended = drawn("event_id | person_id | hours\nA | P | 40")

    assert training_hours(pd.DataFrame(), events, attended, as_of=REPORT)["reached"].tolist() == [True]


# --- the sum ---


@pytest.mark.parametrize(("times", "each"), [(400, "0.1"), (30, "1.333333"), (3, "13.333333"), (50, "0.8")])
def test_what_comes_to_40_hours_is_40_whatever_binary_fractions_make_of_it(times: int, each: str) -> None:
    names = [f"E{number}" for number in range(times)]
    events = pd.DataFrame({"project_id": "p", "event_id": names, "kind": "training", "date": "2018-01-10"})
    attended = pd.DataFrame({"project_id": "p", "event_id": names, "person_id": "P", "hours": float(each)})

    assert training_hours(pd.DataFrame(), events, attended, as_of=REPORT)["reached"].tolist() == [True]


@pytest.mark.parametrize("hours_short", ["39.99", "39.999", "39.9998"])
def test_nothing_is_rounded_up_to_the_threshold(hours_short: str) -> None:
    events = drawn("event_id | kind | date\nA | training | 2018-01-10")
    attended = drawn(f"event_id | person_id | hours\nA | P | {hours_short}")

    assert training_hours(pd.DataFrame(), events, attended, as_of=REPORT)["reached"].tolist() == [False]


def test_a_threshold_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        training_hours(pd.DataFrame(), pd.DataFrame(), pd.DataFrame(), as_of=REPORT, min_hours=0)


def test_a_person_whom_only_attendance_names_is_there() -> None:
    people = drawn("person_id | role\nP | user")
    events = drawn("event_id | kind | date | hours\nA | training | 2018-01-10 | 8")
    result = training_hours(people, events, drawn("event_id | person_id\nA | Q"), as_of=REPORT)

    assert result[["person_id", "hours"]].to_numpy().tolist() == [["P", 0.0], ["Q", 8.0]]


# --- which indicator counts them ---


@pytest.mark.parametrize(
    ("indicators", "told", "which"),
    [
        ("I | 60000 | persons\nJ | 80500 | persons", {}, ["I"]),
        ("I | 6 00 00 | persons\nJ | 80500 | persons", {}, ["I"]),
        ("I | 600 000 | persons\nJ | | persons", {}, ["I"]),
        ("I | 600000 | persons\nJ | | persons", {}, ["I"]),
        ("I | 62500 | persons\nJ | | latest", {}, ["I"]),
        ("I | 62500 | persons\nJ | | persons", {}, []),
        ("I | 60000 | latest\nJ | | latest", {}, []),
        ("I | 60000 | persons\nJ | | persons", {"training_indicators": ["J"]}, ["J"]),
        ("I | 60000 | persons\nJ | | persons", {"training_indicators": ["J", "I"]}, ["I", "J"]),
    ],
)
def test_the_indicator_is_the_one_named_else_of_the_code_else_the_only_one(
    indicators: str, told: dict[str, Any], which: list[str]
) -> None:
    events = drawn("event_id | kind | date\nA | training | 2018-01-10")
    result = training_hours(pd.DataFrame(), events, drawn("event_id | person_id | hours\nA | P | 40"), as_of=REPORT)
    projects = pd.DataFrame([{"project_id": "p"} | columns_of("OPZ", told)])
    found = persons_reached(result, drawn("indicator_id | code | accumulation\n" + indicators), projects)

    assert found["indicator_id"].tolist() == which


@pytest.mark.parametrize(
    ("text", "min_hours"),
    [
        ("Operační program Zaměstnanost", 40),
        ("OPZ", 40),
        ("ESF/OP VVV", 24),
        ("Operační program Výzkum, vývoj a vzdělávání", 24),
        ("OPZ+", None),
        ("Operační program Zaměstnanost plus", None),
        ("OP LZZ", None),
        ("OPZ, OP VVV", None),  # two rules: none can be chosen
        ("", None),
        (float("nan"), None),
    ],
)
def test_the_rule_is_that_of_the_one_programme_that_is_named(text: object, min_hours: float | None) -> None:
    found = training_rule(text)

    assert (found and found.min_hours) == min_hours


def test_what_is_not_verified_is_off() -> None:
    rules = [training_rule("OPZ"), training_rule("OP VVV")]

    assert {(rule.max_elearning_hours, rule.minutes_per_hour) for rule in rules if rule} == {(None, None)}


# --- a project ---

TOML = 'title = "P"\ncurrency = "CZK"\nlanguage = "cs"\nprogramme = "OPZ"\nstart = "2018-01"\nend = "2018-12"\n'
FILES = {
    "funding": "source,kind,declared_amount\nEU,eu,1000\n",
    "indicators": (
        "indicator_id,code,name,unit,accumulation,direction,baseline\nI,60000,Osoby,osoby,persons,increase,0\n"
    ),
    "targets": "indicator_id,due,target\nI,2018-12-31,4\n",
    "measurements": (
        "indicator_id,measured_on,actual,dimension,category,recorded_on\n"
        "I,2018-01-31,1,,,\nI,2018-06-30,3,,,2018-07-31\nI,2018-06-30,3,sex,women,2018-07-31\n"
    ),
    "people": "person_id,role,complete\nP1,user,yes\nP2,user,no\nP3,user,\n",
    "events": (
        "event_id,kind,date,last_day,begins,hours,mode\n"
        "A,training,2018-02-10,,,20,\nB,training,2018-03-10,,,20,\nC,training,2018-09-10,,,20,\n"
    ),
    "attendance": (
        "event_id,person_id,hours,recorded_on\n"
        "A,P1,,\nB,P1,,\nA,P2,,\nB,P2,,2018-04-01\nA,P3,,\nC,P3,,\nB,P2,19,2018-11-01\n"
    ),
}


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., kp.Project]:
    """A project with these files in place of those above, or those as text."""

    def write(toml: str = TOML, **files: str) -> kp.Project:
        home = tmp_path / "p"
        home.mkdir(exist_ok=True)
        (home / "project.toml").write_text(toml, encoding="utf-8")
        for name, text in (FILES | files).items():
            (home / f"{name}.csv").write_text(text, encoding="utf-8")
        return kp.load("p", tmp_path)

    return write


def value(project: kp.Project, as_of: str) -> float:
    tables = project.indicators, project.targets, project.measurements, project.projects
    return float(kp.indicator_fulfilment(*tables, as_of=as_of)["actual"].iloc[0])


# Known: P1 from 10 March, P2 from 1 April (19 hours only from 1 November), P3 from 10 September.
MOMENTS = {
    "2018-01-15": None,
    "2018-01-31": 1,  # reported, before anything is known of a training
    "2018-02-09": 1,
    "2018-02-10": 0,  # counted from here on
    "2018-03-09": 0,
    "2018-03-10": 1,
    "2018-03-31": 1,
    "2018-04-01": 2,
    "2018-09-09": 2,
    "2018-09-10": 3,
    "2018-10-31": 3,
    "2018-11-01": 2,  # corrected
}


@pytest.mark.parametrize(("day", "counted"), MOMENTS.items())
def test_an_indicator_takes_its_value_from_attendance_from_the_first_that_is_known(written, day, counted):
    assert value(written().known(day), day) == pytest.approx(counted or (np.nan if counted is None else 0), nan_ok=True)


@pytest.mark.parametrize(("day", "counted"), MOMENTS.items())
def test_what_is_known_later_tells_the_same_of_an_earlier_day(written, day, counted):
    later = written().known("2018-12-31")

    assert value(later, day) == pytest.approx(counted or (np.nan if counted is None else 0), nan_ok=True)
    assert value(later.known(day), day) == pytest.approx(value(later, day), nan_ok=True)


def test_what_is_known_of_what_is_known_is_computed_from_the_files_again(written):
    project = written()

    for earlier, later in pairwise(MOMENTS):
        pd.testing.assert_frame_equal(
            project.known(later).known(earlier).measurements, project.known(earlier).measurements
        )
    assert project.known("2018-12-31").reported.equals(project.reported)


def test_a_project_as_loaded_gives_an_indicator_the_value_that_it_has_as_known_on_each_day(written):
    project = written()

    for day in ("2018-01-30", "2018-02-20", "2018-03-10", "2018-10-31", "2018-12-31"):
        assert str(value(project, day)) == str(value(project.known(day), day)), day
    assert value(project, "2018-10-31") == 3


def test_rows_of_a_breakdown_stay_and_hold_against_what_is_counted(written):
    known = written().known("2018-12-31")

    assert known.measurements["category"].dropna().tolist() == ["women"]
    assert kp.indicator_breakdown(known, as_of="2018-12-31")["total"].tolist() == [2.0]


def test_changes_and_the_course_count_alike(written):
    project = written()
    moved = kp.changes(project, since="2018-03-10", as_of="2018-10-31").set_index(["figure", "subject"])
    known = project.known("2018-12-31")
    course = kp.indicator_course(
        known.indicators, known.targets, known.measurements, known.projects, as_of="2018-12-31"
    ).set_index("day")["actual"]

    assert moved.loc[("actual", "I"), ["before", "after"]].tolist() == [1.0, 3.0]
    assert course.loc["2018-12-31"] == 2
    assert kp.changes(known, since="2018-03-10", as_of="2018-10-31").set_index(["figure", "subject"]).equals(moved)


@pytest.mark.parametrize(
    "files",
    [
        {"attendance": "event_id,person_id\n"},
        {"events": FILES["events"].replace("training", "wg_meeting")},
        {"indicators": FILES["indicators"].replace("persons", "latest")},
    ],
    ids=["no attendance", "no training", "no such indicator"],
)
def test_without_evidence_what_is_reported_stands(written, files):
    project = written(**files)

    assert value(project.known("2018-12-31"), "2018-12-31") == 3
    assert project.known("2018-12-31").measurements.equals(project.reported)


def test_an_assumed_threshold_gives_no_indicator_its_value(written):
    project = written(TOML.replace("OPZ", "Program X"))
    trained = hours(project.tables, "2018-12-31")

    assert value(project.known("2018-12-31"), "2018-12-31") == 3
    assert trained["assumed"].all()
    assert project.projects["rule"].tolist() == ["assumed"]


def test_project_toml_overrides_the_programme(written):
    project = written(TOML + "[rules]\nmin_hours = 20.5\nmax_elearning_hours = 0\n")

    assert project.projects[["min_hours", "max_elearning_hours", "rule"]].to_numpy().tolist() == [
        [20.5, 0.0, "project"]
    ]


def test_a_person_reported_by_name_is_not_counted_beside_the_one_from_attendance(written):
    named = "indicator_id,measured_on,actual,person_id\nI,2018-01-31,1,P1\nI,2018-03-10,1,P1\nI,2018-03-10,1,P9\n"
    project = written(measurements=named)

    assert [value(project.known(day), day) for day in ("2018-02-01", "2018-02-10", "2018-03-10")] == [1, 0, 1]


@pytest.mark.parametrize(
    ("rules", "fault"),
    [
        ("min_hours = 0", "'0' is not a number from 0.01 to 10000"),
        ('min_hours = "forty"', "'forty' is not a number"),
        ("min_hours = true", "is not a number"),
        ("minutes_per_hour = 90", "'90' is not a number from 1 to 60"),
        ("max_elearning_hours = -1", "'-1' is not a number"),
        ("min_hour = 40", "unknown key - did you mean 'min_hours'"),
        ('training_indicators = "I"', "is not a list of indicators"),
        ('training_indicators = ["J"]', "'J' does not stand in indicators.indicator_id"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(written, rules, fault):
    with pytest.raises(DataError, match=r"rules\.") as told:
        written(TOML + f"[rules]\n{rules}\n")

    assert fault in str(told.value)


def test_an_indicator_that_counts_no_persons_is_refused(written):
    with pytest.raises(DataError, match="does not count persons"):
        written(
            TOML + '[rules]\ntraining_indicators = ["I"]\n', indicators=FILES["indicators"].replace("persons", "sum")
        )


# --- both numbers ---


def test_a_report_is_held_against_attendance_by_its_own_day(written):
    """3 were reported as of 30 June; attendance gives 2 by then, 1 after the correction."""
    known = written().known("2018-10-31")
    row = kp.persons_counted(
        hours(known.tables, "2018-10-31"), known.indicators, known.reported, known.projects, as_of="2018-10-31"
    ).iloc[0]

    assert row[["counted", "reported", "counted_then", "difference"]].tolist() == [3, 3, 2, -1]
    assert row["reported_on"] == pd.Timestamp("2018-06-30")


def test_where_nothing_is_reported_there_is_no_difference(written):
    known = written(measurements="indicator_id,measured_on,actual\n").known("2018-10-31")
    row = kp.persons_counted(
        hours(known.tables, "2018-10-31"), known.indicators, known.reported, known.projects, as_of="2018-10-31"
    ).iloc[0]

    assert row["counted"] == 3
    assert row[["reported", "counted_then", "difference"]].isna().all()
