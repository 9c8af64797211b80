"""Many reports are brought up to date together: what fails costs only itself, what stands is left alone."""

import io
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import (
    CELLS,
    COMPUTE,
    DAY,
    brought_up_to_date,
    hrefs,
    markdown,
    on_paper,
    strays,
    write_notebook,
)

from kpeval.cli import main, reports
from kpeval.reporting.asked import Report, grid
from kpeval.reporting.held import at_work
from kpeval.reporting.job import Limits
from kpeval.reporting.ledger import Ledger

ENGLISH = Report("pilot", DAY, "small", "en")
CZECH = ENGLISH._replace(lang="cs")
REPORT = ("report", "pilot", "--as-of", DAY, "--notebook", "small")
KPEVAL = str(Path(sys.executable).with_name("kpeval"))


def asked(*arguments):
    return CliRunner().invoke(main, list(arguments))


def lines(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def pages(folder):
    """Every file below the reports that a reader may see."""
    found = [path for path in (folder / "reports").rglob("*") if path.is_file() and ".kpeval" not in path.parts]
    return {path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in found}


def spoil(folder, project="pilot"):
    (folder / "data" / project / "funding.csv").write_text("source,kind,declared_amount\nměsto,town,jan@example.cz\n")


def another(folder, name):
    """One more project with the data of the pilot."""
    shutil.copytree(folder / "data" / "pilot", folder / "data" / name)
    toml = folder / "data" / name / "project.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('"pilot"', f'"{name}"'), encoding="utf-8")


@pytest.fixture
def paper(monkeypatch):
    """`kpeval report` and `run` make pages on paper; projects in the dictionary handed out fail."""
    failing = {}
    monkeypatch.setattr(reports, "_executor", lambda how: partial(on_paper, failing=failing))
    return failing


# --- nothing changed ---


@pytest.mark.slow
@pytest.mark.usefixtures("no_process")
class TestUnchanged:
    def test_no_process_is_started(self, rendered):
        result = asked(*REPORT)

        assert result.exit_code == 0, result.output
        assert lines(result)[-1]["unchanged"] == 2

    def test_no_file_that_a_reader_sees_is_touched(self, rendered):
        before = pages(rendered)

        asked(*REPORT)

        assert pages(rendered) == before

    def test_no_run_is_added_to_the_ledger(self, rendered):
        asked(*REPORT)

        with Ledger(rendered / "reports", begin=False) as ledger:
            assert len(ledger.history("pilot")) == 2

    def test_the_same_report_asked_for_twice_counts_once(self, rendered):
        result = asked("report", "pilot", "pilot", *REPORT[2:], "--lang", "en,en")

        assert lines(result)[-1]["unchanged"] == 1


@pytest.mark.slow
def test_nothing_that_only_rendering_needs_is_imported_where_nothing_changed(rendered):
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from kpeval.cli import main\n"
        "done = CliRunner().invoke(main, sys.argv[1:])\n"
        "assert done.exit_code == 0, done.output\n"
        "rendering = {'papermill', 'nbconvert', 'nbformat', 'jupyter_client', 'zmq', 'pandas', 'numpy', 'jinja2'}\n"
        "sys.exit(sorted(rendering & set(sys.modules)) or 0)\n"
    )

    done = subprocess.run([sys.executable, "-c", code, *REPORT], check=False, capture_output=True, text=True)

    assert done.stderr == ""


def test_an_executor_is_told_to_prepare_only_where_a_notebook_must_be_run(place, monkeypatch):
    prepared = []

    class Executor:
        def prepare(self, scratch):
            prepared.append(scratch.is_dir())

        def __call__(self, jobs):
            return on_paper(jobs)

    def times(*more):
        prepared.clear()
        assert asked(*REPORT, *more).exit_code == 0
        return prepared

    monkeypatch.setattr(reports, "_executor", lambda how: Executor())
    assert times() == [True]  # once, with two reports
    assert times() == []
    assert times("--force") == [True]
    (place / "data" / "pilot" / "more.csv").touch()
    assert times() == [True]
    next((place / "reports").rglob("small.cs.html")).write_text("altered")
    assert times() == []


# --- one fails ---


@pytest.mark.slow
def test_one_that_fails_costs_only_itself_and_what_is_made_elsewhere_is_the_same(made, place, monkeypatch):
    """A failing cell: one line with notebook, cell and cause, the old page stays, the rest is rendered, exit code 1."""
    failing = f'{COMPUTE}\nraise KeyError("jan@example.cz")'
    write_notebook(place / "notebooks" / "broken.ipynb", compute=failing)
    old = ENGLISH._replace(notebook="broken").page(place / "reports")
    old.parent.mkdir(parents=True)
    old.write_text("the page of last year")
    monkeypatch.setenv("TZ", "Pacific/Auckland")

    result = asked("report", "pilot", "--as-of", "31.12.2023", "--notebook", "broken,small", "--jobs", "3")

    assert result.exit_code == 1, result.output
    for lang in ("cs", "en"):
        again = ENGLISH._replace(lang=lang).page(place / "reports").read_bytes()
        assert again == made.pages[lang].encode(), "other folder, zone, time, and number of jobs: the same bytes"
    failures = sorted(line for line in result.stderr.splitlines() if line.startswith("failed:"))
    assert len(failures) == 2
    assert failures[1].startswith(f"failed: pilot {DAY} broken.en: cell compute: KeyError (more in reports")
    assert lines(result)[-1] == {"rendered": 2, "unchanged": 0, "failed": 2, "catalogue": "reports/index.html"}
    assert "jan@example.cz" not in result.output
    log = ENGLISH._replace(notebook="broken").kept(place / "reports", ".log")
    assert "jan@example.cz" in log.read_text(encoding="utf-8")
    assert log.stat().st_mode & 0o777 == 0o600
    assert old.read_text() == "the page of last year"
    assert f'href="pilot/{DAY}/small.en.html"' in (place / "reports" / "index.html").read_text(encoding="utf-8")
    assert strays(place / "reports") == []


@pytest.mark.slow
def test_a_project_with_faulty_data_costs_only_itself_and_its_last_good_page_stays(rendered):
    another(rendered, "second")
    spoil(rendered)
    before = ENGLISH.page(rendered / "reports").read_bytes()

    outcomes = brought_up_to_date(grid(["pilot", "second"], [DAY], ["small"], ["en"]), rendered)

    assert {outcome.report.project: outcome.state for outcome in outcomes} == {"pilot": "failed", "second": "rendered"}
    assert ENGLISH.page(rendered / "reports").read_bytes() == before
    failed = next(outcome for outcome in outcomes if outcome.state == "failed")
    assert (failed.kind, "jan@example.cz" in failed.cause) == ("data", False)
    assert failed.cause == "cell compute: DataError: project pilot: 2 faults; kpeval check pilot lists them"


def test_one_of_three_projects_that_fails_leaves_the_others_new_pages(place, paper):
    another(place, "second")
    another(place, "third")
    paper["second"] = ("a cause", "notebook")

    result = asked("report", "--as-of", DAY, "--notebook", "small", "--lang", "en")

    assert result.exit_code == 1
    assert {line["project"]: line["state"] for line in lines(result)[:-1]} == {
        "pilot": "rendered",
        "second": "failed",
        "third": "rendered",
    }
    assert [
        ENGLISH._replace(project=name).page(place / "reports").exists() for name in ("pilot", "second", "third")
    ] == [
        True,
        False,
        True,
    ]


def test_the_ledger_tells_of_failure_and_recovery(place, paper):
    asked(*REPORT, "--lang", "en")
    spoil(place)
    paper["pilot"] = ("a cause", "data")
    asked(*REPORT, "--lang", "en")
    paper.clear()
    mended = asked(*REPORT, "--lang", "en")

    assert mended.exit_code == 0
    with Ledger(place / "reports", begin=False) as ledger:
        assert [(run.state, run.kind) for run in ledger.history("pilot")] == [
            ("rendered", ""),
            ("failed", "data"),
            ("rendered", ""),
        ]


def test_what_the_ledger_cannot_take_counts_as_failed(place, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Ledger, "add", full)

    (outcome,) = brought_up_to_date([ENGLISH], place, on_paper)

    assert (outcome.state, outcome.kind, outcome.cause) == ("failed", "disk", "the ledger: No space left on device")


# --- languages beside each other ---


@pytest.fixture(scope="session")
def half(tmp_path_factory):
    """A report of which the Czech page cannot be made, since the catalogue lacks some of its prose."""
    from conftest import furnish

    folder = tmp_path_factory.mktemp("half")
    furnish(folder)
    write_notebook(folder / "notebooks" / "small.ipynb", *CELLS, markdown("end", "## Nobody has translated this"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        outcomes = brought_up_to_date([CZECH, ENGLISH], folder)
    return folder, outcomes


@pytest.mark.slow
def test_a_language_that_fails_is_not_linked_to(half):
    folder, outcomes = half

    assert [(outcome.report.lang, outcome.state) for outcome in outcomes] == [("cs", "failed"), ("en", "rendered")]
    assert not CZECH.page(folder / "reports").exists()
    assert "hreflang" not in ENGLISH.page(folder / "reports").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_page_without_the_link_to_a_failing_language_is_up_to_date(half, tmp_path, monkeypatch):
    shutil.copytree(half[0], tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)

    czech, english = brought_up_to_date([CZECH, ENGLISH], tmp_path, partial(on_paper, failing={"pilot": ("", "page")}))

    assert (english.state, czech.state) == ("failed", "unchanged")  # the unchanged one is told first


@pytest.mark.slow
def test_a_language_that_works_at_last_is_linked_to(half, tmp_path, monkeypatch):
    shutil.copytree(half[0], tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    write_notebook(tmp_path / "notebooks" / "small.ipynb", *CELLS, markdown("end", CELLS[4]["source"]))

    brought_up_to_date([CZECH, ENGLISH], tmp_path)

    for report, other in ((ENGLISH, "small.cs.html"), (CZECH, "small.en.html")):
        assert other in hrefs(report.page(tmp_path / "reports").read_text(encoding="utf-8"))


def test_a_language_that_comes_later_is_linked_to_from_the_page_that_was_there(place):
    brought_up_to_date([ENGLISH], place, on_paper)
    brought_up_to_date([CZECH], place, on_paper)

    assert "('cs',)" in ENGLISH.page(place / "reports").read_text(encoding="utf-8")


# --- only told, not done ---


@pytest.mark.slow
@pytest.mark.usefixtures("no_process")
@pytest.mark.parametrize("options", [["--dry-run"], ["--dry-run", "--explain"]])
class TestOnlyTold:
    def test_nothing_a_reader_sees_is_written(self, rendered, options):
        spoil(rendered)
        before = pages(rendered)

        result = asked(*REPORT, *options)

        assert result.exit_code == 0, result.output
        assert pages(rendered) == before

    def test_what_would_be_made_is_listed_with_the_reason(self, rendered, options):
        spoil(rendered)

        result = asked(*REPORT, *options)

        assert len(result.stdout.splitlines()) == 2
        assert result.stdout.count("data/pilot/funding.csv changed") == 2
        assert "2 of 2 reports would be rendered" in result.stderr

    def test_the_ledger_is_as_it_was(self, rendered, options):
        ledger = rendered / "reports" / ".kpeval" / "ledger.sqlite"
        spoil(rendered)
        before = ledger.read_bytes()

        asked(*REPORT, *options)

        assert ledger.read_bytes() == before


@pytest.mark.slow
def test_explain_tells_of_unchanged_reports_too(rendered):
    result = asked(*REPORT, "--dry-run", "--explain")

    assert result.stdout.splitlines() == [f"pilot {DAY} small.cs: unchanged", f"pilot {DAY} small.en: unchanged"]


@pytest.mark.slow
def test_a_dry_run_lists_for_programs_in_json(rendered):
    spoil(rendered)

    first, _ = lines(asked(*REPORT, "--dry-run"))

    assert first == CZECH._asdict() | {"does": "run", "reasons": ["data/pilot/funding.csv changed"]}


def test_with_json_the_reasons_are_listed_in_json_too(place):
    first, _ = lines(asked(*REPORT, "--dry-run", "--explain", "--json"))

    assert first == CZECH._asdict() | {"does": "run", "reasons": ["not rendered yet"]}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no such terminal")
def test_with_json_a_dry_run_lists_in_json_on_a_terminal(place):
    ours, theirs = os.openpty()
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        subprocess.run([KPEVAL, *REPORT, "--dry-run", "--json"], check=True, stdout=theirs, stderr=subprocess.PIPE)
        os.close(theirs)
        said = terminal.read(9999).decode()

    assert [json.loads(line)["does"] for line in said.splitlines()] == ["run", "run"]


@pytest.mark.usefixtures("no_process")
def test_a_dry_run_where_nothing_was_made_yet_makes_nothing(place):
    asked(*REPORT, "--dry-run")

    assert not (place / "reports").exists()


# --- what is told while it goes on ---


def test_elsewhere_than_on_a_terminal_each_line_is_json_and_the_last_one_counts(place, paper):
    another(place, "second")
    paper["second"] = ("cell compute: KeyError", "notebook")

    result = asked("report", "--as-of", DAY, "--notebook", "small", "--lang", "en")

    first, second, last = lines(result)
    assert first == ENGLISH._asdict() | {
        "state": "rendered",
        "page": str(ENGLISH.page(Path("reports"))),
        "seconds": 0.1,
    }
    assert (second["state"], second["cause"], second["kind"]) == ("failed", "cell compute: KeyError", "notebook")
    assert "log" not in second, "none was written here"
    assert last == {"rendered": 1, "unchanged": 0, "failed": 1, "catalogue": "reports/index.html"}


def test_on_a_terminal_failures_and_a_count_are_told_in_words(place, monkeypatch):
    from kpeval.reporting import progress

    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    outcomes = brought_up_to_date([ENGLISH], place, partial(on_paper, failing={"pilot": ("a cause", "data")}))
    said = io.StringIO()

    with redirect_stdout(said):
        counts = progress.told(iter(outcomes), 1, Path("reports"))

    assert counts == {"failed": 1}
    assert said.getvalue() == f"0 rendered, 0 unchanged, 1 failed; {Path('reports/index.html')} lists the reports\n"


def test_with_json_each_line_is_json_on_a_terminal_too(place, monkeypatch):
    from kpeval.reporting import progress

    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    outcomes = brought_up_to_date([ENGLISH], place, on_paper)
    said = io.StringIO()

    with redirect_stdout(said):
        progress.told(iter(outcomes), 1, Path("reports"), as_json=True)

    assert [json.loads(line).get("state", "counts") for line in said.getvalue().splitlines()] == ["rendered", "counts"]


# --- limits ---


@pytest.fixture
def given(monkeypatch):
    """The jobs that are given to the executor."""
    jobs = []
    monkeypatch.setattr(reports, "_executor", lambda how: lambda todo: iter(jobs.extend(todo) or ()))
    return jobs


def test_the_memory_of_a_kernel_is_told_in_gibibytes(place, given):
    asked(*REPORT, "--memory", "0.5")

    assert {job.limits.memory for job in given} == {1 << 29}


def test_a_kernel_may_take_four_gibibytes_if_nothing_is_said(place, given):
    asked(*REPORT)

    assert {job.limits for job in given} == {Limits(cell=120, report=600, memory=4 << 30)}


@pytest.mark.parametrize("memory", ["0", "-1", "0.1", "much", "inf"])
def test_memory_in_which_no_kernel_starts_is_wrong_usage(place, memory):
    assert asked(*REPORT, "--memory", memory).exit_code == 2


def test_a_line_is_one_line_however_long_its_cause(place, paper):
    paper["pilot"] = ("long " * 100, "data")

    assert len(lines(asked(*REPORT, "--lang", "en"))) == 2


# --- two at once, and what a killed one left ---


def test_a_batch_that_finds_another_at_work_can_leave(tmp_path):
    with at_work(tmp_path, wait=True, told=print) as first, at_work(tmp_path, wait=False, told=print) as second:
        assert (first, second) == (True, False)


def test_a_batch_that_finds_another_at_work_says_so_and_waits(tmp_path):
    said, order = [], []

    def second():
        with at_work(tmp_path, wait=True, told=said.append):
            order.append("second")

    with at_work(tmp_path, wait=True, told=said.append):
        thread = threading.Thread(target=second)
        thread.start()
        until = time.monotonic() + 10
        while not said and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.1)
        order.append("first")
    thread.join(10)

    assert order == ["first", "second"]
    assert said == [f"another kpeval is at work in {tmp_path}: this one waits for it"]


@pytest.mark.slow
def test_two_calls_at_once_are_one_after_the_other(rendered):
    with at_work(rendered / "reports", wait=False, told=print):
        waiting = subprocess.Popen([KPEVAL, *REPORT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert "is at work in reports: this one waits for it" in waiting.stderr.readline()
        assert waiting.poll() is None
    stdout, _ = waiting.communicate(timeout=30)

    assert waiting.returncode == 0
    assert json.loads(stdout.splitlines()[-1])["unchanged"] == 2


def test_the_lock_is_private(place):
    brought_up_to_date([ENGLISH], place, on_paper)

    assert (place / "reports" / ".kpeval" / "lock").stat().st_mode & 0o777 == 0o600


def test_leftovers_of_a_killed_batch_are_tidied_up(place, tmp_path_factory):
    brought_up_to_date([ENGLISH], place, on_paper)
    scratch = tmp_path_factory.mktemp("tmp") / "kpeval-killed"
    (scratch / "r1" / "runtime").mkdir(parents=True)
    out = place / "reports"
    parts = [
        out / ".index.html.0a1b2c3d.part",
        ENGLISH.page(out).with_name(".small.en.html.0a1b2c3d.part"),
        ENGLISH.kept(out, ".ipynb").with_name(".small.en.ipynb.0a1b2c3d.part"),
    ]
    for part in parts:
        part.write_text("half a fi")
    (out / ".kpeval" / "scratch").write_text(f"{scratch}\n")

    brought_up_to_date([ENGLISH], place, on_paper)

    assert [path for path in (*parts, scratch, out / ".kpeval" / "scratch") if path.exists()] == []


def test_only_a_scratch_folder_of_kpevals_own_is_removed(place, tmp_path_factory):
    """What is noted might be anything: a note is no reason to remove somebody's folder."""
    precious = tmp_path_factory.mktemp("precious")
    brought_up_to_date([ENGLISH], place, on_paper)
    (place / "reports" / ".kpeval" / "scratch").write_text(f"{precious}\n")

    brought_up_to_date([ENGLISH], place, on_paper)

    assert precious.exists()


def test_a_note_without_words_is_no_hindrance(place):
    brought_up_to_date([ENGLISH], place, on_paper)
    (place / "reports" / ".kpeval" / "scratch").write_text("")

    assert [outcome.state for outcome in brought_up_to_date([ENGLISH], place, on_paper)] == ["unchanged"]


def test_a_file_of_somebody_elses_is_left_where_it_is(place):
    brought_up_to_date([ENGLISH], place, on_paper)
    theirs = place / "reports" / "pilot" / "notes.part"
    theirs.write_text("years of work")

    brought_up_to_date([ENGLISH], place, on_paper)

    assert theirs.exists()


def test_nothing_is_left_in_the_temporary_folder(place, monkeypatch, tmp_path_factory):
    temporary = tmp_path_factory.mktemp("tmp")
    monkeypatch.setattr("tempfile.tempdir", str(temporary))

    brought_up_to_date([ENGLISH], place, on_paper)

    assert list(temporary.iterdir()) == []
    assert not (place / "reports" / ".kpeval" / "scratch").exists()


@pytest.mark.slow
def test_one_job_or_three_make_the_same_bytes(place, tmp_path_factory, monkeypatch):
    """Pages, executed notebooks and the catalogue, of three reports made by one worker and by three."""
    another(place, "second")
    reports = ["report", "pilot", "second", "--as-of", DAY, "--notebook", "small", "--lang", "en"]

    for jobs in ("1", "3"):
        assert asked(*reports, "--jobs", jobs, "--out", f"out{jobs}").exit_code == 0

    def written(out):
        ends = (".html", ".ipynb")
        return {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.name.endswith(ends)}

    assert written(place / "out1") == written(place / "out3")
    assert len(written(place / "out1")) == 5


@pytest.mark.slow
def test_a_dead_kernel_is_told_in_one_line(place):
    write_notebook(place / "notebooks" / "small.ipynb", compute="import os\n\nos._exit(9)")

    result = asked(*REPORT, "--lang", "en")

    assert result.exit_code == 1
    assert "small.en: the kernel died (out of memory?) (more in" in result.stderr
    assert not ENGLISH.page(place / "reports").exists()
    assert "Traceback" not in result.output
