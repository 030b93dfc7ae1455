"""Foreign keys are imports too: a string such as "audits.AuditCase" must not point up the layers."""

import pytest
from django.apps import apps

ORDER = ["accounts", "enterprises", "audits"]


@pytest.mark.parametrize("app", ORDER)
def test_no_foreign_key_points_up(app):
    above = set(ORDER[ORDER.index(app) + 1 :])
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model._meta.app_label in above
    ]
    assert upward == []


def test_the_three_rooms_have_models():
    assert [app for app in ORDER if not list(apps.get_app_config(app).get_models())] == []
