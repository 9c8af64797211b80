"""Every public thing says what it is for, and a measure names each column of its result."""

import inspect
import re
from types import ModuleType

import pytest

import kpeval as kp
from kpeval import results

MEASURES = [name for name in results.RESULT_TABLES if callable(getattr(kp, name, None))]
PUBLIC = [name for name in kp.__all__ if not isinstance(getattr(kp, name), ModuleType)]
SHOWN = [
    pytest.param(function, id=f"{family.__name__.split('.')[-1]}.{name}")
    for family in (kp.tables, kp.charts, kp.sentences)
    for name, function in inspect.getmembers(family, inspect.isfunction)
    if not name.startswith("_") and (name in getattr(family, "__all__", ()) or function.__module__ == family.__name__)
]


def test_the_public_names_are_listed_once_each_and_are_there():
    assert len(set(kp.__all__)) == len(kp.__all__)
    assert [name for name in kp.__all__ if not hasattr(kp, name)] == []


@pytest.mark.parametrize("family", [kp.tables, kp.charts, kp.sentences], ids=lambda family: family.__name__)
def test_a_family_lists_what_it_offers(family):
    """So that the completion of `kp.sentences.` offers sentences and not what the module imports."""
    assert all(hasattr(family, name) for name in family.__all__)


def test_every_result_has_its_measure():
    assert sorted(MEASURES) == sorted(results.RESULT_TABLES)


@pytest.mark.parametrize("name", kp.__all__)
def test_a_public_name_says_what_it_is_for(name):
    text = inspect.getdoc(getattr(kp, name)) or ""

    assert len(text) > 20
    assert re.search(r"[.?!]$", text.split("\n")[0]), "the first line is a sentence"


@pytest.mark.parametrize("function", SHOWN)
def test_what_shows_a_result_says_what_it_shows(function):
    assert re.search(r"\.", function.__doc__ or "")


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_begins_with_the_question_it_answers(name):
    first = inspect.getdoc(getattr(kp, name)).split("\n\n")[0]

    assert first.replace("\n", " ").endswith("?")


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_says_what_one_row_is(name):
    assert re.search(r"\bOne row is\b", inspect.getdoc(getattr(kp, name)))


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_names_every_column_of_its_result(name):
    text = inspect.getdoc(getattr(kp, name))
    named = text[text.index("Columns:") :]

    missing = [column for column in results.RESULT_TABLES[name].names if not re.search(rf"\b{column}\b", named)]
    assert missing == []


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_takes_its_day_by_name_only_and_without_a_default(name):
    parameters = inspect.signature(getattr(kp, name)).parameters

    if "as_of" in parameters:
        assert parameters["as_of"].kind is inspect.Parameter.KEYWORD_ONLY
        assert parameters["as_of"].default is inspect.Parameter.empty


@pytest.mark.parametrize("function", SHOWN)
def test_what_shows_takes_its_language_by_name_only_and_without_a_default(function):
    lang = inspect.signature(function).parameters["lang"]

    assert lang.kind is inspect.Parameter.KEYWORD_ONLY
    assert lang.default is inspect.Parameter.empty


@pytest.mark.parametrize("name", PUBLIC)
def test_types_stand_in_the_signature(name):
    thing = getattr(kp, name)
    if inspect.isclass(thing):
        return
    signature = inspect.signature(thing)

    assert signature.return_annotation is not inspect.Signature.empty
    assert all(parameter.annotation is not inspect.Parameter.empty for parameter in signature.parameters.values())


def test_the_signatures_are_those_of_the_contract():
    contract = {
        "budget_shares": "funding projects",
        "reconciliation": "funding projects",
        "indicator_fulfilment": "indicators targets measurements projects as_of",
        "activity_timeline": "activities projects as_of",
        "overlaps": "activities",
        "drawdown": "finance_plan transactions projects as_of",
        "three_way": "timeline drawdown fulfilment",
        "findings": "project as_of lang",
    }

    taken = {name: inspect.signature(getattr(kp, name)).parameters for name in contract}
    assert {name: " ".join(list(taken[name])[: len(names.split())]) for name, names in contract.items()} == contract
    more = [list(taken[name].values())[len(names.split()) :] for name, names in contract.items()]
    assert all(parameter.default is None for parameters in more for parameter in parameters), "what is more is optional"
