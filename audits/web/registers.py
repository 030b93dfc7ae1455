"""What a form offers to choose from: rows of registers the reader may know of, and files already staged."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from accounts.models import Membership
from audits.models import Document
from audits.procedure import registry
from audits.procedure.payloads import as_uuid
from audits.procedure.schema import Field, FieldKind
from audits.procedure.words import Subject, Text
from audits.web.lookups import LONGEST, REGISTERS, Found, Hit
from audits.workflow import reading

Pair = tuple[str, Text | str]
TYPED = "__q"  # ending of the input in which a choice is searched for


class Options:
    """Choices of the references of one form; each register is read once, each search made once."""

    def __init__(
        self,
        by: Membership,
        subject: Any,
        drafted: Iterable[Document] = (),
        typed: Mapping[str, str] | None = None,
    ) -> None:
        """`drafted` are files of the draft that others staged; `typed` is the form as it was sent, with its searches."""
        self.by = by
        self.subject = subject
        self.drafted = {str(one.pk): one for one in drafted}
        self.typed = typed or {}
        self._held: dict[str, list[Pair] | None] = {}
        self._found: dict[tuple[str, str], Found] = {}
        self._chosen: dict[str, set[str]] = defaultdict(set)
        self._named: dict[str, dict[str, Hit]] = {}

    def of(self, register: str, value: str) -> list[Pair] | None:
        """Pairs of id and name; None where there are too many and the form must search."""
        if register not in self._held:
            make = getattr(self, f"_{register}", None)
            offered = self._offered(register) if make is None else Found()
            self._held[register] = make() if make is not None else None if offered.more else _pairs(offered.hits)
        return self._held[register]

    def _offered(self, register: str) -> Found:
        """What is offered before anything is typed."""
        if (register, "") not in self._found:
            known = REGISTERS.get(register)
            self._found[register, ""] = known.offered(self.by, self.subject) if known is not None else Found(more=True)
        return self._found[register, ""]

    def expect(self, fields: Sequence[Field], payload: Mapping[str, Any]) -> None:
        """Note what a form is filled with, so that the names of all of it are read at once."""
        for one in fields:
            value = payload.get(one.key)
            if one.kind is FieldKind.REFERENCE and value:
                self._chosen[one.register].add(str(value))
            elif one.kind is FieldKind.ROWS and isinstance(value, list):
                for row in value:
                    self.expect(one.columns, row if isinstance(row, Mapping) else {})

    def searched(self, register: str, name: str, value: str) -> tuple[str, Found]:
        """What was typed to search with in the input of that name, and what is offered for it: the choice made before, then
        what was found, or the nearest rows where nothing was typed."""
        query = str(self.typed.get(name + TYPED, "")).strip()[:LONGEST]
        known = REGISTERS.get(register)
        if known is None:
            return query, Found()
        if query and (register, query) not in self._found:
            self._found[register, query] = known.find(query, self.by, self.subject)
        found = self._found[register, query] if query else self._offered(register).first()
        if value and register not in self._named:
            self._named[register] = known.named(self._chosen[register] | {value}, self.by, self.subject)
        return query, found.after(self._named.get(register, {}).get(value))

    def files(self, ids: Sequence[Any]) -> list[Document]:
        """The documents with these ids that the reader may know of, in their order."""
        wanted = [str(one) for one in ids]
        valid = [one for one in wanted if as_uuid(one)]
        unknown = [one for one in valid if one not in self.drafted]
        rows = reading.documents(self.by).filter(pk__in=unknown) if unknown else ()
        found = self.drafted | {str(one.pk): one for one in rows}
        return [found[one] for one in wanted if one in found]

    def _step(self) -> list[Pair]:
        if getattr(self.subject, "subject_kind", "") != Subject.CASE:
            return []
        done = self.subject.state.get("done", {})
        return [(key, registry.title_of(key)) for key in done]


def _pairs(hits: Sequence[Hit]) -> list[Pair]:
    """Hits as the lines of a select: those of one name are told apart."""
    names = [one.name for one in hits]
    return [(one.value, one.name if names.count(one.name) == 1 else _both(one)) for one in hits]


def _both(hit: Hit) -> Text:
    return Text(f"{hit.name}（{hit.beside}）", f"{hit.name} ({hit.beside})")
