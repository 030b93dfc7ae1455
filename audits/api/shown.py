"""Rows of the database as the API tells them.

A `ShownSerializer` tells the fields of `Meta.fields` and takes none; a field with choices is told as its plain value. (The
class has no docstring: it would stand in the OpenAPI schema as the description of every row without one of its own.)
"""

from typing import Any, TypeVar

from django.db.models import Field, Model
from rest_framework import serializers

Row = TypeVar("Row", bound=Model)


class ShownSerializer(serializers.ModelSerializer[Row]):
    def get_extra_kwargs(self) -> dict[str, Any]:
        """Every field is read-only."""
        told: dict[str, Any] = super().get_extra_kwargs()
        return {name: {**told.get(name, {}), "read_only": True} for name in self.Meta.fields}

    def build_standard_field(self, field_name: str, model_field: "Field[Any, Any]") -> tuple[type[Any], dict[str, Any]]:
        """Choices are words of the model; the API promises text, so that one more is no break."""
        kind, given = super().build_standard_field(field_name, model_field)
        return (serializers.CharField, {}) if issubclass(kind, serializers.ChoiceField) else (kind, given)
