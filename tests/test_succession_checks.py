"""From plan to plan: each rule finds what it is for, and nothing in plans that follow each other as they should."""

from pathlib import Path

import pytest

import kpeval as kp
from kpeval.checks.succession import SUCCESSION_RULES

TOML = 'title = "Projekt"\ncurrency = "CZK"\nlanguage = "cs"\ntotal_cost = 1000\n'
SOUND = {
    "funding": "source,kind,declared_amount\nEU,eu,1000\n",
    "plans": (
        "plan_id,title,period_start,period_end,predecessor,approved_on\n"
        "A,1. plán,2011,2014,,2010-12-01\nB,2. plán,2015,2018,A,2015-01-01\nC,3. plán,2019,2022,B,\n"
    ),
    "plan_measures": (
        "node_id,plan_id,level,title,recorded_on\nA1,A,opatření,x,\nA2,A,opatření,x,\nB1,B,opatření,x,\n"
        "B2,B,opatření,x,\nC1,C,opatření,x,\n"
    ),
    "links": (
        "from_node,to_node,relation,reason,recorded_on\nA1,B1,carried_over,,\nA2,,dropped,splněno,\n,B2,new,,\n"
        "B1,C1,modified,,\nB2,,dropped,nebyl zájem,\n"
    ),
    "evaluations": "node_id,year,status\nA2,2014,fulfilled\nB2,2018,not_fulfilled\n",
}
DAY = "2020-06-30"
RULES = {
    *("plans_apart", "plans_overlap", "approved_late", "plans_in_a_circle", "part_without_link"),
    *("dropped_without_reason", "link_astray", "link_between_levels", "link_contradicts", "link_incomplete"),
}


def found(folder: Path, day: str = DAY, **changed: tuple[str, str]) -> list[tuple[str, str, int, str]]:
    """What is found from plan to plan where a text of a table is replaced."""
    home = folder / "p"
    home.mkdir(parents=True)
    (home / "project.toml").write_text(TOML, encoding="utf-8")
    for table, text in SOUND.items():
        old, new = changed.get(table, ("", ""))
        assert old in text
        (home / f"{table}.csv").write_text(text.replace(old, new) if old else text, encoding="utf-8")
    told = kp.findings(kp.load("p", folder), as_of=day)
    ours = told[told["rule"].isin(RULES)]
    return [(row.severity, row.rule, row.row, row.message) for row in ours.itertuples()]


def test_nothing_is_found_in_plans_that_follow_each_other_as_they_should(tmp_path):
    assert found(tmp_path) == []


CASES = {
    "a day without a plan": (
        {"plans": ("B,2. plán,2015,", "B,2. plán,2015-01-02,")},
        ("warning", "plans_apart", 3, "Between plan A and B there is 1 day without a plan."),
    ),
    "two days with two plans": (
        {"plans": ("C,3. plán,2019,", "C,3. plán,2018-12-30,")},
        ("warning", "plans_overlap", 4, "The plans B and C overlap by 2 days."),
    ),
    "approved a day late": (
        {"plans": ("A,2015-01-01", "A,2015-01-02")},
        ("warning", "approved_late", 3, "Plan B was approved 1 day after it began."),
    ),
    "a part without a link": (
        {"links": ("A2,,dropped,splněno,\n", "")},
        ("warning", "part_without_link", 3, "No link says what became of 1 part of A in B (opatření): A2."),
    ),
    "dropped, not fulfilled and no reason": (
        {"links": ("B2,,dropped,nebyl zájem", "B2,,dropped,")},
        (
            *("warning", "dropped_without_reason", 6),
            "1 part of B (opatření) was not fulfilled and is dropped in C without a reason: B2.",
        ),
    ),
    "a link over a plan": (
        {"links": ("B2,,dropped,nebyl zájem,\n", "B2,,dropped,nebyl zájem,\nA1,C1,carried_over,,\n")},
        (
            *("error", "link_astray", 7),
            "The link from A1 to C1 leads from plan A to C, which does not follow it.",
        ),
    ),
    "a link within a plan": (
        {"links": ("B2,,dropped,nebyl zájem,\n", "B2,,dropped,nebyl zájem,\nA1,A2,carried_over,,\n")},
        ("error", "link_astray", 7, "The link from A1 to A2 stays in plan A."),
    ),
    "a link from a part to itself": (
        {"links": ("B2,,dropped,nebyl zájem,\n", "B2,,dropped,nebyl zájem,\nA1,A1,carried_over,,\n")},
        ("error", "link_astray", 7, "The link from A1 to A1 stays in plan A."),
    ),
    "a link between levels": (
        {"plan_measures": ("C1,C,opatření", "C1,C,cíl")},
        ("info", "link_between_levels", 5, "The link from B1 to C1 leads from the level opatření to the level cíl."),
    ),
    "both dropped and carried over": (
        {"links": ("A1,B1,carried_over,,\n", "A1,B1,carried_over,,\nA1,,dropped,x,\n")},
        ("warning", "link_contradicts", 2, "A1 is dropped and goes on as well."),
    ),
    "both new and carried over": (
        {"links": (",B2,new,,\n", ",B2,new,,\n,B1,new,,\n")},
        ("warning", "link_contradicts", 2, "B1 is new and continues an older part as well."),
    ),
    "dropped and yet leading somewhere": (
        {"links": ("A2,,dropped", "A2,B2,dropped")},
        ("warning", "link_contradicts", 3, "A link that says “dropped” also names to_node."),
    ),
    "carried over and nobody knows as what": (
        {"links": ("B1,C1,modified", "B1,,modified")},
        ("warning", "link_incomplete", 5, "A link does not name to_node."),
    ),
}


def test_every_rule_from_plan_to_plan_has_a_case():
    assert {expected[1] for _, expected in CASES.values()} | {"plans_in_a_circle"} == RULES


@pytest.mark.parametrize("case", CASES)
def test_a_rule_finds(case, tmp_path):
    changed, expected = CASES[case]
    assert found(tmp_path, **changed) == [expected]


def test_each_plan_of_a_circle_is_told(tmp_path):
    told = found(tmp_path, plans=("A,1. plán,2011,2014,,", "A,1. plán,2011,2014,C,"))

    assert [(rule, row) for _, rule, row, _ in told if rule == "plans_in_a_circle"] == [
        ("plans_in_a_circle", row) for row in (2, 3, 4)
    ]


def test_a_plan_that_follows_itself_is_told(tmp_path):
    told = found(tmp_path, plans=("A,1. plán,2011,2014,,", "A,1. plán,2011,2014,A,"))

    assert told == [("error", "plans_in_a_circle", 2, "Plan A comes before itself.")]


def test_parts_of_plans_of_which_no_link_speaks_are_not_told_one_by_one(tmp_path):
    told = found(tmp_path, links=(SOUND["links"].split("\n", 1)[1], "A1,B1,carried_over,,\nA2,,dropped,splněno,\n"))

    assert told == [], "of plan B nothing at all is recorded yet"


def test_an_approval_that_is_not_known_yet_is_not_late(tmp_path):
    assert found(tmp_path, day="2015-01-04", plans=("A,2015-01-01", "A,2015-01-05")) == []


def test_a_link_recorded_later_brings_no_finding_on_the_day(tmp_path):
    links = ("B2,,dropped,nebyl zájem,\n", "B2,,dropped,nebyl zájem,\nA1,C1,carried_over,,2020-07-01\n")

    assert found(tmp_path, links=links) == []


def test_a_link_to_nothing_is_a_fault_when_the_project_is_loaded(tmp_path):
    with pytest.raises(kp.DataError, match=r"'X9' does not stand in plan_measures\.node_id"):
        found(tmp_path, links=("A1,B1", "A1,X9"))


def test_each_rule_says_what_it_is_for():
    assert all(rule.__doc__ for rule in SUCCESSION_RULES)
