"""Messages keep since when they could go out, and an intent that cannot be resolved keeps why."""

from django.db import migrations, models
from django.db.models import F


def ready_since_the_next_attempt(apps, schema_editor):
    """Of what waits at the upgrade nothing better is known than its next attempt."""
    digests = apps.get_model("audits", "Digest").objects.using(schema_editor.connection.alias)
    digests.filter(state__in=["pending", "claimed"]).update(ready_at=F("try_at"))


class Migration(migrations.Migration):
    dependencies = [("audits", "0014_dates_held_up")]

    operations = [
        migrations.AddField(
            model_name="noticeintent",
            name="error",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="error"),
        ),
        migrations.AddField(
            model_name="digest",
            name="ready_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="ready since"),
        ),
        migrations.RunPython(ready_since_the_next_attempt, migrations.RunPython.noop),
    ]
