"""How often did the groups meet, how far apart, and who of their members was there?

Days are counted from one meeting to the next (see tests/worked_examples/meetings.csv).
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval.counted import MEETING_COUNTS
from kpeval.results import MEETING_DAYS
from kpeval.rows import (
    Cells,
    Flags,
    Numbers,
    Places,
    Rows,
    chosen,
    joined,
    last_of,
    medians,
    newest,
    numbered,
    ordered,
    paired,
    picked,
    places,
    positive,
)
from kpeval.schema import ATTENDANCE, EVENTS, MEMBERSHIPS, PEOPLE, PROJECTS
from kpeval.shapes import shaped
from kpeval.timespan import as_day64, span_days
from kpeval.values import arrays

KINDS = ("management_team", "wg_meeting", "hearing", "conference")  # in the order in which they are shown
OF_MEMBERS = KINDS[:2]
TRIAD = ("commissioner", "provider", "user")
TEAM = ("management_team", "management team", "manažerský tým")  # names that say no more than the kind does
KEY = ("project_id", "kind", "working_group")


def meeting_days(events: pd.DataFrame, *, as_of: str | date) -> pd.DataFrame:
    """On which days did each group meet, by the day?

    One row is a meeting of a working group or of the management team, a public hearing or a conference, held and known
    by `as_of`. Columns: project_id, event_id, kind (management_team, wg_meeting, hearing, conference), working_group
    (as the event names it; the kind's own word where it names none, or calls the management team just that), date. Rows
    by project, kind, group and day. A meeting without a day cannot be placed, and is not there; one of several days
    stands at the first. Raises DataError for a repeated event. Rule: METHOD.md J1.
    """
    return shaped(MEETING_DAYS, _held(events, as_day64(as_of)))


def meeting_counts(
    people: pd.DataFrame,
    memberships: pd.DataFrame,
    events: pd.DataFrame,
    attendance: pd.DataFrame,
    projects: pd.DataFrame | None = None,
    *,
    as_of: str | date,
) -> pd.DataFrame:
    """How often did each group meet by the day, how far apart, and how many of its members were there?

    What may be seen of it `kpeval.privacy` decides: attended, expected and fewest_members count people.
    median_gap, longest_gap = days from one meeting to the next, missing with fewer than two; days_since_last = from the
    last meeting to `as_of`, or to the end of the project where that came first (0 where it met after the end).
    recorded = meetings with a record of attendance; expected = members on the day of the meeting (since <= day <=
    until, a blank end is open, each person once), summed over the recorded meetings; attended = those of them who were
    there; attendance_rate = attended / expected; fewest_members = the smallest number of members of such a meeting.
    with_commissioner, with_provider, with_user = share of the recorded meetings at which somebody of that role was;
    with_triad = share at which all three were.

    One row is a group: the management team, a working group that met or had members by the day, or all hearings or
    conferences of one name. Columns: project_id, kind, working_group (see `meeting_days`), meetings, first_on, last_on,
    median_gap, longest_gap, days_since_last (days), recorded, attended, expected, fewest_members, attendance_rate,
    with_commissioner, with_provider, with_user, with_triad (fractions); rows by project, kind and group.

    - A group that never met has 0 meetings, and everything else is missing.
    - Attendance of 0 hours is a record that the person was not there; blank hours mean the whole meeting. Of a record
      made again the later one counts, once known.
    - Guests do not count in the rate, but represent their role. Hearings and conferences have no members.
    - No recorded meeting with members: attended, expected and the rate are missing. Nobody on record with a known
      role: the four shares are missing.

    Raises DataError for a repeated event, person, membership or record. Rules: METHOD.md J1 to J4.
    """
    now = as_day64(as_of)
    held, members = _held(events, now), _members(memberships, now)
    groups, group = _groups(held, members)
    count = len(groups["kind"])
    groups["meetings"] = np.bincount(group, minlength=count).astype(np.float64)
    _spacing(groups, held, group, projects, now)
    there = _attendance(attendance, held, now)
    recorded = np.bincount(there["meeting"], minlength=len(group)) > 0
    groups["recorded"] = _added(recorded, group, count)
    _rate(groups, held, members, there, recorded, group)
    _represented(groups, there, people, recorded, group, now)
    return shaped(MEETING_COUNTS, groups)


def _held(events: pd.DataFrame, now: np.datetime64) -> Rows:
    """The meetings held and known by the day, group by group, in the order of their days."""
    rows = arrays(EVENTS, events, "event_id kind working_group date recorded_on")
    known = np.isin(rows["kind"], KINDS) & (rows["date"] <= now) & ~(rows["recorded_on"] > now)
    rows = chosen(rows, known)
    own = ~pd.isna(rows["working_group"])
    own &= ~((rows["kind"] == "management_team") & _is_team(rows["working_group"]))
    rows["working_group"] = np.where(own, rows["working_group"], rows["kind"])
    return _in_order(rows, "date", "event_id")


def _in_order(rows: Rows, *names: str) -> Rows:
    """By project, kind as the kinds are listed, group and the columns `names`."""
    rank = np.select([rows["kind"] == kind for kind in KINDS], range(len(KINDS)))
    found = ordered({**rows, "rank": rank}, ["project_id", "rank", "working_group", *names])
    del found["rank"]
    return found


def _is_team(names: Cells) -> Flags:
    which, distinct = pd.factorize(names)  # -1: missing
    said: Flags = np.array([*(name.casefold() in TEAM for name in distinct), False])
    return said[which]


def _members(memberships: pd.DataFrame, now: np.datetime64) -> Rows:
    rows = arrays(MEMBERSHIPS, memberships, "person_id working_group since until recorded_on")
    rows = chosen(rows, ~(rows["since"] > now) & ~(rows["recorded_on"] > now))
    rows["working_group"] = np.where(_is_team(rows["working_group"]), "management_team", rows["working_group"])
    return rows


def _groups(held: Rows, members: Rows) -> tuple[Rows, Places]:
    """The groups that met or had members, and the group of each meeting."""
    names = ("project_id", "working_group")
    kind = np.where(members["working_group"] == "management_team", "management_team", "wg_meeting").astype(object)
    of_members = chosen(held, np.isin(held["kind"], OF_MEMBERS))
    both = [np.concatenate([of_members[name], members[name]]) for name in names]
    number = numbered(*both)
    met, owned = np.split(number, [len(of_members["kind"])])
    never = {"kind": kind} | {name: members[name] for name in names}
    all_rows = joined({name: held[name] for name in KEY}, chosen(never, ~np.isin(owned, met)))
    all_rows = {name: all_rows[name] for name in KEY}
    groups = _in_order(chosen(all_rows, newest(*all_rows.values())))
    return groups, places(held, groups, KEY)


def _spacing(groups: Rows, held: Rows, group: Places, projects: pd.DataFrame | None, now: np.datetime64) -> None:
    """Adds the days: of the first and the last meeting, between meetings, and since the last."""
    count, day = len(groups["kind"]), held["date"]
    first, last = np.full((2, count), np.datetime64("NaT", "us"))
    np.fmin.at(first, group, day)
    np.fmax.at(last, group, day)
    begins = np.diff(group, prepend=-1) != 0
    gaps = np.where(begins, np.nan, span_days(day - np.roll(day, 1)))
    longest = np.full(count, np.nan)
    np.fmax.at(longest, group, gaps)
    ends = np.full(count, now)
    if projects is not None:
        owners = arrays(PROJECTS, projects, "end")
        ends = np.fmin(ends, picked(owners["end"], places(groups, owners, ["project_id"])))
    since = np.maximum(span_days(ends - last), 0)  # who met after the end has not been waited for; missing stays
    groups |= {"first_on": first, "last_on": last, "days_since_last": since}
    groups |= {"median_gap": medians(gaps, group, count), "longest_gap": longest}


def _attendance(attendance: pd.DataFrame, held: Rows, now: np.datetime64) -> Rows:
    """The last known record of each person at each meeting: which meeting, and whether the person was there."""
    rows = arrays(ATTENDANCE, attendance, "event_id person_id hours recorded_on")
    rows = chosen(rows, ~(rows["recorded_on"] > now))
    rows = ordered(rows, ["project_id", "event_id", "person_id", "recorded_on"], missing_first=True)
    rows = chosen(rows, newest(rows["project_id"], rows["event_id"], rows["person_id"]))
    rows["meeting"] = places(rows, held, ["project_id", "event_id"])
    rows["present"] = ~(rows["hours"] <= 0)
    return chosen(rows, rows["meeting"] >= 0)


def _rate(groups: Rows, held: Rows, members: Rows, there: Rows, recorded: Flags, group: Places) -> None:
    """Adds how many members were expected at the recorded meetings, and how many of them came."""
    meeting, count = np.flatnonzero(recorded & np.isin(held["kind"], OF_MEMBERS)), len(groups["kind"])
    names = ("project_id", "working_group")
    number = numbered(*(np.concatenate([held[name][meeting], members[name]]) for name in names))
    ours, theirs = np.split(number, [len(meeting)])
    in_order = np.argsort(theirs, kind="stable")
    a, b = paired(ours, theirs[in_order])
    a, b = meeting[a], in_order[b]
    on_that_day = ~(members["since"][b] > held["date"][a]) & ~(members["until"][b] < held["date"][a])
    pairs = {"meeting": a[on_that_day], "person_id": members["person_id"][b[on_that_day]]}
    pairs = chosen(pairs, newest(*pairs.values()))  # who is a member twice is one person
    place = places(pairs, there, ["meeting", "person_id"])
    came = (place >= 0) & (picked(there["present"].astype(np.float64), place) == 1)
    number_of = np.bincount(pairs["meeting"], minlength=len(group)).astype(np.float64)
    expected = _added(number_of, group, count)
    fewest = np.full(count, np.nan)
    np.fmin.at(fewest, group, positive(number_of))
    groups["expected"] = positive(expected)
    groups["attended"] = np.where(expected > 0, _added(came, group[pairs["meeting"]], count), np.nan)
    groups["attendance_rate"] = groups["attended"] / groups["expected"]
    groups["fewest_members"] = fewest


def _represented(
    groups: Rows, there: Rows, people: pd.DataFrame, recorded: Flags, group: Places, now: np.datetime64
) -> None:
    """Adds the share of the recorded meetings at which each of the three parties was, and all of them."""
    rows = arrays(PEOPLE, people, "person_id role recorded_on")
    who = places(there, rows, ["project_id", "person_id"])
    known = (who >= 0) & ~(picked(rows["recorded_on"], who) > now)
    role = np.where(known, picked(rows["role"], who), np.nan)
    count = len(groups["kind"])
    said = last_of(group[there["meeting"][~pd.isna(role)]], count) >= 0
    base = positive(np.where(said, groups["recorded"], np.nan))
    together = recorded.copy()
    for party in TRIAD:
        came = np.bincount(there["meeting"][there["present"] & (role == party)], minlength=len(group)) > 0
        together &= came
        groups[f"with_{party}"] = _added(came, group, count) / base
    groups["with_triad"] = _added(together, group, count) / base


def _added(cells: Flags | Numbers, groups: Places, count: int) -> Numbers:
    return np.bincount(groups, weights=cells, minlength=count).astype(np.float64)
