"""A date that a running suspension holds up is marked as such, so that nothing counts it as overdue or reminds of it."""

from django.db import migrations, models

BATCH = 1000


def mark_held(apps, schema_editor):
    """As `workflow.state.stands_still` was when this was written: decided dates only, the law's own run on."""
    deadlines = apps.get_model("audits", "Deadline").objects.using(schema_editor.connection.alias)
    decided = deadlines.filter(detail__nature="decided").values_list("pk", "detail__suspended_since")
    held = [pk for pk, since in decided.iterator(chunk_size=BATCH) if since]
    for start in range(0, len(held), BATCH):
        deadlines.filter(pk__in=held[start : start + BATCH]).update(held=True)


class Migration(migrations.Migration):
    dependencies = [("audits", "0013_acts_in_the_background")]

    operations = [
        migrations.AddField(
            model_name="deadline",
            name="held",
            field=models.BooleanField(default=False, verbose_name="held up by a suspension"),
        ),
        migrations.RunPython(mark_held, migrations.RunPython.noop),
    ]
