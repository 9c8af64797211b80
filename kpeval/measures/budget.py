"""Who pays what share, and do the sources add up to the cost?

Nothing is rescaled here: sources that promise 104 % of the cost are shown as 104 % (see `reconciliation`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kpeval.czech import printed_unit
from kpeval.results import BUDGET_SHARES, RECONCILIATION, shaped
from kpeval.schema import FUNDING, PROJECTS, SOURCE_KINDS
from kpeval.values import take

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
    rows = _sources(funding, projects)
    parts = _parts(rows)
    whole = rows[rows["role"].ne("member") & ~(rows["role"].eq("carrier") & rows["splits"])]
    shares = pd.concat([whole, parts[parts["splits"]]])[
        ["project_id", "source", "kind", "declared_share", "amount", "derived", "total_cost", "currency"]
    ]
    total = shares["total_cost"].where(shares["total_cost"] > 0)
    by_project = shares.groupby("project_id")["amount"]
    all_known = by_project.transform("count") == by_project.transform("size")
    sum_of_sources = _exact_sum(shares, ["project_id"]).reindex(shares["project_id"]).to_numpy()
    shares["share_of_total"] = shares["amount"] / total
    shares["share_of_sum"] = (shares["amount"] / sum_of_sources).where(
        all_known & (sum_of_sources > 0) & ~(shares["total_cost"] <= 0)
    )
    shares["deviation"] = shares["declared_share"] - shares["share_of_total"]
    rank = shares["kind"].map({kind: place for place, kind in enumerate(SOURCE_KINDS)})
    order = shares.assign(rank=rank).sort_values(["project_id", "rank", "source"]).index
    return shaped(BUDGET_SHARES, shares.loc[order]).reset_index(drop=True)


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
    rows = _sources(funding, projects)
    quoted = rows[rows["role"] != "member"]
    grouped = quoted.groupby("project_id")
    found = pd.DataFrame(
        {
            "sum_of_sources": _exact_sum(quoted, ["project_id"]),
            "known": grouped["amount"].count() == grouped["amount"].size(),
            "units": grouped["unit"].sum(),
        }
    )
    out = owners.merge(found, how="left", left_on="project_id", right_index=True)
    known = out["known"].eq(True) & out["total_cost"].notna()
    out["sum_of_sources"] = out["sum_of_sources"].where(out["known"].eq(True))
    out["surplus"] = (_halers(out["sum_of_sources"]) - _halers(out["total_cost"])) / 100
    out["coverage"] = out["sum_of_sources"] / out["total_cost"].where(out["total_cost"] > 0)
    out["tolerance"] = out["units"].fillna(0) + _unit(out["total_as_printed"])
    off = _halers(out["surplus"].abs()) > _halers(out["tolerance"])
    state = np.select([~known, ~off, out["surplus"] > 0], ["unknown", "reconciled", "over"], "under")
    out["state"] = pd.Series(state, index=out.index, dtype="str")
    return shaped(RECONCILIATION, out.sort_values("project_id", ignore_index=True))


def _sources(funding: pd.DataFrame, projects: pd.DataFrame | None) -> pd.DataFrame:
    """The rows of funding with their role (single, carrier of a group's amount, member), amount, unit and total.

    A group without a carrier gets one, named after its members, if its members repeat one amount; if they state
    amounts of their own they are single sources. `splits` says for a carrier whether its parts add up.
    """
    rows = take(FUNDING, funding, "source kind? group declared_share declared_amount as_printed")
    rows["unit"] = _unit(rows["as_printed"])
    rows["amount"] = rows["declared_amount"]
    joint = rows["kind"] == "joint"
    rows["group"] = rows["group"].where(rows["group"].notna() | ~joint, rows["source"])
    rows["role"] = pd.Series(np.where(rows["group"].isna(), "single", "member"), index=rows.index, dtype="str")
    carriers = rows["group"].notna() & joint & rows["amount"].notna()
    rows.loc[carriers, "role"] = "carrier"
    rows = pd.concat([rows, _unnamed_carriers(rows)], ignore_index=True)
    keys = pd.MultiIndex.from_frame(rows[GROUP])
    carried = keys.isin(keys[rows["role"] == "carrier"])
    # A joint row without an amount is a mere heading where its group has members, else a source without an amount.
    heading = rows["kind"].eq("joint") & rows["role"].eq("member") & ~carried
    alone = rows.groupby(GROUP, dropna=False)["source"].transform("size").eq(1)
    rows = rows[~(heading & ~alone)].copy()
    carried = carried[(~(heading & ~alone)).to_numpy()]
    rows.loc[rows["role"].eq("member") & ~carried, "role"] = "single"
    return _with_base(rows, projects)


def _unnamed_carriers(rows: pd.DataFrame) -> pd.DataFrame:
    """A row of kind joint for each group that has none and whose members repeat one amount, or give it once."""
    grouped = rows[rows["group"].notna()]
    keys = [grouped[name] for name in GROUP]
    carried = grouped["role"].eq("carrier").groupby(keys).transform("any")
    members = grouped[~carried & grouped["kind"].ne("joint").fillna(True)].sort_values("source")
    by_group = members.groupby(GROUP)["amount"]
    count, size = by_group.transform("count"), by_group.transform("size")
    one_amount = by_group.transform("nunique").eq(1) & (count.eq(1) | count.eq(size)) & size.gt(1)
    found = members[one_amount]
    if found.empty:
        return rows.iloc[:0]
    names = found.groupby(GROUP)["source"].agg(" + ".join)
    amounts = found.groupby(GROUP)[["amount", "unit"]].max()
    return amounts.assign(source=names, kind="joint", role="carrier").reset_index()


def _with_base(rows: pd.DataFrame, projects: pd.DataFrame | None) -> pd.DataFrame:
    """Adds total_cost, what shares are shares of (`base`), the unit of that, and amounts derived from shares."""
    if projects is None:
        rows["total_cost"], rows["currency"] = np.nan, pd.Series(index=rows.index, dtype="str")
        once = rows[rows["role"] != "member"]
        sums = once.groupby("project_id")
        complete = (sums["amount"].count() == sums["amount"].size()).reindex(rows["project_id"]).to_numpy()
        base = _exact_sum(once, ["project_id"]).reindex(rows["project_id"]).to_numpy()
        rows["base"] = np.where(complete, base, np.nan)
        rows["base_unit"] = sums["unit"].sum().reindex(rows["project_id"]).to_numpy()
    else:
        owners = take(PROJECTS, projects, "total_cost total_as_printed currency?").set_index("project_id")
        of_row = owners.reindex(rows["project_id"]).set_axis(rows.index)
        rows[["total_cost", "currency"]] = of_row[["total_cost", "currency"]]
        rows["base"] = rows["total_cost"]
        rows["base_unit"] = _unit(owners["total_as_printed"]).reindex(rows["project_id"]).to_numpy()
    computable = rows["role"].eq("single") & rows["amount"].isna() & rows["declared_share"].notna()
    by_share = _halers(rows["declared_share"] * rows["total_cost"]) / 100
    rows["derived"] = (computable & by_share.notna()).astype("boolean")
    rows["amount"] = rows["amount"].where(~computable, by_share)
    rows["unit"] = rows["unit"].where(~computable, HALER)
    parts = _parts(rows)
    splits = parts[parts["splits"]]
    keys = pd.MultiIndex.from_frame(rows[GROUP])
    rows["splits"] = keys.isin(pd.MultiIndex.from_frame(splits[GROUP])) & rows["role"].eq("carrier")
    summed = pd.Series(_whole_sums(parts, "declared_share").reindex(keys).to_numpy(), index=rows.index)
    missing = rows["role"].eq("carrier") & rows["declared_share"].isna()
    rows["declared_share"] = rows["declared_share"].where(~missing, summed)
    return rows


def _parts(rows: pd.DataFrame) -> pd.DataFrame:
    """The members of groups with the part of the group's amount that falls to each; `splits`: the parts add up."""
    carriers = rows[rows["role"] == "carrier"].drop_duplicates(
        GROUP, keep=False
    )  # of two amounts neither is the group's
    carriers = carriers.set_index(GROUP)[["amount", "unit"]].add_prefix("group_")
    parts = rows[rows["role"] == "member"].join(carriers, on=GROUP)
    own = parts["declared_amount"].notna() & (parts["declared_amount"] != parts["group_amount"])
    by_share = _halers(parts["declared_share"] * parts["base"]) / 100
    parts["amount"] = parts["declared_amount"].where(own, by_share)
    parts["derived"] = (~own).astype("boolean")
    parts["halers"] = _halers(parts["amount"])
    sums = _whole_sums(parts, "halers").reindex(pd.MultiIndex.from_frame(parts[GROUP])).to_numpy()
    apart = (_halers(parts["group_amount"]) - sums).abs()
    # A sum of the sources holds the group's own amount: its printed unit counts once.
    units = parts["base_unit"] + parts["group_unit"].where(parts["total_cost"].notna(), 0)
    parts["splits"] = apart <= _halers(units)
    return parts


def _whole_sums(rows: pd.DataFrame, column: str) -> pd.Series[float]:
    """The sum of each group; missing where a member's value is."""
    by_group = rows.groupby(GROUP)[column]
    return by_group.sum().where(by_group.count() == by_group.size())


def _unit(printed: pd.Series[str]) -> pd.Series[float]:
    """One unit of the last printed digit of each amount; each distinct text is read once."""
    units = {text: printed_unit(text) for text in printed.dropna().unique()}
    known = {text: float(unit) for text, unit in units.items() if unit is not None}
    return printed.map(known).astype("float64").fillna(HALER)


def _halers(amount: pd.Series[float]) -> pd.Series[float]:
    """Whole haléře: float64 holds integers exactly up to 90 000 milliard crowns, so sums of them are exact."""
    return (amount * 100).round()


def _exact_sum(rows: pd.DataFrame, keys: list[str]) -> pd.Series[float]:
    return _halers(rows["amount"]).groupby([rows[key] for key in keys]).sum() / 100
