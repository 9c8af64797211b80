"""What do sentences say of people in training: how many, for how long, and whether it is enough?"""

from __future__ import annotations

import pandas as pd

from kpeval.present.cells import Row, each, named
from kpeval.present.display import Sentence, unstated
from kpeval.present.language import Language, language
from kpeval.present.tables.training import none_stated


def training_summary(summary: pd.DataFrame, *, lang: str) -> Sentence:
    """How many people were trained, how many reached the threshold, and how complete their records are."""
    words = language(lang)
    if summary.empty or pd.isna(summary["trainings"].iloc[0]):
        return unstated(none_stated(words))
    said: list[str] = []
    for row in each(summary):
        said += _told(row, words)
    return Sentence((" ".join(said),))


def _told(row: Row, words: Language) -> list[str]:
    said = [_trained(row, words)]
    hours = words.count("{count} hour", "{count} hours", row.min_hours)
    if pd.isna(row.reached):
        said.append(words.say("How many reached the threshold ({hours}) is not shown, for they are few.", hours=hours))
    else:
        said.append(
            words.count(
                "{count} person reached the threshold ({hours}).",
                "{count} people reached the threshold ({hours}).",
                int(row.reached),
                hours=hours,
            )
        )
    if pd.notna(row.near) and row.near > 0:
        said.append(
            words.count(
                "{count} person is at most 5 hours short of it.",
                "{count} people are at most 5 hours short of it.",
                int(row.near),
            )
        )
    if pd.notna(row.share_complete):
        share = words.percent(row.share_complete)
        said.append(words.say("Of those who reached it, {share} have a complete record.", share=share))
    if row.rule == "assumed":
        said.append(words.say("The threshold is assumed: neither the programme nor project.toml states one."))
    return said


def _trained(row: Row, words: Language) -> str:
    if pd.isna(row.people):
        return words.count(
            "{count} training was attended; by how many people is not shown, for some of their numbers are small.",
            "{count} trainings were attended; by how many people is not shown, for some of their numbers are small.",
            int(row.trainings),
        )
    if not row.people:
        return words.say("Trainings were attended, but nobody states for how long.")
    if pd.isna(row.hours):
        return words.count("{count} person was trained.", "{count} people were trained.", int(row.people))
    return words.count(
        "{count} person was trained ({hours} in all).",
        "{count} people were trained ({hours} in all).",
        int(row.people),
        hours=words.count("{count} hour", "{count} hours", row.hours),
    )


def persons_counted(counted: pd.DataFrame, *, lang: str) -> Sentence:
    """What attendance gives each indicator that counts people, and whether that is what was reported."""
    words = language(lang)
    rows = [row for row in each(counted) if pd.notna(row.counted)]
    if not rows:
        return unstated(words.say("No attendance at a training is stated for an indicator that counts people."))
    return Sentence((" ".join(_compared(row, words) for row in rows),))


def _compared(row: Row, words: Language) -> str:
    values = {"indicator": named(row.code, row.name), "counted": words.number(row.counted)}
    if pd.isna(row.reported):
        return words.say("{indicator}: {counted} by attendance; no value is reported.", **values)
    values |= {"reported": words.number(row.reported), "day": words.day(row.reported_on)}
    if row.difference == 0:
        return words.say(
            "{indicator}: {counted} by attendance. Reported as of {day}: {reported}, as attendance gives for that day.",
            **values,
        )
    values["then"] = words.number(row.counted_then)
    return words.say(
        "{indicator}: {counted} by attendance. Reported as of {day}: {reported}, while attendance gives {then} for "
        "that day.",
        **values,
    )
