"""What do the measures of people, courses and meetings hand back?"""

from __future__ import annotations

from kpeval.columns import Table

PEOPLE_RESULTS: tuple[Table, ...] = ()
