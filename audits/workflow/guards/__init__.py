"""The guards that the tables name: small, pure, each telling a person why not. One module per part of the procedure.

`audits.procedure.guards.GUARDS` says for every name exactly what is refused and what only warns; a test keeps the two
in step. A guard gets the step, the context, who acts, and the cleaned payload (None when only the state is asked).
"""

from audits.workflow.guards import audit, listing, orders, reviews, way_back
from audits.workflow.guards.base import GUARDS, refuse, warn
from audits.workflow.guards.listing import evidence_missing
from audits.workflow.guards.reviews import review_of
from audits.workflow.guards.way_back import step_meant

__all__ = [
    "GUARDS",
    "audit",
    "evidence_missing",
    "listing",
    "orders",
    "refuse",
    "review_of",
    "reviews",
    "step_meant",
    "warn",
    "way_back",
]
