"""What every guard is made of: its signature, the registry, and the two answers it can give.

`audits.procedure.guards.GUARDS` says for every name exactly what is refused and what only warns; a test keeps the two
in step. A guard gets the step, the context, who acts, and the cleaned payload (None when only the state is asked).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from accounts.acting import Acting
from audits.procedure.guards import GUARDS as MEANINGS
from audits.procedure.schema import Step
from audits.procedure.words import Text
from audits.workflow.decide import Context
from audits.workflow.errors import Caution, Refusal

Payload = Mapping[str, Any] | None
Found = Iterator[Refusal | Caution]
Guard = Callable[[Step, Context, Acting, Payload], Found]

GUARDS: dict[str, Guard] = {}


def guard(function: Guard) -> Guard:
    """Register a guard under its function's name."""
    GUARDS[function.__name__] = function
    return function


def refuse(name: str, text: Text | None = None) -> Refusal:
    """A refusal with the guard's name as code."""
    return Refusal(name, text or MEANINGS[name].refuses or Text("", ""))


def warn(name: str) -> Caution:
    """A caution with the guard's name as code."""
    return Caution(name, MEANINGS[name].warns or Text("", ""))
