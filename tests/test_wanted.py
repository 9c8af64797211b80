"""reports.toml says which reports are wanted and when; what is wrong with it is told with place and remedy."""

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpeval.reporting.asked import Misuse
from kpeval.reporting.batch import Batch
from kpeval.reporting.wanted import RULES, Wanted, wanted

ROOT = Path(__file__).parents[1]
PRAGUE = ZoneInfo("Europe/Prague")
SHORTEST = '[[report]]\nproject = "a"\nas_of = 2020-01-01\n'


@pytest.fixture
def read(tmp_path):
    """`read("…")`: the groups of a reports.toml with that text."""

    def told(text: str) -> list[Wanted]:
        file = tmp_path / "reports.toml"
        file.write_text(text, encoding="utf-8")
        return wanted(file)

    return told


@pytest.fixture
def group(read):
    """`group("calendar = …")`: the only group of a reports.toml with that line."""

    def told(line: str = "", as_of: str = '"today"') -> Wanted:
        [one] = read(f'[[report]]\nproject = "a"\nas_of = {as_of}\n{line}\n')
        return one

    return told


def at(text: str, zone: ZoneInfo = PRAGUE) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


# --- the file ---


def test_the_reports_toml_of_the_house_asks_for_reports_that_can_be_made():
    reports = [report for one in wanted(ROOT / "reports" / "reports.toml") for report in one.reports(date(2026, 1, 1))]

    assert len(reports) == 28
    assert {report.notebook for report in reports} == {"evaluation", "participation", "plan"}
    assert sorted({(report.project, report.as_of) for report in reports}) == [
        *(("demo", "2021-12-31"), ("demo", "2022-12-31"), ("demo", "2023-12-31")),
        *(("ostrava", "2018-06-30"), ("ostrava", "2018-12-31"), ("ostrava", "2019-10-31")),
        *(("usti", "2006-12-31"), ("usti", "2007-06-30")),
    ]
    assert "evaluation" in Batch(reports, data=ROOT / "data", out=ROOT / "reports").notebooks


def test_the_examples_in_the_comments_of_reports_toml_can_be_read(read):
    lines = (ROOT / "reports" / "reports.toml").read_text(encoding="utf-8").splitlines()
    example = "\n".join(line.removeprefix("# ") for line in lines[lines.index("# [[report]]") :])
    example = example[: example.index("\n\n")]

    [one] = read(example)

    assert one.calendar
    assert one.tell


def test_one_value_or_a_list_will_do_and_what_is_not_said_has_a_default(read):
    [one] = read('[[report]]\nproject = "a"\nas_of = ["2020-01-01", "2020-06-30"]\nlanguages = "cs"')

    assert one == (["a"], ["2020-01-01", "2020-06-30"], ["evaluation"], ["cs"], ["html"], "", (), False)


def test_days_may_be_written_with_or_without_quotation_marks(group):
    assert group(as_of='[2020-01-01, "2020-06-30"]').as_of == ["2020-01-01", "2020-06-30"]


def test_each_report_is_asked_for_once_with_its_languages_side_by_side(read):
    [one] = read('[[report]]\nproject = ["a", "b", "a"]\nas_of = [2020-01-31, "month-end"]')

    assert [str(report) for report in one.reports(date(2020, 2, 28))] == [
        "a 2020-01-31 evaluation.cs",
        "a 2020-01-31 evaluation.en",
        "b 2020-01-31 evaluation.cs",
        "b 2020-01-31 evaluation.en",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "report: write each wanted group of reports under a heading [[report]]"),
        ('[[raport]]\nproject = "a"', "raport: unknown key - did you mean 'report'?"),
        ('[[report]]\nas_of = "2020-01-01"', "report 1: project: is not given"),
        ('[[report]]\nproject = "a"\nas_off = 2020-01-01', "report 1: as_off: unknown key - did you mean 'as_of'?"),
        ('[[report]]\nproject = "a"\nas_of = 2020', "report 1: as_of: write days like 2019-10-31"),
        ('[[report]]\nproject = "a"\nas_of = 2020-01-01T08:00:00', "report 1: as_of: write days like 2019-10-31"),
        ('[[report]]\nproject = "a"\nas_of = "20200101"', "report 1: as_of: write days like 2019-10-31"),
        ('[[report]]\nproject = "a"\nas_of = "month_end"', "not 'month_end' - did you mean 'month-end'?"),
        ("[[report]]\nproject = []\nas_of = 2020-01-01", "report 1: project: names nothing"),
        ("[[report]]\nproject = 1\nas_of = 2020-01-01", "report 1: project: write a name in quotation marks"),
        (SHORTEST + 'calendar = "0 6 5"', "report 1: calendar: write five fields"),
        (SHORTEST + 'calendar = "0 0 6 5 * *"', "report 1: calendar: write five fields"),
        (SHORTEST + 'calendar = "@hourly"', "or one of @daily, @weekly, @monthly, @quarterly"),
        (SHORTEST + 'calendar = ""', "report 1: calendar: write five fields"),
        (SHORTEST + 'calendar = ["@daily"]', "report 1: calendar: write five fields"),
        (SHORTEST + 'calendar = "61 * * * *"', "report 1: calendar: bad minute in '61 * * * *'"),
        (SHORTEST + 'calendar = "0 0 31 4 *"', "report 1: calendar: bad day-of-month in '0 0 31 4 *'"),
        (SHORTEST + 'calendar = "0 0 */5 2 MON#5"', "report 1: calendar: '0 0 */5 2 MON#5' never comes"),
        (SHORTEST + 'formats = ["html", "docx"]', "report 1: formats: no format 'docx': known are html, pdf, xlsx"),
        (SHORTEST + "formats = []", "report 1: formats: names nothing"),
        (SHORTEST + 'tell = "office"', "report 1: tell: 'office' is no e-mail address"),
        (SHORTEST + 'tell = "a@b.cz, c@d.cz"', "report 1: tell: 'a@b.cz, c@d.cz' is no e-mail address"),
        (SHORTEST + 'tell = "a@b.cz\\nBcc: c@d.cz"', "is no e-mail address"),
        (SHORTEST + 'tell = "á@b.cz"', "is no e-mail address"),
        (SHORTEST + "tell = 1", "report 1: tell: write a name in quotation marks"),
        ("[[report]", "cannot be read"),
    ],
)
def test_each_fault_is_told_with_its_place_and_remedy(read, content, said):
    with pytest.raises(Misuse) as error:
        read(content)

    assert said in str(error.value)


def test_all_faults_are_told_at_once(read):
    with pytest.raises(Misuse) as error:
        read('[[report]]\nproject = "a"\ncalendar = "x"\ntell = "x"\n[[report]]\nas_of = "x"\nformats = "x"')

    places = [(fault.column.partition(":")[0], fault.column.partition(": ")[2]) for fault in error.value.faults]
    assert places == [
        *(("report 1", "as_of"), ("report 1", "calendar"), ("report 1", "tell")),
        *(("report 2", "as_of"), ("report 2", "formats"), ("report 2", "project")),
    ]


@pytest.mark.parametrize("address", ["office@example.org", "j.novak+kpeval@mesto-usti.cz", "root@localhost"])
def test_an_ordinary_address_is_taken(group, address):
    assert group(f'tell = "{address}"').tell == (address,)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(Misuse, match="there is no such file"):
        wanted(tmp_path / "absent.toml")


# --- days ---


@pytest.mark.parametrize(
    ("rule", "day", "said"),
    [
        ("today", "2026-02-28", "2026-02-28"),
        ("month-end", "2026-02-27", "2026-01-31"),
        ("month-end", "2026-02-28", "2026-02-28"),  # the day counts as passed
        ("month-end", "2024-02-28", "2024-01-31"),
        ("month-end", "2024-02-29", "2024-02-29"),
        ("month-end", "2026-01-01", "2025-12-31"),
        ("month-end", "2025-12-31", "2025-12-31"),
        ("quarter-end", "2026-01-05", "2025-12-31"),
        ("quarter-end", "2026-03-30", "2025-12-31"),
        ("quarter-end", "2026-03-31", "2026-03-31"),
        ("quarter-end", "2026-06-29", "2026-03-31"),
        ("quarter-end", "2026-07-01", "2026-06-30"),
        ("quarter-end", "2026-12-31", "2026-12-31"),
        ("2019-10-31", "2026-12-31", "2019-10-31"),
    ],
)
def test_a_rule_comes_to_a_day(group, rule, day, said):
    assert group(as_of=f'"{rule}"').days(date.fromisoformat(day)) == [said]


def test_rules_that_come_to_one_day_ask_for_it_once(group):
    assert group(as_of=f"{[*RULES]}").days(date(2026, 3, 31)) == ["2026-03-31"]


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.sampled_from([("month-end", 31), ("quarter-end", 92)]))
def test_the_last_end_is_never_in_the_future_nor_longer_ago_than_its_period(day, rule):
    name, longest = rule
    group = Wanted(["a"], [name], ["evaluation"], ["cs"], ["html"], "", (), False)

    [said] = map(date.fromisoformat, group.days(day))

    assert timedelta(0) <= day - said < timedelta(days=longest)
    assert (said + timedelta(days=1)).day == 1


# --- moments ---


def test_without_a_calendar_nothing_is_scheduled(group):
    assert group().slot(at("2026-01-01T00:00")) is None
    assert group().following(at("2026-01-01T00:00")) is None


@pytest.mark.parametrize(
    ("calendar", "now", "slot"),
    [
        ("0 6 5 1,4,7,10 *", "2026-01-05T05:59:59.999999", "2025-10-05T06:00"),
        ("0 6 5 1,4,7,10 *", "2026-01-05T06:00", "2026-01-05T06:00"),
        ("0 6 5 1,4,7,10 *", "2026-04-04T23:00", "2026-01-05T06:00"),
        ("0 6 5 jan,apr,jul,oct *", "2026-04-04T23:00", "2026-01-05T06:00"),
        ("*/20 8-16 * * mon-fri", "2026-08-02T12:00", "2026-07-31T16:40"),
        ("@daily", "2026-08-02T12:00", "2026-08-02T00:00"),
        ("@weekly", "2026-08-05T12:00", "2026-08-02T00:00"),  # Sunday, as cron has it
        ("@monthly", "2026-08-05T12:00", "2026-08-01T00:00"),
        ("@quarterly", "2026-08-05T12:00", "2026-07-01T00:00"),
        ("0 0 29 2 *", "2026-08-05T12:00", "2024-02-29T00:00"),
    ],
)
def test_the_slot_is_the_last_scheduled_moment_that_has_come(group, calendar, now, slot):
    assert group(f'calendar = "{calendar}"').slot(at(now)) == at(slot)


def test_the_following_slot_is_the_first_that_has_not_come(group):
    daily = group('calendar = "0 6 * * *"')

    assert daily.following(at("2026-01-05T05:59")) == at("2026-01-05T06:00")
    assert daily.following(at("2026-01-05T06:00")) == at("2026-01-06T06:00")


def slots(group: Wanted, first: str, last: str) -> list[str]:
    """The slots that a timer finds which looks every ten minutes from one UTC moment to another."""
    moment, end = at(first, UTC), at(last, UTC)
    found = []
    while moment <= end:
        found.append(group.slot(moment.astimezone(PRAGUE)).isoformat())
        moment += timedelta(minutes=10)
    return found


def test_a_slot_in_the_hour_that_summer_time_skips_comes_once(group):
    found = slots(group('calendar = "30 2 * * *"'), "2026-03-28T12:00", "2026-03-30T12:00")

    assert list(dict.fromkeys(found)) == [
        "2026-03-28T02:30:00+01:00",
        "2026-03-29T03:30:00+02:00",
        "2026-03-30T02:30:00+02:00",
    ]


def test_a_slot_in_the_hour_that_winter_time_doubles_comes_once(group):
    found = slots(group('calendar = "30 2 * * *"'), "2026-10-24T12:00", "2026-10-26T12:00")

    assert list(dict.fromkeys(found)) == [
        "2026-10-24T02:30:00+02:00",
        "2026-10-25T02:30:00+02:00",  # the first pass
        "2026-10-26T02:30:00+01:00",
    ]


@pytest.mark.parametrize("calendar", ["30 2 * * *", "*/30 * * * *", "15,45 1-3 * * *", "0 3 * * *"])
@pytest.mark.parametrize("day", ["2026-03-28", "2026-10-24"])
def test_slots_never_go_back_in_time(group, calendar, day):
    later = (date.fromisoformat(day) + timedelta(days=2)).isoformat()
    moments = [
        datetime.fromisoformat(one)
        for one in slots(group(f'calendar = "{calendar}"'), f"{day}T00:00", f"{later}T00:00")
    ]

    assert moments == sorted(moments, key=datetime.timestamp)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system has no tzset")
def test_a_slot_stays_where_it_was_when_the_clocks_change_and_now_is_told_by_its_offset_only(group, monkeypatch):
    """As `datetime.now().astimezone()` tells it: the offset of today says nothing about January."""
    quarterly = group('calendar = "0 6 5 1 *"')
    monkeypatch.setenv("TZ", "Europe/Prague")
    time.tzset()
    try:
        winter = datetime(2026, 3, 28, 12, tzinfo=UTC).astimezone()
        summer = datetime(2026, 3, 29, 12, tzinfo=UTC).astimezone()
        found = [quarterly.slot(now).isoformat() for now in (winter, summer)]
    finally:
        monkeypatch.undo()
        time.tzset()

    assert winter.utcoffset() != summer.utcoffset()
    assert found == ["2026-01-05T06:00:00+01:00"] * 2


# --- the key ---


def test_the_key_stays_when_somebody_else_is_told(group):
    assert group('tell = "a@b.cz"').key == group().key


@pytest.mark.parametrize("line", ['calendar = "@daily"', 'languages = "cs"', 'notebook = "budget"'])
def test_the_key_is_another_when_other_reports_are_asked_for_or_at_other_times(group, line):
    assert group(line).key != group().key


def test_the_key_is_the_same_in_every_run():
    assert Wanted(["a"], ["today"], ["evaluation"], ["cs"], ["html"], "@daily", ()).key == "29af1d926fbd00e1"
