"""What tables and sentences say of outputs by activity, documents, steps of a plan, comments and communication."""

import pandas as pd
import pytest
from conftest import ROOT, drawn, public_results

import kpeval as kp
from kpeval.present.display import Omitted, Table

NBSP = "\u00a0"
OUTPUTS = """
    output_id | activity_id | due        | delivered_on | evidence
    A         | KA1         | 2018-06-30 | 2018-06-30   | minutes
    B         | KA1         | 2018-06-30 |              |
    C         | KA2         |            | 2018-11-01   |
"""
ACTIVITIES = """
    activity_id | title | planned_end
    KA1         | One   | 2018-12-31
    KA2         | Two   | 2018-10-31
"""
PLANS = """
    plan_id | title | period_start | approved_on
    K1      | First | 2015-01-01   | 2014-12-01
    K2      | Next  | 2019-01-01   | 2018-12-12
    K3      | Third | 2023-01-01   |
"""
PROCEDURES = """
    procedure_id | plan_id | opened     | closed
    R            | K2      | 2018-07-09 | 2018-07-18
"""
COMMENTS = """
    comment_id | procedure_id | received_on | kind    | settlement | settled_on
    1          | R            | 2018-07-10  | content | accepted   | 2018-07-20
    2          | R            | 2018-07-10  | content | open       |
"""


def shown(table: Table | Omitted) -> dict[str, list[str]]:
    """The rows of a table by their first cell, marks in brackets."""
    assert isinstance(table, Table), table
    text = [[cell.text.replace(NBSP, " ") + f" ({cell.mark})" * bool(cell.mark) for cell in row] for row in table.rows]
    return {row[0]: row[1:] for row in text}


def said(sentence: object) -> str:
    return str(sentence).replace(NBSP, " ")


def test_outputs_are_summed_below_the_activities_and_an_assumed_due_day_is_marked() -> None:
    table = kp.tables.delivered_outputs(
        kp.delivered_outputs(drawn(OUTPUTS), drawn(ACTIVITIES), as_of="2018-12-31"), lang="en"
    )

    assert table.headings[1:] == (
        *("Planned outputs", "Due by the day", "Delivered", "On time", "Late", "With evidence"),
        *("Due, nothing recorded", "Delivered share of those due"),
    )
    assert shown(table) == {
        "KA1 One": ["2", "2", "1", "1", "0", "1", "1", "50.0%"],
        "KA2 Two": ["1", "1 (assumed)", "1", "0", "1", "0", "0", "100.0%"],
        "all together": ["3", "3 (assumed)", "2", "1", "1", "1", "1", "66.7%"],
    }
    assert table.totals == 1
    assert any(note.startswith("Assumed: 1 output states no due day") for note in table.notes)


def test_of_outputs_that_are_due_and_not_recorded_no_failure_is_claimed() -> None:
    ostrava = public_results(kp.load("ostrava", ROOT / "data"), "2019-10-31")["delivered_outputs"]

    assert isinstance(kp.tables.delivered_outputs(ostrava, lang="en"), Omitted)
    assert said(kp.sentences.delivered_outputs(ostrava, lang="en")) == (
        "8 outputs state no due day; the planned end of their activities is taken instead. 8 outputs are due by the "
        "day; nothing is recorded of their delivery, so no failure is claimed."
    )


@pytest.mark.parametrize(
    ("counted", "reported", "sentence"),
    [
        (3.0, 3.0, "80500: written and published 3, as reported."),
        (3.0, 2.0, "80500: written and published 3, reported 2."),
        (3.0, None, "80500: written and published 3 (computed); no value is reported."),
        (None, 2.0, "80500: 2 is reported, and no document is recorded."),
        (None, None, "80500: neither documents nor a value are recorded."),
    ],
)
def test_documents_counted_stand_beside_what_is_reported(counted, reported, sentence) -> None:
    columns = ["indicator_id", "code", "name", "unit", "planned", "written", "published"]
    numbers = {"counted": counted, "reported": reported}
    frame = pd.DataFrame({name: [None] for name in columns} | {name: [value] for name, value in numbers.items()})
    frame = frame.assign(code="80500", difference=frame["counted"].astype(float) - frame["reported"].astype(float))

    assert said(kp.sentences.documents_counted(frame, lang="en")) == sentence


def test_the_plan_in_the_making_is_shown_and_in_full_the_earlier_ones_too() -> None:
    steps = kp.plan_steps(drawn(PLANS), drawn(PROCEDURES), as_of="2018-12-31")
    short, full = (kp.tables.plan_steps(steps, lang="en", full=full) for full in (False, True))

    assert short.caption == "Steps of making the plan “Next”"
    assert list(shown(short)) == ["comments opened", "comments closed", "plan approved"]
    assert len(full.rows) == 4
    assert short.notes[0] == (
        "Next: not stated: draft finished; public hearing of the draft; settlement of the comments published; "
        "discussed by the bodies of the town; plan published."
    )
    assert "No day of a step is stated for: Third." in short.notes
    assert said(kp.sentences.plan_steps(steps, lang="en")) == (
        "Next: 3 steps are done, the last: plan approved (12 Dec 2018)."
    )


def test_a_step_ahead_is_named_as_the_next_one() -> None:
    steps = kp.plan_steps(drawn(PLANS), drawn(PROCEDURES), as_of="2018-07-09")

    assert "The next one planned: comments closed (18 Jul 2018)." in said(kp.sentences.plan_steps(steps, lang="en"))


def test_a_short_window_is_marked_and_said() -> None:
    settlement = kp.comment_settlement(drawn(PROCEDURES), drawn(COMMENTS), as_of="2018-12-31")
    table = shown(kp.tables.comment_settlement(settlement, lang="en"))

    assert table["Days open for comments"] == ["10 (shorter than recommended)"]
    assert table["Settled share of those received"] == ["50.0%"]
    assert table["Settlement published on"] == ["not stated"]
    assert said(kp.sentences.comment_settlement(settlement, lang="en")) == (
        "The public could comment for 10 days, from 9 Jul 2018 to 18 Jul 2018 (R, K2). "
        "That is shorter than recommended. "
        "2 comments were received; settled: 1 (50.0%). Of 1 settled comment on the content: accepted 1 (100.0%), "
        "in part 0. The median time from a comment to its settlement is 10 days. No publication of the settlement is "
        "recorded."
    )


def test_of_no_comments_no_share_is_shown() -> None:
    settlement = kp.comment_settlement(drawn(PROCEDURES), pd.DataFrame(), as_of="2018-07-10")

    assert shown(kp.tables.comment_settlement(settlement, lang="en"))["Settled share of those received"] == ["[z]"]
    assert said(kp.sentences.comment_settlement(settlement, lang="en")).endswith(
        "The public may comment for 10 days, from 9 Jul 2018 to 18 Jul 2018 (R, K2). That is shorter than recommended. "
        "No comment is recorded."
    )


def test_a_table_of_reach_may_be_shortened_and_says_how_much_it_leaves_out() -> None:
    demo = public_results(kp.load("demo", ROOT / "data"), "2023-12-31")["reach_change"]
    table = kp.tables.reach_change(demo, lang="en", most=3)

    assert len(table.rows) == len(table.result) == 3
    assert f"{len(demo) - 3} rows are left out." in table.notes


def test_communication_is_compared_and_never_summed() -> None:
    demo = public_results(kp.load("demo", ROOT / "data"), "2023-12-31")["reach_change"]

    assert said(kp.sentences.reach_change(demo, lang="en")) == (
        "10 figures of communication are known. Compared with the time before the project (6): 6 rose, 0 fell, 0 did "
        "not change. For 4 the state before the project is not stated."
    )
