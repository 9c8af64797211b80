"""How do a thousand reports go, end to end? And the same command again, when nothing has changed?"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from compare import MIB
from measure import cost
from targets import Long
from task import environment, invented, report_command

LANGUAGES = "cs,en"
EARLY = 100  # reports after which memory should not grow any more
OFTEN = 0.02  # seconds between two looks, so that not even the shortest process is missed


def long(folder: Path, reports: int, jobs: int) -> Long:
    """Renders them in `folder`, twice, and says what it took."""
    data, out, said = folder / "data", folder / "out", folder / "said"
    names = invented(data, reports // 2)
    environs, command = environment(data, folder), report_command(data, out, names, jobs, LANGUAGES)
    print(f"{reports} reports end to end", file=sys.stderr, flush=True)
    first = cost([command], said, environs)
    _counted(said, rendered=reports)
    again = cost([command], said, environs, every=OFTEN)
    _counted(said, unchanged=reports)
    pages = sum(1 for _ in out.glob("*/*/*.html"))
    assert pages == reports, f"{pages} pages instead of {reports}"
    return Long(reports, first, again, EARLY)


def told(long: Long) -> str:
    """What it took, in a few lines."""
    looks = long.first.looks
    early = max((look.descriptors for look in looks if look.lines <= long.early), default=0)
    late = max(look.descriptors for look in looks)
    return (
        f"{long.reports} reports in {long.first.seconds:.0f} s, {long.first.seconds / long.reports:.2f} s and "
        f"{long.first.cpu / long.reports:.2f} s of CPU a report, all told.\n"
        f"Peak memory {long.first.memory / MIB:.0f} MiB; "
        f"most descriptors of one process: {early} until {long.early} reports, {late} until the end.\n"
        f"Again, nothing changed: {long.again.seconds:.2f} s, {long.again.cpu:.2f} s of CPU, "
        f"processes seen: {long.again.processes}."
    )


def _counted(said: Path, **wanted: int) -> None:
    """The last line counts what became of the reports."""
    counts = json.loads(said.read_text(encoding="utf-8").splitlines()[-1])
    assert all(counts[state] == number for state, number in wanted.items()), f"{counts} instead of {wanted}"
