"""What people fill in to use a segment."""

from datetime import date, timedelta
from typing import Any

from django import forms

from accounts.models.user import User
from accounts.models.workspace import Workspace
from accounts.templatetags.words import NARROW
from segments.delivering import Proposal, Split, Wish
from segments.models.delivery import Destination
from segments.science.trials import SHARES

FOUR_WEEKS = timedelta(days=28)


class UseForm(forms.Form):
    """Where, whom, how many held back, and what for."""

    destination = forms.ChoiceField(choices=Destination.choices, initial=Destination.KLAVIYO)
    with_unknown = forms.BooleanField(required=False)
    share = forms.ChoiceField(required=False)
    purpose = forms.CharField(
        max_length=200, error_messages={"required": "Say in a few words what you send them, so that the plan knows."}
    )
    owner = forms.ModelChoiceField(
        User.objects.none(),
        error_messages={"required": "Choose who looks after it.", "invalid_choice": "Choose a member."},
    )
    check_on = forms.DateField(error_messages={"required": "Choose the day on which you look at the result."})

    def __init__(self, *args: Any, workspace: Workspace, today: date, as_of: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.earliest = as_of
        members = User.objects.filter(memberships__workspace=workspace).order_by("name", "email")
        self["owner"].field.queryset = members  # type: ignore[attr-defined]
        self["share"].field.choices = [("", "As proposed"), ("0", "None")] + [  # type: ignore[attr-defined]
            (f"{share:g}", f"{share:.0%}".replace("%", f"{NARROW}%")) for share in SHARES
        ]
        self.initial.setdefault("check_on", max(today, as_of) + FOUR_WEEKS)

    def clean_check_on(self) -> date:
        """A result needs time to come in."""
        found: date = self.cleaned_data["check_on"]
        if found <= self.earliest:
            raise forms.ValidationError(f"Choose a day after {self.earliest:%-d %b %Y}: orders count from then on.")
        return found

    def told(self, name: str) -> Any:
        """What the person sees in the field now."""
        return self[name].value()

    @property
    def wants_unknown(self) -> bool:
        return str(self.told("with_unknown")).lower() in {"on", "true", "1"}

    def share_in(self, proposal: Proposal) -> float:
        """The share that is chosen; what is proposed, until somebody chooses."""
        told = str(self.told("share") or "")
        known = {value for value, _ in self["share"].field.choices}  # type: ignore[attr-defined]
        return float(told) if told and told in known else proposal.proposed

    def wish(self) -> Wish:
        told = self.cleaned_data
        return Wish(
            destination=told["destination"],
            purpose=told["purpose"],
            owner=told["owner"],
            check_on=told["check_on"],
            share=float(told["share"]) if told["share"] else None,
            with_unknown=told["with_unknown"],
        )


class Dialog:
    """The form with the sums beside it."""

    def __init__(self, form: UseForm, proposal: Proposal, problem: str = "") -> None:
        self.form, self.proposal, self.problem = form, proposal, problem

    @property
    def split(self) -> Split:
        return self.proposal.split(self.form.share_in(self.proposal))

    @property
    def width(self) -> tuple[float, float, float]:
        """Length of those who get it, start and length of those who do not, of 100."""
        split = self.split
        part = 100 * split.held_back / max(1, split.sent + split.held_back)
        gap = 1.0 if split.held_back else 0.0
        return round(100 - part - gap / 2, 1), round(100 - part + gap / 2, 1), round(max(0.0, part - gap / 2), 1)

    @property
    def shares(self) -> list[tuple[str, str, bool]]:
        """Value, words, chosen."""
        chosen = self.split.share
        return [(value, said, float(value) == chosen) for value, said in self._choices if value]

    @property
    def _choices(self) -> list[tuple[str, str]]:
        return list(self.form["share"].field.choices)  # type: ignore[attr-defined]

    @property
    def steps(self) -> list[tuple[int, float, str, str, bool]]:
        """How many are left, of 100, who they are, who is not among them, and whether it is the last sum."""
        c, whole = self.proposal.counts, max(1, self.proposal.counts["in_segment"])
        agreed = "who agreed, or may have" if self.proposal.with_unknown else "who agreed"
        rows = [
            (c["in_segment"], "in the segment", ""),
            (c["with_address"], "with an address", self._without(c)),
            (c["asked"], agreed, self._left_out(c)),
            (c["chosen"], "not on the stop list", f"{c['stopped']:,} asked you to stop" if c["stopped"] else ""),
        ]
        last = len(rows) - 1
        return [(n, round(100 * n / whole, 1), said, note, i == last) for i, (n, said, note) in enumerate(rows)]

    def _without(self, c: dict[str, int]) -> str:
        missing = c["in_segment"] - c["with_address"] - c["same_address"]
        parts = [f"{missing:,} without"] if missing else []
        return ", ".join([*parts, f"{c['same_address']:,} share one"] if c["same_address"] else parts)

    def _left_out(self, c: dict[str, int]) -> str:
        what = "taken in" if self.proposal.with_unknown else "left out"
        parts = [f"{c['unknown']:,} unknown, {what}"] if c["unknown"] else []
        return ", ".join([*parts, f"{c['refused']:,} said no"] if c["refused"] else parts)
