"""What a form offers to choose from: rows of registers the reader may know of, and files already staged."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone

from accounts.models import Membership
from audits.models import Document
from audits.procedure import registry
from audits.procedure.payloads import as_uuid
from audits.procedure.words import EntryStatus, Party, Subject, Text
from audits.workflow import reading
from enterprises.models import Auditor, Consultancy, Contract, Listing

Pair = tuple[str, Text | str]
MOST = 300
MOST_ENTRIES = 2000  # of one list, in a select
GONE = (EntryStatus.DROPPED.value, EntryStatus.REMOVED.value)


class Options:
    """Choices of the references of one form; each register is read once."""

    def __init__(self, by: Membership, subject: Any, drafted: Iterable[Document] = ()) -> None:
        """`drafted` are files of the draft that others staged."""
        self.by = by
        self.subject = subject
        self.drafted = {str(one.pk): one for one in drafted}
        self._held: dict[str, list[Pair] | None] = {}

    def of(self, register: str, value: str) -> list[Pair] | None:
        """Pairs of id and name; None where there are too many and the form must search."""
        if register not in self._held:
            make = getattr(self, f"_{register}", None)
            self._held[register] = make() if make is not None else None
        return self._held[register]

    def files(self, ids: Sequence[Any]) -> list[Document]:
        """The documents with these ids that the reader may know of, in their order."""
        wanted = [str(one) for one in ids]
        valid = [one for one in wanted if as_uuid(one)]
        unknown = [one for one in valid if one not in self.drafted]
        rows = reading.documents(self.by).filter(pk__in=unknown) if unknown else ()
        found = self.drafted | {str(one.pk): one for one in rows}
        return [found[one] for one in wanted if one in found]

    @property
    def _case(self) -> Any:
        return self.subject if getattr(self.subject, "subject_kind", "") == Subject.CASE else None

    def _consultancy(self) -> list[Pair]:
        rows = Consultancy.objects.select_related("organization").filter(organization__closed_on=None)
        if self._case is not None:  # those the enterprise has a running contract with come first
            running = Contract.objects.running(timezone.localdate()).filter(enterprise_id=self._case.enterprise_id)
            engaged = set(running.values_list("consultancy_id", flat=True))
        else:
            engaged = set()
        ordered = sorted(rows[:MOST], key=lambda row: (row.pk not in engaged, row.organization.name))
        return [(str(row.pk), row.organization.name) for row in ordered]

    def _auditor(self) -> list[Pair]:
        rows = Auditor.objects.visible_to(self.by).order_by("name")[:MOST]
        return [(str(row.pk), " ".join(filter(None, (row.name, row.certificate_number)))) for row in rows]

    def _membership(self) -> list[Pair]:
        rows = Membership.objects.active(timezone.localdate()).filter(organization__party=Party.EXPERT)
        rows = rows.select_related("user", "organization").order_by("user__full_name")[:MOST]
        return [(str(row.pk), f"{row.user.get_full_name()}({row.organization.name})") for row in rows]

    def _site(self) -> list[Pair] | None:
        if self._case is None:
            return None
        rows = self._case.enterprise.sites.order_by("name")[:MOST]
        return [(str(row.pk), row.name or row.address) for row in rows]

    def _listing(self) -> list[Pair] | None:
        if getattr(self.subject, "subject_kind", "") != Subject.LIST:
            return None
        rows = Listing.objects.visible_to(self.by).filter(list=self.subject).exclude(status__in=GONE)
        return [(str(row.pk), row.name_at_listing) for row in rows.order_by("row_number", "id")[:MOST_ENTRIES]]

    def _step(self) -> list[Pair]:
        if self._case is None:
            return []
        done = self._case.state.get("done", {})
        return [(key, registry.title_of(key)) for key in done]
