"""Do time, money and results keep step?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from kpeval.present.charts.bullets import NOTHING, Bullet, bullets
from kpeval.present.charts.figure import Chart, Told, one_project, stood, subtitle
from kpeval.present.charts.name import with_name
from kpeval.present.display import Omitted
from kpeval.present.language import Language, language

THREE = ("time", "money", "results")
STEP = 0.10  # within a tenth the three keep step, as an indicator is on track within a tenth


@with_name
def three_way(
    three_way: pd.DataFrame,
    *,
    projects: pd.DataFrame | None = None,
    as_of: str | date | None = None,
    lang: str,
) -> Chart | Omitted:
    """Time elapsed, money spent and results reached, one under the other on one scale; no score is made of them."""
    words = language(lang)
    one_project(three_way)
    row = None if three_way.empty else three_way.iloc[0]
    known = [] if row is None else [name for name in THREE if pd.notna(row[name])]
    if row is None or not known:
        return Omitted(words.say("Neither time nor money nor results can be computed."))
    names = {
        "time": words.say("Time elapsed"),
        "money": words.say("Money spent"),
        "results": words.say("Results reached"),
    }
    if len(known) == 1:
        said, share = names[known[0]], words.percent(row[known[0]])
        return Omitted(
            words.say("Of time, money and results one only is known. {what}: {share}.", what=said, share=share),
            told=True,
        )
    counted = words.count(
        "results: mean of {count} indicator", "results: mean of {count} indicators", int(row["indicators_counted"])
    )
    scope = counted if "results" in known else ""
    title = _compared(row, words)
    # What was spent may be stated where the budget is not.
    missing = dict.fromkeys(THREE, words.say("not stated")) | {"money": words.say("cannot be computed")}
    parts = [f"{said}: {words.percent(row[name]) if name in known else missing[name]}" for name, said in names.items()]
    alt = words.say("Bar chart of three shares. {parts}. {finding}.", parts="; ".join(parts), finding=title)
    measure = words.say("Time, money and results")
    time = float(row["time"]) if "time" in known else NOTHING
    rows = [
        Bullet([said], float(row[name]), "", expected=NOTHING if name == "time" else time)
        if name in known
        else Bullet([said], NOTHING, missing[name])
        for name, said in names.items()
    ]
    told = Told(title, subtitle(measure, scope, stood(as_of, words), projects=projects), alt)
    return bullets(told, rows, names["time"], words)


def _compared(row: pd.Series[Any], words: Language) -> str:
    """The widest of the gaps in words."""
    gaps = {gap: float(row[gap]) for gap in ("money_minus_time", "results_minus_time", "results_minus_money")}
    known = {gap: value for gap, value in gaps.items() if pd.notna(value)}
    widest = max(known, key=lambda gap: abs(known[gap]))
    shares = {name: words.percent(row[name]) for name in THREE if pd.notna(row[name])}
    if abs(known[widest]) <= STEP:
        return words.say("{shares} keep step", shares=_kept(shares, words))
    match widest, known[widest] > 0:
        case "money_minus_time", True:
            return words.say("Spending runs ahead of time: {money} spent after {time} of the time", **shares)
        case "money_minus_time", False:
            return words.say("Spending lags behind time: {money} spent after {time} of the time", **shares)
        case "results_minus_time", True:
            return words.say("Results run ahead of time: {results} reached after {time} of the time", **shares)
        case "results_minus_time", False:
            return words.say("Results lag behind time: {results} reached after {time} of the time", **shares)
        case _, True:
            return words.say("Results run ahead of spending: {results} reached for {money} of the money", **shares)
    return words.say("Results lag behind spending: {results} reached for {money} of the money", **shares)


def _kept(shares: dict[str, str], words: Language) -> str:
    said = {
        "time": words.say("time {share}", share=shares.get("time", "")),
        "money": words.say("money {share}", share=shares.get("money", "")),
        "results": words.say("results {share}", share=shares.get("results", "")),
    }
    joined = words.list(said[name] for name in shares)
    return joined[:1].upper() + joined[1:]
