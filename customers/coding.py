"""The dictionary behind the integers in event files: a text gets its code once and keeps it."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import batched

from django.db import transaction
from django.db.models import Max

from accounts.models.workspace import Workspace
from customers.models.event import Code

AT_ONCE = 1_000


def codes_for(workspace: Workspace, kind: str, labels: Mapping[str, str]) -> dict[str, int]:
    """value -> code for every key of `labels` (value -> label, often ''); what is new is written down.

    Short transactions of 1,000 rows under the workspace row's lock, so that two writers never give
    one value two codes. Safe to repeat.
    """
    known = _known(workspace, kind, labels)
    new = [value for value in labels if value not in known]
    for some in batched(new, AT_ONCE):
        known |= _write(workspace, kind, {value: labels[value] for value in some})
    return known


def _known(workspace: Workspace, kind: str, values: Iterable[str]) -> dict[str, int]:
    rows = Code.objects.in_workspace(workspace).filter(kind=kind)
    known: dict[str, int] = {}
    for some in batched(values, AT_ONCE):
        known |= dict(rows.filter(value__in=some).values_list("value", "code"))
    return known


@transaction.atomic
def _write(workspace: Workspace, kind: str, labels: dict[str, str]) -> dict[str, int]:
    Workspace.objects.select_for_update().get(pk=workspace.pk)
    known = _known(workspace, kind, labels)
    newest = Code.objects.in_workspace(workspace).filter(kind=kind).aggregate(Max("code"))["code__max"]
    rows = list(_rows(workspace, kind, labels, known, after=-1 if newest is None else newest))
    Code.objects.bulk_create(rows)
    return known | {row.value: row.code for row in rows}


def _rows(
    workspace: Workspace, kind: str, labels: dict[str, str], known: dict[str, int], *, after: int
) -> Iterator[Code]:
    new = (value for value in labels if value not in known)
    for code, value in enumerate(new, start=after + 1):
        yield Code(workspace=workspace, kind=kind, value=value, label=labels[value], code=code)
