"""Which counts of a breakdown are not shown? The small ones, and as many others as keep them from being computed.

Worked through day by day, from the first state that was ever known to the last: what a day hides depends on no later
one, and takes all earlier ones into account. METHOD.md B3.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

REST = ""  # the cell of what is not broken down; a category is never called so
FUZZ = 1e-9
SWEEPS = 1000  # bounds are drawn closer in each; stopping early is safe, since the audit is still to come

Hidden = frozenset[str] | None  # None: the whole breakdown of the day is withheld
Bounds = dict[str, tuple[float, float]]
Recoverable = Callable[[Sequence["Hidden"]], bool]


class Counts(NamedTuple):
    """What was known on a day: an indicator's own value (NaN: none) and the count of each category of a dimension."""

    total: float
    cells: Mapping[str, float]
    threshold: int  # counts of people below it are small

    @property
    def over(self) -> bool:
        """Whether the categories overlap: they add up to more than the total."""
        return math.fsum(self.cells.values()) > self.total + FUZZ

    @property
    def whole(self) -> bool:
        """Whether all counts are whole numbers."""
        return all(float(count).is_integer() for count in (*self.cells.values(), self.total) if not math.isnan(count))


def suppressed(days: Sequence[Counts], grows: bool, recoverable: Recoverable | None = None) -> list[Hidden]:
    """Which cells are hidden on each of the days, in their order?

    Small counts (above 0, below the threshold), and the fewest others found that leave each hidden cell an interval of
    at least the threshold, given all days so far: those hidden the day before first, then the smallest. Zeros are
    always shown. None where nothing helps. `grows`: counts do not fall from day to day, and everybody knows it.
    `recoverable` says of the days so far that a hidden cell can be computed after all.
    """
    found: list[Hidden] = []
    kept: list[Bounds] = []  # the bounds of the days so far
    own: list[Bounds] = []  # of a withheld day: what was known of it on the day itself
    for place, day in enumerate(days):
        small = frozenset(name for name, count in day.cells.items() if 0 < count < day.threshold)
        before = found[-1] if found and found[-1] else frozenset()

        def narrow(hidden: Hidden, place: int = place, kept: Sequence[Bounds] = kept) -> bool:
            tried = [*found, hidden]
            if all(one == frozenset() for one in tried):
                return False
            bounds = _bounds(days[: place + 1], tried, kept, grows)
            if _too_narrow(days, tried, bounds, own, grows):
                return True
            return recoverable is not None and recoverable(tried)

        hidden = _hidden(day, small, before, narrow)
        found.append(hidden)
        kept = _bounds(days[: place + 1], found, kept, grows)
        own.append(kept[-1] if hidden is None else {})
    return found


def _hidden(day: Counts, small: frozenset[str], before: frozenset[str], narrow: Callable[[Hidden], bool]) -> Hidden:
    if any(count < 0 for count in day.cells.values()):
        return None  # not a count: nothing can be said of what could be computed from it
    if small and (math.isnan(day.total) or day.over):
        # The total that becomes known later stays, and may be so small that it gives hidden counts away; and where
        # the categories are more than it, who knows another dimension may know the sum that they really have.
        return None
    hidden = small
    candidates = sorted(
        (name for name, count in day.cells.items() if count > 0 and name not in small),
        key=lambda name: (name not in before, day.cells[name], name),
    )
    tried = list(candidates)
    while narrow(hidden):
        if not tried:
            return None
        hidden |= {tried.pop(0)}
    for name in reversed(candidates):  # what was hidden in vain is shown again
        if name in hidden and not narrow(hidden - {name}):
            hidden -= {name}
    return hidden


def _bounds(days: Sequence[Counts], hidden: Sequence[Hidden], kept: Sequence[Bounds], grows: bool) -> list[Bounds]:
    """Between which values each cell must lie: from the sums, and from the days before and after."""
    bounds = [
        dict(kept[place]) if place < len(kept) else _first(days[place], hidden[place]) for place in range(len(days))
    ]
    links = _links(days, hidden) if grows else []
    overlapping = any(day.over for day in days)  # then they may on a day that is withheld as well
    for _ in range(SWEEPS):
        changed = False
        for earlier, later, name in links:
            (low, high), (least, most) = bounds[earlier][name], bounds[later][name]
            if least < low:
                bounds[later][name], changed = (low, most), True
            if high > most:
                bounds[earlier][name], changed = (low, most), True
        for day, cells, none in zip(days, bounds, (one is None for one in hidden), strict=True):
            changed |= not (none and overlapping) and _summed(day, cells, none)
        if not changed:
            break
    if links and any(low > high + FUZZ for cells in bounds for low, high in cells.values()):
        return _bounds(days, hidden, (), False)  # what is shown contradicts that counts only grow
    return bounds


def _first(day: Counts, hidden: Hidden) -> Bounds:
    """What is known of each cell at first sight: shown, hidden and so not 0, or withheld."""
    most = math.inf if math.isnan(day.total) else day.total
    if hidden is None:
        return {name: (0.0, most) for name in day.cells if name != REST}
    least = 1.0 if day.whole else 0.0
    shown = {name: (count, count) for name, count in day.cells.items() if name not in hidden}
    return shown | dict.fromkeys(hidden, (least, most))


def _links(days: Sequence[Counts], hidden: Sequence[Hidden]) -> list[tuple[int, int, str]]:
    """Cells of two days in a row of which the later is not below the earlier, as far as nothing shown denies it."""
    links = []
    for later in range(1, len(days)):
        earlier = later - 1
        if days[later].total < days[earlier].total - FUZZ:
            continue  # something was corrected
        for name in days[earlier].cells:
            if name == REST or name not in days[later].cells:
                continue
            shown = all(one is not None and name not in one for one in (hidden[earlier], hidden[later]))
            if not shown:
                links.append((earlier, later, name))
    return links


def _summed(day: Counts, cells: Bounds, withheld: bool) -> bool:
    """Draws the bounds of a day's cells closer by their sum; whether any moved."""
    if math.isnan(day.total) or not cells:
        return False
    low, high = (sum(bound[end] for bound in cells.values()) for end in (0, 1))
    changed = False
    for name, (least, most) in cells.items():
        if least == most:
            continue
        atleast, atmost = least, most
        if not day.over:
            atmost = min(most, day.total - (low - least))
        if not withheld and math.isfinite(high):
            needed = day.total + (1 if day.whole else 0) if day.over else day.total
            atleast = max(least, needed - (high - most))
        if atleast > least + FUZZ or atmost < most - FUZZ:
            cells[name], changed = (atleast, atmost), True
            low, high = low + atleast - least, high + atmost - most
    return changed


def _too_narrow(
    days: Sequence[Counts], hidden: Sequence[Hidden], bounds: Sequence[Bounds], own: Sequence[Bounds], grows: bool
) -> bool:
    for place, (cells, pattern) in enumerate(zip(bounds, hidden, strict=True)):
        for name in cells if pattern is None else pattern:
            low, high = cells[name]
            needed = float(days[place].threshold)
            if pattern is None:
                if place >= len(own) or high <= FUZZ:
                    continue  # the last day: nothing is shown of it; or known to be nobody, as a zero is that is shown
                least, most = own[place][name]
                most = min(most, _later_totals(days[place : len(hidden)]) if grows else math.inf)
                needed = min(needed, most - least)
            if high - low < needed - FUZZ:
                return True
    return False


def _later_totals(days: Sequence[Counts]) -> float:
    """The least of the totals from a day on, as long as they do not fall: they stay, whatever is hidden."""
    least = math.inf
    for before, day in zip([days[0], *days], days, strict=False):
        if day.total < before.total - FUZZ:
            break  # something was corrected
        least = min(least, math.inf if math.isnan(day.total) else day.total)
    return least
