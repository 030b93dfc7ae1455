"""A certifier may send a draft back with a reason; who prepared a submission stays known after the draft is gone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("audits", "0008_digest_lapses")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="refusal",
            field=models.JSONField(blank=True, null=True, verbose_name="sent back"),
        ),
        migrations.CreateModel(
            name="Preparation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject_kind", models.CharField(max_length=8)),
                ("subject_id", models.UUIDField()),
                ("action", models.CharField(max_length=40, verbose_name="action")),
                ("event_seq", models.PositiveIntegerField()),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                        verbose_name="prepared by",
                    ),
                ),
            ],
            options={
                "verbose_name": "preparation",
                "verbose_name_plural": "preparations",
                "constraints": [
                    models.UniqueConstraint(fields=("subject_id", "event_seq", "membership"), name="preparation_once")
                ],
            },
        ),
    ]
