"""The catalogue lists every report under its folder, by project and day, and says which could not be made, and why."""

import re

import pytest
from bs4 import BeautifulSoup
from conftest import DAY, brought_up_to_date, hrefs, on_paper

from kpeval.reporting import catalogue
from kpeval.reporting.asked import Report
from kpeval.reporting.failure import INFRASTRUCTURE
from kpeval.reporting.ledger import Run

ENGLISH = Report("pilot", DAY, "small", "en")
CZECH = ENGLISH._replace(lang="cs")
WHEN = "2026-01-05T06:00:00+00:00"


def test_the_catalogue_groups_by_project_and_day_and_says_what_is_invented(tmp_path):
    """One page per language; a draft and invented data are named; the reader's language comes first."""
    for project, day, lang, synthetic in [
        ("usti", "2007-06-30", "cs", "false"),
        ("usti", "2006-12-31", "cs", "false"),
        ("demo", "2023-12-31", "cs", "true"),
        ("demo", "2023-12-31", "en", "true"),
    ]:
        told = {"project": project, "as-of": day, "kind": "A & B", "title": f"{project} <1>", "synthetic": synthetic}
        metas = "".join(f'<meta name="kpeval:{name}" content="{text}">' for name, text in told.items())
        folder = tmp_path / project / day
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"evaluation.{lang}.html").write_text(f'<html lang="{lang}"><head>{metas}', encoding="utf-8")

    assert [path.name for path in catalogue.write(tmp_path)] == ["index.html", "index.en.html"]

    czech, english = ((tmp_path / name).read_text(encoding="utf-8") for name in ("index.html", "index.en.html"))
    assert re.findall(r'<h2 id="(\w+)">', czech) == ["contents", "demo", "usti"]
    assert hrefs(czech)[-4:] == [
        "demo/2023-12-31/evaluation.cs.html",
        "demo/2023-12-31/evaluation.en.html",
        "usti/2006-12-31/evaluation.cs.html",
        "usti/2007-06-30/evaluation.cs.html",
    ]
    assert hrefs(english)[-4] == "demo/2023-12-31/evaluation.en.html"
    assert czech.count("smyšlená data") == 1
    assert "usti &lt;1&gt;" in czech
    assert "A &amp; B (Čeština)" in czech


def test_a_draft_is_named_beside_its_own_day(tmp_path):
    for day, state in (("2021-12-31", "final"), ("2022-12-31", "draft")):
        told = {"project": "p", "as-of": day, "kind": "Report", "title": "P", "state": state}
        metas = "".join(f'<meta name="kpeval:{name}" content="{text}">' for name, text in told.items())
        (tmp_path / "p" / day).mkdir(parents=True)
        (tmp_path / "p" / day / "evaluation.en.html").write_text(f'<html lang="en"><head>{metas}', encoding="utf-8")
    catalogue.write(tmp_path)

    earlier, later = (tmp_path / "index.html").read_text(encoding="utf-8").split("2022-12-31", 1)
    assert '<span class="tag">draft</span>' in later
    assert '<span class="tag">' not in earlier


def test_a_catalogue_of_nothing_says_so(tmp_path):
    catalogue.write(tmp_path)

    assert "There is no report yet." in (tmp_path / "index.html").read_text(encoding="utf-8")


def page(out, report, title="Pilot"):
    """A page that says of itself what the catalogue reads."""
    told = {"project": report.project, "as-of": report.as_of, "kind": "Evaluation report", "title": title}
    metas = "".join(f'<meta name="kpeval:{name}" content="{text}">' for name, text in told.items())
    report.page(out).parent.mkdir(parents=True, exist_ok=True)
    report.page(out).write_text(f'<html lang="{report.lang}"><head>{metas}', encoding="utf-8")


def said(out, name="index.html"):
    """The words of a catalogue, with the spaces that hold dates together as spaces."""
    html = (out / name).read_text(encoding="utf-8").partition("</head>")[2]
    return " ".join(re.sub("<[^>]*>", " ", html).replace("\u00a0", " ").split())


def test_a_failed_report_says_since_when_its_page_is_old_and_why(tmp_path):
    page(tmp_path, ENGLISH)
    failed, good = (
        Run(ENGLISH, "failed", "cell compute: KeyError", "notebook", at="2026-02-05"),
        Run(ENGLISH, "rendered", at=WHEN),
    )

    catalogue.write(tmp_path, {ENGLISH: (failed, good)})

    assert "Not updated since 5 Jan 2026. The report’s notebook stopped at an error." in said(tmp_path)
    assert f"pilot/{DAY}/small.en.html" in hrefs((tmp_path / "index.html").read_text(encoding="utf-8"))


def test_why_a_report_is_old_stands_with_that_report_and_no_other(tmp_path):
    page(tmp_path, ENGLISH)
    page(tmp_path, CZECH)
    failed, good = Run(CZECH, "failed", "", "data", at="2026-02-05"), Run(CZECH, "rendered", at=WHEN)

    catalogue.write(tmp_path, {CZECH: (failed, good)})

    items = BeautifulSoup((tmp_path / "index.html").read_text(encoding="utf-8"), "html.parser").select(".reports li li")
    told = {
        item.a["href"].partition("small.")[2]: [note.get_text() for note in item.select(".failed")] for item in items
    }
    assert told["en.html"] == []
    assert len(told["cs.html"]) == 1


def test_a_czech_reader_is_told_in_czech_since_when_a_page_is_old_and_why(tmp_path):
    page(tmp_path, CZECH)
    failed, good = Run(CZECH, "failed", "a cause", "data", at="2026-02-05"), Run(CZECH, "rendered", at=WHEN)

    catalogue.write(tmp_path, {CZECH: (failed, good)})

    assert "5. 1. 2026" in said(tmp_path)
    assert "Not updated" not in said(tmp_path)


@pytest.mark.parametrize("kind", ["data", "notebook", "page", *INFRASTRUCTURE])
@pytest.mark.parametrize("lang", ["cs", "en"])
def test_every_kind_of_failure_has_words_for_a_reader(tmp_path, lang, kind):
    report = ENGLISH._replace(lang=lang)
    page(tmp_path, report)

    catalogue.write(tmp_path, {report: (Run(report, "failed", "jan@example.cz", kind, at=WHEN), None)})

    note = re.search('<span class="failed">(.*?)</span>', (tmp_path / "index.html").read_text(encoding="utf-8"))[1]
    assert len(note) > 30
    assert "jan@example.cz" not in note


def test_a_report_that_never_could_be_made_is_listed_without_a_link(tmp_path):
    catalogue.write(tmp_path, {ENGLISH: (Run(ENGLISH, "failed", "a cause", "data", at=WHEN), None)})

    assert "Could not be made yet. The data hold faults that the author of the report has to mend." in said(tmp_path)
    assert "small (English)" in said(tmp_path)
    assert not any("small" in href for href in hrefs((tmp_path / "index.html").read_text(encoding="utf-8")))


def test_a_report_that_recovered_has_no_note(tmp_path):
    page(tmp_path, ENGLISH)
    good = Run(ENGLISH, "rendered", at=WHEN)

    catalogue.write(tmp_path, {ENGLISH: (good, good)})

    assert 'class="failed"' not in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_a_page_that_fails_now_but_stands_still_is_told_with_its_title(tmp_path):
    """The page's own words name the report; the notebook's file name only where there is no page."""
    page(tmp_path, ENGLISH, title="Pilot project")

    catalogue.write(
        tmp_path, {ENGLISH: (Run(ENGLISH, "failed", "", "died", at=WHEN), Run(ENGLISH, "rendered", at=WHEN))}
    )

    assert "Pilot project" in said(tmp_path)
    assert "Evaluation report (English)" in said(tmp_path)


def test_the_catalogue_is_the_same_twice_and_passes_over_what_is_no_report(tmp_path):
    page(tmp_path, ENGLISH)
    catalogue.write(tmp_path)
    before = (tmp_path / "index.html").read_bytes()
    (tmp_path / "pilot" / DAY / "notes.html").write_text("<p>somebody's notes</p>")
    (tmp_path / ".kpeval" / DAY).mkdir(parents=True)
    (tmp_path / ".kpeval" / DAY / "private.html").write_bytes(ENGLISH.page(tmp_path).read_bytes())

    catalogue.write(tmp_path)

    assert (tmp_path / "index.html").read_bytes() == before


def test_a_batch_writes_the_failure_of_a_report_into_the_catalogue(place):
    brought_up_to_date([ENGLISH], place, on_paper)
    (place / "data" / "pilot" / "funding.csv").write_text("other bytes")

    brought_up_to_date([ENGLISH], place, lambda jobs: on_paper(jobs, {"pilot": ("a cause", "data")}))

    assert "Not updated since 5 Jan 2026. The data hold faults" in said(place / "reports")


def test_a_catalogue_that_was_removed_is_written_though_nothing_changed(place):
    brought_up_to_date([ENGLISH], place, on_paper)
    before = (place / "reports" / "index.html").read_bytes()
    (place / "reports" / "index.html").unlink()

    brought_up_to_date([ENGLISH], place, on_paper)

    assert (place / "reports" / "index.html").read_bytes() == before


def test_a_report_that_stands_as_it_should_again_has_no_note(place):
    """Faulty data were taken back: the page that stands there is what would be made now, so it is not old."""
    brought_up_to_date([ENGLISH], place, on_paper)
    file = place / "data" / "pilot" / "funding.csv"
    good = file.read_bytes()
    file.write_text("broken")
    brought_up_to_date([ENGLISH], place, lambda jobs: on_paper(jobs, {"pilot": ("a cause", "data")}))
    file.write_bytes(good)

    brought_up_to_date([ENGLISH], place, on_paper)

    assert "Not updated since" not in said(place / "reports")
