"""What Czech documents print is read as they mean it, and refused where it could mean something else."""

import calendar
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kpeval.czech import Number, Period, decoded, number, period, plain, printed_unit, span

NBSP = "\u00a0"
SPACES = [" ", NBSP, "\u202f", "\u2009", "\u2007", f" {NBSP}"]
MONTHS = (
    "leden únor březen duben květen červen červenec srpen září říjen listopad prosinec",
    "ledna února března dubna května června července srpna září října listopadu prosince",
    "lednu únoru březnu dubnu květnu červnu červenci srpnu září říjnu listopadu prosinci",
)


def day(text: str) -> Period:
    return Period(date.fromisoformat(text), date.fromisoformat(text), "day")


def month(year: int, number: int) -> Period:
    last = calendar.monthrange(year, number)[1]
    return Period(date(year, number, 1), date(year, number, last), "month")


def year(number: int) -> Period:
    return Period(date(number, 1, 1), date(number, 12, 31), "year")


def part(start: str, end: str, precision: str) -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end), precision)


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2009", "\u2007", "\u3000", "\t", "\n", "  "])
def test_every_kind_of_space_becomes_one_plain_space(space: str) -> None:
    assert plain(f"a{space}b") == "a b"


@pytest.mark.parametrize("unseen", ["\ufeff", "\u200b", "\u200c", "\u200d", "\u2060", "\u00ad"])
def test_what_cannot_be_seen_is_removed(unseen: str) -> None:
    assert plain(f"{unseen}Os{unseen}trava{unseen}") == "Ostrava"


@pytest.mark.parametrize("minus", ["\u2212", "\u2010", "\u2011", "\u2012", "\ufe63", "\uff0d"])
def test_every_minus_becomes_a_hyphen(minus: str) -> None:
    assert plain(f"{minus}5") == "-5"


def test_an_en_dash_stays_because_it_joins_ranges() -> None:
    assert plain("2019\u20132022") == "2019\u20132022"


def test_a_letter_and_its_loose_accent_become_one_letter() -> None:
    assert plain("Kc\u030c") == "Kč"


@given(st.text())
def test_plain_text_is_left_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        # the seeds
        ("3 648 425,00 Kč", "3648425", "0.01"),
        ("182 421,25 Kč", "182421.25", "0.01"),
        ("3 466 003,75 Kč", "3466003.75", "0.01"),
        (f"2 626{NBSP}545,- Kč", "2626545", "1"),
        ("2 416 422 Kč", "2416422", "1"),
        ("315 186,- Kč", "315186", "1"),
        ("20", "20", "1"),
        ("60000", "60000", "1"),
        # the dash for no haléře, and its shapes
        ("200.000,- Kč", "200000", "1"),
        ("1.000.000,-Kč", "1000000", "1"),
        ("5 000,-- Kč", "5000", "1"),
        ("5 000,\u2013 Kč", "5000", "1"),
        ("5 000, - Kč", "5000", "1"),
        ("5000.-", "5000", "1"),
        ("1.617.776,80,-Kč", "1617776.80", "0.01"),
        # separators
        ("3.648.425,00", "3648425", "0.01"),
        ("3,648,425.00", "3648425", "0.01"),
        ("1,234,567", "1234567", "1"),
        ("315186.00", "315186", "0.01"),
        ("315186,5", "315186.5", "0.1"),
        ("3 648 425.50", "3648425.5", "0.01"),
        ("1,234", "1.234", "0.001"),
        ("1.234", "1.234", "0.001"),
        ("1.234.567", "1234567", "1"),
        ("200.000 Kč", "200000", "1"),
        ("CZK 200.000", "200000", "1"),
        ("0.125 Kč", "0.125", "0.001"),
        # signs
        ("+5", "5", "1"),
        ("-5", "-5", "1"),
        ("\u22125", "-5", "1"),
        ("\u20135 000 Kč", "-5000", "1"),
        # currencies and percentages
        ("1 550 295 eur", "1550295", "1"),
        ("1 550 295 Eur", "1550295", "1"),
        ("12,50 €", "12.5", "0.01"),
        ("€ 12.50", "12.5", "0.01"),
        ("EUR 1,550,295.00", "1550295", "0.01"),
        ("500 CZK", "500", "1"),
        ("85 %", "85", "1"),
        ("85%", "85", "1"),
        ("83,09 %", "83.09", "0.01"),
        # thousands, millions, milliards
        ("2,6 mil. Kč", "2600000", "100000"),
        ("6,7 mil", "6700000", "100000"),
        ("1 mil Kč", "1000000", "1000000"),
        ("12 tis. Kč", "12000", "1000"),
        ("5 500tis. Kč", "5500000", "1000"),
        ("28 066,4tis.Kč", "28066400", "100"),
        ("1 810, 5 tis. Kč", "1810500", "100"),
        ("2 538,61452 tis.", "2538614.52", "0.01"),
        ("1,84 mld. €", "1840000000", "10000000"),
        ("2 miliony Kč", "2000000", "1000000"),
        ("2 miliardy Kč", "2000000000", "1000000000"),
    ],
)
def test_a_number_is_read_with_its_printed_precision(text: str, value: str, unit: str) -> None:
    assert number(text) == Number(Decimal(value), Decimal(unit))


@pytest.mark.parametrize(
    "text",
    [
        *("zero", "", " ", "-", "\u2013", "x", "n/a", "neuvedeno", "nan", "Infinity", "1e5", "0x10", "1_000"),
        *("1 23", "12 34 567", "1234 567", "0 123", "1.23.456", "12.3456,0", "1,23,456", "1 234 567,8 9"),
        *(
            "5,",
            "5.",
            ",5",
            "--5",
            "- 5",
            "5-",
            "(5 000)",
            "přes 200",
            "> 200",
            "5 Kč 6 Kč",
            "Kč 5 Kč",
            "5 osob",
        ),
        *(
            "1,234,-",
            "5,5,-",
            "5,- %",
            "5,- tis. Kč",
            "5 mil. %",
            "1 810, 5",
            "85 %%",
            "\u0665",
            "5\u00b2",
            "31.10.2019",
            "11/2017",
        ),
    ],
)
def test_what_is_not_one_number_is_refused_and_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number") as caught:
        number(text)
    assert str(caught.value) == f"'{plain(text)}' is not a number"


def test_a_pasted_page_is_not_quoted_whole() -> None:
    with pytest.raises(ValueError, match="is not a number") as caught:
        number("projekt " * 1000)
    assert len(str(caught.value)) < 110


def grouped(whole: int, separator: str) -> str:
    return f"{whole:,}".replace(",", separator)


NOTATIONS: list[Callable[[int, str, str], str]] = [
    lambda whole, fraction, space: grouped(whole, space) + ("," + fraction if fraction else ""),
    lambda whole, fraction, space: grouped(whole, space) + ("," + fraction if fraction else ",-") + f"{space}Kč",
    lambda whole, fraction, space: grouped(whole, space) + ("," + fraction if fraction else "") + f"{space}EUR",
    lambda whole, fraction, space: grouped(whole, ".") + ("," + fraction if fraction else ",--"),
    lambda whole, fraction, space: grouped(whole, ".") + ("," + fraction if fraction else "") + f"{space}Kč",
    lambda whole, fraction, space: grouped(whole, ",") + "." + (fraction or "00"),
    lambda whole, fraction, space: str(whole) + ("." + fraction if fraction else ""),
    lambda whole, fraction, space: str(whole) + ("," + fraction if fraction else "") + f"{space}%",
]


@given(
    st.sampled_from(NOTATIONS),
    st.integers(0, 10**40),
    st.sampled_from(["", "0", "5", "25", "00", "09"]),
    st.sampled_from(SPACES),
    st.sampled_from(["", "-", "\u2212", "+"]),
)
def test_a_printed_decimal_comes_back_in_each_notation(
    notation: Callable[[int, str, str], str], whole: int, fraction: str, space: str, sign: str
) -> None:
    read = number(sign + notation(whole, fraction, space))
    expected = Decimal(f"{whole}.{fraction}")
    assert read.value == (expected.copy_negate() if sign in ("-", "\u2212") else expected)
    assert read.unit in (Decimal(1).scaleb(-len(fraction)), Decimal("0.01"))


@given(
    st.integers(0, 10**9),
    st.text("0123456789", max_size=6),
    st.sampled_from([("tis.", 3), ("mil.", 6), ("mld.", 9)]),
)
def test_a_scale_multiplies_value_and_unit(whole: int, fraction: str, scale: tuple[str, int]) -> None:
    bare, scaled = number(f"{whole},{fraction or '0'}"), number(f"{whole},{fraction or '0'} {scale[0]} Kč")
    assert scaled == Number(bare.value.scaleb(scale[1]), bare.unit.scaleb(scale[1]))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2))
def test_a_value_lies_within_one_unit_of_its_print(value: Decimal) -> None:
    read = number(f"{value:f}")
    assert abs(read.value - value) < read.unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Prostředky z rozpočtu statutárního města Ostravy (5%): 182 421,25 Kč", "0.01"),
        ("Prostředky z ESF/OP LZZ (85%) a státního rozpočtu (10%): 3 466 003,75 Kč", "0.01"),
        (f"Celkové náklady projektu: 2 626{NBSP}545,- Kč", "1"),
        ("Dotace (ESF + SR): 2 416 422 Kč", "1"),
        ("Odhad nákladů maximálně 1,9 mil. Kč", "100000"),
        ("12 tis. Kč", "1000"),
        ("v hodnotě 10\u201320 tis. Kč", "1000"),
        ("převody do výše 1 810,5 tis. Kččasový účinek", "100"),
        ("až do výše celkem 13 475,6tis. - bude zpřesněno", "100"),
        ("EU: 5 279 084,37", "0.01"),
        ("182 421,25 Kč (5 %)", "0.01"),
        ("182 421,25 Kč k 31.10.2019, výzva č. 27", "0.01"),
        ("621 068,75 ke dni 1. 12. 2017", "0.01"),
        ("rok 2018: 500 000 Kč", "1"),
        ("rok 2018 500,50 Kč", "0.01"),
    ],
)
def test_the_unit_is_that_of_the_last_amount(text: str, unit: str) -> None:
    assert printed_unit(text) == Decimal(unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bez částky",
        "(85 %)",
        "CZ.03.2.63/0.0/0.0/16_063/0006590",
        "od 1.11.2017 do 31.10.2019",
        "8:00\u201117:00",
        "KA1",
    ],
)
def test_where_no_amount_stands_there_is_no_unit(text: str) -> None:
    assert printed_unit(text) is None


@given(
    st.sampled_from(NOTATIONS[:5]),
    st.integers(1000, 10**12),
    st.sampled_from(["", "5", "25"]),
    st.sampled_from(SPACES),
)
def test_an_amount_has_the_same_unit_in_a_cell_and_in_a_sentence(
    notation: Callable[[int, str, str], str], whole: int, fraction: str, space: str
) -> None:
    cell = notation(whole, fraction, space)
    assert printed_unit(f"Podíl města (5%): {cell} v roce") == number(cell).unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, day("2017-11-01")) for text in ("1.11.2017", "1. 11. 2017", "01.11. 2017", "1. listopadu 2017")),
        *((text, day("2017-11-01")) for text in ("01/11/2017", "2017-11-01", "k 1.11.2017", "ke dni 1. 11. 2017")),
        *((text, day("2017-11-01")) for text in ("2017-11-01T00:00:00", "2017-11-01 00:00:00", "1.11.2017 0:00")),
        *((text, day("2017-11-01")) for text in ("2017-11-01T23:30:00.5+01:00", "2017-11-01T00:00:00Z")),
        (f"k{NBSP}31.10.2019", day("2019-10-31")),
        ("29.2.2020", day("2020-02-29")),
        *(
            (text, month(2017, 11))
            for text in ("listopad 2017", "listopadu 2017", "LISTOPAD 2017", "11/2017", "2017-11")
        ),
        ("březen 2006", month(2006, 3)),
        ("brezen 2006", month(2006, 3)),
        ("v březnu 2016", month(2016, 3)),
        *((text, year(2017)) for text in ("2017", "roku 2017", "v roce 2017")),
        ("II. čtvrtletí 2018", part("2018-04-01", "2018-06-30", "quarter")),
        ("2. čtvrtletí 2018", part("2018-04-01", "2018-06-30", "quarter")),
        ("IV. čtvrtletí 2018", part("2018-10-01", "2018-12-31", "quarter")),
        ("Q2 2018", part("2018-04-01", "2018-06-30", "quarter")),
        ("1. pololetí 2018", part("2018-01-01", "2018-06-30", "half")),
        ("II. pololetí roku 2018", part("2018-07-01", "2018-12-31", "half")),
    ],
)
def test_a_period_is_read_with_its_precision(text: str, expected: Period) -> None:
    assert period(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "průběžně",
            "1.11.17",
            "11/17",
            "17",
            "1.11.",
            "listopad",
            "31.2.2018",
            "29.2.2019",
            "2018-02-30",
            "2017-13",
        ),
        *(
            "13/2017",
            "0.1.2018",
            "1.13.2018",
            "11/13/2017",
            "3. pololetí 2018",
            "5. čtvrtletí 2018",
            "0000",
            "20177",
        ),
        *(
            "do 31.10.2019",
            "od 1.11.2017",
            "1.11.2017 24:00",
            "2017-11-01T25:00:00",
            "2019-2022",
            "43040,5",
            "listopad2017",
        ),
    ],
)
def test_what_is_not_one_period_is_refused_and_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="is not a day, month, quarter, half-year or year of 4 digits") as caught:
        period(text)
    assert str(caught.value).startswith(f"'{text}' ")


DAYS: list[Callable[[date], str]] = [
    lambda on: f"{on.day}.{on.month}.{on.year:04}",
    lambda on: f"{on.day:02}.{on.month:02}.{on.year:04}",
    lambda on: f"{on.day}. {on.month}. {on.year:04}",
    lambda on: f"{on.day}.{NBSP}{on.month}.{NBSP}{on.year:04}",
    lambda on: f"{on.day:02}/{on.month:02}/{on.year:04}",
    lambda on: on.isoformat(),
    lambda on: f"{on.isoformat()}T00:00:00",
    lambda on: f"{on.day}. {MONTHS[1].split()[on.month - 1]} {on.year:04}",
    lambda on: f"k {on.day}.{on.month}.{on.year:04}",
]


@given(st.sampled_from(DAYS), st.dates())
def test_a_printed_day_comes_back_in_each_notation(notation: Callable[[date], str], on: date) -> None:
    assert period(notation(on)) == Period(on, on, "day")


@given(st.dates(), st.sampled_from(MONTHS), st.sampled_from([str.lower, str.upper, str.title]))
def test_a_printed_month_comes_back_in_each_form(on: date, forms: str, case: Callable[[str], str]) -> None:
    expected = month(on.year, on.month)
    assert period(f"{case(forms.split()[on.month - 1])} {on.year:04}") == expected
    assert period(f"{on.month:02}/{on.year:04}") == period(f"{on.year:04}-{on.month:02}") == expected


@given(st.dates())
def test_a_day_lies_in_its_month_quarter_half_and_year(on: date) -> None:
    names = [f"{on.month}/{on.year:04}", f"{(on.month + 2) // 3}. čtvrtletí {on.year:04}"]
    names += [f"{(on.month + 5) // 6}. pololetí {on.year:04}", f"{on.year:04}"]
    periods = [period(name) for name in names]
    assert [each.precision for each in periods] == ["month", "quarter", "half", "year"]
    assert all(each.start <= on <= each.end for each in periods)
    assert all(wide.start <= narrow.start <= narrow.end <= wide.end for narrow, wide in pairwise(periods))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        # the seeds and their towns' pages
        ("1.11.2017 \u2013 31.10.2019", day("2017-11-01"), day("2019-10-31")),
        ("(od 1.11.2017 do 31.10.2019)", day("2017-11-01"), day("2019-10-31")),
        ("(od 1.4.2018-31.10.2019)", day("2018-04-01"), day("2019-10-31")),
        (f"březen 2006{NBSP}- červen 2007", month(2006, 3), month(2007, 6)),
        ("2019\u20132022", year(2019), year(2022)),
        ("2019-2022", year(2019), year(2022)),
        ("2007 - 2009", year(2007), year(2009)),
        ("9.7.\u201330.7.2018", day("2018-07-09"), day("2018-07-30")),
        # what the start leaves out is taken from the end
        ("9.\u201330. 7. 2018", day("2018-07-09"), day("2018-07-30")),
        ("únor \u2013 květen 2007", month(2007, 2), month(2007, 5)),
        ("1.\u20133. čtvrtletí 2018", period("Q1 2018"), period("Q3 2018")),
        ("11\u201312/2017", month(2017, 11), month(2017, 12)),
        ("1-5/2/2018", day("2018-02-01"), day("2018-02-05")),
        # a hyphen inside an ISO date does not split
        ("2017-11-01-2019-10-31", day("2017-11-01"), day("2019-10-31")),
        ("2017-11-2019-10", month(2017, 11), month(2019, 10)),
        ("2017-11-01 do 2019-10-31", day("2017-11-01"), day("2019-10-31")),
        # other words, other ends
        ("11/2012 - 01/2015", month(2012, 11), month(2015, 1)),
        ("1. říjen 2013 až 31. červenec 2014", day("2013-10-01"), day("2014-07-31")),
        ("od roku 2007 do roku 2009", year(2007), year(2009)),
        ("na období let 2019-2022", year(2019), year(2022)),
        ("březen 2006 \u2013 30.6.2007", month(2006, 3), day("2007-06-30")),
        ("15.3.2018 \u2013 březen 2018", day("2018-03-15"), month(2018, 3)),
        ("1.1.2018 \u2013 1.1.2018", day("2018-01-01"), day("2018-01-01")),
    ],
)
def test_a_range_is_read_from_its_first_to_its_last_period(text: str, start: Period, end: Period) -> None:
    assert span(text) == (start, end)


@pytest.mark.parametrize("text", ["31.10.2019\u20131.11.2017", "červen 2007 - březen 2006", "1.11.\u201331.1.2018"])
def test_a_range_that_starts_after_its_end_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^'{re.escape(text)}' starts after it ends$"):
        span(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "-",
            "průběžně",
            "2018",
            "listopad 2017",
            "2017-11-01",
            "2017-11",
            "od 1.1.2018",
            "- 31.10.2019",
        ),
        *("2019-20", "1.11.2017 -", "31.2.2018 - 31.10.2018", "1 - 2", "do konce projektu", "2018/2019"),
    ],
)
def test_what_has_not_two_ends_is_refused_and_quoted(text: str) -> None:
    with pytest.raises(ValueError, match=f"^'{re.escape(text)}' is not a range from one day or period to another$"):
        span(text)


@given(
    *(st.sampled_from(DAYS[:8]), st.sampled_from(DAYS[:8]), st.dates(), st.dates()),
    st.sampled_from(["-", " - ", "\u2013", f"{NBSP}\u2013 ", " do ", " až "]),
)
def test_two_days_come_back_from_a_range_in_each_notation(
    one: Callable[[date], str], other: Callable[[date], str], on: date, later: date, joint: str
) -> None:
    start, end = sorted((on, later))
    assert span(f"(od {one(start)}{joint}{other(end)})") == (
        Period(start, start, "day"),
        Period(end, end, "day"),
    )


SCRAPS = st.lists(
    st.sampled_from(
        [
            *"0123456789.,-/ \u2013:()%+tTzZ",
            NBSP,
            "Kč",
            "tis.",
            "mil.",
            "do",
            "od",
            "2018",
            "listopad",
            "II.",
            "čtvrtletí",
            "Q2",
        ]
    )
).map("".join)


@pytest.mark.parametrize("read", [number, printed_unit, period, span, plain])
@given(text=st.text() | SCRAPS)
@example(text="9" * 5000)
@example(text="1" + " 000" * 2000 + "x")
@example(text="-" * 2000)
@example(text="\ud800")
def test_any_text_is_read_or_refused(read: Callable[[str], object], text: str) -> None:
    with suppress(ValueError):
        read(text)


CZECH = "Příspěvek města: 315\u00a0186,- Kč \u2013 „žádost\u201c"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1250"])
def test_czech_is_decoded_without_a_declaration(encoding: str) -> None:
    assert decoded(CZECH.encode(encoding)) == CZECH


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1250", "cp852", "utf-16", "mac-latin2"])
def test_the_declared_encoding_wins(encoding: str) -> None:
    text = CZECH.replace("\u2013", "-").replace("„", '"').replace("\u201c", '"')
    assert decoded(text.encode(encoding), encoding) == text


@pytest.mark.parametrize(
    ("text", "encoding"), [("ČŠI", "windows-1250"), ("\ufeffŁódź", "utf-8"), ("Привет", "utf-16-le")]
)
def test_what_could_also_be_utf_8_is_read_as_declared(text: str, encoding: str) -> None:
    assert text.encode(encoding).decode()  # valid UTF-8, of something else
    assert decoded(text.encode(encoding), encoding) == text.removeprefix("\ufeff")


@pytest.mark.parametrize(
    "text",
    ["Kč", "Žádost o platbu", "Příjemce;Částka", "Ústí nad Labem, tř. Míru", "Dĺžka trvania: štyri mesiace"],
)
def test_short_czech_and_slovak_prove_windows_1250(text: str) -> None:
    assert decoded(text.encode("windows-1250")) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Příspěvek města může žádat", "iso-8859-2"),
        ("může", "iso-8859-2"),  # under Windows-1250 "můľe": only letters of Czech and Slovak
        ("Příspěvek města", "cp852"),
        ("měřený", "cp852"),
        ("Příspěvek města", "mac-latin2"),
        ("té měny", "mac-latin2"),
        ("Bere na vědomí", "mac-latin2"),
        ("Městský", "cp852"),
        ("předložený", "cp852"),
        ("très chère école", "latin-1"),
        ("perché è così già più", "latin-1"),
        ("først på øen", "latin-1"),
        ("café", "latin-1"),  # the same letter in both, so nothing proves either
        ("señor, corazón", "latin-1"),
        ("Müller", "windows-1250"),
        ("Łódź", "windows-1250"),
        ("\u2013 5 §", "windows-1250"),
    ],
)
def test_windows_1250_is_not_taken_where_it_is_not_proven(text: str, encoding: str) -> None:
    with pytest.raises(ValueError, match=r'declare `encoding = "windows-1250"`.* in project.toml or save as UTF-8'):
        decoded(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["windows-1250", "iso-8859-2", "cp1252"])
def test_utf_8_declared_as_something_else_is_an_error(encoding: str) -> None:
    with pytest.raises(ValueError, match=f"'{encoding}'"):
        decoded("náklady v Kč".encode(), encoding)


@pytest.mark.parametrize(("raw", "encoding"), [(b"K\xe8", "utf-8"), (b"\x81", "windows-1250"), (b"a", "windows-12500")])
def test_a_wrong_declaration_is_named(raw: bytes, encoding: str) -> None:
    with pytest.raises(ValueError, match=f"is not in the declared encoding '{encoding}'"):
        decoded(raw, encoding)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf_16_is_told_by_its_mark(encoding: str) -> None:
    raw = CZECH.encode(encoding)
    with pytest.raises(ValueError, match="UTF-16: save it as UTF-8"):
        decoded(raw if encoding == "utf-16" else b"\xfe\xff" + raw)


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [(b"a\0b", None), (b"a\0b", "utf-8"), (b"K\xe8\0", None), (b"\x81\0", None), (b"\0\xe8", "cp1250")],
)
def test_nul_bytes_are_refused(raw: bytes, encoding: str | None) -> None:
    with pytest.raises(ValueError, match="NUL bytes"):
        decoded(raw, encoding)


@given(st.text().filter(lambda text: "\0" not in text and not text.startswith("\ufeff")))
def test_any_utf_8_comes_back(text: str) -> None:
    assert decoded(text.encode()) == text


@given(
    st.binary(),
    st.sampled_from([None, "utf-8", "windows-1250", "utf-16", "punycode", "idna", "nonsense", "", "rot13"]),
)
def test_any_bytes_are_decoded_or_refused(raw: bytes, encoding: str | None) -> None:
    with suppress(ValueError):
        decoded(raw, encoding)


# Real texts, with what a person read in them, stand outside the project.
SAMPLES = sorted(Path(os.environ.get("KPEVAL_SAMPLES", "no samples"), "texts_cs").glob("*.expected.json"))
NONE_FOUND = pytest.param(
    None, marks=pytest.mark.skip(reason="KPEVAL_SAMPLES names no folder with texts_cs/*.expected.json")
)
# A looser net than the parser's own, so that the parser has to judge what is caught.
AMOUNT = re.compile(r"\d[\d .,\u00a0]*-?[ \u00a0]*(?:tis\.?|mil\.?|mld\.?)?[ \u00a0]*(?:Kč|eur|€|%)?")
WHEN = re.compile(r"\d{1,2}[./] ?\d{1,2}\. ?\d{4}|\d{1,2}\. \w+ \d{4}|\d{1,2}/\d{4}|\d{4}-\d\d-\d\d")
IN_WORDS_ONLY = [
    ("web-osoblaha", Decimal(100)),  # "plně z ESF"
    ("web-msk-tri-projekty", "2016-03"),  # "v březnu"; its year stands in the date of the news
]


def read_all(read: Callable[[str], Any], net: re.Pattern[str], text: str) -> Iterator[Any]:
    for found in net.finditer(text):
        try:
            yield read(found[0].rstrip(" .,;\u00a0"))
        except ValueError:
            continue


def wanted_amounts(expected: Any) -> Iterator[Decimal]:
    for key, value in expected.items() if isinstance(expected, dict) else ():
        if key in ("total_cost", "amount", "percent", "own_share") and value is not None:
            yield Decimal(value)
        for item in value if isinstance(value, list) else ():
            yield from wanted_amounts(item)


def text_of(sample: Path) -> str:
    return Path(str(sample).replace(".expected.json", ".txt")).read_text(encoding="utf-8")


@pytest.mark.parametrize("sample", SAMPLES or [NONE_FOUND], ids=lambda sample: sample.stem if sample else "none")
def test_the_amounts_of_a_real_text_are_read_as_a_person_read_them(sample: Path) -> None:
    read = {each.value for each in read_all(number, AMOUNT, text_of(sample))}
    expected = json.loads(sample.read_text(encoding="utf-8"), parse_float=Decimal)
    unread = set(wanted_amounts(expected)) - read
    assert [amount for amount in unread if (sample.name.split(".")[0], amount) not in IN_WORDS_ONLY] == []


@pytest.mark.parametrize("sample", SAMPLES or [NONE_FOUND], ids=lambda sample: sample.stem if sample else "none")
def test_the_days_of_a_real_text_are_read_as_a_person_read_them(sample: Path) -> None:
    expected = json.loads(sample.read_text(encoding="utf-8"))
    wanted = {each["value"]: each["precision"] for each in (expected["start"], expected["end"]) if each}
    assert {value: period(value).precision for value in wanted} == wanted
    read = set(read_all(period, WHEN, text_of(sample)))
    unread = [value for value in wanted if period(value) not in read]
    assert [value for value in unread if (sample.name.split(".")[0], value) not in IN_WORDS_ONLY] == []
