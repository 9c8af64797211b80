"""What do the measures of money in detail hand back: by line, in steps, by unit?"""

from __future__ import annotations

from kpeval.columns import Table

MONEY_RESULTS: tuple[Table, ...] = ()
