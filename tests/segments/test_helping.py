from dataclasses import replace

import pytest

from segments.helping import RULES, Situation, needs, suggest

LARGE = Situation(people=400, main="Loyal", rhythmic=300, late=20, one_order=40, quiet_days=21.0, of_people=0.1,
                  of_revenue=0.3, reachable=120, consent_known=True)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "said", "because"),
    [
        ({}, "Tell them first", "**10\u202f%** of your customers"),
        ({"late": 90}, "Remind those who are overdue", "**90 of 300**"),
        ({"main": "At risk"}, "Ask a few of them what changed", "not ordered for **21"),
        ({"main": "Lapsed", "late": 290}, "stop paying", "**30\u202f%** of revenue"),
        ({"main": "Champions"}, "bring somebody like themselves", "**30\u202f%** of revenue"),
        ({"main": "Never bought", "rhythmic": 0, "one_order": 0}, "first order easy", "**400** know you"),
        ({"one_order": 260}, "second order", "**260 of 400**"),
        ({"sent_back": 0.22}, "send things back", "**22\u202f%**"),
        ({"favourite": "Beans, dark", "favourite_people": 90}, "what goes with Beans, dark", "**90 of 400**"),
        ({"people": 12}, "Talk to five", "**12**"),
    ],
)
def test_a_suggestion_follows_from_what_the_segment_is(changed, said, because):
    found = suggest(replace(LARGE, **changed), name="Regulars")

    assert said in found.do
    assert because in found.why
    assert found.source.endswith(".")
    assert "Regulars" in found.move or "five people" in found.move


def test_every_rule_has_a_source_with_its_year():
    assert all(any(sign.isdigit() for sign in rule.source) for rule in RULES)


def test_what_it_needs_never_counts_people_who_did_not_agree():
    assert needs(LARGE) == "Needs one mail; you may write to 120 of them."
    assert "Accepts Marketing" in needs(replace(LARGE, reachable=0, consent_known=False))
    assert "none of them agreed" in needs(replace(LARGE, reachable=0))
