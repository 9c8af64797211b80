"""kpeval verify tells what follows from the data, which figures moved, and what on a page was altered; and no more."""

import json
import os
import re
import shutil
import time

import pytest
from click.testing import CliRunner
from conftest import DAY, FUNDING, in_this_process

from kpeval.cli import main
from kpeval.present.language import MINUS
from kpeval.reporting import claims
from kpeval.reporting.asked import Report
from kpeval.reporting.job import Made
from kpeval.reporting.moved import Moved, moved, shown_otherwise
from kpeval.reporting.record import CLOSING, OPENING, sealed
from kpeval.reporting.recorded import NoReport, Results, Unreadable, record_of, text_of
from kpeval.reporting.shown import differences, otherwise
from kpeval.reporting.verify import verified

ENGLISH = Report("pilot", DAY, "small", "en")
VISIBLE, RECORDED = "CZK\u00a0200", '"municipality",200,'


def resealed(html):
    """As somebody would do it who knows how pages are sealed."""
    return sealed(re.sub(r'"seal":"[^"]*"', '"seal":""', html, count=1))


def altered(html, *pairs):
    for old, new in pairs:
        assert old in html, old
        html = html.replace(old, new)
    return html


def forgeries(html):
    """Pages by what was done to them."""
    version = (('"versions":{"kpeval":"', '"versions":{"kpeval":"1'), ("kpeval 2", "kpeval 12"))
    return {
        "untouched": html,
        "number": altered(html, (VISIBLE, "CZK\u00a0201")),
        "number, sealed anew": resealed(altered(html, (VISIBLE, "CZK\u00a0201"))),
        "record": altered(html, (RECORDED, '"municipality",201,')),
        "record, sealed anew": resealed(altered(html, (RECORDED, '"municipality",201,'))),
        "both, sealed anew": resealed(altered(html, (VISIBLE, "CZK\u00a0201"), (RECORDED, '"municipality",201,'))),
        "picture, sealed anew": resealed(altered(html, ("<svg ", '<svg opacity="0" '))),
        "policy, sealed anew": resealed(html.replace("default-src 'none'", "default-src *")),
        "hash in the record, sealed anew": resealed(re.sub('("funding.csv":")....', r"\g<1>0000", html)),
        "another version": resealed(altered(html, *version)),
        "another version and a number": resealed(altered(html, *version, (VISIBLE, "CZK\u00a0201"))),
        "another version and a style": resealed(altered(html, *version, ("</style>", "main p{display:none}</style>"))),
        "another version and a style in a picture": resealed(
            altered(html, *version, ("<svg ", "<svg><style/><text>150 %</text></style></svg><svg "))
        ),
        "another notebook": resealed(re.sub(r'"notebook":"[0-9a-f]{16}"', '"notebook":"0123456789abcdef"', html)),
    }


def verdicts(made, folder, pages, funding=FUNDING):
    """What is found of each page where the data are so."""
    data = folder / "data"
    shutil.copytree(made.folder / "data", data)
    (data / "pilot" / "funding.csv").write_text(funding, encoding="utf-8")
    files = {}
    for number, (name, html) in enumerate(pages.items()):
        files[folder / f"{number}.html"] = name
        (folder / f"{number}.html").write_text(html, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made.folder)
        found = list(verified(files, data=data, executor=in_this_process))
    assert [page for page, _ in found] == list(files)
    return {files[page]: verdict for page, verdict in found}


@pytest.fixture(scope="session")
def forged(made):
    return forgeries(made.pages["en"])


@pytest.fixture(scope="session")
def same_data(made, forged, tmp_path_factory):
    return verdicts(made, tmp_path_factory.mktemp("same"), forged)


@pytest.fixture(scope="session")
def moved_data(made, forged, tmp_path_factory):
    """One haléř more in funding.csv."""
    return verdicts(made, tmp_path_factory.mktemp("moved"), forged, FUNDING.replace("200.00", "200.01"))


@pytest.fixture(scope="session")
def noted_data(made, forged, tmp_path_factory):
    """A note in funding.csv, from which no figure comes."""
    header, *rows = FUNDING.splitlines()
    noted = "\n".join([f"{header},note", *(f"{row},agreed by phone" for row in rows)])
    return verdicts(made, tmp_path_factory.mktemp("noted"), {"untouched": forged["untouched"]}, noted)


@pytest.mark.slow
class TestWithTheSameData:
    def test_an_untouched_page_follows_from_them(self, same_data):
        assert same_data["untouched"].state == "follows"
        assert "byte for byte" in same_data["untouched"].said[0]

    @pytest.mark.parametrize(
        "done",
        ["number", "number, sealed anew", "record", "record, sealed anew", "both, sealed anew", "picture, sealed anew",
         "policy, sealed anew"],
    )  # fmt: skip
    def test_whatever_is_altered_is_found_out(self, same_data, done):
        assert same_data[done].state == "altered"

    def test_a_seal_that_does_not_fit_is_told_from_one_made_anew(self, same_data):
        assert "does not fit" in same_data["number"].said[0]
        assert "sealed it again" in same_data["number, sealed anew"].said[0]

    @pytest.mark.parametrize("done", ["number", "number, sealed anew", "both, sealed anew"])
    def test_it_is_said_where_and_what_should_stand_there(self, same_data, done):
        assert same_data[done].places[-1] == (
            "the table “Sources of funding and their shares”, row “město”, “Amount”", "CZK 201", "CZK 200",
        )  # fmt: skip

    def test_a_figure_that_only_the_record_says_is_named(self, same_data):
        (figure,) = same_data["record, sealed anew"].figures

        assert figure == ("Sources of funding and their shares", "město", "amount", "CZK 201.00", "CZK 200.00")

    def test_an_altered_policy_is_found_in_the_head(self, same_data):
        (place,) = same_data["policy, sealed anew"].places

        assert place.place == "the head of the page"
        assert "default-src *" in place.was

    def test_what_another_version_made_follows_where_it_shows_the_same(self, same_data):
        verdict = same_data["another version"]

        assert verdict.state == "follows"
        assert len(verdict.versions) == 1
        assert re.match(r"made by kpeval 12\S+, here is 2\S+", verdict.versions[0])

    def test_what_another_version_made_and_what_was_altered_is_not_told_apart_and_not_trusted(self, same_data):
        verdict = same_data["another version and a number"]

        assert verdict.state == "differs"
        assert "cannot be told here" in verdict.said[-1]
        assert "CZK 201" in verdict.places[-1].was

    @pytest.mark.parametrize("what", ["a style", "a style in a picture"])
    def test_a_style_that_could_hide_or_show_something_is_not_trusted_whatever_made_the_page(self, same_data, what):
        assert same_data[f"another version and {what}"].state == "differs"

    def test_another_notebook_is_named(self, same_data):
        assert same_data["another notebook"].versions == ("made by another state of the notebook small than that here",)


@pytest.mark.slow
class TestWithOtherData:
    def test_the_file_and_the_figures_are_named(self, moved_data):
        verdict = moved_data["untouched"]

        assert (verdict.state, verdict.data) == ("moved", ("funding.csv changed",))
        assert (
            Moved("Sources of funding and their shares", "město", "amount", "CZK 200.00", "CZK 200.01")
            in verdict.figures
        )

    def test_a_figure_that_moves_less_than_is_shown_of_it_is_written_out(self, moved_data):
        shares = [one[1:] for one in moved_data["untouched"].figures if one.column == "share of the total cost"]

        assert shares == [("město", "share of the total cost", "20.0000%", "20.0010%")]

    def test_a_note_that_moves_no_figure_is_told_as_that(self, noted_data):
        verdict = noted_data["untouched"]

        assert (verdict.state, verdict.data, verdict.figures) == ("moved", ("funding.csv changed",), ())
        assert verdict.said[0] == "No figure moved: the report says the same."

    @pytest.mark.parametrize("done", ["number", "record"])
    def test_a_seal_that_does_not_fit_is_told_all_the_same(self, moved_data, done):
        assert moved_data[done].state == "altered"
        assert "does not fit" in moved_data[done].said[0]

    @pytest.mark.parametrize(
        ("done", "shown"), [("number, sealed anew", "CZK 201"), ("record, sealed anew", "CZK 200")]
    )
    def test_a_page_that_contradicts_its_own_record_is_altered(self, moved_data, done, shown):
        verdict = moved_data[done]

        assert verdict.state == "altered"
        assert [(place.place, place.was.replace("\u00a0", " ")) for place in verdict.places] == [
            ("the table “Sources of funding and their shares”, row 2, “Amount”", shown)
        ]

    def test_what_only_the_data_of_then_could_tell_is_said(self, moved_data):
        verdict = moved_data["both, sealed anew"]

        assert verdict.state == "moved"
        assert "only those can tell" in verdict.said[-1]

    def test_an_untouched_page_contradicts_itself_nowhere(self, moved_data, noted_data):
        assert moved_data["untouched"].places == noted_data["untouched"].places == ()

    def test_a_hash_that_foot_and_record_do_not_share_is_found_out(self, moved_data):
        verdict = moved_data["hash in the record, sealed anew"]

        assert verdict.state == "altered"
        assert [place.place for place in verdict.places] == ["the foot, funding.csv"]


# --- what cannot be verified, or comes from somebody who means harm ---


def nothing(jobs):
    """An executor that makes nothing, and must not be asked to."""
    assert list(jobs) == []
    return []


RECORD = {
    "form": 1,
    "seal": "0" * 64,
    "notebook": "small",
    "parameters": {"project": "pilot", "as_of": DAY, "lang": "en"},
    "beside": {"languages": [], "formats": []},
    "versions": {"kpeval": "2026.1", "pandas": "3", "Python": "3.11"},
    "code": {"kpeval": "0" * 16, "notebook": "0" * 16},
    "data": {"funding.csv": "0" * 64},
    "tables": [{"cell": "a", "table": "b", "caption": "c", "fields": {"x": "n"}, "same": {}, "rows": [[1]]}],
}


def with_record(text):
    return f"<html>{OPENING}{text}{CLOSING}</html>"


def changed(*path, to):
    """The record with one thing in it replaced."""
    told = json.loads(json.dumps(RECORD))
    *way, last = path
    inner = told
    for name in way:
        inner = inner[name]
    inner[last] = to
    return with_record(json.dumps(told, separators=(",", ":")))


HOSTILE = {
    "empty": ("", "is no page of kpeval"),
    "another page": ("<html><title>News</title></html>", "is no page of kpeval"),
    "another script": ("<script>alert(1)</script>", "its one script is no record"),
    "two records": (with_record("{}") + with_record("{}"), "holds 2 script elements"),
    "a script beside": (with_record(json.dumps(RECORD)) + "<SCRIPT >alert(1)</script>", "holds 2 script elements"),
    "no end": (OPENING + "{}", "its one script is no record"),
    "no JSON": (with_record("{"), "not JSON"),
    "a list": (with_record("[]"), "it is not an object"),
    "nested": (with_record("[" * 200_000), "nested too deep"),
    "a name twice": (with_record('{"form":1,"form":2}'), "a name stands twice"),
    "no number": (with_record('{"form":NaN}'), "a number that is none"),
    "another form": (changed("form", to=2), "its form is not 1"),
    "form true": (changed("form", to=True), "its form is not 1"),
    "a path": (changed("parameters", "project", to="../../etc"), "is no name"),
    "a path to a notebook": (changed("notebook", to="../../tmp/evil"), "its notebook is no name"),
    "no day": (changed("parameters", "as_of", to="2023-02-30"), "its day is no day"),
    "code as a day": (changed("parameters", "since", to="2020-01-01'; import os"), "is no day"),
    "another parameter": (changed("parameters", "__import__", to="os"), "not those of a report"),
    "a parameter that is no text": (changed("parameters", "lang", to=["en"]), "not names with texts"),
    "a path to a language": (changed("beside", "languages", to=["../x"]), "is no name"),
    "a language that is no text": (changed("beside", "languages", to=[1]), "is no name"),
    "a format": (changed("beside", "formats", to=["../pdf"]), "is no name"),
    "no formats": (changed("beside", to=[]), "not JSON of the form"),
    "no hash": (changed("data", "funding.csv", to="x"), "the hash of a data file is none"),
    "no seal": (changed("seal", to=1), "its seal is none"),
    "no rows": (changed("tables", 0, "rows", to=[[1, 2]]), "rows misfit"),
    "a text as a number": (changed("tables", 0, "rows", to=[["1"]]), "not of its field's type"),
    "a number of 400 digits": (changed("tables", 0, "rows", to=[[10**400]]), "not of its field's type"),
    "an infinite number": (changed("tables", 0, "rows", to=[[1]]).replace("[[1]]", "[[1e999]]"), "of its field's type"),
    "a number of 5,000 digits": (changed("tables", 0, "rows", to=[[1]]).replace("[[1]]", f"[[{'9' * 5000}]]"), "JSON"),
    "a field of no type": (changed("tables", 0, "fields", "x", to="number"), "fields are of no type"),
    "no table": (changed("tables", to=["x"]), "not JSON of the form"),
    "no tables": (changed("tables", to=1), "not JSON of the form"),
}


@pytest.mark.parametrize(("html", "said"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_not_of_the_form_of_a_record_is_refused_in_words(place, html, said):
    page = place / "page.html"
    page.write_text(html)

    ((_, verdict),) = verified([page], data=place / "data", executor=nothing)

    assert verdict.state == "unverified"
    assert said in verdict.said[0]


def test_the_record_that_these_are_made_from_can_be_read():
    assert record_of(with_record(json.dumps(RECORD))).tables[0].rows == [{"x": 1}]


def test_a_page_whose_record_was_removed_and_one_of_an_earlier_version_are_told_as_that():
    with pytest.raises(Unreadable, match="removed, or the page was made by an earlier kpeval"):
        record_of('<html><head><meta name="kpeval:project" content="demo"></head></html>')


def test_the_list_of_reports_is_no_report():
    with pytest.raises(NoReport):
        record_of("<html><title>Reports – kpeval</title></html>")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "is not there"),
        (lambda path: path.mkdir(), "is not a file"),
        (lambda path: os.mkfifo(path), "is not a file"),
        (lambda path: path.write_bytes(b"\xff\xfe\x00"), "not UTF-8"),
        (lambda path: (path.touch(), os.truncate(path, 1 << 30)), "larger than 4 MB"),
        (lambda path: path.symlink_to("/dev/zero"), "is not a file"),
    ],
    ids=["absent", "folder", "pipe", "bytes", "1 GB", "device"],
)
def test_a_file_that_cannot_be_a_page(tmp_path, make, said):
    make(tmp_path / "page.html")

    with pytest.raises(Unreadable, match=said):
        text_of(tmp_path / "page.html")


@pytest.mark.parametrize("project", ["gone", "etc"])
def test_a_project_that_is_gone_is_told_and_nothing_is_run(place, project):
    (place / "page.html").write_text(changed("parameters", "project", to=project))

    ((_, verdict),) = verified([place / "page.html"], data=place / "data", executor=nothing)

    assert verdict.state == "altered"  # its seal does not fit
    assert "no such project" in verdict.said[-1]


def test_a_notebook_that_is_gone_is_told(place):
    (place / "page.html").write_text(resealed(changed("notebook", to="smaller")))

    ((_, verdict),) = verified([place / "page.html"], data=place / "data", executor=nothing)

    assert (verdict.state, verdict.data) == ("moved", ("funding.csv changed", "project.toml added"))
    assert "no such notebook - did you mean 'small'?" in verdict.said[-1]


@pytest.mark.slow
def test_data_that_can_no_longer_be_rendered_are_told_with_the_file(rendered):
    (rendered / "data" / "pilot" / "funding.csv").write_text("nonsense\n", encoding="utf-8")

    ((_, verdict),) = verified([ENGLISH.page(rendered / "reports")], data=rendered / "data", executor=in_this_process)

    assert (verdict.state, verdict.data) == ("moved", ("funding.csv changed",))
    assert "could not be made again: cell" in verdict.said[0]


def test_a_page_full_of_open_tags_is_read_in_no_time():
    page = "<b>" * 20_000 + "<table>" * 5_000
    began = time.perf_counter()

    assert differences(page, page + "x")[0].was == ""
    assert time.perf_counter() - began < 20  # 0.2 s; with the tags above looked through for each, minutes


# --- the command ---


def asked(*arguments):
    return CliRunner().invoke(main, ["verify", *map(str, arguments)])


@pytest.mark.slow
class TestTheCommand:
    def test_says_that_pages_follow_and_touches_nothing(self, rendered):
        before = contents(rendered / "reports")

        result = asked(*(rendered / "reports").rglob("*.html"))

        assert result.exit_code == 0, result.output
        assert result.output.count(": follows from the data\n") == 2
        assert result.output.count(": skipped\n") == 2
        assert contents(rendered / "reports") == before

    def test_names_what_moved_and_ends_with_1(self, rendered):
        (rendered / "data" / "pilot" / "funding.csv").write_text(FUNDING.replace("200.00", "200.01"), encoding="utf-8")

        result = asked(ENGLISH.page(rendered / "reports"))

        assert result.exit_code == 1
        assert "Data: funding.csv changed." in result.output
        assert "Sources of funding and their shares, město, amount: CZK 200.00 → CZK 200.01" in result.output

    def test_tells_programs_in_lines_of_json(self, rendered):
        page = ENGLISH.page(rendered / "reports")
        page.write_text(altered(page.read_text(encoding="utf-8"), (VISIBLE, "CZK\u00a0201")), encoding="utf-8")

        result = asked("--json", page, rendered / "nowhere.html")

        told = [json.loads(line) for line in result.output.splitlines()]
        assert result.exit_code == 1
        assert [one["state"] for one in told] == ["altered", "unverified"]
        assert told[0]["places"][-1]["was"] == "CZK 201"
        assert told[0]["page"] == str(page)


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("no_process")
class TestWrongUse:
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ([], "Missing argument"),
            (["nowhere.html"], "nowhere.html: cannot be verified"),
            (["s3://bucket/page.html"], "is an address: copy the page to this machine first"),
            (["page.html", "--data", "nowhere"], "does not exist"),
        ],
    )
    def test_is_told_and_ends_with_2(self, place, arguments, said):
        result = asked(*arguments)

        assert result.exit_code == 2, result.output
        assert said in result.output

    def test_no_data_folder(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        monkeypatch.delenv("KPEVAL_DATA", raising=False)

        assert "no data/ here or above" in (result := asked("page.html")).output
        assert result.exit_code == 2

    def test_a_list_of_reports_alone_is_nothing_to_verify(self, place):
        (place / "index.html").write_text("<title>Reports – kpeval</title>", encoding="utf-8")

        assert asked("index.html").exit_code == 2

    def test_what_a_page_says_cannot_steer_a_terminal(self, place):
        (place / "page.html").write_text(resealed(changed("parameters", "project", to="gone")))
        name = place / "a\x1b[2J.html"
        shutil.copy(place / "page.html", name)

        assert "\x1b" not in asked(name).output


# --- figures, cell by cell ---


def results(*rows, cell="t", table="budget_shares"):
    fields = {name: "number" if isinstance(value, float) else "string" for name, value in rows[0].items()}
    return Results(cell, table, "Sources", fields, list(rows))


EU, TOWN = {"source": "EU", "amount": 800.0}, {"source": "town", "amount": 200.0}


class TestMoved:
    def test_nothing_where_rows_only_stand_in_another_order(self):
        assert moved([results(EU, TOWN)], [results(TOWN, EU)]) == []

    def test_a_row_that_came_and_one_that_went(self):
        assert moved([results(EU)], [results(TOWN)]) == [
            Moved("Sources", "EU", "", "the row", "not there"),
            Moved("Sources", "town", "", "not there", "the row"),
        ]

    def test_a_table_that_came_and_one_that_went(self):
        assert moved([results(EU, cell="a")], [results(EU, cell="b")]) == [
            Moved("Sources", "", "", "the table", "not there"),
            Moved("Sources", "", "", "not there", "the table"),
        ]

    def test_a_value_that_is_missing_now(self):
        assert moved([results(EU)], [results(EU | {"amount": None})]) == [
            Moved("Sources", "EU", "amount", "800.00", "no value")
        ]

    def test_a_column_that_is_new(self):
        assert moved([results(EU)], [results(EU | {"derived": True})])[0][2:] == ("computed", "no value", "yes")

    def test_rows_with_the_same_key_are_told_apart_by_their_order(self):
        assert len(moved([results(EU, EU)], [results(EU, EU | {"amount": 1.0})])) == 1

    def test_what_floating_point_leaves_is_no_difference(self):
        assert moved([results(EU | {"amount": 0.1 + 0.2})], [results(EU | {"amount": 0.3})]) == []

    def test_1_is_not_true(self):
        assert moved([results(EU | {"derived": True})], [results(EU | {"derived": 1})])

    def test_a_table_that_nothing_declares_is_compared_row_by_row(self):
        assert [one.column for one in moved([results(EU, table="x")], [results(TOWN, table="x")])] == [
            "source",
            "amount",
        ]


def quoting(rows, caption="Goals", part="main"):
    cells = "".join(f"<tr><th>{name}</th><td>{value}</td></tr>" for name, value in rows.items())
    head = f"<caption>{caption}</caption><thead><tr><th>Goal</th><th>Text</th></tr></thead>"
    return f"<{part}><table>{head}<tbody>{cells}</tbody></table></{part}>"


class TestTablesWithoutResults:
    def test_are_compared_as_they_are_shown(self):
        assert shown_otherwise(quoting({"C1": "a", "C2": "b"}), quoting({"C1": "x", "C3": "c"}), []) == [
            Moved("Goals", "C1", "Text", "a", "x"),
            Moved("Goals", "C2", "", "the row", "not there"),
            Moved("Goals", "C3", "", "not there", "the row"),
        ]

    def test_but_not_those_that_have_results_and_not_the_files_in_the_foot(self):
        assert shown_otherwise(quoting({"C1": "a"}), quoting({"C1": "x"}), ["Goals"]) == []
        assert shown_otherwise(quoting({"C1": "a"}, part="footer"), quoting({"C1": "x"}, part="footer"), []) == []


def test_words_that_a_report_would_say_otherwise_are_found_and_hashes_in_the_foot_are_none():
    page = "<main><h2>Money</h2><p>All is spent.</p></main><footer><p>0123</p></footer>"

    assert otherwise(page, page.replace("0123", "4567")) is None
    assert otherwise(page, page.replace("All", "Half")) == (
        "the text under “Money”", "All is spent.", "Half is spent.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "lang", "number"),
    [
        ("CZK\u00a04,165,944.00", "en", (4165944.0, 2)),
        ("4\u00a0165\u00a0944,50\u00a0Kč", "cs", (4165944.5, 2)),
        (f"{MINUS}0.9 pp", "en", (-0.9, 1)),
        ("80\u00a0%", "cs", (80.0, 0)),
        ("[x]", "en", None),
    ],
)
def test_a_number_is_read_from_a_cell_as_its_language_writes_it(cell, lang, number):
    assert claims._number(cell, lang) == number


def test_what_becomes_of_one_page_of_a_report_is_not_taken_for_anothers(made, tmp_path, monkeypatch):
    """One of them says that it has no other language beside it, and cannot be made again: the other can."""
    monkeypatch.chdir(made.folder)
    pages = {tmp_path / "good.html": made.pages["en"]}
    pages[tmp_path / "bad.html"] = resealed(re.sub('"languages":\\[[^]]*\\]', '"languages":[]', made.pages["en"]))
    for page, html in pages.items():
        page.write_text(html, encoding="utf-8")

    def executor(jobs):
        for job in sorted(jobs, key=lambda job: len(job.sisters)):
            yield from in_this_process([job]) if job.sisters else [Made(job.report, {}, 0.0, "no", "notebook")]

    found = dict(verified(pages, data=made.folder / "data", executor=executor))

    assert [found[page].state for page in pages] == ["follows", "unverified"]
