"""Which ways of rendering are compared, and by what commands?

Each is run for a few reports and for many, and the difference is what a report costs once everything has started.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from task import BIN, NOTEBOOK, executed, parameters, report_command, report_files

Commands = Callable[[Path, Path, Sequence[str]], list[list[object]]]  # of the data, the out folder, the projects
PEERS = Path(__file__).with_name("peers.py")


class Variant(NamedTuple):
    """A way of rendering: its short name, what it is, its commands, how many reports, whether the page is kpeval's."""

    key: str
    what: str
    commands: Commands
    few: int  # 0: it starts anew for each report, so there is no cost without the start
    many: int
    own: bool = False

    def files(self, out: Path, projects: Sequence[str]) -> dict[str, tuple[Path, Path]]:
        """The executed notebook and the page of each project."""
        if self.key.startswith("kpeval"):
            return {project: report_files(out, project) for project in projects}
        return {project: (place := executed(out, project), place.with_suffix(".html")) for project in projects}


def variants(reports: int, cores: int, ploomber: Path | None) -> list[Variant]:
    """All of them: `reports` in a batch of kpeval's, fewer where a report takes seconds."""
    found = [
        Variant("a", "`papermill`, then `jupyter nbconvert` (commands)", _commands, 0, 1),
        Variant("c", "papermill's function, one `HTMLExporter`, one process", _peer("papermill", 1), 1, 3),
        Variant("d", f"the same, {cores} processes", _peer("papermill", cores), cores, 3 * cores),
        Variant("kpeval 1", "`kpeval report --jobs 1`", _kpeval(1), 2, reports, own=True),
        Variant("kpeval", f"`kpeval report`, {cores} workers", _kpeval(cores), cores, reports, own=True),
        Variant("kpeval cold", "`kpeval report` of one report", _kpeval(cores), 0, 1, own=True),
        Variant("limit 1", "limit: plain cells, no kernel, one process", _peer("plain", 1), 2, reports, own=True),
        Variant("limit", f"limit, {cores} processes", _peer("plain", cores), cores, reports, own=True),
    ]
    if ploomber:
        what = "ploomber-engine (no kernel), one `HTMLExporter`, one process"
        found.insert(3, Variant("e", what, _peer("ploomber", 1, ploomber), 1, 5))
    return found


def _commands(data: Path, out: Path, projects: Sequence[str]) -> list[list[object]]:
    made: list[list[object]] = []
    for project in projects:
        place = executed(out, project)
        told = [word for name, value in parameters(project).items() for word in ("-r", name, value)]
        made.append([BIN / "papermill", NOTEBOOK, place, *told, "--no-progress-bar"])
        made.append([BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", place])
    return made


def _peer(name: str, jobs: int, python: Path = BIN / "python") -> Commands:
    return lambda data, out, projects: [[python, PEERS, name, "--jobs", jobs, "--out", out, *projects]]


def _kpeval(jobs: int) -> Commands:
    return lambda data, out, projects: [report_command(data, out, projects, jobs)]
