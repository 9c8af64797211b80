"""How does somebody who waits see what becomes of the reports: a bar on a terminal, a line each elsewhere?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from kpeval.reporting.batch import Outcome


def told(outcomes: Iterable[Outcome], total: int, out: Path) -> int:
    """Tells each outcome as it comes, a failure in one line, then how many there were; returns how many failed."""
    lines, faults = (Console(stderr=error, soft_wrap=True, highlight=False, markup=False) for error in (False, True))
    done = failed = 0
    try:
        for outcome in _with_bar(outcomes, total, faults):
            done += 1
            if outcome.failure:
                failed += 1
                faults.print(f"failed: {outcome.report}: {outcome.failure} (more in {outcome.log})")
            elif not faults.is_terminal:
                lines.print(str(outcome.page))
    except OSError as error:
        faults.print(f"failed: the catalogue {out / 'index.html'}: {error.strerror}")
        return failed + 1
    lines.print(f"{done - failed} of {total} reports rendered, {failed} failed; {out / 'index.html'} lists them.")
    return failed


def _with_bar(outcomes: Iterable[Outcome], total: int, console: Console) -> Iterator[Outcome]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("rendering", total=total)
        for outcome in outcomes:
            bar.update(task, advance=1, description=str(outcome.report))
            yield outcome
