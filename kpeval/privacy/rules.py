"""Which breakdowns are of people, and how small may a number of them be? [privacy] of project.toml, and its defaults.

No Czech rule was found that says from which number on a count of people may be published; 5, and 10 for special
categories of personal data (GDPR, art. 9), are what statistical offices elsewhere use. The evaluator decides with the
data protection officer. A word that ends in * stands for all that begin so; accents and capitals do not matter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from kpeval.faults import Fault, nearest
from kpeval.folders import TOML

SETTINGS = {  # of [privacy]: an example, and what it means
    "threshold": ("5", "counts of people below it are shown as [c]"),
    "special_threshold": ("10", "the same for special categories of personal data, such as health"),
    "special": ("[]", "further words that make a breakdown one by a special category; * stands for any ending"),
    "allowed": ('["office@example.org"]', "addresses and numbers in free text that may be published"),
    "things": ("[]", "further units that count no people"),
}
KEYS = tuple(SETTINGS)
LEAST, MOST = 3, 1000  # of a threshold; one person of two could always compute the other
WORDS = re.compile(r"[^\W_]+")

# What only people have: a breakdown by it is one of people whatever the unit is called.
PERSONAL = (
    *("pohlav*", "sex", "gender*", "věk", "věku", "věkov*", "age", "ages", "vzdělán*", "education*", "zaměstn*"),
    *("nezaměstn*", "employ*", "unemploy*", "národnost*", "nationalit*", "občanstv*", "citizen*", "rodinn*", "marital"),
)
PEOPLE = (
    *("osob*", "účastn*", "lid", "lidé", "lidí", "člověk*", "klient*", "uživatel*", "člen*", "občan*", "obyvatel*"),
    *("dítě", "dět*", "žák*", "žen*", "muž*", "senior*", "rodič*", "person*", "people", "participant*", "client*"),
    *("user*", "member*", "citizen*", "inhabitant*", "child*", "pupil*", "student*", "women", "men", "parent*"),
    *("pracovn*", "worker*", "staff", "domácnost*", "rodin*", "famil*", "household*"),
)
# Units that count no people. What is on neither list counts people: better one number too few than a person too many.
THINGS = (
    *("schůzk*", "jednání", "zasedání", "setkání", "meeting*", "akce", "akcí", "event*", "kurz*", "course*"),
    *("dokument*", "document*", "plán*", "plan", "plans", "strategi*", "analýz*", "zpráv*", "report*", "výstup*"),
    *("output*", "služb*", "service*", "organizac*", "organisation*", "organization*", "hodin*", "h", "hour*"),
    *("den", "dny", "dní", "dnů", "day", "days", "týd*", "week*", "měsíc*", "month*", "kč", "czk", "eur", "etap*"),
    *("sociáln*", "social"),  # of a kind: the other words say of what
    *("stage*", "zmínk*", "mention*", "článk*", "article*", "byt", "byty", "bytů", "flat*", "km", "ks", "kus*"),
)
SHORT = 2  # letters of a word that names nothing: of, na
SPECIAL = (
    *("zdrav*", "health*", "postižen*", "disab*", "handicap*", "nemoc*", "illness*", "duševn*", "mental*"),
    *("etnick*", "etnicit*", "ethnic*", "rasov*", "race", "racial", "rom", "romov*", "romsk*", "roma", "národnost*"),
    *("menšin*", "minorit*", "migra*", "cizinc*", "foreign*", "uprchl*", "refugee*", "nábožen*", "vyznán*", "religio*"),
    *("politic*", "odborov*", "sexuáln*", "sexual*", "závisl*", "addict*", "drog*", "drug*", "alkohol*", "alcohol*"),
    *("invalid*", "ozp", "zp", "ztp", "ztpp", "autis*", "diagnó*", "nevidom*", "blind", "neslyš*", "deaf", "demenc*"),
    *("dementia", "hiv", "aids", "násil*", "violen*", "přístřeš*", "shelter*", "ukrajin*", "ukrain*", "vietnam*"),
    *("trest*", "vězn*", "crim*", "convict*", "offend*", "bezdom*", "homeless*", "znevýhodn*", "disadvantag*"),
)


class Rules(NamedTuple):
    """From which number on people may be counted in public, and what is counted."""

    threshold: int = 5
    special_threshold: int = 10
    special: tuple[str, ...] = SPECIAL
    things: tuple[str, ...] = THINGS

    def counts_people(self, unit: object, accumulation: object, dimension: str) -> bool:
        """Whether a breakdown is taken for one of people: unless each word of the unit names something else.

        One word does not tell: in "absolventi kurzů" and "course graduates" people are counted.
        """
        if accumulation == "persons" or _speaks(PERSONAL, dimension):
            return True
        words = [word for word in unit.split() if len(word) > SHORT or word == unit] if isinstance(unit, str) else []
        return not words or _speaks(PEOPLE, str(unit)) or not all(_speaks(self.things, word) for word in words)

    def least(self, dimension: str, categories: Iterable[str]) -> int:
        """From which number on people of a category may be shown; categories are those known so far."""
        special = any(_speaks(self.special, name) for name in (dimension, *categories))
        return self.special_threshold if special else self.threshold


def rules_of(told: Mapping[str, Any]) -> Rules:
    """The rules as [privacy] of project.toml has them; `special` and `things` add words to those known here."""
    threshold = told.get("threshold", Rules().threshold)
    special = told.get("special_threshold", max(Rules().special_threshold, threshold))
    return Rules(threshold, special, (*SPECIAL, *told.get("special", ())), (*THINGS, *told.get("things", ())))


def rule_faults(told: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong in [privacy]: nothing there may be understood otherwise than it was meant."""
    for key in told:
        if key not in KEYS:
            hint = nearest(key, KEYS) or ": known are " + ", ".join(KEYS)
            yield Fault(TOML, None, f"privacy.{key}", f"unknown key{hint}")
    sound = []
    for key in ("threshold", "special_threshold"):
        value = told.get(key, LEAST)
        if isinstance(value, bool) or not isinstance(value, int) or not LEAST <= value <= MOST:
            yield Fault(TOML, None, f"privacy.{key}", f"'{value}' is not a whole number from {LEAST} to {MOST}")
        else:
            sound.append(key)
    if len(sound) == 2 and "special_threshold" in told:
        rules = rules_of({key: told[key] for key in sound if key in told})
        if rules.special_threshold < rules.threshold:
            message = f"{rules.special_threshold} is less than the threshold for all people, {rules.threshold}"
            yield Fault(TOML, None, "privacy.special_threshold", message)
    for key in ("special", "things"):
        words = told.get(key, [])
        if not isinstance(words, list) or not all(isinstance(word, str) and WORDS.search(word) for word in words):
            yield Fault(TOML, None, f"privacy.{key}", 'is not a list of words: write it like ["health", "zdrav*"]')
    allowed = told.get("allowed", [])
    if not isinstance(allowed, list) or not all(isinstance(one, str) for one in allowed):
        yield Fault(TOML, None, "privacy.allowed", 'is not a list of text: write it like ["office@example.org"]')


@lru_cache(1000)
def _speaks(known: tuple[str, ...], text: str) -> bool:
    """Whether a word of the text is one of those known."""
    said = WORDS.findall(_plain(text))
    for word in known:
        plain = _plain(word.rstrip("*"))
        if any(one.startswith(plain) if word.endswith("*") else one == plain for one in said):
            return True
        if not WORDS.fullmatch(plain) and plain in _plain(text):  # several words, or a sign such as %
            return True
    return False


def _plain(text: str) -> str:
    """Without capitals and accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
