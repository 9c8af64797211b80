"""The data dictionary and the Table Schema say what the schema says, and Frictionless accepts what kpeval writes."""

import json
from pathlib import Path

import pytest

from kpeval.dictionary import dictionary, package, table_schema
from kpeval.results import RESULT_TABLES
from kpeval.scaffold import new_project
from kpeval.schema import PROJECT_TABLES, PROJECTS, STATED

ROOT = Path(__file__).parents[1]


def test_the_dictionary_is_fresh():
    written = (ROOT / "data" / "DICTIONARY.md").read_text(encoding="utf-8")

    assert written == dictionary(), "renew it: python -m kpeval.dictionary"


@pytest.mark.parametrize(
    "table", [PROJECTS, STATED, *PROJECT_TABLES.values(), *RESULT_TABLES.values()], ids=lambda t: t.name
)
def test_every_column_is_in_the_dictionary_in_both_languages(table):
    lines = dictionary().splitlines()

    for column in table.columns:
        if table.name not in RESULT_TABLES or column.name != "project_id":
            assert any(line.startswith(f"| `{column.name}` | {column.en} | {column.cs} |") for line in lines)


def test_the_dictionary_says_which_columns_are_needed_and_which_words_they_take():
    lines = dictionary().splitlines()

    assert "| `source` | source of funding | zdroj financování | text | needed |" in lines
    assert any(line.startswith("| `kind` | kind of source") and "needed; one of eu, state" in line for line in lines)
    assert "| `title` | title | název | text | needed |" in lines


def test_a_schema_has_types_rules_keys_and_meanings():
    schema = table_schema(PROJECT_TABLES["targets"])
    fields = {field["name"]: field for field in schema["fields"]}

    assert fields["indicator_id"]["constraints"] == {"required": True}
    assert fields["due"]["type"] == "date"
    assert fields["target"]["type"] == "number"
    assert fields["tolerance"]["constraints"] == {"minimum": 0}
    assert fields["due"]["description"] == "due on (česky: termín)"
    assert schema["foreignKeys"] == [
        {"fields": ["indicator_id"], "reference": {"resource": "indicators", "fields": ["indicator_id"]}}
    ]
    assert "primaryKey" not in schema  # two of its columns may be blank
    assert table_schema(PROJECT_TABLES["indicators"])["primaryKey"] == ["indicator_id"]


def test_a_table_may_refer_to_itself():
    (reference,) = table_schema(PROJECT_TABLES["plans"])["foreignKeys"]

    assert reference["reference"] == {"resource": "", "fields": ["plan_id"]}


@pytest.fixture
def frictionless():
    return pytest.importorskip("frictionless")


def faults(report):
    return report.flatten(["name", "rowNumber", "fieldName", "note"])


def test_frictionless_accepts_what_new_writes(frictionless, tmp_path):
    folder = new_project("Novy_1", tmp_path)

    report = frictionless.validate(str(folder / "datapackage.json"))

    assert faults(report) == []
    assert report.valid
    assert {task.name for task in report.tasks} == set(PROJECT_TABLES)


@pytest.mark.parametrize("project", ["demo", "ostrava", "usti"])
def test_the_projects_that_come_along_keep_to_the_schema(frictionless, project, monkeypatch):
    monkeypatch.chdir(ROOT / "data" / project)
    told = package(project)
    there = [resource for resource in told["resources"] if Path(resource["path"]).exists()]

    report = frictionless.Package.from_descriptor(told | {"resources": there}).validate()

    assert faults(report) == []


def test_frictionless_leaves_out_the_rows_that_kpeval_leaves_out(frictionless, tmp_path):
    folder = new_project("p", tmp_path)
    (folder / "areas.csv").write_text("area_id,label\n# I,one,two,three\n#II,two\n", encoding="utf-8")

    package = frictionless.Package(str(folder / "datapackage.json"))

    assert [row["area_id"] for row in package.get_resource("areas").read_rows()] == ["#II"]


def test_frictionless_finds_what_kpeval_finds(frictionless, tmp_path):
    folder = new_project("broken", tmp_path)
    (folder / "funding.csv").write_text("source,kind,declared_share\na,town,0.5\nb,eu,2\nb,eu,0.1\n")
    (folder / "targets.csv").write_text("indicator_id,due,target\nX,2020-13-01,1\n")

    report = frictionless.validate(str(folder / "datapackage.json"))

    found = {
        (task.name, getattr(error, "row_number", None), getattr(error, "field_name", None))
        for task in report.tasks
        for error in task.errors
    }
    assert {("funding", 2, "kind"), ("funding", 3, "declared_share"), ("targets", 2, "due")} <= found
    assert {("funding", 4, None), ("targets", 2, None)} <= found  # the repeated key, the broken reference


def test_the_package_that_new_writes_is_the_package_of_the_schema(tmp_path):
    folder = new_project("a", tmp_path)

    assert json.loads((folder / "datapackage.json").read_text(encoding="utf-8")) == package("a")
    for table in PROJECT_TABLES.values():
        assert (folder / table.file).read_text(encoding="utf-8").startswith(",".join(table.names) + "\n# ")


def test_the_dictionary_tells_which_rows_are_not_read():
    assert "A row whose first cell begins with `# ` (the sign and a space) is not read" in dictionary()


def test_a_cell_of_several_values_is_no_foreign_key():
    fields = [key["fields"] for key in table_schema(PROJECT_TABLES["plan_measures"])["foreignKeys"]]

    assert fields == [["plan_id"], ["parent_id"], ["area_id"]]
