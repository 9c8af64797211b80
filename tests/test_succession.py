"""From plan to plan: laws that hold for any plans, parts and links, and counting one part at a time."""

from typing import Any

import pandas as pd
import pytest
from conftest import assert_same, copies
from hypothesis import given, settings
from hypothesis import strategies as st

from kpeval.codes import BECAME, CAME, GOES_ON, UNFULFILLED
from kpeval.faults import DataError
from kpeval.measures.continuity import plan_continuity
from kpeval.measures.revision import plan_revision, plan_successions
from kpeval.measures.survival import goal_survival
from kpeval.results import GOAL_SURVIVAL, PLAN_CONTINUITY, PLAN_REVISION, PLAN_SUCCESSIONS

Tables = dict[str, pd.DataFrame]
DAY, LATER = "2020-06-30", "2020-07-01"
COLUMNS = {
    "plans": "project_id plan_id title period_start period_end predecessor approved_on recorded_on",
    "plan_measures": "project_id node_id plan_id parent_id level title recorded_on",
    "links": "project_id from_node to_node relation reason recorded_on",
    "evaluations": "project_id node_id year status recorded_on",
}
KEYS = {"plan_measures": ["node_id"], "links": ["from_node", "to_node"], "evaluations": ["node_id", "year"]}
RELATIONS = (*GOES_ON, "dropped", "new")
NODES = [f"{plan}{place}" for plan in "ABCD" for place in range(4)]
KNOWN = [None, None, None, DAY, LATER]


@st.composite
def towns(draw: st.DrawFn) -> Tables:
    """Four plans in any order of succession, circles too, with parts on two levels and links of every kind."""

    def one(values: Any) -> Any:
        return draw(st.sampled_from(values))

    plans = [
        (
            "p",
            plan,
            plan,
            f"20{11 + 4 * place}",
            f"20{14 + 4 * place}",
            one([None, *"ABCD", *"ABC"[:place] * 3]),
            None,
            one(KNOWN),
        )
        for place, plan in enumerate("ABCD")
    ]
    parts = draw(st.lists(st.sampled_from(NODES), unique=True))
    nodes = [
        ("p", part, part[0], one([None, *parts[:place]]), one(["cíl", "opatření"]), part, one(KNOWN))
        for place, part in enumerate(parts)
    ]
    ends = st.tuples(st.sampled_from([None, *NODES]), st.sampled_from([None, *NODES]))
    links = [
        ("p", old, new, one(RELATIONS), one([None, "proč", "jinak"]), one(KNOWN))
        for old, new in draw(st.lists(ends, unique=True, max_size=14))
    ]
    states = ["fulfilled", "partial", "not_fulfilled", "cancelled", "no_info"]
    said = draw(st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from([2017, 2018, 2020])), unique=True))
    evaluations = [("p", part, year, one(states), one(KNOWN)) for part, year in said]
    rows = {"plans": plans, "plan_measures": nodes, "links": links, "evaluations": evaluations}
    return {name: pd.DataFrame(given, columns=COLUMNS[name].split()) for name, given in rows.items()}


def measured(tables: Tables, as_of: str = DAY) -> Tables:
    plans, nodes, links, said = (tables[name] for name in COLUMNS)
    return {
        "plan_continuity": plan_continuity(plans, as_of=as_of),
        "plan_revision": plan_revision(plans, nodes, links, said, as_of=as_of),
        "plan_successions": plan_successions(plans, nodes, links, said, as_of=as_of),
        "goal_survival": goal_survival(nodes, links, plans, as_of=as_of),
    }


def by_hand(tables: Tables) -> dict[tuple[str, str, str], str]:
    """By old plan, new plan and part what became of the part, or where it comes from: asked one part at a time."""
    known = {name: rows[~(rows["recorded_on"] > DAY)].to_dict("records") for name, rows in tables.items()}
    before = {plan["plan_id"]: plan["predecessor"] for plan in known["plans"]}
    pairs = [(old, new) for new, old in before.items() if old in before and old != new]
    plan_of = {node["node_id"]: node["plan_id"] for node in known["plan_measures"] if node["plan_id"] in before}
    found = {}
    for old, new in pairs:
        for part, plan in plan_of.items():
            for side, own in (("old", old), ("new", new)):
                if plan != own:
                    continue
                said = {"unlinked"}
                for link in known["links"]:
                    here, there = ("from_node", "to_node") if side == "old" else ("to_node", "from_node")
                    alone = "dropped" if side == "old" else "new"
                    other = "new" if side == "old" else "dropped"
                    if link[here] != part or link["relation"] == other:
                        continue
                    opposite = link[there]
                    next_door = plan_of.get(opposite) == (new if side == "old" else old)
                    if next_door or link["relation"] == alone or pd.isna(opposite):
                        said.add(link["relation"])
                order = ["unlinked", "dropped", "new", *GOES_ON]
                found[old, new, side, part] = max(said, key=order.index)
    return found


@settings(max_examples=60)
@given(towns())
def test_each_part_is_what_a_reader_finds_who_asks_for_it_alone(tables: Tables) -> None:
    parts = measured(tables)["plan_successions"]
    expected = by_hand(tables)
    got = {(row.predecessor, row.plan_id, row.side, row.node_id): row.relation for row in parts.itertuples()}
    assert got == {key: expected[key] for key in got}
    left_out = {key[-1] for key in expected} - {key[-1] for key in got}
    assert not [key for key in expected if key[-1] in left_out and expected[key] != "unlinked"]


@settings(max_examples=30)
@given(towns())
def test_the_counts_are_those_of_the_parts_and_add_up(tables: Tables) -> None:
    results = measured(tables)
    parts, revision = results["plan_successions"], results["plan_revision"]
    assert len(parts) == revision["nodes_old"].sum() + revision["nodes_new"].sum()
    for row in revision.itertuples():
        here = parts[(parts["predecessor"] == row.predecessor) & (parts["plan_id"] == row.plan_id)]
        here = here[here["level"] == row.level]
        old, new = (here[here["side"] == side] for side in ("old", "new"))
        counts = {relation: int((old["relation"] == relation).sum()) for relation in BECAME}
        assert (row.carried_over, row.modified, row.merged, row.split, row.dropped, row.unlinked_old) == tuple(
            counts.values()
        )
        assert row.nodes_old == sum(counts.values()) == len(old)
        assert row.nodes_new == len(new) == sum(int((new["relation"] == came).sum()) for came in CAME)
        assert (row.new, row.unlinked_new) == tuple((new["relation"] == came).sum() for came in ("new", "unlinked"))
        shares = (row.share_carried, row.share_dropped, row.share_new, row.carry_over_rate)
        assert all(pd.isna(share) or 0 <= share <= 1 for share in shares)
        assert pd.isna(row.share_carried) == (counts["unlinked"] == len(old))
        if pd.notna(row.share_carried):
            assert row.share_carried + row.share_dropped + counts["unlinked"] / len(old) == pytest.approx(1)
        left = old[old["state"].isin(UNFULFILLED)]
        if pd.notna(row.unfulfilled):
            assert (row.unfulfilled, row.unfulfilled_carried) == (len(left), left["relation"].isin(GOES_ON).sum())
        else:
            assert row.state_unknown == len(old)


@settings(max_examples=25)
@given(towns())
def test_survival_ends_in_any_succession_and_counts_what_a_walk_from_part_to_part_does(tables: Tables) -> None:
    survival = measured(tables)["goal_survival"]
    relations = by_hand(tables)
    plan_of = {part: part[0] for part in NODES}
    known = tables["links"][~(tables["links"]["recorded_on"] > DAY)].dropna(subset=["from_node", "to_node"])
    goes = known[known["relation"].isin(GOES_ON)]
    steps = [
        (old, new)
        for old, new in zip(goes["from_node"], goes["to_node"], strict=True)
        if (plan_of[old], plan_of[new], "old", old) in relations
        and (plan_of[old], plan_of[new], "new", new) in relations
    ]

    def lived(part: str) -> int:
        return 1 + max((lived(new) for old, new in steps if old == part), default=0)

    assert {row.node_id: row.plans_lived for row in survival.itertuples()} == {
        part: lived(part) for part in survival["node_id"]
    }
    assert not set(survival["node_id"]) & {new for _, new in steps}


@settings(max_examples=12)
@given(towns(), st.integers(0, 99))
def test_the_order_of_rows_is_irrelevant(tables: Tables, chance: int) -> None:
    shuffled = {name: rows.sample(frac=1, random_state=chance) for name, rows in tables.items()}
    for name, result in measured(tables).items():
        assert_same(result, measured(shuffled)[name])


@settings(max_examples=15)
@given(towns())
def test_what_was_recorded_later_is_as_if_it_were_not_there(tables: Tables) -> None:
    then = {name: rows[~(rows["recorded_on"] > DAY)] for name, rows in tables.items()}
    then["evaluations"] = then["evaluations"][then["evaluations"]["year"] < 2020]  # known at the end of its year
    for name, result in measured(tables).items():
        assert_same(result, measured(then)[name])


@settings(max_examples=5)
@given(st.lists(towns(), min_size=2, max_size=3))
def test_a_town_alone_is_the_same_as_among_others(given: list[Tables]) -> None:
    towns = [
        {name: rows.assign(project_id=f"p{number}") for name, rows in town.items()} for number, town in enumerate(given)
    ]
    together = measured({name: pd.concat([town[name] for town in towns]) for name in COLUMNS})
    for name, result in together.items():
        alone = pd.concat([measured(town)[name] for town in towns], ignore_index=True)
        assert (
            result.astype(object).fillna("-").to_numpy().tolist()
            == alone.astype(object).fillna("-").to_numpy().tolist()
        )


@settings(max_examples=5)
@given(towns())
def test_input_is_left_as_it_was(tables: Tables) -> None:
    before = copies(tables)
    measured(tables)
    for name, rows in tables.items():
        pd.testing.assert_frame_equal(rows, before[name], check_exact=True)


DECLARED = (PLAN_CONTINUITY, PLAN_REVISION, PLAN_SUCCESSIONS, GOAL_SURVIVAL)


def test_nothing_in_gives_nothing_out_with_the_declared_columns():
    results = measured({name: pd.DataFrame() for name in COLUMNS})
    for table in DECLARED:
        given = {name: str(dtype) for name, dtype in results[table.name].dtypes.items()}
        assert results[table.name].empty
        assert {column.name: column.dtype for column in table.columns}.items() <= given.items()


def chain() -> Tables:
    rows = {
        "plans": [("p", "A", "A", "2011", "2014", None, None, None), ("p", "B", "B", "2015", "2018", "A", None, None)],
        "plan_measures": [("p", "A1", "A", None, "cíl", "", None), ("p", "B1", "B", None, "cíl", "", None)],
        "links": [("p", "A1", "B1", "carried_over", None, None)],
        "evaluations": [("p", "A1", 2014, "fulfilled", None)],
    }
    return {name: pd.DataFrame(given, columns=COLUMNS[name].split()) for name, given in rows.items()}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_row_that_stands_twice_is_refused(name):
    tables = chain()
    tables[name] = pd.concat([tables[name], tables[name].tail(1)])
    with pytest.raises(DataError, match="repeats row"):
        measured(tables)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        *(("plans", "title"), ("plans", "approved_on"), ("plans", "recorded_on"), ("plan_measures", "parent_id")),
        *(("plan_measures", "title"), ("links", "reason"), ("links", "recorded_on"), ("evaluations", "recorded_on")),
    ],
)
def test_an_absent_column_is_the_same_as_an_empty_one(name, column):
    tables = chain()
    with_it = measured(tables | {name: tables[name].assign(**{column: None})})
    for result, frame in measured(tables | {name: tables[name].drop(columns=column)}).items():
        assert_same(frame, with_it[result])


def test_without_evaluations_every_state_is_unknown():
    tables = chain()
    found = plan_revision(tables["plans"], tables["plan_measures"], tables["links"], as_of=DAY)
    assert found["state_unknown"].tolist() == [1]
    assert found["unfulfilled"].isna().all()
    assert found["share_carried"].tolist() == [1.0]


def test_the_reasons_of_several_links_are_listed_each_once():
    tables = chain()
    more = [
        ("p", "A1", name, "split", why, None)
        for name, why in (("B1", "dvě služby"), ("B2", "dvě služby"), ("B3", "zákon"))
    ]
    nodes = [("p", name, "B", None, "cíl", "", None) for name in ("B2", "B3")]
    tables["links"] = pd.DataFrame(more, columns=tables["links"].columns)
    tables["plan_measures"] = pd.concat(
        [tables["plan_measures"], pd.DataFrame(nodes, columns=tables["plan_measures"].columns)]
    )
    found = measured(tables)["plan_successions"].iloc[0]
    assert (found["others"], found["reason"]) == ("B1; B2; B3", "dvě služby; zákon")


def test_parts_stand_in_the_order_in_which_a_plan_counts_them():
    tables = chain()
    nodes = [("p", name, "A", None, "cíl", "", None) for name in ("A10", "A9", "A1")]
    tables["plan_measures"] = pd.DataFrame(nodes, columns=tables["plan_measures"].columns)
    assert measured(tables)["plan_successions"]["node_id"].tolist() == ["A1", "A9", "A10"]


def test_parts_above_those_that_links_name_do_not_count():
    tables = chain()
    above = ("p", "A0", "A", None, "priorita", "", None)
    tables["plan_measures"] = pd.concat(
        [pd.DataFrame([above], columns=tables["plan_measures"].columns), tables["plan_measures"]]
    )
    assert measured(tables)["plan_revision"]["level"].tolist() == ["cíl"]


def test_without_any_link_the_parts_count_that_have_no_parts():
    tables = chain()
    above = ("p", "A0", "A", None, "priorita", "", None)
    below = tables["plan_measures"].assign(parent_id=["A0", None])
    tables["plan_measures"] = pd.concat([pd.DataFrame([above], columns=below.columns), below])
    tables["links"] = tables["links"].iloc[:0]
    found = measured(tables)["plan_revision"]
    assert found[["level", "nodes_old", "unlinked_old"]].to_numpy().tolist() == [["cíl", 1, 1]]


def test_where_no_plan_is_known_yet_links_say_nothing() -> None:
    plans = pd.DataFrame([("p", "A", "A", LATER)], columns=["project_id", "plan_id", "title", "recorded_on"])
    nodes = pd.DataFrame(
        [("p", "A0", "A", "cíl", "A0")], columns=["project_id", *["node_id", "plan_id", "level", "title"]]
    )
    links = pd.DataFrame([("p", "A0", "A1", "split")], columns=["project_id", "from_node", "to_node", "relation"])

    assert plan_revision(plans, nodes, links, as_of=DAY).empty
    assert plan_successions(plans, nodes, links, as_of=DAY).empty
    assert goal_survival(nodes, links, plans, as_of=DAY).empty
