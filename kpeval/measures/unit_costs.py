"""What did a unit cost: a document, a meeting, an hour of training, a trained person? The basis is always named."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval.movements import by_activity
from kpeval.results import INDICATOR_FULFILMENT, OUTPUT_DELIVERY, UNIT_COSTS
from kpeval.rows import (
    Cells,
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
from kpeval.schema import EVENTS, OUTPUTS, RATE_UNIT
from kpeval.shapes import shaped
from kpeval.timespan import as_day64
from kpeval.values import arrays

COUNTS = {  # what is counted of the events of these kinds
    "trainings": ("training",),
    "meetings": ("wg_meeting", "management_team"),
    "hearings": ("hearing",),
}
NOT_COUNTED = ("rate", "step", "qualitative")


def unit_costs(
    spending: pd.DataFrame,
    delivery: pd.DataFrame,
    fulfilment: pd.DataFrame,
    outputs: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
    *,
    as_of: str | date,
    whole_project: bool = False,
) -> pd.DataFrame:
    """What did a unit cost, and whose whole cost is it that is divided?

    unit_cost = cost / quantity. Basis activity: cost = all that `spending` (by activity) says is spent on it; quantity
    = what each of its outputs in `delivery` delivered, the events of `events` that name it (trainings, meetings of
    working groups and the management team, hearings; training_hours = the hours of the trainings, not times people),
    and the achieved value of an indicator in `fulfilment` that the `outputs` of this one activity count in. With
    `whole_project` any other indicator has the basis project: the cost of the whole project, which bought all the rest
    as well; without, it has no row. Rates, steps, words and what should fall are no quantities. others = how many other
    quantities of the result the same cost is divided by.

    One row is a quantity. Columns: project_id, basis, activity_id, kind (output, indicator, training_hours, trainings,
    meetings, hearings), item (id of output or indicator), title, unit, cost (currency), quantity, unit_cost (currency a
    unit), others, reason (no_cost: nothing spent is assigned; no_quantity: it is not known; no_units: it is 0),
    currency. Where there is a reason unit_cost is missing: it is never infinite. Events after `as_of` (of a training
    its last day), recorded after it, or without a day or an activity are left out; hours are missing where a training
    states none. ValueError for spending by anything but activity. Rules: METHOD.md M12.
    """
    costs = by_activity(spending)
    rows = joined(joined(_outputs(delivery), _indicators(fulfilment, outputs)), _events(events, as_day64(as_of)))
    rows = chosen(rows, ~pd.isna(rows["activity_id"]) | ((rows["kind"] == "indicator") & whole_project))
    rows = ordered(rows, ["project_id", "activity_id", "kind", "item"])
    whole = pd.isna(rows["activity_id"])
    rows["basis"] = worded([(whole, "project")], "activity")
    rows["cost"], rows["currency"] = _costs(rows, costs)
    number, distinct = pd.factorize(numbered(rows["project_id"], rows["activity_id"]))
    rows["others"] = np.bincount(number, minlength=len(distinct))[number] - 1
    choice = [
        (~(rows["cost"] > 0), "no_cost"),
        (np.isnan(rows["quantity"]), "no_quantity"),
        (~(rows["quantity"] > 0), "no_units"),
    ]
    reason = worded(choice, "")
    rows["unit_cost"] = np.where(reason == "", rows["cost"] / positive(rows["quantity"]), np.nan)
    rows["reason"] = np.where(reason == "", np.nan, reason)
    return shaped(UNIT_COSTS, rows)


def _outputs(delivery: pd.DataFrame) -> Rows:
    """What each output delivered, as far as a quantity is known."""
    rows = arrays(OUTPUT_DELIVERY, delivery, "output_id activity_id title? delivered_quantity")
    return _quantities(rows, "output", item=rows["output_id"], title=rows["title"], quantity=rows["delivered_quantity"])


def _indicators(fulfilment: pd.DataFrame, outputs: pd.DataFrame | None) -> Rows:
    """The achieved value of what counts something, with the one activity whose outputs count in it, where it is one."""
    rows = arrays(INDICATOR_FULFILMENT, fulfilment, "indicator_id name? unit? direction accumulation scale actual")
    rate = pd.Series(rows["unit"], dtype="str").str.match(RATE_UNIT, na=False).to_numpy(bool)
    falls = np.isin(rows["direction"].astype(str), ("decrease", "maintain"))
    other = rate | falls | (rows["accumulation"] == "ratio") | np.isin(rows["scale"].astype(str), NOT_COUNTED)
    rows = chosen(rows, ~other)
    rows["activity_id"] = _only_activity(rows, outputs)
    found = {"item": rows["indicator_id"], "title": rows["name"], "unit": rows["unit"], "quantity": rows["actual"]}
    return _quantities(rows, "indicator", **found)


def _only_activity(indicators: Rows, outputs: pd.DataFrame | None) -> Cells:
    nowhere = np.full(len(indicators["indicator_id"]), np.nan, dtype=object)
    if outputs is None:
        return nowhere
    links = arrays(OUTPUTS, outputs, "output_id activity_id indicator_id")
    place = places(links, indicators, ["project_id", "indicator_id"])
    links, place = chosen(links, place >= 0), place[place >= 0]
    last: Cells = picked(links["activity_id"], last_of(place, len(nowhere)))
    differ = place[(links["activity_id"] != last[place])]  # a missing one differs from itself
    last[differ] = np.nan
    return last


def _events(events: pd.DataFrame | None, now: np.datetime64) -> Rows:
    """How many trainings, meetings and hearings each activity held by the day, and the hours of its trainings."""
    rows = arrays(
        EVENTS,
        pd.DataFrame() if events is None else events,
        "event_id kind activity_id date last_day hours recorded_on",
    )
    over = np.where((rows["kind"] == "training") & ~np.isnat(rows["last_day"]), rows["last_day"], rows["date"])
    known = (over <= now) & ~(rows["recorded_on"] > now) & ~pd.isna(rows["activity_id"])
    rows = chosen(rows, known)
    kinds = rows["kind"].astype(str)
    counted = _summed(chosen(rows, kinds == "training"), "training_hours", "hours")
    for name, of in COUNTS.items():
        counted = joined(counted, _summed(chosen(rows, np.isin(kinds, of)), name, ""))
    return counted


def _summed(rows: Rows, kind: str, column: str) -> Rows:
    """One row an activity: the number of its events, or the sum of a column."""
    group, distinct = pd.factorize(numbered(rows["project_id"], rows["activity_id"]))
    each = rows[column] if column else np.ones(len(group))
    of_each = chosen(rows, last_of(group, len(distinct)))
    return _quantities(of_each, kind, quantity=sums(each, group, len(distinct)))


def _quantities(rows: Rows, kind: str, quantity: Numbers, **said: Cells) -> Rows:
    """Rows of the result, as far as what is counted tells them."""
    count = len(rows["project_id"])
    blank = {name: np.full(count, np.nan, dtype=object) for name in ("item", "title", "unit")}
    keys = {name: rows[name] for name in ("project_id", "activity_id")}
    return keys | {"kind": np.full(count, kind, dtype=object)} | blank | said | {"quantity": quantity}


def _costs(rows: Rows, costs: Rows) -> tuple[Numbers, Cells]:
    """What the activity of each row cost, or the whole project; and the currency."""
    project, distinct = pd.factorize(np.concatenate([costs["project_id"], rows["project_id"]]))
    of_costs, of_rows = np.split(project, [len(costs["project_id"])])
    spent = np.rint(costs["spent"] * 100)
    known = ~np.isnan(spent)
    whole = sums(spent[known], of_costs[known], len(distinct)) / 100
    part = picked(costs["spent"], places(rows, costs, ["project_id", "activity_id"]))
    last: Places = last_of(of_costs, len(distinct))
    return np.where(rows["basis"] == "project", whole[of_rows], part), picked(costs["currency"], last[of_rows])
