"""What people fill in around ideal customers."""

from typing import Any

from django import forms
from django.conf import settings

from accounts import surveying
from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp import claiming, defining, resting, wording
from icp.defining import Line
from icp.models.definition import Evidence, Icp, Kind, Part, Standing
from icp.models.grading import Round
from icp.planning import Move
from segments.models.segment import Segment


class CandidateForm(forms.Form):
    """Name, sentence and standing of a candidate, and the segments behind it."""

    name = forms.CharField(label="Name", max_length=80, help_text="As your team would call them.")
    sentence = forms.CharField(
        label="Why them, in one sentence", max_length=300, required=False, widget=forms.Textarea({"rows": 2})
    )
    standing = forms.ChoiceField(
        label="Do you have them?",
        choices=[("", "Nobody has said"), *Standing.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    segments = forms.ModelMultipleChoiceField(
        Segment.everywhere.none(),
        label="Which segments are they?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Facts come from the people in these segments.",
    )

    def __init__(self, *args: Any, workspace: Workspace, **options: Any) -> None:
        super().__init__(*args, **options)
        usable = Segment.objects.in_workspace(workspace).kept().filter(parent=None).order_by("name")
        self["segments"].field.queryset = usable  # type: ignore[attr-defined]


class LineForm(forms.Form):
    """One line of a sheet. Facts come from data; people write answers and guesses."""

    part = forms.ChoiceField(label="Part", choices=Part.choices)
    text = forms.CharField(label="One thing in one sentence", max_length=300)
    kind = forms.ChoiceField(
        label="How do you know?",
        choices=[(Kind.GUESS.value, "We guess so"), (Kind.ANSWER.value, "They told us")],
        initial=Kind.GUESS,
        widget=forms.RadioSelect,
    )


class SheetLineForm(LineForm):
    """A line of a sheet, with who said it, what it rests on, and what data could check of it."""

    source = forms.CharField(
        label="Who told you?",
        max_length=200,
        required=False,
        help_text="For answers, such as “41 of 58 in the survey”.",
    )
    rests_on = forms.ChoiceField(
        label="What does it rest on?", choices=[("", "Nobody has said"), *resting.INPUTS.items()], required=False
    )
    claim = forms.ChoiceField(
        label="What could orders show?",
        choices=[("", "Nothing, or read it from the words"), *claiming.choices()],
        required=False,
        help_text="For guesses: once there are data, we say whether it holds.",
    )
    value = forms.CharField(
        label="For “…”", max_length=80, required=False, help_text="Such as 60 days, 100 a year, or Germany."
    )

    def __init__(self, *args: Any, keeps_fact: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if keeps_fact:
            known = self["kind"].field
            known.choices = [(Kind.FACT.value, "It is measured"), *known.choices]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, line: Evidence) -> "SheetLineForm":
        """The form for a line as it stands."""
        said = next((told["said_by"] for told in line.evidence if told.get("said_by")), "")
        told = {"part": line.part, "text": line.text, "kind": line.kind, "source": said}
        told |= {"rests_on": next((e["rests_on"] for e in line.evidence if e.get("rests_on")), "")}
        told |= {"claim": line.claim.get("kind", ""), "value": line.claim.get("value") or ""}
        return cls(initial=told, keeps_fact=line.kind == Kind.FACT)

    def as_line(self) -> Line:
        """The line as the verb wants it. Raises NotPossible where the claim lacks its number or word."""
        told = self.cleaned_data
        guess = told["kind"] == Kind.GUESS
        chosen = claiming.claim(told["claim"], told["value"]) if told["claim"] and guess else {}
        claim = chosen or (claiming.heard(told["text"]) if guess else {})
        said = defining.said_by(told["source"]) if told["kind"] == Kind.ANSWER else []
        return Line(told["part"], told["text"], told["kind"], [*said, *resting.resting_on(told["rests_on"])], claim)


class RoundForm(forms.Form):
    """Who grades whom, with which scorecard, and when answers are shown."""

    name = forms.CharField(label="Name of the round", max_length=120, help_text="Such as “Autumn 2026”.")
    icps = forms.MultipleChoiceField(
        label="Candidates",
        widget=forms.CheckboxSelectMultiple,
        help_text="2 to 20; 5 to 9 work best.",
        error_messages={"required": "Choose at least two candidates."},
    )
    members = forms.MultipleChoiceField(
        label="Who grades?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="2 to 50; 3 to 7 work best. Each gets a mail with what there is to grade.",
    )
    emails = forms.CharField(
        label="Who else, from outside?",
        required=False,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
        help_text="One e-mail address on each line. In a meeting people join by a code, so this may stay empty.",
    )
    close = forms.ChoiceField(
        label="How do you grade?",
        choices=[
            (Round.Close.ROUND.value, "Everyone alone beforehand, then a meeting of 40 minutes about the gaps"),
            (Round.Close.QUESTION.value, "Live in one room, question by question"),
        ],
        initial=Round.Close.ROUND,
        widget=forms.RadioSelect,
        help_text="Nobody sees anybody else’s answers before you show them. You do not see them either.",
    )
    facts_first = forms.ChoiceField(
        label="When are facts shown?",
        choices=[
            ("", "After the own answer, so that nobody is led"),
            ("first", "Before the own answer; the result will say so"),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    rubric = forms.ChoiceField(
        label="Scorecard",
        help_text="ICP 10 keeps “How likely are they to buy?” beside the total; ICP 11 counts it.",
    )
    due_on = forms.DateField(
        label="By when?",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="It stands in each mail.",
    )

    def __init__(self, *args: Any, workspace: Workspace, **options: Any) -> None:
        super().__init__(*args, **options)
        self.candidates = list(defining.candidates(workspace))
        self.rubrics = wording.newest(workspace)
        self.people = list(User.objects.filter(memberships__workspace=workspace).order_by("name", "email"))
        if not settings.MAIL_HOST:  # nobody is promised a mail that does not leave
            self["members"].field.help_text = "2 to 50; 3 to 7 work best."
            self["due_on"].field.help_text = ""
        self["icps"].field.choices = [(str(icp.pk), icp.name) for icp in self.candidates]  # type: ignore[attr-defined]
        self["rubric"].field.choices = [(str(rubric.pk), str(rubric)) for rubric in self.rubrics]  # type: ignore[attr-defined]
        self["members"].field.choices = [(person.email, str(person)) for person in self.people]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """What was filled in, as the verb wants it."""
        told = self.cleaned_data
        return {
            "name": told["name"],
            "icps": [icp for icp in self.candidates if str(icp.pk) in told["icps"]],
            "rubric": next(rubric for rubric in self.rubrics if str(rubric.pk) == told["rubric"]),
            "emails": [*told["members"], *in_lines(told["emails"])],
            "close": told["close"],
            "facts_first": told["facts_first"] == "first",
            "due_on": told["due_on"],
        }

    def effort(self) -> tuple[int, int, int]:
        """How many candidates, questions and people are chosen so far, in whatever state the form is."""
        chosen = self["rubric"].value()
        rubric = next((each for each in self.rubrics if str(each.pk) == str(chosen)), None)
        people = [*(self["members"].value() or []), *in_lines(self["emails"].value() or "")]
        return len(self["icps"].value() or []), len(rubric.dimensions) if rubric else 11, len(set(people))


def in_lines(typed: str) -> list[str]:
    """Addresses as people type them: by lines, commas, semicolons or spaces."""
    return typed.replace(",", " ").replace(";", " ").split()


class RoundChangeForm(forms.Form):
    """Another name, another day."""

    name = forms.CharField(label="Name of the round", max_length=120)
    due_on = forms.DateField(
        label="By when?", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )


class MoveForm(forms.Form):
    """One move of the plan."""

    name = forms.CharField(label="What will you do?", max_length=200)
    segment = forms.ModelChoiceField(
        Segment.everywhere.none(), label="For which segment?", required=False, empty_label="None"
    )
    icp = forms.ModelChoiceField(
        Icp.everywhere.none(), label="For which ideal customer?", required=False, empty_label="None"
    )
    owner = forms.ModelChoiceField(User.objects.none(), label="Who does it?", empty_label=None)
    check_on = forms.DateField(
        label="When do you look whether it helped?", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    target = forms.CharField(
        label="What would count as success?", max_length=200, required=False, help_text="Such as “40 of them order”."
    )

    def __init__(self, *args: Any, workspace: Workspace, kept: Any = None, **options: Any) -> None:
        super().__init__(*args, **options)
        live = Segment.objects.in_workspace(workspace)
        usable = live.filter(pk__in=[*live.kept().values_list("pk", flat=True), *([kept] if kept else [])])
        self._choose("segment", usable.order_by("name"))
        self._choose("icp", defining.candidates(workspace))
        self.measures = surveying.kpis(surveying.survey_of(workspace))
        self["target"].field.widget.attrs["list"] = "measures"
        self._choose("owner", User.objects.filter(memberships__workspace=workspace).order_by("name", "email"))

    def _choose(self, name: str, rows: Any) -> None:
        self[name].field.queryset = rows  # type: ignore[attr-defined]

    def move(self) -> Move:
        return Move(**self.cleaned_data)


class PersonaForm(forms.Form):
    """A name for a segment."""

    segment = forms.ModelChoiceField(
        Segment.everywhere.none(), label="Which segment?", help_text="At least 20 people, so that nobody is recognised."
    )
    name = forms.CharField(label="A name for them", max_length=80, help_text="Such as “Bea, the bean regular”.")
    sentence = forms.CharField(label="Who they are, in one sentence", max_length=300, required=False)

    def __init__(self, *args: Any, workspace: Workspace, **options: Any) -> None:
        super().__init__(*args, **options)
        free = Segment.objects.in_workspace(workspace).kept().filter(personas=None).order_by("name")
        self["segment"].field.queryset = free  # type: ignore[attr-defined]


class PersonaLineForm(LineForm):
    """One line of a card; an answer says who gave it."""

    source = forms.CharField(
        label="Who told you?", max_length=200, required=False, help_text="For answers, such as “3 of 5 on the phone”."
    )
