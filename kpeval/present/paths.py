"""How does SVG say a path in few letters? Each step from where the last one ended, to a tenth of a point."""

from __future__ import annotations

import re
from collections.abc import Iterable

STEP = re.compile(r"([A-Za-z])([^A-Za-z]*)")
NUMBER = re.compile(r"-?\d*\.?\d+(?:e-?\d+)?")
KNOWN = {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0, "z": 0}  # how many numbers a command takes

Step = tuple[str, list[float]]


def short(value: float) -> str:
    """A place on the axis, to a tenth of a point: on the widest screen a sixth of a pixel."""
    return _tenths(round(value * 10))


def steps(path: str) -> list[Step]:
    """The steps of a path as it is written; ValueError where one is none of those that matplotlib writes."""
    found = [(command, [float(number) for number in NUMBER.findall(rest)]) for command, rest in STEP.findall(path)]
    if any(KNOWN.get(command) != len(numbers) for command, numbers in found):
        raise ValueError(f"a path that matplotlib would not write: {path[:40]}")
    return found


def written(path: Iterable[Step]) -> str:
    """The path in words of SVG; its steps are absolute (M, L, Q, C and Z), as matplotlib has them."""
    out: list[str] = []
    last = ""
    x = y = 0
    begin = (0, 0)
    for command, numbers in path:
        if command in "Zz":
            out.append("z")
            last, (x, y) = "z", begin
            continue
        tenths = [round(number * 10) for number in numbers]
        away = [tenth - (x, y)[place % 2] for place, tenth in enumerate(tenths)]
        x, y = tenths[-2:]
        if command == "M":
            begin = (x, y)
        word = command.lower()
        if word == "l":
            if not away[1]:
                word, away = "h", away[:1]
            elif not away[0]:
                word, away = "v", away[1:]
        said = [_tenths(tenth) for tenth in away]
        if word == last and word != "m" and said[0][0] != "-":
            out.append(" ")
        elif word != last or word == "m":
            out.append(word)
        out.append(said[0] + "".join(one if one[0] == "-" else f" {one}" for one in said[1:]))
        last = word
    return "".join(out)


def _tenths(tenths: int) -> str:
    whole, rest = divmod(abs(tenths), 10)
    digits = f"{whole or ''}.{rest}" if rest else str(whole)
    return f"-{digits}" if tenths < 0 else digits
