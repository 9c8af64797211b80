"""Target groups go by their usual names where these are known, and a plan that forgets one is found out."""

import csv
import re
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT, assert_same

import kpeval as kp
from kpeval.checks.groups import GROUP_RULES
from kpeval.present.charts.figure import Chart
from kpeval.present.display import Omitted
from kpeval.rules.groups import suggested

EXAMPLES = Path(__file__).parent / "worked_examples"
NODE = re.compile(r"(\w+)/(\w+): (\w+)(?: in (\w+))?(?: area (\w+))?(?: groups ([\w+]+))?(?: recorded ([\d-]+))?")
GROUP = re.compile(r"(\w+)(?: recorded ([\d-]+))?")
RULES = {
    *("target_groups_differ", "target_groups_reworded", "group_forgotten", "measure_without_group"),
    *("group_without_canonical", "groups_alike"),
}  # each of which is found below


def examples(name):
    with (EXAMPLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return pytest.mark.parametrize("row", [pytest.param(row, id=row["case"]) for row in csv.DictReader(file)])


def entries(cell, notation):
    return [notation.fullmatch(entry).groups() for entry in cell.split("; ") if entry]


def groups(cell):
    rows = [("p", name, f"group {name}", None, known) for name, known in entries(cell, GROUP)]
    return pd.DataFrame(rows, columns=["project_id", "group_id", "label", "canonical", "recorded_on"], dtype="str")


def measures(cell):
    rows = [
        ("p", plan, node, level, parent, f"title of {node}", area, (named or "").replace("+", "; ") or None, known)
        for plan, node, level, parent, area, named, known in entries(cell, NODE)
    ]
    names = ["project_id", "plan_id", "node_id", "level", "parent_id", "title", "area_id", "group_id", "recorded_on"]
    return pd.DataFrame(rows, columns=names, dtype="str")


def evaluations(cell):
    rows = [("p", *entry.split(" "), "naplněno") for entry in cell.split("; ") if entry]
    return pd.DataFrame(rows, columns=["project_id", "node_id", "year", "status"], dtype="str")


@examples("canonical_groups")
def test_a_name_speaks_of(row):
    given = pd.DataFrame({"project_id": ["p"], "group_id": ["g"], "label": [row["label"]]})
    result = kp.canonical_groups(given.assign(canonical=row["canonical stated"] or None)).iloc[0]

    assert (result["canonical"] if pd.notna(result["canonical"]) else "") == row["expected: canonical"]
    assert result["how"] == row["expected: how"]


@examples("group_coverage")
def test_a_plan_names_a_group_in(row):
    tables = groups(row["target_groups"]), measures(row["plan_measures"]), evaluations(row["evaluations"])
    result = kp.group_coverage(*tables, as_of=row["as_of"])

    shown = [
        f"{one.plan_id} {one.group_id} {'-' if pd.isna(one.measures) else one.measures}/{one.all_measures}"
        + (" forgotten" if pd.notna(one.forgotten) and one.forgotten else "")
        + ("" if isinstance(one.label, str) else " unlisted")
        for one in result.itertuples()
    ]
    assert "; ".join(shown) == row["expected: rows"]
    silent = result.drop_duplicates("plan_id")
    told = [f"{plan} {number}" for plan, number in zip(silent["plan_id"], silent["without_group"], strict=True)]
    assert "; ".join(told) == row["expected: without a group"]
    assert (result["reason"].notna() == result["measures"].isna()).all()


TREE = measures(
    "A/C1: cíl area I groups g2; A/M1: opatření in C1 groups g1; A/M2: opatření in C1 area II; "
    "A/M3: opatření groups g1+g2; B/N1: opatření area I; B/N2: opatření area I groups g1"
)
LISTED = groups("g1; g2; g3")


def areas_of(plan_id=None):
    result = kp.group_areas(LISTED, TREE, as_of="2020-12-31", plan_id=plan_id)
    rows = [result[name].tolist() for name in ("plan_id", "group_id", "area_id", "measures")]
    return {
        (plan, group, area if isinstance(area, str) else "-"): count
        for plan, group, area, count in zip(*rows, strict=True)
    }


def test_a_measure_stands_in_its_own_area_else_in_that_of_what_it_is_part_of():
    found = areas_of("A")

    assert {key: count for key, count in found.items() if count} == {
        ("A", "g1", "I"): 1,
        ("A", "g2", "II"): 1,
        ("A", "g1", "-"): 1,
        ("A", "g2", "-"): 1,
    }
    assert len(found) == 3 * 3  # each group with each area, that of no area too


def test_the_areas_of_a_group_add_up_to_its_measures():
    coverage = kp.group_coverage(LISTED, TREE, as_of="2020-12-31")
    matrix = kp.group_areas(LISTED, TREE, as_of="2020-12-31")

    by_group = matrix.groupby(["plan_id", "group_id"])["measures"].sum()
    assert by_group.to_dict() == coverage.set_index(["plan_id", "group_id"])["measures"].to_dict()


def test_one_plan_alone_gives_the_same_rows_as_among_others():
    alone = kp.group_coverage(LISTED, TREE, as_of="2020-12-31", plan_id="B")
    both = kp.group_coverage(LISTED, TREE, as_of="2020-12-31")

    assert_same(alone, both[both["plan_id"] == "B"].reset_index(drop=True))


@pytest.mark.parametrize("measure", ["group_coverage", "group_areas"])
def test_the_order_of_rows_makes_no_difference(measure):
    ask = getattr(kp, measure)

    assert_same(ask(LISTED[::-1], TREE[::-1], as_of="2020-12-31"), ask(LISTED, TREE, as_of="2020-12-31"))


@pytest.mark.parametrize("measure", ["group_coverage", "group_areas"])
def test_another_project_changes_nothing(measure):
    ask = getattr(kp, measure)
    other = [frame.assign(project_id="q") for frame in (LISTED[:2], TREE[:3])]

    both = ask(pd.concat([LISTED, other[0]]), pd.concat([TREE, other[1]]), as_of="2020-12-31")

    assert_same(both[both["project_id"] == "p"].reset_index(drop=True), ask(LISTED, TREE, as_of="2020-12-31"))


def test_the_input_stays_as_it_is_and_empty_tables_give_the_columns():
    before = TREE.copy(deep=True)
    kp.group_areas(LISTED, TREE, as_of="2020-12-31")
    pd.testing.assert_frame_equal(TREE, before)

    nothing = kp.group_coverage(LISTED[:0], TREE[:0], as_of="2020-12-31")
    assert nothing.empty
    assert nothing.columns.tolist()[:3] == ["project_id", "plan_id", "level"]


def test_a_circle_in_the_tree_is_an_error():
    with pytest.raises(kp.DataError, match="circle"):
        kp.group_coverage(LISTED, measures("A/M1: opatření in M2; A/M2: opatření in M1"), as_of="2020-12-31")


def test_every_pattern_names_its_source_and_no_canonical_group_stands_twice():
    with (ROOT / "kpeval" / "rules" / "target_groups.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert all(row["source"] and row["pattern"] for row in rows)
    assert len({row["canonical"] for row in rows}) == len(rows)


@pytest.mark.parametrize("name", ["oběd", "romány", "trh práce", "rodinné centrum", "zaměstnavatelé", ""])
def test_a_word_that_only_sounds_like_a_group_is_none(name):
    assert suggested(name) == ()


# --- what is shown ---


PLANS = pd.DataFrame(
    {"project_id": "p", "plan_id": ["A", "B"], "title": ["first plan", "second plan"],
     "period_start": ["2016-01-01", "2019-01-01"], "period_end": ["2018-12-31", "2022-12-31"]}
)  # fmt: skip


@pytest.fixture(scope="module")
def coverage():
    return kp.group_coverage(LISTED, TREE, as_of="2020-12-31")


def test_the_chart_by_area_says_who_stands_in_one_area_only():
    tree = measures("A/1: measure area I groups g1; A/2: measure area II groups g1+g2+g3")
    shown = kp.charts.group_areas(kp.group_areas(LISTED, tree, as_of="2020-12-31"), lang="en")

    assert isinstance(shown, Chart)
    assert shown.title == "2 of 3 target groups are named in one area only"


def test_groups_called_by_their_usual_name_are_counted_and_not_listed():
    listed = pd.DataFrame({"project_id": "p", "group_id": ["a", "b"], "label": ["senioři", "starší spoluobčané"]})
    listed = listed.assign(canonical=["senioři", "senioři"])
    shown = kp.tables.canonical_groups(kp.canonical_groups(listed), lang="en")

    assert [row[0].text for row in shown.rows] == ["starší spoluobčané"]
    assert "1 called by its usual name is not listed." in shown.notes


def test_the_sentence_names_whom_the_last_plan_forgets(coverage):
    assert str(kp.sentences.group_coverage(coverage, PLANS, lang="en")) == (
        "second plan: 2 of 3 target groups stand in no measure: group g2; group g3."
    )


def test_the_table_marks_the_forgotten_and_counts_measures_without_a_group(coverage):
    shown = kp.tables.group_coverage(coverage, PLANS, lang="en")

    assert [(row[0].text, row[1].text, row[1].mark) for row in shown.rows] == [
        ("group g1", "1", ""),
        ("group g2", "0", "in no measure"),
        ("group g3", "0", "in no measure"),
    ]
    assert "1 of 2 measures names no group." in shown.notes


def test_the_long_table_has_a_column_for_each_plan(coverage):
    shown = kp.tables.group_coverage(coverage, PLANS, lang="en", full=True)

    assert shown.headings == ("Target group", "first plan", "second plan")


def test_the_chart_draws_a_dot_for_each_plan_that_names_a_group_and_marks_the_forgotten(coverage):
    shown = kp.charts.group_coverage(coverage, plans=PLANS, as_of="2020-12-31", lang="en")

    assert isinstance(shown, Chart)
    assert shown.title == "2 of 3 target groups are named in no measure of the plan"
    assert "group g2: none" in shown.alt


def test_where_no_measure_names_a_group_the_reason_stands_in_place_of_table_and_chart():
    silent = kp.group_coverage(LISTED, measures("A/M1: opatření"), as_of="2020-12-31")

    for shown in (
        kp.tables.group_coverage(silent, lang="en"),
        kp.charts.group_coverage(silent, lang="en"),
        kp.sentences.group_coverage(silent, lang="en"),
    ):
        assert "cannot be told" in str(shown)
    assert isinstance(kp.tables.group_coverage(silent, lang="en"), Omitted)


def test_a_suggestion_is_marked_as_one():
    given = pd.DataFrame(
        {"project_id": "p", "group_id": ["a", "b"], "label": ["Romové", "x"], "canonical": [None, "y"]}
    )

    shown = kp.tables.canonical_groups(kp.canonical_groups(given), lang="en")

    assert [row[1].mark for row in shown.rows] == ["suggested", ""]


# --- findings ---


TOML = 'title = "P"\ncurrency = "CZK"\nlanguage = "cs"\nstart = "2019-01-01"\nend = "2019-12-31"\n'
LIST = "group_id,label,canonical\ng1,senioři,\ng2,rodiny s dětmi,\n"
PLAN = "plan_id,title,period_start,period_end\nA,Plán,2019-01-01,2020-12-31\n"


@pytest.fixture
def found(tmp_path):
    """`found(target_groups="…")`: the findings on target groups in a project with these tables."""

    def ask(**tables):
        folder = tmp_path / "p"
        folder.mkdir()
        (folder / "project.toml").write_text(TOML, encoding="utf-8")
        for name, text in {"funding": "source,kind\nEU,eu\n", "target_groups": LIST, **tables}.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        frame = kp.findings(kp.load("p", tmp_path), as_of="2019-06-30")
        rows = frame[frame["rule"].isin(RULES)]
        return [(row.severity, row.rule, row.table, int(row.row), row.message) for row in rows.itertuples()]

    return ask


def test_groups_of_the_same_usual_names_are_no_finding(found):
    assert found(goals="goal_id,text,groups_named\nC1,x,senioři; rodiny s dětmi\n") == []


def test_a_group_worded_otherwise_is_told_and_no_warning(found):
    (one,) = found(goals="goal_id,text,groups_named\nC1,x,starší občané; rodiny s dětmi\n")

    assert one[:4] == ("info", "target_groups_reworded", "goals", 2)
    assert one[4].endswith("Taken for the same: senioři – starší občané.")


def test_a_group_that_only_one_of_both_has_is_a_warning(found):
    (one,) = found(goals="goal_id,text,groups_named\nC1,x,starší občané; cizinci\n")

    assert one[:4] == ("warning", "target_groups_differ", "goals", 2)
    assert "Only in the list: rodiny s dětmi. Only in the goal: cizinci. Taken for the same" in one[4]


def test_two_names_are_not_taken_for_one_group(found):
    (one,) = found(goals="goal_id,text,groups_named\nC1,x,senioři; starší občané; rodiny s dětmi\n")

    assert "Only in the goal: starší občané." in one[4]


def test_a_name_that_nobody_knows_is_told(found):
    (one,) = found(target_groups=LIST + "g3,kutilové,\n")

    assert one[:4] == ("info", "group_without_canonical", "target_groups", 4)
    assert "kutilové" in one[4]


def test_two_groups_of_one_usual_name_are_told(found):
    (one,) = found(target_groups=LIST + "g3,důchodci,\n")

    assert one[:4] == ("info", "groups_alike", "target_groups", 4)
    assert one[4] == "One usual name, “senioři”, covers several groups, as kpeval suggests: senioři; důchodci."


MEASURES = "node_id,plan_id,level,title,group_id\nM1,A,opatření,x,g1\nM2,A,opatření,y,{}\n"


def test_a_group_that_the_plan_in_force_forgets_is_a_warning(found):
    (one,) = found(plans=PLAN, plan_measures=MEASURES.format("g1"))

    assert one[:4] == ("warning", "group_forgotten", "target_groups", 3)
    assert one[4] == "Plán: 1 target group stands in no measure: rodiny s dětmi."


def test_a_measure_that_names_no_group_is_counted(found):
    assert [one[1] for one in found(plans=PLAN, plan_measures=MEASURES.format("g1; g2"))] == []


def test_measures_without_a_group_are_counted(found):
    first, second = found(plans=PLAN, plan_measures=MEASURES.format(""))

    assert first[1] == "group_forgotten"
    assert second[:4] == ("info", "measure_without_group", "plan_measures", 2)
    assert second[4] == "Plán: 1 of 2 measures names no target group."


def test_a_plan_that_is_not_in_force_forgets_nobody(found):
    ended = PLAN.replace("2019-01-01,2020-12-31", "2016-01-01,2018-12-31")

    assert found(plans=ended, plan_measures=MEASURES.format("g1")) == []


def test_every_rule_says_what_it_is_for():
    assert all(rule.__doc__ for rule in GROUP_RULES)
