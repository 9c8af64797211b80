"""How are many reports made, so that one that fails costs only itself?

One after the other, the languages of a report side by side: a page links to its sister only if that is made too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from nbformat import NotebookNode

from kpeval.faults import Fault
from kpeval.reporting import catalogue
from kpeval.reporting.asked import PRIVATE, Misuse, Report, checked
from kpeval.reporting.failure import Failed
from kpeval.reporting.files import keep, private_folder, write_whole
from kpeval.reporting.page import page
from kpeval.reporting.run import run


class Outcome(NamedTuple):
    """What became of a report: its page, or why there is no new one (the previous one then stands) and the log."""

    report: Report
    page: Path
    log: Path
    failure: Failed | None = None


def render(reports: Iterable[Report], *, data: Path, out: Path) -> Iterator[Outcome]:
    """Renders each report under `out`, tells what became of it, and lists all of them in the catalogue at the end.

    Misuse, before anything runs, where one of them cannot be asked for.
    """
    wanted = list(reports)
    notebooks = checked(wanted, data)
    try:
        places = {report: report.page(out) for report in wanted}
        out.mkdir(parents=True, exist_ok=True)
        private_folder(out / PRIVATE, out / PRIVATE)
    except (OSError, ValueError) as error:
        raise Misuse(
            [Fault(str(out), None, "", f"no reports can go there: {_cause(error)}")], "nothing was rendered"
        ) from error
    return _rendered(places, notebooks, data, out)


def _rendered(places: dict[Report, Path], notebooks: dict[str, Path], data: Path, out: Path) -> Iterator[Outcome]:
    for _, sisters in groupby(places, key=lambda report: report[:3]):
        executed: dict[Report, NotebookNode] = {}
        for report in sisters:
            with _caught(report, places, out) as outcomes:
                notebook = run(report, notebooks[report.notebook], data=data, out=out)
                page(notebook, report)  # before a sister links to it: can it be shown at all?
                executed[report] = notebook
            yield from outcomes
        for report, notebook in executed.items():
            with _caught(report, places, out) as outcomes:
                others = [sister.lang for sister in executed if sister != report]
                places[report].parent.mkdir(parents=True, exist_ok=True)
                write_whole(places[report], page(notebook, report, others))
                outcomes.append(Outcome(report, places[report], report.kept(out, ".log")))
            yield from outcomes
    catalogue.write(out)


@contextmanager
def _caught(report: Report, places: dict[Report, Path], out: Path) -> Iterator[list[Outcome]]:
    """What fails within becomes an outcome, with a log; that of a failed cell, with its traceback, is there already."""
    outcomes: list[Outcome] = []
    log = report.kept(out, ".log")
    try:
        yield outcomes
    except (Failed, OSError, ValueError) as error:
        failure = error if isinstance(error, Failed) else Failed(_cause(error))
        outcomes.append(Outcome(report, places[report], log, failure))
        with suppress(OSError):  # the disk that fails the page fails its log too; the failure is told either way
            if not log.exists():
                keep(log, f"{report}: {failure}\n", out / PRIVATE)


def _cause(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror} ({Path(str(error.filename)).name})" if error.filename else error.strerror
    return str(error)
