from datetime import datetime

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import accounts.models.owned

ASKED = {  # as the questions were put before their history was kept
    "selling": "How do you sell?",
    "goal": "What should get better?",
    "have": "What do you have?",
    "stage": "Where does the business stand?",
    "goals": "What else do you want to reach?",
    "challenges": "What stands in the way?",
}


def begin_the_history(apps, schema_editor):
    """Each answer that was kept so far becomes the first line of its question's history."""
    survey_of, change_of = (apps.get_model("accounts", name) for name in ("IntakeSurvey", "IntakeChange"))
    people = set(apps.get_model("accounts", "User").objects.values_list("pk", flat=True))
    for survey in survey_of.everywhere.all():
        for question, kept in survey.answers.items():
            by = next((pk for pk in people if str(pk) == kept["by"]), None)
            row = change_of.everywhere.create(
                workspace_id=survey.workspace_id,
                survey=survey,
                question=question,
                text=ASKED.get(question, question),
                value=kept["value"],
                by_id=by,
                happened_at=datetime.fromisoformat(kept["at"]),
            )
            change_of.everywhere.filter(pk=row.pk).update(created_at=row.happened_at)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_notifications_and_mailings'),
    ]

    operations = [
        migrations.CreateModel(
            name='IntakeQuestion',
            fields=[
                ('id', models.UUIDField(default=accounts.models.owned.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('text', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('yes_no', 'Yes or no'), ('one', 'One of several answers'), ('number', 'A number'), ('text', 'Words')], max_length=10)),
                ('section', models.CharField(max_length=20)),
                ('choices', models.JSONField(default=list, help_text='[{id, label}] where one of several is chosen.')),
                ('unit', models.CharField(blank=True, help_text='What a number counts, such as shops.', max_length=30)),
                ('archived_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'everywhere',
                'default_manager_name': 'objects',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('everywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='IntakeChange',
            fields=[
                ('id', models.UUIDField(default=accounts.models.owned.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('question', models.CharField(max_length=40)),
                ('text', models.CharField(help_text='The question as it was asked.', max_length=200)),
                ('value', models.JSONField(help_text='None where an answer was taken back.', null=True)),
                ('said', models.TextField(blank=True, help_text='The answer in words, as they were then.')),
                ('happened_at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='accounts.intakesurvey')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'everywhere',
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['survey', 'question', '-created_at'], name='intake_changes_newest')],
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('everywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.RunPython(begin_the_history, migrations.RunPython.noop, elidable=True),
    ]
