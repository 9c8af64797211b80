"""How does somebody who waits see what becomes of the reports?

On a terminal a bar that says how long it may still take, and a line for each failure; elsewhere, for programs and logs,
a line of JSON for each report. The last line counts: rendered, unchanged, failed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kpeval.reporting.batch import Outcome, Planned

STATES = ("rendered", "unchanged", "failed")


def told(outcomes: Iterable[Outcome], total: int, out: Path, *, as_json: bool = False) -> Counter[str]:
    """Tells each outcome as it comes, then how many there were of each; returns these counts.

    With `as_json` lines of JSON are told on a terminal, too.
    """
    lines, faults = (Console(stderr=error, soft_wrap=True, highlight=False, markup=False) for error in (False, True))
    counts: Counter[str] = Counter()
    as_json = as_json or not lines.is_terminal
    try:
        for outcome in _with_bar(outcomes, total, faults):
            counts[outcome.state] += 1
            if as_json:
                lines.print(json.dumps(_record(outcome), ensure_ascii=False))
            if outcome.state == "failed":
                more = f" (more in {outcome.log})" if outcome.log.exists() else ""
                faults.print(f"failed: {outcome.report}: {outcome.cause}{more}")
    except OSError as error:
        counts["failed"] += 1
        faults.print(f"failed: {error.filename or out}: {error.strerror}")
    summary = ", ".join(f"{counts[state]} {state}" for state in STATES)
    if as_json:
        lines.print(json.dumps({state: counts[state] for state in STATES} | {"catalogue": str(out / "index.html")}))
    else:
        lines.print(f"{summary}; {out / 'index.html'} lists the reports")
    return counts


def explained(planned: Iterable[Planned], *, as_json: bool) -> Iterator[str]:
    """A line for each report: what would be done with it, and why."""
    for one in planned:
        does = "unchanged" if one.stale is None else "run" if one.stale.execute else "show again"
        reasons = list(one.stale.reasons) if one.stale else []
        if as_json:
            yield json.dumps(one.report._asdict() | {"does": does, "reasons": reasons}, ensure_ascii=False)
        else:
            yield f"{one.report}: {does}" + (f" ({'; '.join(reasons)})" if reasons else "")


def _record(outcome: Outcome) -> dict[str, object]:
    told: dict[str, object] = {**outcome.report._asdict(), "state": outcome.state, "page": str(outcome.page)}
    told |= {"seconds": round(outcome.seconds, 3)} if outcome.seconds else {}
    return told | ({"cause": outcome.cause, "kind": outcome.kind, **_log(outcome)} if outcome.cause else {})


def _log(outcome: Outcome) -> dict[str, str]:
    return {"log": str(outcome.log)} if outcome.log.exists() else {}


def _with_bar(outcomes: Iterable[Outcome], total: int, console: Console) -> Iterator[Outcome]:
    left = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*left, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("rendering", total=total)
        for outcome in outcomes:
            bar.update(task, advance=1, description=str(outcome.report))
            yield outcome
