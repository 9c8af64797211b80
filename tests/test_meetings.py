"""What holds for meetings whatever the data, and what may be seen of who was there."""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, assert_same, copies
from hypothesis import given, settings
from hypothesis import strategies as st

from kpeval.counted import MEETING_COUNTS
from kpeval.faults import DataError
from kpeval.measures.meetings import KINDS, OF_MEMBERS, TRIAD, meeting_counts, meeting_days
from kpeval.privacy.meetings import meetings
from kpeval.project import Project, load
from kpeval.results import MEETING_DAYS
from kpeval.schema import PROJECT_TABLES, PROJECTS

Tables = dict[str, pd.DataFrame]
INPUTS = ("people", "memberships", "events", "attendance", "projects")
SCHEMA = PROJECT_TABLES | {"projects": PROJECTS}
NEAR = [*pd.date_range("2018-06-25", "2018-07-05"), None]  # days around the report's, so that they collide
NASTY: dict[str, dict[str, list[Any]]] = {
    "people": {
        "person_id": list("ABCD"),
        "role": ["commissioner", "provider", "user", "public", None],
        "recorded_on": [None, None, *NEAR[4:8]],
    },
    "memberships": {
        "person_id": list("ABCD"),
        "working_group": ["X", "Y", "management_team", "Manažerský tým"],
        "since": NEAR,
        "until": NEAR,
        "recorded_on": [None, None, *NEAR[4:8]],
    },
    "events": {
        "event_id": [f"E{number}" for number in range(9)],
        "kind": [*KINDS, "wg_meeting", "training"],
        "working_group": ["X", "Y", "management team", None],
        "date": NEAR,
        "recorded_on": [None, None, None, *NEAR[4:8]],
    },
    "attendance": {
        "event_id": [f"E{number}" for number in range(9)],
        "person_id": list("ABCD"),
        "hours": [0.0, 0.5, 2.0, None],
        "recorded_on": [None, None, *NEAR[4:8]],
    },
    "projects": {"end": NEAR[2:]},
}


@cache
def _nasty(seed: int, projects: int = 40) -> Tables:
    chance = np.random.default_rng(seed)
    names = np.array([f"p{number:02d}" for number in range(projects)], dtype=object)
    tables = {}
    for name, columns in NASTY.items():
        size = {"projects": 1, "people": 4, "events": 9, "memberships": 6, "attendance": 15}[name]
        frame = pd.DataFrame({"project_id": np.repeat(names, size)})
        for column, values in columns.items():
            drawn = chance.integers(0, len(values), len(frame))
            frame[column] = pd.Series([values[place] for place in drawn], dtype=object)
        dtypes = {column.name: column.dtype for column in SCHEMA[name].columns if column.name in frame}
        key = list(dict.fromkeys(["project_id", *SCHEMA[name].key]))
        tables[name] = frame.astype({"project_id": "str"} | dtypes).drop_duplicates(key, ignore_index=True)
    return tables


def counted(tables: Tables, as_of: Any) -> pd.DataFrame:
    return meeting_counts(*(tables[name] for name in INPUTS), as_of=as_of)


nasty = st.builds(lambda seed: copies(_nasty(seed)), st.integers(0, 999))
days = st.sampled_from(NEAR[2:8])


def known(tables: Tables, name: str, project: str, as_of: pd.Timestamp) -> list[Any]:
    rows = tables[name]
    mine = rows[rows["project_id"] == project] if name != "projects" else rows
    return [row for row in mine.astype(object).where(mine.notna(), None).itertuples() if not late(row, as_of)]


def late(row: Any, as_of: pd.Timestamp) -> bool:
    return row.recorded_on is not None and row.recorded_on > as_of


def label(kind: str, group: str | None) -> str:
    if group is None:
        return kind
    return "management_team" if kind == "management_team" and group.lower() in SAID else group


SAID = ("management_team", "management team", "manažerský tým")


def one_by_one(tables: Tables, as_of: pd.Timestamp) -> Iterator[tuple[Any, ...]]:
    """The same as `meeting_counts`, told group by group and meeting by meeting."""
    ends = tables["projects"].set_index("project_id")["end"]
    for project in sorted(tables["projects"]["project_id"]):
        role = {row.person_id: row.role for row in known(tables, "people", project, as_of)}
        members = [
            (row.person_id, label("management_team", row.working_group), row.since, row.until)
            for row in known(tables, "memberships", project, as_of)
            if row.since is None or row.since <= as_of
        ]
        held: dict[tuple[str, str], list[Any]] = {}
        for row in known(tables, "events", project, as_of):
            if row.kind in KINDS and row.date is not None and row.date <= as_of:
                held.setdefault((row.kind, label(row.kind, row.working_group)), []).append(row)
        said: dict[str, dict[str, Any]] = {}
        latest = sorted(
            known(tables, "attendance", project, as_of), key=lambda row: row.recorded_on or pd.Timestamp.min
        )
        for row in latest:
            said.setdefault(row.event_id, {})[row.person_id] = row.hours is None or row.hours > 0
        for _, group, *_ in members:
            if not any((kind, group) in held for kind in OF_MEMBERS):
                held[("management_team" if group == "management_team" else "wg_meeting", group)] = []
        for kind, group in sorted(held, key=lambda one: (KINDS.index(one[0]), one[1])):
            dates = sorted(row.date for row in held[kind, group])
            gaps = [(later - earlier).days for earlier, later in pairwise(dates)]
            recorded = [row for row in held[kind, group] if row.event_id in said]
            own = {
                row.event_id: {
                    who
                    for who, of, since, until in members
                    if of == group and (since is None or since <= row.date) and (until is None or until >= row.date)
                }
                for row in recorded
                if kind in OF_MEMBERS
            }
            expected = sum(map(len, own.values()))
            came = sum(said[event].get(who, False) for event, whole in own.items() for who in whole)
            roles = [{role.get(who) for who, there in said[row.event_id].items() if there} for row in recorded]
            told = any(role.get(who) for row in recorded for who in said[row.event_id])
            until = min(as_of, ends[project]) if pd.notna(ends[project]) else as_of
            yield (
                *(project, kind, group, len(dates), min(dates, default=None), max(dates, default=None)),
                *(median(gaps) if gaps else None, max(gaps, default=None)),
                max(0, (until - max(dates)).days) if dates else None,
                *(len(recorded), came / expected if expected else None),
                *(sum(party in there for there in roles) / len(roles) if told else None for party in TRIAD),
                sum(set(TRIAD) <= there for there in roles) / len(roles) if told else None,
                *((came, expected, min(len(one) for one in own.values() if one)) if expected else (None,) * 3),
            )


@settings(max_examples=6, deadline=None)
@given(nasty, days)
def test_the_counts_are_those_of_counting_one_by_one(tables: Tables, as_of: pd.Timestamp) -> None:
    names = [*MEETING_COUNTS.names]
    wanted = pd.DataFrame(list(one_by_one(tables, as_of)), columns=names)
    result = counted(tables, as_of)
    assert len(result) > 40
    assert_same(result, wanted.astype({column.name: column.dtype for column in MEETING_COUNTS.columns}), rtol=1e-12)


@settings(max_examples=4, deadline=None)
@given(nasty, days)
def test_meetings_are_blind_to_the_future(tables: Tables, as_of: pd.Timestamp) -> None:
    then = copies(tables)
    for name, column in [(name, "recorded_on") for name in INPUTS[:4]] + [("events", "date"), ("memberships", "since")]:
        then[name] = then[name][~(then[name][column] > as_of)]
    then["attendance"] = then["attendance"].merge(then["events"][["project_id", "event_id"]])
    assert_same(counted(tables, as_of), counted(then, as_of))
    assert_same(meeting_days(tables["events"], as_of=as_of), meeting_days(then["events"], as_of=as_of))


@settings(max_examples=4, deadline=None)
@given(nasty, days, st.integers(0, 99))
def test_the_order_of_rows_is_irrelevant_to_meetings(tables: Tables, as_of: pd.Timestamp, chance: int) -> None:
    shuffled = {name: rows.sample(frac=1, random_state=chance) for name, rows in tables.items()}
    assert_same(counted(tables, as_of), counted(shuffled, as_of))
    assert_same(meeting_days(tables["events"], as_of=as_of), meeting_days(shuffled["events"], as_of=as_of))


@settings(max_examples=3, deadline=None)
@given(nasty, days)
def test_some_projects_have_the_same_meetings_as_among_all(tables: Tables, as_of: pd.Timestamp) -> None:
    few = {name: rows[rows["project_id"] < "p07"] for name, rows in tables.items()}
    among = counted(tables, as_of)
    assert_same(counted(few, as_of), among[among["project_id"] < "p07"])


@settings(max_examples=3, deadline=None)
@given(nasty, days)
def test_each_meeting_has_a_day_and_each_day_is_counted(tables: Tables, as_of: pd.Timestamp) -> None:
    held, groups = meeting_days(tables["events"], as_of=as_of), counted(tables, as_of)
    key = ["project_id", "kind", "working_group"]
    number = held.groupby(key).size()
    met = groups[groups["meetings"] > 0].set_index(key)
    assert number.to_dict() == met["meetings"].to_dict()
    gaps = held.sort_values("date").groupby(key)["date"].apply(lambda own: own.diff().dt.days.sum())
    assert gaps.to_dict() == ((met["last_on"] - met["first_on"]).dt.days.astype(float)).to_dict()
    assert (met["longest_gap"] >= met["median_gap"])[met["meetings"] > 1].all()
    shares = groups[["with_commissioner", "with_provider", "with_user"]].min(axis=1)
    assert (groups["with_triad"] <= shares)[shares.notna()].all()


def test_meetings_leave_their_input_as_it_was() -> None:
    tables = copies(_nasty(1))
    result = counted(tables, "2018-06-30")
    for column in result.columns:
        result[column] = None
    for name, rows in tables.items():
        pd.testing.assert_frame_equal(rows, _nasty(1)[name])


@pytest.mark.parametrize("name", INPUTS[:4])
def test_an_absent_optional_column_of_meetings_is_the_same_as_an_empty_one(name: str) -> None:
    tables = copies(_nasty(2))
    for column in (one.name for one in SCHEMA[name].columns if not one.required and one.name in tables[name]):
        if column in SCHEMA[name].key:
            continue
        without = tables | {name: tables[name].drop(columns=column)}
        blank = tables | {name: tables[name].assign(**{column: None})}
        assert_same(counted(without, "2018-06-30"), counted(blank, "2018-06-30"))


def test_no_tables_give_no_groups_with_the_declared_columns() -> None:
    for declared, result in (
        (MEETING_COUNTS, counted(dict.fromkeys(INPUTS, pd.DataFrame()), "2018-06-30")),
        (MEETING_DAYS, meeting_days(pd.DataFrame(), as_of="2018-06-30")),
    ):
        assert {name: str(result[name].dtype) for name in result} == {one.name: one.dtype for one in declared.columns}
        assert result.empty


@pytest.mark.parametrize("name", ["people", "memberships", "events", "attendance"])
def test_a_row_that_stands_twice_is_refused(name: str) -> None:
    tables = copies(_nasty(3))
    tables[name] = pd.concat([tables[name], tables[name].tail(1)])
    with pytest.raises(DataError, match="repeats row"):
        counted(tables, "2018-06-30")


def test_projects_with_groups_of_one_name_are_told_apart() -> None:
    events = pd.DataFrame(
        [("p", "E1", "2018-01-10"), ("q", "E1", "2018-02-10"), ("q", "E2", "2018-03-10")],
        columns=["project_id", "event_id", "date"],
    ).assign(kind="wg_meeting", working_group="X")
    members = pd.DataFrame({"project_id": ["p", "q", "q"], "person_id": ["A", "A", "B"], "working_group": "X"})
    there = pd.DataFrame({"project_id": ["p", "q"], "event_id": "E1", "person_id": "A"})
    result = meeting_counts(pd.DataFrame(), members, events, there, as_of="2018-12-31")
    assert result[["project_id", "meetings", "attended", "expected"]].to_numpy().tolist() == [
        ["p", 1, 1, 1],
        ["q", 2, 1, 2],
    ]


def held_by(members: int, came: list[int], group: str = "Senioři", told: str = "") -> Project:
    """A project whose group of so many members met once a month, and so many of them came each time."""
    people = [f"P{number}" for number in range(members)]
    events = [f"E{number}" for number in range(len(came))]
    there = [(event, person) for event, number in zip(events, came, strict=True) for person in people[:number]]
    tables = {
        "people": pd.DataFrame({"person_id": people}),
        "memberships": pd.DataFrame({"person_id": people, "working_group": group}),
        "events": pd.DataFrame({"event_id": events, "kind": "wg_meeting", "working_group": group}).assign(
            date=[f"2018-{number + 1:02d}-10" for number in range(len(came))]
        ),
        "attendance": pd.DataFrame(there, columns=["event_id", "person_id"]),
    }
    base = load("ostrava", ROOT / "data")
    named = {name: rows.assign(project_id="ostrava") for name, rows in tables.items()}
    privacy = {"threshold": int(told)} if told else {}
    return Project("ostrava", {**base.tables, **named}, {**base.settings, "privacy": privacy}, base.files)


@pytest.mark.parametrize(
    ("members", "came", "rate"),
    [
        (10, [5], 0.5),
        (10, [10], 1.0),
        (9, [5], None),  # four did not come
        (10, [4], None),
        (5, [5], 1.0),
        (4, [4, 4, 4], None),
        (6, [4, 4, 4], 12 / 18),  # no single meeting is told of
        (6, [6, 6, 3], None),  # three absences in all
    ],
)
def test_a_rate_that_tells_of_few_people_is_not_shown(members: int, came: list[int], rate: float | None) -> None:
    row = meetings(held_by(members, came), as_of="2018-12-31").iloc[0]
    assert bool(row["suppressed"]) is (rate is None)
    assert pd.isna(row["attendance_rate"]) if rate is None else row["attendance_rate"] == pytest.approx(rate)


def test_what_may_be_seen_of_meetings_holds_no_count_of_people() -> None:
    shown = meetings(held_by(10, [5]), as_of="2018-12-31")
    assert {"attended", "expected", "fewest_members"} & {*shown.columns} == set()


def test_a_group_named_after_a_special_category_has_the_higher_threshold() -> None:
    as_of = "2018-12-31"
    assert meetings(held_by(12, [6], "Senioři"), as_of=as_of)["suppressed"].tolist() == [False]
    assert meetings(held_by(12, [6], "Lidé se zdravotním postižením"), as_of=as_of)["suppressed"].tolist() == [True]


def test_the_projects_own_threshold_decides() -> None:
    as_of = "2018-12-31"
    assert meetings(held_by(10, [5], told="6"), as_of=as_of)["suppressed"].tolist() == [True]
    assert meetings(held_by(8, [5], told="3"), as_of=as_of)["suppressed"].tolist() == [False]
