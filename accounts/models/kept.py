"""Answers kept for callers who ask the same thing twice."""

from django.db import models

from accounts.models.key import ApiKey


class KeptAnswer(models.Model):
    """What a POST with an Idempotency-Key was answered, for 24 hours. Without a status it is still under way."""

    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+")
    route = models.CharField(max_length=300)
    name = models.CharField(max_length=255, help_text="What the caller sent as Idempotency-Key.")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of what was asked.")
    status = models.PositiveSmallIntegerField(null=True)
    content_type = models.CharField(max_length=80, blank=True)
    content = models.BinaryField(default=b"")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["api_key", "route", "name"], name="kept_answer_once")]
        indexes = [models.Index(fields=["created_at"], name="kept_answer_age")]
