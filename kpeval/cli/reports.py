"""What can be done with reports in a shell: bring those asked for up to date, or those that reports.toml asks for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from kpeval.cli.asking import (
    Command,
    Day,
    Names,
    data_option,
    day_option,
    disk_faults,
    names_argument,
    place_of_projects,
    place_option,
    today,
    wrong_usage,
)

if TYPE_CHECKING:
    from kpeval.reporting.asked import Report, Wish
    from kpeval.reporting.batch import Batch, Executor, Outcome
    from kpeval.reporting.due import Due
    from kpeval.reporting.ledger import Ledger
    from kpeval.reporting.wanted import Wanted

WANTED = "reports/reports.toml"
LEAST, MOST = 0.25, 4096  # GiB of memory; with less no kernel starts


class How(NamedTuple):
    """How reports are brought up to date: the options that `report` and `run` share."""

    jobs: int
    force: bool
    dry_run: bool
    explain: bool
    timeout: int
    memory: float
    executor: str
    public: bool
    as_json: bool


def how_options(command: Command) -> Command:
    """The options of `How`."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    for option in reversed(
        (
            click.option("--jobs", type=click.IntRange(1), default=cores, metavar="N", help="At once; else the cores."),
            click.option("--force", is_flag=True, help="Render those that are up to date too."),
            click.option("--dry-run", is_flag=True, help="Only list what would be rendered."),
            click.option("--explain", is_flag=True, help="Say for each report why it is out of date."),
            click.option(
                "--timeout",
                type=click.IntRange(1),
                default=600,
                metavar="SECONDS",
                show_default=True,
                help="Longest a report may take.",
            ),
            click.option(
                "--memory",
                type=click.FloatRange(LEAST, MOST),
                default=4,
                metavar="GIB",
                show_default=True,
                help="Most memory that a report's kernel may take.",
            ),
            click.option("--executor", default="", metavar="dask://HOST:PORT", help="Render on a Dask cluster."),
            click.option("--public", is_flag=True, help="Refuse reports that show what may be personal data."),
            click.option("--json", "as_json", is_flag=True, help="Tell in lines of JSON, on terminals too."),
        )
    ):
        command = option(command)
    return command


def _now() -> datetime:
    return datetime.now(UTC)


def _say(message: str) -> None:
    click.echo(message, err=True)


def _executor(how: How) -> Executor:
    if how.executor:
        from functools import partial

        from kpeval.reporting.cluster import on_dask

        return partial(on_dask, address=how.executor)
    from kpeval.reporting.pool import ThisMachine

    return ThisMachine(how.jobs)


def _batch(wishes: Mapping[Report, Wish], data: Path | None, out: Path, *, strict: bool = True) -> Batch:
    from kpeval.reporting.batch import Batch

    with wrong_usage():
        return Batch(wishes, data=place_of_projects(data), out=out, strict=strict, wishes=wishes)


def _list_only(batch: Batch, how: How) -> None:
    """What would be done, and why; nothing is."""
    from kpeval.reporting.places import ledger_of
    from kpeval.reporting.progress import explained

    with wrong_usage(), ledger_of(batch.out, begin=False) as ledger:
        planned = batch.plan(ledger, force=how.force)
    shown = planned if how.explain else [one for one in planned if one.stale]
    as_json = how.as_json or (not sys.stdout.isatty() and not how.explain)
    for line in explained(shown, as_json=as_json):
        click.echo(line, err=not how.dry_run)  # else among the lines that tell what became of each
    for report, faults in batch.hindered.items():
        _say(f"{report}: cannot be rendered ({'; '.join(map(str, faults))})")
    _say(f"{sum(one.stale is not None for one in planned)} of {len(planned)} reports would be rendered")


def _render(batch: Batch, how: How, tell: Mapping[Report, list[str]]) -> tuple[bool, dict[Report, str]]:
    """Brings the reports up to date and tells what became of each; whether all is well, and the failures' kinds."""
    from kpeval.reporting.job import Limits
    from kpeval.reporting.progress import told

    limits = Limits(min(how.timeout, Limits().cell), how.timeout, int(how.memory * (1 << 30)))
    kinds: dict[Report, str] = {}

    def noted() -> Iterator[Outcome]:
        now = _now().isoformat()
        for outcome in batch.render(_executor(how), now=now, force=how.force, limits=limits, tell=tell):
            kinds[outcome.report] = outcome.kind
            yield outcome

    with wrong_usage():
        counts = told(noted(), len(batch.reports) + len(batch.hindered), batch.out, as_json=how.as_json)
    return not counts["failed"], kinds


def _bring_up_to_date(wishes: Mapping[Report, Wish], data: Path | None, out: Path, how: How) -> None:
    from kpeval.reporting.held import at_work

    batch = _batch(wishes, data, out)
    if how.dry_run or how.explain:
        _list_only(batch, how)
    if not how.dry_run:
        with wrong_usage(), at_work(out, wait=True, told=_say):
            well, _ = _render(batch, how, {})
        raise SystemExit(0 if well else 1)


@click.command()
@names_argument
@day_option
@click.option("--lang", type=Names(), default="cs,en", metavar="LANG,…", show_default=True, help="Languages.")
@click.option("--notebook", type=Names(), default="evaluation", metavar="NAME,…", show_default=True, help="Notebooks.")
@click.option("--format", "formats", type=Names(), default="html", metavar="FORMAT,…", help="Beside HTML: pdf, xlsx.")
@click.option("--since", type=Day(), metavar="DAY", help="Earlier day to compare with, by notebooks that can.")
@how_options
@place_option
@data_option
def report(
    names: tuple[str, ...],
    as_of: str | None,
    lang: list[str],
    notebook: list[str],
    formats: list[str],
    since: str | None,
    out: Path,
    data: Path | None,
    **how: Any,
) -> None:
    """Render reports about the projects NAME (all, if none is given) as of a day, those out of date only."""
    from kpeval.reporting.asked import Wish, grid, projects_in, refuse_since, refuse_unknown
    from kpeval.reporting.formats import FORMATS, complete

    with wrong_usage():
        refuse_unknown({"format": (formats, list(FORMATS))})
        projects, day = names or projects_in(place_of_projects(data)), as_of or today()
        if since:
            refuse_since(since, day, notebook)
    wish = Wish(complete(formats), how["public"], since or "")
    _bring_up_to_date(dict.fromkeys(grid(projects, [day], notebook, lang), wish), data, out, How(**how))


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), default=WANTED)
@click.option("--due", is_flag=True, help="Only what the calendars of FILE say is due; for timers.")
@how_options
@place_option
@data_option
def run(file: Path, due: bool, out: Path, data: Path | None, **how: Any) -> None:
    """Render the reports that FILE (reports/reports.toml) asks for, those out of date only."""
    from kpeval.reporting.wanted import wanted

    with wrong_usage():
        groups = wanted(file)
    if due:
        _run_due(groups, data, out, How(**how))
    else:
        _bring_up_to_date(_wishes(groups, datetime.now().astimezone(), how["public"]), data, out, How(**how))


def _wishes(groups: list[Wanted], now: datetime, public: bool) -> dict[Report, Wish]:
    """What is wished for now: each group on the day of its last scheduled moment."""
    from kpeval.reporting.wanted import wishes

    days = [(slot.date() if (slot := group.slot(now)) else now.date()) for group in groups]
    return wishes(zip(groups, days, strict=True), public=public)


def _run_due(groups: list[Wanted], data: Path | None, out: Path, how: How) -> None:
    """Silent where nothing is due and nobody waits for mail, for a timer calls this every hour."""
    from kpeval.reporting.due import due
    from kpeval.reporting.held import at_work
    from kpeval.reporting.places import ledger_of

    now, well = datetime.now().astimezone(), True
    with wrong_usage(), disk_faults(), at_work(out, wait=False, told=_say) as free:
        if not free:
            _say(f"another kpeval is at work in {out}: this one leaves it to it")
            return
        with ledger_of(out) as ledger:
            came, told = due(groups, ledger, now), {address for group in groups for address in group.tell}
            mail_waits = not told.isdisjoint(ledger.untold())
        if came:
            wishes = _wishes(groups, now, how.public)
            reports = {report: wishes[report] for one in came for report in one.reports}
            batch = _batch(reports, data, out, strict=False)
            if how.dry_run or how.explain:
                _list_only(batch, how)
            well = _render_due(came, batch, how) if not how.dry_run else not batch.hindered
        if (came or mail_waits) and not how.dry_run:
            well = _tell(groups, out, now) and well
    raise SystemExit(0 if well else 1)


def _render_due(came: list[Due], batch: Batch, how: How) -> bool:
    from kpeval.reporting.due import see_to, watched
    from kpeval.reporting.places import ledger_of

    well, kinds = _render(batch, how, watched(came))
    with ledger_of(batch.out) as ledger:
        see_to(came, ledger, _now().isoformat(), kinds)
    return well


def _tell(groups: list[Wanted], out: Path, now: datetime) -> bool:
    """Sends the mail that waits to those whom FILE names; whether all of it could be sent."""
    from kpeval.reporting.due import news
    from kpeval.reporting.mail import tell
    from kpeval.reporting.places import ledger_of

    languages = {address: group.languages[0] for group in reversed(groups) for address in group.tell}
    with ledger_of(out) as ledger:
        waiting = {address: changes for address, changes in news(ledger).items() if address in languages}
        for address in [address for address, changes in waiting.items() if not changes]:
            ledger.mark_told(address)
        faults = tell(
            {address: changes for address, changes in waiting.items() if changes},
            lang=languages,
            catalogue=str((out / "index.html").resolve()),
            now=now,
            sent=partial(_taken, ledger),
        )
    for fault in faults:
        _say(f"{fault}; the next call tries again")
    return not faults


def _taken(ledger: Ledger, address: str) -> None:
    try:
        ledger.mark_told(address)
    except OSError as error:  # a full disk: the mail is sent, and the next call does not know it
        _say(f"the ledger: {error.strerror}; {address} may hear the same twice")
