"""Can a number that is not shown be computed, or nearly so, from all that is shown on this day and on earlier ones?

By linear programming, from nothing but what a reader sees: it knows neither the counts nor how those that are hidden
were chosen. METHOD.md B4 says what a reader is taken to know.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

FUZZ = 1e-6  # what the solver may leave
SOLVED, INFEASIBLE, UNBOUNDED = 0, 2, 3  # states of scipy.optimize.linprog


class DisclosureError(ValueError):
    """A hidden number could be computed from what is shown: the report must not be made. It holds no number."""


class Shown(NamedTuple):
    """What a reader sees of a dimension on a day."""

    total: float  # the indicator's own value; NaN where there is none
    cells: Mapping[str, float | None] | None  # what is not broken down among them; None: hidden, or all withheld
    threshold: int
    over: bool  # the categories are said to add up to more than the total
    rest: str = ""  # the cell of what is not broken down

    @property
    def whole(self) -> bool:
        """Whether all that is shown are whole numbers, so that the hidden ones will be."""
        seen = [self.total, *(cell for cell in (self.cells or {}).values() if cell is not None)]
        return all(float(number).is_integer() for number in seen if not math.isnan(number))


class Interval(NamedTuple):
    """Between which values a hidden cell must lie, for all that a reader can tell."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """High minus low."""
        return self.high - self.low


Place = tuple[int, str]  # a day and a cell


class _Contradiction(Exception):
    """What is shown denies that counts only grow."""


def exposed(days: Sequence[Shown], grows: bool) -> list[Place]:
    """The hidden cells, as day and name, that lie in an interval narrower than the threshold of their day.

    A cell of a withheld day counts where other days make its interval narrower than the threshold, and narrower than
    the days before, its own total and those of later days leave it; not where they show that it is 0.
    """
    if grows:
        with suppress(_Contradiction):
            return _exposed(_Problem(days, True))
    try:  # what a reader can still tell: without growth, and with it in each run of days that does not deny it
        found = dict.fromkeys(_exposed(_Problem(days, False)))
    except _Contradiction:  # what is shown of a single day denies itself: nothing can be promised
        return list(_Problem(days, False).unknown)
    for first, run in _runs(days) if grows else ():
        found |= {(first + place, name): None for place, name in _exposed(_Problem(run, True, _names(days)))}
    return list(found)


def _runs(days: Sequence[Shown]) -> list[tuple[int, Sequence[Shown]]]:
    """The longest runs of days in which counts may only have grown, each with the place of its first day."""
    found: list[tuple[int, Sequence[Shown]]] = []
    reached = 0
    for first in range(len(days)):
        last = max(first + 1, reached)
        while last < len(days) and _grows(days[first : last + 1], _names(days)):
            last += 1
        if last > reached:
            found.append((first, days[first:last]))
        reached = max(reached, last)
    return found


def _grows(days: Sequence[Shown], names: Sequence[str]) -> bool:
    problem = _Problem(days, True, names)
    if not problem.unknown:
        return True
    try:
        problem.interval(next(iter(problem.unknown)))
    except _Contradiction:
        return False
    return True


def _names(days: Sequence[Shown]) -> list[str]:
    return sorted({name for day in days for name in (day.cells or {}) if name != day.rest})


def interval(days: Sequence[Shown], grows: bool, place: Place) -> Interval:
    """Between which values the hidden cell at `place` must lie."""
    try:
        return _Problem(days, grows).interval(place)
    except _Contradiction:
        return _Problem(days, False).interval(place)


def _exposed(problem: _Problem) -> list[Place]:
    found = []
    for place in problem.unknown:
        day = problem.days[place[0]]
        if problem.rounded(problem.seen[place]).width >= day.threshold - FUZZ:
            continue  # two ways to fill the cells in have been met that lie so far apart
        exact = problem.interval(place)
        needed: float = day.threshold
        if day.cells is None:
            if exact.high <= FUZZ:
                continue
            later = [other._replace(cells=None) for other in problem.days[place[0] + 1 :]]
            then = _Problem([*problem.days[: place[0] + 1], *later], problem.grows, problem.names)
            needed = min(needed, then.interval(place).width)
        if exact.width < needed - FUZZ:
            found.append(place)
    return found


class _Problem:
    """The hidden cells as unknowns: bounds, sums, and what does not fall from one day to the next."""

    def __init__(self, days: Sequence[Shown], grows: bool, names: Sequence[str] = ()) -> None:
        self.days, self.grows = days, grows
        self.whole = all(day.whole for day in days)
        self.unknown: dict[Place, int] = {}
        self.low: list[float] = []
        self.high: list[float] = []
        self.equal: list[tuple[dict[int, float], float]] = []
        self.most: list[tuple[dict[int, float], float]] = []
        self.names = names or _names(days)
        self.cells = [dict.fromkeys(self.names) if day.cells is None else day.cells for day in days]
        for place, day in enumerate(days):
            self._day(place, day)
        if grows:
            for later in range(1, len(days)):
                self._link(later - 1, later)
        self.seen = {place: Interval(math.inf, -math.inf) for place in self.unknown}
        self._matrices: Any = None

    def _day(self, place: int, day: Shown) -> None:
        shown = [cell for cell in self.cells[place].values() if cell is not None]
        hidden = [name for name, cell in self.cells[place].items() if cell is None]
        limit = math.inf if math.isnan(day.total) else day.total
        for name in hidden:
            self.unknown[place, name] = len(self.unknown)
            self.low.append(1.0 if day.cells is not None and self.whole else 0.0)
            self.high.append(limit)
        if not hidden or math.isnan(day.total):
            return
        together = {self.unknown[place, name]: 1.0 for name in hidden}
        left = day.total - math.fsum(shown)
        if day.cells is None:
            if not any(other.over for other in self.days):  # else they may overlap on this day as well
                self.most.append((together, left))
        elif day.over:
            self.most.append((dict.fromkeys(together, -1.0), -left - (1 if self.whole else 0)))
        else:
            self.equal.append((together, left))

    def _link(self, earlier: int, later: int) -> None:
        """No cell falls from one day to the next, as far as nothing shown denies it."""
        if self.days[later].total < self.days[earlier].total - FUZZ:
            return
        for name, before in self.cells[earlier].items():
            if name == self.days[earlier].rest or name not in self.cells[later]:
                continue
            after = self.cells[later][name]
            first, second = self.unknown.get((earlier, name), -1), self.unknown.get((later, name), -1)
            if before is not None and after is None:
                self.low[second] = max(self.low[second], before)
            elif before is None and after is not None:
                self.high[first] = min(self.high[first], after)
            elif before is None:
                self.most.append(({first: 1.0, second: -1.0}, 0.0))

    def interval(self, place: Place) -> Interval:
        """The least and the greatest value of a cell; whole where all numbers are."""
        return self.rounded(Interval(-self._most(place, -1.0), self._most(place, 1.0)))

    def rounded(self, between: Interval) -> Interval:
        """The interval, of whole numbers where all numbers are."""
        low, high = between
        if not self.whole or not math.isfinite(high):
            return between
        return Interval(math.ceil(low - FUZZ), math.floor(high + FUZZ))

    def _most(self, place: Place, sign: float) -> float:
        """The greatest value of a cell, or of its negative; the way to fill the cells in that gives it is noted."""
        from scipy.optimize import linprog  # here, not above: it takes a quarter of a second, and few reports need it

        if any(low > high + FUZZ for low, high in zip(self.low, self.high, strict=True)):
            raise _Contradiction
        goal = np.zeros(len(self.unknown))
        goal[self.unknown[place]] = -sign
        solved = linprog(goal, bounds=list(zip(self.low, self.high, strict=True)), method="highs", **self._rows())
        if solved.status == INFEASIBLE:
            raise _Contradiction
        if solved.status == UNBOUNDED:
            self._note(place, sign * math.inf)
            return math.inf
        if solved.status != SOLVED:
            raise DisclosureError("the audit of a breakdown of people could not be completed")
        for other, cell in self.unknown.items():
            self._note(other, float(solved.x[cell]))
        return -float(solved.fun)

    def _note(self, place: Place, value: float) -> None:
        low, high = self.seen[place]
        self.seen[place] = Interval(min(low, value), max(high, value))

    def _rows(self) -> dict[str, NDArray[np.float64]]:
        if self._matrices is None:
            self._matrices = {}
            for matrix, limits, rows in (("A_ub", "b_ub", self.most), ("A_eq", "b_eq", self.equal)):
                if rows:
                    table = np.zeros((len(rows), len(self.unknown)))
                    for row, (cells, _) in enumerate(rows):
                        table[row, list(cells)] = list(cells.values())
                    self._matrices |= {matrix: table, limits: np.array([limit for _, limit in rows])}
        return dict(self._matrices)
