"""The ledger keeps what was added through kill, damage and a clock set back, and stays small."""

import errno
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from hashlib import sha256

import pytest

from kpeval.reporting import ledger_file
from kpeval.reporting.asked import Misuse, Report
from kpeval.reporting.ledger import Known, Ledger, Run

REPORT = Report("demo", "2019-10-31", "evaluation", "cs")
GOOD = Run(
    REPORT,
    "rendered",
    seconds=1.5,
    executed={"data/demo/funding.csv": "f1", "kpeval/schema.py": "s1", "notebook": "n1"},
    shown={"template": "t1"},
    outputs={"demo/2019-10-31/evaluation.cs.html": "h1"},
    at="2019-11-01T06:00:00+00:00",
)
FAILED = GOOD._replace(state="failed", cause="the kernel died", kind="infrastructure", shown={}, outputs={})


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path) as opened:
        yield opened


def files(out):
    return sorted(path.name for path in (out / ".kpeval").iterdir())


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


# --- what is added is there ---


def test_a_run_comes_back_as_it_was_added(ledger):
    ledger.add(GOOD)

    assert ledger.last(REPORT) == GOOD


def test_of_a_report_never_tried_nothing_is_known(ledger):
    assert (ledger.last(REPORT), ledger.last_good(REPORT), ledger.latest()) == (None, None, {})


def test_a_failure_leaves_the_last_good_run(ledger):
    ledger.add(GOOD)
    ledger.add(FAILED)

    assert ledger.last(REPORT) == FAILED
    assert ledger.last_good(REPORT) == GOOD
    assert ledger.latest() == {REPORT: (FAILED, GOOD)}


def test_reports_that_differ_in_one_word_are_kept_apart(ledger):
    others = [REPORT._replace(**{field: "other"}) for field in Report._fields]
    for report in others:
        ledger.add(FAILED._replace(report=report))

    assert ledger.last(REPORT) is None
    assert ledger.latest() == {report: (FAILED._replace(report=report), None) for report in others}


def test_the_history_of_a_project_begins_with_the_run_added_last(ledger):
    for run in (GOOD, GOOD._replace(report=REPORT._replace(project="other")), FAILED):
        ledger.add(run)

    assert ledger.history("demo") == [FAILED, GOOD]


def test_a_clock_set_back_changes_no_order(ledger):
    ledger.add(GOOD)
    later = GOOD._replace(at="1970-01-01T00:00:00+00:00", seconds=2.0)
    ledger.add(later)

    assert ledger.last_good(REPORT) == later
    assert ledger.history("demo") == [later, GOOD]


@pytest.mark.parametrize(
    "cause",
    ["'); DROP TABLE run; --", "\x1b[2Jred\x07", "nul\x00inside", "two\nlines", "Příliš žluťoučký 𝔨ůň", '{"a": "b"}'],
)
def test_a_cause_is_text_whatever_it_says(ledger, cause):
    ledger.add(FAILED._replace(cause=cause))

    assert ledger.last(REPORT).cause == cause


def test_half_a_character_is_written_out(ledger):
    ledger.add(FAILED._replace(cause="name \udcff", outputs={"\udcff.html": "h"}))

    assert ledger.last(REPORT).cause == "name \\udcff"
    assert ledger.last(REPORT).outputs == {"\udcff.html": "h"}


def test_a_slot_is_done_once_it_is_marked(ledger):
    assert not ledger.slot_done("monthly", "2019-10-31")
    ledger.mark_slot("monthly", "2019-10-31", "2019-11-01T06:00:00+00:00")
    ledger.mark_slot("monthly", "2019-10-31", "2019-11-01T07:00:00+00:00")

    assert ledger.slot_done("monthly", "2019-10-31")
    assert not ledger.slot_done("monthly", "2019-11-30")
    assert not ledger.slot_done("weekly", "2019-10-31")


# --- who is to hear of it ---

KNOWN = Known("rendered", "", "h1")  # of GOOD


def test_who_is_to_hear_of_a_run_is_noted_with_what_they_know(ledger):
    ledger.add(GOOD)
    ledger.add(FAILED, tell=["a@example.org", "b@example.org"])

    assert ledger.untold() == {"a@example.org": {REPORT: KNOWN}, "b@example.org": {REPORT: KNOWN}}


def test_of_a_report_never_tried_they_know_nothing(ledger):
    ledger.add(GOOD, tell=["a@example.org"])

    assert ledger.untold() == {"a@example.org": {REPORT: Known()}}


def test_until_they_have_heard_they_know_what_they_knew(ledger):
    ledger.add(GOOD)
    ledger.add(FAILED, tell=["a@example.org"])
    ledger.add(GOOD, tell=["a@example.org"])

    assert ledger.untold() == {"a@example.org": {REPORT: KNOWN}}


def test_who_has_heard_is_to_hear_no_more(ledger):
    ledger.add(GOOD, tell=["a@example.org", "b@example.org"])

    ledger.mark_told("a@example.org")

    assert list(ledger.untold()) == ["b@example.org"]


def test_a_run_that_cannot_be_added_is_nobodys_news(ledger):
    with pytest.raises(sqlite3.ProgrammingError):
        ledger.add(GOOD._replace(seconds=object()), tell=["a@example.org"])

    assert ledger.untold() == {}


def test_a_ledger_of_the_layout_before_is_taken_along(tmp_path):
    with Ledger(tmp_path) as ledger:
        ledger.add(GOOD)
        ledger.mark_slot("monthly", "2019-10-31", "")
        ledger._connection.executescript("DROP TABLE untold; PRAGMA user_version = 1")

    with Ledger(tmp_path) as ledger:
        ledger.add(FAILED, tell=["a@example.org"])
        assert ledger.history("demo") == [FAILED, GOOD]
        assert ledger.slot_done("monthly", "2019-10-31")
        assert ledger.untold() == {"a@example.org": {REPORT: KNOWN}}
    assert ledger.set_aside is None


def test_who_only_looks_leaves_the_layout_as_it_is(tmp_path):
    with Ledger(tmp_path) as ledger:
        ledger.add(GOOD)
        ledger._connection.executescript("DROP TABLE untold; PRAGMA user_version = 1")
    before = ledger.path.read_bytes()

    with Ledger(tmp_path, begin=False) as ledger:
        assert ledger.history("demo") == [GOOD]
    assert ledger.path.read_bytes() == before


# --- forgetting ---


def test_a_run_that_is_forgotten_takes_its_inputs_along_but_not_those_of_others(ledger):
    ledger.add(GOOD)
    newer = GOOD._replace(executed={**GOOD.executed, "data/demo/funding.csv": "f2"})
    ledger.add(newer)
    ledger.forget([1])

    assert ledger.history("demo") == [newer]
    stored = [text for (text,) in ledger._connection.execute("SELECT entries FROM inputs")]
    assert not any("f1" in text for text in stored)


def test_inputs_that_come_after_forgetting_are_not_taken_for_the_forgotten(ledger):
    ledger.add(GOOD)
    assert ledger.last(REPORT) == GOOD
    ledger.forget([1])
    newer = GOOD._replace(executed={"data/demo/funding.csv": "f9"})
    ledger.add(newer)

    assert ledger.last(REPORT) == newer


def test_a_number_is_not_given_twice(ledger):
    ledger.add(GOOD)
    ledger.forget([1])
    ledger.add(GOOD)

    assert list(ledger.numbered()) == [2]


# --- private, small, fast ---


def test_only_its_owner_can_read_it(tmp_path):
    before = os.umask(0)
    try:
        with Ledger(tmp_path) as ledger:
            ledger.add(GOOD)
    finally:
        os.umask(before)

    assert (mode(tmp_path / ".kpeval"), mode(ledger.path)) == (0o700, 0o600)


def digest(*words):
    return sha256(repr(words).encode()).hexdigest()


def test_5000_runs_take_less_than_2_kilobytes_each_and_load_at_once(tmp_path):
    code = {f"kpeval/{n}.py": digest(n) for n in range(60)} | {f"packages/{n}": digest(n) for n in range(100)}
    with Ledger(tmp_path) as ledger:
        ledger._connection.execute("PRAGMA synchronous = OFF")  # not under test here, and most of the time
        for number in range(5000):
            report = REPORT._replace(project=f"p{number % 2500}")
            data = {f"data/{report.project}/{table}.csv": digest(number, table) for table in range(8)}
            ledger.add(GOOD._replace(report=report, executed=code | data))
        start = time.perf_counter()
        latest = ledger.latest()
        seconds = time.perf_counter() - start

    assert len(latest) == 2500
    assert latest[REPORT._replace(project="p7")][0].executed["data/p7/3.csv"] == digest(2507, 3)
    assert ledger.path.stat().st_size < 5000 * 2000
    assert seconds < 2  # 0.1 on an idle machine


# --- kill, power cut, full disk ---

ADDING = """
import sys
from pathlib import Path
from kpeval.reporting.asked import Report
from kpeval.reporting.ledger import Ledger, Run

with Ledger(Path(sys.argv[1])) as ledger:
    for number in range(len(ledger.history("demo")), 10**6):
        ledger.add(Run(Report("demo", "2019-10-31", "evaluation", "cs"), "rendered", seconds=number, shown={"a": "b"}))
        print(number, flush=True)
"""


def test_kill_9_loses_nothing_that_was_added(tmp_path):
    for lines in (1, 7, 30, 2, 3):
        adding = subprocess.Popen([sys.executable, "-c", ADDING, tmp_path], stdout=subprocess.PIPE, text=True)
        with adding:
            for _ in range(lines):
                adding.stdout.readline()
            adding.send_signal(signal.SIGKILL)
            told = adding.stdout.read().split()
        with Ledger(tmp_path) as ledger:
            seconds = [run.seconds for run in reversed(ledger.history("demo"))]

        assert seconds == list(range(len(seconds)))
        assert len(seconds) > int(told[-1]) if told else len(seconds) >= lines
        assert files(tmp_path) == ["ledger.sqlite"]


def half_written(ledger, out):
    """What a power cut leaves in `out` while a run is being added: some pages are written, the journal has the old."""
    ledger._connection.execute("PRAGMA cache_size = 1")
    ledger._connection.execute("BEGIN IMMEDIATE")
    ledger._connection.execute("UPDATE run SET cause = 'half'")
    ledger._connection.executemany("INSERT INTO slot VALUES (?, ?, '')", [(str(n), "x" * 3000) for n in range(50)])
    shutil.copytree(ledger.path.parent, out / ".kpeval")
    ledger._connection.execute("ROLLBACK")


def test_a_run_that_was_half_added_is_taken_back(ledger, tmp_path):
    ledger.add(GOOD)
    half_written(ledger, tmp_path / "cut")
    assert "ledger.sqlite-journal" in files(tmp_path / "cut")

    with Ledger(tmp_path / "cut") as after:
        assert after.history("demo") == [GOOD]
        assert not after.slot_done("1", "x" * 3000)
    assert after.set_aside is None
    assert files(tmp_path / "cut") == ["ledger.sqlite"]


def test_a_full_disk_is_told_as_such_and_what_was_added_before_stays(ledger):
    ledger.add(GOOD)
    pages = ledger._connection.execute("PRAGMA page_count").fetchone()[0]
    ledger._connection.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(OSError, match="No space left") as caught:
        ledger.add(FAILED._replace(cause="x" * 100_000))

    assert caught.value.errno == errno.ENOSPC
    assert caught.value.filename == str(ledger.path)
    assert ledger.history("demo") == [GOOD]
    ledger._connection.execute(f"PRAGMA max_page_count = {pages + 100}")
    ledger.add(FAILED)
    assert ledger.last(REPORT) == FAILED


# --- damage ---


def zero_bytes(path):
    path.write_bytes(b"")


def torn(path):
    os.truncate(path, path.stat().st_size // 2)


def scribbled(path):
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096)


def no_database(path):
    path.write_text("notes of a meeting\n" * 500)


def another_database(path):
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE cookies (a)")


def folder(path):
    path.unlink()
    path.mkdir()


def dangling_link(path):
    path.unlink()
    path.symlink_to("nowhere")


DAMAGES = [zero_bytes, torn, scribbled, no_database, another_database, folder, dangling_link]


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_cannot_be_read_is_set_aside_and_a_new_one_begun(tmp_path, damage):
    with Ledger(tmp_path) as ledger:
        ledger.add(GOOD)
    damage(ledger.path)

    with Ledger(tmp_path) as ledger:
        assert ledger.set_aside == tmp_path / ".kpeval/ledger.damaged-1.sqlite"
        assert os.path.lexists(ledger.set_aside)
        assert ledger.history("demo") == []
        ledger.add(GOOD)
    with Ledger(tmp_path) as ledger:
        assert ledger.set_aside is None
        assert ledger.history("demo") == [GOOD]


def test_a_second_damaged_one_does_not_replace_the_first(tmp_path):
    for _ in range(2):
        with Ledger(tmp_path) as ledger:
            pass
        ledger.path.write_text("no database")
    with Ledger(tmp_path):
        pass

    assert files(tmp_path) == ["ledger.damaged-1.sqlite", "ledger.damaged-2.sqlite", "ledger.sqlite"]


@pytest.mark.parametrize("loss", [no_database, os.unlink])
def test_the_journal_of_a_lost_ledger_is_not_played_into_the_new_one(ledger, tmp_path, loss):
    ledger.add(GOOD)
    half_written(ledger, tmp_path / "cut")
    loss(tmp_path / "cut/.kpeval/ledger.sqlite")

    with Ledger(tmp_path / "cut") as after:
        assert after.history("demo") == []
        after.add(FAILED)
    with Ledger(tmp_path / "cut") as after:
        assert after.history("demo") == [FAILED]


def test_a_ledger_of_a_newer_kpeval_is_refused_and_left_as_it_is(tmp_path):
    with Ledger(tmp_path) as ledger:
        ledger._connection.execute("PRAGMA user_version = 3")
    before = ledger.path.read_bytes()

    with pytest.raises(Misuse, match=r"is of a newer kpeval .layout 3, this one knows 2.: update kpeval"):
        Ledger(tmp_path)
    assert ledger.path.read_bytes() == before
    assert files(tmp_path) == ["ledger.sqlite"]


def test_a_file_in_the_place_of_its_folder_is_an_os_error(tmp_path):
    (tmp_path / ".kpeval").write_text("")

    with pytest.raises(FileExistsError):
        Ledger(tmp_path)


# --- two at once ---


def test_another_process_reads_while_one_writes(ledger, tmp_path):
    ledger.add(GOOD)
    with Ledger(tmp_path, begin=False) as reader:
        ledger.add(FAILED)
        assert reader.history("demo") == [FAILED, GOOD]


def test_who_waits_too_long_for_another_is_told_so(ledger, tmp_path, monkeypatch):
    monkeypatch.setattr(ledger_file, "WAIT", 0.05)
    with Ledger(tmp_path) as second:
        ledger._connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(OSError, match="in use by another kpeval") as caught:
            second.add(GOOD)
        assert caught.value.errno == errno.EBUSY
        ledger._connection.execute("ROLLBACK")
        second.add(GOOD)

    assert ledger.history("demo") == [GOOD]


# --- looking without beginning ---


def test_who_only_looks_begins_no_ledger(tmp_path):
    with Ledger(tmp_path, begin=False) as ledger:
        assert ledger.history("demo") == []

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", DAMAGES)
def test_who_only_looks_sets_nothing_aside(tmp_path, damage):
    with Ledger(tmp_path) as ledger:
        ledger.add(GOOD)
    damage(ledger.path)

    with pytest.raises(Misuse, match="is damaged"):
        Ledger(tmp_path, begin=False)
    assert files(tmp_path) == ["ledger.sqlite"]
