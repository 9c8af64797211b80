"""What can be done with past reports in a shell: list what was rendered when, and remove what is old."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpeval.cli.asking import data_option, disk_faults, place_of_projects, place_option, printable, wrong_usage

if TYPE_CHECKING:
    from kpeval.reporting.archive import Attempt

SHOWN = 3  # changes that a line names; the others are counted, and listed by --json


@click.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print the history as JSON.")
@place_option
@data_option
def history(name: str, as_json: bool, out: Path, data: Path | None) -> None:
    """List what was rendered of the project NAME and when, how it ended and what had changed, newest first."""
    from kpeval.reporting.archive import attempts
    from kpeval.reporting.asked import projects_in, refuse_unknown
    from kpeval.reporting.places import ledger_of

    with wrong_usage(), disk_faults():
        with ledger_of(out, begin=False) as ledger:
            found = attempts(ledger, name)
        if not found:  # a project that is no longer among the data still has its history
            refuse_unknown({"project": ([name], projects_in(place_of_projects(data)))})
    if as_json:
        click.echo(json.dumps([_record(attempt) for attempt in found], ensure_ascii=False, indent=2))
    elif found:
        _list(found)
    else:
        click.echo(f"{name}: no report was rendered in {out} yet")


def _record(attempt: Attempt) -> dict[str, Any]:
    run = attempt.run
    told = {"at": run.at, **run.report._asdict(), "state": run.state, "kind": run.kind, "cause": run.cause}
    return told | {"seconds": run.seconds, "changed": attempt.changed, "outputs": dict(run.outputs)}


def _list(found: list[Attempt]) -> None:
    """A table on a terminal, a line for each run elsewhere."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        for attempt in found:
            click.echo("  ".join(cell for cell in _cells(attempt) if cell))
        return
    table = Table("when", "as of", "report", "ended", "seconds", "why", box=None)
    for attempt in found:
        table.add_row(*map(Text, _cells(attempt)))  # Text: a cause is never read as markup
    console.print(table)


def _cells(attempt: Attempt) -> list[str]:
    run, report = attempt.run, attempt.run.report
    when = run.at[:19].replace("T", " ") + " UTC" if run.at else "-"
    why = "; ".join(filter(None, (run.cause, _summary(attempt.changed))))
    cells = [when, report.as_of, f"{report.notebook}.{report.lang}", run.state, f"{run.seconds:.1f} s", why]
    return [printable(cell) for cell in cells]


def _summary(changed: list[str] | None) -> str:
    if changed is None:
        return ""
    more = [f"and {len(changed) - SHOWN} more"] if len(changed) > SHOWN else []
    return ", ".join(changed[:SHOWN] + more) or "nothing changed"


@click.command()
@click.option("--keep", type=click.IntRange(1), required=True, metavar="N", help="How many days stay whole.")
@click.option(
    "--older-than",
    type=click.IntRange(0, 36_500),
    default=0,
    metavar="DAYS",
    help="Remove only what was last tried more than DAYS days ago.",
)
@click.option("--pages", is_flag=True, help="Remove old pages too, and what lies beside them.")
@click.option("--dry-run", is_flag=True, help="Only list what would go.")
@place_option
def prune(keep: int, older_than: int, pages: bool, dry_run: bool, out: Path) -> None:
    """Remove what is no longer needed of old reports.

    Of every project, notebook and language, the newest N days (as of) with a good report stay whole, so the last good
    report always stays. Of the days before them go the executed notebooks, the logs and what the ledger knows of
    attempts that were followed by others; with --pages, the pages too. Whatever kpeval did not write stays, and so does
    what was altered since.
    """
    from kpeval.reporting.archive import planned
    from kpeval.reporting.archive import prune as carry_out
    from kpeval.reporting.asked import PRIVATE
    from kpeval.reporting.held import at_work
    from kpeval.reporting.places import ledger_of

    before = datetime.now(UTC) - timedelta(days=older_than)
    nothing = dry_run or not (out / PRIVATE).is_dir()
    held = nullcontext() if nothing else at_work(out, wait=True, told=lambda words: click.echo(words, err=True))
    with wrong_usage(), disk_faults(), held, ledger_of(out, begin=False) as ledger:
        plan = planned(ledger, out, keep=keep, before=before, pages=pages)
        size = sum(path.stat().st_size for path in plan.files)
        if not dry_run:
            carry_out(ledger, out, plan)
    for path in plan.altered:
        click.echo(f"stays, it was altered: {printable(str(path))}", err=True)
    for path in plan.files:
        click.echo(printable(str(path)))
    would = "would go" if dry_run else "removed"
    click.echo(f"{len(plan.files)} files ({size / 1e6:.1f} MB) and {len(plan.runs)} runs of the ledger {would}.")
