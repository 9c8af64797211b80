"""Who pays what share, and do the sources add up to the cost?

Nothing is rescaled here: sources that promise 104 % of the cost are shown as 104 % (see `reconciliation`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kpeval.czech import printed_unit
from kpeval.results import BUDGET_SHARES, RECONCILIATION
from kpeval.rows import (
    Cells,
    Flags,
    Numbers,
    Places,
    Rows,
    chosen,
    joined,
    last_of,
    numbered,
    ordered,
    picked,
    places,
    positive,
    sums,
    worded,
)
from kpeval.schema import FUNDING, PROJECTS, SOURCE_KINDS
from kpeval.shapes import shaped
from kpeval.values import arrays

HALER = 0.01  # an amount of money has no smaller part; also the tolerance where no printed form is known
RANK = {kind: place for place, kind in enumerate(SOURCE_KINDS)}


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
    funded = _read(funding)
    rows, parts = _sources(funded, None if projects is None else _owners(projects))
    shares = joined(chosen(rows, (rows["role"] != "member") & ~rows["splits"]), chosen(parts, parts["splits"]))
    amount, total = shares["amount"], shares["total_cost"]
    sum_of_sources = _whole_sums(shares, "project", shares) / 100
    shares["share_of_total"] = amount / positive(total)
    shares["share_of_sum"] = np.where(total <= 0, np.nan, amount / positive(sum_of_sources))
    shares["deviation"] = shares["declared_share"] - shares["share_of_total"]
    shares["rank"] = _rank(shares["kind"])
    return shaped(BUDGET_SHARES, ordered(shares, ["project_id", "rank", "source"]))


def reconciliation(funding: pd.DataFrame, projects: pd.DataFrame) -> pd.DataFrame:
    """Do the sources of each project add up to its total cost?

    sum_of_sources = all amounts, each group counted once; surplus = sum_of_sources - total_cost (below 0: a shortfall);
    coverage = sum_of_sources / total_cost; tolerance = one unit of the last printed digit of each printed amount, the
    total included (0.01 where the printed form is unknown); state = reconciled where |surplus| is within the
    tolerance, else over or under; unknown where the total or an amount is missing or there is no source.

    One row is a project of `projects`. Columns: project_id, sum_of_sources, total_cost, surplus, coverage,
    tolerance, state, currency. Sums are exact to the haléř. Rule: METHOD.md M3.
    """
    out = ordered(_owners(projects), ["project_id"])
    rows, _ = _sources(_read(funding), out)
    quoted = chosen(rows, rows["role"] != "member")
    halers, units = _by_project(_halers(quoted["amount"]), quoted, out), _by_project(quoted["unit"], quoted, out)
    out["sum_of_sources"] = found = halers / 100
    total = out["total_cost"]
    known = ~np.isnan(found) & ~np.isnan(total)
    out["surplus"] = (_halers(found) - _halers(total)) / 100
    out["coverage"] = found / positive(total)
    out["tolerance"] = np.where(np.isnan(units), 0, units) + _unit(out["total_as_printed"])
    off = _halers(np.abs(out["surplus"])) > _halers(out["tolerance"])
    out["state"] = worded([(~known, "unknown"), (~off, "reconciled"), (out["surplus"] > 0, "over")], "under")
    return shaped(RECONCILIATION, out)


def _by_project(cells: Numbers, rows: Rows, owners: Rows) -> Numbers:
    """The sum of the cells of each owner's rows; missing where a cell is, or where it has none."""
    project, known = np.full(len(owners["project_id"]), -1), rows["owner"] >= 0
    project[rows["owner"][known]] = rows["project"][known]
    found: Numbers = picked(sums(cells, rows["project"], rows["project"].max(initial=-1) + 1), project)
    return found


def _read(funding: pd.DataFrame) -> Rows:
    return arrays(FUNDING, funding, "source kind? group declared_share declared_amount as_printed")


def _owners(projects: pd.DataFrame) -> Rows:
    return arrays(PROJECTS, projects, "total_cost total_as_printed currency?")


def _sources(rows: Rows, owners: Rows | None) -> tuple[Rows, Rows]:
    """The rows of funding with role (single, carrier of a group's amount, member), amount, unit and total; the parts.

    A group without a carrier gets one, named after its members, if its members repeat one amount; if they state
    amounts of their own they are single sources. `splits` says for a carrier whether its parts add up. `project` and
    `number` count the projects and the groups; `number` is -1 for a source that stands in none.
    """
    rows["unit"], rows["amount"] = _unit(rows["as_printed"]), rows["declared_amount"]
    joint = rows["kind"] == "joint"
    rows["group"] = np.where(pd.isna(rows["group"]) & joint, rows["source"], rows["group"])
    grouped = ~pd.isna(rows["group"])
    rows["project"] = numbered(rows["project_id"], in_order=True)
    rows["number"] = np.where(grouped, numbered(rows["project"], rows["group"], in_order=True), -1)
    rows["role"] = worded([(grouped & joint & ~np.isnan(rows["amount"]), "carrier"), (grouped, "member")], "single")
    rows = _with_carriers(rows)
    number, member = rows["number"], rows["role"] == "member"
    carried = _holds(number, rows["role"] == "carrier")
    # A joint row without an amount is a mere heading where its group has members, else a source without an amount.
    heading = (rows["kind"] == "joint") & member & ~carried
    alone = np.bincount(number + 1)[number + 1] == 1
    rows["role"] = np.where(member & ~carried, "single", rows["role"])
    return _with_base(chosen(rows, ~(heading & ~alone)), owners)


def _holds(number: Places, flags: Flags) -> Flags:
    """For each row whether its group holds a row with the flag."""
    found = np.zeros(number.max(initial=-1) + 2, dtype=bool)  # the last is for -1: no group
    found[number[flags]] = True
    return found[number] & (number >= 0)


def _with_carriers(rows: Rows) -> Rows:
    """Adds a row of kind joint for each group that has none and whose members repeat one amount, or give it once."""
    carried = _holds(rows["number"], rows["role"] == "carrier")
    lacking = (rows["number"] >= 0) & ~carried & (rows["kind"] != "joint")
    if not lacking.any():
        return rows
    members = ordered(chosen(rows, lacking), ["project_id", "group", "source"])
    begin = np.flatnonzero(np.diff(members["number"], prepend=-1))
    amount, size = members["amount"], np.diff(begin, append=len(members["number"]))
    given = np.add.reduceat(~np.isnan(amount), begin, dtype=np.int64)
    least, greatest = np.fmin.reduceat(amount, begin), np.fmax.reduceat(amount, begin)
    found = (least == greatest) & ((given == 1) | (given == size)) & (size > 1)
    carriers = chosen(members, begin[found])
    names = np.split(members["source"], begin[1:])
    carriers["source"] = np.array([" + ".join(name) for name, kept in zip(names, found, strict=True) if kept], object)
    carriers["amount"], carriers["unit"] = greatest[found], np.fmax.reduceat(members["unit"], begin)[found]
    carriers["kind"], carriers["role"] = (np.full(found.sum(), word, dtype=object) for word in ("joint", "carrier"))
    carriers["declared_share"] = carriers["declared_amount"] = np.full(found.sum(), np.nan)
    return joined(rows, carriers)


def _with_base(rows: Rows, owners: Rows | None) -> tuple[Rows, Rows]:
    """Adds total_cost, what shares are shares of (`base`), the unit of that, and amounts derived from shares."""
    carrier = rows["role"] == "carrier"
    if owners is None:
        once, project = chosen(rows, rows["role"] != "member"), rows["project"]
        rows["total_cost"], rows["currency"] = np.full(len(project), np.nan), np.full(len(project), np.nan, object)
        rows["base"] = _whole_sums(once, "project", rows) / 100
        rows["base_unit"] = sums(once["unit"], once["project"], project.max(initial=-1) + 1, skip_missing=True)[project]
    else:
        rows["owner"] = owner = places(rows, owners, ["project_id"])
        rows["total_cost"] = rows["base"] = picked(owners["total_cost"], owner)
        rows["currency"] = picked(owners["currency"], owner)
        rows["base_unit"] = picked(_unit(owners["total_as_printed"]), owner)
    computable = (rows["role"] == "single") & np.isnan(rows["amount"]) & ~np.isnan(rows["declared_share"])
    by_share = _halers(rows["declared_share"] * rows["total_cost"]) / 100
    rows["derived"] = computable & ~np.isnan(by_share)
    rows["amount"] = np.where(computable, by_share, rows["amount"])
    rows["unit"] = np.where(computable, HALER, rows["unit"])
    parts, number, count = _parts(rows), rows["number"], rows["number"].max(initial=-1) + 1
    splitting = np.zeros(count + 1, dtype=bool)  # the last is for -1: no group
    splitting[parts["number"][parts["splits"]]] = True
    rows["splits"] = carrier & splitting[number]
    summed = sums(parts["declared_share"], parts["number"], count + 1)[number]
    rows["declared_share"] = np.where(carrier & np.isnan(rows["declared_share"]), summed, rows["declared_share"])
    return rows, parts


def _parts(rows: Rows) -> Rows:
    """The members of groups with the part of the group's amount that falls to each; `splits`: the parts add up."""
    carriers, parts = (chosen(rows, rows["role"] == role) for role in ("carrier", "member"))
    count = rows["number"].max(initial=-1) + 1
    sole = np.bincount(carriers["number"], minlength=count) == 1  # of two amounts none is the group's
    carrier = np.where(sole, last_of(carriers["number"], count), -1)[parts["number"]]
    group_amount = picked(carriers["amount"], carrier)
    own = ~np.isnan(parts["declared_amount"]) & (parts["declared_amount"] != group_amount)
    by_share = _halers(parts["declared_share"] * parts["base"]) / 100
    parts["amount"] = np.where(own, parts["declared_amount"], by_share)
    parts["derived"] = ~own
    apart = np.abs(_halers(group_amount) - _whole_sums(parts, "number", parts))
    # A sum of the sources holds the group's own amount: its printed unit counts once.
    group_unit = np.where(np.isnan(parts["total_cost"]), 0, picked(carriers["unit"], carrier))
    parts["splits"] = apart <= _halers(parts["base_unit"] + group_unit)
    return parts


def _whole_sums(rows: Rows, key: str, of: Rows) -> Numbers:
    """For each row `of` a table the haléře of all amounts in `rows` with its key; missing where an amount is."""
    return sums(_halers(rows["amount"]), rows[key], of[key].max(initial=-1) + 1)[of[key]]


def _rank(kinds: Cells) -> Places:
    """The place of each kind in the order of the schema; behind them all what is not among them."""
    codes, distinct = pd.factorize(kinds)
    return np.array([*(RANK.get(kind, len(RANK)) for kind in distinct), len(RANK)])[codes]


def _unit(printed: Cells) -> Numbers:
    """One unit of the last printed digit of each amount; each distinct text is read once."""
    codes, distinct = pd.factorize(printed)
    units = [HALER if (unit := printed_unit(text)) is None else float(unit) for text in distinct]
    return np.array([*units, HALER])[codes]


def _halers(amount: Numbers) -> Numbers:
    """Whole haléře: float64 holds integers exactly up to 90 000 milliard crowns, so sums of them are exact."""
    return np.rint(amount * 100)
