"""Regime A, 2003-01-01 to 2012-06-30: document 151 of 2005, the Guidance of 2008, document 54 of 2010.

Read `listing`, `audit`, `report`, `review`, `orders`, `duties` in this order; `early` holds what applied before 151.
Encoded from the reviewed draft in docs/law/regime-a-steps.yaml; a test holds both equal.
"""

from audits.procedure.common import COMMON_CASE_STEPS, COMMON_DUTY_STEPS, REGISTER
from audits.procedure.regime_a.audit import CASE_STEPS
from audits.procedure.regime_a.duties import DUTY_STEPS
from audits.procedure.regime_a.early import EARLY_CASE, EARLY_LISTING
from audits.procedure.regime_a.listing import LISTING_STEPS
from audits.procedure.regime_a.orders import ORDER_STEPS
from audits.procedure.regime_a.report import REPORT_STEPS
from audits.procedure.regime_a.review import REVIEW_STEPS
from audits.procedure.schema import Step

STEPS: tuple[Step, ...] = (
    *EARLY_LISTING,
    *LISTING_STEPS,
    REGISTER,
    *EARLY_CASE,
    *CASE_STEPS,
    *REPORT_STEPS,
    *REVIEW_STEPS,
    *ORDER_STEPS,
    *COMMON_CASE_STEPS,
    *DUTY_STEPS,
    *COMMON_DUTY_STEPS,
)
