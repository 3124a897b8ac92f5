import django.db.models.deletion
from django.db import migrations, models

import accounts.models.owned


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_notifications_and_mailings"),
        ("icp", "0006_insight"),
    ]

    operations = [
        migrations.CreateModel(
            name="Measurement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=accounts.models.owned.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("as_of", models.DateTimeField()),
                ("values", models.JSONField(help_text="Goal -> value; shares as 0 to 100.")),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.workspace"
                    ),
                ),
            ],
            options={
                "ordering": ["as_of"],
                "abstract": False,
                "base_manager_name": "everywhere",
                "default_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("workspace", "as_of"), name="measured_once")],
            },
            managers=[("objects", models.Manager()), ("everywhere", models.Manager())],
        ),
    ]
