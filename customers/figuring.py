"""Define, try, change and retire a figure of one's own."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from accounts import auditing
from accounts.models.user import User
from accounts.models.workspace import Workspace
from customers import using
from customers.features import asked, catalogue, formula, own
from customers.features.asked import Aggregate, Calculated, Definition, Holds, Ratio
from customers.features.feature import Feature, Stage, Type
from customers.models.event import Code
from customers.models.figure import Figure
from customers.using import Use

NUMBERS = {Type.NUMBER, Type.MONEY, Type.SHARE}
MOST = 100  # live figures of one workspace: each costs time in every profile
CODED = {"product": Code.Kind.PRODUCT, "category": Code.Kind.CATEGORY, "channel": Code.Kind.CHANNEL}
TAKEN = "There is a figure called “{name}” already. Give this one another name."


class NotPossible(ValueError):
    """It cannot be done; the sentence says why, and what would be possible."""


class InUse(NotPossible):
    """Somebody needs the figure; `uses` says who."""

    def __init__(self, figure: Figure, uses: Sequence[Use]) -> None:
        self.uses = list(uses)
        named = ", ".join(str(use) for use in self.uses[:5])
        more = f" and {len(self.uses) - 5} more" if len(self.uses) > 5 else ""
        super().__init__(f"“{figure.name}” is used by {named}{more}. Take it out there first.")


# What is asked ---------------------------------------------------------------------------------


def understood(workspace: Workspace, given: Any, *, figure: Figure | None = None) -> Definition:
    """The definition as it can be computed in this workspace. Raises NotPossible with a sentence."""
    try:
        definition = asked.read(given)
    except asked.BadDefinition as problem:
        raise NotPossible(str(problem)) from problem
    if isinstance(definition, Calculated):
        return _calculable(workspace, definition, figure)
    if isinstance(definition, Ratio):
        return Ratio(_coded(workspace, definition.top), _coded(workspace, definition.bottom))
    return _coded(workspace, definition)


def _coded(workspace: Workspace, wanted: Aggregate) -> Aggregate:
    """The names of products, categories and channels as their numbers in the event files."""
    return replace(wanted, where=tuple(_with_codes(workspace, holds) for holds in wanted.where))


def _with_codes(workspace: Workspace, holds: Holds) -> Holds:
    if holds.field not in CODED or not holds.values:
        return holds
    known = Code.objects.in_workspace(workspace).filter(kind=CODED[holds.field])
    by_name: dict[str, set[int]] = {}
    for code, value, label in known.values_list("code", "value", "label").iterator(chunk_size=10_000):
        for name in {value.casefold(), label.casefold()} - {""}:
            by_name.setdefault(name, set()).add(code)
    missing = [value for value in holds.values if value.casefold() not in by_name]
    if missing:
        raise NotPossible(_unknown(holds.field, missing[0], by_name))
    codes = {code for value in holds.values for code in by_name[value.casefold()]}
    return replace(holds, codes=tuple(sorted(codes)))


def _unknown(field: str, value: str, known: Mapping[str, Any]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(value.casefold(), known, n=3, cutoff=0.5)
    said = f" Did you mean {' or '.join(near)}?" if near else ""
    return f"No {field} is called “{value}”.{said}" if known else f"Your orders name no {field}, so none is “{value}”."


def _calculable(workspace: Workspace, wanted: Calculated, figure: Figure | None) -> Definition:
    known = figures_to_calculate_with(workspace)
    try:
        names = formula.read(wanted.text, known).names
    except formula.BadFormula as problem:
        raise NotPossible(str(problem)) from problem
    if figure is not None:
        _no_circle(figure.feature, names, known)
    return wanted


def figures_to_calculate_with(workspace: Workspace) -> dict[str, Feature]:
    """The figures that a formula may name: numbers that are calculated in one go with it."""
    known = catalogue.features(workspace)
    return {name: each for name, each in known.items() if each.type in NUMBERS and each.stage != Stage.KEPT}


def _no_circle(name: str, names: Sequence[str], known: Mapping[str, Feature]) -> None:
    """Raise NotPossible where a figure would need itself, through however many others."""
    from customers.features.statement import named_in

    way: dict[str, list[str]] = {each: [name, each] for each in names}
    waiting = list(names)
    while waiting:
        here = waiting.pop(0)
        if here == name:
            said = " needs ".join(f"“{known[step].label}”" for step in way[here])
            raise NotPossible(f"This would go round in a circle: {said}.")
        for after in named_in(known[here]) if here in known else ():
            if after not in way or after == name:
                way.setdefault(after, [*way[here], after])
                waiting.append(after)


# What is done ----------------------------------------------------------------------------------


def define(workspace: Workspace, *, name: str, definition: Any, meaning: str = "", unit: str = "", by: User) -> Figure:
    """Keep a new figure. Raises NotPossible with a sentence. Ask for a profile afterwards: nobody has a value yet."""
    wanted = understood(workspace, definition)
    moment = now()
    figure = Figure(
        workspace=workspace, name=_named(workspace, name, None), definition=asked.as_json(wanted),
        meaning=_short(meaning, 300, "meaning"), unit=_short(unit, 30, "unit"), created_by=by, changed_by=by,
        changed_at=moment,
    )  # fmt: skip
    try:
        with transaction.atomic():
            Workspace.objects.select_for_update().get(pk=workspace.pk)  # names are given one at a time
            if Figure.objects.in_workspace(workspace).live().count() >= MOST:
                raise NotPossible(f"There are {MOST} figures of your own already. Remove one that nobody uses first.")
            figure.slug = _free_slug(workspace, figure.name)
            figure.save(force_insert=True)
            auditing.record(
                workspace, by, "figures.defined", f"Defined the figure {figure.name}.", subject=figure.pk,
                definition=figure.definition,
            )  # fmt: skip
    except IntegrityError as problem:
        raise NotPossible(TAKEN.format(name=figure.name)) from problem
    return figure


def change(
    figure: Figure, *, name: str | None = None, definition: Any = None, meaning: str | None = None,
    unit: str | None = None, by: User,
) -> bool:  # fmt: skip
    """Change what is given; whether everybody's value has to be computed again. Raises NotPossible."""
    workspace = figure.workspace
    wanted = understood(workspace, definition, figure=figure) if definition is not None else None
    values: dict[str, Any] = {}
    if name is not None:
        values["name"] = _named(workspace, name, figure)
    if meaning is not None:
        values["meaning"] = _short(meaning, 300, "meaning")
    if unit is not None:
        values["unit"] = _short(unit, 30, "unit")
    try:
        with transaction.atomic():
            kept = Figure.objects.in_workspace(workspace).live().select_for_update().get(pk=figure.pk)
            changed = {field for field, value in values.items() if getattr(kept, field) != value}
            recount = wanted is not None and _redefine(kept, wanted, by)
            for field, value in values.items():
                setattr(kept, field, value)
            if changed or recount:
                kept.changed_by, kept.changed_at = by, now()
                kept.save()
                auditing.record(
                    workspace, by, "figures.changed", f"Changed the figure {kept.name}.", subject=kept.pk,
                    changed=sorted(changed | ({"definition"} if recount else set())), version=kept.version,
                )  # fmt: skip
    except IntegrityError as problem:
        raise NotPossible(TAKEN.format(name=values.get("name", figure.name))) from problem
    figure.refresh_from_db()
    return recount


def _redefine(kept: Figure, wanted: Definition, by: User) -> bool:
    """Put the new definition in force; the old one stays in the history."""
    old, new = asked.read(kept.definition), asked.as_json(wanted)
    if new == kept.definition:
        return False
    if asked.type_of(old) != asked.type_of(wanted) or type(old) is not type(wanted):
        raise NotPossible(
            "Another kind of figure needs a name of its own: whoever uses this one counts on what it is. "
            "Make a new figure instead."
        )
    before = {
        "version": kept.version,
        "definition": kept.definition,
        "by": str(kept.changed_by_id or ""),
        "until": now().isoformat(),
    }
    kept.history = [*kept.history, before]
    kept.definition, kept.version = new, kept.version + 1
    return True


def retire(figure: Figure, *, by: User) -> None:
    """Remove a figure that nobody uses. Raises InUse, which says who does."""
    workspace = figure.workspace
    with transaction.atomic():
        Workspace.objects.select_for_update().get(pk=workspace.pk)
        users = users_of(figure)
        if users:
            raise InUse(figure, users)
        Figure.objects.in_workspace(workspace).filter(pk=figure.pk).update(retired_at=now())
        auditing.record(
            workspace, by, "figures.removed", f"Removed the figure {figure.name}.", subject=figure.pk
        )  # fmt: skip


def bring_back(figure: Figure, *, by: User) -> None:
    """Undo a removal. Raises NotPossible where another figure took the name."""
    try:
        with transaction.atomic():
            Figure.objects.in_workspace(figure.workspace).filter(pk=figure.pk).update(retired_at=None)
            auditing.record(
                figure.workspace, by, "figures.brought_back", f"Brought the figure {figure.name} back.",
                subject=figure.pk,
            )  # fmt: skip
    except IntegrityError as problem:
        raise NotPossible(TAKEN.format(name=figure.name)) from problem


def users_of(figure: Figure) -> list[Use]:
    """The formulas, segments and others that need the figure."""
    return all_uses(figure.workspace).get(figure.feature, [])


def before(figure: Figure) -> list[tuple[datetime, str]]:
    """What the figure was earlier, the newest first: until when, and how it was calculated."""
    return [
        (datetime.fromisoformat(old["until"]), asked.sentence(asked.read(old["definition"])))
        for old in reversed(figure.history)
    ]


def first_condition(figure: Figure, middle: float | None) -> dict[str, Any]:
    """Where a segment of it may start: everybody with the middle value or more."""
    leaf = {"feature": figure.feature, "op": "gte", "value": round(middle or 0, 2)}
    return {"v": 1, "entity": "customer", "where": {"all": [leaf]}}


def all_uses(workspace: Workspace) -> dict[str, list[Use]]:
    """Who needs what, by column name: own formulas first, then what stands above us."""
    from customers.features.statement import named_in

    found: dict[str, list[Use]] = {}
    for figure in own.figures(workspace, catalogue.revenue_means(workspace)):
        for name in named_in(figure):
            found.setdefault(name, []).append(Use("the figure", figure.label))
    for name, users in using.uses(workspace).items():
        found.setdefault(name, []).extend(users)
    return found


def _named(workspace: Workspace, name: str, figure: Figure | None) -> str:
    said = " ".join(name.split())
    if not 1 <= len(said) <= 80 or not said.isprintable():
        raise NotPossible("Give the figure a name of 1 to 80 characters.")
    others = [
        (each.name, each.label)
        for each in catalogue.features(workspace).values()
        if figure is None or each.name != figure.feature
    ]
    if any(said.casefold() in {other.casefold(), label.casefold()} for other, label in others):
        raise NotPossible(TAKEN.format(name=said))
    return said


def _short(text: str, longest: int, what: str) -> str:
    said = " ".join(text.split())
    if len(said) > longest or not (said.isprintable() or not said):
        raise NotPossible(f"The {what} has at most {longest} characters.")
    return said


def _free_slug(workspace: Workspace, name: str) -> str:
    """Such as share_of_orders_with_coupon; a removed figure keeps its own for ever."""
    start = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:50].strip("_") or "figure"
    taken = set(Figure.objects.in_workspace(workspace).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := start if n == 1 else f"{start}_{n}") not in taken)
