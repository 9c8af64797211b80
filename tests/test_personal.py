"""What is somebody's address or number in a text, and what only looks like one. All people and numbers are invented."""

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_workbook import DAY, notebook

import kpeval as kp
from kpeval.checks.case import Case
from kpeval.checks.privacy import personal_data
from kpeval.faults import DataError
from kpeval.personal import BIRTH_NUMBER, EMAIL, PHONE, found_in, found_in_html, masked
from kpeval.present.display import Cell, Table
from kpeval.present.language import language
from kpeval.reporting.failure import Failed
from kpeval.reporting.publishable import refuse_personal
from kpeval.reporting.workbook import workbook

NBSP = "\u00a0"
DATA = Path(__file__).parents[1] / "data"


def kinds(text, **how):
    return [one.kind for one in found_in(text, **how)]


@pytest.mark.parametrize(
    "text",
    [
        "jana.smyslena@example.org",
        "Pište na jana@example.org.",
        "<jana+kurz@mail.example.co.uk>",
        "mailto:jana@example.org?subject=x",
        "jana(at)example.cz",
        "jana [zavináč] example.cz".replace("] e", "]e"),
        "JANA@EXAMPLE.ORG",
        "žaneta@příklad.cz",
    ],
)
def test_an_email_address_is_found(text):
    assert kinds(text) == [EMAIL]


@pytest.mark.parametrize("text", ["A@B", "@media", "user@localhost", "cena @ 5", "a @ b.cz", "1@2.3", "vedoucí@"])
def test_an_at_alone_is_no_address(text):
    assert kinds(text) == []


# The check digit by hand: the first nine digits modulo 11, by their alternating sum from the right.
#   905515/001 → 1-0+0-5+1-5+5-0+9 = 6      a woman (month + 50) born on 15 May 1990
#   780123/002 → 2-0+0-3+2-1+0-8+7 = -1, 10  of old, remainder 10 took the digit 0
#   042115/001 → 1-0+0-5+1-1+2-4+0 = -6, 5   a man born on 15 January 2004 (month + 20)
#   047115/002 → 2-0+0-5+1-1+7-4+0 = 0       a woman born on that day (month + 70)
@pytest.mark.parametrize(
    "number",
    [
        *("905515/0016", "9055150016", "905515 / 0016", "905515 0016", f"905515{NBSP}0016", "CZ9055150016"),
        *("780123/0020", "7801230020", "042115/0015", "047115/0020"),
        *("530101/123", "r. č. 530101123", "rodné číslo: 530101123", "RČ 530101123"),
    ],
)
def test_a_birth_number_is_found(number):
    assert kinds(number) == kinds(f"Paní X ({number}), bytem jinde") == [BIRTH_NUMBER]


@pytest.mark.parametrize(
    "number",
    [
        *("905515/0017", "9055150017"),  # the check digit is 6
        "900123/0030",  # 3-0+0-3+2-1+0-0+9 = 10, and from 1985 on nobody gets such a number
        "900231/0020",  # divisible by 11 (9 + 2 = 11), and there is no 31 February
        "902115/0017",  # divisible by 11, but 20 more were first added in 2004
        "904515/0000",  # no month is 45
        *("540101/123", "530101123"),  # nine digits end with 1953; without a slash or a word they may be anything
        *("19-9055150016/0800", "9055150016/0800", "1.9055150016", "9055150016,50", "9055150016 Kč", "ID9055150016"),
        *("CZ.03.2.63/0.0/0.0/16_063/0006590", "70890692", "123456/2019", "2019-10-31", "31. 10. 2019"),
        *("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "2022-12-31T12:00:00", "9055150016a"),
    ],
)
def test_other_numbers_are_no_birth_numbers(number):
    assert kinds(number) == kinds(f"viz {number} výše") == []


@pytest.mark.parametrize(
    "text",
    [
        *(
            "+420 601 111 111",
            "+420601111111",
            "00420601111111",
            f"+420{NBSP}601{NBSP}111{NBSP}111",
            "+420-601-111-111",
        ),
        *("601 111 111", "601-111-111", "601.111.111", f"601{NBSP}111{NBSP}111", "Volejte 601 111 111."),
        *("tel. 601111111", "Telefon: 601111111", "mobil 601 11 11 11", "phone 222 111 000", "tel.: 596 11 11 11"),
        *("+421 905 111 111", "+49 30 11111111", "kontakt: 601111111", "volejte 601111111"),
        *("telefon paní Novákové: 601111111", "601 111 111 klient Novák", "601 111 111 osoba Novák"),
    ],
)
def test_a_phone_number_is_found(text):
    assert kinds(text) == [PHONE]


@pytest.mark.parametrize(
    "text",
    [
        *(f"264{NBSP}842{NBSP}500{NBSP}Kč", "264 842 500 Kč", "264 842 500,00", "264 842 500,-", "264 842 500,– Kč"),
        *("CZK 264 842 500", "264 842 500 osob", "1 264 842 500", "264 842 500 100", "264 842 500 %", "€ 264 842 500"),
        *("601111111", "123 456 789", "901 111 111", "800 111 111", "tel. 800 111 111", "tel. 116 111", "112"),
        *("2017 2018 2019", "CZ.03.2.63/0.0/0.0/16_063/0006590", "601 111 1112", "601_111_111", "5.601.111.111"),
        *("3 648 425,00 Kč", "2019-601-111", "IČO 708 90 692", "PSČ 702 00", "+5 % a +10 %", "0006590"),
    ],
)
def test_amounts_counts_and_short_lines_are_no_phone_numbers(text):
    assert kinds(text) == []


def test_several_are_told_in_order_with_their_places():
    text = "a@example.org, 905515/0016, 601 111 111"
    assert [(one.kind, text[one.start : one.end]) for one in found_in(text)] == [
        (EMAIL, "a@example.org"),
        (BIRTH_NUMBER, "905515/0016"),
        (PHONE, "601 111 111"),
    ]


def test_a_mask_does_not_tell_what_it_hides():
    assert masked("jana@example.org, 905515/0016, +420 601 111 111") == "j…@….org, ••••••/••••, +••• ••• ••• •11"
    assert masked("Nic tu není.") == "Nic tu není."


@given(st.text(alphabet="a@.+0123456789/ -\u00a0z", max_size=60))
def test_nothing_is_left_to_be_found_behind_a_mask(text):
    for one in found_in(text):
        assert text[one.start : one.end] not in one.masked
    assert not [one for one in found_in(masked(text)) if one.kind != EMAIL]


def test_what_is_allowed_is_not_found_however_it_is_written():
    allowed = ["office@example.org", "+420 601 111 111"]
    assert kinds("Office@Example.org, 601 111 111, 601111111", allowed=allowed) == []
    assert kinds("jana@example.org", allowed=allowed) == [EMAIL]


def test_a_page_is_searched_where_somebody_or_their_program_reads():
    html = """<html><head><title>x</title><style>a{content:"style@example.org"}</style>
    <meta name="x" content="meta@example.org"></head><body><h2>Kontakty</h2><p>tel. <b>601</b>&nbsp;111 111</p>
    <table class="n2"><caption>Osoby</caption><tr><td>cell@example.org</td><td>264 842 500</td></tr></table>
    <svg aria-label="alt@example.org"><text>601 111 111</text></svg><a href="mailto:link@example.org">zde</a>
    <script type="application/json">{"a": ["data@example.org", 601111111]}</script></body></html>"""
    assert [(one.kind, one.place) for one in found_in_html(html)] == [
        (EMAIL, ""),
        (PHONE, "Kontakty"),
        *[(EMAIL, "Osoby")] * 2,
        (PHONE, "Osoby"),
        *[(EMAIL, "Osoby")] * 2,
    ]


def test_the_place_of_a_find_is_masked_too():
    (heading, text) = found_in_html("<h2>jana@example.org</h2><p>601 111 111</p>")
    assert (heading.place, text.place) == ("", "j…@….org")


# --- the finding, and what is refused ---


def project(folder, toml="", **tables):
    (folder / "data" / "p").mkdir(parents=True)
    head = 'title = "Projekt"\ncurrency = "CZK"\nlanguage = "cs"\ntotal_cost = 1.00\n'
    (folder / "data" / "p" / "project.toml").write_text(head + toml, encoding="utf-8")
    tables.setdefault("funding", "source,kind,declared_amount\nEU,eu,1\n")
    for name, text in tables.items():
        (folder / "data" / "p" / f"{name}.csv").write_text(text, encoding="utf-8")
    return kp.load("p", folder / "data")


def told(found):
    found = found[found["rule"] == "personal_data"]
    rows = [None if pd.isna(row) else row for row in found["row"]]
    return list(zip(found["severity"], found["table"], rows, found["column"], strict=True))


def test_each_free_text_is_scanned_and_its_place_told(tmp_path):
    goals = "goal_id,text,note\nC1,Klid,\nC2,Volejte 601 111 111,jana@example.org\n"
    toml = 'beneficiary = "Jana Smyšlená, 905515/0016"\n[report]\nauthor = "jana@example.org"\n'
    toml += '[[stated]]\nlabel = "Kontakt"\nvalue = "601 111 111"\n'
    found = kp.findings(project(tmp_path, toml, goals=goals), as_of="2022-01-01")
    assert told(found) == [
        ("warning", "projects", None, "beneficiary"),
        ("warning", "goals", 3, "text"),
        ("warning", "goals", 3, "note"),
        ("warning", "stated", None, "value"),
        ("warning", "projects", None, "report.author"),
    ]
    said = " ".join(found["message"])
    assert not re.search("jana@|601|905515", said)
    assert "“text” holds a phone number: ••• ••• •11." in said


def test_a_column_full_of_addresses_is_one_finding(tmp_path):
    rows = "".join(f"C{n},Cíl,osoba{n}@example.org\n" for n in range(1, 8))
    found = kp.findings(project(tmp_path, goals="goal_id,text,note\n" + rows), as_of="2022-01-01", lang="cs")
    found = found[found["rule"] == "personal_data"]
    assert found["message"].tolist() == ["„note“ obsahuje e-mailovou adresu na 7 místech, nejprve: o…@….org."]
    assert found["row"].tolist() == [2]


def test_what_became_known_later_is_not_told_yet(tmp_path):
    activities = "activity_id,title,note,recorded_on\nKA1,Kurz,601 111 111,2022-06-01\n"
    facts = project(tmp_path, activities=activities)
    assert told(kp.findings(facts, as_of="2022-01-01")) == []
    assert len(told(kp.findings(facts, as_of="2022-06-01"))) == 1


def test_what_the_evaluator_says_of_the_day_is_scanned_by_line(tmp_path):
    facts = project(tmp_path)
    said = {
        "commentary/2022-01-01.cs.md": "# Doporučení\n\nVolejte 601 111 111.\n",
        "commentary/2021-01-01.cs.md": "jana@example.org\n",
    }
    found = list(personal_data(Case(replace(facts, commentary=said), pd.Timestamp("2022-01-01"), language("cs"), {})))
    assert [(one.table, one.row, one.column) for one in found] == [("commentary/2022-01-01.cs.md", 3, "commentary")]


def test_what_the_project_allows_is_no_finding(tmp_path):
    toml = 'beneficiary = "Úřad, office@example.org"\n[privacy]\nallowed = ["office@example.org"]\n'
    assert told(kp.findings(project(tmp_path, toml), as_of="2022-01-01")) == []


def test_a_list_that_is_none_is_a_fault(tmp_path):
    with pytest.raises(DataError, match=r"privacy\.allowed"):
        project(tmp_path, '[privacy]\nallowed = "office@example.org"\n')


@pytest.mark.parametrize(("name", "day"), [("demo", "2023-12-31"), ("ostrava", "2019-10-31"), ("usti", "2008-02-29")])
def test_the_projects_that_come_with_kpeval_quote_nobody(name, day):
    assert told(kp.findings(kp.load(name, DATA), as_of=day)) == []
    for path in (path for path in (DATA / name).rglob("*") if path.is_file()):
        assert found_in(path.read_text(encoding="utf-8")) == [], path.name


def test_a_public_report_that_quotes_somebody_is_refused_and_the_value_is_not_told(tmp_path):
    facts = project(tmp_path, 'beneficiary = "Jana, jana@example.org"\n')
    period = kp.project_period(facts.projects, as_of=DAY)
    executed = notebook(kp.cover(facts, period, as_of=DAY, lang="en"))
    html = "<h2>Facts</h2>" + executed.cells[1].outputs[0].data["text/html"]
    with pytest.raises(Failed) as caught:
        refuse_personal(executed, html)
    assert caught.value.kind == "privacy"
    assert "jana" not in str(caught.value)
    assert "under “Facts”" in str(caught.value)


def test_a_public_workbook_is_searched_too(tmp_path):
    from kpeval.reporting.asked import Report

    facts = project(tmp_path, 'beneficiary = "Jana, jana@example.org"\n')
    period = kp.project_period(facts.projects, as_of=DAY)
    executed = notebook(kp.cover(facts, period, as_of=DAY, lang="en"))
    content = workbook(executed, Report("p", DAY, "evaluation", "en"))
    with pytest.raises(Failed, match="e-mail"):
        refuse_personal(executed, "<p>nothing</p>", content)


def test_a_public_report_may_quote_what_the_project_allows(tmp_path):
    toml = 'beneficiary = "Úřad, office@example.org"\n[privacy]\nallowed = ["office@example.org"]\n'
    facts = project(tmp_path, toml)
    executed = notebook(kp.cover(facts, kp.project_period(facts.projects, as_of=DAY), as_of=DAY, lang="en"))
    assert refuse_personal(executed, executed.cells[1].outputs[0].data["text/html"]) is None


def test_a_column_of_numbers_of_a_table_as_pages_show_it_holds_no_phone_numbers():
    rows = ((Cell("608 123 456"), Cell("608 123 456", number=True)),)
    html = Table("Counts", ("Who", "How many"), rows)._repr_mimebundle_()[0]["text/html"]

    assert [one.kind for one in found_in_html(html)] == [PHONE]


@pytest.mark.parametrize("number", ["905515\u22150016", "905515\uff0f0016", "905515\u20130016"])
def test_a_birth_number_is_found_with_whatever_stands_for_the_slash(number):
    assert kinds(number) == [BIRTH_NUMBER]


def test_what_is_called_a_birth_number_is_one_whatever_follows():
    assert kinds("r. č. 905515/0016 osob") == [BIRTH_NUMBER]
