"""Invented data: the complete project of data/demo, and any number of projects from a seed."""

from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from kpeval.demo import TOGETHER, demo_tables, write_demo
from kpeval.faults import DataError
from kpeval.measures.budget import budget_shares, reconciliation
from kpeval.measures.drawdown import drawdown
from kpeval.measures.indicators import indicator_fulfilment
from kpeval.measures.timeline import activity_timeline
from kpeval.project import Project, load
from kpeval.schema import (
    ACCUMULATIONS,
    ACTIVITY_STATES,
    ANSWERS,
    COMMENT_KINDS,
    DIRECTIONS,
    EVENT_KINDS,
    INDICATOR_LEVELS,
    MODES,
    PROJECT_TABLES,
    PROJECTS,
    RATE_KINDS,
    RELATIONS,
    ROLES,
    SCALES,
    SETTLEMENTS,
    TRAINING_RULE,
    TRANSACTION_TYPES,
)

DATA = Path(__file__).parent.parent / "data"
DAYS = ("2021-12-31", "2022-12-31", "2023-12-31")


@pytest.fixture(scope="module")
def demo() -> Project:
    return load("demo", DATA)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("invented")
    write_demo(out, projects=30, seed=7)
    return out


@pytest.fixture(scope="module")
def thousand() -> dict[str, pd.DataFrame]:
    return demo_tables(1000, seed=3)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def fulfilment(project: Project, as_of: str) -> pd.DataFrame:
    tables = (project.indicators, project.targets, project.measurements, project.projects)
    return indicator_fulfilment(*tables, as_of=as_of).set_index("indicator_id")


def test_the_same_seed_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_demo(tmp_path / "again", projects=30, seed=7)
    assert bytes_of(tmp_path / "again") == bytes_of(folder)


def test_a_seed_gives_the_same_projects_in_every_release() -> None:
    """If this fails, old seeds give other projects now: say so in the changelog under "Numbers that change"."""
    tables = demo_tables(1, seed=1)
    assert tables["projects"]["total_cost"].tolist() == [3657421.51]
    assert tables["projects"]["start"].tolist() == [pd.Timestamp("2018-04-01")]
    assert tables["funding"]["declared_amount"].dropna().tolist() == [3108808.28, 182871.08]
    assert tables["activities"]["title"].tolist() == ["Tvorba plánu", "Vzdělávání"]


def test_another_seed_writes_other_projects(folder: Path, tmp_path: Path) -> None:
    write_demo(tmp_path / "other", projects=30, seed=8)
    assert bytes_of(tmp_path / "other") != bytes_of(folder)


def test_a_project_is_the_same_among_five_as_among_thirty(folder: Path, tmp_path: Path) -> None:
    write_demo(tmp_path / "few", projects=5, seed=7)
    many = bytes_of(folder)
    few = bytes_of(tmp_path / "few")
    assert few == {name: content for name, content in many.items() if name[:9] <= "demo-0005"}


def test_projects_beyond_the_first_batch_are_the_same_as_in_one_piece() -> None:
    whole = demo_tables(TOGETHER + 3, seed=7)
    for name, table in demo_tables(3, seed=7, first=TOGETHER + 1).items():
        last = whole[name].tail(len(table)).reset_index(drop=True)
        assert_frame_equal(table, last)


def test_frames_in_memory_have_the_rows_that_the_loaded_files_have(folder: Path) -> None:
    tables = demo_tables(30, seed=7)
    for project_id in ("demo-0001", "demo-0017", "demo-0030"):
        project = load(project_id, folder)
        for name, loaded in project.tables.items():
            made = tables[name][tables[name]["project_id"] == project_id].reset_index(drop=True)
            read = loaded[[column for column in loaded if column in made]].reset_index(drop=True)
            assert {*loaded} - {*made} <= set(TRAINING_RULE.names), "what the rule of the programme adds"
            assert_frame_equal(made[read.columns], read, check_dtype=False, obj=f"{project_id} {name}")


def test_every_project_loads_without_a_fault_and_says_that_it_is_invented(folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"demo-{number:04d}" for number in range(1, 31)]
    for name in names:
        facts = load(name, folder).projects.iloc[0]
        assert facts["synthetic"]
        assert "smyšlená data" in facts["title"]


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(DataError, match="is not an empty folder: name a new one"):
        write_demo(tmp_path, projects=1, seed=1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(DataError, match="is not an empty folder"):
        write_demo(tmp_path / "mine.txt", projects=1, seed=1)


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    assert write_demo(tmp_path, projects=2, seed=1) == [tmp_path / "demo-0001", tmp_path / "demo-0002"]


def test_no_projects_write_nothing(tmp_path: Path) -> None:
    assert write_demo(tmp_path / "none", projects=0, seed=1) == []


def test_every_table_of_the_schema_is_filled(thousand: dict[str, pd.DataFrame]) -> None:
    assert set(thousand) == {*PROJECT_TABLES, "projects", "stated"}
    assert all(len(table) for table in thousand.values())


def test_the_number_of_activities_and_indicators_varies(thousand: dict[str, pd.DataFrame]) -> None:
    assert set(thousand["activities"].groupby("project_id").size()) == set(range(1, 9))
    assert set(thousand["indicators"].groupby("project_id").size()) == set(range(1, 13))
    assert 0 < thousand["indicators"]["project_id"].nunique() < 1000
    assert 600 < thousand["finance_plan"]["project_id"].nunique() < 900


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("indicators", "direction", DIRECTIONS),
        ("indicators", "accumulation", ACCUMULATIONS),
        ("indicators", "scale", SCALES),
        ("indicators", "level", INDICATOR_LEVELS),
        ("transactions", "type", TRANSACTION_TYPES),
        ("activities", "status", ("not_started", "cancelled")),
        ("projects", "start_precision", ("day", "month")),
        ("activities", "planned_end_precision", ("day", "month")),
        ("projects", "total_basis", ("eligible", "all", "not_stated")),
        ("people", "role", ROLES),
        ("events", "kind", EVENT_KINDS),
        ("events", "mode", MODES),
        ("plan_measures", "level", ("priorita", "cíl", "opatření")),
        ("links", "relation", RELATIONS),
        ("comments", "kind", COMMENT_KINDS),
        ("comments", "settlement", SETTLEMENTS),
        ("self_assessment", "met", ANSWERS),
        ("rates", "kind", RATE_KINDS),
    ],
)
def test_every_word_of_a_closed_list_occurs(
    thousand: dict[str, pd.DataFrame], table: str, column: str, words: tuple[str, ...]
) -> None:
    assert set(thousand[table][column].dropna()) == set(words)


def test_every_state_of_funding_occurs(thousand: dict[str, pd.DataFrame]) -> None:
    states = reconciliation(thousand["funding"], thousand["projects"])["state"]
    assert set(states) == {"reconciled", "over", "under", "unknown"}
    shares = budget_shares(thousand["funding"], thousand["projects"])
    joint = thousand["funding"].query("kind == 'joint'")
    assert 0 < (shares["kind"] == "joint").sum() < len(joint)  # some joint amounts split, some do not
    assert shares["derived"].any()


def test_every_status_of_indicators_and_activities_occurs(thousand: dict[str, pd.DataFrame]) -> None:
    names = ("indicators", "targets", "measurements", "projects")
    found = indicator_fulfilment(*(thousand[name] for name in names), as_of="2018-06-30")
    early = {"not_due", "far_behind", "behind", "on_track", "ahead"}
    late = {"missing", "not_achieved", "achieved", "overachieved"}
    assert set(found["status"]) == early | late | {"qualitative", "no_target"}
    assert {"no_baseline", "no_due", "zero_denominator"} <= set(found["reason"].dropna())
    assert (found["target"] != found["original_target"])[found["target"].notna()].any()
    timeline = activity_timeline(thousand["activities"], thousand["projects"], as_of="2018-06-30")
    assert set(timeline["status"]) == {*ACTIVITY_STATES, "no_record"}
    assert (timeline["days_late_end"] > 0).any()
    assert (timeline["days_late_end"] < 0).any()
    assert timeline["outside_project"].any()


def test_no_line_of_the_budget_is_overspent(thousand: dict[str, pd.DataFrame]) -> None:
    key = ["project_id", "line_id"]
    spent = thousand["transactions"].query("type in ['expenditure', 'correction']").groupby(key)["amount"].sum()
    budget = thousand["budget_lines"].set_index(key)["amount"]
    assert (spent <= budget.reindex(spent.index)).all()


def test_budget_lines_and_activities_add_up_to_the_total(thousand: dict[str, pd.DataFrame]) -> None:
    total = thousand["projects"].set_index("project_id")["total_cost"].dropna()
    lines = thousand["budget_lines"].groupby("project_id")["amount"].sum().reindex(total.index)
    assert ((lines - total).abs() < 0.005).all()


def test_a_part_of_a_plan_becomes_at_most_what_the_next_plan_holds(thousand: dict[str, pd.DataFrame]) -> None:
    parts = thousand["plan_measures"].set_index(["project_id", "node_id"])["plan_id"]
    links = thousand["links"].dropna(subset=["from_node", "to_node"])
    old, new = (
        parts.loc[pd.MultiIndex.from_frame(links[["project_id", name]])].str[2:].astype(int).to_numpy()
        for name in ("from_node", "to_node")
    )
    assert ((new - old) == 1).all()
    assert thousand["links"].query("relation == 'dropped'")["to_node"].isna().all()
    assert thousand["links"].query("relation == 'new'")["from_node"].isna().all()


def test_of_invented_projects_some_record_people_and_some_tell_of_their_plan(thousand: dict[str, pd.DataFrame]) -> None:
    assert 400 < thousand["people"]["project_id"].nunique() < 600
    assert 300 < thousand["plan_measures"]["project_id"].nunique() < 450  # half of those that have a plan
    assert thousand["attendance"]["hours"].isna().mean() > 0.8


def test_the_demo_project_is_complete_and_says_that_it_is_invented(demo: Project) -> None:
    assert demo.projects["synthetic"].tolist() == [True]
    assert demo.projects["title"].item().startswith("Ukázka (smyšlená data)")
    assert demo.projects[PROJECTS.names].notna().all(axis=None)
    assert all(len(demo.tables[name]) for name in (*PROJECT_TABLES, "stated"))
    assert all(set(demo.report(day)) == {"number", "period", "author", "state"} for day in DAYS)
    assert set(demo.commentary) == {f"commentary/{day}.{lang}.md" for day in DAYS for lang in ("cs", "en")}


def test_the_money_of_the_demo_project_reconciles(demo: Project) -> None:
    found = reconciliation(demo.funding, demo.projects).iloc[0]
    assert (found["state"], found["surplus"]) == ("reconciled", 0.0)
    assert budget_shares(demo.funding, demo.projects)["deviation"].abs().max() < 1e-12
    assert demo.budget_lines["amount"].sum() == demo.projects["total_cost"].item()
    assert {"1.1", "1.10"} <= set(demo.budget_lines["line_id"])


def test_no_line_of_the_demo_budget_is_overspent(demo: Project) -> None:
    signs = {"expenditure": 1, "correction": 1, "refund": -1}
    moves = demo.transactions
    spent = (moves["amount"] * moves["type"].map(signs)).groupby(moves["line_id"]).sum()
    assert (spent <= demo.budget_lines.set_index("line_id")["amount"].reindex(spent.index)).all()


@pytest.mark.parametrize(
    ("as_of", "planned", "spent"),
    [
        # spent by hand: 1.15 times the direct costs booked by the day, for indirect costs are a flat 15 %
        ("2021-12-31", 1_780_000, 1.15 * 1_332_770),
        ("2022-12-31", 3_566_200, 1.15 * (1_332_770 + 1_744_780 - 18_600)),  # the refund of the cancelled trip
        ("2023-12-31", 5_207_430, 1.15 * (1_332_770 + 1_726_180 + 1_327_140 - 6_200 + 2_350)),
    ],
)
def test_spending_lags_at_first_and_ends_at_97_percent(demo: Project, as_of: str, planned: float, spent: float) -> None:
    found = drawdown(demo.finance_plan, demo.transactions, demo.projects, as_of=as_of).iloc[0]
    assert found["planned"] == planned
    assert found["spent"] == pytest.approx(spent, abs=0.005)


def test_indicators_of_every_kind_are_in_the_demo_project(demo: Project) -> None:
    rows = demo.indicators
    assert set(rows["direction"].dropna()) == set(DIRECTIONS)
    assert set(rows["accumulation"].dropna()) == set(ACCUMULATIONS)
    assert set(rows["scale"].dropna()) == set(SCALES)
    assert set(rows["level"].dropna()) == set(INDICATOR_LEVELS)
    last = fulfilment(demo, DAYS[-1])
    assert last.loc["I14", "target"] == 0
    assert last.loc["I04", "assumed"]
    assert last.loc["I08", "reason"] == "no_baseline"
    assert demo.targets["tolerance"].notna().any()
    assert {"pohlaví", "věk", "role", "pracovní skupina"} == set(demo.measurements["dimension"].dropna())
    assert demo.reported.query("person_id == 'os-03'").shape[0] == 2


@pytest.mark.parametrize(
    ("as_of", "statuses"),
    [
        (
            "2021-12-31",
            "on_track behind behind on_track behind achieved far_behind not_due on_track on_track qualitative behind"
            " no_target on_track not_due not_due",
        ),
        (
            "2022-12-31",
            "on_track on_track on_track ahead on_track far_behind ahead not_due on_track ahead qualitative achieved"
            " no_target on_track behind not_due",
        ),
        (
            "2023-12-31",
            "achieved not_achieved achieved overachieved achieved achieved achieved not_achieved not_achieved achieved"
            " qualitative achieved no_target achieved achieved missing",
        ),
    ],
)
def test_each_day_of_the_demo_project_shows_something_else(demo: Project, as_of: str, statuses: str) -> None:
    assert fulfilment(demo, as_of)["status"].tolist() == statuses.split()


def test_a_target_lowered_late_and_a_revised_one_keep_the_original(demo: Project) -> None:
    before, after = fulfilment(demo, "2023-10-15"), fulfilment(demo, "2023-10-16")
    assert (before.loc["I15", "target"], after.loc["I15", "target"], after.loc["I15", "original_target"]) == (
        60,
        45,
        60,
    )
    assert (after.loc["I02", "target"], after.loc["I02", "original_target"]) == (4, 5)


def test_a_value_corrected_later_counts_from_the_day_of_the_correction(demo: Project) -> None:
    assert fulfilment(demo, "2023-02-13").loc["I04", "actual"] == 30 + 84 + 120 + 118
    assert fulfilment(demo, "2023-02-14").loc["I04", "actual"] == 30 + 84 + 112 + 118


def test_activities_of_the_demo_project_start_and_end_late_and_early(demo: Project) -> None:
    rows = activity_timeline(demo.activities, demo.projects, as_of=DAYS[-1]).set_index("activity_id")
    assert rows["status"].drop(["KA3", "KA6"]).eq("finished").all()
    assert (rows.loc["KA3", "status"], rows.loc["KA6", "status"]) == ("under_way", "cancelled")
    late = rows[["days_late_start", "days_late_end"]].astype("float64")
    assert late.loc["KA2"].tolist() == [28, 56]  # 1 February to 1 March; 30 September to 25 November
    assert late.loc["KA4"].tolist() == [-17, -54]
    assert late.loc["KA3"].tolist() == [61, 31]
    first = activity_timeline(demo.activities, demo.projects, as_of=DAYS[0]).set_index("activity_id")
    assert first.loc["KA6", "status"] == "no_record"


def test_outputs_of_the_demo_project_are_on_time_late_and_missing(demo: Project) -> None:
    rows = demo.outputs.set_index("output_id")
    known = rows[rows["due"].notna() & rows["delivered_on"].notna()]
    assert (known["delivered_on"] <= known["due"]).any()
    assert (known["delivered_on"] > known["due"]).any()
    assert rows.loc["V07", "delivered_on"] is pd.NaT
    assert rows["planned_quantity"].isna().any()


def test_the_plans_of_the_demo_town_follow_each_other_without_a_gap(demo: Project) -> None:
    plans = demo.plans
    assert plans["predecessor"].tolist()[1:] == plans["plan_id"].tolist()[:-1]
    gaps = plans["period_start"].iloc[1:].array - plans["period_end"].iloc[:-1].array
    assert set(gaps) == {pd.Timedelta(days=1)}


def hours_until(demo: Project, as_of: str) -> pd.Series:
    """Hours of training by person, by hand: what is written, else the length of the course; the last day counts."""
    rows = demo.attendance.merge(demo.events, on="event_id", suffixes=("", "_of_event")).query("kind == 'training'")
    over = rows["last_day"].fillna(rows["date"]) <= pd.Timestamp(as_of)
    return rows["hours"].fillna(rows["hours_of_event"])[over].groupby(rows["person_id"]).sum()


def test_the_attendance_of_the_demo_gives_the_persons_that_its_indicator_counts(demo: Project) -> None:
    rows = demo.measurements.query("indicator_id == 'I01'").dropna(subset="person_id")
    for day in sorted(set(rows["measured_on"])):
        eve = day - pd.Timedelta(days=1)
        hours, before = hours_until(demo, str(day.date())), hours_until(demo, str(eve.date()))
        named = set(rows.loc[rows["measured_on"] <= day, "person_id"])
        assert set(hours[hours >= 40].index) == named
        assert set(before[before >= 40].index) == set(rows.loc[rows["measured_on"] < day, "person_id"])


def test_one_person_of_the_demo_stays_half_an_hour_below_the_threshold(demo: Project) -> None:
    hours = hours_until(demo, "2023-12-31")
    assert hours[hours.between(35, 40, inclusive="left")].to_dict() == {"os-27": 39.5}


def test_the_meetings_of_the_demo_are_those_that_its_indicator_counts(demo: Project) -> None:
    meetings = demo.events.query("kind == 'wg_meeting'")
    told = demo.measurements.query("indicator_id == 'I03' and category.notna()")
    days = sorted(set(told["measured_on"]))
    for first, day in zip([pd.Timestamp("2020-12-31"), *days], days, strict=False):
        held = meetings[meetings["date"].between(first, day, inclusive="right")].groupby("working_group").size()
        counted = told[told["measured_on"] == day].set_index("category")["actual"]
        assert held.reindex(counted.index, fill_value=0).tolist() == counted.tolist()
    kinds = demo.events["kind"].value_counts().to_dict()
    assert kinds == {"wg_meeting": 56, "training": 15, "management_team": 12, "hearing": 7, "conference": 1}


def test_the_roles_of_those_who_reached_forty_hours_are_the_breakdown_of_the_indicator(demo: Project) -> None:
    reached = hours_until(demo, "2023-12-31")
    roles = demo.people.set_index("person_id")["role"][reached[reached >= 40].index].value_counts()
    assert roles.to_dict() == {"provider": 13, "user": 7, "commissioner": 6}


def test_the_documents_of_the_demo_are_those_that_its_indicator_counts(demo: Project) -> None:
    published = demo.outputs.query("indicator_id == 'I02'")["published_on"].dropna()
    counted = demo.measurements.query("indicator_id == 'I02' and actual == 1")["measured_on"]
    assert sorted(published) == sorted(counted)


def test_the_plans_of_the_demo_have_about_ninety_measures_each_and_one_forgets_a_group(demo: Project) -> None:
    measures = demo.plan_measures.query("level == 'opatření'")
    assert measures["plan_id"].value_counts().sort_index().to_dict() == {"KP1": 84, "KP2": 82, "KP3": 87, "KP4": 88}
    forgotten = [
        plan
        for plan, rows in measures.groupby("plan_id")
        if not rows["group_id"].str.contains("G9").fillna(False).any()
    ]
    assert forgotten == ["KP3"]
    assert demo.areas["area_id"].tolist() == ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"]


def test_each_plan_of_the_demo_is_evaluated_in_each_of_its_years_in_the_spring_after(demo: Project) -> None:
    rows = demo.evaluations
    assert set(rows["year"]) == set(range(2011, 2024))
    lag = rows["evaluated_on"].dt.year - rows["year"].astype(int)
    assert set(lag) == {1}
    assert rows.loc[rows["year"] == 2023, "recorded_on"].min() > pd.Timestamp(DAYS[-1])
    twice = rows[rows.duplicated(["node_id", "year"], keep=False)]
    assert len(twice) == 2
    assert twice["status"].tolist() == ["nenaplněno", "rozpracováno"]
    known = set(demo.status_words["word"])
    assert known <= set(rows["status"])


def test_the_comments_of_the_demo_fit_the_share_settled_in_thirty_days(demo: Project) -> None:
    """The indicator counts all comments of the year, 71 of 88 in time: at most 17 of this procedure are late."""
    comments = demo.comments.query("procedure_id == 'PR4'")
    late = (comments["settled_on"] - comments["received_on"]).dt.days > 30
    assert (len(comments), late.sum()) == (40, 10)
    assert comments["settled_on"].max() == demo.outputs.set_index("output_id").loc["V04", "delivered_on"]


def test_the_rates_of_the_demo_say_that_they_are_invented(demo: Project) -> None:
    assert demo.rates["published_by"].str.contains("smyšlený").all()
