"""What an act changes in a register beside its case, in the same transaction: so far only the name of the enterprise."""

from collections.abc import Mapping
from typing import Any

from accounts.models import Membership
from audits.models import Event
from audits.procedure.payloads import FieldError
from audits.procedure.schema import Step
from audits.procedure.words import Text
from audits.workflow.errors import InvalidPayload
from enterprises import enterprise_register
from enterprises.errors import RegisterError


def before(row: Any, step: Step) -> dict[str, Any]:
    """What the act notes of the register as it is until then: no event of the case says it."""
    return {"before": {"name": row.enterprise.name}} if "rename" in step.effects else {}


def apply(row: Any, step: Step, event: Event, values: Mapping[str, Any], by: Membership) -> None:
    """Carry the act into the register. A register that refuses undoes the whole act (`InvalidPayload`)."""
    if "rename" not in step.effects:
        return
    try:
        enterprise_register.rename(
            row.enterprise,
            values["new_name"],
            on=event.legal_date,
            by=by,
            reason=f"{row.number} #{event.seq}",
        )
    except RegisterError as error:
        raise InvalidPayload([FieldError("fields.new_name", error.code, Text(error.text.zh, error.text.en))]) from error
