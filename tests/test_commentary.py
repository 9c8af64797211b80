"""The evaluator's own words: read with the data, checked, shown as theirs, and never as markup."""

import re

import pytest

import kpeval as kp
from kpeval.evaluator import LONGEST, PARTS, taken_apart
from kpeval.faults import DataError
from kpeval.present.commentary import Comment
from kpeval.present.display import Omitted, Sentence, Table
from kpeval.reporting.places import brought, contents_of
from kpeval.scaffold import example_commentary, new_project

DAY = "2022-12-31"
TOML = 'title = "Projekt"\ncurrency = "CZK"\nlanguage = "cs"\n'
TABLE = "| Doporučení | Komu | Do kdy | Priorita |\n|---|---|---|---|\n| Doplnit A\\|B | městu | 2023-03 | střední |\n"
LIST = (
    "- Doplnit údaje\n  a doložit je.\n  - **Komu:** příjemce\n  Do kdy: 31. 3. 2023\n  Priorita: Vysoká\n\n1. Druhé\n"
)


@pytest.fixture
def written(tmp_path):
    """`written(text)`: a project `p` with a commentary on the day; other files by name."""

    def write(text="", *, toml="", name=f"{DAY}.cs.md", encoding="utf-8"):
        folder = tmp_path / "p"
        (folder / "commentary").mkdir(parents=True, exist_ok=True)
        (folder / "project.toml").write_text(TOML + toml, encoding="utf-8")
        (folder / "funding.csv").write_text("source,kind,declared_amount\nESF,eu,1\n", encoding="utf-8")
        (folder / "commentary" / name).write_text(text, encoding=encoding)
        return tmp_path

    return write


def said(folder, part="summary", lang="cs", as_of=DAY):
    return kp.commentary(kp.load("p", folder), part, as_of=as_of, lang=lang)


def html(shown):
    return shown._repr_mimebundle_()[0]["text/html"]


def faults(folder):
    with pytest.raises(DataError) as raised:
        kp.load("p", folder)
    return [str(fault) for fault in raised.value.faults]


# --- reading ---


def test_a_project_has_the_text_of_its_commentaries_by_file(written):
    project = kp.load("p", written("# Shrnutí\r\nDobře.\u200b\r\n"))

    assert dict(project.commentary) == {f"commentary/{DAY}.cs.md": "# Shrnutí\nDobře.\n"}


def test_a_commentary_is_among_the_files_and_moves_the_fingerprint(written):
    before = kp.load("p", written("# Shrnutí\nDobře.\n"))
    after = kp.load("p", written("# Shrnutí\nLépe.\n"))

    assert f"commentary/{DAY}.cs.md" in before.files["file"].tolist()
    assert before.fingerprint != after.fingerprint


def test_a_report_is_made_from_a_copy_of_it(written, tmp_path):
    folder, files = brought(written("# Shrnutí\nDobře.\n"), "p", tmp_path / "private")

    assert sorted(files) == [f"commentary/{DAY}.cs.md", "funding.csv", "project.toml"]
    assert kp.load("p", folder).fingerprint == kp.load("p", tmp_path).fingerprint


@pytest.mark.parametrize("name", ["README.md", "example.cs.txt", f"{DAY}.cs.md~", f".{DAY}.cs.md", "notes.docx"])
def test_other_files_beside_it_are_not_read(written, name):
    folder = written("# Shrnutí\nDobře.\n")
    (folder / "p" / "commentary" / name).write_text("# Nic\n", encoding="utf-8")

    assert len(kp.load("p", folder).commentary) == 1
    assert len(contents_of(folder / "p")) == 3


def test_windows_1250_is_read_where_project_toml_declares_it(written):
    folder = written("# Shrnutí\nPříliš žluťoučký kůň.\n", toml='encoding = "windows-1250"\n', encoding="cp1250")

    assert "žluťoučký" in str(said(folder))


def test_bytes_that_are_no_text_are_a_fault(written):
    folder = written()
    (folder / "p" / "commentary" / f"{DAY}.cs.md").write_bytes(b"# Shrnut\xff\xfe\x00")

    assert f"commentary/{DAY}.cs.md: the text" in faults(folder)[0]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        (f"{DAY}.cs.md.txt", f"{DAY}.cs.md"),
        (f"{DAY}-en.md", f"{DAY}.en.md"),
        (f"{DAY}.CS.MD", f"{DAY}.cs.md"),
        ("komentar.md", ""),
    ],
)
def test_a_file_that_is_misnamed_is_a_fault_with_what_was_meant(written, name, meant):
    (told,) = faults(written("# Shrnutí\n", name=name))

    assert "is named after the day of the report and its language" in told
    assert ("did you mean" in told) == bool(meant)
    assert meant in told


def test_a_day_that_no_calendar_has_is_a_fault(written):
    assert "no day 2022-02-30" in faults(written("# Shrnutí\n", name="2022-02-30.cs.md"))[0]


# --- parts ---


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("lang", ["cs", "en"])
def test_every_heading_opens_its_part_in_each_language(part, lang):
    for heading in PARTS[part][lang]:
        assert list(taken_apart(f"##  {heading.upper()} ##\nx\n").parts) == [part]


def test_an_unknown_heading_is_a_fault_with_its_line_and_the_nearest_name(written):
    told = faults(written("# Shrnutí\nx\n\n## Rospočet\ny\n"))

    assert told == [f"commentary/{DAY}.cs.md, line 4: no part is called 'Rospočet' - did you mean 'Rozpočet'?"]


def test_words_before_the_first_heading_belong_nowhere_and_are_a_fault(written):
    assert "before the first heading" in faults(written("Vážení,\n# Shrnutí\nx\n"))[0]


def test_a_part_that_begins_twice_is_a_fault(written):
    assert "begins twice, first in line 1" in faults(written("# Rozpočet\nx\n# Rozpočet\ny\n"))[0]


def test_a_block_of_code_hides_headings_and_must_be_closed(written):
    assert "# Nadpis" in str(said(written("# Shrnutí\n```\n# Nadpis\n```\n")))
    assert "line 2: the block that begins here with ``` is not closed" in faults(written("# Shrnutí\n```\n# x\n"))[0]


def test_headings_of_ones_own_stand_below_those_of_the_page(written):
    shown = html(said(written("# Shrnutí\n#### Můj\nx\n\nJiný\n===\n")))

    assert re.findall(r"<h\d>", shown) == ["<h3>", "<h3>"]


# --- which file is shown ---


def test_only_the_file_of_exactly_this_day_and_language_is_shown(written):
    folder = written("# Shrnutí\nDobře.\n")

    assert isinstance(said(folder), Comment)
    assert isinstance(said(folder, lang="en"), Omitted)
    assert isinstance(said(folder, as_of="2023-12-31"), Omitted)
    assert isinstance(said(folder, part="budget"), Omitted)


def test_a_commentary_in_another_language_is_named_and_not_shown(written):
    project = kp.load("p", written("# Relevance\nAno.\n"))
    told = kp.evaluation_questions(project, as_of=DAY, lang="en")

    assert str(told) == "The evaluator’s commentary on this day is written in another language: Czech."
    assert isinstance(kp.recommendations(project, as_of=DAY, lang="en"), Omitted)


def test_without_a_commentary_one_sentence_says_so(written):
    project = kp.load("p", written("# Relevance\nAno.\n", name="2021-12-31.cs.md"))

    assert isinstance(kp.evaluation_questions(project, as_of=DAY, lang="cs"), Sentence)
    assert isinstance(kp.recommendations(project, as_of=DAY, lang="cs"), Omitted)


def test_a_part_that_is_not_there_to_be_asked_for_is_refused(written):
    with pytest.raises(ValueError, match="did you mean 'budget'"):
        said(written("# Shrnutí\nx\n"), part="budgets")


# --- as it is shown ---


def test_it_is_marked_as_the_evaluators_words_with_the_author(written):
    shown = html(said(written("# Shrnutí\n**Dobře.**\n", toml='[report]\nauthor = "Jana <Nová>"\n')))

    assert shown.startswith('<aside class="said" role="note">')
    assert "Komentář hodnotitele: <span>Jana &lt;Nová&gt;</span>" in shown
    assert "<strong>Dobře.</strong>" in shown


def test_a_question_that_is_not_answered_says_so(written):
    shown = html(kp.evaluation_questions(kp.load("p", written("# Relevance\nAno.\n")), as_of=DAY, lang="cs"))

    assert shown.count("<h3>") == 4
    assert shown.count("Nezodpovězeno.") == 3


HOSTILE = [
    "<script>alert(1)</script>",
    "text <img src=x onerror=alert(1)> text",
    "<svg onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x) [y](file:///etc/passwd) [z](//example.org)",
    "![x](https://example.org/x.png)",
    "![x](x.png 'onerror=alert(1)')",
    '<https://example.org/"onmouseover=alert(1)>',
    "[x](https://example.org/\"onmouseover=alert(1) 'title\" onclick=alert(1)')",
    "[x]: javascript:alert(1)\n\n[x]",
    '```html" onclick=alert(1)\n<script>\n```',
    "| <script> | b |\n|---|---|\n| <img onerror=alert(1)> | [x](javascript:alert(1)) |",
    "</aside></main><script>alert(1)</script>",
    "<!-- --><iframe srcdoc='<script>'></iframe>",
    "<style>*{display:none}</style><link rel=stylesheet href=//x>",
    "<details ontoggle=alert(1) open>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "`<script>`",
    "> " * 500 + "hluboko",
    "[" * 4000,
    "*a **b " * 600,
    "- " * 300 + "x",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_markdown_shows_as_text(written, text):
    from lxml import html as lxml_html

    root = lxml_html.fromstring(html(said(written(f"# Shrnutí\n\n{text}\n"))))
    plain = {"aside", "p", "span", "strong", "em", "a", "ul", "ol", "li", "blockquote", "pre", "code", "br", "hr"}
    plain |= {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "h3", "h4"}

    assert {element.tag for element in root.iter()} <= plain
    for element in root.iter():
        allowed = {"class", "role", "tabindex", "aria-label", "scope", "lang", "href", "start"}
        assert set(element.attrib) <= allowed, element.attrib
        assert element.get("href", "https://").lower().startswith(("https://", "http://", "mailto:"))


def test_mathematics_and_money_stay_as_they_are_written(written):
    assert "$x^2$ a 5$" in html(said(written("# Shrnutí\n$x^2$ a 5$\n")))


def test_a_link_to_elsewhere_shows_its_address_as_text(written):
    shown = html(said(written("# Shrnutí\n[smlouva](ftp://x/y) [web](https://example.org)\n")))

    assert "smlouva (ftp://x/y)" in shown
    assert '<a href="https://example.org">web</a>' in shown


def test_a_table_has_a_caption_and_headings_with_a_scope(written):
    shown = html(said(written("# Shrnutí\n\n| a |   |\n|---|--:|\n| b | 1 |\n")))

    assert "<caption>Tabulka v\u00a0komentáři hodnotitele</caption>" in shown
    assert '<th scope="col">a</th>' in shown
    assert '<td class="number"></td>' in shown, "a heading without words is none"


def test_what_is_too_long_is_shortened_and_says_so(written):
    shown = html(said(written("# Shrnutí\n" + "slovo " * 5000)))

    assert len(shown) < 2 * LONGEST
    assert "Zkráceno: komentář má zde 29\u00a0999 znaků." in shown


# --- recommendations ---


def test_recommendations_are_a_list_with_its_labels_below_each():
    first, second = taken_apart("# Doporučení\n\n" + LIST).recommendations

    assert first == (3, "Doplnit údaje a doložit je.", "příjemce", "31. 3. 2023", "Vysoká")
    assert (first.urgency, f"{first.due}") == ("high", "2023-03-31")
    assert second == (9, "Druhé", "", "", "")


def test_recommendations_may_be_a_table_with_columns_in_any_order():
    turned = "| Priorita | Doporučení |\n|:--|--|\n| nízká | Druhé |\n"
    said = taken_apart("# Doporučení\n" + TABLE + "\n" + turned)

    assert said.wrong == ()
    assert [one[1:] for one in said.recommendations] == [
        ("Doplnit A|B", "městu", "2023-03", "střední"),
        ("Druhé", "", "", "nízká"),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Úvod.\n- Jedna\n", "line 2: a recommendation begins with '- '"),
        ("| Doporuceni | Komu |\n|---|---|\n| a | b |\n", "line 2: no column of recommendations is called"),
        ("| Co | Komu |\n|---|---|\n| a | b | c |\n", "line 4: 3 cells under 2 headings"),
        ("- …\n  Komu: …\n", "line 2: the recommendation has no words"),
    ],
)
def test_what_is_no_recommendation_is_a_fault(written, text, told):
    assert told in faults(written("# Doporučení\n" + text))[0]


def test_recommendations_are_a_table_in_the_reports_language(written):
    shown = kp.recommendations(kp.load("p", written("# Doporučení\n" + LIST)), as_of=DAY, lang="cs")

    assert isinstance(shown, Table)
    assert shown.headings == ("Doporučení", "Komu", "Do kdy", "Priorita")
    assert [cell.text.replace("\u00a0", " ") for cell in shown.rows[0]] == [
        "Doplnit údaje a doložit je.",
        "příjemce",
        "31. 3. 2023",
        "vysoká",
    ]
    assert [cell.text for cell in shown.rows[1]] == ["Druhé", *["v\u00a0podkladech neuvedeno"] * 3]


def test_a_commentary_without_recommendations_says_that(written):
    shown = kp.recommendations(kp.load("p", written("# Shrnutí\nx\n")), as_of=DAY, lang="cs")

    assert str(shown) == "Hodnotitel nic nedoporučuje."


@pytest.mark.parametrize("english", ["# Summary\nx\n", ""])
def test_recommendations_in_another_language_only_are_not_called_none(written, english):
    folder = written("# Doporučení\n" + LIST)
    if english:
        (folder / "p" / "commentary" / f"{DAY}.en.md").write_text(english, encoding="utf-8")

    shown = kp.recommendations(kp.load("p", folder), as_of=DAY, lang="en")

    assert str(shown) == "The evaluator’s recommendations on this day are written in another language: Czech."


def test_a_deadline_in_a_half_year_is_not_its_first_month(written):
    text = "# Doporučení\n- Doplnit.\n  Do kdy: 2. pololetí 2025\n"
    project = kp.load("p", written(text))

    assert kp.recommendations(project, as_of=DAY, lang="cs").rows[0][2].text == "2.\u00a0pololetí\u00a02025"


# --- a new project ---


@pytest.mark.parametrize("lang", ["cs", "en"])
def test_the_example_of_a_new_project_has_every_heading_and_says_nothing(lang):
    said = taken_apart(example_commentary(lang))

    assert list(said.parts) == list(PARTS)
    assert not any(part.text for name, part in said.parts.items() if name != "recommendations")
    assert [message for _, message in said.wrong] == [
        "the recommendation has no words: say what should be done, or remove it"
    ], "who forgets to fill it in is told"


def test_a_new_project_says_nothing_in_the_evaluators_name(tmp_path):
    new_project("p", tmp_path)

    assert (tmp_path / "p" / "commentary" / "example.cs.txt").is_file()
    assert kp.load("p", tmp_path).commentary == {}


# --- [report] ---


def report(toml, as_of, written):
    return kp.load("p", written("", toml=toml)).report(as_of)


TWO = """
[report]
author = "J. N."
state = "draft"
[report.2021-12-31]
number = 1
state = "final"
[report.2022-12-31]
number = "2"
"""


def test_each_day_has_its_own_number_and_state(written):
    assert report(TWO, "2021-12-31", written) == {"author": "J. N.", "state": "final", "number": "1"}
    assert report(TWO, "2022-12-31", written) == {"author": "J. N.", "state": "draft", "number": "2"}
    assert report(TWO, "2023-12-31", written) == {"author": "J. N.", "state": "draft"}


def test_one_number_and_period_are_not_those_of_an_earlier_day(written):
    one = '[report]\nnumber = "3"\nperiod = "2022-01-01 - 2022-12-31"\n'

    assert report(one, "2022-12-31", written)["number"] == "3"
    assert report(one, "2021-12-31", written) == {}


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ('[report]\nnumber = "1"\n[report.2022-12-31]\nstate = "final"\n', "report.number: belongs to one day"),
        ('[report.leden]\nstate = "final"\n', "report.leden: is not the day of a report"),
        ('[report.2022-12-31]\nstate = "hotovo"\n', "report.2022-12-31.state: 'hotovo' is not one of draft, final"),
        ('[report.2022-12-31]\nautor = "x"\n', "report.2022-12-31.autor: unknown key - did you mean 'author'?"),
        ("[report]\nnumber = [1]\n", "report.number: is a list or a section, not a value"),
    ],
)
def test_a_report_that_is_described_wrongly_is_a_fault(written, toml, told):
    assert told in faults(written("", toml=toml))[0]


def test_the_cover_says_the_state_of_the_day(written):
    project = kp.load("p", written("", toml=TWO))
    states = {
        day: kp.cover(project, kp.project_period(project.projects, as_of=day), as_of=day, lang="en").about["state"]
        for day in ("2021-12-31", "2022-12-31")
    }

    assert states == {"2021-12-31": "final", "2022-12-31": "draft"}
