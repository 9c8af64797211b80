"""How are counts shown as whole percent that add up to 100? By the largest remainder (METHOD.md)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]


def largest_remainder(counts: Counts) -> Counts:
    """For each row of counts its whole percent, which add up to 100; a row that counts nothing has only zeros.

    Each count gets the whole part of its percent; what is left of 100 goes, one each, to the largest remainders, of
    equal ones to the larger count, of equal counts to the one that stands first. In whole numbers, so ties are ties.

    >>> largest_remainder(np.array([[58, 9, 4], [1, 1, 1], [0, 0, 0]])).tolist()
    [[82, 13, 5], [34, 33, 33], [0, 0, 0]]
    """
    of = counts.sum(axis=1, keepdims=True)
    whole, rest = _parts(100 * counts, of)
    rows, columns = counts.shape
    row, column = np.repeat(np.arange(rows), columns), np.tile(np.arange(columns), rows)
    order = np.lexsort((column, -counts.ravel(), -rest.ravel(), row))
    rank = np.empty_like(order)
    rank[order] = column  # the order keeps each row's cells together
    left = np.where(of[:, 0] > 0, 100 - whole.sum(axis=1), 0)
    more: Counts = whole + (rank.reshape(counts.shape) < left[:, None])
    return more


def rounded_sum(counts: Counts) -> Counts:
    """What the percentages of each row would add up to, were each rounded on its own, half up.

    >>> rounded_sum(np.array([[58, 9, 4], [1, 1, 1], [1, 1, 0]])).tolist()
    [101, 99, 100]
    """
    of = counts.sum(axis=1, keepdims=True)
    total: Counts = _parts(200 * counts + of, 2 * of)[0].sum(axis=1)
    return total


def _parts(counts: Counts, of: Counts) -> tuple[Any, Any]:
    return np.divmod(counts, np.where(of > 0, of, 1))
