"""What a reader sees of the community plan: counts with percent, what is not known apart, each state by its pattern."""

from typing import Any

import pandas as pd
import pytest
import town

from kpeval.measures.plan import measure_states, plan_fulfilment
from kpeval.measures.plan_record import evaluation_coverage, measure_money
from kpeval.present import charts, sentences, tables
from kpeval.present.charts.figure import WIDTH, Chart, Told
from kpeval.present.charts.states import state_bar
from kpeval.present.display import Omitted, Table
from kpeval.schema import MEASURE_STATES

NBSP = "\u00a0"
AS_OF = "2023-06-30"


def nodes(number: int, **columns: Any) -> pd.DataFrame:
    names = [f"M{place}" for place in range(1, number + 1)]
    return pd.DataFrame({"project_id": "p", "plan_id": "K3", "node_id": names, "level": "opatření"}).assign(**columns)


def said(*words: tuple[int, str], year: int = 2022) -> pd.DataFrame:
    """So many evaluations with each word, M1 first."""
    status = [word for number, word in words for _ in range(number)]
    names = [f"M{place}" for place in range(1, len(status) + 1)]
    return pd.DataFrame({"project_id": "p", "node_id": names, "year": year, "status": status})


# Invented counts that give the percents a town published for 2022: 82, 13 and 6, which add up to 101.
PUBLISHED = nodes(71), said((58, "naplněno"), (9, "rozpracováno"), (4, "nenaplněno"))


def plain(shown: object) -> str:
    return str(shown).replace(NBSP, " ")


def test_percent_add_up_and_the_table_says_where_rounding_alone_would_not():
    shown = tables.plan_fulfilment(plan_fulfilment(*PUBLISHED, as_of=AS_OF), lang="en")

    assert "2022\t71\t58 (82%)\t9 (13%)\t4 (5%)" in plain(shown)
    assert "each rounded on its own, they would not: 2022 (101)." in plain(shown)


def test_a_table_that_rounds_well_says_nothing_of_it():
    shown = tables.plan_fulfilment(plan_fulfilment(nodes(2), said((2, "naplněno")), as_of=AS_OF), lang="en")

    assert "round" not in plain(shown)


def test_what_is_not_known_stands_apart_and_has_no_percent():
    found = plan_fulfilment(nodes(4), said((2, "naplněno"), (1, "zrušeno")), as_of=AS_OF)

    assert "2022\t4\t2 (100%)\t1\t1" in plain(tables.plan_fulfilment(found, lang="en"))
    text = plain(sentences.plan_fulfilment(found, lang="en"))
    assert "in 2022, 2 of 4 could be evaluated: fulfilled 2 (100%). Of 1 it is not known what became of it." in text


def test_nobody_reads_a_percent_where_nothing_could_be_evaluated():
    found = plan_fulfilment(nodes(2), said((2, "zrušeno")), as_of=AS_OF)

    assert "%" not in plain(tables.plan_fulfilment(found, lang="en")).split("\n")[2]
    assert "could be evaluated: none." in plain(sentences.plan_fulfilment(found, lang="en"))


def test_areas_have_their_names_and_stand_in_the_order_of_the_project():
    areas = pd.DataFrame({"project_id": "p", "area_id": ["VI", "IX"], "label": ["Senioři", "Rodiny"]})
    found = plan_fulfilment(nodes(2, area_id=["IX", "VI"]), said((2, "naplněno")), as_of=AS_OF, by="area")

    rows = plain(tables.plan_fulfilment(found, None, areas, lang="en")).split("\n")
    assert [row.split("\t")[0] for row in rows[2:4]] == ["VI Senioři", "IX Rodiny"]


def test_only_the_last_evaluated_plan_is_shown_where_one_is_asked_for():
    tree = pd.concat([nodes(2), nodes(1, plan_id="K4", node_id="N1")], ignore_index=True)
    plans = pd.DataFrame(
        {"project_id": "p", "plan_id": ["K4", "K3"], "title": ["4th", "3rd"], "period_start": ["2023", "2019"]}
    )
    found = plan_fulfilment(tree, said((2, "naplněno")), as_of=AS_OF, by="level")

    shown = tables.plan_fulfilment(found, plans, lang="en", full=False)
    assert not isinstance(shown, Omitted)
    assert len(shown.rows) == 1
    assert plain(sentences.plan_fulfilment(found, plans, lang="en")).startswith("3rd: ")


def test_what_became_of_single_measures_is_cut_and_says_so():
    found = measure_states(nodes(25), said((25, "nenaplněno")), as_of=AS_OF)

    shown = tables.measure_states(found, lang="en", most=10)
    assert not isinstance(shown, Omitted)
    assert len(shown.rows) == 10
    assert "15 more are not shown here." in plain(shown)


def test_the_sentence_on_coverage_names_the_years_that_are_missing():
    plans = pd.DataFrame({"project_id": "p", "plan_id": ["K3"], "period_start": ["2020"], "period_end": ["2022"]})
    known = said((2, "naplněno")).assign(evaluated_on="2023-03-01")
    text = plain(sentences.evaluation_coverage(evaluation_coverage(plans, nodes(2), known, as_of=AS_OF), lang="en"))

    assert text == (
        "Years of the plans that should be evaluated by now: 3; evaluated completely: 1. "
        "No evaluation is known of 2020 and 2021. That of 2022 was made 60 days after the end of the year."
    )


def test_money_counts_only_what_states_both():
    spent = said((2, "naplněno")).assign(spent=[40.1, 5.0])
    found = measure_money(nodes(2, planned_cost=[80.2, None]), spent, as_of=AS_OF)

    text = plain(sentences.measure_money(found, lang="en"))
    assert text == (
        "K3: at the level “opatření” 40.10 was spent of 80.20 planned, counting those of 2 parts that state both: 1."
    )


def test_what_is_fulfilled_continuously_is_named_where_it_counts_as_fulfilled():
    some = nodes(3), said((1, "naplněno"), (1, "průběžně"), (1, "nenaplněno"))
    none = nodes(2), said((1, "naplněno"), (1, "nenaplněno"))

    def titles(tables_: tuple[pd.DataFrame, pd.DataFrame]) -> list[str]:
        by_year, states = plan_fulfilment(*tables_, as_of=AS_OF), measure_states(*tables_, as_of=AS_OF)
        shown = charts.plan_fulfilment(by_year, lang="en"), charts.measure_states(states, lang="en")
        return [plain(chart.title) for chart in shown if isinstance(chart, Chart)]

    assert titles(some) == [
        "66.7% of measures evaluated were fulfilled or fulfilled continuously in 2022",
        "2 of 3 measures were fulfilled or fulfilled continuously in 2022, 1 were not",
    ]
    assert titles(none) == [
        "50.0% of measures evaluated were fulfilled in 2022",
        "1 of 2 measures were fulfilled in 2022, 1 were not",
    ]


def test_of_areas_fulfilled_alike_all_are_named():
    found = plan_fulfilment(
        nodes(3, area_id=["I", "II", "III"]),
        said((1, "nenaplněno"), (1, "naplněno"), (1, "nenaplněno")),
        as_of=AS_OF,
        by="area",
    )

    assert plain(sentences.plan_fulfilment(found, lang="en")).endswith(
        "most in II (100.0%) and least in I and III (0.0%)."
    )
    shown = charts.plan_fulfilment(found, lang="en")
    assert isinstance(shown, Chart)
    assert plain(shown.title) == "Least fulfilled: I and III, 0.0%"


def test_measures_of_no_area_are_not_the_worst_area():
    found = plan_fulfilment(
        nodes(3, area_id=["I", "II", None]), said((1, "naplněno"), (2, "nenaplněno")), as_of=AS_OF, by="area"
    )
    shown = charts.plan_fulfilment(found, lang="en")

    assert plain(sentences.plan_fulfilment(found, lang="en")).endswith("most in I (100.0%) and least in II (0.0%).")
    assert isinstance(shown, Chart)
    assert plain(shown.title) == "Least fulfilled: II, 0.0%"


def test_by_area_only_the_level_with_most_measures_is_shown_and_named():
    found = plan_fulfilment(
        nodes(3, area_id="I").assign(level=["opatření", "opatření", "aktivita"]),
        said((2, "naplněno"), (1, "nenaplněno")),
        as_of=AS_OF,
        by="area",
    )
    short, full = (tables.plan_fulfilment(found, lang="en", full=full) for full in (False, True))

    assert "I\t2\t2 (100%)" in plain(short)
    assert "Level: opatření." in plain(short)
    assert "aktivita" not in plain(short) + plain(sentences.plan_fulfilment(found, lang="en"))
    assert "aktivita" in plain(full)


def test_the_ids_of_plans_are_explained_where_they_stand_in_a_table():
    two = pd.concat([nodes(1), nodes(1).assign(plan_id="K4", node_id="M2")])
    words = pd.concat([said((1, "naplněno")), said((1, "naplněno")).assign(node_id="M2")])
    plans = pd.DataFrame({"project_id": "p", "plan_id": ["K3", "K4"], "title": ["third plan", "K4"]})

    shown = tables.plan_fulfilment(plan_fulfilment(two, words, as_of=AS_OF), plans, lang="en")
    assert isinstance(shown, Table)
    assert "K3: third plan." in shown.notes


# --- the map ---


def chart(*size: int, lang: str = "en") -> Chart:
    shown = charts.measure_states(measure_states(*town.plan(*size), as_of=AS_OF), plans=town.PLANS, lang=lang)
    assert isinstance(shown, Chart), shown
    return shown


@pytest.mark.parametrize("lang", ["en", "cs"])
@pytest.mark.parametrize("size", [(1, 1, 1), (9, 3, 3), (9, 5, 4)])
def test_a_map_has_a_short_finding_few_bytes_and_names_its_groups(size: tuple[int, int, int], lang: str):
    shown = chart(*size, lang=lang)

    assert len(shown.title.split(" ")) <= 15
    assert len(shown._repr_mimebundle_()[0]["text/html"].encode()) < 8_000
    texts = [line.text for line in shown.drawing.lines]
    assert sum(text.startswith(("P", "P1.1")) for text in texts) == size[0]


def test_more_measures_than_can_be_seen_are_drawn_as_shares_of_their_groups():
    assert 72 * chart(9, 5, 4).get_figheight() < 72 * chart(9, 3, 4).get_figheight() / 2


def test_of_a_hundred_parts_at_the_top_the_last_ones_are_drawn_together():
    shown = chart(100, 2, 2)

    texts = [line.text for line in shown.drawing.lines]
    assert any(text.startswith("61 more") for text in texts)
    assert sum(text.startswith("P") for text in texts) == 39  # each part once: 39 by name, 61 together
    assert len(shown._repr_mimebundle_()[0]["text/html"].encode()) < 20_000


def test_a_plan_without_goals_is_grouped_by_its_areas():
    areas = pd.DataFrame({"project_id": "p", "area_id": ["I", "II"], "label": ["Senioři", "Rodiny"]})
    found = measure_states(nodes(4, area_id=["I", "I", "II", "II"]), said((4, "naplněno")), as_of=AS_OF)
    shown = charts.measure_states(found, areas=areas, lang="en")

    assert isinstance(shown, Chart)
    assert {"I Senioři", "II Rodiny"} <= {line.text for line in shown.drawing.lines}


def test_each_state_has_a_pattern_of_its_own_whatever_the_colours():
    looks = set()
    for state in MEASURE_STATES:
        drawn = Chart(Told("t", "s", "a"), 20, (0, WIDTH))
        state_bar(drawn, 0, 40, 0, 10, state)
        looks.add(tuple((bool(mark.look.fill), mark.look.width, mark.look.dash) for mark in drawn.drawing.marks))

    # Full and light ground differ in how dark they are: fulfilled and not due.
    assert len(looks) == len(MEASURE_STATES) - 1


@pytest.mark.parametrize("lang", ["en", "cs"])
def test_the_bars_say_how_much_is_fulfilled_of_what_could_be_evaluated(lang: str):
    found = plan_fulfilment(*town.plan(9, 3, 3), as_of=AS_OF)
    shown = charts.plan_fulfilment(found, plans=town.PLANS, lang=lang)

    assert isinstance(shown, Chart)
    assert len(shown.title.split(" ")) <= 15
    last = found[found["category"] == "2022"].set_index("status")
    share = last.loc[["fulfilled", "continuous"], "measures"].sum() / last["evaluable"].iloc[0]
    assert f"{share * 100:.1f}" in plain(shown.title).replace(",", ".")


def test_what_states_no_body_is_neither_most_nor_least_fulfilled():
    two = nodes(3, responsible=["Město", "Charita", None])
    found = plan_fulfilment(two, said((1, "naplněno"), (2, "nenaplněno")), as_of=AS_OF, by="responsible")

    assert "most in Město (100.0%) and least in Charita (0.0%)" in plain(sentences.plan_fulfilment(found, lang="en"))
    assert plain(charts.plan_fulfilment(found, lang="en").title) == "Least fulfilled: Charita, 0.0%"
