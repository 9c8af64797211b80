"""A project is read whole and frozen, or not at all: every fault of every file is told in one error."""

import copy
import pickle
import shutil
from pathlib import Path

import pandas as pd
import pytest

from kpeval.faults import DataError
from kpeval.folders import is_read
from kpeval.project import Project, data_folder, load, project_names

DATA = Path(__file__).parents[1] / "data"
TOML = 'title = "Projekt"\ncurrency = "CZK"\nlanguage = "cs"\n'
FUNDING = "source,kind,declared_amount\nměsto,municipality,100\n"


def folder(tmp_path: Path, toml: str = TOML, **files: str | bytes) -> Path:
    """A data folder with the project `p`: its description, its funding, and the files given."""
    place = tmp_path / "data" / "p"
    place.mkdir(parents=True)
    (place / "project.toml").write_text(toml, encoding="utf-8")
    for name, content in {"funding": FUNDING, **files}.items():
        (place / f"{name}.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return tmp_path / "data"


def faults(data: Path, name: str = "p") -> list[str]:
    with pytest.raises(DataError) as told:
        load(name, data)
    return [str(fault) for fault in told.value.faults]


# --- what is loaded ---


def test_codes_keep_their_zeros_and_na_is_a_word(tmp_path):
    project = load(
        "p",
        folder(
            tmp_path,
            indicators="indicator_id,code,name,unit\n007,00123456,NA,None\n",
            budget_lines="line_id,chapter,title,amount\n1.10,1.1,null,1\n1.1,1.1,nan,2\n",
        ),
    )

    assert project.indicators[["indicator_id", "code", "name", "unit"]].to_numpy().tolist() == [
        ["007", "00123456", "NA", "None"]
    ]
    assert project.budget_lines[["line_id", "chapter", "title"]].to_numpy().tolist() == [
        ["1.10", "1.1", "null"],
        ["1.1", "1.1", "nan"],
    ]


def test_a_czech_spreadsheet_is_read_as_it_is_saved(tmp_path):
    funding = "source;kind;declared_share;declared_amount;recorded_on;derived\r\nESF;eu;85 %;3\u00a0101\u202f161,25 Kč;1. 11. 2017;ano\r\n"  # noqa: E501
    activities = "activity_id;title;planned_start;planned_end\r\nKA1;Řízení;březen\u00a02006;červen 2007\r\n"

    project = load("p", folder(tmp_path, funding="\ufeff" + funding, activities=activities.encode("windows-1250")))

    source, activity = project.funding.iloc[0], project.activities.iloc[0]
    assert (source["declared_share"], source["declared_amount"], source["derived"]) == (0.85, 3101161.25, True)
    assert source["recorded_on"] == pd.Timestamp("2017-11-01")
    assert (activity["planned_start"], activity["planned_end"]) == (
        pd.Timestamp("2006-03-01"),
        pd.Timestamp("2007-06-30"),
    )
    assert activity["planned_start_precision"] == activity["planned_end_precision"] == "month"


def test_a_declared_encoding_holds_for_every_table(tmp_path):
    toml = TOML + 'encoding = "windows-1250"\n'

    project = load("p", folder(tmp_path, toml, funding="source,kind\nmálo,eu\n".encode("windows-1250")))

    assert project.funding["source"].tolist() == ["málo"]


def test_a_declared_encoding_holds_even_where_the_description_has_a_fault(tmp_path):
    toml = TOML + 'encoding = "windows-1250"\nbarva = "modrá"\n'

    told = faults(folder(tmp_path, toml, funding="source,kind\nmálo,eu\n".encode("windows-1250")))
    assert [text.split(": ")[0] for text in told] == ["project.toml, barva"]


def test_every_table_is_there_with_its_project_and_its_row_numbers(tmp_path):
    project = load("p", folder(tmp_path, areas="area_id,label\n\nI,Senioři\n"))

    assert project.areas.index.tolist() == [3]
    for name, table in project.tables.items():
        assert table.columns[0] == "project_id", name
        assert (table["project_id"] == "p").all(), name
    assert project.measurements.empty
    assert "actual" in project.measurements.columns
    assert str(project.measurements["measured_on"].dtype).startswith("datetime64")


def test_a_table_may_lack_every_column_that_may_be_absent(tmp_path):
    project = load("p", folder(tmp_path, funding="source,kind\nměsto,own\n"))

    assert project.funding["declared_amount"].isna().all()


def test_days_of_toml_may_be_days_or_text(tmp_path):
    project = load("p", folder(tmp_path, TOML + "start = 2017-11-01\nend = 2019-10\n".replace("2019-10", '"2019-10"')))

    facts = project.projects.iloc[0]
    assert (facts["start"], facts["end"]) == (pd.Timestamp("2017-11-01"), pd.Timestamp("2019-10-31"))
    assert (facts["start_precision"], facts["end_precision"]) == ("day", "month")


def test_settings_and_stated_facts_are_handed_out(tmp_path):
    toml = (
        TOML
        + '[report]\nauthor = "E."\nstate = "draft"\n[[stated]]\nlabel = "lidí"\nvalue = "200"\nlower_bound = true\n'
    )
    project = load("p", folder(tmp_path, toml))

    assert project.settings["report"] == {"author": "E.", "state": "draft"}
    assert project.stated[["project_id", "label", "value", "lower_bound"]].to_numpy().tolist() == [
        ["p", "lidí", "200", True]
    ]


def test_invented_data_are_called_invented():
    assert "(invented data)" in repr(load("demo", DATA))
    assert "(invented data)" not in repr(load("usti", DATA))


def test_a_project_tells_its_title_period_money_and_rows():
    told = repr(load("ostrava", DATA))

    assert told.startswith("ostrava: Společné plánování udržitelné sítě sociálních služeb v Ostravě\n")
    assert "2017-11-01 to 2019-10-31" in told
    assert "3,648,425.00 CZK" in told
    assert "activities 5" in told
    assert load("ostrava", DATA).fingerprint[:16] in told


def test_what_a_project_does_not_state_is_told_as_not_stated(tmp_path):
    told = repr(load("p", folder(tmp_path)))

    assert "not stated to not stated" in told
    assert "total cost  not stated" in told


# --- frozen ---


def test_a_handed_out_table_is_a_copy():
    project = load("usti", DATA)
    before = project.funding

    taken = project.funding
    taken.loc[:, "declared_amount"] = 0.0
    taken["source"] = "x"

    pd.testing.assert_frame_equal(project.funding, before)


def test_no_way_of_altering_a_handed_out_table_reaches_the_project():
    project = load("demo", DATA)
    before = {name: getattr(project, name).copy(deep=True) for name in project.tables}

    for name in project.tables:
        taken = getattr(project, name)
        for column in taken.columns:
            taken.loc[taken.index[:1], column] = taken[column].shift(1).iloc[:1]
        for column in taken.select_dtypes("float64"):
            taken[column] += 1
            assert not getattr(project, name)[column].to_numpy().flags.writeable
        if len(taken):
            taken.iloc[0, 0] = "other"
        del taken[taken.columns[-1]]
        taken.attrs["note"] = "mine"
        taken.columns = [column.upper() for column in taken.columns]

    for name, frame in before.items():
        pd.testing.assert_frame_equal(getattr(project, name), frame)
        assert getattr(project, name).attrs == {}


def test_a_table_that_is_absent_in_two_projects_is_not_shared_by_them(tmp_path):
    one, other = load("p", folder(tmp_path / "a")), load("p", folder(tmp_path / "b"))

    one.tables["areas"]["area_id"] = pd.Series(dtype="float64")
    one.tables["areas"]["other"] = 1.0

    assert other.areas["area_id"].dtype == "str"
    assert "other" not in other.areas
    assert "other" not in load("p", folder(tmp_path / "c")).areas


def test_changing_the_list_of_files_changes_nothing():
    project = load("usti", DATA)
    before = project.fingerprint

    files = project.files
    files.loc[:, "sha256"] = "0"

    assert project.fingerprint == before


def test_a_project_cannot_be_given_another_table():
    project = load("usti", DATA)

    with pytest.raises(AttributeError):
        project.tables = {}
    with pytest.raises(AttributeError):
        project.funding = pd.DataFrame()


def test_a_misspelt_table_is_told_with_the_nearest():
    project = load("usti", DATA)

    with pytest.raises(AttributeError, match=r"^a project has no table 'fundings' - did you mean 'funding'\?$"):
        _ = project.fundings
    with pytest.raises(AttributeError, match=r"^a project has no table 'xyz'$"):
        _ = project.xyz


def test_tab_offers_the_tables():
    assert {"funding", "projects", "stated", "fingerprint"} <= set(dir(load("usti", DATA)))


def test_a_project_survives_copying_and_pickling():
    project = load("usti", DATA)
    there_and_back = pickle.loads(pickle.dumps(project))  # noqa: S301  # our own bytes

    for other in (copy.copy(project), copy.deepcopy(project), there_and_back):
        assert other.fingerprint == project.fingerprint
        pd.testing.assert_frame_equal(other.funding, project.funding)


# --- fingerprint ---


def test_the_fingerprint_moves_when_one_byte_does(tmp_path):
    data = tmp_path / "data"
    shutil.copytree(DATA / "usti", data / "usti")
    seen = {load("usti", data).fingerprint}
    for path in sorted((data / "usti").iterdir()):
        kept = path.read_bytes()
        path.write_bytes(kept + b"\n")
        seen.add(load("usti", data).fingerprint)
        path.write_bytes(kept)

    assert len(seen) == 1 + len(list((data / "usti").iterdir()))


def test_the_fingerprint_is_that_of_the_files_not_of_the_place(tmp_path):
    shutil.copytree(DATA / "usti", tmp_path / "elsewhere" / "usti")

    assert load("usti", tmp_path / "elsewhere").fingerprint == load("usti", DATA).fingerprint


def test_a_file_that_is_no_data_does_not_move_the_fingerprint(tmp_path):
    data = folder(tmp_path)
    before = load("p", data).fingerprint
    (data / "p" / "README.md").write_text("about")

    assert load("p", data).fingerprint == before


def test_every_file_is_listed_with_its_size():
    files = load("usti", DATA).files

    assert files["file"].tolist() == ["funding.csv", "goals.csv", "plans.csv", "project.toml", "target_groups.csv"]
    assert files["bytes"].tolist() == [(DATA / "usti" / name).stat().st_size for name in files["file"]]


# --- which project ---


def test_projects_are_the_folders_with_a_description(tmp_path):
    data = folder(tmp_path)
    (data / "notes").mkdir()
    (data / "project.toml").write_text("")

    assert project_names(data) == ["p"]


def test_a_project_that_is_listed_can_be_loaded(tmp_path):
    data = folder(tmp_path)
    shutil.copytree(data / "p", data / "Ústí nad Labem")

    assert [load(name, data).project_id for name in project_names(data)] == project_names(data)


def test_an_unknown_project_is_told_with_the_nearest_name():
    assert faults(DATA, "ostrva") == ["ostrva: no such project - did you mean 'ostrava'?"]
    assert faults(DATA, "praha") == ["praha: no such project: known are demo, ostrava, usti"]


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../p", "../data/p", "./p", "p/", "p/.", "/etc", "P", "p\x00", "p\n", "*", "p/../p", "{p}", "~"],
)
def test_a_name_is_a_name_not_a_path(tmp_path, name):
    data = folder(tmp_path)
    (tmp_path / "project.toml").write_text(TOML)

    assert len(faults(data, name)) == 1


@pytest.mark.parametrize("name", [None, 7, Path("q")])
def test_what_is_no_name_is_no_project_either(tmp_path, name):
    assert "no such project" in faults(folder(tmp_path), name)[0]


def test_the_data_folder_is_the_one_given_else_that_of_the_environment_else_the_nearest_above(tmp_path, monkeypatch):
    here, named = folder(tmp_path / "a"), folder(tmp_path / "b")
    (here / "p" / "deeper").mkdir()
    monkeypatch.chdir(here / "p" / "deeper")
    monkeypatch.delenv("KPEVAL_DATA", raising=False)
    assert data_folder() == here.resolve()

    monkeypatch.setenv("KPEVAL_DATA", str(named))
    assert data_folder() == named.resolve()
    assert data_folder(here) == here.resolve()


def test_a_data_folder_that_is_not_there_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("KPEVAL_DATA", str(tmp_path / "nowhere"))

    assert faults(None)[0].endswith("nowhere: is not a folder")


def test_where_no_data_folder_is_above_the_ways_to_name_one_are_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KPEVAL_DATA", raising=False)

    assert faults(None)[0].endswith("no data/ here or above: name it with --data DIR or the variable KPEVAL_DATA")


# --- every fault at once ---


def test_all_faults_of_all_files_are_told_in_one_error(tmp_path):
    data = folder(
        tmp_path,
        toml='title = "P"\ncurency = "CZK"\nlanguage = "cs"\nstart = "2019-02"\nend = "2019-01"\n',
        funding="source,kind,declared_amount,declared_shar\nměsto,obec,moc,1\nESF,eu,1,2,3\n",
        activities='activity_id,title\nKA1,"Řízení\n',
        areas="area_id,label\nI,a\n\nI,b\n",
        targets="indicator_id,due,target\n60000,31.2.2019,1\n",
        fundings=FUNDING,
    )

    with pytest.raises(DataError) as told:
        load("p", data)
    kinds = "eu, state, state_fund, region, municipality, other_public, private, own, joint"
    assert str(told.value).split("\n") == [
        "project p: 12 faults",
        "  activities.csv, row 2: the file breaks off here (unexpected end of data): look for a quotation mark that is "
        "not closed",
        "  areas.csv, row 4, area_id: repeats row 2",
        "  funding.csv, row 1, declared_shar: unknown column - did you mean 'declared_share'?",
        "  funding.csv, row 2, declared_amount: 'moc' is not a number",
        f"  funding.csv, row 2, kind: 'obec' is not one of {kinds}",
        "  funding.csv, row 3: 5 cells under 4 headings, more than the heading has: look for a separator inside a cell",
        "  fundings.csv: no table has this name - did you mean 'funding'?",
        "  project.toml, curency: unknown key - did you mean 'currency'?",
        "  project.toml, currency: is not given",
        "  project.toml, end: lies before start",
        "  targets.csv, row 2, due: '31.2.2019' is not a day, month, quarter, half-year or year of 4 digits",
        "  targets.csv, row 2, indicator_id: '60000' does not stand in indicators.indicator_id",
    ]


def test_rows_of_a_file_that_cannot_be_read_are_not_missed_in_other_files(tmp_path):
    told = faults(
        folder(
            tmp_path,
            activities='activity_id,title\nKA1,"Řízení\n',
            budget_lines="line_id,activity_id,amount\n1,KA1,1\n",
        )
    )

    assert [text.split(":")[0] for text in told] == ["activities.csv, row 2"]


def test_a_project_without_funding_is_told(tmp_path):
    data = folder(tmp_path)
    (data / "p" / "funding.csv").unlink()

    assert faults(data) == ["funding.csv: the file is absent: every project has its sources of funding here"]


def test_a_folder_in_the_place_of_a_table_is_told_not_raised(tmp_path):
    data = folder(tmp_path)
    (data / "p" / "areas.csv").mkdir()

    assert [text.split(":")[0] for text in faults(data)] == ["areas.csv"]


def test_a_link_that_leads_nowhere_is_told_not_raised(tmp_path):
    data = folder(tmp_path)
    (data / "p" / "areas.csv").symlink_to(tmp_path / "nowhere")

    assert [text.split(":")[0] for text in faults(data)] == ["areas.csv"]


def test_loading_writes_nothing(tmp_path):
    data = folder(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*")}

    assert isinstance(load("p", data), Project)
    assert {path: path.stat().st_mtime_ns for path in data.rglob("*")} == before


@pytest.mark.parametrize("name", ["ostrava", "usti", "demo"])
def test_the_same_folder_loads_to_the_same_tables(name):
    one, other = load(name, DATA), load(name, DATA)

    assert one.tables.keys() == other.tables.keys()
    for table in one.tables:
        pd.testing.assert_frame_equal(one.tables[table], other.tables[table])


# --- which files are a project's ---


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("project.toml", True),
        ("funding.csv", True),
        ("Funding.CSV", True),
        ("notes.csv", True),  # no table has this name, which is a fault
        ("film.mp4", False),
        ("funding.csv~", False),
        (".funding.csv.swp", False),
        ("._funding.csv", False),
        ("more/funding.csv", False),
        ("../funding.csv", False),
        ("..\\funding.csv", False),
        ("", False),
    ],
)
def test_a_file_of_a_project_is_its_description_or_a_csv_right_in_its_folder(name, read):
    assert is_read(name) is read
