"""Which timer of the operating system calls `kpeval run --due`, and how is it put there and taken away?

The timer only wakes kpeval every hour; what is due then is said by reports.toml, so that editing it needs no new timer,
and a moment that was missed is caught up by the next call. Both kinds of timer run the same shell command.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import unicodedata
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path
from typing import NamedTuple, TypeAlias

from kpeval.faults import Fault
from kpeval.reporting.asked import Misuse
from kpeval.reporting.files import write_whole

DUE = ("-m", "kpeval", "run", "--due")
PATIENCE = 60  # seconds; for systemctl and crontab to answer

SERVICE = """\
# Written by `kpeval schedule install`, which writes it anew when called again.
[Unit]
Description=Reports that are due in {folder}, by kpeval

[Service]
Type=oneshot
# The closing / keeps a folder whose name ends with a space or a backslash whole.
WorkingDirectory={folder}/
EnvironmentFile=-{secrets}
# By way of the shell: systemd itself takes no program with a quotation mark in its path.
ExecStart=/bin/sh -c {command}
Nice=10
IOSchedulingClass=idle
# A run that hangs must not keep all later ones from starting.
TimeoutStartSec=12h
# What a user's own services can be denied without a namespace, which not every system grants them.
NoNewPrivileges=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
RestrictNamespaces=yes
LockPersonality=yes
SystemCallArchitectures=native
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
"""
TIMER = """\
# Written by `kpeval schedule install`, which writes it anew when called again.
[Unit]
Description=Every hour: reports that are due in {folder}, by kpeval

[Timer]
OnCalendar=hourly
Persistent=true
RandomizedDelaySec=60

[Install]
WantedBy=timers.target
"""


class Job(NamedTuple):
    """What is to be called: kpeval as this Python has it, in the folder of a project's data and reports."""

    folder: Path
    python: str

    @property
    def name(self) -> str:
        """The timer's own name: one for each folder."""
        return "kpeval-" + hashlib.sha256(str(self.folder).encode()).hexdigest()[:8]

    @property
    def command(self) -> str:
        """For a shell that stands in the folder."""
        return "exec " + shlex.join([self.python, *DUE])


def timers(folder: Path, python: str) -> dict[str, Timer]:
    """A timer of each kind for the folder; Misuse where its name cannot stand in a line of text."""
    for path in (str(folder), python):
        if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in path):
            raise _misuse(repr(path), "a name with a line break, a control character or a byte that is no UTF-8")
    job = Job(folder, python)
    return {"systemd": Systemd(job), "cron": Cron(job)}


def usable() -> str:
    """The kind of timer this machine has for us; Misuse, saying what to install, where it has none."""
    if shutil.which("systemctl") and _systemctl("show", "--property=Version").returncode == 0:
        return "systemd"
    if shutil.which("crontab"):
        return "cron"
    remedy = "install cron, or log in where systemd runs for you; else let anything call `kpeval run --due` every hour"
    raise _misuse("", f"neither a systemd of the user's own nor cron is here: {remedy}")


def config_folder() -> Path:
    """Where the user's settings lie: the units, and the file for the secret of the mail server."""
    told = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    return told if told.is_absolute() else Path.home() / ".config"


def secrets_file() -> Path:
    """The file, for its owner only, that may set KPEVAL_SMTP_PASSWORD and the like: a line NAME='value' each."""
    return config_folder() / "kpeval.env"


@dataclass(frozen=True)
class Systemd:
    """A timer and a service of the user's own systemd."""

    job: Job

    @property
    def name(self) -> str:
        """Kind and name."""
        return f"systemd timer {self.job.name}.timer"

    def text(self) -> str:
        """What `install` writes, and where."""
        return "\n".join(f"# {path}\n{text}" for path, text in self._files().items())

    def state(self) -> str:
        """Whether it is there, and as `install` would write it."""
        if not any(path.exists() for path in self._files()):
            return "not installed"
        if any(not path.exists() or path.read_bytes() != text.encode() for path, text in self._files().items()):
            return "installed, but out of date: kpeval schedule install"
        if _systemctl("is-active", "--quiet", f"{self.job.name}.timer").returncode:
            return "written, but not running: kpeval schedule install"
        return "installed and up to date"

    def install(self) -> None:
        """Puts it there, or brings it up to date; Misuse where that cannot be done."""
        _must_answer("show", "--property=Version")  # before anything is written
        for path, text in self._files().items():
            _write(path, text)
        _must_answer("daemon-reload")
        _must_answer("enable", "--now", f"{self.job.name}.timer")

    def remove(self) -> bool:
        """Takes it away; whether it was there."""
        present = [path for path in self._files() if path.exists()]
        if present:
            # Where systemd does not answer, there is no timer running; its files and its link go all the same.
            _systemctl("disable", "--now", f"{self.job.name}.timer")
            for path in [*present, self._folder / "timers.target.wants" / f"{self.job.name}.timer"]:
                path.unlink(missing_ok=True)
            _systemctl("daemon-reload")
        return bool(present)

    def hint(self) -> str:
        """What must be done besides; "" if nothing."""
        asked = _called("loginctl", "show-user", getuser(), "--property=Linger", "--value")
        if asked.stdout.strip() == b"yes":
            return ""
        return "It runs while you are logged in; for it to run always: loginctl enable-linger"

    @property
    def _folder(self) -> Path:
        return config_folder() / "systemd" / "user"

    def _files(self) -> dict[Path, str]:
        folder = _percent(str(self.job.folder))
        secrets = _percent(re.sub(r"([*?\[\\])", r"\\\1", str(secrets_file())))  # systemd takes it for a pattern
        texts = {
            "service": SERVICE.format(folder=folder, secrets=secrets, command=_quoted(self.job.command)),
            "timer": TIMER.format(folder=folder),
        }
        return {self._folder / f"{self.job.name}.{kind}": text for kind, text in texts.items()}


@dataclass(frozen=True)
class Cron:
    """A line of the user's crontab, known again by the comment it ends with; all other lines stay as they are."""

    job: Job

    @property
    def name(self) -> str:
        return f"crontab line {self.job.name}"

    def text(self) -> str:
        return f"# a line of the crontab\n{self._line().decode()}"

    def state(self) -> str:
        lines = [line for line in _crontab() if self._ours(line)] if shutil.which("crontab") else []
        if not lines:
            return "not installed"
        if lines != [self._line()]:
            return "installed, but out of date: kpeval schedule install"
        return "installed and up to date"

    def install(self) -> None:
        before = _crontab()
        others = [line for line in before if not self._ours(line)]
        # Where it stands already, it stays: the settings above it in the crontab apply to it.
        place = next((number for number, line in enumerate(before) if self._ours(line)), len(before))
        if place and not before[place - 1].endswith(b"\n"):
            others[-1] += b"\n"
        _write_crontab(before, [*others[:place], self._line(), *others[place:]])

    def remove(self) -> bool:
        before = _crontab() if shutil.which("crontab") else []
        others = [line for line in before if not self._ours(line)]
        _write_crontab(before, others)
        return others != before

    def hint(self) -> str:
        return ""

    def _line(self) -> bytes:
        folder, secrets = shlex.quote(str(self.job.folder)), shlex.quote(str(secrets_file()))
        command = f"cd {folder} && set -a && if [ -r {secrets} ]; then . {secrets}; fi && {self.job.command}"
        if re.search(r"\\[\\%]", command):
            raise _misuse(command, "cron takes no folder with a backslash before a backslash or a percent sign")
        escaped = command.replace("%", r"\%")  # a bare % would be a line break to cron
        return f"0 * * * * {escaped} # {self.job.name}\n".encode()

    def _ours(self, line: bytes) -> bool:
        return line.rstrip().endswith(f"# {self.job.name}".encode())


Timer: TypeAlias = Systemd | Cron


def _systemctl(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return _called("systemctl", "--user", *arguments)


def _must_answer(*arguments: str) -> None:
    done = _systemctl(*arguments)
    if done.returncode:
        raise _misuse("systemctl --user " + " ".join(arguments), _said(done))


def _crontab() -> list[bytes]:
    """The lines of the user's crontab; Misuse where it cannot be read, lest it be written without them."""
    done = _called("crontab", "-l")
    if done.returncode == 0:
        return done.stdout.splitlines(keepends=True)
    if re.search(rb"no crontab|no such file", done.stderr, re.IGNORECASE):
        return []
    raise _misuse("crontab -l", _said(done))


def _write_crontab(before: list[bytes], lines: list[bytes]) -> None:
    if lines == before:
        return
    done = _called("crontab", "-", given=b"".join(lines)) if lines else _called("crontab", "-r")
    if done.returncode:
        raise _misuse("crontab", _said(done))


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    except OSError as error:
        raise _misuse(str(path), f"cannot be written: {error.strerror}") from None


def _called(*command: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Calls a program of the system, in English and with the address of the user's systemd, which `su` forgets."""
    address = {"XDG_RUNTIME_DIR": f"/run/user/{os.getuid()}"} if hasattr(os, "getuid") else {}
    environment = {**address, **os.environ, "LC_ALL": "C"}
    try:
        return subprocess.run(command, input=given, capture_output=True, env=environment, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = error.strerror or "" if isinstance(error, OSError) else f"no answer within {PATIENCE} s"
        return subprocess.CompletedProcess(command, 1, b"", reason.encode())


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    return " ".join(done.stderr.decode(errors="replace").split()) or f"ended with {done.returncode}"


def _percent(text: str) -> str:
    return text.replace("%", "%%")  # systemd would put the host's name in for %H


def _quoted(text: str) -> str:
    """One word of a command as systemd reads it: nothing in it is special."""
    signs = str.maketrans({"\\": r"\\", '"': r"\"", "$": "$$"})
    return f'"{_percent(text.translate(signs))}"'


def _misuse(place: str, message: str) -> Misuse:
    return Misuse([Fault(place or "the timer", None, "", message)], "schedule")
