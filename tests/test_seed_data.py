"""`data/ostrava` and `data/usti` say what the two texts say: all of it, in their words, and nothing else.

The first half states the facts as a reviewer would tick them off. The second half opens the texts themselves
(`$KPEVAL_SAMPLES/../seeds`, no part of this repository) and holds every row against the lines that it names.
"""

import csv
import os
import re
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kpeval import czech
from kpeval.project import load

DATA = Path(__file__).parents[1] / "data"
TEXTS = {"ostrava": "000_01670f45324abb5c.txt", "usti": "004_ab3bb3029fff11e9.txt"}
ROWS = {
    "ostrava": {
        "activities": 5,
        "areas": 9,
        "funding": 4,
        "goals": 4,
        "indicators": 2,
        "outputs": 8,
        "plans": 2,
        "target_groups": 4,
        "targets": 2,
    },
    "usti": {"funding": 4, "goals": 10, "plans": 3, "target_groups": 10},
}
# What neither text states. A value here would be an invention, however plausible.
NOT_STATED = {
    "activities": ["actual_start", "actual_end", "status", "budget", "weight"],
    "indicators": ["unit", "level", "direction", "accumulation", "scale", "baseline", "baseline_on"],
    "outputs": ["planned_quantity", "due", "delivered_quantity", "delivered_on", "published_on", "evidence"],
    "plans": ["approved_on"],
    "target_groups": ["canonical", "estimated_size", "lower_bound"],
    "targets": ["effective_on", "tolerance"],
}
# Columns that quote the text. The others are our own keys, or are held against the text further below.
QUOTED = {
    "activities": ["activity_id", "title", "goal"],
    "areas": ["area_id", "label"],
    "funding": ["source", "as_printed"],
    "goals": ["text", "groups_named"],
    "indicators": ["code", "name", "definition"],
    "outputs": ["title"],
    "plans": ["title", "period_start", "period_end"],
    "stated": ["label", "value", "note"],
    "target_groups": ["label", "note"],
    "targets": ["note"],
}
# Our words where the text could not be quoted as it stands: cut in the middle, or another case.
REWORDED = {
    "státní rozpočet": ["státního rozpočtu"],
    "Záhlaví": [],
    "Evropská unie, Evropský sociální fond, Operační program Zaměstnanost": [
        "Evropská unie",
        "Evropský sociální fond",
        "Operační program Zaměstnanost",
    ],
    "Celkově se na procesu KP aktivně podílí (osob)": ["Celkově se na procesu KP aktivně podílí", "osob"],
    "NNO: členství v Manažerském týmu KP Ostrava na pozici manažer pracovní skupiny (osob)": [
        "NNO",
        "členství v Manažerském týmu KP Ostrava na pozici manažer pracovní skupiny",
        "osob)",
    ],
    "Komunitní plánování ve městě Ústí nad Labem probíhá nepřetržitě od roku": [
        "komunitního plánování ve městě Ústí nad Labem, které probíhá nepřetržitě od roku"
    ],
}


def rows(project: str, table: str) -> list[dict[str, str]]:
    with (DATA / project / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def picked(project: str, table: str, columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in columns.split()) for row in rows(project, table)]


def described(project: str) -> dict:
    text = (DATA / project / "project.toml").read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)


def every_row(project: str) -> list[tuple[str, dict[str, str]]]:
    """All facts of a project with the table they stand in, `stated` included."""
    found = [(table, row) for table in ROWS[project] for row in rows(project, table)]
    return found + [("stated", row) for row in described(project)["stated"]]


def toml_refs(project: str) -> dict[str, str]:
    """The source_ref that stands as a comment behind a key of project.toml."""
    text = (DATA / project / "project.toml").read_text(encoding="utf-8")
    return dict(re.findall(r"^(\w+) = .* # (\S+)$", text, flags=re.MULTILINE))


def line_numbers(source_ref: str) -> list[int]:
    """`ostrava-page:5-7;9` names the lines 5, 6, 7 and 9."""
    numbers: list[int] = []
    for part in source_ref.split(":")[1].split(";"):
        first, _, last = part.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return numbers


# --- the facts, as a reviewer would tick them off ---


@pytest.mark.parametrize("project", ROWS)
def test_a_project_has_these_tables_with_so_many_rows(project):
    files = {path.stem for path in (DATA / project).glob("*.csv")}

    assert {table: len(rows(project, table)) for table in files} == ROWS[project]


@pytest.mark.parametrize("project", ROWS)
def test_a_project_loads_without_a_fault(project):
    loaded = load(project, DATA)

    assert {table: len(getattr(loaded, table)) for table in ROWS[project]} == ROWS[project]


def test_ostrava_is_described_as_its_page_prints_it():
    project = described("ostrava")
    stated = project.pop("stated")

    assert project == {
        "project_id": "ostrava",
        "title": "Společné plánování udržitelné sítě sociálních služeb v Ostravě",
        "registration_number": "CZ.03.2.63/0.0/0.0/16_063/0006590",
        "programme": "Operační program Zaměstnanost",
        "start": "2017-11-01",
        "end": "2019-10-31",
        "currency": "CZK",
        "total_cost": Decimal("3648425.00"),
        "total_as_printed": "3 648 425,00 Kč",
        "total_basis": "eligible",
        "language": "cs",
        "synthetic": False,
    }
    assert [fact["value"] for fact in stated[:2]] == ["200", "10"]
    assert [fact["value"] for fact in stated if fact.get("lower_bound")] == ["200"]


def test_usti_is_described_as_its_page_prints_it_without_programme_and_number():
    project = described("usti")
    stated = project.pop("stated")

    assert project == {
        "project_id": "usti",
        "title": (
            "Komunitní plánování ve městě Ústí nad Labem - revize 2.KPP a zpracování 3. KPP na období 2007 - 2009"
        ),
        "start": "2006-03",
        "end": "2007-06",
        "currency": "CZK",
        "total_cost": 2626545,
        "total_as_printed": "2 626\N{NO-BREAK SPACE}545,- Kč",
        "total_basis": "all",
        "language": "cs",
        "synthetic": False,
    }
    assert stated[0]["value"] == "1999"


def test_the_period_of_usti_is_precise_to_the_month_and_that_of_ostrava_to_the_day():
    usti, ostrava = load("usti", DATA).projects.iloc[0], load("ostrava", DATA).projects.iloc[0]

    assert [usti["start"].date(), usti["end"].date()] == [date(2006, 3, 1), date(2007, 6, 30)]
    assert [usti["start_precision"], usti["end_precision"]] == ["month", "month"]
    assert [ostrava["start_precision"], ostrava["end_precision"]] == ["day", "day"]


def test_ostrava_quotes_the_fund_and_the_state_as_one_amount_with_a_share_for_each():
    columns = "source kind group declared_share declared_amount"

    assert picked("ostrava", "funding", columns) == [
        ("Prostředky z rozpočtu statutárního města Ostravy", "municipality", "", "0.05", "182421.25"),
        ("Prostředky z ESF/OP LZZ (85%) a státního rozpočtu (10%)", "joint", "esf-sr", "", "3466003.75"),
        ("ESF/OP LZZ", "eu", "esf-sr", "0.85", ""),
        ("státní rozpočet", "state", "esf-sr", "0.10", ""),
    ]


def test_usti_quotes_the_grant_as_one_amount_and_no_share_at_all():
    columns = "source kind group declared_share declared_amount"

    assert picked("usti", "funding", columns) == [
        ("Dotace (ESF + SR)", "joint", "esf-sr", "", "2416422"),
        ("ESF", "eu", "esf-sr", "", ""),
        ("SR", "state", "esf-sr", "", ""),
        ("Spoluúčast města", "municipality", "", "", "315186"),
    ]


def test_the_five_activities_of_ostrava_have_planned_days_and_outputs_without_quantity_or_day():
    assert picked("ostrava", "activities", "activity_id planned_start planned_end") == [
        ("KA1", "2017-11-01", "2019-10-31"),
        ("KA2", "2017-11-01", "2018-10-31"),
        ("KA3", "2018-04-01", "2019-10-31"),
        ("KA4", "2017-11-01", "2019-10-31"),
        ("KA5", "2018-01-01", "2019-10-31"),
    ]
    assert [row["output_id"] for row in rows("ostrava", "outputs")] == [
        *("KA1-1", "KA2-1", "KA2-2", "KA2-3", "KA3-1", "KA4-1", "KA4-2", "KA5-1")
    ]
    assert all(row["output_id"].startswith(row["activity_id"] + "-") for row in rows("ostrava", "outputs"))


def test_the_two_indicators_of_ostrava_have_a_target_for_the_last_day_and_nothing_measured():
    assert picked("ostrava", "indicators", "indicator_id code") == [
        ("60000", "60000"),
        ("80500", "80500"),
    ]
    assert picked("ostrava", "targets", "indicator_id target due") == [
        ("60000", "20", "2019-10-31"),
        ("80500", "1", "2019-10-31"),
    ]


@pytest.mark.parametrize(
    ("project", "plans"),
    [
        ("ostrava", [("2015-2018", "2015", "2018", ""), ("kp5", "2019", "2022", "2015-2018")]),
        (
            "usti",
            [
                ("kpp1", "2001", "2003", ""),
                ("kpp2", "2004", "2006", "kpp1"),
                ("kpp3", "2007", "2009", "kpp2"),
            ],
        ),
    ],
)
def test_each_community_plan_follows_the_one_before(project, plans):
    assert picked(project, "plans", "plan_id period_start period_end predecessor") == plans


def test_goals_have_a_level_only_where_the_text_gives_one():
    assert [row["level"] for row in rows("ostrava", "goals")] == [""] * 4
    levels = [row["level"] for row in rows("usti", "goals")]
    assert levels == ["general"] * 4 + ["specific"] * 3 + ["partial"] * 3


def test_the_specific_goal_of_usti_names_eight_groups_where_the_list_has_ten():
    named = [row["groups_named"] for row in rows("usti", "goals") if row["groups_named"]]
    listed = {row["label"] for row in rows("usti", "target_groups")}
    groups = named[0].split("; ")

    assert len(named) == 1
    assert len(groups) == 8
    assert set(groups) - listed == {"etnické menšiny"}
    assert listed - set(groups) == {"etnické skupiny", "nezaměstnaní", "dlouhodobě nezaměstnaní"}


@pytest.mark.parametrize("project", ROWS)
def test_what_a_text_does_not_state_is_blank(project):
    filled = [
        (table, name, row[name])
        for table, row in every_row(project)
        for name in [*NOT_STATED.get(table, []), "recorded_on", "derived", "assumed"]
        if row.get(name)
    ]

    assert filled == []


@pytest.mark.parametrize("project", ROWS)
def test_every_fact_names_its_lines(project):
    form = re.compile(rf"{project}-page:\d+(-\d+)?(;\d+(-\d+)?)*")
    told = set(described(project)) - {"project_id", "language", "synthetic", "stated"}

    assert [row for _, row in every_row(project) if not form.fullmatch(row["source_ref"])] == []
    assert set(toml_refs(project)) == told
    assert [ref for ref in toml_refs(project).values() if not form.fullmatch(ref)] == []


# --- the same, held against the texts ---


@pytest.fixture(scope="module")
def texts() -> dict[str, list[str]]:
    """The lines of the two texts, as `czech.plain` sees them, so that a no-break space is a space."""
    samples = os.environ.get("KPEVAL_SAMPLES")
    folder = Path(samples).parent / "seeds" if samples else None
    if folder is None or not all((folder / name).is_file() for name in TEXTS.values()):
        pytest.skip("the two texts are not here: set KPEVAL_SAMPLES to the folder beside seeds/")
    return {
        project: [czech.plain(line) for line in (folder / name).read_text(encoding="utf-8").split("\n")]
        for project, name in TEXTS.items()
    }


def named_text(lines: list[str], source_ref: str) -> str:
    return " ".join(lines[number - 1].removeprefix("- ") for number in line_numbers(source_ref))


@pytest.mark.parametrize("project", ROWS)
def test_the_lines_a_fact_names_are_there_and_say_something(project, texts):
    refs = [row["source_ref"] for _, row in every_row(project)] + list(toml_refs(project).values())
    numbers = {number for ref in refs for number in line_numbers(ref)}

    assert max(numbers) <= len(texts[project])
    assert [number for number in numbers if not texts[project][number - 1]] == []


@pytest.mark.parametrize("project", ROWS)
def test_every_quoted_word_stands_on_the_lines_its_row_names(project, texts):
    absent = []
    for table, row in every_row(project):
        text = named_text(texts[project], row["source_ref"])
        for name in QUOTED[table]:
            for part in row.get(name, "").split("; "):
                quotations = REWORDED.get(part, [part])
                absent += [(table, name, wanted) for wanted in quotations if czech.plain(wanted) not in text]

    assert absent == []


@pytest.mark.parametrize("project", ROWS)
def test_every_amount_is_the_printed_one_and_every_share_the_printed_percentage(project, texts):
    total = described(project)
    named = [(Decimal(total["total_cost"]), total["total_as_printed"], toml_refs(project)["total_cost"])]
    named += [
        (Decimal(row["declared_amount"]), row["as_printed"], row["source_ref"])
        for row in rows(project, "funding")
        if row["declared_amount"]
    ]

    for amount, printed, ref in named:
        assert czech.number(printed).value == amount
        assert named_text(texts[project], ref).endswith(": " + czech.plain(printed))
    for row in rows(project, "funding"):
        if row["declared_share"]:
            percentage = f"({Decimal(row['declared_share']) * 100:.0f}%)"
            words = REWORDED.get(row["source"], [row["source"]])[0]
            assert f"{words} {percentage}" in named_text(texts[project], row["source_ref"])


def test_every_day_of_ostrava_is_the_printed_one(texts):
    def printed(iso: str) -> str:
        day = date.fromisoformat(iso)
        return f"{day.day}.{day.month}.{day.year}"

    project = described("ostrava")
    period = f"{printed(project['start'])} \N{EN DASH} {printed(project['end'])}"
    assert named_text(texts["ostrava"], toml_refs("ostrava")["start"]) == f"Doba trvání projektu: {period}"
    for row in rows("ostrava", "activities"):
        text = named_text(texts["ostrava"], row["source_ref"])
        first, last = re.search(r"\(od ([\d.]+)(?: do |-)([\d.]+)\)", text).groups()
        assert (printed(row["planned_start"]), printed(row["planned_end"])) == (first, last)
    for row in rows("ostrava", "targets"):
        text = named_text(texts["ostrava"], row["source_ref"])
        assert text.startswith(f"plánovaná hodnota: {row['target']} ")
        assert text.endswith(f" skutečná hodnota: bude dosažena k {printed(row['due'])}")


def test_the_period_of_usti_is_the_printed_one(texts):
    text = named_text(texts["usti"], toml_refs("usti")["start"])
    start, end = czech.span(text.removeprefix("Doba realizace: "))

    assert described("usti")["start"] == f"{start.start:%Y-%m}"
    assert described("usti")["end"] == f"{end.start:%Y-%m}"


@pytest.mark.parametrize("project", ROWS)
def test_titles_number_and_programme_stand_on_the_lines_project_toml_names(project, texts):
    told, refs = described(project), toml_refs(project)

    for name in ("title", "registration_number", "programme"):
        assert name not in told or told[name] in named_text(texts[project], refs[name])


@pytest.mark.parametrize(
    ("project", "headings"),
    [
        (
            "ostrava",
            {
                *("Rozpočet projektu:", "Popis projektu:", "Cílová skupina:", "Cíle projektu:"),
                *("Cíl aktivity:", "Plánované výstupy:"),
            },
        ),
        (
            "usti",
            {
                *("POPIS PROJEKTU", "Cíle projektu", "Specifické cíle projektu", "Dílčí cíle projektu"),
                *("Cílové skupiny projektu", "ÚDAJE O PROJEKTU"),
            },
        ),
    ],
)
def test_no_line_of_a_text_but_its_headings_is_left_out(project, headings, texts):
    refs = [row["source_ref"] for _, row in every_row(project)] + list(toml_refs(project).values())
    cited = {number for ref in refs for number in line_numbers(ref)}
    left_out = {line for number, line in enumerate(texts[project], 1) if line and number not in cited}

    assert left_out == headings
