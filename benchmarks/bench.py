"""How long does a report take beside papermill's and nbconvert's own commands, and a measure over many projects?

Each round runs every way once, one after the other, so that a noisy machine slows all of them alike; the least of the
rounds is shown. Run it with `make bench`; `--rounds N` and `--projects N` change how much is done.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from kpeval.demo import demo_tables
from kpeval.measures.budget import budget_shares, reconciliation
from kpeval.measures.drawdown import drawdown
from kpeval.measures.indicators import indicator_fulfilment
from kpeval.measures.timeline import activity_timeline, overlaps

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
NOTEBOOK = ROOT / "notebooks" / "evaluation.ipynb"
DAY = "2023-12-31"


def seconds(work: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _charts(page: Path) -> int:
    return len(re.findall(r'<figure class="chart"', page.read_text(encoding="utf-8")))


def stock(folder: Path) -> None:
    """One report by the commands of papermill and nbconvert."""
    executed = folder / "executed.ipynb"
    said = subprocess.run(
        [BIN / "papermill", NOTEBOOK, executed, "-r", "as_of", DAY, "--no-progress-bar", "--log-level", "ERROR"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not said.stdout
    command = [BIN / "jupyter", "nbconvert", "--to", "html", "--template", "lab", "--no-input", executed]
    subprocess.run(command, cwd=folder, capture_output=True, check=True)
    assert _charts(folder / "executed.html") >= 3, "the stock report lost its charts"


def own(folder: Path, languages: str) -> None:
    """The same report by `kpeval report`, in as many languages."""
    command = [BIN / "kpeval", "report", "demo", "--as-of", DAY, "--lang", languages, "--out", folder]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    for page in folder.glob("demo/*/*.html"):
        assert _charts(page) >= 3, "a report lost its charts"


def reports(rounds: int) -> None:
    """Prints the table of the ways to make a report."""
    ways: dict[str, tuple[Callable[[Path], None], int]] = {
        "papermill, then nbconvert (commands)": (stock, 1),
        "kpeval report, one report": (lambda folder: own(folder, "en"), 1),
        "kpeval report, two languages": (lambda folder: own(folder, "cs,en"), 2),
    }
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, (work, count) in ways.items():
            with tempfile.TemporaryDirectory() as folder:
                taken[way].append(seconds(lambda work=work, folder=folder: work(Path(folder))) / count)
    least = min(taken["papermill, then nbconvert (commands)"])
    print(f"\n{'one report of the demo project':42} {'s a report':>10} {'times faster':>13}")
    for way, times in taken.items():
        print(f"{way:42} {min(times):10.2f} {least / min(times):13.1f}")


def measures(projects: int) -> None:
    """Prints how long each measure takes over many invented projects at once."""
    frames = demo_tables(projects, seed=1)
    owners = frames["projects"]
    ways: dict[str, Callable[[], object]] = {
        "budget_shares": lambda: budget_shares(frames["funding"], owners),
        "reconciliation": lambda: reconciliation(frames["funding"], owners),
        "indicator_fulfilment": lambda: indicator_fulfilment(
            frames["indicators"], frames["targets"], frames["measurements"], owners, as_of=DAY
        ),
        "activity_timeline": lambda: activity_timeline(frames["activities"], owners, as_of=DAY),
        "overlaps": lambda: overlaps(frames["activities"]),
        "drawdown": lambda: drawdown(frames["finance_plan"], frames["transactions"], owners, as_of=DAY),
    }
    print(f"\n{f'{len(owners):,} projects at once':42} {'seconds':>10}")
    for way, work in ways.items():
        print(f"{way:42} {seconds(work):10.2f}")


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--projects", type=int, default=20_000)
    options = asked.parse_args()
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    reports(options.rounds)
    measures(options.projects)
