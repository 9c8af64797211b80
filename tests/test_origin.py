"""Each table and figure names the files it comes from, the passages that their rows name, and the day."""

import pandas as pd
import pytest

from kpeval import results, schema
from kpeval.present import charts, tables
from kpeval.present.language import NBSP, language
from kpeval.present.origin import CHARTED, TABLES, origins, source


def table(*references: object) -> pd.DataFrame:
    return pd.DataFrame({"source_ref": pd.array(references, dtype="str")})


def line(result: str, charted: bool = False, **given: pd.DataFrame) -> str:
    return source(result, origins(given), "30 Jun 2007", language("en"), charted=charted).replace(NBSP, " ")


def test_files_documents_and_the_day_are_named():
    assert line("budget_shares", funding=table("usti-page:50", "usti-page:51"), projects=pd.DataFrame([1])) == (
        "Source: funding.csv, project.toml; usti-page:50–51, as of 30 Jun 2007."
    )


def test_a_file_without_rows_is_not_named():
    assert line("drawdown", transactions=table("bank:1"), finance_plan=table()) == (
        "Source: transactions.csv; bank:1, as of 30 Jun 2007."
    )


@pytest.mark.parametrize(
    ("references", "passages"),
    [
        (["a:7"], "a:7"),
        (["a:7;9", "a:8"], "a:7–9"),
        (["a:7, 9", "a:12-14"], "a:7, 9, 12–14"),
        (["a:1", "b:2"], "a:1; b:2"),
        (["a:1;3;5;7;9"], "a:1 … 9"),
        (["a:1-999999999999"], "a:1–999999999999"),
        (["the contract"], "the contract"),
        (["the contract, p. 3"], "the contract, p. 3"),
        ([None], ""),
    ],
)
def test_passages_are_put_together_and_many_are_given_by_first_and_last(references, passages):
    said = line("stated", stated=table(*references))

    assert said == f"Source: project.toml{'; ' if passages else ''}{passages}, as of 30 Jun 2007."


def test_a_result_that_is_not_known_comes_from_the_projects_files():
    assert line("surprise", funding=table("a:1")) == "Source: the project’s files, as of 30 Jun 2007."


def test_a_chart_that_shows_more_than_its_table_names_more_files():
    given = {"activities": table("a:1"), "outputs": table("a:2")}

    assert "outputs.csv" in line("activity_timeline", charted=True, **given)
    assert "outputs.csv" not in line("activity_timeline", **given)


def test_every_table_and_chart_but_that_of_the_findings_names_its_files():
    shown = {*tables.__all__, *(name for name in charts.__all__ if name.islower())}

    assert shown - {"findings", "changes"} == TABLES.keys()
    assert CHARTED.keys() <= TABLES.keys()
    assert {name for names in TABLES.values() for name in names} <= {"projects", "stated", *schema.PROJECT_TABLES}
    assert {*results.RESULT_TABLES} - {*TABLES} == {
        *("project_period", "findings", "changes", "meeting_days"),
        *("training_hours", "persons_reached"),  # rows about single persons: nothing shows them
    }
