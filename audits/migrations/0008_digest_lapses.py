"""Claims that lapsed are counted apart from attempts at sending."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audits", "0007_fine_grain_facts")]

    operations = [
        migrations.AddField(
            model_name="digest",
            name="lapses",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="claims that lapsed"),
        ),
    ]
