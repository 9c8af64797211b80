"""What do the measures of documents, comments, communication and target groups hand back?"""

from __future__ import annotations

from kpeval.columns import Table

PUBLIC_RESULTS: tuple[Table, ...] = ()
