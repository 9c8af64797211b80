"""Does a text hold an e-mail address, a Czech birth number or a phone number?

What is found is told by its kind, its place in the text and a mask: never by its value, for a warning that repeats it
would be the next leak. Rules of numbers are those of python-stdnum and phonenumbers; which digits are a number at all,
and not an amount, a day or a reference, is decided here, by what stands around them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from html.parser import HTMLParser
from typing import Any, NamedTuple

EMAIL, BIRTH_NUMBER, PHONE = KINDS = ("e-mail", "birth number", "phone")

_AT = r"(?:@|\s?[\[({]\s?(?:at|zavináč)\s?[\])}]\s?)"
_LOCAL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}\Z")
_DOMAIN = re.compile(rf"(?<=\w){_AT}(?:[^\W_](?:[\w-]{{0,61}}[^\W_])?\.)+[^\W\d_]{{2,}}", re.IGNORECASE)

# Whatever can be found has an @, or nine digits with little between them; most texts have neither.
_ANY = re.compile(r"@|[\[({]\s?(?:at|zavináč)\s?[\])}]|[0-9](?:[^\w\n]{0,3}[0-9]){8}", re.IGNORECASE)
_GAP = "[ \u00a0\u202f.-]"
# Digits that go on, before or behind, are another number: an account, a longer amount, a decimal, a day, a reference.
_ALONE = r"(?<!\w)(?<![0-9][.,:/_+-])"
_ENDS = r"(?!\w)(?![.,:/_-][0-9])"
_BIRTH = re.compile(
    rf"{_ALONE}(?:CZ)?([0-9]{{6}})([ \u00a0]?[/\u2215\uff0f][ \u00a0]?|[ \u00a0\u2013-]?)([0-9]{{3,4}}){_ENDS}"
)
_SLASHES = set("/\u2215\uff0f")
_BIRTH_WORD = re.compile(r"(?:rodn\w+ čísl\w+|r\. ?č\.?|\brč|birth numbers?|personal number)\W{0,5}\Z", re.IGNORECASE)

_GROUPS = re.compile(rf"{_ALONE}(?<![0-9] )(?<![0-9]\u00a0)([2-7][0-9]{{2}})({_GAP})([0-9]{{3}})\2([0-9]{{3}})(?!\w)")
_GOES_ON = re.compile("[ \u00a0\u202f]?[.,:/_-]?[0-9]|,?[-\u2013\u2014]")
_PHONE_WORD = re.compile(
    r"\b(?:tel(?:efon\w{0,4})?|mob(?:il\w{0,4})?|(?:tele)?phones?|gsm|fax|kontakt\w{0,4}|volejte|call)\b[^0-9\n+]{0,30}"
    rf"([0-9](?:{_GAP}?[0-9]){{8}})(?!\w)",
    re.IGNORECASE,
)
_ABROAD = re.compile(rf"(?<!\w)(?:\+|00) ?420{_GAP}?[0-9]{{3}}{_GAP}?[0-9]{{3}}{_GAP}?[0-9]{{3}}(?!\w)")
_FOREIGN = re.compile(r"(?<!\w)(?:\+|00)[ (]{0,2}[1-9](?:[^\w\n]{0,3}[0-9]){6}")
_UNIT = (
    "kč|kc|czk|eura?|usd|korun[ay]?|haléř\\w{0,2}|tis(?:íc\\w{0,2})?|mil(?:i[oó]n\\w{0,3})?|mld|miliard[ay]?|osob(?:y|ám|ách|ami)?|lidí|"
    "obyvatel\\w{0,2}|klient(?:i|y|ů|ům|ek|kám)|účastn\\w{0,4}|domácnost\\w{0,2}|hod(?:in\\w{0,2})?|dn[íů]|ks|kus\\w{0,2}|km|m2|m²|ha|"
    "people|persons|inhabitants|clients|participants|households|hours|days"
)
_MEASURED = re.compile(rf"[ \u00a0\u202f]*(?:[%‰€$£]|(?:{_UNIT})(?!\w))", re.IGNORECASE)
_PRICED = re.compile("(?:[€$£]|\\b(?:kč|czk|eur|usd))[ \u00a0]?[-\u2212]?\\Z", re.IGNORECASE)

_INLINE = {"a", "abbr", "b", "code", "em", "i", "small", "span", "strong", "sub", "sup", "time", "tspan", "wbr"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_READ = ("alt", "aria-label", "content", "title", "href")  # attributes that a reader, or their program, gets to read


class Found(NamedTuple):
    """One find: its kind (of KINDS), the mask that may be shown for it, and from where to where in the text it is."""

    kind: str
    masked: str
    start: int
    end: int


class Placed(NamedTuple):
    """A find on a page: its kind, its mask, and the heading or caption it stands under, masked too."""

    kind: str
    masked: str
    place: str


def found_in(text: str, allowed: Collection[str] = ()) -> list[Found]:
    """Which e-mail addresses, birth numbers and phone numbers does the text hold, in their order?

    A birth number has ten digits with a day of birth and a check digit that fit (modulus 11; to 1985 also remainder 10
    with the digit 0), or nine (births to 1953, which had no check digit) behind a slash or the words for it. A phone
    number has a country's prefix, or nine digits behind a word such as "tel.", or in groups 3-3-3 that begin with 2 to
    7 and have no currency or unit beside them; free lines of services (800 …) are no one's. Addresses and numbers in
    `allowed` are not found, however they are spaced or written large.
    """
    if not _ANY.search(text):
        return []
    granted = {_plain(one) for one in allowed}
    found: list[Found] = []
    for one in sorted([*_emails(text), *_birth_numbers(text), *_phones(text)], key=lambda one: (one.start, -one.end)):
        if (not found or one.start >= found[-1].end) and _plain(text[one.start : one.end]) not in granted:
            found.append(one)
    return found


def masked(text: str) -> str:
    """The text with everything that `found_in` finds in it masked."""
    for one in reversed(found_in(text)):
        text = text[: one.start] + one.masked + text[one.end :]
    return text


def found_in_html(html: str, allowed: Collection[str] = ()) -> list[Placed]:
    """What `found_in` finds on a page: in its texts, alternative texts, descriptions, links, and its block of data.

    Cells of numbers are left out: what stands there was read as a number, and is none of a person's.
    """
    page = _Page()
    page.feed(html)
    page.close()
    page.flush()
    return [
        Placed(one.kind, one.masked, masked(place)) for place, text in page.texts for one in found_in(text, allowed)
    ]


def _emails(text: str) -> Iterator[Found]:
    for domain in _DOMAIN.finditer(text):
        local = _LOCAL.search(text, max(0, domain.start() - 64), domain.start())
        if local:
            first, last = local[0].lstrip(".")[:1] if len(local[0]) > 2 else "", domain[0].rpartition(".")[2]
            yield Found(EMAIL, f"{first}…@….{last}", local.start(), domain.end())


def _birth_numbers(text: str) -> Iterator[Found]:
    for number in _BIRTH.finditer(text):
        day, parting, ending = number.groups()
        worded = _BIRTH_WORD.search(text, max(0, number.start() - 25), number.start())
        if len(ending) == 3 and not _SLASHES & set(parting) and not worded:
            continue  # nine digits without a check digit are mostly something else
        if (worded or not _MEASURED.match(text, number.end())) and _of_a_birth(day + ending):
            yield Found(BIRTH_NUMBER, "•" * 6 + "/" + "•" * len(ending), number.start(), number.end())


def _of_a_birth(digits: str) -> bool:
    from stdnum.cz import rc  # here, not above: most of what imports this never meets ten digits
    from stdnum.exceptions import ValidationError

    try:
        rc.validate(digits)
    except ValidationError:
        return False
    born = rc.get_birth_date(digits)
    added = int(digits[2:4]) - born.month  # 50 for women; from 2004 on 20 more, where the day has no number left
    divides = len(digits) == 9 or int(digits) % 11 == 0 or born.year <= 1985  # to then also remainder 10 with a 0
    return divides and (added in (0, 50) or (added in (20, 70) and born.year >= 2004))


def _phones(text: str) -> Iterator[Found]:
    spans = [found.span() for found in _ABROAD.finditer(text)]
    spans += [found.span(1) for found in _PHONE_WORD.finditer(text)]
    for found in _GROUPS.finditer(text):
        measured = _MEASURED.match(text, found.end()) or _PRICED.search(text, max(0, found.start() - 6), found.start())
        if not measured and not _GOES_ON.match(text, found.end()):
            spans.append(found.span())
    yield from (_phone(text, *span) for span in spans if _is_somebodys(text[slice(*span)]))
    if _FOREIGN.search(text):
        import phonenumbers

        for match in phonenumbers.PhoneNumberMatcher(text, "CZ"):
            if match.raw_string.startswith(("+", "00")) and _is_somebodys(match.raw_string):
                yield _phone(text, match.start, match.end)


def _phone(text: str, start: int, end: int) -> Found:
    digits = re.sub("[0-9]", "•", text[start : end - 2])
    return Found(PHONE, digits + text[end - 2 : end], start, end)


def _is_somebodys(number: str) -> bool:
    """Whether it can be somebody's phone: a valid number, and no free or paid line of a service."""
    import phonenumbers
    from phonenumbers import PhoneNumberType

    with suppress(phonenumbers.NumberParseException):
        parsed = phonenumbers.parse(number, "CZ")
        services = (PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST)
        return phonenumbers.is_valid_number(parsed) and phonenumbers.number_type(parsed) not in services
    return False


def _plain(text: str) -> str:
    return re.sub(r"[\s/.()-]|^\+420|^00420", "", text).casefold()


class _Page(HTMLParser):
    """The texts of a page, each with the heading or caption above it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[tuple[str, str]] = []
        self.place = ""
        self._open: list[tuple[str, bool]] = []  # tags, and whether what is in them is left out
        self._said: list[str] = []
        self._data = False
        self._numeric: set[str] = set()  # columns of the table that hold numbers, as its classes say: n2
        self._column = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Attributes are texts of their own; a block ends the text before it."""
        told = dict(attrs)
        if tag not in _INLINE:
            self.flush()
        self.texts += [(self.place, value) for name in _READ if (value := told.get(name))]
        if tag in _VOID:
            return
        self._data = tag == "script" and "json" in (told.get("type") or "")
        if tag == "table":
            self._numeric = set((told.get("class") or "").split())
        self._column = 0 if tag == "tr" else self._column + (tag in ("td", "th"))
        number = tag in ("td", "th") and f"n{self._column}" in self._numeric
        out = number or (tag in ("style", "script") and not self._data)
        self._open.append((tag, out or bool(self._open and self._open[-1][1])))

    def handle_endtag(self, tag: str) -> None:
        """A heading or the caption of a table, once it ends, names what follows; other words hold data."""
        said = "".join(self._said)
        if tag not in _INLINE:
            self.flush()
        if re.fullmatch("h[2-6]|caption", tag):
            self.place = " ".join(said.split())[:80]
        while any(tag == one for one, _ in self._open) and self._open.pop()[0] != tag:
            pass
        self._data = False

    def handle_data(self, data: str) -> None:
        """Text, or the block of data, whose strings are texts each."""
        if self._data:
            with suppress(ValueError):
                self.texts += [(self.place, text) for text in _strings(json.loads(data))]
                return
        if not (self._open and self._open[-1][1]):
            self._said.append(data)

    def flush(self) -> None:
        """Ends the text that is being read."""
        text = "".join(self._said)
        if text.strip():
            self.texts.append((self.place, text))
        self._said = []


def _strings(told: Any) -> Iterable[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict | list):
        for one in told.values() if isinstance(told, dict) else told:
            yield from _strings(one)
