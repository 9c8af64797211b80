"""Numbers, money, days and sentences are said as the language says them, and never half in another one."""

import ast
import re
import string
from pathlib import Path

import pandas as pd
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from kpeval import codes, schema
from kpeval.columns import Column
from kpeval.present import messages as catalogues
from kpeval.present.language import Language, MissingTranslation, language, languages, mark, money_decimals, typeset
from kpeval.present.vocabulary import SPOKEN, spoken

PACKAGE = Path(__file__).parents[1] / "kpeval"
NBSP, MINUS = "\u00a0", "\u2212"
EN, CS = language("en"), language("cs")
FOREIGN = [code for code in languages() if code != "en"]


# --- numbers ---


@pytest.mark.parametrize(
    ("value", "decimals", "english", "czech"),
    [
        (1234567.5, None, "1,234,567.5", f"1{NBSP}234{NBSP}567,5"),
        (20, None, "20", "20"),
        (0.125, None, "0.125", "0,125"),
        (1 / 3, None, "0.3333", "0,3333"),
        (0, None, "0", "0"),
        (-5, None, f"{MINUS}5", f"{MINUS}5"),
        (2.5, 0, "3", "3"),  # half up, not half to even
        (0.5, 0, "1", "1"),
        (-2.5, 0, f"{MINUS}3", f"{MINUS}3"),
        (1.005, 2, "1.01", "1,01"),
        (2, 2, "2.00", "2,00"),
        (999.995, 2, "1,000.00", f"1{NBSP}000,00"),
    ],
)
def test_a_number_is_written_as_the_language_writes_it(value, decimals, english, czech):
    assert EN.number(value, decimals) == english
    assert CS.number(value, decimals) == czech


@pytest.mark.parametrize(
    ("amount", "currency", "decimals", "english", "czech"),
    [
        (3648425.0, "CZK", 2, f"CZK{NBSP}3,648,425.00", f"3{NBSP}648{NBSP}425,00{NBSP}Kč"),
        (105063.0, "CZK", 0, f"CZK{NBSP}105,063", f"105{NBSP}063{NBSP}Kč"),
        (182421.25, "EUR", 2, f"EUR{NBSP}182,421.25", f"182{NBSP}421,25{NBSP}€"),
        (0.005, "CZK", 2, f"CZK{NBSP}0.01", f"0,01{NBSP}Kč"),
        (2.675, "CZK", 2, f"CZK{NBSP}2.68", f"2,68{NBSP}Kč"),
        (182421.5, "CZK", 0, f"CZK{NBSP}182,422", f"182{NBSP}422{NBSP}Kč"),
        (-5.5, "CZK", 2, f"{MINUS}CZK{NBSP}5.50", f"{MINUS}5,50{NBSP}Kč"),
        (12.5, None, 2, "12.50", "12,50"),
        (12.5, float("nan"), 2, "12.50", "12,50"),
    ],
)
def test_money_has_its_currency_and_unbroken_spaces(amount, currency, decimals, english, czech):
    assert EN.money(amount, currency, decimals) == english
    assert CS.money(amount, currency, decimals) == czech


@pytest.mark.parametrize(
    ("share", "decimals", "english", "czech"),
    [
        (1.0400005, 1, "104.0%", f"104,0{NBSP}%"),
        (0.05, 0, "5%", f"5{NBSP}%"),
        (0.8845, 1, "88.5%", f"88,5{NBSP}%"),  # half up
        (0.0005, 1, "0.1%", f"0,1{NBSP}%"),
        (1.0, 1, "100.0%", f"100,0{NBSP}%"),
        (0.0, 1, "0.0%", f"0,0{NBSP}%"),
        (0.9996, 1, "99.96%", f"99,96{NBSP}%"),  # never 100 % for what is not
        (0.9996, 0, "99.96%", f"99,96{NBSP}%"),
        (0.99996, 1, "99.996%", f"99,996{NBSP}%"),
        (1.0004, 1, "100.04%", f"100,04{NBSP}%"),
        (0.0004, 1, "0.04%", f"0,04{NBSP}%"),
        (-0.0004, 1, f"{MINUS}0.04%", f"{MINUS}0,04{NBSP}%"),
        (0.88, 2, "88.00%", f"88,00{NBSP}%"),
    ],
)
def test_a_percentage_is_rounded_half_up_but_never_into_all_or_nothing(share, decimals, english, czech):
    assert EN.percent(share, decimals) == english
    assert CS.percent(share, decimals) == czech


@pytest.mark.parametrize("share", [0.9999999999999999, 1.0000000000000002, 0.1 + 0.2 + 0.7])
def test_what_binary_fractions_add_is_no_reason_for_decimals(share):
    assert EN.percent(share) == "100.0%"


def test_a_percentage_that_is_not_whole_never_reads_as_whole():
    assert EN.percent(1 - 1e-8).strip("%") != "100.000000"


@pytest.mark.parametrize(
    ("gap", "english"),
    [(0.04, "+4.0 pp"), (-0.04, f"{MINUS}4.0 pp"), (0.0, "0.0 pp"), (0.1005, "+10.1 pp"), (-0.25, f"{MINUS}25.0 pp")],
)
def test_a_difference_of_shares_is_said_in_points_with_its_sign(gap, english):
    assert EN.points(gap) == english.replace(" ", NBSP)


@pytest.mark.parametrize("value", [-0.0, -1e-9])
def test_nothing_is_said_to_be_below_nothing(value):
    assert EN.number(value) == "0"
    assert EN.number(value, 1) == "0.0"
    assert EN.money(value, "CZK") == f"CZK{NBSP}0.00"
    assert EN.percent(value * 0) == "0.0%"


@pytest.mark.parametrize("gap", [0.0004, -0.0004])
def test_a_difference_that_rounds_to_nothing_has_no_sign(gap):
    assert EN.points(gap) == f"0.0{NBSP}pp"


@pytest.mark.parametrize(
    ("amounts", "decimals"), [([1.0, 2.0], 0), ([1.0, 2.5], 2), ([0.1 + 0.2], 2), ([float("nan"), 5.0], 0), ([], 0)]
)
def test_what_is_compared_has_as_many_decimals_as_the_finest_needs(amounts, decimals):
    assert money_decimals(pd.Series(amounts, dtype="float64")) == decimals


# --- days ---


@pytest.mark.parametrize(
    ("precision", "english", "czech"),
    [
        ("day", "31 Oct 2019", "31. 10. 2019"),
        (None, "31 Oct 2019", "31. 10. 2019"),
        (float("nan"), "31 Oct 2019", "31. 10. 2019"),
        ("month", "October 2019", "říjen 2019"),
        ("quarter", "4th quarter 2019", "4. čtvrtletí 2019"),
        ("half", "second half of 2019", "2. pololetí 2019"),
        ("year", "2019", "2019"),
    ],
)
def test_a_day_is_said_as_precisely_as_it_is_known(precision, english, czech):
    day = pd.Timestamp("2019-10-31")

    assert EN.day(day, precision) == english.replace(" ", NBSP)
    assert CS.day(day, precision) == czech.replace(" ", NBSP)


@pytest.mark.parametrize(("end", "half"), [("2025-01-01", "1."), ("2025-06-30", "1."), ("2025-07-01", "2.")])
def test_both_ends_of_a_half_year_are_said_as_that_half_year(end, half):
    assert CS.day(pd.Timestamp(end), "half") == f"{half}{NBSP}pololetí{NBSP}2025"


def test_days_and_months_have_no_leading_zero():
    assert CS.day(pd.Timestamp("2018-01-05")) == f"5.{NBSP}1.{NBSP}2018"


def test_every_month_is_named_in_the_first_case():
    months = [
        *("leden", "únor", "březen", "duben", "květen", "červen", "červenec", "srpen"),
        *("září", "říjen", "listopad", "prosinec"),
    ]

    assert [CS.day(pd.Timestamp(2006, number, 1), "month") for number in range(1, 13)] == [
        f"{month}{NBSP}2006" for month in months
    ]


def test_a_range_has_an_en_dash_and_spaces_only_where_its_ends_have_them():
    assert EN.range("2019", "2022") == "2019–2022"
    assert CS.range(f"březen{NBSP}2006", f"červen{NBSP}2007") == f"březen{NBSP}2006 – červen{NBSP}2007"


def test_a_range_whose_ends_read_the_same_is_said_once():
    assert EN.range("2024", "2024") == "2024"


def test_a_list_is_joined_as_the_language_joins_it():
    assert EN.list(["a", "b", "c"]) == "a, b and c"
    assert CS.list(["a", "b", "c"]) == f"a, b a{NBSP}c"
    assert CS.list(["a"]) == "a"


# --- sentences ---


def test_a_sentence_is_filled_in_and_braces_in_a_value_stay():
    assert EN.say("{a} and {b}", a="{b}", b=1) == "{b} and 1"


def test_a_sentence_without_values_is_left_as_it_is():
    assert EN.say("100 {}") == "100 {}"


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1 day"), (2, "2 days"), (0, "0 days"), (1.5, "1.5 days"), (1.0, "1 day")]
)
def test_english_counts_one_and_many(count, said):
    assert EN.count("{count} day", "{count} days", count) == said


def test_a_large_count_is_written_like_any_number():
    assert EN.count("{count} day", "{count} days", 12345) == "12,345 days"


@pytest.mark.parametrize(
    ("count", "form"), [(1, 0), (2, 1), (4, 1), (5, 2), (0, 2), (11, 2), (22, 2), (1.5, 3), (0.5, 3)]
)
def test_czech_counts_in_four_forms(count, form):
    catalogue = po("cs")
    message = catalogue.get("{count} day")
    assert message is not None, "the catalogue lacks days"

    said = CS.count("{count} day", "{count} days", count)
    assert said == message.string[form].format(count=CS.number(count))


def test_a_sentence_no_catalogue_holds_is_refused_not_said_in_english():
    with pytest.raises(MissingTranslation, match="a catalogue lacks: Nobody says this\\."):
        CS.say("Nobody says this.")
    with pytest.raises(MissingTranslation, match=r"lacks the plural: \{count\} unicorn / \{count\} unicorns"):
        CS.count("{count} unicorn", "{count} unicorns", 2)


def test_mark_changes_nothing():
    assert mark("state budget") == "state budget"


def test_a_heading_is_the_meaning_of_the_column_in_sentence_case():
    due = schema.TARGETS["due"]

    assert (EN.heading(due), CS.heading(due)) == ("Due on", "Termín")
    assert EN.heading(Column("x", "text", "URL of it", "x")) == "URL of it"


def test_languages_are_english_and_the_catalogues():
    assert languages()[0] == "en"
    assert "cs" in languages()
    assert isinstance(language("cs"), Language)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("ens", "no language 'ens' - did you mean 'en'?"),
        ("xx", "no language 'xx': known are en, "),
        ("", "no language ''"),
    ],
)
def test_an_unknown_language_is_refused_with_the_nearest(code, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        language(code)


# --- catalogues ---


def po(code: str) -> Catalog:
    with catalogues.catalogue_file(code).open("rb") as file:
        return read_po(file, locale=code, domain="kpeval")


def identity(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def forms(message: Message) -> list[str]:
    if isinstance(message.string, str):
        return [message.string]
    return [text or "" for text in message.string or ()]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


SAID = {identity(message): message for message in catalogues.messages() if message.id}


@pytest.mark.parametrize("code", FOREIGN)
def test_a_catalogue_holds_exactly_what_is_said(code):
    held = {identity(message) for message in po(code) if message.id}

    assert sorted(set(SAID) - held) == []
    assert sorted(held - set(SAID)) == []
    assert list(po(code).obsolete) == []


@pytest.mark.parametrize("code", FOREIGN)
def test_every_sentence_has_a_translation(code):
    empty = [identity(entry)[0] for entry in po(code) if entry.id and not (forms(entry) and all(forms(entry)))]

    assert empty == []


@pytest.mark.parametrize("code", FOREIGN)
def test_no_translation_is_a_guess(code):
    assert [identity(entry) for entry in po(code) if entry.id and entry.fuzzy] == []


@pytest.mark.parametrize("code", FOREIGN)
def test_a_translation_fills_in_what_the_sentence_fills_in(code):
    wrong = [
        (identity(entry)[0], text)
        for entry in po(code)
        if entry.id and not catalogued_markdown(entry)
        for place, text in enumerate(forms(entry))
        if text and placeholders(text) != filled_in(entry, place)
    ]

    assert wrong == []


def filled_in(entry: Message, place: int) -> set[str]:
    """What a form fills in; of one the number need not be said, where English does not say it either."""
    wanted: set[str] = set().union(*map(placeholders, identity(entry)))
    return wanted - ({"count"} - placeholders(identity(entry)[0]) if place == 0 else set())


def catalogued_markdown(entry: Message) -> bool:
    return any(str(place).endswith(".ipynb") for place, _ in entry.locations)


@pytest.mark.parametrize("code", FOREIGN)
def test_a_plural_has_as_many_forms_as_the_language(code):
    catalogue = po(code)
    wrong = [
        identity(entry)[0]
        for entry in catalogue
        if entry.id and entry.pluralizable and len(forms(entry)) != catalogue.num_plurals
    ]

    assert wrong == []


def test_czech_has_four_plural_forms():
    assert po("cs").num_plurals == 4
    assert "n<0 ? 3" in po("cs").plural_expr


@pytest.mark.parametrize("code", FOREIGN)
def test_a_translated_heading_of_a_notebook_keeps_its_level(code):
    def heading_level(text: str) -> int:
        return len(text) - len(text.lstrip("#"))

    wrong = [
        entry.id
        for entry in po(code)
        if entry.id
        and entry.string
        and catalogued_markdown(entry)
        and heading_level(entry.id) != heading_level(entry.string)
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("v roce {year} a i o {n} %", "v_roce {year} a_i_o_{n}_%"),
        ("Z toho 5 % K {name}\n\nv datech", "Z_toho 5_% K_{name}\n\nv_datech"),
        ("s\u00a0městem, KA1 a2 os {a} z", "s_městem, KA1 a2 os {a} z"),
        ("### Kdo a co\n", "### Kdo a_co\n"),
    ],
)
def test_czech_ends_no_line_with_a_word_of_one_letter_nor_begins_one_with_a_percent_sign(text, printed):
    assert typeset(text, "cs") == printed.replace("_", NBSP)


def test_english_gets_its_apostrophes_and_keeps_its_percent_with_the_number():
    assert typeset("a town's, towns' {n} % I 'say'", "en") == f"a town’s, towns’ {{n}}{NBSP}% I 'say'"


@pytest.mark.parametrize("code", FOREIGN)
def test_what_a_catalogue_says_is_typeset(code):
    loose = r"[\d}] %" + (r"|(?<!\w)[aikosuvzAIKOSUVZ] (?=\w|\{)" if code == "cs" else "")
    catalogue = language(code)._catalogue
    said = [text for key, text in catalogue._catalog.items() if key]

    assert [text for text in said if re.search(loose, text)] == []
    assert len(said) > 400


def test_updating_a_catalogue_that_is_complete_changes_nothing():
    for code in FOREIGN:
        updated = {identity(entry): forms(entry) for entry in catalogues.updated(code) if entry.id}
        assert updated == {identity(entry): forms(entry) for entry in po(code) if entry.id}


def test_every_sentence_is_written_where_it_is_said_so_that_it_is_found():
    """`say(x)` with a variable would not be extracted: only marked lists may do that."""
    unfound = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name in ("language.py", "vocabulary.py", "prose.py"):
            continue  # prose.py says the notebooks' Markdown, which `messages` reads as it stands
        code = path.read_text(encoding="utf-8")
        aliased = re.search(r"\bsay\b[^=\n]*=.*\.say\b", code) is not None  # say = case.words.say
        for node in ast.walk(ast.parse(code)):
            name = getattr(node, "func", None) if isinstance(node, ast.Call) else None
            called = getattr(name, "attr", getattr(name, "id", ""))
            values = node.args[: 2 if called == "count" else 1] if isinstance(node, ast.Call) else []
            receiver = ast.unparse(name.value) if isinstance(name, ast.Attribute) else ""
            of_language = receiver.endswith("words") or (called == "say" and not receiver and aliased)
            if called in ("say", "count") and of_language:
                unfound += [
                    f"{path.relative_to(PACKAGE)}:{node.lineno}"
                    for value in values
                    if not isinstance(value, ast.Constant)
                ]

    assert unfound == []


def test_every_sentence_can_be_filled_in():
    for said in SAID:
        if not any(place.endswith(".ipynb") for place, _ in SAID[said].locations):
            assert all(name.isidentifier() for text in said for name in placeholders(text)), said


# --- closed lists ---


@pytest.mark.parametrize(
    ("which", "codes"),
    [
        ("kind", schema.SOURCE_KINDS),
        ("total_basis", schema.PROJECTS["total_basis"].words),
        ("level", schema.GOAL_LEVELS),
        ("reconciliation", codes.RECONCILIATION_STATES),
        ("indicator_status", codes.INDICATOR_STATES),
        ("reason", codes.REASONS),
        ("activity_status", codes.ACTIVITY_STATES),
        ("output_status", codes.OUTPUT_STATES),
        ("severity", codes.SEVERITIES),
    ],
)
def test_every_code_of_a_closed_list_has_its_own_words(which, codes):
    assert tuple(SPOKEN[which]) == tuple(codes) or set(SPOKEN[which]) == set(codes)
    assert len(set(SPOKEN[which].values())) == len(codes)


def test_every_list_of_words_is_spoken_somewhere():
    code = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))

    assert [which for which in SPOKEN if not re.search(rf"""(?:spoken|_by_status)\([^)]*["']{which}["']""", code)] == []


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
def test_a_missing_code_is_not_stated(missing):
    assert spoken("kind", missing, EN) == "not stated"
