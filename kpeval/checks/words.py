"""What is missing in what the evaluator says of the day?"""

from __future__ import annotations

from collections.abc import Iterator

from kpeval.checks.case import Case, Finding
from kpeval.evaluator import LONGEST, QUESTIONS, Commentary, languages_of, name_of, taken_apart


def _commentaries(case: Case) -> Iterator[tuple[str, Commentary]]:
    """Those of exactly this day, by file, in whichever language they are."""
    day = f"{case.day:%Y-%m-%d}"
    for lang in languages_of(case.whole.commentary, day):
        file = name_of(day, lang)
        yield file, taken_apart(case.whole.commentary[file])


def recommendation_incomplete(case: Case) -> Iterator[Finding]:
    """A recommendation that names no addressee, no deadline or no priority binds nobody."""
    say = case.words.say
    for file, said in _commentaries(case):
        for number, one in enumerate(said.recommendations, start=1):
            asked = (one.whom, one.by, one.priority)
            named = (say("to whom it is addressed"), say("by when"), say("its priority"))
            lacking = [name for answer, name in zip(asked, named, strict=True) if not answer]
            if lacking:
                message = case.words.say(
                    "Recommendation {number} does not say {lacking}.", number=number, lacking=case.words.list(lacking)
                )
                remedy = case.words.say("Add it below the recommendation; until then the report calls it not stated.")
                yield Finding(
                    "warning", "recommendation_incomplete", file, one.line, "recommendations", message, remedy
                )


def recommendation_unclear(case: Case) -> Iterator[Finding]:
    """A priority that is no word of the list, a deadline that is no day or is over on the day of the report."""
    say = case.words.say
    for file, said in _commentaries(case):
        for number, one in enumerate(said.recommendations, start=1):
            if one.priority and one.urgency is None:
                known = case.words.list([say("high"), say("medium"), say("low")])
                message = say("The priority of recommendation {number} is none of {known}.", number=number, known=known)
                remedy = say("Write one of these words.")
                yield Finding("warning", "recommendation_priority", file, one.line, "recommendations", message, remedy)
            if one.by and one.due is None:
                message = say("The deadline of recommendation {number} names no day, month or year.", number=number)
                remedy = say("Write a day, if there is one; the report shows the words as they are.")
                yield Finding("info", "recommendation_deadline", file, one.line, "recommendations", message, remedy)
            elif one.due is not None and one.due < case.day.date():
                message = say(
                    "The deadline of recommendation {number} is over on the day of the report.", number=number
                )
                remedy = say("Set a later one.")
                yield Finding("warning", "recommendation_deadline", file, one.line, "recommendations", message, remedy)


def questions_unanswered(case: Case) -> Iterator[Finding]:
    """A report that is called final leaves an evaluation question open."""
    if case.whole.report(case.day).get("state") != "final":
        return
    for file, said in _commentaries(case):
        answered = [name for name in QUESTIONS if name in said.parts and said.parts[name].text.strip()]
        open_questions = len(QUESTIONS) - len(answered)
        if open_questions:
            message = case.words.count(
                "The report is final, and {count} evaluation question is not answered.",
                "The report is final, and {count} evaluation questions are not answered.",
                open_questions,
            )
            remedy = case.words.say("Answer them, or call the report a draft.")
            yield Finding("warning", "questions_unanswered", file, None, "questions", message, remedy)


def comment_too_long(case: Case) -> Iterator[Finding]:
    """A report shows a part of the commentary up to a length; the rest is not lost, but not shown either."""
    for file, said in _commentaries(case):
        for name, part in said.parts.items():
            if len(part.text) > LONGEST:
                message = case.words.say(
                    "A part of the commentary has {count} characters; the report shows the first {shown}.",
                    count=case.words.number(len(part.text)),
                    shown=case.words.number(LONGEST),
                )
                remedy = case.words.say("Shorten it.")
                yield Finding("warning", "comment_too_long", file, part.line, name, message, remedy)


WORDS_RULES = (recommendation_incomplete, recommendation_unclear, questions_unanswered, comment_too_long)
