"""From plan to plan: what tables, sentences and the picture say, and what they do not."""

import re
from typing import Any

import pandas as pd
import pytest

import kpeval as kp
from kpeval.present import charts, sentences, tables
from kpeval.present.charts.letters import breadth
from kpeval.present.charts.succession import BLOCK, COUNT, LABEL
from kpeval.present.display import Omitted, Table

NBSP = "\u00a0"
DAY = "2019-12-31"
BEGINS = LABEL + BLOCK + COUNT - 4  # where the numbers of the bands end
STATES = ("fulfilled", "continuous", "in_progress", "partial", "not_fulfilled", "postponed", "cancelled", "no_info")
RELATIONS = ("carried_over", "modified", "merged", "split", "dropped", "unlinked")


def frame(columns: str, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame([("p", *row) for row in rows], columns=["project_id", *columns.split()])


PLANS = frame(
    "plan_id title period_start period_end predecessor approved_on",
    [("A", "Plán A", "2011", "2014", None, None), ("B", "Plán B", "2015", "2018", "A", "2015-01-11")],
)


def town(*became: tuple[str, str, str], new: int = 0, level: str = "opatření") -> tuple[pd.DataFrame, ...]:
    """A part of plan A for each state, relation and reason, and so many new ones."""
    nodes, links, said = [], [], []
    for place, (state, relation, reason) in enumerate(became, 1):
        nodes.append((f"A{place}", "A", level, f"Část {place}"))
        if state != "no_info":
            said.append((f"A{place}", 2014, state))
        to = None if relation in ("dropped", "unlinked") else f"B{place}"
        if to:
            nodes.append((to, "B", level, f"Část {place}"))
        if relation != "unlinked":
            links.append((f"A{place}", to, relation, reason or None))
    for place in range(new):
        nodes.append((f"Bn{place}", "B", level, "Nová část"))
        links.append((None, f"Bn{place}", "new", "nová potřeba"))
    evaluations = frame("node_id year status", said)
    return (
        PLANS,
        frame("node_id plan_id level title", nodes),
        frame("from_node to_node relation reason", links),
        evaluations,
    )


def successions(*became: tuple[str, str, str], new: int = 0) -> pd.DataFrame:
    return kp.plan_successions(*town(*became, new=new), as_of=DAY)


SOME = [
    ("fulfilled", "dropped", "splněno"),
    ("partial", "carried_over", "potřeba trvá"),
    ("not_fulfilled", "split", ""),
]
HUNDRED = [(state, relation, "") for state in STATES for relation in RELATIONS] * 2 + SOME + [SOME[0]]


def cells(table: Table | Omitted) -> list[list[str]]:
    assert isinstance(table, Table), table
    return [[cell.text.replace(NBSP, " ") for cell in row] for row in table.rows]


def text(shown: Any) -> str:
    return str(shown).replace(NBSP, " ")


# --- tables ---


def test_flows_are_counted_by_state_and_relation_with_their_sums():
    assert cells(tables.plan_flows(successions(*SOME, SOME[1]), lang="en")) == [
        ["fulfilled", "0", "0", "1", "1"],
        ["partly fulfilled", "2", "0", "0", "2"],
        ["not fulfilled", "0", "1", "0", "1"],
        ["All", "2", "1", "1", "4"],
    ]


def test_what_is_carried_on_though_not_fulfilled_is_listed_with_its_reason_or_without_any():
    assert cells(tables.plan_successions(successions(*SOME), lang="en")) == [
        ["A2 Část 2", "partly fulfilled", "carried over → B2", "potřeba trvá"],
        ["A3 Část 3", "not fulfilled", "split → B3", "not stated"],
    ]


@pytest.mark.parametrize(("which", "listed"), [("dropped", "A1"), ("new", "Bn0"), ("unlinked", "A4")])
def test_the_other_lists_hold_what_they_are_called_after(which, listed):
    found = successions(*SOME, ("fulfilled", "unlinked", ""), new=1)

    assert [row[0].split()[0] for row in cells(tables.plan_successions(found, which=which, lang="en"))] == [listed]


def test_of_a_long_list_the_rest_is_counted():
    table = tables.plan_successions(successions(*[SOME[1]] * 20), most=15, lang="en")

    assert len(cells(table)) == 15
    assert table.notes == ("5 more are not listed.",)


def test_nothing_that_is_left_open_has_no_row():
    revision = kp.plan_revision(*town(*SOME, new=1), as_of=DAY)
    rows = dict(cells(tables.plan_revision(revision, lang="en")))

    assert "Links left out" not in rows
    assert "What became of them not stated" not in rows
    assert rows["Share that goes on"] == "66.7%"
    assert rows["Share of what was not fulfilled that goes on"] == "100.0%"
    assert rows["Share that is new"] == "33.3%"


def test_what_is_left_open_has_a_row():
    revision = kp.plan_revision(*town(*SOME, ("no_info", "unlinked", "")), as_of=DAY)
    rows = dict(cells(tables.plan_revision(revision, lang="en")))

    assert rows["What became of them not stated"] == "1"
    assert rows["Of them without a known state"] == "1"


def test_parts_are_counted_by_the_plans_they_live_in():
    plans, nodes, links, _ = town(*SOME, ("fulfilled", "unlinked", ""), new=2)
    table = tables.goal_survival(kp.goal_survival(nodes, links, plans, as_of=DAY), lang="en")

    assert cells(table) == [["1 plan", "4", "2", "1", "1"], ["2 plans", "2", "2", "0", "0"]]


def test_continuity_tells_gap_lag_and_what_is_not_stated():
    table = tables.plan_continuity(kp.plan_continuity(PLANS, as_of=DAY), lang="en")

    assert cells(table) == [
        ["Plán A", "2011–2014", "[z]", "not stated", "not stated", "ended"],
        ["Plán B", "2015–2018", "0", "11 Jan 2015", "10", "ended"],
    ]


def test_a_plan_that_is_assumed_says_so():
    plans = PLANS.assign(assumed=[None, True])
    table = tables.plan_continuity(kp.plan_continuity(plans, as_of=DAY), lang="en")

    assert [row[1].mark for row in table.rows] == ["", "assumed"]


@pytest.mark.parametrize(("name", "days"), [("ostrava", ["426", "304"]), ("usti", ["0", "306", "181"])])
def test_the_seeds_say_their_days_and_what_they_do_not_state(name, days):
    project = kp.load(name)
    continuity = kp.plan_continuity(project.plans, project.projects, as_of=DAY)
    table = tables.plan_continuity(continuity, lang="en")
    nothing = kp.plan_successions(project.plans, project.plan_measures, project.links, project.evaluations, as_of=DAY)

    assert [row[2] for row in cells(table)] == ["[z]"] + ["0"] * (len(days) - 1)
    assert [row[3] for row in cells(table)] == days
    assert "When a plan was approved is not stated." in table.notes
    for shown in (tables.plan_flows, tables.plan_successions, charts.plan_successions):
        omitted = shown(nothing, lang="en")
        assert isinstance(omitted, Omitted)
        assert str(omitted) == "What became of the measures of one plan in the next is not stated."


def test_a_plan_or_level_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="no plan 'X' follows another: there are B"):
        tables.plan_flows(successions(*SOME), plan="X", lang="en")
    with pytest.raises(ValueError, match="no part stands on the level 'cíl': there are opatření"):
        tables.plan_flows(successions(*SOME), level="cíl", lang="en")


# --- sentences ---


def test_the_sentence_says_what_was_fulfilled_and_what_of_the_rest_goes_on():
    assert text(sentences.plan_successions(successions(*SOME), lang="en")) == (
        "Of 3 parts of A, 1 was fulfilled by the latest evaluation known. "
        "Of 2 that were not fulfilled, 2 go on in B. For 1 of those that go on no reason is stated."
    )


def test_without_evaluations_no_sentence_says_that_nothing_was_fulfilled():
    found = successions(("no_info", "carried_over", ""), ("no_info", "dropped", ""))

    assert text(sentences.plan_successions(found, lang="en")) == "Which parts of A were fulfilled is not stated."


def test_without_links_no_sentence_says_that_nothing_goes_on():
    revision = kp.plan_revision(*town(("fulfilled", "unlinked", "")), as_of=DAY)

    assert text(sentences.plan_revision(revision, lang="en")) == (
        "A → B (opatření): what became of the old plan’s parts is not stated."
    )


@pytest.mark.parametrize(
    ("first", "says"),
    [
        ("2015", "“Plán B” follows the one before it without a gap."),
        ("2015-01-02", "Before “Plán B” there is 1 day without a plan."),
        ("2014-12-30", "“Plán B” overlaps the one before it by 2 days."),
    ],
)
def test_the_sentence_on_continuity_tells_a_gap_and_an_overlap(first, says):
    plans = PLANS.assign(period_start=["2011", first], approved_on=None)

    assert text(sentences.plan_continuity(kp.plan_continuity(plans, as_of=DAY), lang="en")) == (
        f"The documents name 2 community plans. {says}"
    )


# --- the picture ---


@pytest.mark.parametrize("lang", ["en", "cs"])
def test_a_picture_of_a_hundred_parts_is_small_and_says_each_number_in_words(lang):
    chart = charts.plan_successions(successions(*HUNDRED, new=12), as_of=DAY, lang=lang)

    assert len(chart._svg().encode()) < 6_000
    assert len(chart.title.split()) <= 15
    assert len(chart.alt) <= 600
    bands = [mark for mark in chart.drawing.marks if mark.name == "band"]
    assert len(bands) == 16
    assert all(breadth_of(line, chart) for line in chart.drawing.lines)
    assert sum(int(line.text) for line in chart.drawing.lines if line.x == BEGINS) == 100, "each part is in one band"


def breadth_of(line: Any, chart: Any) -> bool:
    """Whether a line of text stands within the figure."""
    wide = breadth(line.text, line.size, line.bold)
    left = line.x - (wide if line.align == "right" else 0)
    return bool(left >= -1 and left + wide <= 381)


def test_the_picture_has_no_colour_that_a_dark_page_could_not_turn():
    used = set(re.findall(r"#[0-9a-f]{6}", charts.plan_successions(successions(*HUNDRED, new=3), lang="en")._svg()))

    assert used <= {light for light, _ in charts.PALETTE.values()}


def test_the_title_says_how_much_goes_on_of_all_and_of_what_was_not_fulfilled():
    chart = charts.plan_successions(successions(*SOME), lang="en")

    assert text(chart.title) == "2 of 3 parts of A go on in B; 2 of 2 unfulfilled do"


def test_bands_arrive_in_a_stretch_as_high_as_all_of_them():
    chart = charts.plan_successions(successions(*HUNDRED), lang="en")
    ends: dict[float, float] = {}
    for mark in (mark for mark in chart.drawing.marks if mark.name == "band"):
        (_, _), (_, top), (_, bottom), *_ = mark.points
        ends[round(top, 6)] = round(bottom, 6)
    assert sum(bottom - top for top, bottom in ends.items()) == pytest.approx(170)


def test_one_number_is_said_and_not_drawn():
    chart = charts.plan_successions(successions(("fulfilled", "dropped", "")), lang="en")

    assert isinstance(chart, Omitted)
    assert text(chart) == "1 part of A: fulfilled; in B: dropped."


def test_where_links_say_nothing_there_is_no_picture():
    assert isinstance(charts.plan_successions(successions(("fulfilled", "unlinked", "")), lang="en"), Omitted)


def test_two_projects_are_refused():
    two = pd.concat([successions(*SOME), successions(*SOME).assign(project_id="q")])
    for shown in (tables.plan_flows, tables.plan_successions, charts.plan_successions, sentences.plan_successions):
        with pytest.raises(ValueError, match="one project"):
            shown(two, lang="en")


def test_parts_of_different_levels_are_not_added_up_in_words():
    plans, nodes, links, _ = town(*SOME, ("fulfilled", "unlinked", ""), new=2)
    above = nodes.iloc[:2].assign(node_id=["GA", "GB"], plan_id=["A", "B"], level="cíl")
    on = pd.DataFrame({"project_id": ["p"], "from_node": ["GA"], "to_node": ["GB"], "relation": ["carried_over"]})
    both = kp.goal_survival(pd.concat([nodes, above]), pd.concat([links, on]), plans, as_of=DAY)

    told = sentences.goal_survival(both, lang="en").paragraphs
    assert [part.split(" followed")[0] for part in told] == [
        "Level “cíl”: 1 part of the plans is",
        f"Level “{nodes['level'].iloc[0]}”: 6 parts of the plans are",
    ]


def test_what_is_new_in_the_last_plan_may_still_go_on():
    plans, nodes, links, _ = town(*SOME, ("fulfilled", "unlinked", ""), new=2)
    told = str(sentences.goal_survival(kp.goal_survival(nodes, links, plans, as_of=DAY), lang="en"))

    assert "4 stand in one plan only. Of these 2 stand in the last plan and may still go on." in told
