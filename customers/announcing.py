"""What the people of a workspace hear of their files: that one is in, could not be read, or was brought."""

from django.urls import reverse

from accounts import notifying
from accounts.models.job import Job
from accounts.models.user import User
from accounts.templatetags.words import count
from customers.models.source import Import


def import_over(job: Job) -> None:
    """Whoever asked for an import hears how it ended."""
    if job.kind != "import":
        return
    import_ = Import.objects.in_workspace(job.workspace).filter(job=job).first()
    if import_ is not None:
        _tell(import_, job.requested_by, key=f"job:{job.pk}", sentence=_outcome(import_, job))


def _outcome(import_: Import, job: Job) -> str:
    if job.status == Job.Status.FAILED:
        return f"{import_.file_name} could not be imported. {job.message}"
    counts = import_.counts
    if not counts.get("accepted"):
        return f"{import_.file_name} is in. All its lines were there already."
    said = f"{import_.file_name} is in: {count(counts['accepted'])} of {count(counts['rows'])} lines"
    return f"{said}, {count(counts['rejected'])} were refused." if counts.get("rejected") else f"{said}."


def file_brought(import_: Import, asked_by: User | None) -> None:
    """Whoever sent the upload link hears that a file came by it."""
    sentence = f"A colleague brought {import_.file_name} by your link. It waits for your look."
    _tell(import_, asked_by, key=f"brought:{import_.pk}", sentence=sentence)


def _tell(import_: Import, user: User | None, *, key: str, sentence: str) -> None:
    link = reverse("customers:import", args=[import_.workspace.slug, import_.pk])
    notifying.tell(import_.workspace, user, kind="import", key=key, sentence=sentence, link=link)
