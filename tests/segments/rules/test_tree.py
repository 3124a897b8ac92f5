from typing import Any

import pytest

from accounts.models.workspace import Workspace
from segments.rules.tree import InvalidRule, parse
from tests.segments.rules.test_compile import WORDS
from tests.segments.stage import rule

DATE = {"feature": "last_order_at"}


def read(definition: Any) -> Any:
    return parse(definition, None, vocabulary=WORDS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("definition", "sentence"),
    [
        (None, "A rule looks like"),
        ([], "A rule looks like"),
        ({"v": 2, "where": {"all": []}}, "Only “v”: 1 is known."),
        ({"v": 1, "entity": "company", "where": {"all": []}}, "Rules are about customers for now"),
        ({"v": 1, "where": None}, "A condition is an object with one of: all, any, none, feature"),
        ({"v": 1, "where": {"all": []}, "wher": 1}, "Unknown key “wher” in a rule. Known keys: entity, v, where."),
        (rule({"any": []}), "“any” needs at least one condition."),
        (rule({"all": {"feature": "orders"}}), "“all” takes a list of conditions."),
        (rule({"feature": "orders", "trait": "country", "op": "eq"}), "needs exactly one of"),
        (rule({"feature": "oders", "op": "eq", "value": 1}), "Unknown figure “oders”. Known figures: orders"),
        (rule({"trait": "mood", "op": "eq", "value": 1}), "Unknown detail “mood”. Known details: born, country"),
        (rule({"event": "Flew"}), "Unknown event “Flew”. Known events: Order Completed, Visited."),
        (rule({"feature": ["orders"], "op": "eq", "value": 1}), "“feature” takes a name."),
        (rule({"feature": "orders", "op": "contains", "value": "1"}), "Possible: eq, neq, lt"),
        (rule({"feature": "orders", "op": "gte"}), "“Orders” with “gte” needs a value."),
        (rule({"feature": "orders", "op": "gte", "value": "many"}), "“Orders” is a number: give one such as 3"),
        (rule({"feature": "orders", "op": "gte", "value": True}), "“Orders” is a number"),
        (rule({"feature": "orders", "op": "gte", "value": float("nan")}), "takes numbers up to"),
        (rule({"feature": "orders", "op": "gte", "value": 1e300}), "takes numbers up to"),
        (rule({"feature": "orders", "op": "between", "value": [3]}), "takes two values: from and to."),
        (rule({"feature": "orders", "op": "between", "value": [3, 1]}), "needs the smaller value first."),
        (rule({"feature": "orders", "op": "in", "value": []}), "takes a list of 1 to 1,000 values here."),
        (rule({"feature": "orders", "op": "is_set", "value": 1}), "“is_set” takes no value."),
        (rule({"trait": "country", "op": "eq", "value": 3}), "is a text: give its value in quotes."),
        (rule({"trait": "country", "op": "eq", "value": "a\0b"}), "a character that no text can have."),
        (rule({"trait": "country", "op": "eq", "value": "x" * 501}), "takes 1 to 500 characters."),
        (rule(DATE | {"op": "in_last", "value": "90"}), "such as 90d, 12h, 2w, 3mo or 1y."),
        (rule(DATE | {"op": "in_last", "value": "0d"}), "such as 90d, 12h, 2w, 3mo or 1y."),
        (rule(DATE | {"op": "in_last", "value": "99999y"}), "such as 90d, 12h, 2w, 3mo or 1y."),
        (rule(DATE | {"op": "before", "value": "1 May"}), "A day is written year-month-day, such as 2026-11-20."),
        (rule(DATE | {"op": "before", "value": "0001-01-01"}), "between the years 1900 and 2200."),
        (rule({"feature": "orders", "op": "eq", "value": 1, "missing": "skip"}), "“missing” is one of: exclude"),
        (rule({"feature": "orders", "op": "eq", "value": 1, "negate": "yes"}), "“negate” is true or false."),
        (rule({"feature": "orders", "op": "eq", "value": 1, "weight": 2}), "Unknown key “weight”"),
        (rule({"event": "Visited", "count": {"op": "gte", "value": 1.5}}), "counted in whole numbers from 0 on."),
        (rule({"event": "Visited", "count": {"op": "gte", "value": -1}}), "counted in whole numbers from 0 on."),
        (rule({"event": "Visited", "count": 3}), "“count” looks like"),
        (rule({"event": "Visited", "in_last": "soon"}), "“in_last” takes a length such as 90d"),
        (rule({"event": "Visited", "where": {"feature": "orders"}}), "one of: all, any, none, field, property."),
        (rule({"event": "Visited", "where": {"field": "hue", "op": "eq", "value": "x"}}), "Known fields of an event"),
        (rule({"event": "Visited", "where": {"property": "a'b", "op": "is_set"}}), "without quotes."),
        (rule({"segment": "nowhere", "op": "in"}), "There is no segment “nowhere” in this workspace."),
        (rule({"list": next(iter(WORDS.segments))}), "is not a fixed list."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_what_would_be_right(definition: Any, sentence: str) -> None:
    with pytest.raises(InvalidRule) as refusal:
        read(definition)

    assert sentence in str(refusal.value)
    assert str(refusal.value).endswith(".") or "A rule looks like" in str(refusal.value)


def nested(depth: int) -> Any:
    node: Any = {"feature": "orders", "op": "gte", "value": 1}
    for _ in range(depth - 1):
        node = {"any": [node]}
    return {"v": 1, "where": node}


def test_ten_deep_is_allowed_and_eleven_is_not() -> None:
    read(nested(10))
    with pytest.raises(InvalidRule, match="nested 10 deep at most"):
        read(nested(11))


def test_a_very_deep_rule_is_refused_and_not_crashed_on() -> None:
    with pytest.raises(InvalidRule):
        read(nested(5000))


def test_five_hundred_conditions_are_allowed_and_one_more_is_not() -> None:
    node = {"feature": "orders", "op": "gte", "value": 1}

    assert len(list(read(rule(*[node] * 500)).leaves())) == 500
    with pytest.raises(InvalidRule, match="500 conditions at most"):
        read(rule(*[node] * 501))


def test_decimals_are_read_from_strings_and_whole_numbers_stay_whole() -> None:
    (leaf,) = read(rule({"feature": "revenue", "op": "gte", "value": "12.50"})).leaves()
    (whole,) = read(rule({"feature": "orders", "op": "gte", "value": 3.0})).leaves()

    assert leaf.value == 12.5
    assert (whole.value, type(whole.value)) == (3, int)


def test_another_workspace_s_segment_is_not_known(acme: Workspace, charlie: Any) -> None:
    from tests.segments.stage import a_segment

    theirs = a_segment(Workspace.objects.get(slug="zenith"), "Theirs")

    with pytest.raises(InvalidRule, match="There is no segment"):
        parse(rule({"segment": str(theirs.pk), "op": "in"}), acme)
