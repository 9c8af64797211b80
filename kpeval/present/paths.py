"""How does SVG say a path in few letters? Each step from where the last one ended, to a tenth of a point."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

STEP = re.compile(r"([A-Za-z])([^A-Za-z]*)")
NUMBER = re.compile(r"-?\d*\.?\d+(?:e-?\d+)?")
KNOWN = {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0, "z": 0}  # how many numbers a command takes

Step = tuple[str, list[int]]  # a command and its numbers, in tenths of a point


def short(value: float) -> str:
    """A place on the axis, to a tenth of a point: on the widest screen a sixth of a pixel."""
    return _tenths(round(value * 10))


def steps(path: str) -> list[Step]:
    """The steps of a path as it is written; ValueError where one is none of those that matplotlib writes."""
    found = [
        (command, [round(float(number) * 10) for number in NUMBER.findall(rest)])
        for command, rest in STEP.findall(path)
    ]
    if any(KNOWN.get(command) != len(numbers) for command, numbers in found):
        raise ValueError(f"a path that matplotlib would not write: {path[:40]}")
    return found


def written(path: Iterable[Step]) -> str:
    """The path in words of SVG; its steps are absolute (M, L, Q, C and Z), as matplotlib has them."""
    out: list[str] = []
    last = ""
    x = y = begin_x = begin_y = 0
    for command, numbers in path:
        if command in "Zz":
            out.append("z")
            last, x, y = "z", begin_x, begin_y
            continue
        word = command.lower()
        across, down = numbers[0] - x, numbers[1] - y
        if word == "l" and not down:
            word, said = "h", _tenths(across)
        elif word == "l" and not across:
            word, said = "v", _tenths(down)
        else:
            said = _tenths(across) + _next(down)
            for place in range(2, len(numbers), 2):
                said += _next(numbers[place] - x) + _next(numbers[place + 1] - y)
        x, y = numbers[-2:]
        if word == "m":
            begin_x, begin_y = x, y
        if word != last or word == "m":
            said = word + said
        elif said[0] != "-":
            said = " " + said
        out.append(said)
        last = word
    return "".join(out)


def _next(tenths: int) -> str:
    """A number behind another one: its minus parts the two, else a space does."""
    return _tenths(tenths) if tenths < 0 else " " + _tenths(tenths)


@lru_cache(maxsize=8192)
def _tenths(tenths: int) -> str:
    whole, rest = divmod(abs(tenths), 10)
    digits = f"{whole or ''}.{rest}" if rest else str(whole)
    return f"-{digits}" if tenths < 0 else digits
