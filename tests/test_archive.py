"""The history says what was rendered and what had changed; pruning frees what is old, never the last good report."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kpeval.cli.past import history, prune
from kpeval.reporting import archive
from kpeval.reporting.archive import attempts, planned
from kpeval.reporting.asked import Report
from kpeval.reporting.ledger import Ledger, Run

DATA = str(Path(__file__).parents[1] / "data")
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
REPORT = Report("demo", "2019-10-31", "evaluation", "cs")
GOOD = Run(REPORT, "rendered", executed={"data/demo/funding.csv": "1", "notebook": "1"}, shown={"template": "1"})
DAYS = ["2019-03-31", "2019-06-30", "2019-09-30", "2019-12-31"]


@contextmanager
def opened(out):
    """A ledger that does not wait for the disk."""
    with Ledger(out) as ledger:
        ledger._connection.execute("PRAGMA synchronous = OFF")
        yield ledger


def made(ledger, out, report, state="rendered", at="2020-01-01T00:00:00+00:00"):
    """A run, with the files that a batch leaves."""
    page, private = report.page(out), report.kept(out, ".ipynb")
    if state == "rendered":
        paths = [page, page.with_suffix(".json"), private]
        report.kept(out, ".log").unlink(missing_ok=True)
    else:
        paths = [private, private.with_suffix(".log")]
    outputs = {}
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{report} {at} {path.suffix}")
        outputs[path.relative_to(out).as_posix()] = sha256(path.read_bytes()).hexdigest()
    ledger.add(Run(report, state, outputs=outputs, at=at))


def pruned(out, keep=1, pages=False, before=NOW):
    with Ledger(out) as ledger:
        plan = planned(ledger, out, keep=keep, before=before, pages=pages)
        archive.prune(ledger, out, plan)
    return plan


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def reports(out):
    """The files of reports, pages and private ones, without ledger and catalogue."""
    return [name for name in contents(out) if "/20" in name]


@pytest.fixture
def out(tmp_path):
    """Four days of a report, each rendered once."""
    folder = tmp_path / "reports"
    with opened(folder) as ledger:
        for day in DAYS:
            made(ledger, folder, REPORT._replace(as_of=day))
    return folder


def kpeval(command, *arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


# --- history ---


def changed(tmp_path, *runs):
    with opened(tmp_path) as ledger:
        for run in runs:
            ledger.add(run)
        return [attempt.changed for attempt in attempts(ledger, "demo")]


def test_the_first_run_has_nothing_to_be_compared_with(tmp_path):
    assert changed(tmp_path, GOOD) == [None]


def test_a_run_tells_what_had_changed_against_the_one_before(tmp_path):
    executed = {"data/demo/funding.csv": "2", "data/demo/targets.csv": "1"}
    later = GOOD._replace(executed=executed, shown={"template": "2"})

    told = ["data/demo/funding.csv changed", "data/demo/targets.csv added", "notebook removed", "template changed"]
    assert changed(tmp_path, GOOD, later) == [told, None]


def test_a_run_from_the_same_inputs_says_that_nothing_changed(tmp_path):
    assert changed(tmp_path, GOOD, GOOD) == [[], None]


def test_a_report_is_compared_with_itself_although_another_day_came_between(tmp_path):
    between = GOOD._replace(report=REPORT._replace(as_of="2018-10-31"), executed={"notebook": "0"})

    assert changed(tmp_path, GOOD, between, GOOD)[0] == []


def test_a_new_day_is_compared_with_the_day_rendered_before(tmp_path):
    new_day = GOOD._replace(report=REPORT._replace(as_of="2020-10-31"), shown={"template": "2"})

    assert changed(tmp_path, GOOD, new_day)[0] == ["template changed"]


def test_a_run_that_failed_before_its_inputs_were_known_is_not_said_to_have_lost_them(tmp_path):
    assert changed(tmp_path, GOOD, Run(REPORT, "failed"))[0] is None


def test_history_lists_the_newest_first_with_cause_and_change(tmp_path):
    failed = GOOD._replace(state="failed", cause="the kernel died", executed={}, shown={}, at="2026-01-03T00:00:00Z")
    later = GOOD._replace(shown={"template": "2"}, seconds=2.25, at="2026-01-02T10:20:30+00:00")
    with opened(tmp_path) as ledger:
        for run in (GOOD, later, failed):
            ledger.add(run)

    result = kpeval(history, "demo", "--out", tmp_path, "--data", DATA)

    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "2026-01-03 00:00:00 UTC  2019-10-31  evaluation.cs  failed  0.0 s  the kernel died",
        "2026-01-02 10:20:30 UTC  2019-10-31  evaluation.cs  rendered  2.2 s  template changed",
        "-  2019-10-31  evaluation.cs  rendered  0.0 s",
    ]


def test_history_names_a_few_changes_and_counts_the_others(tmp_path):
    with opened(tmp_path) as ledger:
        ledger.add(GOOD)
        ledger.add(GOOD._replace(executed={f"kpeval/{n}.py": "1" for n in range(20)}))

    first = kpeval(history, "demo", "--out", tmp_path, "--data", DATA).output.splitlines()[0]

    assert first.endswith("data/demo/funding.csv removed, kpeval/0.py added, kpeval/1.py added, and 19 more")


def test_history_as_json_holds_every_change(tmp_path):
    with opened(tmp_path) as ledger:
        ledger.add(GOOD)
        ledger.add(GOOD._replace(executed={f"kpeval/{n}.py": "1" for n in range(20)}))

    told = json.loads(kpeval(history, "demo", "--json", "--out", tmp_path, "--data", DATA).output)

    assert [len(run["changed"] or []) for run in told] == [22, 0]
    assert told[0]["as_of"] == "2019-10-31"


def test_a_cause_cannot_steer_the_terminal(tmp_path):
    with opened(tmp_path) as ledger:
        ledger.add(GOOD._replace(state="failed", cause="\x1b[2Jtwo\nlines\x9b"))

    line = kpeval(history, "demo", "--out", tmp_path, "--data", DATA).output.rstrip("\n")

    assert line.endswith("failed  0.0 s  \\x1b[2Jtwo lines\\x9b")


def test_on_a_terminal_there_is_a_table_in_which_a_cause_is_no_markup(tmp_path, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "150")
    with opened(tmp_path) as ledger:
        ledger.add(GOOD._replace(state="failed", cause="[bold]no[/bold] [/nonsense]"))

    output = kpeval(history, "demo", "--out", tmp_path, "--data", DATA).output

    assert "as of" in output.splitlines()[0]
    assert "[bold]no[/bold] [/nonsense]" in output


def test_an_empty_history_says_so(tmp_path):
    result = kpeval(history, "demo", "--out", tmp_path, "--data", DATA)

    assert (result.exit_code, result.output) == (0, f"demo: no report was rendered in {tmp_path} yet\n")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_project_is_wrong_usage_and_the_nearest_is_named(tmp_path):
    result = kpeval(history, "ostrva", "--out", tmp_path, "--data", DATA)

    assert result.exit_code == 2
    assert "did you mean 'ostrava'?" in result.output


def test_a_project_that_is_no_longer_there_still_has_its_history(tmp_path):
    with opened(tmp_path) as ledger:
        ledger.add(GOOD._replace(report=REPORT._replace(project="gone")))

    assert kpeval(history, "gone", "--out", tmp_path, "--data", DATA).exit_code == 0


# --- pruning ---


def test_the_newest_days_stay_whole_and_of_older_ones_the_page(out):
    pruned(out, keep=2)

    for day in DAYS:
        assert (out / f"demo/{day}/evaluation.cs.html").exists()
        assert (out / f"demo/{day}/evaluation.cs.json").exists()
        assert (out / f".kpeval/demo/{day}/evaluation.cs.ipynb").exists() == (day in DAYS[2:])


def test_old_pages_go_when_that_is_asked_for_and_leave_no_empty_folder(out):
    pruned(out, keep=3, pages=True)

    assert sorted(path.name for path in (out / "demo").iterdir()) == DAYS[1:]
    assert sorted(path.name for path in (out / ".kpeval/demo").iterdir()) == DAYS[1:]


def test_when_pages_went_the_catalogue_is_written_anew(out):
    pruned(out, keep=3, pages=False)
    assert not (out / "index.html").exists()
    pruned(out, keep=3, pages=True)
    assert (out / "index.html").exists()


def test_each_project_notebook_and_language_is_counted_by_itself(out):
    others = [REPORT._replace(**{field: "other"}, as_of="2001-01-01") for field in ("project", "notebook", "lang")]
    with opened(out) as ledger:
        for other in others:
            made(ledger, out, other)
    pruned(out, keep=1, pages=True)

    assert all(other.page(out).exists() and other.kept(out, ".ipynb").exists() for other in others)


def test_days_that_only_failed_do_not_push_out_the_last_good_one(out):
    with opened(out) as ledger:
        for day in ("2020-03-31", "2020-06-30", "2020-09-30"):
            made(ledger, out, REPORT._replace(as_of=day), state="failed")
    pruned(out, keep=1, pages=True)

    assert REPORT._replace(as_of=DAYS[-1]).page(out).exists()
    assert REPORT._replace(as_of="2020-03-31").kept(out, ".log").exists()


def test_a_report_that_never_came_about_keeps_its_log(tmp_path):
    with opened(tmp_path) as ledger:
        made(ledger, tmp_path, REPORT, state="failed")
    pruned(tmp_path)

    assert REPORT.kept(tmp_path, ".log").exists()


@pytest.mark.parametrize("at", [NOW.isoformat(), "2026-01-21T12:00:00Z", "2030-01-01", "", "yesterday"])
def test_what_is_young_or_of_no_known_age_stays(out, at):
    with opened(out) as ledger:
        made(ledger, out, REPORT._replace(as_of=DAYS[0]), at=at)
    plan = pruned(out, keep=3, pages=True, before=NOW - timedelta(days=10))

    assert (plan.files, plan.runs) == ([], [])


def test_the_ledger_keeps_of_old_reports_the_last_and_the_last_good_run(out):
    old = REPORT._replace(as_of=DAYS[0])
    with opened(out) as ledger:
        for state in ("failed", "rendered", "failed", "failed"):
            made(ledger, out, old, state)
        before = ledger.latest()
    plan = pruned(out, keep=3, pages=True)

    assert len(plan.runs) == 3
    with Ledger(out) as ledger:
        assert ledger.latest() == before
        assert [run.state for run in ledger.history("demo") if run.report == old] == ["failed", "rendered"]


def test_runs_of_days_that_stay_are_all_remembered(out):
    with opened(out) as ledger:
        made(ledger, out, REPORT._replace(as_of=DAYS[-1]))

    assert pruned(out, keep=4, pages=True) == ([], [], [])


def test_a_file_known_from_a_superseded_run_alone_can_still_be_pruned_later(out):
    old = REPORT._replace(as_of=DAYS[0])
    extra = old.page(out).with_suffix(".pdf")
    extra.write_text("once asked for as PDF too")
    name = extra.relative_to(out).as_posix()
    with opened(out) as ledger:
        ledger.add(Run(old, "rendered", outputs={name: sha256(extra.read_bytes()).hexdigest()}, at="2019-04-01"))
        made(ledger, out, old)
    pruned(out, keep=1)
    assert extra.exists()
    pruned(out, keep=1, pages=True)

    assert not extra.exists()


def test_a_second_pruning_finds_nothing_more(out):
    pruned(out, keep=1, pages=True)

    assert pruned(out, keep=1, pages=True) == ([], [], [])


def test_pruning_that_was_cut_off_is_finished_by_the_next(out):
    made_again = REPORT._replace(as_of=DAYS[0])
    with opened(out) as ledger:
        made(ledger, out, made_again)
        plan = planned(ledger, out, keep=1, before=NOW, pages=True)
    plan.files[0].unlink()  # and then the power failed

    pruned(out, keep=1, pages=True)
    assert all(DAYS[-1] in name for name in reports(out))
    with Ledger(out) as ledger:
        assert len(ledger.numbered()) == len(DAYS)


# --- nothing but what kpeval wrote ---


def test_what_was_altered_since_stays_and_is_told(out):
    altered = REPORT._replace(as_of=DAYS[0]).page(out)
    altered.write_text("with a note in somebody's hand")
    plan = pruned(out, keep=1, pages=True)

    assert plan.altered == [altered]
    assert altered.exists()


def test_what_somebody_else_put_there_stays(out):
    foreign = out / "demo" / DAYS[0] / "evaluation.cs.notes.txt"
    foreign.write_text("mine")
    pruned(out, keep=1, pages=True)

    assert foreign.exists()


@pytest.mark.parametrize(
    "name",
    [
        "../outside.txt",
        "demo/2019-03-31/../../../outside.txt",
        "{tmp}/outside.txt",
        "index.html",
        ".kpeval/ledger.sqlite",
        "demo/2019-06-30/evaluation.cs.html",
        "demo/2019-03-31/evaluation.en.html",
        "",
        ".",
    ],
)
def test_a_ledger_that_names_what_is_not_the_reports_own_removes_none_of_it(out, tmp_path, name):
    (tmp_path / "outside.txt").write_text("secret")
    (out / "index.html").write_text("catalogue")
    (out / "demo/2019-03-31/evaluation.en.html").write_text("a sister")
    name = name.format(tmp=tmp_path)
    path = out / name
    digest = sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    with opened(out) as ledger:
        old = REPORT._replace(as_of=DAYS[0])
        ledger.add(Run(old, "rendered", outputs={name: digest}, at="2020-01-01"))
        plan = planned(ledger, out, keep=3, before=NOW, pages=True)

    assert path.resolve() not in [one.resolve() for one in plan.files]
    assert path.exists()


@pytest.mark.parametrize("linked", ["demo/2019-03-31/evaluation.cs.html", "demo/2019-03-31", "demo"])
def test_nothing_is_removed_through_a_symbolic_link(out, tmp_path, linked):
    elsewhere = tmp_path / "elsewhere"
    (out / linked).rename(elsewhere)
    (out / linked).symlink_to(elsewhere)
    before = contents(elsewhere) if elsewhere.is_dir() else elsewhere.read_bytes()
    pruned(out, keep=1, pages=True)

    assert (contents(elsewhere) if elsewhere.is_dir() else elsewhere.read_bytes()) == before
    assert (out / linked).is_symlink()


def test_an_out_folder_that_is_itself_a_link_is_pruned(out, tmp_path):
    (tmp_path / "link").symlink_to(out)
    pruned(tmp_path / "link", keep=1, pages=True)

    assert all(DAYS[-1] in name for name in reports(out))


RUNS = st.lists(
    st.tuples(
        st.sampled_from(["demo", "usti"]),
        st.sampled_from(DAYS),
        st.sampled_from(["cs", "en"]),
        st.sampled_from(["rendered", "rendered", "failed"]),
        st.sampled_from(["2019-01-01T00:00:00+00:00", "2026-01-30T00:00:00+00:00", "2031-01-01T00:00:00+00:00", ""]),
    ),
    max_size=25,
)


@given(runs=RUNS, keep=st.integers(1, 4), pages=st.booleans(), days=st.sampled_from([0, 10, 5000]))
def test_whatever_is_pruned_the_newest_good_reports_the_young_and_the_foreign_stay(runs, keep, pages, days):
    with TemporaryDirectory() as folder:
        out = Path(folder) / "reports"
        with opened(out) as ledger:
            for project, day, lang, state, at in runs:
                made(ledger, out, Report(project, day, "evaluation", lang), state, at)
            latest = ledger.latest()
            young = {run.report for run in ledger.numbered().values() if run.at != "2019-01-01T00:00:00+00:00"}
        (Path(folder) / "outside.txt").write_text("outside")
        (out / "reports.toml").write_text("not of the ledger")
        before = contents(Path(folder))
        plan = pruned(out, keep, pages, NOW - timedelta(days=days))
        after = contents(Path(folder))
        with Ledger(out) as ledger:
            assert ledger.latest() == latest

    gone = before.keys() - after.keys()
    assert gone == {path.relative_to(folder).as_posix() for path in plan.files}
    good = {}
    for report, (_, run) in latest.items():
        if run:
            good[report.project, report.lang] = max(report.as_of, good.get((report.project, report.lang), ""))
    safe = young if days else set()
    for report in {Report(project, day, "evaluation", lang) for (project, lang), day in good.items()} | safe:
        own = f"{report.project}/{report.as_of}/evaluation.{report.lang}."
        assert [name for name in gone if own in name] == []
    same = before.keys() - gone - {"reports/.kpeval/ledger.sqlite", "reports/index.html"}
    assert {name: before[name] for name in same} == {name: after[name] for name in same}
    assert pages or not any(name.endswith((".html", ".json")) for name in gone)


# --- the command ---


def test_a_dry_run_lists_and_changes_nothing(out):
    before = contents(out)
    result = kpeval(prune, "--keep", 1, "--pages", "--dry-run", "--out", out)

    assert result.exit_code == 0
    assert "9 files (0.0 MB) and 0 runs of the ledger would go." in result.output
    assert str(out / "demo" / DAYS[0] / "evaluation.cs.html") in result.output
    assert contents(out) == before


def test_prune_removes_what_it_lists(out):
    result = kpeval(prune, "--keep", 1, "--pages", "--out", out)

    assert "9 files (0.0 MB) and 0 runs of the ledger removed." in result.output
    listed = [Path(line) for line in result.output.splitlines()[:-1]]
    assert [path for path in listed if path.exists()] == []
    assert len(reports(out)) == 3


def test_how_old_a_report_is_counts_from_when_it_was_rendered(out):
    assert "0 files" in kpeval(prune, "--keep", 1, "--older-than", 36_500, "--out", out).output


@pytest.mark.parametrize("arguments", [[], ["--keep", 0], ["--keep", 1, "--older-than", -1]])
def test_pruning_without_a_sensible_number_is_wrong_usage(out, arguments):
    before = contents(out)

    assert kpeval(prune, *arguments, "--out", out).exit_code == 2
    assert contents(out) == before


def test_pruning_where_there_are_no_reports_makes_no_folder(tmp_path):
    result = kpeval(prune, "--keep", 1, "--out", tmp_path / "none")

    assert result.output == "0 files (0.0 MB) and 0 runs of the ledger removed.\n"
    assert not (tmp_path / "none").exists()


def test_a_damaged_ledger_is_told_and_nothing_is_pruned(out):
    (out / ".kpeval/ledger.sqlite").write_text("no database")
    before = contents(out)
    result = kpeval(prune, "--keep", 1, "--out", out)

    assert result.exit_code == 2
    assert "is damaged" in result.output
    assert contents(out) == before


def test_a_file_that_cannot_be_removed_is_told_without_a_traceback(out, monkeypatch):
    def refuse(path, missing_ok=False):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    result = kpeval(prune, "--keep", 1, "--out", out)

    assert result.exit_code == 1
    assert result.output.endswith("Permission denied\n")
