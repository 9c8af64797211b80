"""What do the measures of the community plan hand back?"""

from __future__ import annotations

from kpeval.columns import Table

PLAN_RESULTS: tuple[Table, ...] = ()
