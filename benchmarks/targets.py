"""What was promised, and what was measured: a line for each target that this run can judge."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

from compare import MIB, Results, spread, times
from measure import Cost

FACTORS = (  # the faster, the slower, how many times at least
    ("kpeval", "a", 30),
    ("kpeval", "c", 9),
    ("kpeval", "d", 5),
    ("kpeval cold", "a", 3),
)
ABOVE_LIMIT = 0.2  # CPU seconds a report
AGAIN_SECONDS, GROWTH = 2.0, 1.15


class Long(NamedTuple):
    """Many reports end to end, then the same command again."""

    reports: int
    first: Cost
    again: Cost
    early: int  # reports after which memory was looked at first


class Line(NamedTuple):
    """A target, what was measured, whether that meets it."""

    target: str
    measured: str
    met: bool


def compared(results: Results) -> Iterator[Line]:
    """The targets of the interleaved run."""
    for fast, slow, least in FACTORS:
        if {fast, slow} <= results.keys():
            found = times(results[slow], results[fast])
            told = median(times(results[slow], results[fast], "told"))
            measured = f"{spread(found)}" + (f"; with the start {told:.1f}" if fast == "kpeval" else "")
            yield Line(f"{fast}: at least {least} times faster than {slow}", measured, median(found) >= least)
    for own, limit in (("kpeval", "limit"), ("kpeval 1", "limit 1")):
        if {own, limit} <= results.keys():
            above = [one.cpu - other.cpu for one, other in zip(results[own], results[limit], strict=True)]
            target = f"{own}: at most {ABOVE_LIMIT} s of CPU a report above {limit}"
            yield Line(target, spread(above, ".3f"), median(above) <= ABOVE_LIMIT)


def endured(long: Long) -> Iterator[Line]:
    """The targets of the long run."""
    early = max((look.memory for look in long.first.looks if look.lines <= long.early), default=0)
    growth = long.first.memory / early
    measured = f"{early / MIB:.0f} and {long.first.memory / MIB:.0f} MiB: {growth:.2f} times"
    yield Line(f"peak memory at {long.reports} at most {GROWTH} times that at {long.early}", measured, growth <= GROWTH)
    seconds = long.again.seconds
    yield Line(f"nothing changed: under {AGAIN_SECONDS:g} s", f"{seconds:.2f} s", seconds < AGAIN_SECONDS)
    count = long.again.processes
    yield Line("nothing changed: no kernel", f"{count} process{'es' if count > 1 else ''} seen", count == 1)


def table(lines: list[Line]) -> str:
    """The targets in Markdown."""
    rows = [f"| {line.target} | {line.measured} | {'met' if line.met else 'NOT MET'} |" for line in lines]
    return "\n".join(["| target | measured | |", "|---|---|---|", *rows])
