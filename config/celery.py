"""The Celery app. It only carries job ids; what a job is stands in accounts.Job."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("bestfit")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
