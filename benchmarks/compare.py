"""One interleaved run: every round runs each way once, one after the other, in an order that is rotated."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import NamedTuple

from measure import Cost, cost
from outputs import Reference
from task import environment
from variants import Variant

MIB = 1 << 20


class Round(NamedTuple):
    """What a variant cost in one round, for its few reports (None: it starts anew for each) and its many."""

    variant: Variant
    few: Cost | None
    many: Cost

    def a_report(self, what: str) -> float:
        """Seconds or CPU seconds that a report costs, without the start where that happens once."""
        whole = getattr(self.many, what)
        if self.few is None:
            return whole / self.variant.many
        return max(whole - getattr(self.few, what), 1e-9) / (self.variant.many - self.variant.few)

    @property
    def seconds(self) -> float:
        return self.a_report("seconds")

    @property
    def cpu(self) -> float:
        return self.a_report("cpu")

    @property
    def told(self) -> float:
        """Seconds a report with the start included."""
        return self.many.seconds / self.variant.many

    @property
    def start(self) -> float:
        """Seconds of the start alone."""
        return self.many.seconds - self.variant.many * self.seconds if self.few else 0.0


Results = Mapping[str, list[Round]]  # by the variant's key


def interleaved(
    variants: Sequence[Variant], rounds: int, data: Path, projects: Sequence[str], reference: Reference
) -> Results:
    """The costs of all rounds; an error as soon as a report is not as it should be."""
    results: dict[str, list[Round]] = {variant.key: [] for variant in variants}
    turn = cycle(projects)
    for number in range(rounds):
        shift = number * len(variants) // rounds
        for variant in [*variants[shift:], *variants[:shift]]:
            print(f"round {number + 1} of {rounds}: {variant.what}", file=sys.stderr, flush=True)
            some = list(projects[: variant.many]) if variant.many > 1 else [next(turn)]
            few = _run(variant, some[: variant.few], data, reference) if variant.few else None
            results[variant.key].append(Round(variant, few, _run(variant, some, data, reference)))
    return results


def _run(variant: Variant, projects: Sequence[str], data: Path, reference: Reference) -> Cost:
    private = data.parent / "run"
    out = private / "out"
    out.mkdir(parents=True)
    try:
        commands = variant.commands(data, out, projects)
        spent = cost(commands, private / "said", environment(data, private))
        reference.hold(variant.what, projects, variant.files(out, projects), own=variant.own)
    finally:
        shutil.rmtree(private)
    return spent


def times(slow: Sequence[Round], fast: Sequence[Round], what: str = "seconds") -> list[float]:
    """How many times faster than the first the second is, round by round."""
    return [getattr(one, what) / getattr(other, what) for one, other in zip(slow, fast, strict=True)]


def spread(numbers: Sequence[float], form: str = ".1f") -> str:
    """The median of some numbers, with their range."""
    low, high = min(numbers), max(numbers)
    return f"{median(numbers):{form}} ({low:{form}} to {high:{form}})" if len(numbers) > 1 else f"{low:{form}}"


def table(results: Results) -> str:
    """The costs of all variants in Markdown."""
    against = [key for key in ("a", "c", "d") if key in results]
    columns: list[tuple[str, Callable[[list[Round]], str]]] = [
        ("way", lambda some: f"{some[0].variant.key}: {some[0].variant.what}"),
        ("s a report", lambda some: f"{median(one.seconds for one in some):.2f}"),
        ("CPU s", lambda some: f"{median(one.cpu for one in some):.2f}"),
        ("peak MiB", lambda some: f"{median(one.many.memory for one in some) / MIB:.0f}"),
        ("start, s", lambda some: f"{median(one.start for one in some):.1f}" if some[0].few else "in each"),
        ("s with the start", lambda some: f"{median(one.told for one in some):.2f} (of {some[0].variant.many})"),
        *((f"times faster than {key}", lambda some, key=key: spread(times(results[key], some))) for key in against),
    ]
    lines = [[heading for heading, _ in columns], ["---"] * len(columns)]
    lines += [[say(some) for _, say in columns] for some in results.values()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
