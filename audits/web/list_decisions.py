"""What people decide on the verdicts of a dry run, page by page, kept with the held file until the import is confirmed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.http import QueryDict

from audits.web.typed import row_number
from enterprises.importing.columns import Column
from enterprises.models import ListImport

_REPAIR = re.compile(r"[0-9]{1,6}\.[a-z_]{1,40}\.[a-z_]{1,40}")


@dataclass(slots=True)
class Decisions:
    """Repairs not agreed to (by id), rows not to be taken, and cells typed by hand: {row: {column: text}}."""

    refused: set[str] = field(default_factory=set)
    left_out: set[int] = field(default_factory=set)
    typed: dict[int, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, held: ListImport) -> "Decisions":
        """Those kept so far."""
        kept = held.decisions
        return cls(
            set(kept.get("refused", ())),
            set(kept.get("left_out", ())),
            {int(row): dict(cells) for row, cells in kept.get("typed", {}).items()},
        )

    def as_json(self) -> dict[str, Any]:
        """As they are kept."""
        return {
            "refused": sorted(self.refused),
            "left_out": sorted(self.left_out),
            "typed": {str(row): cells for row, cells in sorted(self.typed.items())},
        }

    def take(self, post: QueryDict) -> None:
        """What was decided on one page. Of rows that were not on it, nothing changes."""
        shown = _rows(post.getlist("shown"))
        offered = {one for line in post.getlist("offered") for one in line.split() if _REPAIR.fullmatch(one)}
        self.refused = (self.refused - offered) | (offered - set(post.getlist("repair")))
        self.left_out = (self.left_out - shown) | (_rows(post.getlist("leave")) & shown)
        for name, text in post.items():
            parts = name.split(".")
            row = row_number(parts[1]) if len(parts) == 3 and parts[0] == "fix" else None
            if row in shown and row is not None and parts[2] in set(Column):
                self.typed.setdefault(row, {})[parts[2]] = str(text).strip()


def _rows(given: Iterable[str]) -> set[int]:
    return {number for number in map(row_number, given) if number is not None}


def keep(held: ListImport, post: QueryDict) -> Decisions:
    """Add what was decided on a page to what is kept: two people on two pages do not undo each other."""
    with transaction.atomic():
        row = ListImport.objects.select_for_update().get(pk=held.pk)
        decisions = Decisions.of(row)
        decisions.take(post)
        row.decisions = decisions.as_json()
        row.save(update_fields=["decisions"])
    held.decisions = row.decisions
    return decisions
