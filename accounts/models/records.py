"""Rows that stay on record: deleting one is refused, by instance and by queryset."""

from typing import Any, NoReturn

from django.db import models


class RecordKept(Exception):
    """Deleting was refused: the row stays on record. Use the function that ends it, e.g. `memberships.remove`."""


class KeptQuerySet(models.QuerySet[Any]):
    """A queryset without delete."""

    def delete(self) -> NoReturn:
        raise RecordKept(self.model._meta.label)


class KeptModel(models.Model):
    """Abstract: a row that cannot be deleted through the ORM (foreign keys to it protect it as well)."""

    class Meta:
        abstract = True

    def delete(self, using: str | None = None, keep_parents: bool = False) -> NoReturn:
        raise RecordKept(f"{self._meta.label} {self.pk}")
