"""What is a report that is to be made, and what is told of it afterwards? What goes between processes and machines."""

from __future__ import annotations

from typing import NamedTuple

from kpeval.reporting.asked import Report

KERNEL_ARGUMENTS = ("--HistoryManager.enabled=False",)  # of a report's kernel: no database and thread for nobody


class Limits(NamedTuple):
    """How long a cell and a report may take, in seconds, and how much memory a kernel, in bytes."""

    cell: float = 120
    report: float = 600
    memory: int = 4 << 30


class Job(NamedTuple):
    """One report to be made: from which notebook and data, under which folder, with links to which languages.

    Without `execute` only the page is made again, from the executed notebook that is kept.
    """

    report: Report
    notebook: str
    data: str
    out: str
    sisters: tuple[str, ...] = ()
    execute: bool = True
    limits: Limits = Limits()
    scratch: str = ""  # where private folders are made


class Made(NamedTuple):
    """What became of a job: the sha256 of the files it wrote by path under the folder, or why it failed."""

    report: Report
    outputs: dict[str, str]
    seconds: float
    cause: str = ""
    kind: str = ""
    read: dict[str, str] | None = None  # the sha256 of the project's files as the notebook read them, by name
