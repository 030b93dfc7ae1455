"""Labels of the shared vocabulary for model fields and forms; the values are those of `audits.procedure.words`."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audits.procedure.words import Level, Line, Party, Role

Word = TypeVar("Word", bound=StrEnum)

PARTY_LABELS: Mapping[Party, Promise] = {
    Party.AUTHORITY: _("Authority"),
    Party.ENTERPRISE: _("Enterprise"),
    Party.CONSULTANCY: _("Consultancy"),
    Party.EXPERT: _("Expert"),
    Party.OPERATOR: _("Operator"),
    Party.SYSTEM: _("System"),
}
ROLE_LABELS: Mapping[Role, Promise] = {
    Role.OFFICER: _("Officer"),
    Role.APPROVER: _("Approver"),
    Role.ORG_ADMIN: _("Organization administrator"),
    Role.PREPARER: _("Preparer"),
    Role.CERTIFIER: _("Certifier"),
    Role.MANAGER: _("Manager"),
    Role.AUDITOR: _("Auditor"),
    Role.EXPERT: _("Expert"),
    Role.OPERATOR: _("Operator"),
    Role.SYSTEM: _("System"),
}
LEVEL_LABELS: Mapping[Level, Promise] = {
    Level.NATION: _("Nation"),
    Level.PROVINCE: _("Province"),
    Level.CITY: _("City"),
    Level.COUNTY: _("County"),
}
LINE_LABELS: Mapping[Line, Promise] = {
    Line.ENVIRONMENT: _("Ecology and environment"),
    Line.ENERGY: _("Energy conservation"),
    Line.COORDINATING: _("Overall coordination of cleaner production"),
}


def choices(labels: Mapping[Word, Promise]) -> list[tuple[str, Promise]]:
    """`[(value, label)]` for a model field."""
    return [(word.value, label) for word, label in labels.items()]
