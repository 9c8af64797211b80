"""What is said, drawn and found of meetings: of groups and days, never of a person."""

import re
from pathlib import Path

import pandas as pd
import pytest

import kpeval as kp
from kpeval.checks import findings
from kpeval.checks.meetings import MEETING_RULES
from kpeval.measures.meetings import meeting_counts
from kpeval.present.charts.calendar import MOST
from kpeval.present.charts.figure import Chart
from kpeval.present.display import Omitted, Table
from kpeval.project import Project, load
from kpeval.schema import PROJECT_TABLES
from kpeval.values import typed

DATA = Path(__file__).parents[1] / "data"
AS_OF = "2018-12-31"
NBSP = "\u00a0"
PERIOD = "2018-01-01 to 2018-12-31"
MONTHLY = ("X 2018-01-10", "X 2018-02-10", "X 2018-03-10", "X 2018-04-10")
SIX = "ABCDEF"


def town(*events: str, members: str = "", there: str = "", roles: str = "", period: str = PERIOD) -> Project:
    """A project with these meetings (E1, E2 …): "X 2018-01-10", "X hearing 2018-01-10", "X" without a day.

    members: "X: ABC; Y: AB from 2018-02-01"; there: "E1: AB"; roles: "A user; B provider".
    """
    rows = []
    for number, event in enumerate(events, start=1):
        group, *rest = event.split()
        day = next((word for word in rest if word[0] == "2"), None)
        kind = next((word for word in rest if word[0] != "2"), "wg_meeting")
        rows.append((f"E{number}", kind, None if group == "-" else group, day))
    spells = [
        (person, group, since or None)
        for group, people, since in re.findall(r"(\w+): (\w+)(?: from ([\d-]+))?", members)
        for person in people
    ]
    presence = [(event, person) for event, people in re.findall(r"(\w+): (\w+)", there) for person in people]
    tables = {
        "people": ("person_id role", [(person, role) for person, role in re.findall(r"(\w+) (\w+)", roles)]),
        "memberships": ("person_id working_group since", spells),
        "events": ("event_id kind working_group date", rows),
        "attendance": ("event_id person_id", presence),
    }
    base = load("ostrava", DATA)
    held = {}
    for name, (columns, cells) in tables.items():
        given = pd.DataFrame(cells, columns=columns.split(), index=range(2, len(cells) + 2), dtype=object)
        held[name] = typed(PROJECT_TABLES[name], given)[0]
        held[name].insert(0, "project_id", "ostrava")
    start, end = period.split(" to ")
    owner = base.projects.assign(start=pd.Timestamp(start), end=pd.Timestamp(end))
    return Project("ostrava", {**base.tables, **held, "projects": owner}, base.settings, base.files)


def found(project: Project, as_of: str = AS_OF) -> dict[str, tuple[str, int | None, str]]:
    """The findings of meetings by rule: severity, row, message."""
    rows = findings(project, as_of=as_of)
    mine = rows[rows["rule"].isin(RULES)]
    return {
        row.rule: (row.severity, None if pd.isna(row.row) else int(row.row), row.message.replace(NBSP, " "))
        for row in mine.itertuples()
    }


RULES = {"never_met", "long_gap", "meeting_without_day", "meeting_outside_project", "triad_never_complete"}
RULES |= {"attendance_not_recorded", "attended_without_membership", "group_without_members"}


def sentence(project: Project, lang: str = "en", as_of: str = AS_OF) -> str:
    shown = kp.meetings(project, as_of=as_of)
    return str(kp.sentences.meetings(shown, project.outputs, lang=lang)).replace(NBSP, " ")


def calendar(project: Project, lang: str = "en", as_of: str = AS_OF) -> Chart | Omitted:
    groups, days = kp.meetings(project, as_of=as_of), kp.meeting_days(project.events, as_of=as_of)
    return kp.charts.meetings(groups, days, projects=project.projects, as_of=as_of, lang=lang)


def drawn(project: Project, **how: str) -> Chart:
    shown = calendar(project, **how)
    assert isinstance(shown, Chart)
    return shown


# --- findings ---


def test_the_rules_of_meetings_are_those_tested_here():
    assert {rule.__name__ for rule in MEETING_RULES} == RULES


def test_nothing_is_found_where_groups_meet_and_everybody_is_recorded():
    roles = "A user; B provider; C commissioner"
    there = "; ".join(f"E{number}: {SIX}" for number in range(1, 5))
    assert found(town(*MONTHLY, members=f"X: {SIX}", there=there, roles=roles), "2018-04-30") == {}


@pytest.mark.parametrize("name", ["ostrava", "usti"])
def test_where_no_meetings_are_stated_nothing_is_found_of_them(name):
    assert found(load(name, DATA), "2019-10-31") == {}


def test_a_group_with_members_that_never_met_is_found_at_its_first_member():
    result = found(town("X 2018-12-10", members=f"X: {SIX}; Y: AB"))
    row = ("warning", 8, "Y: the group has members, but no meeting of it is recorded.")
    assert result["never_met"] == row


def test_members_without_any_meeting_are_one_finding():
    result = found(town(members=f"X: {SIX}; Y: AB"))
    assert result == {
        "never_met": ("warning", None, "Members of groups are listed, but no meeting of any group is recorded.")
    }


def test_a_group_that_has_no_members_yet_is_not_asked_why_it_never_met():
    assert found(town(members="Y: AB from 2019-02-01")) == {}


def test_a_gap_of_more_than_three_medians_and_ninety_days_is_found():
    result = found(town(*MONTHLY, "X 2018-10-10"), "2018-10-20")
    assert result["long_gap"] == (
        "warning",
        6,
        "X: 183 days without a meeting, from 10 Apr 2018 to 10 Oct 2018; the median is 31.",
    )


def test_the_wait_since_the_last_meeting_is_found_where_it_is_the_longest():
    severity, row, message = found(town(*MONTHLY))["long_gap"]
    assert (severity, row) == ("warning", 5)
    assert message == "X: 265 days without a meeting since 10 Apr 2018; the median is 31."


@pytest.mark.parametrize(
    ("last", "is_long"),
    [("2018-07-12", False), ("2018-07-13", True)],  # 93 is three times the median of 31; 94 is more
)
def test_a_gap_of_three_medians_is_not_long_yet(last, is_long):
    assert ("long_gap" in found(town(*MONTHLY, f"X {last}"), last)) is is_long


def test_a_gap_of_ninety_days_is_not_long_however_often_the_group_meets():
    weekly = ("X 2018-01-03", "X 2018-01-10", "X 2018-01-17")
    assert "long_gap" not in found(town(*weekly), "2018-04-17")
    assert "long_gap" in found(town(*weekly), "2018-04-18")


def test_one_meeting_has_no_median_to_wait_against():
    assert "long_gap" not in found(town("X 2018-01-10"))


def test_a_meeting_without_a_day_is_found():
    result = found(town("X 2018-12-10", "X", "X"))
    assert result["meeting_without_day"] == ("warning", 3, "2 meetings have no day, so they are not counted.")


def test_a_meeting_outside_the_projects_period_is_found():
    result = found(town("X 2018-01-01", "X 2018-12-31", "X 2017-12-31", "X 2019-01-01"), "2019-01-01")
    assert result["meeting_outside_project"][:2] == ("warning", 4)
    assert result["meeting_outside_project"][2].startswith("2 meetings were held before the project")


def test_meetings_without_attendance_are_counted_hearings_are_not():
    result = found(
        town("X 2018-11-10", "X 2018-12-10", "X hearing 2018-12-11", members=f"X: {SIX}", there=f"E1: {SIX}")
    )
    message = "Of 1 meeting of the groups, held by the day, no attendance is recorded."
    assert result["attendance_not_recorded"] == ("info", 3, message)


def test_attendance_outside_the_membership_is_found_without_a_number_of_people():
    result = found(town("X 2018-12-10", members=f"X: {SIX}; X: GH from 2018-12-11", there=f"E1: {SIX}GH"))
    message = "At 1 meeting of a group somebody is recorded who had not joined it yet, or had left it."
    assert result["attended_without_membership"] == ("info", 8, message)


def test_zero_hours_before_the_membership_are_no_attendance():
    has = town("X 2018-12-10", members=f"X: {SIX}; X: G from 2018-12-11", there=f"E1: {SIX}G")
    hours = has.attendance["hours"].where(has.attendance["person_id"] != "G", 0.0)
    has = Project("ostrava", {**has.tables, "attendance": has.attendance.assign(hours=hours)}, has.settings, has.files)
    assert "attended_without_membership" not in found(has)


def test_a_guest_who_never_was_a_member_is_no_finding():
    assert "attended_without_membership" not in found(town("X 2018-12-10", members=f"X: {SIX}", there=f"E1: {SIX}G"))


def test_a_party_that_was_never_there_is_named():
    result = found(town("X 2018-12-10", there="E1: AB", roles="A provider; B commissioner"))
    severity, row, message = result["triad_never_complete"]
    assert (severity, row) == ("warning", 2)
    assert message.endswith("the three parties were not all there. Never there: user.")


def test_parties_that_were_there_but_never_together_are_found_without_a_name():
    project = town("X 2018-11-10", "X 2018-12-10", there="E1: AB; E2: C", roles="A provider; B commissioner; C user")
    assert found(project)["triad_never_complete"][2] == (
        "X: at none of 2 meetings with a record of attendance were all three parties there."
    )


def test_a_group_that_met_and_is_not_among_the_memberships_is_found():
    result = found(town("X 2018-12-10", "Z 2018-12-11", members=f"X: {SIX}"))
    assert result["group_without_members"] == ("info", 3, "Z: the group met, but no members of it are listed.")
    assert "group_without_members" not in found(town("X 2018-12-10"))


def test_a_finding_names_no_person():
    project = town("X 2018-12-10", "Z", members="X: A; X: B from 2018-12-20", there="E1: B", roles="A user; B user")
    for lang in ("en", "cs"):
        rows = findings(project, as_of=AS_OF, lang=lang)
        assert not rows["message"].str.contains(r"\b[AB]\b").any()


# --- sentences ---


def test_where_nothing_is_stated_the_sentence_says_so_and_that_nothing_was_planned():
    assert sentence(load("ostrava", DATA)) == (
        "The documents state no meetings of the groups. No number of meetings was planned, so no percentage is given."
    )


def test_the_planned_number_is_quoted_from_the_outputs():
    said = sentence(load("demo", DATA), as_of="2022-12-31")
    assert "V01 Zápisy z jednání řídicí skupiny: 12;" in said
    assert "No number of meetings" not in said


def test_the_groups_that_met_most_and_least_are_named_and_those_that_never_met():
    said = sentence(town(*MONTHLY, "Y 2018-01-10", members="Z: A"))
    assert said.startswith("5 meetings of the groups were held. Most often met: X (4); least often: Y (1).")
    assert "No meeting is recorded of: Z." in said
    assert "The longest gap between two meetings of a group was 31 days (X)." in said


def test_groups_that_met_equally_often_are_not_ranked():
    assert "Most often" not in sentence(town("X 2018-01-10", "Y 2018-01-10"))


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ({}, "Who was there is not stated."),
        ({"there": "E1: A"}, "Who the members of the groups are is not stated"),
        ({"members": "X: AB", "there": "E1: A"}, "The attendance of 1 group is not shown"),
        ({"members": f"X: {SIX}", "there": f"E1: {SIX}"}, "The attendance of members was 100.0%."),
    ],
)
def test_the_sentence_says_why_there_is_no_attendance(how, text):
    assert text in sentence(town("X 2018-01-10", **how))


def test_the_lowest_and_the_highest_attendance_are_named():
    project = town(
        *("X 2018-01-10", "Y 2018-01-10"),
        members="X: ABCDEFGHIJ; Y: ABCDEFGHIJ",
        there="E1: ABCDE; E2: ABCDEFGHIJ",
    )
    assert "lies between 50.0% (X) and 100.0% (Y)" in sentence(project)


def test_meetings_with_all_three_parties_are_added_up_over_the_groups():
    project = town(
        *("X 2018-01-10", "X 2018-02-10", "Y 2018-01-10"),
        there="E1: ABC; E2: AB; E3: ABC",
        roles="A user; B provider; C commissioner",
    )
    assert "66.7% of the meetings whose attendance is recorded (2 of 3)" in sentence(project)


# --- tables ---


def cells(project: Project, **how: bool) -> dict[str, list[str]]:
    shown = kp.tables.meetings(kp.meetings(project, as_of=AS_OF), lang="en", **how)
    assert isinstance(shown, Table)
    return {row[0].text: [cell.text.replace(NBSP, " ") for cell in row[1:]] for row in shown.rows}


def test_a_row_of_the_table_is_a_group():
    there = "; ".join(f"E{number}: {SIX}" for number in range(1, 5))
    shown = cells(town(*MONTHLY, members=f"X: {SIX}; Y: AB", there=there, roles="A user; B provider; C commissioner"))
    assert shown == {
        "X": ["4", "10 Jan 2018 – 10 Apr 2018", "31", "31", "100.0%", "100.0%"],
        "Y": ["0", "[z]", "[z]", "[z]", "[z]", "[z]"],
    }


def test_a_rate_of_few_people_is_marked_as_confidential_and_explained():
    shown = kp.tables.meetings(
        kp.meetings(town("X 2018-01-10", members="X: AB", there="E1: A"), as_of=AS_OF), lang="en"
    )
    assert "[c]" in [cell.text for cell in shown.rows[0]]
    assert any(note.startswith("[c]") for note in shown.notes)
    assert not re.search("attended|expected|fewest", str(shown._repr_mimebundle_()))


def test_groups_are_named_by_their_kind_where_they_have_no_name():
    shown = cells(
        town("- management_team 2018-01-10", "Rada management_team 2018-01-10", "- 2018-01-10", "- hearing 2018-01-11")
    )
    assert list(shown) == [
        "Rada, management team",
        "Management team",
        "Working group that is not named",
        "Public hearing",
    ]


def test_counts_that_nobody_let_pass_are_not_shown():
    has = town("X 2018-01-10", members="X: AB", there="E1: A")
    counts = meeting_counts(has.people, has.memberships, has.events, has.attendance, as_of=AS_OF)
    for shows in (kp.tables.meetings, kp.sentences.meetings):
        with pytest.raises(ValueError, match="counts of members may not be seen"):
            shows(counts, lang="en")
    marked = kp.meetings(has, as_of=AS_OF).assign(attendance_rate=0.5)
    with pytest.raises(ValueError, match="marked as not to be seen"):
        kp.tables.meetings(marked, lang="en")


# --- the calendar ---


def test_each_meeting_is_a_mark_and_the_longest_gap_is_one():
    shown = drawn(town(*MONTHLY, "Y 2018-01-10", "Y 2018-05-10", members="Z: A"))
    assert shown.title == "Y went 120 days without a meeting, the longest of all"
    names = [mark.name for mark in shown.drawing.marks]
    assert (names.count("meeting"), names.count("longest gap")) == (6, 1)
    texts = [line.text for line in shown.drawing.lines]
    assert texts[texts.index("X") + 1].replace(NBSP, " ") == "4 meetings"
    assert "120 days" in [text.replace(NBSP, " ") for text in texts]
    assert "Z" in texts


def test_the_axis_is_the_projects_period():
    low, high = drawn(town(*MONTHLY)).span
    assert high - low == 365


def test_the_calendar_says_its_groups_in_words():
    alt = drawn(town(*MONTHLY, members="Z: A")).alt.replace(NBSP, " ")
    assert alt.startswith("Calendar of meetings. X: 4 meetings, 10 Jan 2018 – 10 Apr 2018; Z: no meeting.")


def test_what_is_not_drawn_is_counted():
    events = [f"G{number} 2018-0{number % 9 + 1}-10" for number in range(15)]
    shown = drawn(town(*events, *MONTHLY))
    assert shown.subtitle.endswith("4 groups are not drawn, with 4 of the meetings")
    assert len([line for line in shown.drawing.lines if re.match(r"\d+\W+meetings?", line.text)]) == MOST


@pytest.mark.parametrize(
    ("events", "reason"), [([], "No meeting is recorded"), (["X 2018-01-10"], "There is one meeting only")]
)
def test_nothing_or_one_meeting_is_said_instead_of_drawn(events, reason):
    shown = calendar(town(*events))
    assert isinstance(shown, Omitted)
    assert str(shown).startswith(reason)


def test_three_years_of_sixty_meetings_of_ten_groups_stay_small():
    events = [
        f"Group{number % 10} {day:%Y-%m-%d}"
        for number, day in enumerate(pd.date_range("2018-01-05", freq="18D", periods=60))
    ]
    shown = drawn(town(*events, period="2018-01-01 to 2020-12-31"), as_of="2020-12-31")
    assert len(shown._svg()) < 5_000


def test_the_calendar_is_told_in_czech_too():
    shown = drawn(town(*MONTHLY), lang="cs")
    assert shown.title.replace(NBSP, " ") == "X: 31 dnů bez jednání, nejdéle ze všech"
