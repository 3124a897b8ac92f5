import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_the_house")]

    operations = [
        migrations.AddField(
            model_name="profiletable",
            name="asked_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now,
                help_text="When it was asked for: what was asked for earlier never replaces it.",
            ),
            preserve_default=False,
        ),
        migrations.AddField(model_name="profiletable", name="columns", field=models.JSONField(default=list)),
    ]
