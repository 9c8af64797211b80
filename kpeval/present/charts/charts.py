"""What does each result look like? `charts.x(result, lang=…)` for every measure `x` where a picture answers a question.

A chart is a matplotlib figure with `title` (the finding), `subtitle` and `alt`. Where there is nothing to draw, or
one number only, an `Omitted` with the reason in words stands in its place.
"""

from __future__ import annotations

from kpeval.present.display import Omitted
from kpeval.present.figure import PALETTE, Chart
from kpeval.present.shares import budget_shares

__all__ = ["PALETTE", "Chart", "Omitted", "budget_shares"]
