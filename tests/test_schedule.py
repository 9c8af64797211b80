"""The timer calls `kpeval run --due` in any folder, and nothing else of the user's is touched."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kpeval.cli.timer import schedule
from kpeval.reporting.asked import Misuse
from kpeval.reporting.schedule import Job, timers

HOSTILE = "a b  %H $HOME ${x} 'one' \"two\" [c]* ; # ěšč\\"
NAMES = pytest.mark.parametrize("name", ["plain", HOSTILE, "ends with a space ", "ends\\", "-dash", "{braces}"])
WANTED = '[[report]]\nproject = "a"\nas_of = "quarter-end"\ncalendar = "@quarterly"\n'
OTHERS = b'MAILTO=""\n# \xe1 comment\n\n5 4 * * * date +\\%F  \n@daily kpeval run # another folder\n'

# Stand-ins: each keeps what it is given in a file beside it, and can be told to fail.
CRONTAB = """\
#!/bin/sh
spool="${0%/*}/spool"
case "$1" in
-l) [ ! -e "${0%/*}/denied" ] || { echo 'You are not allowed to use this program' >&2; exit 1; }
    [ -e "$spool" ] || { echo 'no crontab for you' >&2; exit 1; }
    /bin/cat "$spool" ;;
-r) /bin/rm "$spool" ;;
-) /bin/cat > "$spool"; echo written >> "${0%/*}/calls" ;;
esac
"""
SYSTEMCTL = """\
#!/bin/sh
[ ! -e "${0%/*}/no-bus" ] || { echo 'Failed to connect to bus: No medium found' >&2; exit 1; }
echo "$@" >> "${0%/*}/calls"
case "$*" in *is-active*) [ -e "${0%/*}/active" ] ;; *enable*--now*) : > "${0%/*}/active" ;; esac
"""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="systemd and cron are not here")


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """The only folder on PATH, and a home of its own: no real timer can be touched."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return folder


def tool(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)


@pytest.fixture
def crontab(tools):
    """The crontab that the stand-in keeps."""
    tool(tools, "crontab", CRONTAB)
    return tools / "spool"


@pytest.fixture
def units(tools, tmp_path):
    """The folder of the units, where a stand-in of systemctl answers."""
    tool(tools, "systemctl", SYSTEMCTL)
    return tmp_path / "config" / "systemd" / "user"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project's folder with a reports.toml; it is the working directory."""
    folder = tmp_path / "project"
    (folder / "reports").mkdir(parents=True)
    (folder / "reports" / "reports.toml").write_text(WANTED)
    monkeypatch.chdir(folder)
    return folder


def asked(*arguments: str) -> Result:
    return CliRunner().invoke(schedule, arguments)


def calls(tools: Path) -> list[str]:
    return (tools / "calls").read_text().splitlines()


# --- systemd ---


def units_of(folder: Path, python: str) -> dict[str, str]:
    """The text of the units, by their ending."""
    parts = timers(folder, python)["systemd"].text().split("# Written by")
    return {"service": "# Written by" + parts[1].rpartition("\n# ")[0], "timer": "# Written by" + parts[2]}


@NAMES
def test_systemd_accepts_the_units_whatever_the_folder_is_called(tmp_path, monkeypatch, name):
    verify = shutil.which("systemd-analyze")
    if not verify:
        pytest.skip("there is no systemd-analyze here")
    folder = tmp_path / name
    folder.mkdir()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    files = [tmp_path / f"kpeval-0.{kind}" for kind in ("service", "timer")]
    for file, text in zip(files, units_of(folder, str(folder / "python")).values(), strict=True):
        file.write_text(text, encoding="utf-8")

    runtime = {"XDG_RUNTIME_DIR": str(tmp_path), "SYSTEMD_LOG_TARGET": "console", "SYSTEMD_COLORS": "0"}
    done = subprocess.run(
        [verify, "--user", "verify", *files], env=os.environ | runtime, capture_output=True, text=True, check=False
    )

    assert [line for line in done.stderr.splitlines() if "kpeval" in line] == []
    assert done.returncode == 0, done.stderr


def test_systemd_refuses_units_that_are_not_escaped(tmp_path):
    """So that the test above would notice."""
    verify = shutil.which("systemd-analyze")
    if not verify:
        pytest.skip("there is no systemd-analyze here")
    file = tmp_path / "kpeval-0.service"
    file.write_text('[Service]\nType=oneshot\nExecStart=/bin/sh -c "exec %Z"\n')

    runtime = {"XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(
        [verify, "--user", "verify", file], env=os.environ | runtime, capture_output=True, check=False
    )

    assert done.returncode != 0


def test_the_units_take_special_signs_literally(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", "/c%o[n]f\\")

    service = units_of(Path("/srv/50 % $x\\"), '/opt/it\'s $1 "5" %/python')["service"].splitlines()

    assert "WorkingDirectory=/srv/50 %% $x\\/" in service
    assert "EnvironmentFile=-/c%%o\\[n]f\\\\/kpeval.env" in service
    [start] = [line for line in service if line.startswith("ExecStart=")]
    assert start == ('ExecStart=/bin/sh -c "exec \'/opt/it\'\\"\'\\"\'s $$1 \\"5\\" %%/python\' -m kpeval run --due"')


@NAMES
def test_the_command_reaches_the_python_that_installed_it(tmp_path, name):
    (tmp_path / name).mkdir()
    python = tmp_path / name / "python"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"')
    python.chmod(0o755)

    done = subprocess.run(["/bin/sh", "-c", Job(tmp_path, str(python)).command], capture_output=True, check=True)

    assert done.stdout.decode().splitlines() == ["-m", "kpeval", "run", "--due"]


def test_the_timer_comes_every_hour_and_after_a_pause(project):
    timer = units_of(project, "python")["timer"].splitlines()

    assert {"OnCalendar=hourly", "Persistent=true", "WantedBy=timers.target"} <= set(timer)


def test_install_writes_the_units_and_starts_the_timer(project, units, tools):
    result = asked("install")

    name = Job(project, sys.executable).name
    assert result.exit_code == 0
    assert sorted(path.name for path in units.iterdir()) == [f"{name}.service", f"{name}.timer"]
    assert calls(tools)[-2:] == ["--user daemon-reload", f"--user enable --now {name}.timer"]
    assert "enable-linger" in result.output
    assert asked("show").output.startswith(f"systemd timer {name}.timer: installed and up to date")


def test_a_timer_that_was_stopped_is_told(project, units, tools):
    asked("install")
    (tools / "active").unlink()

    assert "written, but not running" in asked("show").output


def test_a_timer_of_another_python_is_told_and_brought_up_to_date(project, units):
    timers(project, "/opt/old/python")["systemd"].install()
    assert "installed, but out of date" in asked("show").output

    asked("install")

    assert "installed and up to date" in asked("show").output


def test_remove_takes_the_units_and_their_link_and_nothing_else(project, units, tools):
    asked("install")
    name = Job(project, sys.executable).name
    (units / "other.timer").write_text("")
    link = units / "timers.target.wants" / f"{name}.timer"
    link.parent.mkdir()
    link.symlink_to(units / f"{name}.timer")

    result = asked("remove")

    assert result.exit_code == 0
    assert sorted(path.name for path in units.rglob("*")) == ["other.timer", "timers.target.wants"]
    assert calls(tools)[-2:] == [f"--user disable --now {name}.timer", "--user daemon-reload"]


def test_remove_takes_the_units_where_systemd_does_not_answer(project, units, tools):
    asked("install")
    (tools / "no-bus").touch()

    assert asked("remove").exit_code == 0
    assert list(units.iterdir()) == []


def test_a_systemd_that_does_not_answer_gets_no_units(project, units, tools):
    (tools / "no-bus").touch()

    result = asked("install", "--systemd")

    assert result.exit_code == 2
    assert "Failed to connect to bus" in result.output
    assert not units.exists()


def test_units_that_cannot_be_written_are_told(project, units, tmp_path):
    (tmp_path / "config").write_text("a file where the folder should be")

    result = asked("install")

    assert result.exit_code == 2
    assert "cannot be written" in result.output


# --- cron ---


def test_where_systemd_does_not_answer_cron_is_taken(project, units, tools, crontab):
    (tools / "no-bus").touch()

    assert asked("install").exit_code == 0
    assert crontab.exists()
    assert not units.exists()


@pytest.mark.parametrize("before", [OTHERS, OTHERS.rstrip(b"\n"), b""], ids=["usual", "no last line break", "empty"])
def test_every_other_line_of_the_crontab_stays_as_it_is(project, crontab, before):
    crontab.write_bytes(before)

    asked("install")

    lines = crontab.read_bytes().splitlines(keepends=True)
    assert b"".join(lines[:-1]).rstrip(b"\n") == before.rstrip(b"\n")
    assert lines[-1].endswith(f"# {Job(project, sys.executable).name}\n".encode())


def test_remove_leaves_the_crontab_as_it_was(project, crontab):
    crontab.write_bytes(OTHERS)
    asked("install")

    result = asked("remove")

    assert "is removed" in result.output
    assert crontab.read_bytes() == OTHERS


def test_a_crontab_that_was_not_there_is_gone_again(project, crontab):
    asked("install")
    asked("remove")

    assert not crontab.exists()


def test_a_line_that_is_renewed_keeps_its_place(project, crontab):
    timers(project, "/opt/old/python")["cron"].install()
    crontab.write_bytes(b"# first\n" + crontab.read_bytes() + b"# last\n")
    assert "installed, but out of date" in asked("show").output

    asked("install")

    lines = crontab.read_text().splitlines()
    assert (lines[0], lines[2]) == ("# first", "# last")
    assert sys.executable in lines[1]
    assert "installed and up to date" in asked("show").output


def test_each_folder_has_a_line_of_its_own(project, crontab, tmp_path):
    other = timers(tmp_path, sys.executable)["cron"]
    other.install()
    before = crontab.read_bytes()

    asked("install")
    asked("remove")

    assert crontab.read_bytes() == before


def test_install_and_remove_twice_are_as_good_as_once(project, crontab, tools):
    asked("install")
    once = crontab.read_bytes()
    assert asked("install").exit_code == 0
    assert crontab.read_bytes() == once
    assert calls(tools) == ["written"]

    asked("remove")
    again = asked("remove")
    assert again.exit_code == 0
    assert "No timer for this folder is installed" in again.output


def test_a_crontab_that_cannot_be_read_is_not_written_over(project, crontab, tools):
    crontab.write_bytes(OTHERS)
    (tools / "denied").touch()

    result = asked("install")

    assert result.exit_code == 2
    assert "You are not allowed" in result.output
    assert crontab.read_bytes() == OTHERS


@NAMES
def test_the_line_runs_in_the_folder_with_its_secrets_whatever_it_is_called(tmp_path, crontab, monkeypatch, name):
    folder = tmp_path / name
    folder.mkdir()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    (folder / "kpeval.env").write_text('KPEVAL_SMTP_HOST="mail host"\n')
    python = folder / "python"
    python.write_text('#!/bin/sh\npwd\nprintf "%s\\n" "$KPEVAL_SMTP_HOST" "$@"')
    python.chmod(0o755)

    timers(folder, str(python))["cron"].install()
    command = crontab.read_text().split(" ", 5)[5].replace("\\%", "%")  # as cron reads it
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True, cwd="/")

    assert done.stdout.splitlines() == [str(folder), "mail host", "-m", "kpeval", "run", "--due"]


def test_no_percent_sign_stands_bare_in_a_line(project, crontab):
    timers(project / "50 %", "/opt/50 %/python")["cron"].install()

    assert crontab.read_text().count("%") == crontab.read_text().count("\\%") == 2


@pytest.mark.usefixtures("crontab")
@pytest.mark.parametrize("name", ["a\\%b", "a\\\\b"])
def test_a_name_that_no_cron_reads_alike_is_refused(tmp_path, name):
    with pytest.raises(Misuse, match="cron takes no folder"):
        timers(tmp_path / name, "python")["cron"].install()


# --- either ---


@pytest.mark.parametrize("name", ["two\nlines", "bell\a", "no utf-8 \udcff"])
def test_a_folder_whose_name_fits_no_line_is_refused(name):
    with pytest.raises(Misuse, match="a name with a line break"):
        timers(Path("/srv") / name, "python")


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("command", ["show", "install"])
def test_where_there_is_no_timer_the_remedy_is_told(project, command):
    result = asked(command)

    assert result.exit_code == 2
    assert "install cron" in result.output


@pytest.mark.usefixtures("tools")
def test_remove_needs_no_timer(project):
    assert asked("remove").exit_code == 0


def test_a_timer_of_the_other_kind_goes(project, crontab, units):
    asked("install", "--cron")
    assert crontab.exists()

    result = asked("install", "--systemd")

    assert "is removed" in result.output
    assert not crontab.exists()


@pytest.mark.usefixtures("units")
def test_faults_of_reports_toml_are_told_before_anything_is_installed(project, tools):
    (project / "reports" / "reports.toml").write_text(WANTED.replace("@quarterly", "@quaterly"))

    result = asked("install")

    assert result.exit_code == 2
    assert "report 1: calendar" in result.output
    assert not (tools / "calls").exists()


@pytest.mark.usefixtures("crontab")
def test_install_says_so_where_no_report_has_a_calendar(project):
    (project / "reports" / "reports.toml").write_text('[[report]]\nproject = "a"\nas_of = "today"')

    assert "nothing will be due" in asked("install").output


@pytest.mark.usefixtures("crontab")
def test_show_installs_nothing_and_tells_what_it_would(project, tools):
    result = asked("show")

    assert result.exit_code == 0
    assert "not installed" in result.output
    assert "-m kpeval run --due" in result.output
    assert "report 1, a: 20" in result.output
    assert not (tools / "spool").exists()


@pytest.mark.usefixtures("crontab")
def test_show_tells_the_same_as_json(project):
    told = json.loads(asked("show", "--json").output)

    assert told["state"] == "not installed"
    assert told["reports"][0]["projects"] == ["a"]
    assert told["reports"][0]["next"][4:10] in ("-01-01", "-04-01", "-07-01", "-10-01")


@pytest.mark.usefixtures("crontab")
@pytest.mark.parametrize(("mode", "said"), [(0o600, "for you only"), (0o640, "open to others: chmod 600")])
def test_show_says_whether_the_secret_is_one(project, tmp_path, mode, said):
    (tmp_path / "config").mkdir()
    file = tmp_path / "config" / "kpeval.env"
    file.write_text("KPEVAL_SMTP_PASSWORD=hush")
    file.chmod(mode)

    output = asked("show").output

    assert said in output
    assert "hush" not in output
