"""A report as a workbook: the values of the results, the words of the page, and nothing that runs."""

import hashlib
import json
import math
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace
from zipfile import ZipFile

import nbformat
import openpyxl
import pandas as pd
import pytest
from conftest import HEADING

import kpeval as kp
from kpeval.present import tables
from kpeval.present.display import SHOWN, Cell, Omitted, Table
from kpeval.present.language import language
from kpeval.reporting.asked import Report
from kpeval.reporting.failure import Failed
from kpeval.reporting.workbook import workbook

DAY = "2022-12-31"
MISSING = re.compile(
    r"\[[xzc]\]|not stated|no value|none yet|at least .*|v podkladech neuvedeno|.*bez údaje|chybí.*|nejméně .*"
)


def notebook(*shown):
    """A notebook as if it had been executed: a cell for each thing shown, outputs as they come from a kernel."""
    cells = [nbformat.v4.new_markdown_cell(HEADING)]
    for one in shown:
        data, about = one._repr_mimebundle_()
        output = nbformat.v4.new_output("execute_result", data, metadata=about, execution_count=1)
        cells.append(nbformat.v4.new_code_cell("", outputs=[output]))
    return nbformat.reads(json.dumps(nbformat.v4.new_notebook(cells=cells)), as_version=4)


def opened(content):
    return openpyxl.load_workbook(BytesIO(content))


def measured(project, lang, day=DAY):
    facts = kp.load(project).known(day)
    results = SimpleNamespace(
        shares=kp.budget_shares(facts.funding, facts.projects),
        reconciliation=kp.reconciliation(facts.funding, facts.projects),
        fulfilment=kp.indicator_fulfilment(
            facts.indicators, facts.targets, facts.measurements, facts.projects, as_of=day
        ),
        timeline=kp.activity_timeline(facts.activities, facts.projects, as_of=day),
        outputs=kp.output_delivery(facts.outputs, as_of=day),
        findings=kp.findings(facts, as_of=day, lang=lang),
        period=kp.project_period(facts.projects, as_of=day),
    )
    return facts, results


@pytest.fixture(scope="session")
def demo(request):
    """The demo's results, their tables, and the workbook of a report that shows them, in Czech."""
    facts, results = measured("demo", "cs")
    shown = {
        "shares": tables.budget_shares(results.shares, results.reconciliation, lang="cs"),
        "reconciliation": tables.reconciliation(results.reconciliation, lang="cs"),
        "fulfilment": tables.indicator_fulfilment(results.fulfilment, lang="cs", full=True),
        "timeline": tables.activity_timeline(results.timeline, lang="cs"),
        "outputs": tables.output_delivery(results.outputs, lang="cs"),
        "groups": tables.target_groups(facts.target_groups, lang="cs"),
        "findings": tables.findings(results.findings, lang="cs"),
    }
    cover = kp.cover(facts, results.period, as_of=DAY, lang="cs")
    foot = kp.provenance(facts, as_of=DAY, lang="cs")
    executed = notebook(cover, *shown.values(), Omitted("Není uveden žádný cíl."), foot)
    content = workbook(executed, Report("demo", DAY, "evaluation", "cs"))
    sheets = dict(zip(shown, opened(content).worksheets[1:-1], strict=True))
    return SimpleNamespace(
        facts=facts, results=results, shown=shown, content=content, sheets=sheets, cover=cover, foot=foot
    )


def headings(sheet):
    """The row of headings: the first below which the panes are frozen."""
    row = int(re.search(r"\d+$", sheet.freeze_panes)[0]) - 1
    return row, [plain(cell.value) for cell in sheet[row] if cell.value is not None]


def plain(value):
    return value.replace("\xa0", " ") if isinstance(value, str) else value


def column(sheet, heading, rows):
    top, names = headings(sheet)
    place = names.index(heading) + 1
    return [plain(sheet.cell(top + 1 + row, place).value) for row in range(rows)]


def same(shown, expected):
    """Each value to the fifteenth digit; where a result has none, a text stands that says so."""
    for one, value in zip(shown, expected, strict=True):
        if pd.isna(value):
            assert MISSING.fullmatch(one), one
        else:
            assert one == pytest.approx(value, rel=1e-15, abs=1e-300)
    return True


def test_amounts_and_shares_are_the_results_own_unrounded(demo):
    sheet, shares = demo.sheets["shares"], demo.results.shares
    assert same(column(sheet, "Částka (Kč)", len(shares)), shares["amount"])
    assert same(column(sheet, "Uvedený podíl (%)", len(shares)), shares["declared_share"])
    assert same(column(sheet, "Podíl na celkových nákladech (%)", len(shares)), shares["share_of_total"])


def test_indicators_are_the_results_own_with_their_unit_beside(demo):
    sheet, results = demo.sheets["fulfilment"], demo.results.fulfilment
    rows = len(results)
    assert same(column(sheet, "Cílová hodnota", rows), results["target"])
    assert same(column(sheet, "Dosažená hodnota", rows), results["actual"])
    assert same(column(sheet, "Výchozí hodnota", rows), results["baseline"])
    assert same(column(sheet, "Zbývá do cílové hodnoty", rows), results["gap"])
    shown = pd.Series(column(sheet, "Jednotka", rows))
    stated = (results["accumulation"] != "ratio") & results["unit"].notna()
    assert shown[stated].tolist() == results["unit"][stated].tolist()
    assert {*shown[results["accumulation"] == "ratio"]} == {"%"}


def test_differences_of_shares_are_percentage_points_and_money_stands_in_its_currency():
    facts, results = measured("demo", "en")
    spent = kp.drawdown(facts.finance_plan, facts.transactions, facts.projects, as_of=DAY)
    cover = kp.cover(facts, results.period, as_of=DAY, lang="en")
    table = tables.drawdown(spent, lang="en")
    sheet = opened(workbook(notebook(cover, table), Report("demo", DAY, "evaluation", "en"))).worksheets[1]
    rows = len(table.rows)
    shown = dict(
        zip(
            column(sheet, "Figure", rows),
            zip(column(sheet, "Value", rows), column(sheet, "Unit", rows), strict=True),
            strict=True,
        )
    )
    assert shown["Spent minus planned"] == (pytest.approx(spent["gap"][0] * 100, rel=1e-15), "pp")
    assert shown["Spent by the day"] == (pytest.approx(spent["spent"][0], rel=1e-15), "CZK")
    assert shown["Time elapsed"] == (pytest.approx(spent["elapsed"][0], rel=1e-15), "%")


def test_a_share_is_shown_in_percent_with_the_pages_decimals(demo):
    top, names = headings(demo.sheets["shares"])
    row = demo.sheets["shares"][top + 1]
    formats = dict(zip(names, (cell.number_format for cell in row), strict=False))
    assert formats["Uvedený podíl (%)"] == '0"\xa0"%'
    assert formats["Podíl na celkových nákladech (%)"] == '0.0"\xa0"%'
    assert formats["Částka (Kč)"] == "#,##0.00"


def test_days_are_dates_and_periods_their_two_ends(demo):
    sheet, timeline = demo.sheets["timeline"], demo.results.timeline
    for heading, name in (("Plán: od", "planned_start"), ("Plán: do", "planned_end")):
        exact = timeline.get(f"{name}_precision")
        for place, (one, day) in enumerate(zip(column(sheet, heading, len(timeline)), timeline[name], strict=True)):
            if exact is not None and exact[place] not in ("day", None):
                assert isinstance(one, str)  # a month is no day
            else:
                assert one == day.to_pydatetime()
    due = column(demo.sheets["outputs"], "Termín", len(demo.results.outputs))
    for one, day in zip(due, demo.results.outputs["due"], strict=True):
        assert one == ("v podkladech neuvedeno" if pd.isna(day) else day.to_pydatetime())


def test_a_month_does_not_become_a_day(demo):
    ends = [one for name in ("Plán: od", "Plán: do") for one in column(demo.sheets["timeline"], name, 6)]
    assert [one for one in ends if isinstance(one, str)] == ["září 2021", "duben 2022"]


def test_what_is_at_least_stays_said_in_words(demo):
    sizes = column(demo.sheets["groups"], "Odhad velikosti", len(demo.facts.target_groups))
    assert "nejméně 210" in sizes
    assert 1240 in sizes


def test_no_number_that_is_missing_becomes_empty_or_0(demo):
    for name, table in demo.shown.items():
        for cell in (cell for row in table.rows for cell in row if cell.number and cell.value is None):
            assert MISSING.fullmatch(plain(cell.text)) or not cell.text, (name, cell)
    for sheet in demo.sheets.values():
        top, names = headings(sheet)
        for place, heading in enumerate(names, start=1):
            cells = [sheet.cell(row, place) for row in range(top + 1, sheet.max_row + 1)]
            numbers = [cell for cell in cells if isinstance(cell.value, int | float)]
            last = max((cell.row for cell in numbers), default=0)
            assert all(cell.value not in (None, "") for cell in cells if cell.row <= last), (sheet.title, heading)


def test_marks_stand_in_a_column_of_their_own(demo):
    sheet, results = demo.sheets["fulfilment"], demo.results.fulfilment
    marks = column(sheet, "Výchozí hodnota: označení", len(results))
    assert [mark == "předpoklad" for mark in marks] == results["assumed"].fillna(False).tolist()
    assert "změněno" in column(sheet, "Cílová hodnota: označení", len(results))


def test_every_row_and_column_of_the_page_stands_in_the_workbook(demo):
    for name, table in demo.shown.items():
        top, names = headings(demo.sheets[name])
        for heading in map(plain, table.headings):
            assert any(one == heading or one.startswith((f"{heading} (", f"{heading}: ")) for one in names), heading
        first = [demo.sheets[name].cell(top + 1 + row, 1).value for row in range(len(table.rows))]
        assert first == [row[0].text for row in table.rows]


def test_notes_stand_below_the_table_and_the_source_last(demo):
    for name, table in demo.shown.items():
        said = [cell.value for cell in demo.sheets[name]["A"] if cell.value is not None]
        assert set(table.notes) <= set(said)
        assert said[-1].startswith("Zdroj: data projektu, viz list „Původ údajů“.")


def test_codes_stand_as_words(demo):
    words = {plain(cell.value) for sheet in demo.sheets.values() for row in sheet.iter_rows() for cell in row}
    assert words & {"on_track", "far_behind", "eu", "municipality", "no_record", "error", "warning"} == set()
    assert {"v souladu s plánem", "obec", "upozornění"} <= words


def test_headings_are_frozen_and_long_tables_can_be_filtered_but_not_their_sum(demo):
    sheet = demo.sheets["shares"]
    top, names = headings(sheet)
    assert sheet.auto_filter.ref == f"A{top}:E{top + len(demo.results.shares)}"
    assert len(names) == 5
    assert demo.sheets["reconciliation"].auto_filter.ref is None


def test_the_first_sheet_lists_the_others_and_leads_to_them(demo):
    book = opened(demo.content)
    first = book.worksheets[0]
    links = [cell.hyperlink for row in first.iter_rows() for cell in row if cell.hyperlink]
    assert [link.location for link in links] == [f"'{name}'!A1" for name in book.sheetnames[1:]]
    assert all(link.target is None for link in links)
    said = {cell.value for row in first.iter_rows() for cell in row}
    assert {demo.cover.title, "Data tohoto projektu jsou smyšlená.", "Není uveden žádný cíl."} <= said


def test_what_the_evaluator_says_nothing_to_is_not_listed_as_left_out():
    facts, results = measured("demo", "en")
    cover, foot = kp.cover(facts, results.period, as_of=DAY, lang="en"), kp.provenance(facts, as_of=DAY, lang="en")
    silent = kp.commentary(facts, "findings", as_of=DAY, lang="en")
    shown = notebook(cover, silent, Omitted("No key figure moved."), foot)

    said = [row[0].value for row in opened(workbook(shown, Report("demo", DAY, "evaluation", "en"))).worksheets[0].rows]

    assert isinstance(silent, Omitted)
    assert said[-2:] == ["What the report leaves out", "No key figure moved."]
    assert str(silent) not in said


def test_key_figures_are_numbers():
    facts, results = measured("demo", "en")
    spent = kp.drawdown(facts.finance_plan, facts.transactions, facts.projects, as_of=DAY)
    three = kp.three_way(results.period, spent, results.fulfilment)
    figures = kp.key_figures(results.reconciliation, three, results.fulfilment, results.findings, lang="en")
    cover = kp.cover(facts, results.period, as_of=DAY, lang="en")
    sheet = opened(workbook(notebook(cover, figures), Report("demo", DAY, "evaluation", "en"))).worksheets[0]
    shown = {sheet.cell(row, 2).value: sheet.cell(row, 1) for row in range(1, sheet.max_row + 1)}
    assert shown["of the time elapsed"].value == pytest.approx(three["time"][0], rel=1e-15)
    assert shown["of the time elapsed"].number_format == "0.0%"


def test_provenance_has_the_whole_fingerprint_of_each_file(demo):
    said = [cell.value for row in opened(demo.content).worksheets[-1].iter_rows() for cell in row]
    assert set(demo.facts.files["sha256"]) | {demo.facts.fingerprint} <= set(said)
    assert set(demo.facts.files["bytes"].tolist()) <= set(said)
    assert any(str(one).startswith("kpeval ") for one in said)
    assert "Data tohoto projektu jsou smyšlená." in said


def test_a_draft_says_so_on_every_sheet(demo):
    draft = replace(demo.cover, about={**demo.cover.about, "state": "draft"})
    executed = notebook(draft, *demo.shown.values(), demo.foot)
    for sheet in opened(workbook(executed, Report("demo", DAY, "evaluation", "cs"))):
        said = [str(row[0].value) for row in sheet.iter_rows(max_row=5)]
        assert any("Návrh: údaje se mohou ještě změnit." in one for one in said), sheet.title


HOSTILE = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://127.0.0.1/","x")',
    "+420",
    "-5+6",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "{=1+1}",
    "http://127.0.0.1/",
    "mailto:x@example.org",
    "internal:'x'!A1",
    "external:c:\\x.xlsx",
    "<script>alert(1)</script>",
    "]]>&lt;&#x3d;",
    "a\x01b\x0bc",
    "_x0041_",
    "\ufffe\uffff",
    "\u202eabc",
    "0",
    "007",
    "1e5",
    "TRUE",
    "#REF!",
    "2020-01-01",
    "’=1",
    "\U0001f600" * 9,
]


def hostile_book():
    facts, results = measured("demo", "en")
    cover = kp.cover(facts, results.period, as_of=DAY, lang="en")
    rows = tuple((Cell(text), Cell(text, True, mark=text, value=1.5, kind="number", unit=text)) for text in HOSTILE)
    shown = [Table(text, ("=heading", text), rows, (text,)) for text in ("=caption", "[a]:b*c?d/e\\f", "'q'")]
    return workbook(notebook(cover, *shown), Report("demo", DAY, "evaluation", "en"))


def test_no_text_becomes_a_formula_or_a_link_out():
    content = hostile_book()
    with ZipFile(BytesIO(content)) as parts:
        written = {name: parts.read(name).decode() for name in parts.namelist()}
    assert [name for name, text in written.items() if re.search(r"<f[ >/]|TargetMode|externalLink|ddeLink", text)] == []
    cells = [cell for sheet in opened(content) for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert {cell.value for cell in cells if cell.data_type == "n"} <= {1.5, None} | {*range(100)}


def test_hostile_text_stands_there_as_it_is():
    sheet = opened(hostile_book()).worksheets[1]
    top, _ = headings(sheet)
    shown = [sheet.cell(top + 1 + row, 1).value for row in range(len(HOSTILE))]
    odd = {"\r=1", "\ufffe\uffff"}  # XML has one kind of line break, and not these letters
    for text, one in zip(HOSTILE, shown, strict=True):
        if text not in odd:
            assert one == text.replace("\x01", "_x0001_").replace("\x0b", "_x000B_")  # XML holds no control characters


def test_text_that_could_turn_into_a_formula_when_edited_is_kept_as_text():
    sheet = opened(hostile_book()).worksheets[1]
    top, _ = headings(sheet)
    assert [sheet.cell(top + 1 + row, 1).quotePrefix for row in range(3)] == [True] * 3


def test_what_a_cell_says_beside_its_value_stands_in_columns_of_its_own():
    facts, results = measured("demo", "en")
    cover = kp.cover(facts, results.period, as_of=DAY, lang="en")

    def number(value, unit):
        return Cell(f"{value} {unit}", True, value=value, kind="number", unit=unit)

    parts = (("", number(1, "dny")), ("target", number(5, "dny")), ("status", Cell("behind")))
    first = Cell("A"), Cell("1 (target 5); behind", True, parts=parts), number(4, "pp")
    rows = first, (Cell("B"), number(7, "%"), Cell("[x]", True))
    table = Table("Moved", ("Figure", "Now", "Difference"), rows)
    sheet = opened(workbook(notebook(cover, table), Report("demo", DAY, "evaluation", "en"))).worksheets[1]
    top, names = headings(sheet)
    assert names == ["Figure", "Unit", "Now", "Now: target (dny)", "Now: status", "Difference (pp)"]
    shown = [[sheet.cell(top + 1 + row, place).value for place in range(1, 7)] for row in range(2)]
    assert shown == [["A", "dny", 1, 5, "behind", 4], ["B", "%", 7, "[z]", "[z]", "[x]"]]


def test_a_column_of_units_holds_only_for_columns_that_agree_with_it():
    facts, results = measured("demo", "en")
    cover = kp.cover(facts, results.period, as_of=DAY, lang="en")

    def row(*units):
        return (Cell("x"), *(Cell("1", True, value=1, kind="number", unit=unit) for unit in units))

    table = Table("Units", ("", "a", "b", "c"), (row("m", "m", "pp"), row("kg", "kg", "kg")))
    sheet = opened(workbook(notebook(cover, table), Report("demo", DAY, "evaluation", "en"))).worksheets[1]
    top = int(re.search(r"\d+$", sheet.freeze_panes)[0]) - 1
    shown = [[sheet.cell(row, place).value for place in range(2, 7)] for row in range(top, top + 3)]
    assert shown == [["Unit", "a", "b", "Unit", "c"], ["m", 1, 1, "pp", 1], ["kg", 1, 1, "kg", 1]]


def test_a_withheld_number_stays_withheld():
    facts, results = measured("demo", "en")
    cover = kp.cover(facts, results.period, as_of=DAY, lang="en")
    table = Table("People", ("Group", "Count"), ((Cell("men"), Cell("[c]", True)), (Cell("women"), Cell("", True))))
    sheet = opened(workbook(notebook(cover, table), Report("demo", DAY, "evaluation", "en"))).worksheets[1]
    assert column(sheet, "Count", 2) == ["[c]", "[z]"]


def test_text_beyond_what_a_cell_holds_is_shortened_and_says_so():
    facts, results = measured("demo", "en")
    cover = kp.cover(facts, results.period, as_of=DAY, lang="en")
    long = "\U0001f600" * 20_000  # two units each, as a spreadsheet counts
    table = Table("Long", ("Text", "More"), ((Cell(long), Cell("x" * 32_767)),))
    sheet = opened(workbook(notebook(cover, table), Report("demo", DAY, "evaluation", "en"))).worksheets[1]
    cut, whole = column(sheet, "Text", 1)[0], column(sheet, "More", 1)[0]
    assert cut.endswith("… [shortened: 20,000 characters in all]")
    assert len(cut.encode("utf-16-le")) // 2 <= 32_767
    assert whole == "x" * 32_767


def test_a_day_before_spreadsheets_agree_on_days_stays_text():
    facts, results = measured("demo", "en")
    cover = kp.cover(facts, results.period, as_of=DAY, lang="en")
    days = [Cell("1 Jan 1848", value="1848-01-01", kind="day"), Cell("1 Mar 1900", value="1900-03-01", kind="day")]
    table = Table("Days", ("Day", "x"), tuple((day, Cell("")) for day in days))
    sheet = opened(workbook(notebook(cover, table), Report("demo", DAY, "evaluation", "en"))).worksheets[1]
    assert column(sheet, "Day", 2) == ["1 Jan 1848", pd.Timestamp(1900, 3, 1)]


def test_names_of_sheets_are_short_different_and_allowed():
    names = opened(hostile_book()).sheetnames
    assert names == ["Contents", "1 =caption", "2 a b c d e f", "3 'q", "Provenance"]
    facts, results = measured("demo", "en")
    cover = kp.cover(facts, results.period, as_of=DAY, lang="en")
    alike = [Table("a caption that is longer than a name may be", ("x",), ((Cell("1"),),))] * 11
    names = opened(workbook(notebook(cover, *alike), Report("demo", DAY, "evaluation", "en"))).sheetnames
    assert max(map(len, names)) <= 31
    assert len({name.casefold() for name in names}) == 13


def test_a_table_without_values_is_refused():
    facts, results = measured("demo", "en")
    executed = notebook(kp.cover(facts, results.period, as_of=DAY, lang="en"), Table("x", ("a",), ((Cell("1"),),)))
    del executed.cells[-1].outputs[0].data[SHOWN]
    with pytest.raises(Failed, match="without its values"):
        workbook(executed, Report("demo", DAY, "evaluation", "en"))


def test_values_of_cells_are_unrounded_and_finite():
    shares = kp.budget_shares(measured("demo", "en")[0].funding, measured("demo", "en")[0].projects)
    for table in (tables.budget_shares(shares, lang="en"),):
        values = [cell.value for row in table.rows for cell in row if cell.kind in ("number", "share")]
        assert values
        assert all(math.isfinite(value) for value in values)


AGAIN = """
import sys, nbformat, hashlib
from kpeval.reporting.asked import Report
from kpeval.reporting.workbook import workbook
executed = nbformat.reads(sys.stdin.read(), as_version=4)
print(hashlib.sha256(workbook(executed, Report("pilot", "2023-12-31", "small", "cs"))).hexdigest())
"""


@pytest.mark.slow
def test_the_bytes_are_the_same_in_another_process_and_on_another_day(made):
    text = made.kept["cs"].read_text(encoding="utf-8")
    told = {**os.environ, "PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"}
    run = subprocess.run(
        [sys.executable, "-c", AGAIN], input=text, capture_output=True, text=True, env=told, check=True
    )
    content = workbook(nbformat.reads(text, as_version=4), Report("pilot", "2023-12-31", "small", "cs"))
    assert hashlib.sha256(content).hexdigest() == run.stdout.strip()
    with ZipFile(BytesIO(content)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "1980-01-01T00:00:00Z" in parts.read("docProps/core.xml").decode()


@pytest.mark.slow
def test_libreoffice_reads_the_same_values(demo, tmp_path):
    office = shutil.which("soffice") or pytest.skip("no LibreOffice here: apt install libreoffice-calc")
    (tmp_path / "in.xlsx").write_bytes(demo.content)
    own = f"-env:UserInstallation=file://{tmp_path}/profile"
    arguments = [
        "--headless",
        own,
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path / "out"),
        str(tmp_path / "in.xlsx"),
    ]
    subprocess.run([office, *arguments], check=True, capture_output=True, timeout=120)
    ours, theirs = opened(demo.content), openpyxl.load_workbook(tmp_path / "out" / "in.xlsx")
    assert theirs.sheetnames == ours.sheetnames
    compared = 0
    for sheet in ours:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
            value = theirs[sheet.title][cell.coordinate].value
            expected = pytest.approx(cell.value, rel=1e-14) if isinstance(cell.value, float) else cell.value
            assert value == expected, (sheet.title, cell.coordinate)
            compared += 1
    assert compared > 400


def test_czech_and_english_pages_say_the_same_numbers(demo):
    facts, results = measured("demo", "en")
    cover = kp.cover(facts, results.period, as_of=DAY, lang="en")
    table = tables.indicator_fulfilment(results.fulfilment, lang="en", full=True)
    sheet = opened(workbook(notebook(cover, table), Report("demo", DAY, "evaluation", "en"))).worksheets[1]

    def numbers(sheet):
        return [cell.value for row in sheet.iter_rows() for cell in row if not isinstance(cell.value, str | None)]

    assert numbers(sheet) == numbers(demo.sheets["fulfilment"])
    assert language("en").say("Unit") in [cell.value for cell in sheet[headings(sheet)[0]]]
