"""What of the people in training is seen: no person, no number of few, and what does not add up is found."""

import re
import time
from collections.abc import Callable
from itertools import pairwise, product
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kpeval as kp
from kpeval.checks import findings
from kpeval.present.display import Omitted
from kpeval.privacy.training import _Seen, training_bands, training_summary

DAY = "2018-12-31"
NBSP = "\u00a0"
TOML = 'title = "P"\ncurrency = "CZK"\nlanguage = "cs"\nstart = "2018-01-01"\nend = "2018-12-31"\n'
Written = Callable[..., kp.Project]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """A project of OPZ with these files, and one indicator that counts people in training."""

    def write(programme: str = "OPZ", more: str = "", **files: str) -> kp.Project:
        home = tmp_path / "p"
        home.mkdir(exist_ok=True)
        (home / "project.toml").write_text(f'programme = "{programme}"\n{TOML}{more}', encoding="utf-8")
        given = {
            "funding": "source,kind,declared_amount\nEU,eu,1000\n",
            "indicators": "indicator_id,code,name,unit,accumulation\nI,60000,Osoby,osoby,persons\n",
        }
        for name, text in (given | files).items():
            (home / f"{name}.csv").write_text(text, encoding="utf-8")
        return kp.load("p", tmp_path)

    return write


def trained(*hours: float, complete: str = "") -> dict[str, str]:
    """The files of people who had so many hours each at one training."""
    people = "".join(f"os-{place},{complete}\n" for place, _ in enumerate(hours))
    attended = "".join(f"A,os-{place},{each}\n" for place, each in enumerate(hours))
    return {
        "people": f"person_id,complete\n{people}",
        "events": "event_id,kind,date,hours\nA,training,2018-03-10,\n",
        "attendance": f"event_id,person_id,hours\n{attended}",
    }


def summary(project: kp.Project) -> dict[str, object]:
    row = training_summary(project, as_of=DAY).iloc[0]
    return {name: None if pd.isna(cell) else cell for name, cell in row.items()}


# --- numbers of people ---


def test_numbers_that_are_not_small_are_shown(written):
    row = summary(written(**trained(*[20] * 6, *[36] * 5, *[44] * 7, complete="yes")))

    assert [row[name] for name in ("people", "reached", "under", "near", "trainings")] == [18, 7, 11, 5, 1]
    assert [row[name] for name in ("hours", "median_hours", "share_complete")] == [608.0, 36.0, 1.0]
    assert not row["suppressed"]


@pytest.mark.parametrize("under", [1, 4])
def test_few_under_the_threshold_hide_all_by_which_they_could_be_computed(written, under):
    project = written(**trained(*[20] * under, *[44] * 7))
    row = summary(project)

    assert [row[name] for name in ("people", "under", "near")] == [None, None, None]
    assert row["reached"] == 7, "the value of the indicator"
    assert row["suppressed"]
    assert training_bands(project, as_of=DAY)["withheld"].tolist() == ["few"]


def test_few_who_reached_it_are_hidden_where_they_are_no_indicators_value(written):
    files = trained(*[20] * 8, *[44] * 3)
    without = {"indicators": "indicator_id,code,name,unit,accumulation\n"}

    assert summary(written(**files))["reached"] == 3
    assert summary(written(**files, **without))["reached"] is None


def test_no_number_shown_leaves_those_who_reached_it_by_subtraction(written):
    files = trained(*[20] * 8, *[44] * 3)
    row = summary(written(**files, indicators="indicator_id,code,name,unit,accumulation\n"))

    assert [row[name] for name in ("people", "reached", "under")] == [None, None, 8]


@pytest.mark.parametrize("hours", [[40] * 7 + [13], [20] * 7 + [53]])
def test_few_on_a_side_hide_hours_in_all_which_would_tell_theirs(written, hours):
    row = summary(written(**trained(*hours)))

    assert [row[name] for name in ("hours", "median_hours")] == [None, None]


@pytest.mark.parametrize("most", [41, 118])
@pytest.mark.parametrize("lang", ["en", "cs"])
def test_the_last_band_does_not_tell_of_the_person_with_most_hours(written, most, lang):
    bands = training_bands(written(**trained(*[20] * 6, *[44] * 6, most)), as_of=DAY)
    shown = str(kp.tables.training_bands(bands, lang=lang)) + str(kp.charts.training_bands(bands, lang=lang))

    assert bands[["from_hours", "people"]].to_numpy().tolist()[-1] == [40.0, 7]
    assert bands["to_hours"].isna().tolist() == [False] * (len(bands) - 1) + [True]
    assert not re.search(r"\b(50|118|120)\b|nan|inf\b", shown.split("<path")[0])
    assert shown.count("40 and more" if lang == "en" else f"40 a{NBSP}více") >= 2


def test_few_people_in_all_hide_their_hours(written):
    row = summary(written(**trained(*[20] * 4)))

    assert [row[name] for name in ("people", "under", "hours", "median_hours")] == [None] * 4
    assert row["reached"] == 0


def test_a_small_part_of_the_records_hides_all_parts(written):
    files = trained(*[44] * 9, complete="yes")
    files["people"] = files["people"].replace("os-0,yes", "os-0,no")
    row = summary(written(**files))

    assert [row[name] for name in ("complete", "incomplete", "unstated", "share_complete")] == [None] * 4
    assert row["suppressed"]


def test_records_of_which_nothing_is_said_are_missing_and_hide_nothing(written):
    row = summary(written(**trained(*[44] * 9)))

    assert [row[name] for name in ("complete", "incomplete", "unstated")] == [None] * 3
    assert not row["suppressed"]


def test_the_threshold_of_privacy_may_be_set(written):
    files = trained(*[20] * 4, *[44] * 7)

    assert summary(written(more="[privacy]\nthreshold = 4\n", **files))["under"] == 4
    assert summary(written(more="[privacy]\nthreshold = 8\n", **files))["people"] is None


def test_nobody_trained_is_no_row(written):
    project = written()

    assert training_summary(project, as_of=DAY).empty
    assert training_bands(project, as_of=DAY).empty
    for lang in ("en", "cs"):
        for show in (kp.tables.training_summary, kp.sentences.training_summary):
            assert str(show(training_summary(project, as_of=DAY), lang=lang)).endswith(".")
        assert isinstance(kp.charts.training_bands(training_bands(project, as_of=DAY), lang=lang), Omitted)


seen = st.builds(
    lambda hours, least, line: _Seen(hours, [one >= line for one in hours], line, least, True),
    st.lists(st.floats(0.5, 90), max_size=40),
    st.integers(3, 10),
    st.sampled_from([3.0, 5.0, 24.0, 40.0]),
)


@settings(max_examples=200)
@given(seen)
def test_a_band_holds_nobody_or_enough_and_lies_on_one_side(seen):
    bands = seen.bands
    if bands is None:
        assert any(0 < side < seen.threshold for side in seen.sides)
        return
    assert sum(band.people for band in bands) == seen.people
    for band in bands:
        assert band.people == 0 or band.people >= seen.threshold
        assert band.high <= seen.min_hours or band.low >= seen.min_hours
        assert band.people == sum(band.low <= hours + 1e-4 < band.high for hours in seen.hours)
    for one, other in pairwise(bands):
        assert one.high <= other.low


@settings(max_examples=200)
@given(seen)
def test_who_is_just_under_the_threshold_is_told_by_their_own_band_alone(seen):
    near = sum(seen.min_hours - 5 <= hours + 1e-4 < seen.min_hours for hours in seen.hours)

    assert seen.near in (near, None)
    assert seen.near in (0, None) or seen.near >= seen.threshold


# --- on the page ---


@pytest.mark.parametrize("lang", ["en", "cs"])
def test_no_table_sentence_or_chart_names_a_person_or_a_number_of_few(written, lang):
    project = written(**trained(*[20] * 3, *[44] * 7, complete="yes"))
    shown = training_summary(project, as_of=DAY), training_bands(project, as_of=DAY)
    said = [
        kp.tables.training_summary(shown[0], lang=lang),
        kp.sentences.training_summary(shown[0], lang=lang),
        kp.tables.training_bands(shown[1], lang=lang),
        kp.charts.training_bands(shown[1], lang=lang),
    ]
    text = " ".join(str(one) for one in said)

    assert "os-" not in text
    assert "[c]" in text
    assert not re.search(r"(?<![\d,.])(3|10)(?![\d,.])", text)


def test_an_assumed_threshold_says_so_wherever_it_is_shown(written):
    project = written("Program X", **trained(*[44] * 7))
    known = project.known(DAY)
    people = kp.training_hours(known.people, known.events, known.attendance, known.projects, as_of=DAY)
    counted = kp.persons_counted(people, known.indicators, known.reported, known.projects, as_of=DAY)
    shown = training_summary(project, as_of=DAY)

    assert "40\tassumed" in str(kp.tables.training_summary(shown, lang="en")).replace(" assumed", "\tassumed")
    assert "assumed" in str(kp.sentences.training_summary(shown, lang="en"))
    assert "40 assumed" in str(kp.tables.persons_counted(counted, lang="en"))


def test_the_source_of_the_rule_is_named_and_escaped(written):
    shown = training_summary(written(**trained(*[44] * 7)), as_of=DAY)
    hostile = kp.tables.training_summary(shown.assign(rule_source="<script>"), lang="en")

    assert "esfcr.cz" in str(kp.tables.training_summary(shown, lang="en"))
    assert "<script" not in hostile._repr_mimebundle_()[0]["text/html"]


@pytest.mark.parametrize(("hours", "dots"), [([20] * 6 + [44] * 7, 13), ([20] * 400 + [44] * 300, 700)])
def test_a_dot_is_a_person_or_says_for_how_many_it_stands(written, hours, dots):
    chart = kp.charts.training_bands(training_bands(written(**trained(*hours)), as_of=DAY), lang="en")
    drawn = sum(len(mark.points) // 2 for mark in chart.drawing.marks if mark.name == "dot")

    assert drawn == dots if "a dot is a person" in chart.subtitle else drawn < dots
    assert "a dot is" in chart.subtitle
    assert chart.title == f"{len(hours) - hours.count(20)} of {len(hours)} people trained reached 40 hours"
    assert len(chart._repr_mimebundle_()[0]["text/html"]) < 9000


def test_dots_do_not_stand_at_somebodys_hours(written):
    """Two sets of people with other hours in the same bands look the same."""
    pictures = [
        kp.charts.training_bands(training_bands(written(**trained(*low, *high)), as_of=DAY), lang="en")
        for low, high in (([11] * 6, [41] * 6), ([12, 13, 14, 15, 16, 17], [42, 43, 44, 45, 46, 47]))
    ]

    assert pictures[0]._svg() == pictures[1]._svg()


def test_a_chart_of_bands_has_no_dot_outside_its_figure(written):
    for lang, line in product(("en", "cs"), ("24", "40")):
        project = written(more=f"[rules]\nmin_hours = {line}\n", **trained(*[2] * 9, *[20] * 5, *[38] * 30, *[95] * 8))
        chart = kp.charts.training_bands(training_bands(project, as_of=DAY), lang=lang)
        wide, high = (size * 72 for size in chart.get_size_inches())
        for mark in chart.drawing.marks:
            assert all(0 <= x <= wide and 0 <= y <= high for x, y in mark.points)


@pytest.mark.parametrize(
    ("reported", "said"),
    [
        ("", "60000 Osoby: 6 by attendance; no value is reported."),
        ("I,2018-06-30,6\n", "as attendance gives for that day."),
        ("I,2018-06-30,9\n", "Reported as of 30 Jun 2018: 9, while attendance gives 6 for that day."),
        ("I,2018-02-28,2\n", "Reported as of 28 Feb 2018: 2, while attendance gives 0 for that day."),
    ],
)
def test_both_numbers_are_said(written, reported, said):
    known = written(**trained(*[44] * 6), measurements=f"indicator_id,measured_on,actual\n{reported}").known(DAY)
    people = kp.training_hours(known.people, known.events, known.attendance, known.projects, as_of=DAY)
    counted = kp.persons_counted(people, known.indicators, known.reported, known.projects, as_of=DAY)

    assert said in str(kp.sentences.persons_counted(counted, lang="en")).replace(NBSP, " ")


# --- findings ---

RULES = {
    *("attendance_longer_than_event", "more_than_24_hours", "two_events_at_once", "event_of_zero_hours"),
    *("training_without_hours", "event_without_day", "person_twice", "threshold_assumed", "near_threshold"),
    *("incomplete_records", "counted_differs", "begins_unread"),
}

EVENTS = "event_id,kind,date,last_day,begins,hours,mode,recorded_on\n"
ATTENDED = "event_id,person_id,hours,recorded_on\n"


def found(project: kp.Project, rule: str) -> list[tuple[object, ...]]:
    rows = findings(project, as_of=DAY)
    rows = rows[rows["rule"] == rule]
    assert not rows["message"].str.contains("os-").any()
    columns = ["severity", "table", "row"]
    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in rows[columns].itertuples(index=False)]


def day(written: Written, events: str, attended: str) -> kp.Project:
    return written(people="person_id\nos-1\nos-2\n", events=EVENTS + events, attendance=ATTENDED + attended)


@pytest.mark.parametrize(
    ("events", "attended", "rows"),
    [
        ("A,training,2018-03-10,,,25,,\n", "A,os-1,,\n", [("error", "attendance", 2)]),
        ("A,training,2018-03-10,,,24,,\n", "A,os-1,,\n", []),
        ("A,training,2018-03-10,2018-03-12,,40,,\n", "A,os-1,,\n", []),
        (
            "A,training,2018-03-10,2018-03-11,,40,,\nB,wg_meeting,2018-03-11,,,5,,\n",
            "A,os-1,,\nB,os-1,,\n",
            [("error", "attendance", 2)],
        ),
        ("A,training,2018-03-10,2018-03-11,,40,,\nB,wg_meeting,2018-03-11,,,5,,\n", "A,os-1,,\nB,os-2,,\n", []),
        (
            "A,training,0018-03-10,2018-03-11,,40,,\nB,wg_meeting,2018-03-10,2018-03-11,,49,,\n",  # a mistyped year
            "A,os-1,,\nB,os-1,,\n",
            [("error", "attendance", 2)],
        ),
        ("A,training,2019-03-10,,,25,,\n", "A,os-1,,\n", []),
        ("A,training,2018-03-10,,,25,,\n", "A,os-1,,\nA,os-1,20,2018-04-01\n", []),
    ],
)
def test_more_than_24_hours_a_day_are_found(written, events, attended, rows):
    assert found(day(written, events, attended), "more_than_24_hours") == rows


@pytest.mark.parametrize(
    ("events", "attended", "rows"),
    [
        ("09:00,4,;11:00,4,", ",;,", [("warning", "attendance", 3)]),
        ("9.00,2,;11:00,4,", ",;,", []),
        ("09:00,4,elearning;11:00,4,", ",;,", []),
        ("09:00,4,;,4,", ",;,", []),
        ("09:00,4,;11:00,4,", "2,;2,", []),  # left the one for the other
        ("09:00,4,;11:00,4,", "4,;,2019-01-01", []),
    ],
)
def test_two_events_at_once_are_found(written, events, attended, rows):
    first, second = (
        f"{name},training,2018-03-10,,{rest},\n" for name, rest in zip("AB", events.split(";"), strict=True)
    )
    there = "".join(f"{name},os-1,{rest}\n" for name, rest in zip("AB", attended.split(";"), strict=True))

    assert found(day(written, first + second, there), "two_events_at_once") == rows


@pytest.mark.parametrize(
    ("begins", "rows"),
    [
        *((begins, []) for begins in ("", "9:00", "09.00 h", "09:00:00", "24:00")),
        *((begins, [("warning", "events", 2)]) for begins in ("25:99", "10:60", "24:01", "=cmd", "morning")),
    ],
)
def test_what_is_no_time_of_day_is_found(written, begins, rows):
    events = f"A,training,2018-03-10,,{begins},4,,\n"

    assert found(day(written, events, "A,os-1,,\n"), "begins_unread") == rows


def test_an_event_of_centuries_is_checked_at_once(written):
    events = "A,training,0001-03-10,2018-03-11,,40,,\nB,training,2018-03-10,2018-03-12,,40,,\n"
    project = day(written, events, "A,os-1,,\nB,os-1,,\nA,os-2,,\nB,os-2,,\n")
    began = time.perf_counter()

    assert found(project, "more_than_24_hours") == []
    assert time.perf_counter() - began < 5  # 700,000 days of each person took minutes


@pytest.mark.parametrize(
    ("events", "attended", "rule", "rows"),
    [
        (
            "A,training,2018-03-10,,,8,,\n",
            "A,os-2,8,\nA,os-1,8.5,\n",
            "attendance_longer_than_event",
            [("error", "attendance", 3)],
        ),
        ("A,training,2018-03-10,,,8,,\n", "A,os-1,8,\n", "attendance_longer_than_event", []),
        ("A,training,2018-03-10,,,,,\n", "A,os-1,8,\n", "attendance_longer_than_event", []),
        ("A,training,2018-03-10,,,0,,\n", "A,os-1,,\n", "event_of_zero_hours", [("warning", "events", 2)]),
        ("A,training,2018-03-10,,,0,,\n", "", "event_of_zero_hours", []),
        ("A,training,2018-03-10,,,,,\n", "A,os-1,,\n", "training_without_hours", [("warning", "attendance", 2)]),
        ("A,wg_meeting,2018-03-10,,,,,\n", "A,os-1,,\n", "training_without_hours", []),
        ("A,training,,,,8,,\n", "", "event_without_day", [("warning", "events", 2)]),
        ("A,training,,,,8,,2019-02-01\n", "", "event_without_day", []),
    ],
)
def test_what_attendance_leaves_open_is_found(written, events, attended, rule, rows):
    assert found(day(written, events, attended), rule) == rows


@pytest.mark.parametrize(
    ("ids", "twice"),
    [
        (("os-1,", "os-2,"), False),
        (("os-1,a1", "os-2,A1 "), True),
        (("os-1,a1", "os-2,a2"), False),
        (("os-1,", "OS 01,"), True),
        (("os-1,", "os1,"), True),
        (("os-10,", "os-1,"), False),
        (("os-1-2,", "os-12,"), False),
    ],
)
def test_a_person_under_two_ids_is_suggested_and_counted_twice(written, ids, twice):
    project = written(people="person_id,match_key\n" + "\n".join(ids) + "\n")

    assert found(project, "person_twice") == ([("warning", "people", 3)] if twice else [])
    assert len(project.known(DAY).people) == 2


def message(project: kp.Project, rule: str) -> str:
    rows = findings(project, as_of=DAY)
    return rows.loc[rows["rule"] == rule, "message"].str.replace(NBSP, " ").str.cat()


@pytest.mark.parametrize(
    ("near", "said"),
    [(0, ""), (3, "Some people are at most 5 hours short"), (6, "6 people are at most 5 hours short")],
)
def test_people_just_under_the_threshold_are_told_and_counted_if_they_are_not_few(written, near, said):
    text = message(written(**trained(*[10] * 6, *[36] * near, *[44] * 6)), "near_threshold")

    assert text.startswith(said)
    assert bool(text) == bool(near)


@pytest.mark.parametrize(("incomplete", "said"), [(0, ""), (2, "Some people"), (6, "6 people")])
def test_incomplete_records_are_told_and_counted_if_they_are_not_few(written, incomplete, said):
    files = trained(*[44] * 12, complete="yes")
    for place in range(incomplete):
        files["people"] = files["people"].replace(f"os-{place},yes", f"os-{place},no")
    text = message(written(**files), "incomplete_records")

    assert text.startswith(said)
    assert bool(text) == bool(incomplete)


def test_of_one_person_who_reached_it_no_finding_tells_the_record(written):
    files = trained(*[20] * 8, 44)
    files["people"] = files["people"].replace("os-8,", "os-8,no")

    assert message(written(**files), "incomplete_records") == "Some people in training have an incomplete record."


def test_a_reported_value_that_differs_is_found_in_its_row(written):
    files = trained(*[44] * 6)
    agreeing, differing = (f"indicator_id,measured_on,actual\nI,2018-06-30,{value}\n" for value in (6, 7))

    assert found(written(**files, measurements=agreeing), "counted_differs") == []
    assert found(written(**files, measurements=differing), "counted_differs") == [("warning", "measurements", 2)]


def test_an_assumed_threshold_is_found_where_somebody_was_trained(written):
    assert found(written("Program X", **trained(44)), "threshold_assumed") == [("warning", "projects", None)]
    assert found(written("OPZ", **trained(44)), "threshold_assumed") == []
    assert (
        found(written("Program X", people="person_id\n", events=EVENTS, attendance=ATTENDED), "threshold_assumed") == []
    )


def test_findings_are_the_same_of_a_project_and_of_what_is_known_of_it(written):
    project = written(**trained(*[44] * 6), measurements="indicator_id,measured_on,actual\nI,2018-06-30,9\n")

    pd.testing.assert_frame_equal(findings(project, as_of=DAY), findings(project.known(DAY), as_of=DAY))
