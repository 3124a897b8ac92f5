"""Signs that an answer may not be what somebody meant: for whoever runs the round, after the close, and kindly.

They are a reason to ask, never a verdict: nothing is left out of the result because of them, and they are in no
frozen result, on no projected screen and in no mail.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from icp import sentences
from icp.frames import grades_of
from icp.models.grading import Grader, Round
from icp.refusing import TooLate
from icp.science import scoring, signs
from icp.science.signs import Sign

type Names = dict[str, str]


@dataclass(frozen=True)
class Notice:
    """What was seen of one person's answers, and what to ask."""

    kind: str
    person: str
    sentence: str
    ask: str
    figures: dict[str, Any]


def notices(round: Round) -> list[Notice]:
    """All signs of a closed round, person by person. Raises TooLate while answers are still blind."""
    if not round.is_closed:
        raise TooLate("Signs are shown once the round is closed. Until then nobody looks at anybody’s answers.")
    grades, counting = grades_of(round), round.rubric.counting
    found = signs.found(grades, scoring.totals_by_grader(grades, counting, round.rubric.weights), counting)
    people, icps, questions = _names(round)
    told = [_notice(sign, people.get(sign.grader, "Somebody"), icps, questions) for sign in found]
    return sorted(told, key=lambda notice: notice.person)


def _names(round: Round) -> tuple[Names, Names, Names]:
    """People, candidates and questions of the round, by id."""
    graders = list(Grader.objects.in_workspace(round.workspace).filter(round=round).select_related("user"))
    names = sentences.first_names([str(grader).split("@")[0] for grader in graders])
    people = {str(grader.pk): name for grader, name in zip(graders, names, strict=True)}
    icps = {str(icp.pk): icp.name for icp in round.icps.all()}
    return people, icps, {each["id"]: each["name"] for each in round.rubric.dimensions}


def _notice(sign: Sign, person: str, icps: Names, questions: Names) -> Notice:
    sentence, ask = SAID[sign.kind](person, sign.figures, icps, questions)
    return Notice(sign.kind, person, sentence, ask, sign.figures)


def _same(person: str, told: dict[str, Any], icps: Names, questions: Names) -> tuple[str, str]:
    where = f"in {told['times']} of {told['of']} questions"
    if told["score"] is None:
        return f"{person} gave all candidates the same answer {where}.", "Ask whether they seem alike, and in what."
    return f"{person} gave {told['score']} to all candidates {where}.", f"Ask whether that is what {person} meant."


def _straight(person: str, told: dict[str, Any], icps: Names, questions: Names) -> tuple[str, str]:
    names = sentences.listed([icps[icp] for icp in told["icps"] if icp in icps])
    sentence = f"{person} gave nearly the same answer to every question about {names}."
    return sentence, f"Ask {person} which question was hard to answer."


def _halo(person: str, told: dict[str, Any], icps: Names, questions: Names) -> tuple[str, str]:
    sentence = f"Whom {person} likes is high in every question, and whom not is low in every one."
    return sentence, "Ask in which question the favourite is weak."


def _mild(person: str, told: dict[str, Any], icps: Names, questions: Names) -> tuple[str, str]:
    sentence = f"{person} answers {told['points']} points higher than the others on average."
    return sentence, f"Compare {person}’s order of the candidates rather than the numbers."


def _strict(person: str, told: dict[str, Any], icps: Names, questions: Names) -> tuple[str, str]:
    sentence = f"{person} answers {told['points']} points lower than the others on average."
    return sentence, f"Compare {person}’s order of the candidates rather than the numbers."


def _apart(person: str, told: dict[str, Any], icps: Names, questions: Names) -> tuple[str, str]:
    side, question = "above" if told["points"] > 0 else "below", questions.get(told["question"], told["question"])
    sentence = f"On {question}, {person} is {abs(told['points']):g} points {side} the middle answer on average."
    return sentence, f"Ask what {person} knows about it that the others do not."


def _outside(person: str, told: dict[str, Any], icps: Names, questions: Names) -> tuple[str, str]:
    name = icps.get(told["icp"], "one candidate")
    sentence = f"{person}’s total for {name} is {told['total']:g}; the middle of you all is {told['middle']:g}."
    return sentence, f"Ask {person} to tell what stands behind it."


def _haste(person: str, told: dict[str, Any], icps: Names, questions: Names) -> tuple[str, str]:
    sentence = f"Half of {person}’s answers took less than two seconds each."
    return sentence, f"Ask whether {person} had enough time, and would like to look again."


SAID: dict[str, Callable[[str, dict[str, Any], Names, Names], tuple[str, str]]] = {
    "same": _same,
    "straight": _straight,
    "halo": _halo,
    "mild": _mild,
    "strict": _strict,
    "apart": _apart,
    "outside": _outside,
    "haste": _haste,
}
