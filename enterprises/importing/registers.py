"""The lookup filled from the registers: the only module of this package that knows the models."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from enterprises import divisions
from enterprises.enterprise_search import match_codes
from enterprises.importing.lookup import DivisionInfo, KnownEnterprise, KnownListing, names_by_stem
from enterprises.models import Enterprise, EnterpriseName, Industry, KeyEnterpriseList, Listing, Sector


@dataclass(frozen=True)
class _Places:
    divisions: Mapping[str, DivisionInfo]
    names: Mapping[str, Sequence[str]]
    successors: Mapping[str, str]
    retired_names: Mapping[str, str]


@lru_cache(maxsize=1)
def _places() -> _Places:
    """The divisions, which no request changes. Placeholders (市辖区) are no place: a code of one is unknown."""
    rows = divisions.all_divisions()
    present = [row for row in rows.values() if row.successor is None and row.level is not divisions.Level.PLACEHOLDER]
    parents = {row.parent for row in rows.values()}
    infos = {
        row.code: DivisionInfo(row.code, row.name_zh, row.scope_code, row.full_name_zh, row.code not in parents)
        for row in present
    }
    retired = [row for row in rows.values() if row.successor is not None]
    return _Places(
        divisions=infos,
        names=names_by_stem(infos),
        successors={row.code: divisions.resolve(row.code).division.code for row in retired},
        retired_names={row.code: row.name_zh for row in retired},
    )


class RegisterLookup:
    """What a file for one list is compared with. Two queries at first, then a few per thousand codes asked for."""

    def __init__(self, key_list: KeyEnterpriseList, *, on: date, within: str | None = None) -> None:
        """`on` decides which sectors are in force. `within` defaults to the list's unit; "" is the nation."""
        places = _places()
        self.divisions = places.divisions
        self.names = places.names
        self.successors = places.successors
        self.retired_names = places.retired_names
        self.industries: Mapping[str, str] = dict(Industry.objects.values_list("code", "name_zh"))
        self.sectors: Mapping[str, str] = {
            name: sector.key
            for sector in Sector.objects.in_force(on).order_by("-order")
            for name in (sector.key, sector.name_en, sector.name_zh)
        }
        self.within = key_list.reporting_unit.scope_code if within is None else within
        self._list_id = key_list.pk
        self._matched: dict[frozenset[str], dict[str, Enterprise]] = {}

    def _match(self, codes: Collection[str]) -> dict[str, Enterprise]:
        """Asked twice of the same codes, for enterprises and for listings: answered once."""
        key = frozenset(codes)
        if key not in self._matched:
            self._matched = {key: match_codes(codes)}
        return self._matched[key]

    def enterprises(self, codes: Collection[str]) -> Mapping[str, KnownEnterprise]:
        """Enterprises by any code they have or had; merged ones as what they were merged into."""
        found = self._match(codes)
        former: dict[UUID, list[str]] = {}
        known = {enterprise.pk for enterprise in found.values()}
        ended = EnterpriseName.objects.filter(enterprise_id__among=known, valid_until__isnull=False)
        for enterprise_id, name in ended.order_by("-valid_from").values_list("enterprise_id", "name"):
            former.setdefault(enterprise_id, []).append(name)
        return {
            code: KnownEnterprise(enterprise.pk, (enterprise.name, *former.get(enterprise.pk, ())))
            for code, enterprise in found.items()
        }

    def listings(self, codes: Collection[str]) -> Mapping[str, Sequence[KnownListing]]:
        """What stands on the list, not removed, by the codes asked for."""
        present: dict[UUID, list[KnownListing]] = {}
        rows = Listing.objects.filter(list_id=self._list_id, removed_on__isnull=True)
        for row in rows.order_by("row_number", "id").values_list(
            "enterprise_id", "name_at_listing", "site__address", "address_at_listing", "site__division_id"
        ):
            enterprise_id, name, site_address, address, division_code = row
            listing = KnownListing(name, site_address or address, division_code or "")
            present.setdefault(enterprise_id, []).append(listing)
        if not present:
            return {}
        enterprises = self._match(codes)
        return {code: present[enterprise.pk] for code, enterprise in enterprises.items() if enterprise.pk in present}
