"""From plan to plan, worked out by hand: rows of tests/worked_examples/*.csv, read as test_worked_examples.py does."""

import re

import pandas as pd
from test_worked_examples import Row, examples, frame, hold, parts, project

from kpeval.measures.continuity import plan_continuity
from kpeval.measures.revision import plan_revision
from kpeval.measures.survival import goal_survival

PLAN = re.compile(r"(\w+) ?([\d-]*) to ?([\d-]*)(?: after (\w+))?(?: approved ([\d-]+))?(?: recorded ([\d-]+))?")
PART = re.compile(r"(\w)(\d+)(?: \((\w+)\))?(?: recorded ([\d-]+))?")
LINK = re.compile(r"(\w*) ?> ?([A-Z]\w*)? ?([a-z_]+)(?: because (\w+))?(?: recorded ([\d-]+))?")
VERDICT = re.compile(r"(\w+) (\d+) (\w+)(?: recorded ([\d-]+))?")


@examples("continuity")
def test_plan_continuity(row: Row) -> None:
    plans = frame("plan_id period_start period_end predecessor approved_on recorded_on", parts(row["plans"], PLAN))
    projects = project(row["project"]) if row["project"] else None
    result = plan_continuity(plans, projects, as_of=row["as_of"])
    hold(result[result["plan_id"] == row["plan"]], row)


PLANS = [("A", "2011", "2014", ""), ("B", "2015", "2018", "A"), ("C", "2019", "2022", "B")]


def three_plans(row: Row) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Three plans that follow one another, their parts (B2 is of plan B) and the links of an example."""
    nodes = [
        (f"{plan}{place}", plan, level or "opatření", known) for plan, place, level, known in parts(row["parts"], PART)
    ]
    return (
        frame("plan_id period_start period_end predecessor", PLANS),
        frame("node_id plan_id level recorded_on", nodes),
        frame("from_node to_node relation reason recorded_on", parts(row["links"], LINK)),
    )


@examples("revision")
def test_plan_revision(row: Row) -> None:
    evaluations = frame("node_id year status recorded_on", parts(row["evaluations"], VERDICT))
    result = plan_revision(*three_plans(row), evaluations, as_of=row["as_of"])
    old, new, level = (*row["plans"].split(), "opatření")[:3]
    chosen = (result["predecessor"] == old) & (result["plan_id"] == new) & (result["level"] == level)
    hold(result[chosen], row)


@examples("survival")
def test_goal_survival(row: Row) -> None:
    plans, nodes, links = three_plans(row)
    result = goal_survival(nodes, links, plans, as_of=row["as_of"], level=row["level"] or None)
    columns = ["node_id", "origin", "plans_lived", "last_plan", "fate"]
    assert "; ".join(" ".join(map(str, line)) for line in result[columns].to_numpy()) == row["expected: rows"]
