"""Fields for names one signs in with: lower case wherever they are stored, compared or looked up."""

from typing import Any

from django.db import models


class LowerCase:
    """Mixin: the value is lower case in the database, on the instance once saved, and in every lookup.

    So `unique` holds whatever the case, and a plain index serves sign-in.
    """

    def to_python(self, value: Any) -> Any:
        cleaned = super().to_python(value)  # type: ignore[misc]
        return cleaned.lower() if isinstance(cleaned, str) else cleaned

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)  # type: ignore[misc]
        return prepared.lower() if isinstance(prepared, str) else prepared

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))  # type: ignore[misc]
        setattr(model_instance, self.attname, value)  # type: ignore[attr-defined]
        return value


class LowerCharField(LowerCase, models.CharField):
    """A character field kept in lower case."""


class LowerEmailField(LowerCase, models.EmailField):
    """An e-mail field kept in lower case."""
