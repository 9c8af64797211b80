"""Who pays what share, and do the sources add up to the cost?

Nothing is rescaled here: sources that promise 104 % of the cost are shown as 104 % (see `reconciliation`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpeval.czech import printed_unit
from kpeval.results import BUDGET_SHARES, RECONCILIATION, shaped
from kpeval.schema import FUNDING, PROJECTS, SOURCE_KINDS
from kpeval.values import picked, places, take

HALER = 0.01  # an amount of money has no smaller part; also the tolerance where no printed form is known
GROUP = ["project_id", "group"]


def budget_shares(funding: pd.DataFrame, projects: pd.DataFrame | None = None) -> pd.DataFrame:
    """What does each source pay, and what share of the cost is that?

    share_of_total = amount / total_cost (missing without `projects` or without a total);
    share_of_sum = amount / sum of all sources, each group counted once (missing while any amount is missing);
    deviation = declared_share - share_of_total.

    One row is a source. A group quoted as one amount (a row of kind `joint` and the rows of the same `group`, or rows
    of one `group` that all repeat the amount) is split by the declared shares of the total cost (of the sum of
    sources where no `projects` is given) only if the parts, rounded to the haléř, add up to the amount within the
    printed precision of the two; the parts are marked `derived`. Otherwise the group stays one row of kind `joint`.
    A single source with a share but no amount gets its share of the total cost, marked `derived`.

    Columns: project_id, source, kind, declared_share, amount (currency), derived, share_of_total, share_of_sum,
    deviation, currency; rows by project, kind (in the order of the schema) and source. Zero or missing
    total: shares missing.
    Raises DataError for a repeated source. Rules: METHOD.md M1 to M5. Why never rescaled: shares of the sum
    of the sources would show Ústí's 104 % as a clean 88.46 / 11.54 %.
    """
    rows, parts = _sources(funding, projects)
    whole = rows[rows["role"].ne("member") & ~rows["splits"]]
    shares = pd.concat([whole, parts[parts["splits"]]])
    total = shares["total_cost"].where(shares["total_cost"] > 0)
    sum_of_sources = _whole_sums(shares, "project_id").reindex(shares["project_id"]).to_numpy() / 100
    shares["share_of_total"] = shares["amount"] / total
    shares["share_of_sum"] = (shares["amount"] / sum_of_sources).where(
        (sum_of_sources > 0) & ~(shares["total_cost"] <= 0)
    )
    shares["deviation"] = shares["declared_share"] - shares["share_of_total"]
    shares["rank"] = shares["kind"].map({kind: place for place, kind in enumerate(SOURCE_KINDS)})
    return shaped(BUDGET_SHARES, shares.sort_values(["project_id", "rank", "source"], ignore_index=True))


def reconciliation(funding: pd.DataFrame, projects: pd.DataFrame) -> pd.DataFrame:
    """Do the sources of each project add up to its total cost?

    sum_of_sources = all amounts, each group counted once; surplus = sum_of_sources - total_cost (below 0: a shortfall);
    coverage = sum_of_sources / total_cost; tolerance = one unit of the last printed digit of each printed amount, the
    total included (0.01 where the printed form is unknown); state = reconciled where |surplus| is within the
    tolerance, else over or under; unknown where the total or an amount is missing or there is no source.

    One row is a project of `projects`. Columns: project_id, sum_of_sources, total_cost, surplus, coverage,
    tolerance, state, currency. Sums are exact to the haléř. Rule: METHOD.md M3.
    """
    owners = take(PROJECTS, projects, "total_cost total_as_printed currency?")
    rows, _ = _sources(funding, projects)
    quoted = rows[rows["role"] != "member"]
    found = quoted[["project_id", "unit"]].assign(halers=_halers(quoted["amount"]))
    sums = found.groupby("project_id")[["halers", "unit"]].sum(skipna=False).reindex(owners["project_id"])
    out = owners.assign(sum_of_sources=sums["halers"].to_numpy() / 100)
    known = out["sum_of_sources"].notna() & out["total_cost"].notna()
    out["surplus"] = (_halers(out["sum_of_sources"]) - _halers(out["total_cost"])) / 100
    out["coverage"] = out["sum_of_sources"] / out["total_cost"].where(out["total_cost"] > 0)
    out["tolerance"] = sums["unit"].fillna(0).to_numpy() + _unit(out["total_as_printed"])
    off = _halers(out["surplus"].abs()) > _halers(out["tolerance"])
    state = np.select([~known, ~off, out["surplus"] > 0], ["unknown", "reconciled", "over"], "under")
    out["state"] = pd.Series(state, index=out.index, dtype="str")
    return shaped(RECONCILIATION, out.sort_values("project_id", ignore_index=True))


def _sources(funding: pd.DataFrame, projects: pd.DataFrame | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of funding with role (single, carrier of a group's amount, member), amount, unit and total; the parts.

    A group without a carrier gets one, named after its members, if its members repeat one amount; if they state
    amounts of their own they are single sources. `splits` says for a carrier whether its parts add up. `number` counts
    the groups; it is -1 for a source that stands in none.
    """
    rows = take(FUNDING, funding, "source kind? group declared_share declared_amount as_printed")
    rows["unit"] = _unit(rows["as_printed"])
    rows["amount"] = rows["declared_amount"]
    joint = rows["kind"] == "joint"
    rows["group"] = rows["group"].where(rows["group"].notna() | ~joint, rows["source"])
    rows["number"] = rows.groupby(GROUP).ngroup().fillna(-1).astype("int64")
    grouped = rows["number"] >= 0
    role = np.select([grouped & joint & rows["amount"].notna(), grouped], ["carrier", "member"], "single")
    rows["role"] = pd.Series(role, dtype="str")
    rows = pd.concat([rows, _unnamed_carriers(rows)], ignore_index=True)
    number, member = rows["number"].to_numpy(), rows["role"].eq("member")
    carried = _holds(number, rows["role"].eq("carrier"))
    # A joint row without an amount is a mere heading where its group has members, else a source without an amount.
    heading = rows["kind"].eq("joint") & member & ~carried
    alone = np.bincount(number + 1)[number + 1] == 1
    rows["role"] = rows["role"].mask(member & ~carried, "single")
    return _with_base(rows[~(heading & ~alone)].copy(), projects)


def _holds(number: NDArray[np.int64], flags: pd.Series[bool]) -> NDArray[np.bool_]:
    """For each row whether its group holds a row with the flag."""
    found = np.zeros(number.max(initial=-1) + 2, dtype=bool)  # the last is for -1: no group
    found[number[flags]] = True
    return found[number] & (number >= 0)


def _unnamed_carriers(rows: pd.DataFrame) -> pd.DataFrame:
    """A row of kind joint for each group that has none and whose members repeat one amount, or give it once."""
    carried = _holds(rows["number"].to_numpy(), rows["role"].eq("carrier"))
    members = rows[(rows["number"] >= 0) & ~carried & rows["kind"].ne("joint").fillna(True)].sort_values("source")
    if members.empty:
        return members
    by_group = members.groupby("number")["amount"]
    count, size = by_group.transform("count"), by_group.transform("size")
    one_amount = by_group.transform("nunique").eq(1) & (count.eq(1) | count.eq(size)) & size.gt(1)
    found = members[one_amount]
    if found.empty:
        return rows.iloc[:0]
    keys = ["number", *GROUP]
    names = found.groupby(keys)["source"].agg(" + ".join)
    amounts = found.groupby(keys)[["amount", "unit"]].max()
    return amounts.assign(source=names, kind="joint", role="carrier").reset_index()


def _with_base(rows: pd.DataFrame, projects: pd.DataFrame | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Adds total_cost, what shares are shares of (`base`), the unit of that, and amounts derived from shares."""
    carrier = rows["role"].eq("carrier")
    if projects is None:
        rows["total_cost"], rows["currency"] = np.nan, pd.Series(index=rows.index, dtype="str")
        once = rows[rows["role"] != "member"]
        rows["base"] = _whole_sums(once, "project_id").reindex(rows["project_id"]).to_numpy() / 100
        rows["base_unit"] = once.groupby("project_id")["unit"].sum().reindex(rows["project_id"]).to_numpy()
    else:
        owners = take(PROJECTS, projects, "total_cost total_as_printed currency?")
        owner = places(rows, owners, ["project_id"])
        rows["total_cost"] = rows["base"] = picked(owners["total_cost"], owner, rows.index)
        rows["currency"] = picked(owners["currency"], owner, rows.index)
        rows["base_unit"] = picked(_unit(owners["total_as_printed"]), owner, rows.index)
    computable = rows["role"].eq("single") & rows["amount"].isna() & rows["declared_share"].notna()
    by_share = _halers(rows["declared_share"] * rows["total_cost"]) / 100
    rows["derived"] = (computable & by_share.notna()).astype("boolean")
    rows["amount"] = rows["amount"].where(~computable, by_share)
    rows["unit"] = rows["unit"].where(~computable, HALER)
    parts = _parts(rows)
    number = rows["number"].to_numpy()
    splitting = np.isin(number, parts["number"][parts["splits"]])
    rows["splits"] = carrier & splitting
    summed = parts.groupby("number")["declared_share"].sum(skipna=False).reindex(number).to_numpy()
    rows["declared_share"] = rows["declared_share"].mask(carrier & rows["declared_share"].isna(), summed)
    return rows, parts


def _parts(rows: pd.DataFrame) -> pd.DataFrame:
    """The members of groups with the part of the group's amount that falls to each; `splits`: the parts add up."""
    carriers = rows[rows["role"] == "carrier"].drop_duplicates(
        "number", keep=False
    )  # of two amounts none is the group's
    parts = rows[rows["role"] == "member"].copy()
    carrier = places(parts, carriers, ["number"])
    group_amount = picked(carriers["amount"], carrier, parts.index)
    own = parts["declared_amount"].notna() & (parts["declared_amount"] != group_amount)
    by_share = _halers(parts["declared_share"] * parts["base"]) / 100
    parts["amount"] = parts["declared_amount"].where(own, by_share)
    parts["derived"] = (~own).astype("boolean")
    sums = _whole_sums(parts, "number").reindex(parts["number"]).to_numpy()
    apart = (_halers(group_amount) - sums).abs()
    # A sum of the sources holds the group's own amount: its printed unit counts once.
    group_unit = picked(carriers["unit"], carrier, parts.index)
    units = parts["base_unit"] + group_unit.where(parts["total_cost"].notna(), 0)
    parts["splits"] = apart <= _halers(units)
    return parts


def _whole_sums(rows: pd.DataFrame, key: str) -> pd.Series[float]:
    """The haléře of all amounts with one key; missing where an amount is."""
    return _halers(rows["amount"]).groupby(rows[key]).sum(skipna=False)


def _unit(printed: pd.Series[str]) -> pd.Series[float]:
    """One unit of the last printed digit of each amount; each distinct text is read once."""
    units = {text: printed_unit(text) if isinstance(text, str) else None for text in printed.unique()}
    known = {text: float(unit) for text, unit in units.items() if unit is not None}
    return pd.Series([known.get(text, HALER) for text in printed.tolist()], index=printed.index, dtype="float64")


def _halers(amount: pd.Series[float]) -> pd.Series[float]:
    """Whole haléře: float64 holds integers exactly up to 90 000 milliard crowns, so sums of them are exact."""
    return (amount * 100).round()
