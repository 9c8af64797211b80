"""Budget by source: what the two seeds say, and what a table may do to the measure. Cases: worked_examples."""

from collections.abc import Callable

import pandas as pd
import pytest
from conftest import ROOT

from kpeval.faults import DataError
from kpeval.measures.budget import budget_shares, reconciliation
from kpeval.project import Project, load

Table = Callable[..., pd.DataFrame]


@pytest.fixture(scope="module")
def ostrava() -> Project:
    return load("ostrava", ROOT / "data")


@pytest.fixture(scope="module")
def usti() -> Project:
    return load("usti", ROOT / "data")


def test_ostrava_splits_its_grant_into_esf_and_state_to_the_haler(ostrava: Project) -> None:
    shares = budget_shares(ostrava.funding, ostrava.projects)
    assert list(shares["amount"]) == [3101161.25, 364842.50, 182421.25]
    assert list(shares["kind"]) == ["eu", "state", "municipality"]
    assert list(shares["derived"]) == [True, True, False]
    assert list(shares["share_of_total"]) == pytest.approx([0.85, 0.10, 0.05], rel=1e-15)
    assert shares["amount"].sum() == 3648425.00


def test_ostrava_reconciles_without_a_haler_left(ostrava: Project) -> None:
    row = reconciliation(ostrava.funding, ostrava.projects).iloc[0]
    assert (row["state"], row["surplus"], row["coverage"]) == ("reconciled", 0.0, 1.0)


def test_usti_keeps_its_grant_joint_and_its_104_percent(usti: Project) -> None:
    shares = budget_shares(usti.funding, usti.projects)
    assert list(shares["kind"]) == ["municipality", "joint"]
    assert list(shares["amount"]) == [315186, 2416422]
    assert not shares["derived"].any()
    assert shares["share_of_total"].sum() == pytest.approx(1.0400004, abs=5e-7)
    row = reconciliation(usti.funding, usti.projects).iloc[0]
    assert (row["state"], row["surplus"]) == ("over", 105063.0)
    assert row["coverage"] == 2731608 / 2626545


def test_rows_come_by_project_kind_and_source(table: Table) -> None:
    funding = table(
        """
        project_id | source | kind         | declared_amount
        q          | b      | municipality | 1
        q          | a      | municipality | 1
        q          | z      | eu           | 1
        p          | j      | joint        | 1
        p          | c      | private      | 1
        """
    )
    shares = budget_shares(funding)
    assert list(zip(shares["project_id"], shares["source"], strict=True)) == [
        *(("p", "c"), ("p", "j"), ("q", "z"), ("q", "a"), ("q", "b"))
    ]


def test_a_project_without_sources_has_no_row_of_shares_and_an_unknown_state(table: Table) -> None:
    projects = table("project_id | total_cost\n p | 100\n q | 200")
    funding = table("project_id | source | kind | declared_amount\n p | a | eu | 100")
    assert list(budget_shares(funding, projects)["project_id"]) == ["p"]
    assert list(reconciliation(funding, projects)["state"]) == ["reconciled", "unknown"]


def test_sources_of_a_project_that_is_not_described_have_no_share_of_a_total(table: Table) -> None:
    funding = table("project_id | source | kind | declared_amount\n p | a | eu | 100\n x | a | eu | 100")
    shares = budget_shares(funding, table("project_id | total_cost\n p | 100"))
    assert list(shares["share_of_total"].isna()) == [False, True]
    assert list(shares["share_of_sum"]) == [1, 1]


def test_equal_groups_of_two_projects_do_not_mix(table: Table) -> None:
    funding = table(
        """
        project_id | source | kind  | group | declared_share | declared_amount
        p          | grant  | joint | g     |                | 95
        p          | ESF    | eu    | g     | 0.85           |
        p          | SR     | state | g     | 0.10           |
        q          | grant  | joint | g     |                | 190
        q          | ESF    | eu    | g     | 0.85           |
        q          | SR     | state | g     | 0.10           |
        """
    )
    shares = budget_shares(funding, table("project_id | total_cost\n p | 100\n q | 200"))
    assert list(shares["amount"]) == [85, 10, 170, 20]


def test_two_joint_amounts_of_one_group_are_refused_or_both_kept(table: Table) -> None:
    """No amount may vanish: what is shown adds up to what the sources say."""
    funding = table(
        """
        source  | kind  | group | declared_share | declared_amount
        grant 1 | joint | g     |                | 85
        grant 2 | joint | g     |                | 95
        SR      | state | g     | 0.95           |
        """
    )
    projects = table("total_cost\n 100")
    try:
        shares = budget_shares(funding, projects)
    except DataError:
        return
    assert shares["amount"].sum() == reconciliation(funding, projects)["sum_of_sources"].iloc[0] == 180
    assert set(shares["source"]) == {"grant 1", "grant 2"}


def test_a_source_that_stands_twice_is_named_with_both_rows(table: Table) -> None:
    funding = table("source | kind | declared_amount\n a | eu | 1\n b | eu | 1\n a | eu | 2")
    with pytest.raises(DataError, match=r"funding\.csv, row 2, source: repeats row 0"):
        budget_shares(funding)


def test_every_fault_of_a_table_is_told_at_once(table: Table) -> None:
    funding = table("source | kind | declared_share | declared_amount\n a | eu | many | 1\n b | eu | | lots")
    with pytest.raises(DataError) as told:
        budget_shares(funding)
    assert len(told.value.faults) == 2


def test_a_table_without_sources_names_is_refused(table: Table) -> None:
    with pytest.raises(DataError, match="source: this column is needed and absent"):
        budget_shares(table("kind | declared_amount\n eu | 1"))


def test_amounts_may_be_printed_as_czech_documents_print_them(table: Table) -> None:
    funding = table("source | kind | declared_share | declared_amount\n a | eu | 85 % | 3 101 161,25 Kč")
    row = budget_shares(funding).iloc[0]
    assert (row["amount"], row["declared_share"]) == (3101161.25, 0.85)
