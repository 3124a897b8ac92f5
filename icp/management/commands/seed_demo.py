"""manage.py seed_demo: build Fern & Kettle, the example workspace, here and now."""

import time
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models.job import Job
from icp import seeding, tasks


class Command(BaseCommand):
    """Builds the example anew and puts it in place of the one before. The same command resets it."""

    help = "Build the example workspace Fern & Kettle, up to yesterday. Run it again to reset it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", type=int, default=seeding.SIZE, help="How many buyers (12,400).")
        parser.add_argument("--until", type=date.fromisoformat, default=None, help="The last day with orders.")

    def handle(self, *args: Any, size: int, until: date | None, **options: Any) -> None:
        begun = time.monotonic()
        job = seeding.request(until=until, size=size)
        tasks.build_example(str(job.pk))
        job.refresh_from_db()
        if job.status != Job.Status.DONE:
            raise CommandError(job.message or f"The example is {job.get_status_display().lower()} elsewhere.")
        self.stdout.write(f"Fern & Kettle is ready: {size:,} buyers, {time.monotonic() - begun:.0f} seconds.")
