"""What can be done in a shell about the timer: see what it is or would be, install it, take it away."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpeval.cli.asking import wrong_usage
from kpeval.cli.reports import WANTED

if TYPE_CHECKING:
    from kpeval.reporting.schedule import Timer
    from kpeval.reporting.wanted import Wanted


@click.group()
def schedule() -> None:
    """The system's timer that calls `kpeval run --due` in this folder, every hour."""


def kind_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--systemd` or `--cron`; the first one that this machine has, if neither is given."""
    for kind, said in (("cron", "Take a line in the crontab."), ("systemd", "Take a timer of the user's systemd.")):
        command = click.option(f"--{kind}", "kind", flag_value=kind, default=None, help=said)(command)
    return command


def _timers() -> dict[str, Timer]:
    from kpeval.reporting.schedule import timers

    return timers(Path.cwd(), sys.executable)


def _chosen(kind: str | None) -> Timer:
    from kpeval.reporting.schedule import usable

    return _timers()[kind or usable()]


def _wanted() -> list[Wanted]:
    from kpeval.reporting.wanted import wanted

    return wanted(Path(WANTED))


@schedule.command()
@kind_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def show(kind: str | None, as_json: bool) -> None:
    """Show the timer, whether it is installed, and when each report is due next."""
    with wrong_usage():
        groups, timer = _wanted(), _chosen(kind)
        told = {"timer": timer.name, "state": timer.state(), "writes": timer.text()}
    now = datetime.now().astimezone()
    due = [(group, group.following(now)) for group in groups]
    if as_json:
        rows = [{"projects": group.projects, "calendar": group.calendar, "next": moment} for group, moment in due]
        click.echo(json.dumps({**told, "reports": rows}, ensure_ascii=False, indent=2, default=datetime.isoformat))
        return
    click.echo(f"{told['timer']}: {told['state']}\n\n{told['writes']}\n{_secrets()}\n\nDue next, by {WANTED}:")
    for number, (group, moment) in enumerate(due, start=1):
        said = f"{moment:%Y-%m-%d %H:%M %z} ({group.calendar})" if moment else "no calendar, by hand only"
        click.echo(f"  report {number}, {', '.join(group.projects)}: {said}")


@schedule.command()
@kind_option
def install(kind: str | None) -> None:
    """Install the timer, or bring it up to date; one of the other kind goes."""
    with wrong_usage():
        groups, timer = _wanted(), _chosen(kind)
        timer.install()
        for other in _timers().values():
            if other != timer and other.remove():
                click.echo(f"{other.name} is removed.")
    click.echo(f"{timer.name} is installed: kpeval run --due, every hour, in {Path.cwd()}.")
    if timer.hint():
        click.echo(timer.hint())
    if not any(group.calendar for group in groups):
        click.echo(f"No [[report]] of {WANTED} has a calendar yet, so nothing will be due.")
    click.echo(_secrets())


@schedule.command()
def remove() -> None:
    """Take the timer away, of whichever kind it is."""
    with wrong_usage():
        removed = [timer.name for timer in _timers().values() if timer.remove()]
    for name in removed or ["No timer for this folder"]:
        click.echo(f"{name} is removed." if removed else f"{name} is installed.")


def _secrets() -> str:
    """Whether the file for the mail server's secret is there, and closed to others."""
    from kpeval.reporting.schedule import secrets_file

    path = secrets_file()
    if not path.exists():
        state = "is not there; make it with mode 0600"
    elif path.stat().st_mode & 0o077:
        state = f"is open to others: chmod 600 '{path}'"
    else:
        state = "is there, for you only"
    return f"Mail is set up by lines like KPEVAL_SMTP_HOST=mail.example.org in {path}, which {state}."
