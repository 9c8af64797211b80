"""How is a formula written with its numbers put in, so that whoever works it out gets the figure that is shown?

Figures are computed unrounded and shown rounded; a formula shows its numbers as the tables do, and shares with as many
decimals more as it takes for the printed arithmetic to come to the printed figure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation
from html import escape
from typing import NamedTuple

from kpeval.present.display import Bundle, bundle
from kpeval.present.language import MINUS, Language

MOST = 6  # decimals more than are shown elsewhere; what needs more than these is no rounding

OPERATORS = ("+", MINUS, "×", "/")

Say = Callable[[float], str]
Arithmetic = Callable[..., Decimal]


class Term(NamedTuple):
    """A number of a formula: as printed with so many decimals more, and the number that then stands there."""

    printed: Callable[[int], tuple[str, Decimal]]


class Line(NamedTuple):
    """A figure and how it comes about; `told` are the columns of the result that it explains."""

    label: str
    text: str
    told: tuple[str, ...] = ()
    quoted: bool = False  # the label is the documents' own words


class Rule(NamedTuple):
    """What holds for the figures of these columns, in a sentence: a definition, or why there is no formula."""

    text: str
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Workings:
    """How the figures of a table were computed: the rules, then each figure with its numbers put in."""

    title: str
    rules: tuple[Rule, ...]
    lines: tuple[Line, ...]

    @property
    def told(self) -> set[str]:
        """The columns that a rule or a line explains."""
        return {
            column
            for told in [*(rule.told for rule in self.rules), *(line.told for line in self.lines)]
            for column in told
        }

    def __str__(self) -> str:
        return "\n".join(
            [self.title, *(rule.text for rule in self.rules), *(f"{line.label}: {line.text}" for line in self.lines)]
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        rules = " ".join(escape(rule.text) for rule in self.rules)
        items = "\n".join(f"<li>{_label(line)}: {escape(line.text)}</li>" for line in self.lines)
        html = (
            f'<details class="workings"><summary>{escape(self.title)}</summary>\n'
            + (f"<p>{rules}</p>\n" if rules else "")
            + (f"<ul>\n{items}\n</ul>\n" if items else "")
            + "</details>"
        )
        return bundle(html, str(self), "workings")


def _label(line: Line) -> str:
    return f'<span class="quoted">{escape(line.label)}</span>' if line.quoted else escape(line.label)


def amount(value: float, decimals: int, words: Language) -> Term:
    """Money, which is exact to its decimals."""
    return Term(lambda _: (words.number(value, decimals), _rounded(value, decimals)))


def plain(value: float, words: Language) -> Term:
    """A number as a table shows it, with four decimals at most where these are enough."""

    def printed(more: int) -> tuple[str, Decimal]:
        number = _rounded(value, 4 + more)
        return words.number(number, 4 + more if more and number != _rounded(value, 4) else None), number

    return Term(printed)


def share(value: float, words: Language) -> Term:
    """A fraction of 1 as percent, which has more decimals of itself where it is nearly 0% or 100%."""
    point = words.number(0.1)[1]

    def printed(more: int) -> tuple[str, Decimal]:
        text = words.percent(value, 1 + more)
        decimals = sum(sign.isdigit() for sign in text.partition(point)[2])
        return text, _rounded(value * 100, decimals) / 100

    return Term(printed)


def formula(pattern: str, how: Arithmetic, terms: Sequence[Term], value: float, say: Say) -> str:
    """The pattern with the terms printed into it, and what it comes to: "17 / 24 = 70.8%".

    `how` is the arithmetic of the pattern. The figure is `value` as `say` says it.
    """
    shown = say(value)
    for more in range(MOST):
        printed = [term.printed(more) for term in terms]
        try:
            found = how(*(number for _, number in printed))
        except (DivisionByZero, InvalidOperation):
            continue
        if say(float(found)) == shown:
            break
    else:  # it lies on the edge of two roundings, where no more decimals help
        printed = [term.printed(0) for term in terms]
    return f"{_filled(pattern, [text for text, _ in printed])} = {shown}"


def _filled(pattern: str, texts: Sequence[str]) -> str:
    """The pattern with the numbers in it; a negative one after an operator in brackets: "40.2% − (−10.0%)"."""
    said, *rest = pattern.split("{}")
    for text, after in zip(texts, rest, strict=True):
        bracketed = text.startswith(MINUS) and said.rstrip().endswith(OPERATORS)
        said += (f"({text})" if bracketed else text) + after
    return said


def _rounded(value: float, decimals: int) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def ratio(one: Decimal, two: Decimal) -> Decimal:
    return one / two


def product(one: Decimal, two: Decimal) -> Decimal:
    return one * two


def difference(one: Decimal, two: Decimal) -> Decimal:
    return one - two


def total(*parts: Decimal) -> Decimal:
    return sum(parts, Decimal(0))


def mean(*parts: Decimal) -> Decimal:
    return sum(parts, Decimal(0)) / len(parts)


def way(value: Decimal, baseline: Decimal, target: Decimal, again: Decimal) -> Decimal:
    """The share of the way from the baseline to the target: (value - baseline) / (target - baseline)."""
    return (value - baseline) / (target - again)
