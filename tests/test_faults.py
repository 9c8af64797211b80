"""Whatever dies, hangs, fills up or changes: the cause is told, nothing is torn, and the rest is rendered."""

import json
import os
import random
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing, suppress
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from faulty import (
    DAY,
    GONE,
    KILLS_ITS_WORKER,
    PLACE,
    PROJECTS,
    WAITS,
    Place,
    only_once,
    torn,
    until,
)

from kpeval.cli import main, reports
from kpeval.reporting.ledger import Ledger

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are found and limited as Linux does"),
]
MARKED = "jan.tajny@example.cz"
LONGEST = 5  # seconds that a report of the ward may take


@pytest.fixture
def place(tmp_path):
    with Place(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The files of a run in which nothing went wrong; the same wherever and whenever it is made."""
    with Place(tmp_path_factory.mktemp("undisturbed")) as place:
        said = place.call()
        assert said.code == 0, said.err
        assert said.err == ""
        files = place.files()
    assert torn(files) == []
    assert len(files) == 2 + 2 * 6
    return files


def runs(place):
    """How often each report stands in the ledger, by how it ended."""
    with Ledger(place.out, begin=False) as ledger:
        found = [(run.report.project, run.report.lang, run.state) for run in ledger.numbered().values()]
    return {one: found.count(one) for one in found}


def in_a_cell(place, project="beta", *more):
    """A batch in the midst of a cell of the project."""
    place.plant(project, WAITS)
    process = place.start(*place.run, *more)
    until(lambda: place.tries(project), process=process)
    return process


def goes_on(place):
    (place.folder / "go").touch()


# --- a ward of reports that go wrong, each in its way, in one batch after one in which all went well ---


FAULTS = {
    "dies": "os.kill(os.getpid(), signal.SIGKILL)",
    "dies-once": only_once("os.kill(os.getpid(), signal.SIGKILL)"),
    "kills": KILLS_ITS_WORKER,
    "kills-once": only_once(KILLS_ITS_WORKER),
    "endless": "while True:\n    time.sleep(0.1)",
    "deaf": "signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    time.sleep(0.1)",
    "stopped": "os.kill(os.getpid(), signal.SIGSTOP)",
}
WELL = ("alpha", "omega")
WRONG = "wrong"


@pytest.fixture(scope="module")
def ward(tmp_path_factory):
    """What became of them, and what was there before and after."""
    projects = [*FAULTS, WRONG, *WELL]
    with Place(tmp_path_factory.mktemp("ward"), projects, ["en"]) as place:
        first = place.call()
        assert first.code == 0, first.err
        before = place.files()
        place.heal()
        place.tell_data("150.00")
        place.tell_data(MARKED, [WRONG])
        for project, fault in FAULTS.items():
            place.plant(project, fault)
        said = place.call(*place.run, "--timeout", LONGEST)
        left = outliving(place)
        yield SimpleNamespace(place=place, said=said, before=before, after=place.files(), left=left)


def outliving(place):
    """The processes that are still there a while after the program has ended."""
    deadline = time.monotonic() + GONE
    while (found := place.processes()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


def same_page(ward, project):
    name = f"{project}/{DAY}/small.en.html"
    return ward.before[name] == ward.after[name]


def test_the_rest_of_a_batch_is_rendered(ward):
    states = ward.said.states()

    assert {project: states[project] for project in WELL} == dict.fromkeys(WELL, "rendered")
    assert not any(same_page(ward, project) for project in WELL), "of other data"
    assert ward.said.code == 1


def test_nothing_is_torn_by_what_fails(ward):
    assert torn(ward.after) == []


def test_no_process_outlives_a_batch_with_faults(ward):
    assert ward.left == []


def test_no_folder_stays_behind_after_a_batch_with_faults(ward):
    assert ward.place.temporary() == []


@pytest.mark.parametrize("project", ["dies", "kills", "endless", "deaf", "stopped", WRONG])
def test_what_fails_leaves_the_last_good_page_and_the_catalogue_says_so(ward, project):
    section = ward.place.catalogue().partition(f'<h2 id="{project}">')[2].partition("<h2")[0]

    assert same_page(ward, project)
    assert "Not updated since" in section


@pytest.mark.parametrize(
    ("project", "kind", "cause"),
    [
        ("dies", "died", "the kernel died"),
        ("kills", "process", "the process that made it died"),
        ("endless", "time", f"{LONGEST} seconds"),
        ("deaf", "time", f"{LONGEST} seconds"),
        ("stopped", "time", f"{LONGEST} seconds"),
    ],
)
class TestTriedOnceMoreInVain:
    def test_fails_with_its_cause(self, ward, project, kind, cause):
        became = ward.said.became[project, "en"]

        assert (became["state"], became["kind"]) == ("failed", kind)
        assert cause in became["cause"]
        assert f"failed: {project} {DAY} small.en: {became['cause']}" in ward.said.err

    def test_is_tried_twice(self, ward, project, kind, cause):
        assert ward.place.tries(project) == 2

    def test_has_the_log_that_is_told_of_for_its_owner_only(self, ward, project, kind, cause):
        log = ward.place.log(project)

        assert (f"(more in {log})" in ward.said.err) == log.exists() == (kind != "process")
        assert kind == "process" or stat.S_IMODE(log.stat().st_mode) == 0o600


@pytest.mark.parametrize("project", ["dies-once", "kills-once"])
def test_what_breaks_the_first_time_only_is_rendered(ward, project):
    assert ward.said.states()[project] == "rendered"
    assert ward.place.tries(project) == 2
    assert not ward.place.log(project).exists()


def test_a_fault_of_the_data_is_told_with_its_remedy_and_not_tried_again(ward):
    became = ward.said.became[WRONG, "en"]

    assert (became["state"], became["kind"]) == ("failed", "data")
    assert f"kpeval check {WRONG} lists" in became["cause"]
    assert ward.place.tries(WRONG) == 1


def test_a_value_of_wrong_data_stands_in_the_private_log_only(ward):
    public = [name for name, content in ward.after.items() if MARKED.encode() in content]
    ledger = (ward.place.out / ".kpeval" / "ledger.sqlite").read_bytes()

    assert MARKED not in ward.said.out + ward.said.err
    assert [name for name in public if not name.startswith(".kpeval/")] == []
    assert MARKED.encode() not in ledger
    for name in public:
        assert stat.S_IMODE((ward.place.out / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(ward.place.log(WRONG).stat().st_mode) == 0o600


# --- limits of memory and of a cell's time ---


MOST = 1 << 30
HUNGRY = {
    "gulp": f"bytearray({2 * MOST})",
    "crumbs": "kept = []\nwhile True:\n    kept.append(bytes(1 << 20))",
    "numpy": f"import numpy\n\nnumpy.ones({2 * MOST // 8})",
}
LIMITED = f"""import sys
from pathlib import Path

from kpeval.reporting import batch, held, pool
from kpeval.reporting.asked import grid
from kpeval.reporting.job import Limits
from kpeval.reporting.progress import told

asked, out = grid(sys.argv[1:], ["{DAY}"], ["small"], ["en"]), Path("reports")
with held.at_work(out, wait=True, told=print):
    outcomes = batch.Batch(asked, data=Path("data"), out=out).render(
        lambda jobs: pool.on_this_machine(jobs, workers=2),
        now="2026-01-01T00:00:00+00:00",
        limits=Limits(cell=3, report=12, memory={MOST}),
    )
    told(outcomes, len(asked), out)
"""


@pytest.fixture(scope="module")
def limited(tmp_path_factory):
    """A batch with reports that want more than they may."""
    with Place(tmp_path_factory.mktemp("limited"), ["alpha", *HUNGRY, "chatty", "omega"], ["en"]) as place:
        for project, fault in HUNGRY.items():
            place.plant(project, fault)
        place.plant("chatty", "while True:\n    print('still at work')\n    time.sleep(0.05)")
        said = place.call(*place.projects, program=("-c", LIMITED))
        assert said.code == 0, said.err
        yield SimpleNamespace(place=place, said=said, left=outliving(place))


@pytest.mark.parametrize("project", HUNGRY)
def test_a_cell_that_wants_too_much_memory_fails_its_report_without_another_try(limited, project):
    became = limited.said.became[project, "en"]

    assert (became["state"], became.get("kind"), limited.place.tries(project)) == ("failed", "memory", 1)


def test_the_rest_is_rendered_where_memory_runs_out(limited):
    states = limited.said.states()

    assert (states["alpha"], states["omega"]) == ("rendered", "rendered")
    assert limited.left == []
    assert torn(limited.place.files()) == []


def test_a_cell_that_keeps_talking_may_not_take_longer_than_a_silent_one(limited):
    became = limited.said.became["chatty", "en"]

    assert (became["state"], became["kind"]) == ("failed", "time")
    assert "ran longer than" in became["cause"]


# --- processes of the program itself are killed ---


def test_a_warm_process_that_is_killed_costs_nothing_but_time(place, undisturbed):
    process = in_a_cell(place)
    [warm] = place.those("warm")
    os.kill(warm.pid, signal.SIGKILL)
    goes_on(place)

    said = place.done(process)

    assert said.code == 0, said.err
    assert set(said.states().values()) == {"rendered"}
    assert place.files() == undisturbed


def test_workers_that_are_killed_in_the_midst_of_reports_are_replaced(place, undisturbed):
    process = in_a_cell(place)
    for worker in place.those("worker"):
        os.kill(worker.pid, signal.SIGKILL)
    goes_on(place)

    said = place.done(process)

    assert said.code == 0, said.err
    assert place.files() == undisturbed


def test_the_process_that_workers_come_from_may_be_killed(place, undisturbed):
    process = in_a_cell(place)
    [server] = place.those("server")
    os.kill(server.pid, signal.SIGKILL)
    goes_on(place)

    said = place.done(process)

    assert said.code == 0, said.err
    assert place.files() == undisturbed


def test_all_processes_are_gone_within_seconds_after_the_program_is_killed(place):
    process = in_a_cell(place)
    assert place.those("kernel")

    process.kill()
    process.wait()

    until(lambda: not place.processes(), seconds=GONE)


def test_a_program_that_is_killed_leaves_nothing_torn_and_the_next_carries_on(place, undisturbed):
    process = in_a_cell(place)
    process.kill()
    process.wait()
    place.kill_all()
    assert torn(name_and_bytes(place)) == []
    goes_on(place)

    said = place.call()

    assert said.code == 0, said.err
    assert place.files() == undisturbed


def test_the_call_after_one_that_was_killed_tidies_the_temporary_folder(place):
    process = in_a_cell(place)
    process.kill()
    process.wait()
    place.kill_all()
    goes_on(place)

    place.call()

    assert place.temporary() == []


def name_and_bytes(place):
    """All files but those that the next call removes."""
    return {name: content for name, content in place.files().items() if not unfinished(name)}


def unfinished(name):
    return name.endswith((".part", "/scratch", "-journal"))


# --- Ctrl-C ---


def interrupted(process):
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    process.wait(60)
    return time.monotonic() - began


def test_an_interrupt_ends_everything_within_seconds_and_says_so_without_a_traceback(place):
    process = in_a_cell(place)

    took = interrupted(process)

    said = place.done(process)
    until(lambda: not place.processes(), seconds=max(GONE - took, 0.1))
    assert took < GONE
    assert said.code not in (0, None)
    assert "Traceback" not in said.err
    assert "Aborted" in said.err


def test_an_interrupt_leaves_pages_ledger_and_temporary_folder_whole(place, undisturbed):
    process = in_a_cell(place)
    interrupted(process)
    until(lambda: not place.processes())
    assert torn(place.files()) == []
    assert place.temporary() == []
    goes_on(place)

    assert place.call().code == 0
    assert place.files() == undisturbed


@pytest.mark.xfail(strict=False, reason="rarely, a process that Python starts hears of Ctrl-C before it ignores it")
def test_an_interrupt_while_workers_are_still_starting_shows_no_traceback(place):
    process = place.start(*place.run)
    until(lambda: place.those("server"), process=process)

    interrupted(process)

    until(lambda: not place.processes())
    assert "Traceback" not in place.said()


# --- the whole batch is killed, again and again ---


KILLS, ROUNDS = 20, 4  # and so many full runs among them


def test_after_kills_at_any_moment_all_files_are_whole_and_a_rerun_gives_the_bytes_of_an_undisturbed_run(tmp_path):
    chance = random.Random(20261123)
    amounts = ("200.00", "150.00")
    with Place(tmp_path, projects=("alpha", "beta")) as place:
        good, took = {}, 0.0
        for amount in amounts:
            place.tell_data(amount)
            began = time.monotonic()
            assert place.call().code == 0
            took = time.monotonic() - began
            good[amount] = place.files()
        for number in range(KILLS):
            amount = amounts[number % 2]
            place.tell_data(amount)  # so that there is something to do
            process = place.start(*place.run)
            with suppress(subprocess.TimeoutExpired):
                process.wait(took * (0.25 + 0.8 * (number * 7 % KILLS + chance.random()) / KILLS))
            place.kill_all()
            process.wait()
            left = name_and_bytes(place)
            whole = [name for name, content in left.items() if content in [good[one].get(name) for one in amounts]]
            assert sorted(left.keys() - whole) == [], f"kill {number}"
            assert sorted(good[amount].keys() - left) == [], f"kill {number}"
            if number % (KILLS // ROUNDS) == KILLS // ROUNDS - 1:
                said = place.call()
                assert said.code == 0, said.err
                assert differing(place.files(), good[amount]) == [], f"after kill {number}"


def differing(files, good):
    return sorted(name for name in files.keys() | good.keys() if files.get(name) != good.get(name))


# --- two at once ---


def test_two_calls_at_once_render_every_report_once(place, undisturbed):
    first = in_a_cell(place)
    second = place.start(*place.run, name="second")
    until(lambda: "this one waits" in place.said(name="second"), process=second)
    goes_on(place)

    said = [place.done(first), place.done(second, "second")]

    assert [one.code for one in said] == [0, 0]
    assert set(said[1].states().values()) == {"unchanged"}
    assert runs(place) == {(project, lang, "rendered"): 1 for project in PROJECTS for lang in ("cs", "en")}
    assert place.files() == undisturbed


# --- no room ---


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of its own, and how to leave so many bytes free on it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs"]
    mounted = subprocess.run(["mount", *options, str(disk)], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"needs a small disk, and mounting one takes root: {mounted.stderr.strip()}")

    def leave(free):
        with (disk / "filler").open("ab") as filler:
            while (more := room() - free) > 0:
                filler.write(bytes(more))
                filler.flush()

    def room():
        told = os.statvfs(disk)
        return told.f_bavail * told.f_frsize

    try:
        yield SimpleNamespace(folder=disk, leave=leave, clear=(disk / "filler").unlink)
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


SAID = ("No space left on device", "File too large", "disk I/O error", "database or disk is full")


@pytest.mark.parametrize("kilobytes", [0, 16, 32])
def test_a_full_disk_is_told_and_leaves_every_page_whole(tmp_path, small_disk, undisturbed, kilobytes):
    """From no room for anything, over room for the executed notebook only, to room for the ledger's growth."""
    (tmp_path / "place").mkdir()
    with Place(tmp_path / "place", out=small_disk.folder / "reports") as place:
        place.tell_data("150.00")
        assert place.call().code == 0
        old = place.files()
        place.tell_data("200.00")
        small_disk.leave(kilobytes << 10)

        said = place.call(*place.run[:-1], "1")

        now = place.files()
        assert sorted(now) == sorted(old), "no stray file, and none is gone"
        assert torn(now) == []
        mixed = [name for name in now if now[name] not in (old[name], undisturbed[name])]
        assert [name for name in mixed if not name.startswith("index.")] == [], "the catalogue tells of failures"
        if differing(now, undisturbed):
            assert said.code == 1
            assert any(cause in said.err for cause in SAID), said.err
            assert "Traceback" not in said.err
        else:
            assert kilobytes >= 24
        small_disk.clear()
        assert place.call().code == 0
        assert differing(place.files(), undisturbed) == []
        assert place.temporary() == []


@pytest.mark.parametrize("most", [10_000, 40_000])
def test_a_limit_of_the_size_of_files_is_told_and_leaves_every_page_whole(place, undisturbed, most):
    place.tell_data("150.00")
    assert place.call().code == 0
    old = place.files()
    place.tell_data("200.00")

    said = place.call(limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)))

    assert said.code == 1, said.out
    assert any(cause in said.err for cause in SAID), said.err
    assert "Traceback" not in said.err
    assert torn(name_and_bytes(place)) == []
    assert sorted(name_and_bytes(place)) == sorted(old), "but for SQLite's journal, from which the next call goes on"
    assert place.call().code == 0
    assert differing(place.files(), undisturbed) == []


# --- something stands in the way ---


def refused(said, place):
    """Whether nothing was tried, and that was told as wrong usage."""
    assert "Traceback" not in said.err
    assert (said.code, [place.tries(project) for project in place.projects]) == (2, [0, 0, 0]), said.err


@pytest.mark.parametrize("how", [(), ("--due",)], ids=["run", "due"])
class TestNoFolderToWriteInto:
    def test_a_file_in_the_place_of_the_folder_is_told_before_anything_runs(self, place, how):
        place.ask(["en"], calendar="@daily")
        place.out.write_text("mine")

        said = place.call(*place.run, *how)

        refused(said, place)
        assert "is a file" in said.err
        assert place.out.read_text() == "mine"

    def test_a_file_in_the_place_of_the_private_folder_is_told_before_anything_runs(self, place, how):
        place.ask(["en"], calendar="@daily")
        place.out.mkdir()
        (place.out / ".kpeval").write_text("mine")

        said = place.call(*place.run, *how)

        refused(said, place)
        assert "File exists" in said.err or "Not a directory" in said.err
        assert (place.out / ".kpeval").read_text() == "mine"

    def test_a_folder_in_the_place_of_the_lock_is_told_before_anything_runs(self, place, how):
        place.ask(["en"], calendar="@daily")
        (place.out / ".kpeval" / "lock").mkdir(parents=True)

        said = place.call(*place.run, *how)

        refused(said, place)

    def test_a_disk_that_can_only_be_read_is_told_before_anything_runs(self, tmp_path, small_disk, how):
        (tmp_path / "place").mkdir()
        (small_disk.folder / "reports").mkdir()
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk.folder)], check=True)
        with Place(tmp_path / "place", out=small_disk.folder / "reports") as place:
            place.ask(["en"], calendar="@daily")

            said = place.call(*place.run, *how)

            refused(said, place)
            assert "Read-only file system" in said.err


def test_a_file_in_the_place_of_a_projects_folder_fails_that_project_only(place):
    place.out.mkdir()
    (place.out / "beta").write_text("mine")

    said = place.call()

    assert said.code == 1
    assert said.states() == {"alpha": "rendered", "beta": "failed", "gamma": "rendered"}
    assert said.became["beta", "en"]["kind"] == "disk"
    assert "Traceback" not in said.err
    assert (place.out / "beta").read_text() == "mine"
    assert "beta" in place.catalogue()


def garbage(ledger):
    ledger.write_bytes(b"no ledger" * 1000)


def empty(ledger):
    ledger.write_bytes(b"")


def folder(ledger):
    ledger.unlink()
    ledger.mkdir()
    (ledger / "mine").touch()


@pytest.mark.parametrize("damage", [garbage])
def test_a_damaged_ledger_is_set_aside_and_that_is_told(place, undisturbed, damage):
    place.ask(["cs", "en"])
    assert place.call().code == 0
    damage(place.out / ".kpeval" / "ledger.sqlite")

    said = place.call()

    [aside] = (place.out / ".kpeval").glob("ledger.damaged-*")
    assert said.code == 0, said.err
    assert runs(place) == {(project, lang, "rendered"): 1 for project in PROJECTS for lang in ("cs", "en")}
    assert differing({name: place.files()[name] for name in undisturbed}, undisturbed) == []
    assert aside.name in said.err


# --- a clock that is set back ---


@pytest.fixture
def clock(monkeypatch):
    """The command line's clock, which can be set."""

    class Clock(datetime):
        year_now = 2026
        hour_now = 12

        @classmethod
        def now(cls, tz=None):
            moment = datetime(cls.year_now, 3, 1, cls.hour_now, tzinfo=UTC)
            return moment.astimezone(tz) if tz else moment.astimezone().replace(tzinfo=None)

    monkeypatch.setattr(reports, "datetime", Clock)
    return Clock


@pytest.fixture
def inside(place, monkeypatch):
    """Calls the command line in this process."""
    place.ask(["en"], calendar="@daily")
    monkeypatch.chdir(place.folder)
    monkeypatch.setenv(PLACE, str(place.folder))

    def call(*arguments):
        result = CliRunner().invoke(main, [*map(str, arguments), "--out", str(place.out)])
        assert result.exit_code == 0, result.output
        return result

    return call


def test_a_run_of_an_earlier_clock_works_and_stands_first_in_the_history(place, inside, clock):
    clock.year_now = 2099
    inside("run", "wanted.toml")
    clock.year_now = 2026
    place.tell_data("150.00")

    inside("run", "wanted.toml")

    told = json.loads(inside("history", "alpha", "--json").stdout)
    assert [run["at"][:4] for run in told] == ["2026", "2099"]
    assert [run["state"] for run in told] == ["rendered", "rendered"]


def test_what_was_due_is_not_rendered_again_after_the_clock_is_set_back(place, inside, clock):
    clock.year_now = 2099
    inside("run", "wanted.toml", "--due")
    for clock.year_now, clock.hour_now in [(2099, 3), (2026, 12), (2026, 3), (2099, 12)]:
        inside("run", "wanted.toml", "--due")

    assert runs(place) == {(project, "en", "rendered"): 1 for project in PROJECTS}


def test_a_ledger_in_use_by_somebody_else_is_told(place):
    """A backup or a browser of databases that holds it for longer than is waited."""
    assert place.call().code == 0
    with closing(sqlite3.connect(place.out / ".kpeval" / "ledger.sqlite")) as other:
        other.execute("BEGIN EXCLUSIVE")

        said = place.call()

    assert said.code == 1
    assert "in use" in said.err
    assert "Traceback" not in said.err
