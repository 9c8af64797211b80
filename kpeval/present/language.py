"""How are words, numbers, money and days said in the report's language?

Sentences are written in English in the code and stand in a gettext catalogue (`locale/<lang>/LC_MESSAGES/kpeval.po`)
for every other language; how numbers, money, percents and days are written, Babel knows. A language is a catalogue:
adding one needs no code. A sentence that a catalogue lacks raises, for a funder must not get half a report in English.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path

from babel.core import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_currency_symbol, get_decimal_symbol, get_group_symbol

from kpeval.columns import Column
from kpeval.faults import nearest
from kpeval.present.length import shortened

LOCALE = Path(__file__).parent / "locale"
SOURCE = "en"  # the language the code is written in
NBSP = "\u00a0"
MINUS = "\u2212"  # a hyphen is no minus: it is shorter, and a line may break after it
BOUND = dict.fromkeys(("cs", "sk"), re.compile(r"(?<!\w)([aikosuvzAIKOSUVZ]) (?=\S)"))  # to what follows
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)|(?<=s)'(?=\s)")
LOOSE_PERCENT = re.compile(r"(?<=[\d}]) %")
OF_SCHEMA = ("en", "cs")  # the languages in which schema and results head their columns
ENGLISH = "en_GB"  # British: day before month, the Commission's usage


class MissingTranslation(LookupError):
    """A catalogue lacks a sentence."""


def mark(message: str) -> str:
    """The message itself: marks a constant for extraction into the catalogues."""
    return message


@lru_cache(maxsize=4096)
def typeset(text: str, code: str) -> str:
    """A sentence as it is printed: with an apostrophe that is one, and without a line that begins with %.

    In Czech and Slovak no line ends with a word of one letter.
    """
    text = LOOSE_PERCENT.sub(f"{NBSP}%", APOSTROPHE.sub("’", text))
    return BOUND[code].sub(rf"\1{NBSP}", text) if code in BOUND else text


def languages() -> list[str]:
    """The languages reports can be written in: English, and each one with a catalogue."""
    return [SOURCE, *sorted(path.name for path in LOCALE.iterdir() if path.is_dir())]


@lru_cache
def language(code: str) -> Language:
    """The language `code` ("cs", "en"); ValueError, with the nearest known one, where there is no catalogue."""
    known = languages()
    if code not in known:
        raise ValueError(f"no language '{code}'{nearest(str(code), known) or ': known are ' + ', '.join(known)}")
    return Language(code)


class Language:
    """What `language` hands out: the voice of one language."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.locale = Locale.parse(ENGLISH if code == SOURCE else code)
        self._catalogue = _catalogue(code) if code != SOURCE else None
        signs = {",": get_group_symbol(self.locale), ".": get_decimal_symbol(self.locale), "-": MINUS}
        self._signs = str.maketrans(signs)
        # "5%", "5 %", "%5", and a currency before or behind the amount, as Babel knows of each language
        self._percent = self.locale.percent_formats[None].pattern.split("#,##0")
        self._currency_leads = str(self.locale.currency_formats["standard"].pattern).startswith("¤")

    def say(self, message: str, **values: object) -> str:
        """The sentence in this language, its {names} filled in."""
        said = typeset(message, SOURCE) if self._catalogue is None else self._catalogue.gettext(message)
        return said.format(**_fit(values)) if values else said

    def count(self, one: str, many: str, count: float, **values: object) -> str:
        """The sentence in the plural form that `count` takes; {count} is the number in words of the locale.

        Czech has four forms: 1, 2 to 4, 5 and more, and fractions. Gettext counts in whole numbers, so the catalogue's
        rule takes -1 for a fraction.
        """
        shown = {"count": self.number(count), **_fit(values)}
        whole = abs(int(count)) if float(count).is_integer() else -1
        if self._catalogue is None:
            return typeset(one if whole == 1 else many, SOURCE).format(**shown)
        return self._catalogue.ngettext(one, many, whole).format(**shown)

    def heading(self, column: Column) -> str:
        """The column's meaning: the schema says it in English and Czech, a catalogue in any other language."""
        own = dict(zip(OF_SCHEMA, (column.en, column.cs), strict=True))
        heading = typeset(own[self.code], self.code) if self.code in own else self.say(column.en)
        return heading[:1].upper() + heading[1:]

    def number(self, value: float | Decimal, decimals: int | None = None) -> str:
        """A number as this language writes it; without `decimals` as many as it needs, four at most."""
        # Babel knows the signs; its own formatter would look for them anew, and take a pattern apart, for every number.
        digits = f"{_rounded(value, 4 if decimals is None else decimals):,f}"
        if decimals is None:
            digits = digits.rstrip("0").rstrip(".")
        return digits.translate(self._signs)

    def money(self, value: float, currency: str | None, decimals: int = 2) -> str:
        """An amount with its currency ("3 648 425,00 Kč", "CZK 3,648,425.00"), without where none is known."""
        import pandas as pd  # here, not above: who only asks which languages there are need not wait for it

        if currency is None or pd.isna(currency):
            return self.number(value, decimals)
        amount, unit = self.number(value, decimals), self.currency(currency)
        if not self._currency_leads:
            return f"{amount}{NBSP}{unit}"
        minus = MINUS if amount.startswith(MINUS) else ""
        return f"{minus}{unit}{NBSP}{amount.removeprefix(MINUS)}"

    def currency(self, code: object) -> str:
        """What stands for a currency beside an amount ("Kč", "CZK"); nothing where none is known."""
        if not isinstance(code, str):
            return ""
        return code.upper() if self.code == SOURCE else _symbol(code, self.locale)

    def percent(self, share: float, decimals: int | None = 1) -> str:
        """A share as percent; with more decimals where rounding would make it 0 % or 100 % and it is not.

        With `decimals` None as many as the share has: what the documents state is not rounded.
        """
        value = _rounded(float(share) * 100, 9)  # what binary fractions add beyond that is no part of the figure
        while decimals is not None and decimals < 9 and value != _rounded(value, decimals) in (0, 100):
            decimals += 1
        return self.number(value, decimals).join(self._percent)

    def with_symbol(self, number: str, symbol: str) -> str:
        """A number and the symbol of its unit, percent as the language writes it: "33%", "33 %", "5 km"."""
        return number.join(self._percent) if symbol == "%" else number + NBSP + symbol

    def points(self, share: float) -> str:
        """A difference of two shares in percentage points, with its sign."""
        said = _rounded(float(share) * 100, 1)
        points = self.say("{number} pp", number=("+" if said > 0 else "") + self.number(said, 1))
        return points.replace(" ", NBSP)

    def day(self, day: date, precision: object = "day") -> str:
        """A day, or the month, quarter, half-year or year it lies in where no more is stated: "březen 2006", "2006"."""
        patterns = {"month": "LLLL y", "quarter": "QQQQ y", "year": "y"}
        if precision == "half":  # Babel knows no half-years
            first = day.month <= 6
            halves = self.say("first half of {year}", year=day.year), self.say("second half of {year}", year=day.year)
            said = halves[0 if first else 1]
        elif isinstance(precision, str) and precision in patterns:
            said = format_date(day, patterns[precision], locale=self.locale)
        else:
            said = format_date(day, locale=self.locale)
        return str(said).replace(" ", NBSP)

    def range(self, first: str, last: str) -> str:
        """first–last: an en dash, with spaces where the ends have spaces themselves; what reads the same, once."""
        if first == last:
            return first
        return f"{first} – {last}" if NBSP in first + last else f"{first}–{last}"

    def list(self, items: Iterable[str]) -> str:
        """a, b and c."""
        return str(format_list(list(items), locale=self.locale))


def money_decimals(*amounts: Iterable[float]) -> int:
    """2 where any of the amounts has haléře, else 0: one number of decimals for what is compared."""
    import pandas as pd

    cents = [round(amount * 100) for some in amounts for amount in some if not pd.isna(amount)]
    return 2 if any(cent % 100 for cent in cents) else 0


def _fit(values: Mapping[str, object]) -> dict[str, object]:
    """What is filled into a sentence, so that no text of the data can bury the sentence or turn it around.

    In a name that is written from right to left, the words and numbers after it would stand in its order; between the
    two signs that isolate it they keep their own.
    """
    return {name: _isolated(shortened(value)) if isinstance(value, str) else value for name, value in values.items()}


def _isolated(text: str) -> str:
    return f"\u2068{text}\u2069" if not text.isascii() and RIGHT_TO_LEFT.search(text) else text


@lru_cache
def _symbol(currency: str, locale: Locale) -> str:
    return str(get_currency_symbol(currency, locale))


def _rounded(value: float | Decimal, decimals: int) -> Decimal:
    # Czech practice is half up; Babel alone would round half to even.
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0  # + 0: there is no minus zero


def _catalogue(code: str) -> gettext.GNUTranslations:
    """The catalogue as Python's gettext reads it, made from the .po in memory: no compiled file can be stale."""
    with (LOCALE / code / "LC_MESSAGES" / "kpeval.po").open("rb") as file:
        catalogue = read_po(file, locale=code, domain="kpeval")
    for message in [message for message in catalogue if message.id]:
        forms = message.string if isinstance(message.string, tuple | list) else (message.string or "",)
        if not all(forms):
            catalogue.delete(message.id)  # Babel would fill an empty plural form in with English
            continue
        said = tuple(typeset(form, code) for form in forms)
        message.string = said if message.pluralizable else said[0]
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    translations = gettext.GNUTranslations(compiled)
    translations.add_fallback(_Missing())
    return translations


class _Missing(gettext.NullTranslations):
    """What gettext falls back on: where others would show English, this raises."""

    def gettext(self, message: str) -> str:
        raise MissingTranslation(f"a catalogue lacks: {message}")

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        raise MissingTranslation(f"a catalogue lacks the plural: {msgid1} / {msgid2}")
