"""How do the parts of a plan hang together? Each names the part that it belongs to; any number of levels may be.

Rows are those of a table of nodes, as arrays. No step goes over the rows one by one, only over the levels of the tree.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kpeval.rows import Cells, Places, Rows, numbered, places

KEY = ("project_id", "plan_id", "node_id")


def parents(nodes: Rows) -> Places:
    """In which row stands what each node is part of; -1: in none of its plan."""
    return places({**{name: nodes[name] for name in KEY}, "node_id": nodes["parent_id"]}, nodes, KEY)


def depths(parent: Places) -> Places:
    """How many nodes stand above each: 0 for a root; -1 for what hangs in a circle, and never reaches one."""
    depth = np.where(parent < 0, 0, -1)
    while True:
        settled = (depth < 0) & (depth[parent] >= 0)  # the roots are settled already, so that -1 picks nothing
        if not settled.any():
            return depth
        depth = np.where(settled, depth[parent] + 1, depth)


def natural(names: Cells) -> Cells:
    """What to sort names by so that 2 comes before 10 and 1.9 before 1.10; missing stays.

    >>> sorted(["M10", "M2"], key=lambda name: natural(np.array([name], dtype=object))[0])
    ['M2', 'M10']
    """
    codes, distinct = pd.factorize(names)
    filled = pd.Series([str(name) for name in distinct], dtype="str").str.replace(r"\d+", _filled, regex=True)
    return np.array([*filled.tolist(), np.nan], dtype=object)[codes]


def _filled(digits: object) -> str:
    return str(digits[0]).zfill(12)  # type: ignore[index]  # a match


def depth_first(nodes: Rows, parent: Places, depth: Places) -> Places:
    """The rows in the order of a plan as it is printed: each node, then what is part of it; plans one after another."""
    size = np.ones(len(parent), dtype=np.intp)  # the node and all below it
    for level in range(depth.max(initial=0), 0, -1):
        here = depth == level
        np.add.at(size, parent[here], size[here])
    names = [nodes["project_id"], nodes["plan_id"], natural(nodes["node_id"]), nodes["node_id"]]
    keys = [numbered(name, in_order=True) for name in names]
    order = np.lexsort([*reversed(keys), parent])  # roots first, then the children of each node together
    before = np.cumsum(size[order]) - size[order]  # of all that stand earlier, to be counted from the first sibling
    first = np.flatnonzero(np.diff(parent[order], prepend=-2))
    inside = before - np.repeat(before[first], np.diff(first, append=len(order)))
    offset = np.empty(len(order), dtype=np.intp)
    offset[order] = inside
    position = offset.copy()
    for level in range(1, depth.max(initial=0) + 1):
        here = depth == level
        position[here] = position[parent[here]] + 1 + offset[here]
    return np.argsort(position)
