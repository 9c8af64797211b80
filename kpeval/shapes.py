"""How does what a measure computed become a frame of the columns and types that its result declares?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kpeval.columns import PROJECT_ID, Table
from kpeval.rows import MASKED, Cells, Rows, framed


def shaped(declared: Table, rows: Rows, *more: str) -> pd.DataFrame:
    """`rows` as declared: the columns in their order and types, whatever rows there are; `more` of text follow.

    Counts and flags come as plain numbers, NaN where they are missing.
    """
    columns = {column.name: _shaped(column.dtype, rows[column.name]) for column in declared.columns}
    return framed(columns | {name: rows[name] for name in more}, pd.RangeIndex(len(rows[PROJECT_ID.name])))


def _shaped(dtype: str, cells: Cells) -> Any:
    if dtype not in MASKED:
        return cells
    array, kind = MASKED[dtype]
    missing = np.isnan(cells)
    return array(np.where(missing, 0, cells).astype(kind), missing)
