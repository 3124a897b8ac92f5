"""Fern & Kettle on the stage: built once for a module, outside of any test's transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from django.test import override_settings

from accounts.models.job import Job
from accounts.models.user import User
from accounts.models.workspace import Workspace
from icp import replacing, seeding, tasks


@contextmanager
def built(folder: Path, *, size: int, until: date) -> Iterator[Workspace]:
    """The example, open to everybody; afterwards its rows are gone, and those who work there."""
    with override_settings(DATA=folder):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("accounts.jobs.publish", lambda job: True)
            job = seeding.request(until=until, size=size)
            tasks.build_example(str(job.pk))
        job.refresh_from_db()
        assert job.status == Job.Status.DONE, job.message
        yield job.workspace
        replacing.clear_away(job.workspace)
        User.objects.filter(email__endswith=seeding.ADDRESSES).delete()
