"""What is due by the calendar is rendered once, whatever the machine slept through, and who must know is told once."""

import json
import os
import re
import shutil
from datetime import UTC, datetime
from functools import partial

import pytest
from click.testing import CliRunner
from conftest import DAY, NOW, SECRET, on_paper

from kpeval.cli import main, reports
from kpeval.reporting.asked import Report
from kpeval.reporting.due import due, news, see_to, watched
from kpeval.reporting.failure import INFRASTRUCTURE
from kpeval.reporting.held import at_work
from kpeval.reporting.ledger import Ledger, Run
from kpeval.reporting.mail import Change
from kpeval.reporting.wanted import Wanted

ENGLISH = Report("pilot", "2025-12-31", "small", "en")
GROUP = Wanted(["pilot"], ["quarter-end"], ["small"], ["en"], ["html"], "0 6 5 1,4,7,10 *", ("a@example.org",))
BEFORE, AFTER = datetime(2026, 1, 4, 12, tzinfo=UTC), datetime(2026, 1, 5, 12, tzinfo=UTC)
TOML = """[[report]]
project = "pilot"
as_of = "quarter-end"
notebook = "small"
languages = ["en"]
calendar = "0 6 5 1,4,7,10 *"
tell = ["a@example.org"]
"""


@pytest.fixture(autouse=True)
def zone(monkeypatch):
    """The machine's clock shows universal time, so that a slot is at six there."""
    import time

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path) as ledger:
        yield ledger


def seen_to(ledger, *groups):
    """Every report of the groups' last slots was rendered, and the slots were seen to."""
    came = due(groups or [GROUP], ledger, AFTER)
    for report in [report for one in came for report in one.reports]:
        ledger.add(Run(report, "rendered"))
    see_to(came, ledger, NOW, {report: "" for one in came for report in one.reports})


# --- what is due ---


def test_the_last_slot_of_a_calendar_is_due_with_its_own_day(ledger):
    (came,) = due([GROUP], ledger, AFTER)

    assert came.slot.isoformat() == "2026-01-05T06:00:00+00:00"
    assert came.reports == (ENGLISH,)


def test_a_group_without_a_calendar_is_never_due(ledger):
    assert due([GROUP._replace(calendar="")], ledger, AFTER) == []


def test_a_slot_that_was_seen_to_is_not_due(ledger):
    seen_to(ledger)

    assert due([GROUP], ledger, AFTER) == []


def test_of_many_slots_that_were_missed_the_last_one_is_due(ledger):
    seen_to(ledger)

    (came,) = due([GROUP], ledger, datetime(2027, 3, 1, tzinfo=UTC))

    assert came.reports == (ENGLISH._replace(as_of="2026-12-31"),)


def test_a_late_call_renders_the_day_of_the_slot_and_not_its_own(ledger):
    (came,) = due([GROUP._replace(as_of=["today"])], ledger, datetime(2026, 2, 20, tzinfo=UTC))

    assert [report.as_of for report in came.reports] == ["2026-01-05"]


def test_a_slot_that_was_seen_to_is_so_in_every_zone(ledger):
    from zoneinfo import ZoneInfo

    seen_to(ledger)

    with_zone = due([GROUP], ledger, AFTER.astimezone(ZoneInfo("Europe/Prague")))
    assert [came.slot.astimezone(UTC).hour for came in with_zone] == [5]  # six in Prague is another moment


def test_of_two_groups_only_the_one_whose_moment_has_come_is_due(ledger):
    seen_to(ledger)
    other = GROUP._replace(as_of=[DAY])

    assert [came.group for came in due([GROUP, other], ledger, AFTER)] == [other]


@pytest.mark.parametrize("kind", ["data", "notebook", "page"])
def test_a_failure_of_data_or_notebook_is_seen_to(ledger, kind):
    came = due([GROUP], ledger, AFTER)

    see_to(came, ledger, NOW, {report: kind for one in came for report in one.reports})

    assert due([GROUP], ledger, AFTER) == []


@pytest.mark.parametrize("kind", INFRASTRUCTURE)
def test_a_failure_of_the_machine_leaves_the_slot_due(ledger, kind):
    came = due([GROUP], ledger, AFTER)

    see_to(came, ledger, NOW, {report: kind for one in came for report in one.reports})

    assert len(due([GROUP], ledger, AFTER)) == 1


# --- who must know ---

GOOD = Run(ENGLISH, "rendered", outputs={f"pilot/{ENGLISH.as_of}/small.en.html": "1"})
OTHER = GOOD._replace(outputs={f"pilot/{ENGLISH.as_of}/small.en.html": "2"})
FAILED = Run(ENGLISH, "failed", "a cause", "data")
DIED = FAILED._replace(kind="died")


def heard(ledger, before, *runs, groups=(GROUP,)):
    """What those whom the groups name hear of the runs, of which the first ones were before."""
    tell = watched(due(groups, ledger, AFTER)).get(ENGLISH, [])
    for run in before:
        ledger.add(run)
    for run in runs:
        ledger.add(run, tell)
    return news(ledger)


@pytest.mark.parametrize(
    ("before", "runs", "what"),
    [
        ([], [GOOD], "changed"),  # a first report is one that was waited for
        ([GOOD], [GOOD], None),
        ([GOOD], [OTHER], "changed"),
        ([GOOD], [FAILED], "failed"),
        ([], [FAILED], "failed"),
        ([GOOD, FAILED], [FAILED], None),
        ([GOOD, FAILED], [DIED], "failed"),
        ([GOOD, FAILED], [GOOD], "recovered"),
        ([FAILED], [GOOD], "recovered"),
        # what nobody has heard of yet is told as it is by now
        ([GOOD], [FAILED, GOOD], None),
        ([GOOD], [FAILED, OTHER], "changed"),
        ([GOOD], [OTHER, FAILED], "failed"),
        ([GOOD], [OTHER, GOOD], None),
        ([FAILED], [GOOD, FAILED], None),
        ([FAILED], [GOOD, OTHER], "recovered"),
    ],
)
def test_what_became_worse_better_or_different_is_told(ledger, before, runs, what):
    told = heard(ledger, before, *runs)

    cause = "a cause" if what == "failed" else ""
    assert told == {"a@example.org": [Change(ENGLISH, what, cause)] if what else []}


def test_whoever_is_named_in_two_groups_hears_once(ledger):
    told = heard(ledger, [], GOOD, groups=[GROUP, GROUP._replace(notebooks=["small", "small"])])

    assert told == {"a@example.org": [Change(ENGLISH, "changed", "")]}


def test_nobody_hears_where_nobody_is_named(ledger):
    assert heard(ledger, [], FAILED, groups=[GROUP._replace(tell=())]) == {}


def test_a_report_that_the_ledger_has_forgotten_is_nobodys_news(ledger):
    heard(ledger, [], GOOD)
    ledger.forget(ledger.numbered())

    assert news(ledger) == {"a@example.org": []}


# --- kpeval run --due ---


class Machine:
    """A folder with a timer: its clock, what it fails with, and `kpeval run --due` in it."""

    def __init__(self, place, box):
        self.place, self.box, self.now, self.failing = place, box, AFTER, {}

    def clock(self, tz=None):
        return self.now.astimezone(tz) if tz else self.now.astimezone().replace(tzinfo=None)

    def due(self, *options):
        return CliRunner().invoke(main, ["run", "--due", "reports.toml", *options])

    def spoil(self, text="other bytes"):
        (self.place / "data" / "pilot" / "funding.csv").write_text(text)

    @property
    def pages(self):
        return sorted(path.relative_to(self.place / "reports").as_posix() for path in self.place.rglob("small.*.html"))

    @property
    def runs(self):
        with Ledger(self.place / "reports", begin=False) as ledger:
            return [run.state for run in reversed(ledger.history("pilot"))]

    @property
    def subjects(self):
        return [letter["Subject"] for _, letter in self.box.letters]


@pytest.fixture
def machine(place, box, monkeypatch):
    machine = Machine(place, box)
    (place / "reports.toml").write_text(TOML)

    class Clock(datetime):
        now = staticmethod(machine.clock)

    monkeypatch.setattr(reports, "datetime", Clock)
    monkeypatch.setattr(reports, "_executor", lambda how: partial(on_paper, failing=machine.failing))
    return machine


def test_the_first_call_after_a_slot_renders_it(machine):
    result = machine.due()

    assert result.exit_code == 0, result.output
    assert machine.pages == ["pilot/2025-12-31/small.en.html"]
    assert json.loads(result.stdout.splitlines()[-1])["rendered"] == 1


@pytest.mark.usefixtures("no_process")
def test_the_next_call_is_silent(machine):
    machine.due()
    machine.now = datetime(2026, 1, 5, 13, tzinfo=UTC)

    result = machine.due()

    assert (result.exit_code, result.output) == (0, "")
    assert machine.runs == ["rendered"]


def test_a_slot_that_the_machine_slept_through_is_caught_up_once_with_its_own_day(machine):
    machine.due()
    machine.now = datetime(2026, 11, 20, 9, tzinfo=UTC)

    assert machine.due().exit_code == 0
    assert machine.due().output == ""
    assert machine.pages == ["pilot/2025-12-31/small.en.html", "pilot/2026-09-30/small.en.html"]


def test_a_failure_of_the_data_is_told_by_mail_once_and_not_tried_until_the_next_slot(machine):
    machine.failing["pilot"] = ("cell compute: DataError", "data")

    first, second = machine.due(), machine.due()

    assert (first.exit_code, second.exit_code, second.output) == (1, 0, "")
    assert machine.runs == ["failed"]
    assert machine.subjects == ["kpeval: 1 report failed"]


def test_a_failure_of_the_machine_is_tried_again_at_the_next_call_and_told_once(machine):
    machine.failing["pilot"] = ("the kernel died", "died")

    first, second = machine.due(), machine.due()

    assert (first.exit_code, second.exit_code) == (1, 1)
    assert machine.runs == ["failed", "failed"]
    assert machine.subjects == ["kpeval: 1 report failed"]


def test_recovery_is_told_by_mail_and_the_slot_is_seen_to_then(machine):
    machine.failing["pilot"] = ("the kernel died", "died")
    machine.due()
    machine.failing.clear()

    recovered, after = machine.due(), machine.due()

    assert (recovered.exit_code, after.output) == (0, "")
    assert machine.subjects == ["kpeval: 1 report failed", "kpeval: 1 report recovered"]


def test_recovery_at_the_next_slot_is_told_too(machine):
    (machine.place / "reports.toml").write_text(TOML.replace("quarter-end", DAY))
    machine.due()
    machine.spoil()
    machine.failing["pilot"] = ("a cause", "data")
    machine.now = datetime(2026, 4, 6, tzinfo=UTC)
    machine.due()
    machine.failing.clear()
    machine.now = datetime(2026, 7, 6, tzinfo=UTC)

    machine.due()

    assert machine.subjects[1:] == ["kpeval: 1 report failed", "kpeval: 1 report recovered"]


def test_data_that_are_as_they_were_again_are_a_recovery(machine):
    """The page of the last good run stands as it should again: who heard of the failure must hear that it is over."""
    (machine.place / "reports.toml").write_text(TOML.replace("quarter-end", DAY))
    file = machine.place / "data" / "pilot" / "funding.csv"
    good = file.read_text(encoding="utf-8")
    machine.due()
    machine.spoil()
    machine.failing["pilot"] = ("a cause", "data")
    machine.now = datetime(2026, 4, 6, tzinfo=UTC)
    machine.due()
    file.write_text(good, encoding="utf-8")
    machine.failing.clear()
    machine.now = datetime(2026, 7, 6, tzinfo=UTC)

    machine.due()

    assert machine.subjects[1:] == ["kpeval: 1 report failed", "kpeval: 1 report recovered"]


def test_a_slot_at_which_nothing_has_changed_is_told_to_nobody(machine):
    (machine.place / "reports.toml").write_text(TOML.replace("quarter-end", DAY))
    machine.due()
    machine.now = datetime(2026, 4, 6, tzinfo=UTC)

    result = machine.due()

    assert result.exit_code == 0
    assert len(machine.box.letters) == 1  # of the first report
    assert machine.runs == ["rendered"]


def test_a_report_with_new_data_is_told_as_changed(machine):
    (machine.place / "reports.toml").write_text(TOML.replace("quarter-end", DAY))
    machine.due()
    machine.spoil()
    machine.now = datetime(2026, 4, 6, tzinfo=UTC)

    machine.due()

    assert machine.subjects == ["kpeval: 1 report changed"] * 2


def test_a_clock_that_is_set_back_renders_nothing_again(machine):
    machine.due()
    machine.now = datetime(2026, 1, 5, 6, 30, tzinfo=UTC)

    assert machine.due().output == ""
    assert machine.runs == ["rendered"]


def test_a_clock_that_is_set_back_beyond_a_slot_and_comes_again_renders_each_slot_once(machine):
    machine.now = datetime(2026, 4, 6, tzinfo=UTC)
    machine.due()
    machine.now = AFTER
    machine.due()
    machine.now = datetime(2026, 4, 6, tzinfo=UTC)

    assert machine.due().output == ""
    assert machine.pages == ["pilot/2025-12-31/small.en.html", "pilot/2026-03-31/small.en.html"]


def test_before_the_first_slot_since_the_beginning_the_one_before_is_caught_up(machine):
    machine.now = BEFORE

    machine.due()

    assert machine.pages == ["pilot/2025-09-30/small.en.html"]


def test_where_another_is_at_work_it_leaves_and_the_slot_stays_due(machine):
    with at_work(machine.place / "reports", wait=False, told=print):
        result = machine.due()

    assert result.exit_code == 0
    assert "this one leaves it to it" in result.stderr
    assert machine.pages == []
    assert machine.due().exit_code == 0
    assert machine.pages == ["pilot/2025-12-31/small.en.html"]


def test_what_the_ledger_could_not_take_is_done_again_at_the_next_call(machine, monkeypatch):
    """Another process held the ledger for a moment: the page is there, but nobody knows; the slot is still due."""
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "add", lambda self, run: (_ for _ in ()).throw(OSError(16, "in use by another kpeval")))
        first = machine.due()
    second = machine.due()

    assert first.exit_code == 1
    assert second.exit_code == 0
    assert machine.runs == ["rendered"]


def test_a_dry_run_sees_to_nothing(machine):
    result = machine.due("--dry-run")

    assert result.exit_code == 0
    assert "1 of 1 reports would be rendered" in result.stderr
    assert machine.pages == []
    assert machine.subjects == []
    assert machine.due().stdout != ""


def test_mail_that_cannot_be_sent_is_told_and_is_no_success(machine, environment):
    environment(host="")

    result = machine.due()

    assert result.exit_code == 1
    assert "no mail was sent: set KPEVAL_SMTP_HOST" in result.stderr
    assert machine.pages == ["pilot/2025-12-31/small.en.html"]


def test_the_mail_says_where_the_catalogue_is_and_no_cause_with_data(machine):
    machine.failing["pilot"] = ("cell compute: KeyError", "notebook")

    machine.due()

    [(people, letter)] = machine.box.letters
    assert people == ["a@example.org"]
    assert "cell compute: KeyError" in letter.get_content()
    assert str(machine.place / "reports" / "index.html") in letter.get_content()


def test_the_mail_is_in_the_first_language_of_the_group(machine):
    (machine.place / "reports.toml").write_text(TOML.replace('["en"]', '["cs", "en"]'))

    machine.due()

    assert "report" not in machine.subjects[0].removeprefix("kpeval: ")


# --- mail that waits ---


def test_mail_that_could_not_be_sent_is_sent_by_the_next_call_though_nothing_is_due(machine, environment, monkeypatch):
    host = os.environ["KPEVAL_SMTP_HOST"]
    environment(host="")
    machine.due()
    environment(host=host)

    second, third = machine.due(), machine.due()

    assert [(one.exit_code, one.output) for one in (second, third)] == [(0, "")] * 2
    assert machine.subjects == ["kpeval: 1 report changed"]


def test_mail_that_cannot_be_sent_still_is_told_by_each_call(machine, environment):
    environment(host="")
    machine.due()

    result = machine.due()

    assert (result.exit_code, result.stdout) == (1, "")
    assert "no mail was sent: set KPEVAL_SMTP_HOST" in result.stderr
    assert "the next call tries again" in result.stderr


def test_whom_the_server_refuses_waits_and_the_others_hear_once(machine):
    (machine.place / "reports.toml").write_text(TOML.replace('["a@', '["gone@example.org", "a@'))
    first, second = machine.due(), machine.due()

    assert (first.exit_code, second.exit_code) == (1, 1)
    assert [people for people, _ in machine.box.letters] == [["a@example.org"]]


def test_whom_reports_toml_names_no_more_hears_nothing(machine, environment):
    host = os.environ["KPEVAL_SMTP_HOST"]
    environment(host="")
    machine.due()
    environment(host=host)
    (machine.place / "reports.toml").write_text(TOML.replace("a@example.org", "b@example.org"))

    result = machine.due()

    assert (result.exit_code, result.output) == (0, "")
    assert machine.subjects == []


def test_what_happened_while_no_mail_could_be_sent_is_told_as_it_is_by_then(machine, environment):
    host = os.environ["KPEVAL_SMTP_HOST"]
    environment(host="")
    machine.failing["pilot"] = ("the kernel died", "died")
    machine.due()
    machine.failing.clear()
    environment(host=host)

    machine.due()

    assert machine.subjects == ["kpeval: 1 report changed"]


def test_a_call_that_was_killed_before_the_mail_forgets_nobody(machine, monkeypatch):
    class Killed(BaseException):
        pass

    def kill(*args, **how):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(reports, "_tell", kill)
        with pytest.raises(Killed):
            machine.due()
    second, third = machine.due(), machine.due()

    assert [(one.exit_code, one.output) for one in (second, third)] == [(0, "")] * 2
    assert machine.subjects == ["kpeval: 1 report changed"]


def test_a_call_that_was_killed_in_the_midst_of_its_reports_forgets_nobody(machine, monkeypatch):
    """Of two reports one was made and recorded; the next call finds it up to date, and tells of both."""
    (machine.place / "reports.toml").write_text(TOML.replace('["en"]', '["cs", "en"]'))

    class Killed(BaseException):
        pass

    def only_one(jobs):
        yield from on_paper(jobs[:1])
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(reports, "_executor", lambda how: only_one)
        with pytest.raises(Killed):
            machine.due()

    machine.due()

    [(_, letter)] = machine.box.letters
    assert letter.get_content().count("small (") == 2


def test_mail_that_was_sent_but_could_not_be_noted_is_told(machine, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Ledger, "mark_told", full)

    result = machine.due()

    assert "the ledger: No space left on device; a@example.org may hear the same twice" in result.stderr
    assert "no mail was sent" not in result.stderr
    assert len(machine.box.letters) == 1


def test_no_secret_of_the_mail_server_stands_in_the_ledger(machine, environment):
    environment(host="127.0.0.1", port=1, user="me@example.org", password=SECRET, security="none")

    machine.due()

    ledger = (machine.place / "reports" / ".kpeval" / "ledger.sqlite").read_bytes()
    assert b"a@example.org" in ledger, "or the search below would prove nothing"
    assert SECRET.encode() not in ledger
    assert b"me@example.org" not in ledger


def test_a_ledger_that_cannot_be_written_is_told_without_a_traceback(machine, monkeypatch):
    def busy(*args, **how):
        raise OSError(16, "in use by another kpeval", "ledger.sqlite")

    monkeypatch.setattr("kpeval.reporting.places.ledger_of", busy)

    result = machine.due()

    assert (result.exit_code, result.output) == (1, "ledger.sqlite: in use by another kpeval\n")


# --- what cannot be asked for ---

ASTRAY = f"""{TOML}
[[report]]
project = ["pilto", "pilot"]
as_of = "month-end"
notebook = "small"
languages = ["en"]
calendar = "0 6 5 * *"
tell = ["b@example.org"]
"""


@pytest.fixture
def astray(machine):
    """One group is as it should be, another names a project that is not there beside one that is."""
    (machine.place / "reports.toml").write_text(ASTRAY)
    return machine


def test_what_cannot_be_asked_for_is_told_and_the_others_are_rendered(astray):
    result = astray.due()

    assert result.exit_code == 1
    assert "failed: pilto 2025-12-31 small.en: pilto: no such project - did you mean 'pilot'?" in result.stderr
    assert astray.pages == ["pilot/2025-12-31/small.en.html"]
    assert json.loads(result.stdout.splitlines()[-1]) | {"catalogue": ""} == {
        "rendered": 1,
        "unchanged": 0,
        "failed": 1,
        "catalogue": "",
    }


def test_what_cannot_be_asked_for_is_told_by_mail_to_those_who_wait_for_it_once(astray):
    astray.due()
    astray.due()

    told = {people[0]: letter["Subject"] for people, letter in astray.box.letters}
    assert told == {
        "a@example.org": "kpeval: 1 report changed",
        "b@example.org": "kpeval: 1 report failed, 1 report changed",
    }
    assert len(astray.box.letters) == 2


def test_what_cannot_be_asked_for_stands_in_the_catalogue(astray):
    astray.due()

    catalogue = (astray.place / "reports" / "index.html").read_text(encoding="utf-8").replace("&#39;", "'")
    assert "What the list of wanted reports asks for is not there." in catalogue
    assert "did you mean" not in catalogue


def test_what_cannot_be_asked_for_stays_due_and_is_noted_once(astray):
    first, second = astray.due(), astray.due()

    assert (first.exit_code, second.exit_code) == (1, 1)
    with Ledger(astray.place / "reports", begin=False) as ledger:
        assert [(run.state, run.kind) for run in ledger.history("pilto")] == [("failed", "absent")]


def test_what_is_there_at_last_is_rendered_and_told_as_recovered(astray):
    astray.due()
    shutil.copytree(astray.place / "data" / "pilot", astray.place / "data" / "pilto")

    result = astray.due()

    assert result.exit_code == 0, result.output
    assert "pilto/2025-12-31/small.en.html" in astray.pages
    assert [people for people, _ in astray.box.letters[2:]] == [["b@example.org"]]
    assert astray.subjects[2:] == ["kpeval: 1 report recovered"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("notebook", '"smal"'), ("languages", '["xx"]'), ("project", '"../pilot"'), ("project", '"dvě slova"')],
)
def test_nothing_that_a_group_asks_for_in_vain_stops_another(machine, key, value):
    group = re.sub(f"^{key} = .*$", f"{key} = {value}", TOML, flags=re.MULTILINE)
    (machine.place / "reports.toml").write_text(f"{TOML}\n{group}")

    result = machine.due()

    assert result.exit_code == 1, result.output
    assert machine.pages == ["pilot/2025-12-31/small.en.html"]
    assert sorted(path.name for path in machine.place.iterdir()) == ["data", "notebooks", "reports", "reports.toml"]


def test_a_dry_run_tells_what_cannot_be_asked_for_and_notes_nothing(astray):
    result = astray.due("--dry-run")

    assert result.exit_code == 1
    assert "pilto 2025-12-31 small.en: cannot be rendered (pilto: no such project" in result.stderr
    with Ledger(astray.place / "reports", begin=False) as ledger:
        assert ledger.numbered() == {}


def test_without_due_one_project_that_is_not_there_is_wrong_usage_and_nothing_is_rendered(astray):
    result = CliRunner().invoke(main, ["run", "reports.toml"])

    assert result.exit_code == 2
    assert "did you mean 'pilot'?" in result.stderr
    assert astray.pages == []


def test_without_due_the_reports_of_the_file_are_rendered_as_of_their_last_slot(machine):
    result = CliRunner().invoke(main, ["run", "reports.toml"])

    assert result.exit_code == 0, result.output
    assert machine.pages == ["pilot/2025-12-31/small.en.html"]
    assert machine.subjects == []
