"""Which words stand for the codes of the closed lists? One English phrase a code; catalogues hold the rest."""

from __future__ import annotations

from kpeval.present.language import Language, mark

SPOKEN: dict[str, dict[str, str]] = {
    "kind": {
        "eu": mark("European Union"),
        "state": mark("state budget"),
        "state_fund": mark("state fund"),
        "region": mark("region"),
        "municipality": mark("municipality"),
        "other_public": mark("other public source"),
        "private": mark("private source"),
        "own": mark("own resources"),
        "joint": mark("several sources, quoted as one amount"),
    },
    "total_basis": {
        "eligible": mark("total eligible expenditure"),
        "all": mark("total project cost"),
        "not_stated": mark("total cost, basis not stated"),
    },
    "reconciliation": {
        "reconciled": mark("the sources match the cost"),
        "over": mark("the sources exceed the cost"),
        "under": mark("the sources do not cover the cost"),
        "unknown": mark("cannot be compared"),
    },
    "spending_by": {
        "line": mark("Budget line"),
        "chapter": mark("Budget chapter"),
        "source": mark("Source of funding"),
        "activity": mark("Key activity"),
    },
    "spending_caption": {
        "line": mark("Spending by budget line"),
        "chapter": mark("Spending by budget chapter"),
        "source": mark("Spending by source of funding"),
        "activity": mark("Spending by key activity"),
    },
    "named_kind": {"group": mark("target group"), "area": mark("area of support")},
    "step_state": {"ended": mark("ended"), "running": mark("running"), "to_come": mark("to come")},
    "counted_kind": {
        "output": mark("units of the output"),
        "indicator": mark("units of the indicator"),
        "training_hours": mark("hours of training held"),
        "trainings": mark("trainings held"),
        "meetings": mark("meetings of the groups and the management team"),
        "hearings": mark("public hearings held"),
    },
    "no_unit_cost": {
        "no_cost": mark("nothing spent is assigned"),
        "no_quantity": mark("the quantity is not stated"),
        "no_units": mark("the quantity is 0"),
    },
    "no_earned_value": {
        "no_activities": mark("No earned value: no activity is stated that counts."),
        "no_budgets": mark("No earned value: an activity states no budget."),
        "no_plan": mark("No earned value: the planned days of an activity are not stated."),
        "no_record": mark("No earned value: of an activity that is due to start nothing is recorded."),
        "no_spending": mark("No earned value: what was spent is not stated."),
        "not_assigned": mark("No earned value: not all spending is assigned to activities."),
    },
    "indicator_status": {
        "no_target": mark("no target"),
        "qualitative": mark("in words only"),
        "not_due": mark("not yet due"),
        "far_behind": mark("far behind"),
        "behind": mark("behind"),
        "on_track": mark("on track"),
        "ahead": mark("ahead"),
        "missing": mark("value missing (past due)"),
        "not_achieved": mark("not achieved"),
        "achieved": mark("achieved"),
        "overachieved": mark("overachieved"),
    },
    "reason": {
        "not_due": mark("not measured yet, not yet due"),
        "missing": mark("no value is known although it was due"),
        "no_target": mark("no target is stated"),
        "qualitative": mark("assessed in words"),
        "no_baseline": mark("the baseline is not stated"),
        "no_start": mark("no day is stated from which progress counts"),
        "no_due": mark("no due day is stated"),
        "target_zero": mark("the target is zero"),
        "target_equals_baseline": mark("the target equals the baseline"),
        "zero_denominator": mark("the denominator is zero"),
    },
    "activity_status": {
        "not_started": mark("not started"),
        "under_way": mark("under way"),
        "finished": mark("finished"),
        "cancelled": mark("cancelled"),
        "no_record": mark("no record"),
    },
    "severity": {"error": mark("error"), "warning": mark("warning"), "info": mark("note")},
    "level": {
        "general": mark("general goal"),
        "specific": mark("specific goal"),
        "partial": mark("partial goal"),
    },
    "figure": {
        "elapsed": mark("time elapsed"),
        "coverage": mark("cost covered by the sources"),
        "spent": mark("money spent"),
        "share_spent": mark("share of the budget spent"),
        "indicators_achieved": mark("achieved indicators"),
        "outputs_delivered": mark("outputs delivered"),
        "serious_findings": mark("serious findings"),
    },
    "report_state": {"draft": mark("draft"), "final": mark("final")},
    "priority": {"high": mark("high"), "medium": mark("medium"), "low": mark("low")},
    "question": {
        "relevance": mark("Relevance: does the project do the right things?"),
        "effectiveness": mark("Effectiveness: does it reach its objectives?"),
        "efficiency": mark("Efficiency: are its means put to good use?"),
        "sustainability": mark("Sustainability: will the benefits last?"),
    },
    "group_kind": {
        "management_team": mark("management team"),
        "wg_meeting": mark("working group that is not named"),
        "hearing": mark("public hearing"),
        "conference": mark("conference"),
    },
    "output_status": {
        "delivered": mark("delivered"),
        "partly": mark("delivered in part"),
        "no_record": mark("due, nothing recorded"),
        "not_due": mark("not yet due"),
        "no_due": mark("no due day stated"),
    },
    "measure_state": {
        "fulfilled": mark("fulfilled"),
        "continuous": mark("fulfilled continuously"),
        "in_progress": mark("in progress"),
        "partial": mark("partly fulfilled"),
        "not_fulfilled": mark("not fulfilled"),
        "postponed": mark("postponed"),
        "cancelled": mark("cancelled"),
        "not_due": mark("not yet due"),
        "no_info": mark("no information"),
    },
    "coverage_state": {
        "complete": mark("evaluated"),
        "partly": mark("evaluated in part"),
        "not_yet": mark("not evaluated yet"),
        "missing": mark("evaluation missing"),
        "nothing_due": mark("nothing to be evaluated yet"),
        "not_stated": mark("measures not stated"),
    },
    "plan_by": {
        "year": mark("Year"),
        "level": mark("Level of the plan"),
        "area": mark("Area of support"),
        "group": mark("Target group"),
        "responsible": mark("Responsible body"),
    },
}


def spoken(which: str, code: object, words: Language) -> str:
    """The phrase for a code of a closed list, in the language of `words`; a missing code is "not stated"."""
    if not isinstance(code, str):
        return words.say("not stated")
    return words.say(SPOKEN[which][code])
