"""What the five of the example think: the middle answers are those that were planned."""

from statistics import median

from icp.science.opinions import AGAIN, APART, GRADERS, OPINIONS, QUESTIONS, answer


def answers(candidate: str, question: str) -> list[int]:
    return [answer(candidate, question, grader) for grader in GRADERS]


def test_the_middle_of_five_answers_is_the_planned_one() -> None:
    planned = {(o.name, q): m for o in OPINIONS for q, m in zip(QUESTIONS, o.middles, strict=True)}

    assert {pair: median(answers(*pair)) for pair in planned} == planned


def test_the_totals_are_those_of_the_story() -> None:
    totals = {opinion.name: sum(opinion.middles[:10]) for opinion in OPINIONS}

    assert totals["Small offices"] == 84
    assert totals["Starter-kit brewers"] == 79
    assert sorted(totals.values())[-3:] == [71, 79, 84]


def test_sales_and_support_differ_most_about_reaching_small_offices() -> None:
    gaps = {(o.name, q): max(answers(o.name, q)) - min(answers(o.name, q)) for o in OPINIONS for q in QUESTIONS}

    assert answer("Small offices", "reach", "Tom") == 9
    assert answer("Small offices", "reach", "Kaja") == 3
    assert max(gaps, key=lambda pair: gaps[pair]) == ("Small offices", "reach")


def test_the_second_round_is_about_the_four_widest_gaps() -> None:
    gaps = {(o.name, q): max(answers(o.name, q)) - min(answers(o.name, q)) for o in OPINIONS for q in QUESTIONS}
    widest = sorted(gaps, key=lambda pair: -gaps[pair])[:4]

    assert set(widest) == {(name, question) for name in AGAIN[0] for question in AGAIN[1]} == set(APART)
