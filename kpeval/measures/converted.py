"""What is the spending in another currency, and in the prices of one year, by rates that somebody published?"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval.movements import movements
from kpeval.results import CONVERTED_AMOUNTS
from kpeval.rows import (
    Cells,
    Days,
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
    sums,
    worded,
)
from kpeval.schema import PROJECTS, RATES
from kpeval.shapes import shaped
from kpeval.timespan import ONE_DAY, as_day64
from kpeval.values import arrays

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}  # of the periods that a rate is published for


def converted_amounts(
    transactions: pd.DataFrame,
    rates: pd.DataFrame,
    projects: pd.DataFrame,
    *,
    as_of: str | date,
    currency: str = "EUR",
    base: int | None = None,
) -> pd.DataFrame:
    """What is the money spent each year in another currency, and in the prices of one year?

    Spent as in `drawdown`. converted = spent / rate, the rate of the period of each movement: of its day, else month,
    quarter, half-year, year; how many units of the project's money one unit of `currency` costs. constant = spent ×
    base_index / price_index, both the index of a whole year; `base` is the year whose prices are used, else the last
    one with an index. No rate or index is ever taken from another period.

    One row is a year in which money moved that counts as spent, and a last one without a year for all years together.
    Columns: project_id, year, spent (currency), foreign, rate, converted (foreign currency), rate_by (who published
    it), rate_reason, base, price_index, base_index, constant (currency, in prices of the base), index_by, index_reason,
    currency. Projects for which no rate is known have no row: conversion is opt-in. A rate is known from `recorded_on`,
    else from the end of its period. Reasons: no_rate (for a movement of the year no rate or index is published);
    no_base (none for the base). rate and rate_by are missing where several rates make up the year. In all is missing
    where a year is. Rules: METHOD.md M14.
    """
    now = as_day64(as_of)
    owners = ordered(arrays(PROJECTS, projects, "currency?"), ["project_id"])
    known = _known(rates, owners, now)
    moves = movements(transactions, now, owners)
    moves = chosen(moves, moves["spends"] & np.isin(moves["owner"], known["owner"]))
    moves["year"] = _year(moves["date"])
    exchange = chosen(known, (known["kind"] == "exchange") & (known["currency"] == currency))
    moves["place"] = _rate_of(moves, exchange)
    parts = _grouped(moves, "owner", "year", "place")
    rows = _grouped(parts, "owner", "year")
    rows["foreign"] = np.full(len(rows["owner"]), currency, dtype=object)
    _exchanged(rows, parts, exchange)
    _deflated(rows, chosen(known, known["kind"] == "price_index"), base)
    rows = joined(rows, _in_all(rows))
    rows["spent"] = rows["halers"] / 100
    unknown = np.isnan(rows["converted"]), np.isnan(rows["base_index"]), np.isnan(rows["constant"])
    rows["rate_reason"] = np.where(unknown[0], np.full(len(unknown[0]), "no_rate", dtype=object), np.nan)
    reason = worded([(unknown[1], "no_base"), (unknown[2], "no_rate")], "")
    rows["index_reason"] = np.where(reason == "", np.nan, reason)
    for name in ("project_id", "currency"):
        rows[name] = owners[name][rows["owner"]]
    return shaped(CONVERTED_AMOUNTS, ordered(rows, ["owner", "year"]))


def _known(rates: pd.DataFrame, owners: Rows, now: np.datetime64) -> Rows:
    """The rates known on the day: recorded by then, or of a period that is over."""
    rows = arrays(RATES, rates, "kind period currency rate published_by recorded_on")
    rows["owner"], recorded = places(rows, owners, ["project_id"]), rows["recorded_on"]
    since = np.where(np.isnat(recorded), rows["period"], recorded)
    known = chosen(rows, (rows["owner"] >= 0) & (since <= now) & (rows["rate"] > 0))
    return ordered(known, ["owner", "kind", "period", "currency"], missing_first=True)


def _rate_of(moves: Rows, rates: Rows) -> Places:
    """The rate of the shortest period in which each movement lies; -1 where none is published."""
    found = np.full(len(moves["date"]), -1)
    for precision in ("day", *MONTHS):
        of_precision = np.flatnonzero(rates["period_precision"] == precision)
        ends = _end(moves["date"], MONTHS[precision]) if precision in MONTHS else moves["date"]
        place = places(moves | {"period": ends}, chosen(rates, of_precision), ["owner", "period"])
        better = (found < 0) & (place >= 0)
        found[better] = of_precision[place[better]]
    return found


def _end(dates: Days, months: int) -> Days:
    """The last day of the period of so many months in which each day lies."""
    month = dates.astype("datetime64[M]").astype(np.int64)
    after = ((month // months + 1) * months).astype("datetime64[M]").astype("datetime64[us]")
    return np.asarray(after - ONE_DAY, dtype=after.dtype)


def _grouped(rows: Rows, *names: str) -> Rows:
    """One row for each group of the same `names`, in their order, with the haléře of all its rows."""
    group, distinct = pd.factorize(numbered(*(rows[name] for name in names)))
    one = {name: rows[name][last_of(group, len(distinct))] for name in names}
    return ordered(one | {"halers": sums(rows["halers"], group, len(distinct))}, names)


def _added(cells: Numbers, groups: Places, count: int) -> Numbers:
    """Sums in the order of the rows, missing where a cell is: a group's sum depends on no other group."""
    total: Numbers = np.bincount(groups, weights=cells, minlength=count).astype(np.float64)
    return total


def _exchanged(rows: Rows, parts: Rows, rates: Rows) -> None:
    """Adds what each year's spending is in the foreign currency, and by which rate where it is one."""
    year, count = places(parts, rows, ["owner", "year"]), len(rows["owner"])
    rate, by = picked(rates["rate"], parts["place"]), picked(rates["published_by"], parts["place"])
    rows["converted"] = _added(parts["halers"] / 100 / rate, year, count)
    last = last_of(year, count)
    rows["rate"] = np.where(np.bincount(year, minlength=count) == 1, rate[last], np.nan)
    rows["rate_by"] = by[last]
    rows["rate_by"][year[by != by[last][year]]] = np.nan  # several publishers, or a movement without a rate


def _deflated(rows: Rows, rates: Rows, base: int | None) -> None:
    """Adds each year's spending in the prices of the base, the last year with an index where none is given."""
    whole_year = (rates["period_precision"] == "year") & (rates["period"] == _end(rates["period"], MONTHS["year"]))
    index = chosen(rates, whole_year & pd.isna(rates["currency"]))
    index["year"] = _year(index["period"])
    place = places(rows, index, ["owner", "year"])
    rows["price_index"], rows["index_by"] = (picked(index[name], place) for name in ("rate", "published_by"))
    owners = int(max(rows["owner"].max(initial=-1), index["owner"].max(initial=-1))) + 1
    latest = picked(index["year"].astype(np.float64), last_of(index["owner"], owners)[rows["owner"]])
    rows["base"] = latest if base is None else np.full(len(place), float(base))
    of_base = places({"owner": rows["owner"], "year": rows["base"]}, index, ["owner", "year"])
    rows["base_index"] = picked(index["rate"], of_base)
    rows["constant"] = rows["halers"] / 100 * rows["base_index"] / rows["price_index"]


def _year(days: Days) -> Places:
    years: Places = days.astype("datetime64[Y]").astype(np.int64) + 1970
    return years


def _in_all(rows: Rows) -> Rows:
    """A row for each project over all its years; what belongs to one year is missing."""
    group, distinct = pd.factorize(rows["owner"])
    count = len(distinct)
    last = chosen(rows, last_of(group, count))
    blank: Cells = np.full(count, np.nan, dtype=object)
    totals = {name: _added(rows[name], group, count) for name in ("converted", "constant")}
    return (
        last
        | totals
        | {
            "year": np.full(count, np.nan),
            "halers": sums(rows["halers"], group, count),
            "rate": np.full(count, np.nan),
            "price_index": np.full(count, np.nan),
            "rate_by": blank,
            "index_by": blank,
        }
    )
