"""The example rows that `kpeval new` writes are not read, show what a row looks like, and hold together."""

import csv

import pytest

from kpeval.examples import ROWS
from kpeval.project import load
from kpeval.scaffold import new_project
from kpeval.schema import PROJECT_TABLES


@pytest.fixture
def folder(tmp_path):
    return new_project("mesto", tmp_path)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_a_new_project_says_nothing_for_its_examples_are_not_read(folder):
    project = load("mesto", folder.parent)

    assert {name for name in PROJECT_TABLES if len(project.tables[name])} == set()


@pytest.mark.parametrize("table", PROJECT_TABLES)
def test_every_table_has_its_headings_and_one_example(folder, table):
    heading, example = rows(folder / f"{table}.csv")

    assert heading == PROJECT_TABLES[table].names
    assert len(example) == len(heading)
    assert example[0].startswith("# ")
    assert example[heading.index("note")].startswith("příklad: řádek se nečte")


def test_the_examples_load_together_without_a_fault_once_they_are_read(folder):
    for table in PROJECT_TABLES:
        path = folder / f"{table}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("\n# ", "\n"), encoding="utf-8")

    project = load("mesto", folder.parent)

    assert {name for name in PROJECT_TABLES if len(project.tables[name]) == 1} == set(PROJECT_TABLES)


@pytest.mark.parametrize("table", PROJECT_TABLES)
def test_an_example_fills_what_is_needed_and_names_only_columns_that_there_are(table):
    columns = PROJECT_TABLES[table]

    assert set(ROWS[table]) <= set(columns.names)
    assert {column.name for column in columns.columns if column.required} <= set(ROWS[table])


def test_what_is_said_in_words_says_that_it_is_an_example():
    spoken = {"goals", "areas", "plans", "plan_measures", "links", "comments", "reach", "funding", "events", "outputs"}

    assert all(any(cell.startswith("Příklad: ") for cell in ROWS[table].values()) for table in spoken)
