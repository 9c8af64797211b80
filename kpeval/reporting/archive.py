"""What was rendered when, and what of it may go? The history of a project, and the tidying of old reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import NamedTuple

from kpeval.reporting import catalogue
from kpeval.reporting.asked import PRIVATE, Report
from kpeval.reporting.files import is_far
from kpeval.reporting.inputs import changes
from kpeval.reporting.ledger import Ledger, Run


class Attempt(NamedTuple):
    """A run, and what had changed against the run before it; None where there was none, or where nothing is known."""

    run: Run
    changed: list[str] | None


def attempts(ledger: Ledger, project: str) -> list[Attempt]:
    """The runs of a project, newest first.

    The run before is that of the same report; for the first of a day, that of the same notebook and language.
    """
    before: dict[Report, Run] = {}
    found = []
    for run in reversed(ledger.history(project)):
        previous = before.get(run.report) or before.get(_family(run.report))
        found.append(Attempt(run, _changed(previous, run) if previous else None))
        before[run.report] = before[_family(run.report)] = run
    return found[::-1]


def _changed(before: Run, run: Run) -> list[str] | None:
    """None where one of the two failed before it was known what it would be made from."""
    both = [(old, new) for old, new in ((before.executed, run.executed), (before.shown, run.shown)) if old and new]
    return [change for old, new in both for change in changes(old, new)] if both else None


class Plan(NamedTuple):
    """What pruning removes: files, and runs of the ledger by their numbers; and what stays because it was altered."""

    files: list[Path]
    altered: list[Path]
    runs: list[int]


def planned(ledger: Ledger, out: Path, *, keep: int, before: datetime, pages: bool) -> Plan:
    """What may go of the reports in `out`; nothing is touched yet.

    Of every project, notebook and language the newest `keep` days with a good report stay whole. Of the days before
    them goes what was last tried before the moment `before`: executed notebooks, logs, with `pages` the pages and what
    stands beside them; and all runs but the last and the last good one of each report. A file goes only if the ledger
    says that kpeval wrote it, bytes included, and if no symbolic link leads to it.
    """
    runs = ledger.numbered()
    of_report: dict[Report, dict[int, Run]] = defaultdict(dict)
    for number, run in runs.items():
        of_report[run.report][number] = run
    kept_from = _kept_from(runs.values(), keep)
    plan = Plan([], [], [])
    for report, own in of_report.items():
        old = report.as_of < kept_from.get(_family(report), "")
        if old and all(_is_before(run.at, before) for run in own.values()):
            _add(plan, own, out, pages)
    return plan


def prune(ledger: Ledger, out: Path, plan: Plan) -> None:
    """Carries out a plan: the files first, so that whoever is killed in between can begin again."""
    for path in plan.files:
        path.unlink(missing_ok=True)
        # the day's, the project's; those that hold more stay. An address has none, and a UPath would empty them first
        for folder in () if is_far(out) else (path.parent, path.parent.parent):
            with suppress(OSError):
                folder.rmdir()
    ledger.forget(plan.runs)
    if any(path.suffix == ".html" for path in plan.files):
        catalogue.write(out, ledger.latest())


def _family(report: Report) -> Report:
    return report._replace(as_of="")


def _kept_from(runs: Collection[Run], keep: int) -> dict[Report, str]:
    """The first of the newest `keep` days with a good report, by family; a family without one keeps all it has."""
    good: dict[Report, set[str]] = defaultdict(set)
    for run in runs:
        if run.state == "rendered":
            good[_family(run.report)].add(run.report.as_of)
    return {family: sorted(days)[-keep:][0] for family, days in good.items()}


def _is_before(at: str, moment: datetime) -> bool:
    """A moment that nobody can read is not before anything: what it belongs to stays."""
    try:
        told = datetime.fromisoformat(at)
    except ValueError:
        return False
    return (told if told.tzinfo else told.replace(tzinfo=UTC)) < moment


def _add(plan: Plan, runs: Mapping[int, Run], out: Path, pages: bool) -> None:
    """Adds what may go of one report, the runs of which are given."""
    written: dict[str, set[str]] = defaultdict(set)
    for run in runs.values():
        for name, digest in run.outputs.items():
            written[name].add(digest)
    staying = set()
    for name, path in _own_files(next(iter(runs.values())).report, written, out):
        if not pages and not name.startswith(f"{PRIVATE}/"):
            staying.add(name)
        elif _digest(path) in written[name]:
            plan.files.append(path)
        else:
            staying.add(name)
            plan.altered.append(path)
    plan.files.extend(_logs(next(iter(runs.values())).report, out))
    last = max(runs)
    last_good = max((number for number, run in runs.items() if run.state == "rendered"), default=last)
    known = runs[last].outputs.keys() | runs[last_good].outputs.keys()
    # a run from which alone we know of a file that stays is remembered: a later pruning may remove that file
    told = (number for number, run in runs.items() if not (run.outputs.keys() - known) & staying)
    plan.runs.extend(number for number in told if number not in (last, last_good))


def _logs(report: Report, out: Path) -> Iterator[Path]:
    """What a failure left, which no run names: it is rewritten by each failure and removed by a success."""
    for path in (report.kept(out, ".log"), report.kept(out, ".failed.ipynb")):
        if path.is_file() and path.resolve() == out.resolve() / path.relative_to(out):
            yield path


def _own_files(report: Report, names: Collection[str], out: Path) -> Iterator[tuple[str, Path]]:
    """Those of the named files that are there, are the report's own, and are reached through no symbolic link."""
    folders = ((report.project, report.as_of), (PRIVATE, report.project, report.as_of))
    for name in names:
        *folder, file = Path(name).parts or ("",)
        own = tuple(folder) in folders and file.startswith(f"{report.notebook}.{report.lang}.")
        path = out / name
        if own and path.resolve() == out.resolve() / name and path.is_file():
            yield name, path


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
