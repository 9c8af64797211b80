"""A project's plan is loaded with the meaning of its words, or its faults are told; how words and trees are read."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kpeval.faults import DataError
from kpeval.measures.plan import plan_fulfilment
from kpeval.project import Project, load
from kpeval.rules.states import as_compared, states_of, status_words
from kpeval.schema import MEASURE_STATES
from kpeval.trees import depths, natural

FUNDING = "source,kind,declared_amount\nEU,eu,1\n"
NODES = "node_id,plan_id,parent_id,level,title\nG1,A,,cíl,Cíl\nM1,A,G1,opatření,Jedno\nM2,A,G1,opatření,Dvě\n"
SAID = "node_id,year,status\nM1,2018,Hotovo\nM2,2018,naplněno\n"
PLANS = "plan_id,title\nA,Plán A\nB,Plán B\n"


def project(folder: Path, **tables: str) -> Project:
    place = folder / "p"
    place.mkdir()
    (place / "project.toml").write_text('title = "t"\ncurrency = "CZK"\nlanguage = "cs"\n', encoding="utf-8")
    given = {"funding": FUNDING, "plans": PLANS, "plan_measures": NODES, "evaluations": SAID} | tables
    for name, text in given.items():
        (place / f"{name}.csv").write_text(text, encoding="utf-8")
    return load("p", folder)


def faults(folder: Path, **tables: str) -> list[str]:
    with pytest.raises(DataError) as told:
        project(folder, **tables)
    return [str(fault) for fault in told.value.faults]


def states(has: Project) -> list[str | None]:
    return [None if pd.isna(state) else state for state in has.evaluations["state"]]


def test_each_known_word_means_a_state_that_the_schema_knows():
    assert set(status_words().values()) <= set(MEASURE_STATES)
    assert {state: states_of(np.array([state], dtype=object))[0] for state in MEASURE_STATES} == {
        state: state for state in MEASURE_STATES
    }


@pytest.mark.parametrize("word", ["Naplněno", "NAPLNĚNO", " naplněno ", "naplněno\u00a0"])
def test_a_word_is_known_however_it_is_typed(word):
    assert as_compared(word) == "naplněno"


def test_a_word_that_nobody_explained_means_no_state(tmp_path):
    assert states(project(tmp_path)) == [None, "fulfilled"]


def test_the_towns_own_words_are_read_too_and_come_before_the_known_ones(tmp_path):
    own = "word,status\nhotovo,fulfilled\nNaplněno,continuous\n"
    assert states(project(tmp_path, status_words=own)) == ["fulfilled", "continuous"]


def test_a_state_that_the_row_says_itself_is_kept(tmp_path):
    said = "node_id,year,status,state\nM1,2018,Hotovo,partial\nM2,2018,,postponed\n"
    assert states(project(tmp_path, evaluations=said)) == ["partial", "postponed"]


def test_a_frame_without_states_is_read_with_the_known_words(tmp_path):
    has = project(tmp_path, status_words="word,status\nhotovo,fulfilled\n")
    bare = plan_fulfilment(has.plan_measures, has.evaluations.drop(columns="state"), as_of="2019-12-31")
    whole = plan_fulfilment(has.plan_measures, has.evaluations, as_of="2019-12-31")
    assert bare[bare["measures"] > 0].set_index("status")["measures"].to_dict() == {"fulfilled": 1, "no_info": 1}
    assert whole[whole["measures"] > 0].set_index("status")["measures"].to_dict() == {"fulfilled": 2}


def test_a_word_with_two_meanings_is_a_fault(tmp_path):
    own = "word,status\nhotovo,fulfilled\nHotovo,partial\n"
    assert faults(tmp_path, status_words=own) == [
        "status_words.csv, row 3, status: 'Hotovo' means fulfilled further up: a word has one meaning"
    ]


def test_a_word_that_stands_twice_with_one_meaning_is_none(tmp_path):
    own = "word,status\nhotovo,fulfilled\nHotovo,fulfilled\n"
    assert states(project(tmp_path, status_words=own)) == ["fulfilled", "fulfilled"]


def test_a_circle_in_the_tree_is_told_with_its_rows(tmp_path):
    nodes = "node_id,plan_id,parent_id,level,title\nG1,A,M1,cíl,Cíl\nM1,A,G1,opatření,Jedno\nM2,A,,opatření,Dvě\n"
    why = "hangs in a circle: what it is part of leads back to it, or to a circle"
    assert faults(tmp_path, plan_measures=nodes) == [
        f"plan_measures.csv, row 2, parent_id: 'G1' {why}",
        f"plan_measures.csv, row 3, parent_id: 'M1' {why}",
    ]


def test_a_part_of_itself_is_a_circle(tmp_path):
    nodes = NODES.replace("G1,A,,", "G1,A,G1,")
    assert len(faults(tmp_path, plan_measures=nodes)) == 3


def test_a_part_of_another_plans_node_is_told(tmp_path):
    nodes = NODES.replace("M2,A,G1", "M2,B,G1")
    assert faults(tmp_path, plan_measures=nodes) == [
        "plan_measures.csv, row 4, parent_id: 'M2' is part of a node of another plan"
    ]


def test_a_part_of_nothing_is_told_once(tmp_path):
    nodes = NODES.replace("M2,A,G1", "M2,A,G9")
    assert faults(tmp_path, plan_measures=nodes) == [
        "plan_measures.csv, row 4, parent_id: 'G9' does not stand in plan_measures.node_id"
    ]


def test_a_measure_evaluated_twice_on_one_day_is_a_fault(tmp_path):
    again = SAID + "M1,2018,naplněno\n"
    assert faults(tmp_path, evaluations=again) == ["evaluations.csv, row 4, node_id, year, recorded_on: repeats row 2"]


def test_a_deep_tree_has_its_depths():
    assert depths(np.array([-1, 0, 1, 2, 3, -1])).tolist() == [0, 1, 2, 3, 4, 0]
    assert depths(np.array([1, 0, -1, 2, 3])).tolist() == [-1, -1, 0, 1, 2]
    assert depths(np.array([], dtype=np.intp)).tolist() == []


def test_numbers_in_names_are_sorted_as_numbers():
    names = np.array(["1.10", "1.9", "2", "10", np.nan], dtype=object)
    assert pd.Series(natural(names)).sort_values().index.tolist() == [1, 0, 2, 3, 4]
