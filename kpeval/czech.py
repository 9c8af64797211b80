"""What number, amount, day or period does a Czech document mean here, and how precisely is it printed?

Standard library only: Babel loses the printed precision, and detectors of encodings guess.
"""

import calendar
import re
import unicodedata
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import NamedTuple

_INVISIBLE = "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_DIRECTIONS = "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))  # would turn what follows around
_TAGS = "".join(map(chr, (*range(0x2061, 0x2065), *range(0x206A, 0x2070), *range(0xE0000, 0xE0080))))  # never seen
_CONTROLS = "".join(sign for sign in map(chr, (*range(32), *range(0x7F, 0xA0))) if not sign.isspace())
_MINUSES = "\u02d7\u2010\u2011\u2012\u2212\ufe63\uff0d"  # no en dash: it joins ranges and stands for "none"
_UNSEEN = dict.fromkeys(map(ord, _INVISIBLE + _DIRECTIONS + _TAGS + _CONTROLS), "")
_CLEANED = _UNSEEN | dict.fromkeys(map(ord, _MINUSES), "-")

_DASH = "[-\u2013\u2014]"
_CURRENCY = r"(?:€|(?:kč|kc|czk|korun[ay]?|eur[ao]?)(?!\w))"
_SCALE = r"(?:tis\.|mil\.|mld\.|(?:tis|tisíce?|mil|mili[oó]n[yůu]?|mld|miliard[ay]?)(?!\w))"
_GROUPED = "[1-9][0-9]{0,2}(?:%s[0-9]{3})+"
# "1 810, 5 tis. Kč" is a slip of real resolutions; without a unit after it, "1 810, 5" may be two numbers.
_SLIP = rf", [0-9]{{1,2}}(?= ?(?:{_SCALE}|{_CURRENCY}))"
_SPACED, _DOTTED, _COMMAED = _GROUPED % " ", _GROUPED % "[.]", _GROUPED % ","
_UNGROUPED = "[0-9]+(?:[.,][0-9]+)?"
_BODY = rf"{_SPACED}(?:[.,][0-9]+|{_SLIP})?|{_DOTTED}(?:,[0-9]+)?|{_COMMAED}(?:[.][0-9]+)?|{_UNGROUPED}"
_NO_HALERS = rf"[.,]{_DASH}{{1,2}}| ?, ?{_DASH}{{1,2}}(?= ?{_CURRENCY})"
_AMOUNT = rf"(?P<body>{_BODY})(?P<dash>{_NO_HALERS})? ?(?P<scale>{_SCALE})? ?(?P<mark>%|{_CURRENCY})?"
_BEFORE = rf"(?:(?P<before>{_CURRENCY}) ?)?"
_CELL = re.compile(rf"{_BEFORE}(?P<sign>[-+\u2013])?{_AMOUNT}")
# In running text a number is neither a piece of a day, a time or a code, nor glued to a word.
_INSIDE = re.compile(rf"(?<!\w)(?<![0-9][.,:/]){_BEFORE}{_AMOUNT}(?!\w|[.,:/\u2013-][0-9])")
_DAY_INSIDE = re.compile(r"\b[0-9]{1,2}\. ?[0-9]{1,2}\. ?[0-9]{4}\b")

_NAMES = ["leden|ledn[au]", "unor[au]?", "brezen|brezn[au]", "duben|dubn[au]", "kveten|kvetn[au]"]
_NAMES += ["cerven|cervn[au]", "cervenec|cervenc[ei]", "srpen|srpn[au]", "zari", "rijen|rijn[au]"]
_NAMES += ["listopadu?", "prosinec|prosinc[ei]"]
_DAY, _YEAR, _NAME = "(?P<day>[0-9]{1,2})", "(?P<year>[0-9]{4})", f"(?P<name>{'|'.join(_NAMES)})"
_MONTH, _TWO_DIGITS = "(?P<month>[0-9]{1,2})", "[0-9]{2}"
_TIME = "(?:[t ](?:[01]?[0-9]|2[0-3])(?::[0-5][0-9]){1,2}(?:[.][0-9]+)?(?:z|[+-][0-9]{2}:?[0-9]{2})?)?"
_NOTATIONS = [
    rf"{_YEAR}-(?P<month>{_TWO_DIGITS})(?:-(?P<day>{_TWO_DIGITS}){_TIME})?",
    rf"{_DAY}\. ?(?:{_MONTH}\. ?|{_NAME} ){_YEAR}{_TIME}",
    rf"{_DAY}/{_MONTH}/{_YEAR}{_TIME}",
    rf"(?:{_NAME} |{_MONTH} ?/ ?){_YEAR}",
    rf"(?P<ordinal>[1-4]|i{{1,3}}|iv)\.? ?(?P<part>ctvrtleti|pololeti) (?:roku )?{_YEAR}",
    rf"(?P<part>q)(?P<ordinal>[1-4])[ /]{_YEAR}",
    rf"(?:rok |roku |roce )?{_YEAR}",
]
_ISO_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AS_OF = re.compile("^(?:ke dni|ke|k|ze dne|dne|ve|v) ")
_FROM = re.compile("^(?:(?:od|v|na|pro|obdobi|let|leta|letech) )+")
_BETWEEN = re.compile(f" ?{_DASH} ?| (?:do|az) ")

_SMALL, _CAPITAL, _ASCII = "áäčďéěíĺľňóôŕřšťúůýž", "ÁÄČĎÉĚÍĹĽŇÓÔŔŘŠŤÚŮÝŽ", frozenset(map(chr, range(128)))
_CZECH = _ASCII.union(_SMALL, _CAPITAL, "\u00a0„“”\u2013—…•§°\u00d7€")
_WESTERN = [frozenset("àâæçèéêëîïôùûüÿ"), frozenset("àèéìòù"), frozenset("äåæéöø")]  # French, Italian, Norse


class Number(NamedTuple):
    """What does a printed number mean: its value, and one unit of its last printed digit."""

    value: Decimal
    unit: Decimal


class Period(NamedTuple):
    """Which days does it cover: first and last, both included; precision day, month, quarter, half, year."""

    start: date
    end: date
    precision: str


def plain(text: str) -> str:
    """What does the text say once its invisible differences are gone?

    NFC; a run of spaces of any kind, line breaks too, is one plain space; zero-width and control characters are
    removed; every minus is `-`. En and em dashes stay: they join ranges and stand for "none".

    >>> plain("2\N{NO-BREAK SPACE}626\N{THIN SPACE}545,- Kč ")
    '2 626 545,- Kč'
    """
    return " ".join(unicodedata.normalize("NFC", text.translate(_CLEANED)).split())


def cleaned(text: str) -> str:
    """What does a text of several lines say, without what cannot be seen?

    As `plain`, but its lines, indentations and minuses stay.
    """
    seen = unicodedata.normalize("NFC", re.sub("\r\n?", "\n", text).translate(_UNSEEN))
    return re.sub(r"[^\S\n\t \u00a0]", " ", seen)


def _amount(found: re.Match[str]) -> Number | None:
    """None where the parts are fine one by one but not together."""
    body, dash, scale, mark, before = found.group("body", "dash", "scale", "mark", "before")
    if (mark == "%" and (dash or scale or before)) or (mark and before) or (dash and scale):
        return None
    point = max(body.rfind("."), body.rfind(","))
    # Money has no thousandths: "200.000 Kč" and "1.234,-" are thousands, though a bare "1.234" is a decimal.
    money = not scale and mark != "%" and (dash or mark or before)
    if point < 0 or body.count(body[point]) > 1 or (money and re.fullmatch(_DOTTED, body)):
        point = len(body)
    whole, fraction = re.sub("[ .,]", "", body[:point]), body[point + 1 :].strip()
    if dash and len(fraction) not in (0, 2):  # "1.617.776,80,-" is printed; "1,234,-" says nothing certain
        return None
    power = 0 if not scale else 3 if scale[0] == "t" else 9 if scale.startswith(("mld", "miliard")) else 6
    shown = fraction.ljust(power, "0")  # text moves the point: arithmetic would round to 28 digits
    return Number(Decimal(f"{whole}{shown[:power]}.{shown[power:]}"), Decimal(10) ** (power - len(fraction)))


def number(text: str) -> Number:
    """What number fills this cell, and how precisely is it printed?

    A currency or % may stand by it (`85 %` is 85); `tis.`, `mil.`, `mld.` multiply value and unit. Thousands
    group by three; a lone separator is the decimal one, save in `1.234 Kč`. ValueError for all else.

    >>> number("2,6 mil. Kč")
    Number(value=Decimal('2600000'), unit=Decimal('100000'))
    """
    found = _CELL.fullmatch(plain(text).lower())
    read = _amount(found) if found else None
    if found is None or read is None:
        raise ValueError(f"'{plain(text):.80}' is not a number")
    return read if found["sign"] in (None, "+") else read._replace(value=read.value.copy_negate())


def printed_unit(text: str) -> Decimal | None:
    """How precisely is the last amount printed that stands anywhere in this text?

    One unit of its last digit. An amount has a currency, `tis.` or `,-`; where none has, the last other
    number counts. Percentages, days, times and codes never do; None where nothing is left.

    >>> printed_unit("Prostředky z rozpočtu (5%): 182 421,25 Kč")
    Decimal('0.01')
    """
    last: dict[bool, Decimal] = {}
    for found in _INSIDE.finditer(_DAY_INSIDE.sub(" ", plain(text).lower())):
        read = _amount(found)
        if read and found["mark"] != "%":
            last[any(found.group("before", "dash", "scale", "mark"))] = read.unit
    return last.get(True, last.get(False))


def _folded(text: str) -> str:
    letters = unicodedata.normalize("NFD", plain(text).lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _read(words: str) -> Period | None:
    """None where the words are in no known notation, or the calendar has no such day."""
    found = next((match for notation in _NOTATIONS if (match := re.fullmatch(notation, words))), None)
    if found is None:
        return None
    printed = {name: text for name, text in found.groupdict().items() if text}
    first, count, precision = 1, 12, "year"
    if "part" in printed:
        count, precision = (6, "half") if printed["part"] == "pololeti" else (3, "quarter")
        first += count * (["i", "ii", "iii", "iv", "1", "2", "3", "4"].index(printed["ordinal"]) % 4)
    elif "name" in printed or "month" in printed:
        named = (month for month, name in enumerate(_NAMES, 1) if re.fullmatch(name, printed.get("name", "")))
        first, count, precision = next(named, 0) or int(printed["month"]), 1, "month"
    try:
        start = date(int(printed["year"]), first, int(printed.get("day", "1")))
        last = first + count - 1
        end = start.replace(month=last, day=calendar.monthrange(start.year, last)[1])
    except ValueError:
        return None
    return Period(start, start, "day") if "day" in printed else Period(start, end, precision)


def period(text: str) -> Period:
    """Which days does this day, month, quarter, half-year or year cover?

    Czech (`1. 11. 2017`, `listopadu 2017`, `II. čtvrtletí 2018`, after `k` or `v` too), ISO, slashes with the
    day first; a time is passed over. ValueError for all else; `do 31.10.2019` means more than that day.

    >>> period("březen 2006").end
    datetime.date(2006, 3, 31)
    """
    if _ISO_DAY.fullmatch(text):  # as files and programs write it: read at a tenth of the cost
        with suppress(ValueError):  # the calendar has no such day, which is said below
            day = date.fromisoformat(text)
            return Period(day, day, "day")
    read = _read(_AS_OF.sub("", _folded(text)))
    if read is None:
        raise ValueError(f"'{plain(text):.80}' is not a day, month, quarter, half-year or year of 4 digits")
    return read


def day(text: str) -> date:
    """The day that a text names, as `period` reads it; ValueError where it names none, or something longer.

    >>> day("31. 10. 2019")
    datetime.date(2019, 10, 31)
    """
    read = period(text)
    if read.precision != "day":
        raise ValueError(f"'{text}' is a {read.precision}, not a day")
    return read.start


def _range(words: str) -> tuple[Period, Period] | None:
    for dash in _BETWEEN.finditer(words):  # a hyphen of an ISO date leaves something unreadable on one side
        left, right = words[: dash.start()], words[dash.end() :]
        start, end = _read(left), _read(right)
        if start and end:
            return start, end
        # The start of "9.7. - 30.7.2018" lacks its year: it borrows more and more of the end until it reads.
        for token in reversed(list(re.finditer("[0-9]+|[a-z]+|[^0-9a-z]", right)) if left and end else []):
            start = _read(left + right[token.start() :])
            if start and end and start.precision == end.precision:
                return start, end
    return None


def span(text: str) -> tuple[Period, Period]:
    """From which period to which does this range run?

    Joined by a dash, `do` or `až`, in brackets or not; what the start leaves out is taken from the end
    (`únor - květen 2007`). ValueError where there are not two ends, or where the start comes after the end.

    >>> [str(part.start) for part in span("9.7.-30.7.2018")]
    ['2018-07-09', '2018-07-30']
    """
    read = _range(_FROM.sub("", _folded(text).strip("() ")))
    if read is None:
        raise ValueError(f"'{plain(text):.80}' is not a range from one day or period to another")
    if read[0].start > read[1].end:
        raise ValueError(f"'{plain(text):.80}' starts after it ends")
    return read


def _windows_1250(raw: bytes) -> str | None:
    """The text, where no other encoding of Czech or of a neighbour's language explains the bytes as well."""
    text = raw.decode("cp1250", "replace")
    # DOS and Mac encodings put capitals inside words ("mŘsto"); ISO 8859-2 has only controls below 0xA0.
    capital_inside = re.search(f"[a-z{_SMALL}][{_CAPITAL}§]|[A-Z][{_CAPITAL}][a-z{_SMALL}]", text)
    also_iso = not re.search(rb"[\x80-\x9f]", raw) and raw.decode("iso-8859-2") != text
    if set(text) - _CZECH or capital_inside or also_iso:
        return None
    western = set(filter(str.isalpha, raw.decode("latin-1").lower())) - _ASCII
    foreign = set(text) & set("čďěňřůČĎĚŇŘŮ") and not any(western <= alphabet for alphabet in _WESTERN)
    return text if set(text) & set("šťžŠŤŽ") or "Kč" in text or foreign else None


def decoded(raw: bytes, encoding: str | None = None) -> str:
    """What text do these bytes hold?

    In the declared encoding; else UTF-8, with its mark or without; else Windows-1250 where bytes prove it:
    all beyond ASCII is Czech, Slovak or typography, and no other encoding makes sense. Else ValueError.

    >>> decoded("Příspěvek města".encode("windows-1250"))
    'Příspěvek města'
    """
    if encoding is None and raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError("the text is UTF-16: save it as UTF-8")
    utf_8 = raw.decode("utf-8", "replace")
    is_utf_8 = utf_8.encode() == raw
    try:
        text = raw.decode(encoding) if encoding is not None else utf_8 if is_utf_8 else _windows_1250(raw)
    except (LookupError, ValueError) as error:
        raise ValueError(f"the text is not in the declared encoding '{encoding}' ({error})") from None
    if "\0" in (utf_8 if text is None else text):
        raise ValueError("the text holds NUL bytes: it is damaged, or not a text")
    if text is None:
        remedy = 'declare `encoding = "windows-1250"` (or what it is) in project.toml or save as UTF-8'
        raise ValueError(f"the text is not UTF-8: {remedy}")
    text = text.removeprefix("\ufeff")
    # Any bytes are some Windows-1250: "Kč" saved as UTF-8 would be read as "KÄŤ", and nothing would fail.
    utf_8 = utf_8.removeprefix("\ufeff")
    if is_utf_8 and not raw.isascii() and text != utf_8 and (set(text) - _CZECH or not set(utf_8) - _CZECH):
        raise ValueError(f"the text is UTF-8, not in the declared encoding '{encoding}'")
    return text
