"""Looking up enterprises: for people (`find`) and for imports (`match_codes`, `match_names`)."""

from collections.abc import Collection, Mapping
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from enterprises.codes import embedded_organization_code, normalize
from enterprises.models import Enterprise, EnterpriseCode, EnterpriseName
from enterprises.models.enterprises import EnterpriseQuerySet
from enterprises.search_keys import query_key

Key = TypeVar("Key")


def find(query: str, among: EnterpriseQuerySet | None = None) -> EnterpriseQuerySet:
    """Enterprises whose present or former name, or its pinyin or initials, contains the words, or whose code begins so.

    Absorbed enterprises are found as the one they were merged into. `among` limits the answer (pass `visible_to`).
    An empty query finds nothing.
    """
    base = (among if among is not None else Enterprise.objects.all()).standing()
    words = query.strip()
    if not words:
        return base.none()
    by_name = Q(name__icontains=words)
    former = Q(name__icontains=words)
    if key := query_key(words):
        by_name |= Q(name_pinyin__contains=key)
        former |= Q(name_pinyin__contains=key)
    condition = by_name | Q(Exists(EnterpriseName.objects.filter(former, enterprise_id=OuterRef("pk"))))
    code = normalize(words)
    if len(code) >= 4 and code.isascii() and code.isalnum():
        codes = EnterpriseCode.objects.filter(_begins("value", code), enterprise_id=OuterRef("pk"))
        condition |= Q(_begins("credit_code", code)) | Q(_begins("organization_code", code)) | Q(Exists(codes))
    return base.filter(condition)


def match_codes(codes: Collection[str]) -> dict[str, Enterprise]:
    """The enterprise on record for each code (of either scheme, normalized or not), for imports: a few queries in all.

    A credit code also finds an enterprise known only by the organization code inside it. Absorbed enterprises give the
    one they were merged into. Codes without an enterprise are left out.
    """
    wanted = {given: normalize(given) for given in codes}
    values = {value for value in wanted.values() if value}
    parts = {value: part for value in values if (part := embedded_organization_code(value))}
    by_code: dict[str, UUID] = {}
    by_part: dict[str, UUID] = {}
    rows = EnterpriseCode.objects.filter(value__among=values).order_by("valid_from", "id")
    by_code.update(rows.values_list("value", "enterprise_id"))
    known = Enterprise.objects.standing().filter(organization_code__among=values | set(parts.values()))
    by_part.update((value or "", pk) for value, pk in known.values_list("organization_code", "id"))
    found: dict[str, UUID] = {}
    for given, value in wanted.items():
        pk = by_code.get(value) or by_part.get(value) or by_part.get(parts.get(value, ""))
        if value and pk:
            found[given] = pk
    return _follow(found)


def match_names(names: Collection[str]) -> dict[str, list[Enterprise]]:
    """Enterprises that bear or bore exactly each name; names nobody bore are left out. A few queries in all."""
    pairs = set(EnterpriseName.objects.filter(name__among=set(names)).values_list("name", "enterprise_id"))
    standing = _follow({pair: pair[1] for pair in sorted(pairs, key=str)})
    found: dict[str, list[Enterprise]] = {}
    for (name, _), enterprise in standing.items():
        if enterprise not in found.setdefault(name, []):
            found[name].append(enterprise)
    return found


def _follow(ids: Mapping[Key, UUID]) -> dict[Key, Enterprise]:
    """The enterprises behind the ids, each absorbed one replaced by the one it was merged into."""
    found = Enterprise.objects.filter(pk__among=set(ids.values())).select_related("merged_into")
    rows = {row.pk: row.merged_into or row for row in found}
    return {key: rows[pk] for key, pk in ids.items()}


def _begins(field: str, code: str) -> Q:
    """Codes beginning so, as a range over digits and capital letters that a plain index serves."""
    return Q(**{f"{field}__gte": code, f"{field}__lte": code + "Z" * 18})
