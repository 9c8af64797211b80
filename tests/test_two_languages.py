"""A page is in one language, whole: each of its words stands in that language's catalogue, or in the documents."""

import csv
import os
import re
import shutil
import subprocess
import sys
from functools import lru_cache
from itertools import groupby

import pytest
from babel.core import Locale
from babel.messages.pofile import read_po, write_po
from conftest import ROOT, made_once
from lxml import html
from reading_pages import Said, as_printed, of_data, said, without, words

from kpeval.present import messages as catalogues
from kpeval.present.language import NBSP, Language, language
from kpeval.results import RESULT_TABLES
from kpeval.schema import PROJECT_TABLES, PROJECTS, STATED

# Names of programs, files and commands, the same in every language, and months that Babel knows.
NAMES = {
    "kpeval",
    "pandas",
    "python",
    "sha",
    "json",
    "pdf",
    "xlsx",
    "verify",
    "project",
    "toml",
    "csv",
    "ka",
    "cs",
    "en",
}
# Words of both languages, or names that a Czech sentence uses as they are. Each was looked at.
IN_BOTH = {
    "canonical",  # a column of target_groups.csv
    *("by", "do", "to", "data", "list", "minus", "body", "role", "program", "pseudonym", "text", "tolerance"),
    *("check", "kp", "kpeval", "notebook", "dataframe", "pandas", "pdf", "xlsx", "verify"),
    *("index", "cpi", "spi", "eac", "tcpi"),  # of the earned value
    *("oecd", "relevance"),  # the names of the evaluation questions
    *("privacy", "allowed", "rules", "min", "hours"),  # what project.toml calls them
    *("learning",),  # e-learning
    *("activities", "curve", "drawdown", "facts", "funding", "indicators"),  # names of tables, in the notebook to try
}


def catalogue(code="cs"):
    """Each sentence with its translations."""
    with catalogues.catalogue_file(code).open("rb") as file:
        for entry in read_po(file, locale=code):
            if entry.id:
                one, many = ([text] if isinstance(text, str) else list(text) for text in (entry.id, entry.string))
                yield one, many


def headings(lang):
    tables = (*PROJECT_TABLES.values(), *RESULT_TABLES.values(), PROJECTS, STATED)
    return [getattr(column, lang) for table in tables for column in table.columns]


SENTENCES = {
    "en": [text for said, _ in catalogue() for text in said] + headings("en"),
    "cs": [text for _, said in catalogue() for text in said] + headings("cs"),
}


@lru_cache
def vocabulary(lang):
    """Every word that kpeval can say in a language."""
    names = ["Čeština", "English", language(lang).currency("CZK"), *programmes()]
    return words([*SENTENCES[lang], *dates(language(lang).locale), *names]) | NAMES


def dates(locale):
    """The names of months and quarters, as Babel knows them."""
    known = Locale.parse(locale)
    names = [known.months[form][width] for form in ("format", "stand-alone") for width in ("wide", "abbreviated")]
    return [name for some in (*names, known.quarters["stand-alone"]["wide"]) for name in some.values()]


def programmes():
    """What the programmes of the rules are called."""
    with (ROOT / "kpeval" / "rules" / "programmes.csv").open(encoding="utf-8", newline="") as file:
        return [row["programme"] for row in csv.DictReader(file)]


def quoted_in(name):
    """What the documents say of the project of a page; of all projects, for the catalogue of reports."""
    folders = [ROOT / "data" / name.partition("-")[0]]
    if not folders[0].is_dir():
        folders = [path.parent for path in sorted((ROOT / "data").glob("*/project.toml"))]
    every = {text for folder in folders for text in of_data(folder)} | of_rules()
    return tuple(sorted(every, key=lambda text: (-len(text), text)))  # what holds another before that


@lru_cache
def of_rules():
    """The names that rules suggest for target groups, and where rules are from: both are quoted."""
    with (ROOT / "kpeval" / "rules" / "target_groups.csv").open(encoding="utf-8", newline="") as file:
        names = {row["canonical"] for row in csv.DictReader(file)}
    with (ROOT / "kpeval" / "rules" / "training.csv").open(encoding="utf-8", newline="") as file:
        names |= {row["source"] for row in csv.DictReader(file)}
    return names


def foreign(pieces, lang, quoted):
    """The words of a page in this language that are neither its own nor quoted from the documents.

    A picture breaks long texts into lines: what is quoted there is known by its words.
    """
    known, drawn = vocabulary(lang), words(quoted)
    return sorted(
        {
            word
            for piece in pieces
            for word in words([without(piece, quoted)])
            if word not in known and not (piece.drawn and word in drawn)
        }
    )


def language_of(name):
    return "cs" if name == "index" else name.rpartition(".")[2]


@pytest.fixture(scope="module")
def read(pages):
    """What each page says, and what of it the documents say."""
    return {name: (list(said(path)), quoted_in(name)) for name, path in pages.items()}


def of_language(read, lang):
    return {name: found for name, found in read.items() if language_of(name) == lang}


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["cs", "en"])
class TestPagesInOneLanguage:
    def test_hold_no_word_of_another(self, read, lang):
        found = {name: foreign(pieces, lang, quoted) for name, (pieces, quoted) in of_language(read, lang).items()}

        assert {name: strange for name, strange in found.items() if strange} == {}
        assert len(found) > 10

    @pytest.mark.parametrize("drawn", [False, True])
    def test_would_be_found_out_by_a_single_word(self, read, lang, drawn):
        planted = {"cs": "Gooseberry wrench", "en": "Zmrzlina hořčice"}[lang]
        for pieces, quoted in of_language(read, lang).values():
            assert foreign([*pieces, Said(planted, drawn)], lang, quoted) == sorted(planted.casefold().split())

    def test_have_no_straight_quotation_mark_but_in_what_they_quote(self, read, lang):
        assert astray(read, lang, "[\"']") == []

    def test_have_the_quotation_marks_of_the_language(self, read, lang):
        """„takto“ in Czech, “so” in English; an apostrophe is one."""
        assert astray(read, lang, {"cs": "[‚‘’”»«]|“\\w", "en": "[„‚»«]"}[lang]) == []

    def test_keep_numbers_with_their_sign_and_join_them_by_a_dash(self, read, lang):
        """No space that may break before % or the currency, no hyphen for a minus or between the ends of a range."""
        assert astray(read, lang, r"\d (?:%|Kč|€|pp\b|p\. ?b\.)|CZK \d|(?<![\w.])-\d|\d ?- ?\d") == []

    def test_write_decimals_and_thousands_as_the_language_does(self, read, lang):
        wrong = {"cs": r"\d\.\d{1,2}(?!\.?\d)|\d,\d{3}[,.]", "en": r"\d,\d{1,2}\b|\d[\u00a0 ]\d{3}\b"}

        assert astray(read, lang, wrong[lang]) == []

    def test_end_no_line_with_a_word_of_one_letter_in_czech(self, read, lang):
        assert lang != "cs" or astray(read, lang, drawn=False, pattern=r"(?<!\w)[aikosuvzAIKOSUVZ] \w") == []


def astray(read, lang, pattern, drawn=True):
    """Where a pattern stands on the pages of a language, outside what is quoted from the documents and of names.

    With `drawn` False pictures are left out, whose lines are broken where they are drawn.
    """
    found = []
    for name, (pieces, quoted) in of_language(read, lang).items():
        for piece in (piece for piece in pieces if drawn or not piece.drawn):
            text = as_printed(piece, quoted)
            found += [f"{name}: {place[0]} in {text[:100]}" for place in re.finditer(pattern, text)]
    return found


@pytest.mark.parametrize(
    ("lang", "wrong", "right"),
    [
        ("cs", "5 %", "5\u00a0%"),
        ("cs", "5 Kč", "5\u00a0Kč"),
        ("en", "CZK 5", "CZK\u00a05"),
        ("cs", "2019-2022", "2019–2022"),
        ("en", "-5", "−5"),
    ],
)
def test_a_slip_of_typography_is_found(lang, wrong, right):
    check = TestPagesInOneLanguage().test_keep_numbers_with_their_sign_and_join_them_by_a_dash

    check({f"p.{lang}": ([Said(right, False)], ())}, lang)
    with pytest.raises(AssertionError):
        check({f"p.{lang}": ([Said(wrong, False)], ())}, lang)


# --- the catalogue ---


def test_no_czech_sentence_holds_an_english_word():
    english, czech = words(SENTENCES["en"]), words(SENTENCES["cs"])

    assert sorted((english & czech) - IN_BOTH) == []


def test_every_word_of_both_languages_still_is_one():
    english, czech = words(SENTENCES["en"]), words(SENTENCES["cs"])

    assert sorted(IN_BOTH - (english & czech)) == []


def test_a_sentence_has_the_quotation_marks_of_its_language():
    wrong = [text for text in SENTENCES["cs"] if re.search("[\"'‚‘’”]", text) or text.count("„") != text.count("“")]
    wrong += [text for text in SENTENCES["en"] if re.search(r"\"|(?<!\w)'|(?<!s)'(?!\w)|„", text)]
    wrong += [text for text in SENTENCES["en"] if text.count("“") != text.count("”")]

    assert wrong == []


@pytest.mark.parametrize("lang", ["cs", "en"])
def test_a_sentence_joins_a_range_by_a_dash(lang):
    assert [text for text in SENTENCES[lang] if re.search(r"[\d}] ?- ?[\d{]", text)] == []


# --- a third language ---

GERMAN = """msgid ""
msgstr ""
"Language: de\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""


def in_brackets(text):
    """A translation that shows where it stands: «Text»; a heading stays one."""
    lines = [re.sub(r"^(#+ )?(.+)$", r"\1«\2»", line) for line in text.split("\n")]
    return "\n".join(lines)


@pytest.fixture(scope="session")
def german(tmp_path_factory):
    """The pages of a kpeval to which nothing was added but a catalogue, as CONTRIBUTING.md says how."""
    folder, pages = made_once(tmp_path_factory, "german", _in_german)
    return {page.rpartition("/")[2].partition(".")[0]: folder / page for page in pages}


def _in_german(folder):
    left_out = shutil.ignore_patterns("__pycache__", "reports")
    for part in ("kpeval", "notebooks", "data"):
        shutil.copytree(ROOT / part, folder / part, ignore=left_out)
    file = folder / "kpeval" / "present" / "locale" / "de" / "LC_MESSAGES" / "kpeval.po"
    file.parent.mkdir(parents=True)
    file.write_text(GERMAN, encoding="utf-8")

    def python(*arguments):
        environment = {**os.environ, "PYTHONPATH": str(folder)}
        asked = [sys.executable, "-m", *arguments]
        told = subprocess.run(asked, cwd=folder, env=environment, check=False, capture_output=True, text=True)
        assert told.returncode == 0, told.stderr

    python("kpeval.present.messages")
    with file.open("rb") as opened:
        catalogue = read_po(opened, locale="de")
    for entry in catalogue:
        if entry.id:
            told = [in_brackets(text) for text in ([entry.id] if isinstance(entry.id, str) else entry.id)]
            entry.string = told if entry.pluralizable else told[0]
    with file.open("wb") as opened:
        write_po(opened, catalogue)
    notebooks = "evaluation,budget,indicators,timeline"
    python("kpeval", "report", "demo", "--as-of", "2022-12-31", "--lang", "de,cs", "--notebook", notebooks)
    return sorted(path.relative_to(folder).as_posix() for path in folder.glob("reports/**/*.de.html"))


@pytest.mark.slow
class TestAThirdLanguage:
    def test_has_every_report_and_the_catalogue_of_reports(self, german):
        assert sorted(german) == ["budget", "evaluation", "index", "indicators", "timeline"]

    def test_says_nothing_that_its_catalogue_does_not_say(self, german):
        """What is neither within the signs of the catalogue nor quoted nor known to Babel stands in the code."""
        babel = words([*dates("de"), "Deutsch Čeština CZK de", *NAMES, *programmes()])
        quoted = of_data(ROOT / "data" / "demo")
        drawn = words(quoted)
        for path in german.values():
            outside = [Said(bare(piece.text), piece.drawn) for piece in whole(said(path))]
            strange = {
                word
                for piece in outside
                for word in words([without(piece, quoted)])
                if word not in babel and not (piece.drawn and word in drawn)
            }
            assert sorted(strange) == [], path.name

    def test_is_the_language_of_its_pages_and_is_called_by_its_own_name(self, german):
        pages = {name: html.fromstring(path.read_bytes()) for name, path in german.items()}

        assert {page.get("lang") for page in pages.values()} == {"de"}
        (link,) = pages["evaluation"].xpath('//ul[@class="sisters"]//a')
        assert (link.get("href"), link.text) == ("evaluation.cs.html", "Čeština")
        czech = html.fromstring(german["evaluation"].with_name("evaluation.cs.html").read_bytes())
        (link,) = czech.xpath('//ul[@class="sisters"]//a')
        assert (link.get("href"), link.get("hreflang"), link.get("lang"), link.text) == (
            *("evaluation.de.html", "de", "de", "Deutsch"),
        )

    def test_heads_its_columns_and_counts_in_its_own_way(self, german):
        text = german["evaluation"].read_text(encoding="utf-8")

        assert ">«Source of funding»</th>" in text or ">«source of funding»</th>" in text
        assert "31.12.2022" in text
        assert f"5.207.430,00{NBSP}CZK" in text
        assert re.search(rf"\d,\d{NBSP}%", text)

    def test_marks_what_the_documents_say_as_czech(self, german):
        assert '<h1 lang="cs">' in german["evaluation"].read_text(encoding="utf-8")


def bare(text):
    """What is left of a text without all that stands in «»."""
    while (shorter := re.sub("«[^«»]*»", " ", text)) != text:
        text = shorter
    return text


def whole(pieces):
    """The pieces of a page, those of a picture that follow one another as one: a line is part of a text."""
    for drawn, some in groupby(pieces, key=lambda piece: piece.drawn):
        run = list(some)
        yield from [Said(" ".join(piece.text for piece in run), True)] if drawn else run


@pytest.mark.parametrize(
    ("code", "share", "amount"),
    [
        ("de", "12,5_%", "1.000,00_CZK"),
        ("sk", "12,5_%", "1_000,00_CZK"),
        ("pl", "12,5%", "1_000,00_CZK"),
        ("tr", "%12,5", "CZK_1.000,00"),
    ],
)
def test_percent_and_currency_stand_where_the_language_puts_them(monkeypatch, tmp_path, code, share, amount):
    (tmp_path / code / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / code / "LC_MESSAGES" / "kpeval.po").write_text(GERMAN.replace("de", code, 1), encoding="utf-8")
    monkeypatch.setattr("kpeval.present.language.LOCALE", tmp_path)

    words = Language(code)

    assert (words.percent(0.125), words.money(1000, "CZK")) == (share.replace("_", NBSP), amount.replace("_", NBSP))


def test_a_new_catalogue_is_given_every_heading_and_the_czech_one_none(monkeypatch, tmp_path):
    named = {column.en for table in RESULT_TABLES.values() for column in table.columns}
    told = {code: {entry.id for entry in catalogues.messages(code)} for code in ("cs", "de")}

    assert named <= told["de"]
    assert not named <= told["cs"]
    assert told["cs"] <= told["de"]
