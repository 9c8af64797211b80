"""Each row of tests/worked_examples/*.csv, worked out by hand, is a test; README.md there says how to read a row."""

import csv
import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kpeval.compared import Figure, framed
from kpeval.measures.assessment import self_assessment
from kpeval.measures.breakdown import breakdown_counts
from kpeval.measures.budget import budget_shares, reconciliation
from kpeval.measures.converted import converted_amounts
from kpeval.measures.drawdown import drawdown, three_way
from kpeval.measures.earned_value import earned_value
from kpeval.measures.indicators import indicator_course, indicator_fulfilment
from kpeval.measures.meetings import meeting_counts
from kpeval.measures.outputs import delivered_outputs, documents_counted
from kpeval.measures.public import comment_settlement, plan_steps
from kpeval.measures.reach import reach_values
from kpeval.measures.spending import spending
from kpeval.measures.stages import claims, money_stages
from kpeval.measures.timeline import activity_timeline, output_delivery, overlaps, project_period
from kpeval.measures.training import training_hours
from kpeval.measures.unit_costs import unit_costs
from kpeval.training_rules import columns_of

EXAMPLES = Path(__file__).parent / "worked_examples"
Row = Mapping[str, str]

SOURCE = re.compile(r"(.+?) \((\w+)(?:, group (\w+))?\)(?::(?: ([0-9.]+) %)?(?: = (.+))?)?")
TARGET = re.compile(r"([\d-]*)=([-\d.]*)(?: \+-([\d.]+))?(?: from ([\d-]+))?(?: recorded ([\d-]+))?")
VALUE = re.compile(r"([\d-]+)=(?:(\d+)/(\d+)|([-\d.]*))(?: by (\w+):(\w+))?(?: person (\w+))?(?: recorded ([\d-]+))?")
STEP = re.compile(r"(?:by|([\d-]+) to) ([\d-]+)=([\d.]+)(?: of (\w+))?(?: recorded ([\d-]+))?")
MOMENT = re.compile(r"([\d-]+(?: measured)?): (\S+) (\S+) (\S+)")
RECORDED = r"(?: recorded ([\d-]+))?"
ROLE = re.compile(r"(\w+) (\S+)" + RECORDED)
MEMBER = re.compile(r"(\w+) in (.+?)(?: from ([\d-]+))?(?: to ([\d-]+))?" + RECORDED)
MEETING = re.compile(r"(\w+) ([\d-]+) (\w+)(?: of (\w+))?" + RECORDED)
PRESENCE = re.compile(r"(\w+) at (\w+)(?: ([\d.]+) h)?" + RECORDED)
ASSESSED = re.compile(r"(.+?)/(\w+)=(\w*)(?: on ([\d-]+))?" + RECORDED)
MOVE = re.compile(r"([\d-]+) (\w+) ([-\d.]+)(?: recorded ([\d-]+))?")
RULE = re.compile(r"([\d.]+)(?: cap ([\d.]+))?(?: minutes (\d+))?")
COURSE = re.compile(
    r"(\w+) (\w+) (-|[\d-]{10})(?: to ([\d-]{10}))?(?: ([\d.]+) h)?(?: (elearning|online))?(?: recorded ([\d-]+))?"
)
ATTENDED = re.compile(r"(\w+)(?: as (\w+))?(?: ([\d.]+) h)?(?: recorded ([\d-]+))?")

PIECE = re.compile(
    r"(\w+)(?: due ([\d-]+))?(?: of (\d+))?(?: (delivered)(?: (\d+))?(?: on ([\d-]+))?)?(?: (evidenced))?"
    r"(?: recorded ([\d-]+))?"
)
DOCUMENT = re.compile(
    r"(\w+)(?: of (\d+))?(?: x(\d+))?(?: written ([\d-]+))?(?: published ([\d-]+))?(?: recorded ([\d-]+))?"
)
PROCEDURE = re.compile(
    r"(?:(\w+) )?([\d-]+) to(?: ([\d-]+))?(?: hearing ([\d-]+))?(?: published ([\d-]+))?(?: recorded ([\d-]+))?"
)
COMMENT = re.compile(r"([\d-]+) (content|formal|\?)(?: (\w+)(?: ([\d-]+))?)??(?: (because))?(?: recorded ([\d-]+))?")
REACHED = re.compile(r"([\d-]+)=(\d+)(?: from (\d+))?(?: of (\w+))?(?: recorded ([\d-]+))?")
GROUP = re.compile(r"(\w+)(?:(>?=)(\d+))?")


def examples(name: str) -> Any:
    """The rows of a table of examples, as parameters named by their case."""
    with (EXAMPLES / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return pytest.mark.parametrize("row", [pytest.param(row, id=row["case"]) for row in rows])


def parts(cell: str, notation: re.Pattern[str]) -> list[tuple[str, ...]]:
    """The entries of a list in a cell, each taken apart by its notation; what is left out is an empty text."""
    found = [(entry, notation.fullmatch(entry)) for entry in cell.split("; ") if entry]
    wrong = [entry for entry, match in found if not match]
    assert not wrong, f"cannot read {wrong}"
    return [match.groups(default="") for _, match in found if match]


def number(text: str) -> float:
    """0.5, 20/30 or 20/(13/28) as a number, worked out in fractions; a blank or - is missing."""
    over, _, under = text.partition("/")
    if over in ("", "-"):
        return float("nan")
    under, _, under_it = under.strip("()").partition("/")
    return float(Fraction(over) / (Fraction(under or 1) / Fraction(under_it or 1)))


def frame(heading: str, entries: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Entries as a table of one project, with numbers as numbers and all else as text."""
    columns = heading.split()
    rows = pd.DataFrame([("p", *entry) for entry in entries], columns=["project_id", *columns])
    return rows.replace("", None)


def project(period: str = "", total: str = "", printed: str = "") -> pd.DataFrame:
    start, _, end = period.partition("to")
    facts = ("p", start.strip() or None, end.strip() or None, number(total), printed or None, "CZK")
    names = ["project_id", "start", "end", "total_cost", "total_as_printed", "currency"]
    return pd.DataFrame([facts], columns=names)


def amount(text: str) -> float:
    """The value of an amount as printed, read here by simple rules so that kpeval's reading is not trusted twice."""
    scale = 1000 if "tis." in text else 1_000_000 if "mil." in text else 1
    digits = re.sub(r",-|Kč|tis\.|mil\.|\s", "", text).replace(",", ".")
    return float(Fraction(digits) * scale) if digits else float("nan")


def funding(cell: str) -> pd.DataFrame:
    entries = [
        (
            name,
            kind,
            group,
            float(Fraction(share) / 100) if share else None,
            amount(money),
            money if "Kč" in money else "",
        )
        for name, kind, group, share, money in parts(cell, SOURCE)
    ]
    return frame("source kind group declared_share declared_amount as_printed", entries)


def owner(total: str) -> pd.DataFrame | None:
    if total == "no projects":
        return None
    return project().assign(total_cost=amount(total), total_as_printed=total if "Kč" in total else None)


def shown(value: Any) -> str:
    """A cell of a result as the tables of examples write it: blank where missing."""
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return "yes" if value else "no"
    return str(value)


def hold(result: pd.DataFrame, row: Row, exact: tuple[str, ...] = ()) -> None:
    """Every expected cell stands in the only row of the result: blank is missing, `any` is left open."""
    assert len(result) == 1
    wrong = {}
    for column in (name for name in row if name.startswith("expected: ")):
        want, got = row[column], result[column.removeprefix("expected: ")].iloc[0]
        if want == "any":
            continue
        if want and not pd.isna(got) and isinstance(got, int | float) and not isinstance(got, bool):
            close = got == number(want) if column in exact else got == pytest.approx(number(want), rel=1e-9, abs=1e-12)
        else:
            close = shown(got) == want
        if not close:
            wrong[column.removeprefix("expected: ")] = f"expected {want or 'missing'}, got {shown(got) or 'missing'}"
    assert not wrong


@examples("budget_shares")
def test_budget_shares(row: Row) -> None:
    result = budget_shares(funding(row["sources"]), owner(row["total"]))
    rows = [
        f"{line.source} ({line.kind}{', derived' if line.derived else ''}) "
        + ("-" if pd.isna(line.amount) else f"{Fraction(str(line.amount))}")
        for line in result.itertuples()
    ]
    expected = re.sub(r"[\d.]+(?=;|$)", lambda found: f"{Fraction(found[0])}", row["expected: rows"])
    assert rows == expected.split("; ")
    for column in ("share_of_total", "share_of_sum", "deviation"):
        for place, want in enumerate(row[f"expected: {column}"].split("; ")):
            if want != "any":
                got = result[column].iloc[place]
                assert got == pytest.approx(number(want), rel=1e-9, abs=1e-12, nan_ok=True), (
                    f"{column} of {rows[place]}"
                )


@examples("reconciliation")
def test_reconciliation(row: Row) -> None:
    projects = owner(row["total"])
    assert projects is not None
    result = reconciliation(funding(row["sources"]), projects)
    hold(result, row, exact=("expected: sum_of_sources", "expected: surplus"))


def tracked(row: Row) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame | None]:
    """The indicator of an example, its targets and measurements, and the project."""
    cells = tuple(row[name] for name in ("direction", "accumulation", "scale", "unit", "baseline_on"))
    indicator = frame("direction accumulation scale unit baseline_on", [cells])
    indicator = indicator.assign(indicator_id="I", baseline=number(row["baseline"]))
    targets = [
        ("I", due, number(value), number(plus), since, known)
        for due, value, plus, since, known in parts(row["targets"], TARGET)
    ]
    values = [
        ("I", day, number(value), number(over), number(under), dimension, category, person, known)
        for day, over, under, value, dimension, category, person, known in parts(row["measurements"], VALUE)
    ]
    return (
        indicator,
        frame("indicator_id due target tolerance effective_on recorded_on", targets),
        frame("indicator_id measured_on actual numerator denominator dimension category person_id recorded_on", values),
        project(row["project"]) if row["project"] else None,
    )


@examples("fulfilment")
def test_indicator_fulfilment(row: Row) -> None:
    hold(indicator_fulfilment(*tracked(row), as_of=row["as_of"]), row)


@examples("course")
def test_indicator_course(row: Row) -> None:
    result = indicator_course(*tracked(row), as_of=row["as_of"])
    wanted = parts(row["expected: rows"], MOMENT)
    moments = [
        f"{day:%Y-%m-%d}{' measured' * bool(measured)}"
        for day, measured in zip(result["day"], result["measured"], strict=True)
    ]
    assert moments == [moment for moment, *_ in wanted]
    for place, column in enumerate(("actual", "planned", "target")):
        figures = [number(figure) for _, *some in wanted for figure in [some[place]]]
        assert result[column].tolist() == pytest.approx(figures, rel=1e-9, abs=1e-12, nan_ok=True), column


@examples("breakdown")
def test_breakdown_counts(row: Row) -> None:
    indicator = frame("accumulation scale unit", [(row["accumulation"], row["scale"], row["unit"])])
    values = [
        ("I", day, number(value), number(over), number(under), dimension, category, person, known)
        for day, over, under, value, dimension, category, person, known in parts(row["measurements"], VALUE)
    ]
    names = "indicator_id measured_on actual numerator denominator dimension category person_id recorded_on"
    result = breakdown_counts(indicator.assign(indicator_id="I"), frame(names, values), as_of=row["as_of"])
    expected = row["expected: rows"].split("; ")
    assert [name.split()[0] for name in expected] == list(result["category"].fillna("rest"))
    assert list(result["part"]) == ["rest" if name.startswith("rest ") else "category" for name in expected]
    for line, want in zip(result.itertuples(), expected, strict=True):
        value, _, whole = want.split(" ", 1)[1].partition(" of ")
        if whole:
            assert line.actual == pytest.approx(number(value))
            assert pd.isna(line.share)
        else:
            count, _, total = value.partition("/")
            assert (line.actual, line.total) == (float(count), float(total))
            assert line.share == pytest.approx(number(value))


@examples("timeline")
def test_activity_timeline(row: Row) -> None:
    names = ["planned_start", "planned_end", "actual_start", "actual_end", "recorded_status", "recorded_on"]
    activities = frame(" ".join(names), [tuple(row[name] for name in names)]).rename(
        columns={"recorded_status": "status"}
    )
    projects = project(row["project"]) if row["project"] else None
    hold(activity_timeline(activities.assign(activity_id="KA1"), projects, as_of=row["as_of"]), row)


@examples("overlaps")
def test_overlaps(row: Row) -> None:
    periods = [
        tuple(text.strip() for text in f"{row[name]} to ".split("to")[:2]) for name in ("activity A", "activity B")
    ]
    activities = frame("activity_id planned_start planned_end", [("A", *periods[0]), ("B", *periods[1])])
    hold(overlaps(activities), row)


@examples("project_period")
def test_project_period(row: Row) -> None:
    hold(project_period(project(row["project"]), as_of=row["as_of"]), row)


@examples("outputs")
def test_output_delivery(row: Row) -> None:
    quantities = tuple(number(row[name]) for name in ("planned_quantity", "delivered_quantity"))
    days = tuple(row[name] for name in ("due", "delivered_on", "recorded_on"))
    outputs = frame(
        "output_id planned_quantity delivered_quantity due delivered_on recorded_on", [("V1", *quantities, *days)]
    )
    hold(output_delivery(outputs, as_of=row["as_of"]), row)


@examples("delivered_outputs")
def test_delivered_outputs(row: Row) -> None:
    pieces = [
        ("KA1", name, due, number(planned), number(quantity), day, "minutes" * bool(proof), known)
        for name, due, planned, _, quantity, day, proof, known in parts(row["outputs"], PIECE)
    ]
    names = "activity_id output_id due planned_quantity delivered_quantity delivered_on evidence recorded_on"
    activity = frame("activity_id title planned_end", [("KA1", "Activity", row["activity_end"])])
    hold(delivered_outputs(frame(names, pieces), activity, as_of=row["as_of"]), row)


@examples("documents")
def test_documents_counted(row: Row) -> None:
    pieces = [
        ("I", name, number(planned), number(quantity), *days)
        for name, planned, quantity, *days in parts(row["outputs"], DOCUMENT)
    ]
    names = "indicator_id output_id planned_quantity delivered_quantity delivered_on published_on recorded_on"
    indicator = frame("indicator_id accumulation", [("I", row["accumulation"])])
    values = [("I", day, number(value)) for day, _, _, value, *_ in parts(row["measurements"], VALUE)]
    measured = frame("indicator_id measured_on actual", values)
    hold(documents_counted(frame(names, pieces), indicator, measured, as_of=row["as_of"]), row)


def procedures(cell: str, published: str = "") -> pd.DataFrame:
    told = [
        (name or "R", "K", opened, closed, hearing, settled or published, known)
        for name, opened, closed, hearing, settled, known in parts(cell, PROCEDURE)
    ]
    return frame("procedure_id plan_id opened closed hearing_on published_on recorded_on", told)


@examples("steps")
def test_plan_steps(row: Row) -> None:
    days = dict(entry.split(" ") for entry in row["plan"].split("; ") if entry)
    plan = frame("plan_id title", [("K", "Plan")]).assign(**{f"{step}_on": [day] for step, day in days.items()})
    result = plan_steps(plan, procedures(row["procedures"]), as_of=row["as_of"])
    steps = zip(result["step"], result["state"], result["day"], strict=True)
    assert [" ".join(filter(None, (step, state, shown(day)))) for step, state, day in steps] == row[
        "expected: rows"
    ].split("; ")


@examples("comments")
def test_comment_settlement(row: Row) -> None:
    told = [
        (str(place), "R", received, kind.replace("?", ""), *rest)
        for place, (received, kind, *rest) in enumerate(parts(row["comments"], COMMENT))
    ]
    names = "comment_id procedure_id received_on kind settlement settled_on reason recorded_on"
    asked = procedures(row["window"], row["published"])
    hold(comment_settlement(asked, frame(names, told), as_of=row["as_of"]), row)


@examples("reach")
def test_reach_values(row: Row) -> None:
    told = [
        ("web", "visits", day, number(value), number(before), group, known)
        for day, value, before, group, known in parts(row["values"], REACHED)
    ]
    sizes = [(name, number(size), "yes" * (sign == ">=")) for name, sign, size in parts(row["group"], GROUP)]
    values = frame("channel metric period value baseline group_id recorded_on", told)
    hold(reach_values(values, frame("group_id estimated_size lower_bound", sizes), as_of=row["as_of"]), row)


@examples("drawdown")
def test_drawdown(row: Row) -> None:
    plan = [
        (first, last, number(money), source, known) for first, last, money, source, known in parts(row["plan"], STEP)
    ]
    moves = [(day, kind, number(money), known) for day, kind, money, known in parts(row["transactions"], MOVE)]
    result = drawdown(
        frame("period_start period_end amount source recorded_on", plan),
        frame("date type amount recorded_on", moves),
        project(row["project"], row["total"]),
        as_of=row["as_of"],
    )
    hold(result, row, exact=("expected: planned", "expected: spent"))


@examples("three_way")
def test_three_way(row: Row) -> None:
    timeline = frame(
        "project_elapsed", [(number(row["time_of_timeline"]),)] if row["time_of_timeline"] != "none" else []
    )
    books = (number(row["time_of_drawdown"].replace("none", "")), number(row["money"]))
    spent = frame("elapsed share_spent", [books] if row["time_of_drawdown"] != "none" else [])
    entries = [entry.split("=") for entry in row["fulfilment"].split("; ") if entry]
    reached = frame("indicator_id fulfilment", [(name, number(value)) for name, value in entries])
    numbers = {"project_elapsed": "float64", "elapsed": "float64", "share_spent": "float64", "fulfilment": "float64"}
    results = [
        part.astype({name: numbers[name] for name in part if name in numbers}) for part in (timeline, spent, reached)
    ]
    hold(three_way(*results), row)


@examples("meetings")
def test_meeting_counts(row: Row) -> None:
    people = [(who, role.strip("-"), known) for who, role, known in parts(row["people"], ROLE)]
    events = [
        (event, day.strip("-"), kind, group, known) for event, day, kind, group, known in parts(row["events"], MEETING)
    ]
    presence = [(who, event, number(hours), known) for who, event, hours, known in parts(row["attendance"], PRESENCE)]
    result = meeting_counts(
        frame("person_id role recorded_on", people),
        frame("person_id working_group since until recorded_on", parts(row["memberships"], MEMBER)),
        frame("event_id date kind working_group recorded_on", events),
        frame("person_id event_id hours recorded_on", presence),
        project(row["project"]) if row["project"] else None,
        as_of=row["as_of"],
    )
    kind, group = row["row"].split(" ")
    hold(result[(result["kind"] == kind) & (result["working_group"] == group)], row)


@examples("self_assessment")
def test_self_assessment(row: Row) -> None:
    names = "area criterion met assessed_on recorded_on"
    result = self_assessment(frame(names, parts(row["assessments"], ASSESSED)), as_of=row["as_of"])
    assert result["number"].head(8).tolist() == list(range(1, 9))
    hold(result[result["area"] == row["area"]], row)


@examples("changes")
def test_changes(row: Row) -> None:
    status = row["kind"] == "status"
    before, after = (
        Figure(row["kind"], word=row[name]) if status else Figure(row["kind"], number(row[name]))
        for name in ("before", "after")
    )
    days = pd.Timestamp("2018-06-30"), pd.Timestamp("2018-12-31")
    result = framed("p", *days, {("actual", "I"): before}, {("actual", "I"): after}, "CZK")
    hold(result, row, exact=("expected: difference",) if row["kind"] in ("money", "count") else ())


LINE = re.compile(r"(\S+)(?: of (\w+))?(?: for (\w+))?(?: from (\w+))? = ([\d.]+)(?: recorded ([\d-]+))?")
ENTRY = re.compile(
    r"([\d-]+) (\w+) ([-\d.]+)(?: on (\S+))?(?: for (\w+))?(?: from (\w+))?(?: recorded ([\d-]+))?"
)  # of the books: a movement of money with the line, activity and source that it names
PART = re.compile(r"(\S+) (\S+) (\S+) (\S+)")
QUANTITY = re.compile(r"(\w+) of (\w+)=(\S+)")
HELD = re.compile(r"([\d-]+) (\w+) (\S+) of (\S+)")
WORK = re.compile(r"(\w+) (\w+) (\S+) (\S+) (\S+)")
RATE = re.compile(r"(\w+) ([\d-]+) ([\d.]+)(?: recorded ([\d-]+))?")


def told(value: Any) -> str:
    """A figure of a result as the short notations write it: a number with as many digits as it needs, - if missing."""
    if pd.isna(value):
        return "-"
    return f"{value:.9f}".rstrip("0").rstrip(".") if isinstance(value, int | float) else str(value)


def same(result: list[str], expected: str) -> None:
    """The rows as the short notations write them."""
    assert result == [row for row in expected.split("; ") if row]


def books(cell: str) -> pd.DataFrame:
    moves = [
        (day, kind, number(money), line, activity, source, known)
        for day, kind, money, line, activity, source, known in parts(cell, ENTRY)
    ]
    return frame("date type amount line_id activity_id source recorded_on", moves)


def plan_of(cell: str) -> pd.DataFrame:
    plan = [(first, last, number(money), source, known) for first, last, money, source, known in parts(cell, STEP)]
    return frame("period_start period_end amount source recorded_on", plan)


@examples("spending")
def test_spending(row: Row) -> None:
    lines = [
        (line, chapter, activity, source, number(money), known)
        for line, chapter, activity, source, money, known in parts(row["lines"], LINE)
    ]
    stated = [(name, number(money)) for name, money in (one.split("=") for one in row["stated"].split("; ") if one)]
    by = row["by"]
    result = spending(
        frame("line_id chapter activity_id source amount recorded_on", lines),
        books(row["transactions"]),
        project(),
        frame("activity_id budget", stated) if by == "activity" else None,
        frame("source declared_amount", stated).assign(kind="eu") if by == "source" else None,
        as_of=row["as_of"],
        by=by,
    )
    found = [
        f"{'none' if pd.isna(part.category) else part.category} "
        + " ".join(told(cell) for cell in (part.basis, part.budget, part.spent))
        for part in result.itertuples()
    ]
    same(found, row["expected: rows"])
    for part in result.itertuples():  # what follows from the two amounts
        both = pd.notna(part.budget) and pd.notna(part.spent)
        assert told(part.left) == (told(round(part.budget - part.spent, 2)) if both else "-")
        assert pd.isna(part.share_spent) == (not both or part.budget == 0)
        assert pd.isna(part.share_spent) or part.share_spent == part.spent / part.budget


@examples("money_stages")
def test_money_stages(row: Row) -> None:
    result = money_stages(books(row["transactions"]), project(row["project"], row["total"]), as_of=row["as_of"])
    sums = ("spent", "refunded", "claimed", "approved", "received", "unclaimed", "unapproved", "outstanding", "on_hand")
    hold(result, row, exact=tuple(f"expected: {name}" for name in sums))


@examples("claims")
def test_claims(row: Row) -> None:
    result = claims(plan_of(row["plan"]), books(row["transactions"]), project(), as_of=row["as_of"])
    steps = [
        f"{step.period_end:%Y-%m-%d} {step.state} "
        + " ".join(told(cell) for cell in (step.planned, step.spent, step.claimed, step.received))
        for step in result.itertuples()
    ]
    same(steps, row["expected: rows"])
    columns = ["planned_total", "spent_total", "claimed_total", "received_total", "gap"]
    totals = [" ".join(told(cell) for cell in line) for line in result[columns].to_numpy(float)]
    same(totals, row["expected: totals"])


def test_a_course_of_several_days_costs_something_a_unit_once_it_is_over() -> None:
    course = frame(
        "event_id kind date last_day hours activity_id", [("E", "training", "2018-01-01", "2018-01-03", 8.0, "KA5")]
    )
    nothing = frame("output_id activity_id delivered_quantity", []), frame("indicator_id actual", [])
    spent = frame("by category spent", [("activity", "KA5", 800.0)])

    assert unit_costs(spent, *nothing, events=course, as_of="2018-01-02").empty
    over = unit_costs(spent, *nothing, events=course, as_of="2018-01-03").set_index("kind")
    assert over["unit_cost"].to_dict() == {"training_hours": 100.0, "trainings": 800.0}


@examples("unit_costs")
def test_unit_costs(row: Row) -> None:
    spent = [
        ("activity", None if name == "none" else name, number(money))
        for name, money in (one.split("=") for one in row["spent"].split("; "))
    ]
    delivered = [(item, activity, number(quantity)) for item, activity, quantity in parts(row["outputs"], QUANTITY)]
    indicator = [("I", number(row["indicator"]))] if row["indicator"] else []
    links = [(f"L{activity}", activity, "I") for activity in row["counts in"].split("; ") if activity]
    happened = [
        (f"E{place}", kind, day, number(hours), None if activity == "-" else activity)
        for place, (day, kind, hours, activity) in enumerate(parts(row["events"], HELD))
    ]
    result = unit_costs(
        frame("by category spent", spent),
        frame("output_id activity_id delivered_quantity", delivered),
        frame("indicator_id actual", indicator),
        frame("output_id activity_id indicator_id", links).assign(title="t"),
        frame("event_id kind date hours activity_id", happened),
        as_of=row["as_of"],
        whole_project=row["whole project"] == "yes",
    )
    found = [
        f"{one.kind} {told(one.item)}: {told(one.cost)}/{told(one.quantity)}="
        + (told(one.unit_cost) if pd.isna(one.reason) else one.reason)
        + f" of {one.basis}, {one.others} others"
        for one in result.itertuples()
    ]
    same(found, row["expected: rows"])
    assert (result["unit_cost"].isna() == result["reason"].notna()).all()


@examples("earned_value")
def test_earned_value(row: Row) -> None:
    work = parts(row["activities"], WORK)
    timeline = frame("activity_id status elapsed", [(name, status, number(share)) for name, status, share, *_ in work])
    costs = [("activity", name, number(budget), number(spent)) for name, _, _, budget, spent in work]
    if row["beside"]:
        costs.append(("activity", None, *(number(money) for money in row["beside"].split())))
    hold(earned_value(timeline, frame("by category budget spent", costs)), row)


@examples("converted_amounts")
def test_converted_amounts(row: Row) -> None:
    rates = [
        (
            "price_index" if of == "index" else "exchange",
            period,
            None if of == "index" else of,
            number(rate),
            "CNB",
            known,
        )
        for of, period, rate, known in parts(row["rates"], RATE)
    ]
    result = converted_amounts(
        books(row["transactions"]),
        frame("kind period currency rate published_by recorded_on", rates),
        project(),
        as_of=row["as_of"],
        base=int(row["base"]) if row["base"] else None,
    )
    indexed = "index" in row["rates"]
    found = [
        f"{'all' if pd.isna(one.year) else one.year}: {told(one.spent)} = "
        + (told(one.converted) if pd.isna(one.rate_reason) else one.rate_reason)
        + f" at {told(one.rate)}, "
        + ("-" if not indexed else told(one.constant) if pd.isna(one.index_reason) else one.index_reason)
        for one in result.itertuples()
    ]
    same(found, row["expected: rows"])
    assert (result["converted"].isna() == result["rate_reason"].notna()).all()
    assert (result["constant"].isna() == result["index_reason"].notna()).all()


@examples("training_hours")
def test_training_hours(row: Row) -> None:
    stated = RULE.fullmatch(row["rule"])
    names = ("min_hours", "max_elearning_hours", "minutes_per_hour")
    told = {name: float(text) for name, text in zip(names, stated.groups(), strict=True) if text} if stated else {}
    rule = columns_of(None if stated else row["rule"], told)
    events = [
        (name, kind, day.strip("-"), last, number(hours), mode, known)
        for name, kind, day, last, hours, mode, known in parts(row["events"], COURSE)
    ]
    attended = [
        (name, who or "P", number(hours), known) for name, who, hours, known in parts(row["attended"], ATTENDED)
    ]
    result = training_hours(
        frame("person_id", [("P",)]),
        frame("event_id kind date last_day hours mode recorded_on", events),
        frame("event_id person_id hours recorded_on", attended),
        pd.DataFrame([{"project_id": "p"} | rule]),
        as_of=row["as_of"],
    )
    hold(result[result["person_id"] == "P"], row)
