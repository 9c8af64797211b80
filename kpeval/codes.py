"""Which codes may stand in the columns of a result that hold a closed list? What they mean `METHOD.md` says."""

RECONCILIATION_STATES = ("reconciled", "over", "under", "unknown")
SPENDING_BY = ("line", "chapter", "source", "activity")
BUDGET_BASES = ("lines", "activity", "source")
STEP_STATES = ("ended", "running", "to_come")
COST_BASES = ("activity", "project")
COUNTED_KINDS = ("output", "indicator", "training_hours", "trainings", "meetings", "hearings")
NO_UNIT_COST = ("no_cost", "no_quantity", "no_units")
NO_EARNED_VALUE = ("no_activities", "no_budgets", "no_plan", "no_record", "no_spending", "not_assigned")
NO_CONVERSION = ("no_rate", "no_base")
INDICATOR_STATES = (
    *("no_target", "qualitative", "not_due", "far_behind", "behind", "on_track", "ahead"),
    *("missing", "not_achieved", "achieved", "overachieved"),
)
ACTIVITY_STATES = ("not_started", "under_way", "finished", "cancelled", "no_record")
OUTPUT_STATES = ("delivered", "partly", "no_record", "not_due", "no_due")
REASONS = (
    *("not_due", "missing", "no_target", "qualitative", "no_baseline", "no_start", "no_due"),
    *("target_zero", "target_equals_baseline", "zero_denominator"),
)
BREAKDOWN_PARTS = ("category", "rest")
WITHHELD = ("few", "no_base")
SEVERITIES = ("error", "warning", "info")
FIGURES = (
    *("elapsed", "coverage", "spent", "share_spent", "indicators_achieved", "actual", "target", "status"),
    *(f"activities_{status}" for status in ACTIVITY_STATES),
    *("outputs_delivered", "serious_findings"),
)
FIGURE_KINDS = ("share", "money", "count", "quantity", "status")
NO_DIFFERENCE = ("not_before", "not_now", "neither")
PRIORITIES = ("high", "medium", "low")
PLAN_STEPS = (  # in the order in which a plan is made
    *("drafted", "comments_opened", "hearing", "comments_closed", "settlement_published"),
    *("discussed", "approved", "published"),
)
PLAN_STEP_STATES = ("done", "planned", "not_stated")
PROCEDURE_STATES = ("planned", "open", "closed", "not_stated")
SETTLED = ("accepted", "partly", "rejected", "noted")  # all settlements but open
NO_SHARE_OF_GROUP = ("no_size", "lower_bound")
GOES_ON = ("carried_over", "modified", "merged", "split")  # by how much it changes, least first
UNFULFILLED = ("in_progress", "partial", "not_fulfilled", "postponed")  # states of what could have been fulfilled
BECAME = (*GOES_ON, "dropped", "unlinked")  # what became of a part of the old plan
CAME = (*GOES_ON, "new", "unlinked")  # where a part of the new plan comes from
SIDES = ("old", "new")
PLAN_COURSES = ("past", "running", "to_come")
ORIGINS = ("first_plan", "new", "unlinked")
FATES = ("still_there", "dropped", "unlinked")
GROUP_KINDS = ("group", "area")
GROUPS_KNOWN = ("stated", "suggested", "none")
NO_COVERAGE = ("no_group_named",)
PLAN_GROUPS = ("year", "level", "area", "group", "responsible")
COVERAGE_STATES = ("complete", "partly", "not_yet", "missing", "nothing_due", "not_stated")
NOT_EVALUABLE = ("not_due", "cancelled", "no_info")  # states of a measure that say nothing of what came of it
