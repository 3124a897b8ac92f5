"""Workspaces that came before get the built-in scorecards, which used to be kept when somebody first looked."""

from typing import Any

from django.db import migrations

from icp.scorecards import BUILT_IN, VERSION


def give(apps: Any, schema_editor: Any) -> None:
    Rubric = apps.get_model("icp", "Rubric")
    for workspace in apps.get_model("accounts", "Workspace").objects.values_list("pk", flat=True):
        for name, dimensions in BUILT_IN.items():
            Rubric.objects.get_or_create(
                workspace_id=workspace, name=name, version=VERSION, defaults={"dimensions": dimensions}
            )


class Migration(migrations.Migration):
    dependencies = [("icp", "0010_when_an_answer_was_given")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
