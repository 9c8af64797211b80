"""Which rule of training holds for a project: that of its programme, or what [rules] of project.toml says?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from kpeval.faults import Fault, nearest, quoted
from kpeval.folders import TOML
from kpeval.rules import training_rule

SETTINGS = {  # of [rules]: an example, and what it means
    "min_hours": ("40", "hours of training from which a person counts; comes before the programme's rule"),
    "max_elearning_hours": ("20", "so many hours of e-learning count at most; all of them where it is not given"),
    "minutes_per_hour": ("45", "minutes in an hour of the rule, where it is no hour by the clock"),
    "training_indicators": ("[]", "indicators that count those people, where it is not the one with code 60000"),
}
NUMBERS = {"min_hours": (0.01, 10_000), "max_elearning_hours": (0, 10_000), "minutes_per_hour": (1, 60)}
CODE = "60000"  # people in projects of the ESF, whatever the programme; 600000 from 2021 on
PROGRAMME, PROJECT, ASSUMED = "programme", "project", "assumed"  # where the threshold comes from


def rule_faults(told: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong in [rules] about training."""
    for key, (least, most) in NUMBERS.items():
        value = told.get(key, least)
        sound = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        if not sound or not least <= value <= most:
            message = f"{quoted(str(value))} is not a number from {least:g} to {most:g}"
            yield Fault(TOML, None, f"rules.{key}", message)
    named = told.get("training_indicators", [])
    if not isinstance(named, list) or not all(isinstance(one, str) and one.strip() and ";" not in one for one in named):
        yield Fault(TOML, None, "rules.training_indicators", 'is not a list of indicators: write it like ["I01"]')


def indicator_faults(told: Mapping[str, Any], accumulations: Mapping[str, object]) -> Iterator[Fault]:
    """Indicators named in [rules] that are not there, or do not count persons."""
    named = told.get("training_indicators", [])
    for name in named if isinstance(named, list) else ():
        if name not in accumulations:
            message = f"{quoted(str(name))} does not stand in indicators.indicator_id"
            yield Fault(TOML, None, "rules.training_indicators", message + nearest(str(name), accumulations))
        elif accumulations[name] != "persons":
            message = f"indicator {quoted(str(name))} does not count persons: its accumulation is not persons"
            yield Fault(TOML, None, "rules.training_indicators", message)


def columns_of(programme: object, told: Mapping[str, Any]) -> dict[str, Any]:
    """What the table of projects gains: the rule of training, and where its threshold comes from."""
    rule = training_rule(programme)
    given: dict[str, float] = {key: float(told[key]) for key in NUMBERS if _is_number(told.get(key))}
    known = {} if rule is None else {key: getattr(rule, key) for key in NUMBERS if getattr(rule, key) is not None}
    origin = PROJECT if "min_hours" in given else PROGRAMME if rule is not None else ASSUMED
    source = {
        PROJECT: TOML,
        PROGRAMME: "" if rule is None else f"{rule.programme}: {rule.source}",
        ASSUMED: None,
    }[origin]
    indicators = told.get("training_indicators", [])
    named = [str(one).strip() for one in indicators] if isinstance(indicators, Iterable) else []
    return {
        **{key: given.get(key, known.get(key, float("nan"))) for key in NUMBERS},
        "rule": origin,
        "rule_source": source,
        "training_indicators": ";".join(named) or None,
        "training_code": CODE if rule is None else rule.indicator_code,
    }


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
