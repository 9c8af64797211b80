"""The town's assessment of its planning is counted by area and day, and no score is made of it."""

import numpy as np
import pandas as pd
import pytest
from conftest import assert_same

import kpeval as kp
from kpeval.faults import DataError
from kpeval.measures.assessment import self_assessment
from kpeval.present.language import language
from kpeval.present.vocabulary import SPOKEN
from kpeval.results import SELF_ASSESSMENT
from kpeval.rules.quality import quality_areas

AS_OF = "2018-06-30"


def nasty(seed: int, projects: int = 30) -> pd.DataFrame:
    chance, rows = np.random.default_rng(seed), 20 * projects
    near = [*pd.date_range("2018-06-25", "2018-07-05").strftime("%Y-%m-%d"), None]
    drawn = {
        "project_id": [f"p{number:02d}" for number in range(projects)],
        "area": ["5", "Zapojování", "involvement", "Legitimita", "Radost"],
        "criterion": list("AB"),
        "met": ["met", "partly", "not_met", None],
        "assessed_on": near,
        "recorded_on": [*near, *[None] * 20],
    }
    frame = pd.DataFrame(
        {name: [cells[place] for place in chance.integers(0, len(cells), rows)] for name, cells in drawn.items()}
    )
    return frame.drop_duplicates(["project_id", "area", "criterion", "assessed_on"], ignore_index=True)


def one_by_one(rows: pd.DataFrame) -> dict[tuple[str, str], list[int]]:
    """Criteria, met, partly, not met and unanswered of each project and area, told row by row."""
    known = {"5": "Zapojování", "involvement": "Zapojování"}
    last: dict[tuple[str, str, str], str | None] = {}
    key = rows.assign(day=rows["assessed_on"].fillna("")).sort_values(["day", "area"])
    for row in key.itertuples():
        late = [day for day in (row.assessed_on, row.recorded_on) if isinstance(day, str) and day > AS_OF]
        if not late:
            last[row.project_id, known.get(row.area, row.area), row.criterion] = row.met
    counted: dict[tuple[str, str], list[int]] = {}
    for (project, area, _), met in last.items():
        cells = counted.setdefault((project, area), [0] * 5)
        answer = ["met", "partly", "not_met"].index(met) + 1 if isinstance(met, str) else 4
        cells[0] += 1
        cells[answer] += 1
    return counted


@pytest.mark.parametrize("seed", range(4))
def test_the_counts_are_those_of_counting_one_by_one(seed):
    rows = nasty(seed)
    result = self_assessment(rows, as_of=AS_OF)
    names = ["criteria", "met", "partly", "not_met", "unanswered"]
    told = {
        (row.project_id, row.area): [int(getattr(row, name)) for name in names]
        for row in result[result["criteria"] > 0].itertuples()
    }
    assert told == one_by_one(rows)
    assert (result[result["criteria"] == 0][names[1:]]).isna().all(axis=None)
    assert result.groupby("project_id")["number"].apply(lambda own: own.dropna().tolist() == list(range(1, 9))).all()


def test_neither_the_order_of_rows_nor_other_projects_matter():
    rows = nasty(7)
    result = self_assessment(rows, as_of=AS_OF)
    assert_same(result, self_assessment(rows.sample(frac=1, random_state=1), as_of=AS_OF))
    few = self_assessment(rows[rows["project_id"] < "p05"], as_of=AS_OF)
    assert_same(few, result[result["project_id"] < "p05"])


def test_what_is_not_known_yet_is_not_there():
    rows = nasty(3)
    later = rows["assessed_on"].gt(AS_OF) | rows["recorded_on"].gt(AS_OF)
    assert_same(self_assessment(rows, as_of=AS_OF), self_assessment(rows[~later], as_of=AS_OF))


def test_a_project_without_any_assessment_by_the_day_has_no_row():
    assert self_assessment(nasty(1), as_of="2018-06-01").query("criteria > 0")["assessed_on"].isna().all()
    dated = nasty(1).dropna(subset="assessed_on")
    nothing = self_assessment(dated, as_of="2018-06-01")
    assert nothing.empty
    assert {name: str(nothing[name].dtype) for name in nothing} == {
        one.name: one.dtype for one in SELF_ASSESSMENT.columns
    }
    assert_same(nothing, self_assessment(pd.DataFrame(), as_of=AS_OF))


def test_an_assessment_that_stands_twice_is_refused():
    rows = nasty(2)
    with pytest.raises(DataError, match="repeats row"):
        self_assessment(pd.concat([rows, rows.tail(1)]), as_of=AS_OF)


def test_the_eight_areas_have_the_names_of_the_rule_in_both_languages():
    for area in quality_areas():
        assert SPOKEN["quality_area"][str(area.number)] == area.en
        assert language("cs").say(area.en).replace("\u00a0", " ") == area.cs
    assert [area.number for area in quality_areas()] == list(range(1, 9))


def test_the_table_says_what_was_not_assessed_and_stands_without_a_score():
    rows = pd.DataFrame({"project_id": "p", "area": ["5", "Radost"], "criterion": "A", "met": ["met", None]})
    shown = kp.tables.self_assessment(self_assessment(rows, as_of=AS_OF), lang="en")
    cells = {row[0].text: [cell.text for cell in row[1:]] for row in shown.rows}
    assert cells["5. Involvement"] == ["1", "1", "0", "0", "0", "not stated"]
    assert cells["1. Legitimacy"] == ["not assessed", "[z]", "[z]", "[z]", "[z]", "[z]"]
    assert cells["Radost"] == ["1", "0", "0", "0", "1", "not stated"]
    assert "%" not in str(shown)


def test_the_sentence_counts_the_answers_and_names_the_areas_left_out():
    rows = pd.DataFrame({"project_id": "p", "area": list("1234567"), "criterion": "A", "met": ["met"] * 6 + [None]})
    said = str(kp.sentences.self_assessment(self_assessment(rows, as_of=AS_OF), lang="en"))
    assert said == (
        "The town assessed 7 criteria of the quality of its planning: met 6, in part 0, not met 0. 1 has no answer. "
        "Not assessed: 8. Improving the quality of the process."
    )


def test_an_area_of_the_towns_own_is_escaped():
    rows = pd.DataFrame({"project_id": "p", "area": ["<script>"], "criterion": "A", "met": "met"})
    shown = kp.tables.self_assessment(self_assessment(rows, as_of=AS_OF), lang="en")
    assert "<script" not in shown._repr_mimebundle_()[0]["text/html"]
