"""What is a report that is to be made, and what is told of it afterwards? What goes between processes and machines."""

from __future__ import annotations

from typing import NamedTuple

from kpeval.reporting.asked import HTML, Report
from kpeval.reporting.formats import beside

KERNEL_ARGUMENTS = ("--HistoryManager.enabled=False",)  # of a report's kernel: no database and thread for nobody


class Limits(NamedTuple):
    """How long a cell and a report may take, in seconds, and how much memory a kernel, in bytes."""

    cell: float = 120
    report: float = 600
    memory: int = 4 << 30


class Job(NamedTuple):
    """One report to be made: from which notebook and data, under which folder, with links to which languages.

    Without `execute` only the page is made again, and what stands beside it, from the executed notebook that is kept;
    of the files beside it those that are `standing`, by name under `out` with their sha256, are left as they are.
    """

    report: Report
    notebook: str
    data: str
    out: str
    sisters: tuple[str, ...] = ()
    execute: bool = True
    limits: Limits = Limits()
    scratch: str = ""  # where private folders are made
    formats: tuple[str, ...] = (HTML,)
    public: bool = False  # what may be personal data fails it
    since: str = ""  # the earlier day it is compared with, by a notebook that takes it; "" if with none
    standing: tuple[tuple[str, str], ...] = ()

    @property
    def making(self) -> tuple[str, ...]:
        """The formats in which a file must be made beside the page."""
        left = {name.rpartition(".")[2] for name, _ in self.standing}
        return tuple(one for one in beside(self.formats) if one not in left)


class Made(NamedTuple):
    """What became of a job: the sha256 of the files it wrote by path under the folder, or why it failed."""

    report: Report
    outputs: dict[str, str]
    seconds: float
    cause: str = ""
    kind: str = ""
    read: dict[str, str] | None = None  # the sha256 of the project's files as the notebook read them, by name
