"""How long does each measure take over many invented projects at once?"""

from __future__ import annotations

import time
from collections.abc import Callable

from task import DAY

from kpeval.demo import demo_tables
from kpeval.measures.budget import budget_shares, reconciliation
from kpeval.measures.drawdown import drawdown
from kpeval.measures.indicators import indicator_fulfilment
from kpeval.measures.timeline import activity_timeline, overlaps


def measures(projects: int) -> None:
    """Prints the seconds of each."""
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
    print(f"\n| measures of {len(owners):,} projects at once | seconds |\n|---|---|")
    for way, work in ways.items():
        began = time.perf_counter()
        work()
        print(f"| {way} | {time.perf_counter() - began:.2f} |")
