import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.models.owned


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_honest_cancelling_and_kept_answers")]

    operations = [
        migrations.RenameField("notification", "url", "link"),
        migrations.RenameField("notification", "seen_at", "read_at"),
        migrations.AlterField(
            "notification",
            "link",
            models.CharField(blank=True, help_text="A path of ours to go to.", max_length=300),
        ),
        migrations.AddField(
            "notification",
            "kind",
            models.CharField(
                default="job", help_text="What it is about: import, job, round, move, data, upload.", max_length=20
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "notification",
            "key",
            models.CharField(
                default="", help_text="What happened, such as job:<id>; once per person.", max_length=120
            ),
            preserve_default=False,
        ),
        migrations.AlterModelOptions(
            "notification",
            {
                "base_manager_name": "everywhere",
                "default_manager_name": "objects",
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.AddConstraint(
            "notification",
            models.UniqueConstraint(fields=("workspace", "user", "key"), name="notification_once"),
        ),
        migrations.AddIndex(
            "notification", models.Index(fields=["workspace", "user", "read_at"], name="notification_unread")
        ),
        migrations.AddField(
            "membership",
            "monday_mail",
            models.BooleanField(default=True, help_text="Whether the person wants the mail on Mondays."),
        ),
        migrations.AddField(
            "membership",
            "data_old_mail",
            models.BooleanField(default=True, help_text="Whether the person wants to hear that data are old."),
        ),
        migrations.CreateModel(
            "Mailing",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=accounts.models.owned.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("kind", models.CharField(help_text="monday or data-old.", max_length=20)),
                (
                    "key",
                    models.CharField(
                        help_text="Which of them: the week's Monday, the import that grew old.", max_length=80
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.workspace"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "objects",
                "base_manager_name": "everywhere",
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "user", "kind", "key"), name="mailing_once")
                ],
            },
            managers=[("objects", models.Manager()), ("everywhere", models.Manager())],
        ),
    ]
