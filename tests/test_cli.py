"""Commands end with the exit code that the contract names, tell faults in words, and import no more than they need."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import kpeval as kp
from kpeval.cli import main
from kpeval.schema import PROJECT_TABLES

ROOT = Path(__file__).parents[1]
DATA = str(ROOT / "data")


def kpeval(*arguments):
    return CliRunner().invoke(main, list(arguments))


@pytest.mark.parametrize("command", ["new", "check", "report", "run", "schedule", "history", "prune", "demo", "lab"])
def test_every_command_explains_itself(command):
    result = kpeval(command, "--help")

    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: main {command}")
    assert command in kpeval("--help").output


def test_the_version_is_that_of_the_installed_package():
    assert re.fullmatch(r"kpeval \d{4}\.\d+\S*\n", kpeval("--version").output)


@pytest.mark.parametrize(
    "arguments",
    [["reprot"], ["check", "--jsn"], ["new"], ["demo"], ["report", "--as-of", "soon"], ["run", "--jobs", "many"]],
)
def test_what_is_not_understood_is_wrong_usage(arguments):
    assert kpeval(*arguments).exit_code == 2


def test_checking_waits_for_nothing_that_only_rendering_needs():
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from kpeval.cli import main\n"
        "CliRunner().invoke(main, sys.argv[1:])\n"
        "rendering = {'papermill', 'nbconvert', 'nbformat', 'jupyter_client', 'rich', 'sqlite3'}\n"
        "sys.exit(sorted(rendering & set(sys.modules)) or 0)\n"
    )
    command = [sys.executable, "-c", code, "check", "usti", "--as-of", "2007-06-30", "--data", DATA]

    assert subprocess.run(command, check=False, capture_output=True, text=True).stderr == ""


# --- check ---


def test_check_lists_the_surplus_of_usti_first_and_ends_with_1():
    result = kpeval("check", "usti", "--as-of", "2007-06-30", "--data", DATA)

    heading, first, remedy, *_ = result.output.splitlines()
    assert result.exit_code == 1
    assert heading.startswith("usti, as of 2007-06-30: 1 error")
    assert first.startswith("  error    funding")
    assert "105,063" in first
    assert remedy.startswith("           ")


def test_check_speaks_the_language_asked_for():
    result = kpeval("check", "usti", "--as-of", "2007-06-30", "--lang", "cs", "--data", DATA)

    assert "105\u00a0063\u00a0Kč" in result.output


def test_check_ends_with_0_where_no_figure_is_wrong():
    assert kpeval("check", "ostrava", "--as-of", "2018-12-31", "--data", DATA).exit_code == 0


def test_check_as_json_has_every_finding_in_order():
    result = kpeval("check", "usti", "ostrava", "--as-of", "2007-06-30", "--json", "--data", DATA)
    listed = json.loads(result.stdout)

    expected = [kp.findings(kp.load(name, DATA), as_of="2007-06-30") for name in ("usti", "ostrava")]
    assert [finding["message"] for finding in listed] == [text for frame in expected for text in frame["message"]]
    assert list(listed[0]) == list(expected[0].columns)
    assert {finding["row"] for finding in listed if finding["rule"] == "no such rule"} == set()
    assert all(isinstance(finding["row"], int | None) for finding in listed)


def test_check_without_names_checks_every_project():
    result = kpeval("check", "--as-of", "2023-12-31", "--json", "--data", DATA)

    assert {finding["project_id"] for finding in json.loads(result.stdout)} == {"demo", "ostrava", "usti"}


def test_check_says_which_day_it_took():
    result = kpeval("check", "demo", "--data", DATA)

    assert re.match(r"as of \d{4}-\d\d-\d\d \(today", result.stderr)


def test_check_lists_the_faults_of_a_project_that_cannot_be_loaded(tmp_path):
    """All of them, with row and column, as text and as JSON; the other projects are checked all the same."""
    kpeval("new", "one", "--data", str(tmp_path))
    kpeval("new", "two", "--data", str(tmp_path))
    (tmp_path / "one" / "funding.csv").write_text("source,kind,declared_amount\nměsto,town,much\n", encoding="utf-8")

    text = kpeval("check", "--as-of", "2020-01-01", "--data", str(tmp_path))
    listed = json.loads(kpeval("check", "--as-of", "2020-01-01", "--json", "--data", str(tmp_path)).stdout)

    assert text.exit_code == 1
    assert "  error    funding.csv, row 2, declared_amount: 'much' is not a number" in text.output
    assert "two, as of 2020-01-01: no findings" in text.output
    assert [(finding["rule"], finding["row"], finding["column"]) for finding in listed] == [
        ("load", 2, "declared_amount"),
        ("load", 2, "kind"),
    ]
    assert list(listed[0]) == list(kp.findings(kp.load("two", tmp_path), as_of="2020-01-01").columns)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ostrva"], "ostrva: no such project - did you mean 'ostrava'?"),
        (["usti", "--lang", "xx"], "xx: no such language: known are en, cs"),
        (["usti", "--as-of", "31.2.2007"], "write it like 2019-10-31"),
    ],
)
def test_check_refuses_what_it_does_not_know(arguments, said):
    result = kpeval("check", *arguments, "--data", DATA)

    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_the_data_folder_may_stand_before_the_command_or_in_the_environment(monkeypatch):
    before = kpeval("--data", DATA, "check", "usti", "--as-of", "2007-06-30")
    monkeypatch.setenv("KPEVAL_DATA", DATA)
    monkeypatch.chdir("/")

    assert before.output == kpeval("check", "usti", "--as-of", "2007-06-30").output


@pytest.mark.parametrize("command", [["check"], ["new", "name"], ["report"], ["history", "name"], ["lab"]])
def test_no_data_folder_anywhere_is_wrong_usage(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)

    result = kpeval(*command)

    assert result.exit_code == 2
    assert "name it with --data DIR or the variable KPEVAL_DATA" in result.output


# --- new ---


def test_new_writes_a_folder_that_loads_as_it_stands(tmp_path):
    result = kpeval("new", "nový-projekt".replace("ý", "y"), "--data", str(tmp_path))

    assert result.exit_code == 0
    assert "fill in project.toml and funding.csv" in result.output
    project = kp.load("novy-projekt", tmp_path)
    assert project.projects["title"].item() == "novy-projekt"
    assert all(len(project.tables[name]) == 0 for name in PROJECT_TABLES)


def test_new_explains_every_key_and_every_key_it_shows_is_understood(tmp_path):
    """Each line behind a # is taken out of its comment; what then loads was shown rightly."""
    kpeval("new", "a", "--data", str(tmp_path))
    indicators = tmp_path / "a" / "indicators.csv"  # one of which [rules] names
    indicators.write_text(indicators.read_text(encoding="utf-8").replace("\n# ", "\n"), encoding="windows-1250")
    toml = tmp_path / "a" / "project.toml"
    shown = [re.sub(r"^# (?=\[|\w+ = )", "", line) for line in toml.read_text(encoding="utf-8").splitlines()]
    toml.write_text("\n".join(shown), encoding="utf-8")
    (tmp_path / "a" / "project.toml").write_text(
        toml.read_text(encoding="utf-8").replace('label = ""', 'label = "x"').replace('value = ""', 'value = "x"'),
        encoding="utf-8",
    )

    project = kp.load("a", tmp_path)

    assert project.projects["total_cost"].item() == 1_000_000
    assert project.report("2025-06-30") == {
        "number": "1",
        "period": "2025-01-01 - 2025-06-30",
        "author": "",
        "state": "draft",
    }
    assert len(project.stated) == 1


@pytest.mark.parametrize("name", ["../x", "a/b", "a b", ".hidden", "-x", "ž", "", "x" * 65, "con\n"])
def test_new_refuses_a_name_that_no_folder_should_have(tmp_path, name):
    result = kpeval("new", "--data", str(tmp_path), "--", name)

    assert result.exit_code == 2
    assert "a project is named with letters" in result.output
    assert list(tmp_path.iterdir()) == []


def test_new_leaves_a_folder_that_is_there_as_it_is(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("years of work")

    result = kpeval("new", "mine", "--data", str(tmp_path))

    assert result.exit_code == 2
    assert "is there already, and is left as it is" in result.output
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


# --- demo ---


def test_demo_writes_projects_that_can_be_checked(tmp_path):
    result = kpeval("demo", "--projects", "2", "--seed", "7", "--out", str(tmp_path / "invented"))

    assert result.exit_code == 0
    assert result.output.startswith("2 invented projects in")
    assert kp.project_names(tmp_path / "invented") == ["demo-0001", "demo-0002"]


def test_demo_does_not_mix_invented_data_with_anything(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine.csv").write_text("a")

    result = kpeval("demo", "--out", str(tmp_path / "data"))

    assert result.exit_code == 2
    assert "is not an empty folder" in result.output


# --- lab ---


def test_lab_opens_the_notebook_for_exploring(monkeypatch):
    called = []
    monkeypatch.setattr("os.execv", lambda program, arguments: called.append(arguments))
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("KPEVAL_DATA", DATA)

    result = kpeval("lab")

    if result.exit_code == 2:
        pytest.skip("JupyterLab is not installed here")
    assert called[0][1:3] == ["-m", "jupyterlab"]
    assert Path(called[0][3]).name in ("explore.ipynb", "notebooks")
