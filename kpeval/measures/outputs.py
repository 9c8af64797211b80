"""How much of what each activity was to deliver is there, and how many documents count in an indicator?"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval import accumulation
from kpeval.deliveries import judge, seen
from kpeval.results import DELIVERED_OUTPUTS, DOCUMENTS_COUNTED
from kpeval.rows import Flags, chosen, last_of, ordered, picked, places, positive, stretches, sums
from kpeval.schema import ACTIVITIES, OUTPUTS
from kpeval.shapes import shaped
from kpeval.targets import described
from kpeval.timespan import as_day64
from kpeval.values import arrays


def delivered_outputs(
    outputs: pd.DataFrame, activities: pd.DataFrame | None = None, *, as_of: str | date
) -> pd.DataFrame:
    """How much of what each activity was to deliver by the day is delivered, on time and evidenced?

    share_delivered = due_delivered / due. Delivered, in part and without a record: as in `output_delivery`, but for the
    due day: an output that states none is held to the planned end of its activity, where `activities` are given. That
    day is an assumption, so `assumed` counts these outputs.

    One row is an activity with planned outputs, or those of no activity. Columns: project_id, activity_id, title (of
    the activity), planned (outputs), due (their day, stated or assumed, is not after `as_of`), delivered (in whole, due
    or not), due_delivered (of those due), partly, on_time (delivered in whole no later than due), late (delivered in
    whole after the due day), with_evidence (delivered in whole or in part, and evidence is named), no_record (due, and
    nothing is recorded: no failure is claimed), no_due (no day is stated), assumed (of these: held to the end of the
    activity), share_delivered; all but the last count outputs, each once whatever its quantity. Rows by project and
    activity, those of no activity last.

    - share_delivered is missing where no output is due, and where of those due nothing at all is recorded: 0 would
      say that nothing was delivered, and nobody said so.
    - Delivered without a day, or without any due day: neither on time nor late.

    Raises DataError for a repeated output or activity. Rules: METHOD.md O1, O3, E1.
    """
    now = as_day64(as_of)
    names = "output_id activity_id planned_quantity due delivered_quantity delivered_on evidence recorded_on"
    rows = ordered(arrays(OUTPUTS, outputs, names), ["project_id", "activity_id", "output_id"])
    stated = ~np.isnat(rows["due"])
    known = seen(rows, now)
    ends = arrays(ACTIVITIES, pd.DataFrame() if activities is None else activities, "activity_id title? planned_end")
    activity = places(rows, ends, ["project_id", "activity_id"])
    due = np.where(stated, rows["due"], picked(ends["planned_end"], activity))
    judge(rows, known, due, now)
    group = stretches(rows["project_id"], rows["activity_id"])
    last = last_of(group, group.max(initial=-1) + 1)
    whole = rows["status"] == "delivered"
    over = due <= now
    counts: dict[str, Flags] = {
        "planned": np.ones(len(group), dtype=bool),
        "due": over,
        "delivered": whole,
        "due_delivered": over & whole,
        "partly": rows["status"] == "partly",
        "on_time": whole & (rows["delivered_on"] <= due),
        "late": whole & (rows["delivered_on"] > due),
        "with_evidence": known & ~pd.isna(rows["evidence"]),
        "no_record": rows["status"] == "no_record",
        "no_due": ~stated,
        "assumed": ~stated & ~np.isnat(due),
    }
    out = chosen({name: rows[name] for name in ("project_id", "activity_id")}, last)
    out["title"] = picked(ends["title"], activity[last])
    for name, flags in counts.items():
        out[name] = np.bincount(group, weights=flags, minlength=len(last)).astype(np.float64)
    silent = out["no_record"] == out["due"]
    out["share_delivered"] = np.where(silent, np.nan, out["due_delivered"] / positive(out["due"]))
    return shaped(DELIVERED_OUTPUTS, out)


def documents_counted(
    outputs: pd.DataFrame, indicators: pd.DataFrame, measurements: pd.DataFrame, *, as_of: str | date
) -> pd.DataFrame:
    """How many documents were written and published by the day, and does the reported value say the same?

    counted = what of the outputs that name the indicator is both written (delivered_on) and published (published_on) by
    the day, so that the later of the two days decides; each counts its delivered quantity, 1 where none is stated.
    reported = the indicator's own value by its accumulation (`actual` of `indicator_fulfilment`, which this changes in
    nothing); difference = counted - reported.

    One row is an indicator in which outputs count. Columns: project_id, indicator_id, code, name, unit, accumulation,
    planned (the planned quantities, 1 where none is stated), written, published, counted, reported, difference; all in
    documents, or whatever the indicator counts. Rows by project and indicator.

    - A day after `as_of`, or in a row recorded after it, is not known yet.
    - written, published and counted are missing where neither day nor quantity of any of the outputs is known by the
      day: that no document exists was not said. difference is missing where counted or reported is.

    Raises DataError for a repeated output, indicator or measurement. Rule: METHOD.md E2.
    """
    now = as_day64(as_of)
    names = "output_id indicator_id planned_quantity due delivered_quantity delivered_on published_on recorded_on"
    rows = arrays(OUTPUTS, outputs, names)
    rows = ordered(chosen(rows, ~pd.isna(rows["indicator_id"])), ["project_id", "indicator_id", "output_id"])
    group = stretches(rows["project_id"], rows["indicator_id"])
    count = group.max(initial=-1) + 1
    out = chosen({name: rows[name] for name in accumulation.KEY}, last_of(group, count))
    recorded = ~(rows["recorded_on"] > now)
    written, published = (recorded & (rows[name] <= now) for name in ("delivered_on", "published_on"))
    since = np.where(np.isnat(rows["recorded_on"]), rows["due"], rows["recorded_on"])
    undated = np.isnat(rows["delivered_on"]) & ~np.isnan(rows["delivered_quantity"]) & ~(since > now)
    quantity = np.nan_to_num(np.where(written | undated, rows["delivered_quantity"], np.nan), nan=1)
    told = np.bincount(group, weights=recorded & (written | published | undated), minlength=count) > 0
    for name, there in (("written", written), ("published", published), ("counted", written & published)):
        out[name] = np.where(told, sums(np.where(there, quantity, 0.0), group, count), np.nan)
    out["planned"] = sums(np.nan_to_num(rows["planned_quantity"], nan=1), group, count)
    indicator = described(indicators, now)
    place = places(out, indicator, accumulation.KEY)
    for name in ("code", "name", "unit", "accumulation"):
        out[name] = picked(indicator[name], place)
    values = accumulation.known(out, measurements, now)
    out["reported"] = accumulation.accumulated(values, accumulation.kinds(out))
    out["difference"] = out["counted"] - out["reported"]
    return shaped(DOCUMENTS_COUNTED, out)
