"""What can be done with a finished report in a shell: find out whether it follows from the data."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpeval.cli.asking import data_option, place_of_projects, printable, wrong_usage

if TYPE_CHECKING:
    from kpeval.reporting.judged import Verdict

SHOWN = 10  # figures and places that are listed; the others are counted, and listed by --json
HEADLINES = {
    "follows": ("follows from the data", "green"),
    "moved": ("the data moved since it was made", "yellow"),
    "altered": ("was altered", "red"),
    "differs": ("this kpeval makes another page of the same data", "yellow"),
    "unverified": ("cannot be verified", "red"),
    "skipped": ("skipped", None),
}


@click.command()
@click.argument("pages", nargs=-1, required=True, metavar="REPORT.html...", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Tell in lines of JSON.")
@data_option
def verify(pages: tuple[Path, ...], as_json: bool, data: Path | None) -> None:
    """Say whether each REPORT.html follows from the data as they are, what moved since, and whether it was altered.

    Each report is made again from the data folder, aside: nothing among the reports is touched. Exit code 0: all
    follow from the data; 1: data moved or a page was altered; 2: a page could not be verified. Files of this machine
    only; copy those at an address first.
    """
    from kpeval.reporting.pool import ThisMachine
    from kpeval.reporting.verify import verified

    addresses = [page for page in map(str, pages) if ":/" in page]
    if addresses:
        raise click.UsageError(f"{printable(addresses[0])} is an address: copy the page to this machine first")
    states = []
    try:
        with wrong_usage():
            folder = place_of_projects(data)
        for page, verdict in verified(pages, data=folder, executor=ThisMachine(_cores())):
            states.append(verdict.state)
            (_tell_programs if as_json else _tell)(page, verdict)
    except OSError as error:  # of this machine's own disk: a page that cannot be read is told as one
        click.echo(f"{error.filename or 'the private folder'}: {error.strerror or error}", err=True)
        raise SystemExit(2) from None
    raise SystemExit(_exit_code(states))


def _exit_code(states: list[str]) -> int:
    found = set(states) - {"skipped"}
    if found & {"moved", "altered", "differs"}:
        return 1
    return 2 if "unverified" in found or not found else 0


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _tell_programs(page: Path, verdict: Verdict) -> None:
    told: dict[str, Any] = {"page": str(page), "state": verdict.state, "said": verdict.said}
    told |= {"data": verdict.data, "versions": verdict.versions}
    told |= {"figures": [one._asdict() for one in verdict.figures]}
    told |= {"places": [one._asdict() for one in verdict.places]}
    click.echo(json.dumps(told))


def _tell(page: Path, verdict: Verdict) -> None:
    """What a person is told: the headline, then what was found."""
    headline, colour = HEADLINES[verdict.state]
    click.echo(f"{printable(str(page))}: " + click.style(headline, fg=colour, bold=True))
    for line in (*verdict.said, *(f"Data: {one}." for one in verdict.data)):
        click.echo(f"  {printable(line)}")
    for line in verdict.versions:
        click.echo(f"  Program: {printable(line)}.")
    places = [f"{one.place}: “{one.was}”, should be “{one.should}”" for one in verdict.places]
    figures = [
        f"{', '.join(filter(None, (one.table, one.row, one.column)))}: {one.was} → {one.now}" for one in verdict.figures
    ]
    altered = verdict.state == "altered" and not verdict.data
    count = "1 figure" if len(figures) == 1 else f"{len(figures)} figures"
    _list("What differs", places)
    _list(f"{count} of its record, and as it should be" if altered else f"{count} moved", figures)


def _list(heading: str, lines: list[str]) -> None:
    if lines:
        click.echo(f"  {heading}:")
    for line in lines[:SHOWN]:
        click.echo(f"    {printable(line)}")
    if len(lines) > SHOWN:
        click.echo(f"    and {len(lines) - SHOWN} more; --json lists them all")
