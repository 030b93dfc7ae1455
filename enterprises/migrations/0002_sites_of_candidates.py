"""A site that came with a candidate of a list gives nobody supervision of the enterprise before it is published."""

from django.db import migrations, models

FIELD = {"default": False, "editable": False, "verbose_name": "came with a candidate"}
BATCH = 1000


def mark_those_of_imports(apps, schema_editor):
    """The history of each site tells whether an import brought it (`workflow.imports.sites_for`)."""
    using = schema_editor.connection.alias
    sites = apps.get_model("enterprises", "Site").objects.using(using)
    history = apps.get_model("enterprises", "HistoricalSite").objects.using(using)
    brought = history.filter(history_type="+", history_change_reason="list import").values_list("id", flat=True)
    ids = list(brought.order_by("id").distinct())
    for start in range(0, len(ids), BATCH):
        sites.filter(pk__in=ids[start : start + BATCH]).update(from_candidate=True)


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0001_initial")]

    operations = [
        migrations.AddField("site", "from_candidate", models.BooleanField(**FIELD)),
        migrations.AddField("historicalsite", "from_candidate", models.BooleanField(**FIELD)),
        migrations.RunPython(mark_those_of_imports, migrations.RunPython.noop),
    ]
