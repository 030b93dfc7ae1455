"""Facts by county, durations of cases, and what is excluded. What was counted before is emptied and counted anew."""

import django.db.models.deletion
from django.db import migrations, models


def empty(apps, schema_editor):
    """All of it is derived from events: the next refresh counts every case again, since the watermark is back at naught."""
    for name in ("CaseFact", "CaseTally", "ProvinceFact"):
        rows = apps.get_model("audits", name).objects.all()
        rows._raw_delete(rows.db)
    apps.get_model("audits", "StatisticsWatermark").objects.update(event_id=0, refreshed_at=None)


class Migration(migrations.Migration):
    dependencies = [
        ("audits", "0006_fewer_indexes"),
        ("enterprises", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(empty, empty),
        migrations.CreateModel(
            name="CaseSpan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("span", models.CharField(max_length=24, verbose_name="span")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("scope_code", models.CharField(max_length=6, verbose_name="scope code")),
                ("days", models.IntegerField(verbose_name="days")),
            ],
            options={
                "verbose_name": "duration of a case",
                "verbose_name_plural": "durations of cases",
            },
        ),
        migrations.CreateModel(
            name="CountyFact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope_code", models.CharField(max_length=6, verbose_name="scope code")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("category", models.CharField(blank=True, default="", max_length=20, verbose_name="category")),
                ("industry", models.CharField(blank=True, default="", max_length=20, verbose_name="industry")),
                ("kind", models.CharField(max_length=12, verbose_name="kind")),
                ("lines", models.CharField(max_length=12, verbose_name="lines")),
                ("metric", models.CharField(max_length=48, verbose_name="metric")),
                ("value", models.BigIntegerField(verbose_name="value")),
            ],
            options={
                "verbose_name": "fact of a county",
                "verbose_name_plural": "facts of counties",
            },
        ),
        migrations.AddField(
            model_name="casetally",
            name="excluded",
            field=models.BooleanField(default=False, verbose_name="excluded from statistics"),
        ),
        migrations.AddField(
            model_name="casetally",
            name="excluded_years",
            field=models.CharField(blank=True, default="", max_length=400, verbose_name="years it would count in"),
        ),
        migrations.AddField(
            model_name="casetally",
            name="exclusion",
            field=models.JSONField(blank=True, default=dict, verbose_name="why it is excluded"),
        ),
        migrations.AddField(
            model_name="casetally",
            name="lines",
            field=models.CharField(default="none", max_length=12, verbose_name="lines"),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="casetally",
            index=models.Index(
                condition=models.Q(("excluded", True)), fields=["scope_code"], name="case_tally_excluded"
            ),
        ),
        migrations.AddIndex(
            model_name="provincefact",
            index=models.Index(condition=models.Q(("value", 0)), fields=["value"], name="province_fact_nothing"),
        ),
        migrations.AddField(
            model_name="casespan",
            name="case",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="spans", to="audits.auditcase"
            ),
        ),
        migrations.AddField(
            model_name="casespan",
            name="reporting_unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="enterprises.reportingunit",
            ),
        ),
        migrations.AddField(
            model_name="countyfact",
            name="reporting_unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="enterprises.reportingunit",
            ),
        ),
        migrations.AddIndex(
            model_name="casespan",
            index=models.Index(fields=["year", "reporting_unit", "span", "days"], name="case_span_unit"),
        ),
        migrations.AddIndex(
            model_name="casespan",
            index=models.Index(fields=["year", "scope_code", "span", "days"], name="case_span_scope"),
        ),
        migrations.AddConstraint(
            model_name="casespan",
            constraint=models.UniqueConstraint(fields=("case", "span"), name="case_span_once"),
        ),
        migrations.AddIndex(
            model_name="countyfact",
            index=models.Index(condition=models.Q(("value", 0)), fields=["value"], name="county_fact_nothing"),
        ),
        migrations.AddConstraint(
            model_name="countyfact",
            constraint=models.UniqueConstraint(
                fields=("year", "category", "scope_code", "metric", "industry", "kind", "lines", "reporting_unit"),
                name="county_fact_once",
            ),
        ),
    ]
