"""Regime C, 2016-07-01 to 2026-08-14: Order 38 of 2016; the Guidance of 2008, then the Guide of 2018, for reviews.

Against B: every category publishes, with content of its own; no head-count for consultancies; document 151's filing
within 45 working days and its order to audit are not in Order 38; only some cases go to the reviews (O38-20).
"""

from datetime import date, timedelta

from audits.procedure.amend import amended, between, reviewed
from audits.procedure.articles import GUIDE_2018_FROM, UNCERTAIN, law_2012, order_38
from audits.procedure.common import COMMON_CASE_STEPS, COMMON_DUTY_STEPS, REGISTER
from audits.procedure.regime_a.orders import ORDER_STEPS
from audits.procedure.regime_a.review import REVIEW_STEPS
from audits.procedure.regime_b import PUBLISH_AUDIT_RESULT
from audits.procedure.regime_c.audit import CASE_STEPS
from audits.procedure.regime_c.duties import DUTY_STEPS
from audits.procedure.regime_c.listing import LISTING_STEPS
from audits.procedure.regime_c.review import GUIDE_STEPS
from audits.procedure.schema import Step
from audits.procedure.words import Text

VALID_FROM = date(2016, 7, 1)
GUIDE_FROM = GUIDE_2018_FROM  # "2018-04" is recalled, the day is not (law text 17.3)

_IN_SCOPE = ("assessment_in_scope",)
# Until the Guide of 2018 the Guidance of 2008 goes on, but only for the cases of Order 38 art. 20.
_GUIDANCE = amended(
    [step for step in reviewed(REVIEW_STEPS) if step.key != "review_results"],
    changes={
        "apply_assessment": {"when": _IN_SCOPE, "rows": ("G01", "O38-20", "O38-21", "O38-24-25")},
        "apply_acceptance": {
            "when": ("assessment_passed_or_combined", *_IN_SCOPE),
            "rows": ("G09", "O38-20", "O38-22"),
        },
    },
)
_ORDERS = amended(
    ORDER_STEPS,
    changes={
        "order_correction": {
            "basis": law_2012("39"),
            "rows": ("E01", "O38-33", "O38-34", "O38-35"),
            "notes": Text(
                "公布义务：责令公布（第三十六条）；咨询机构弄虚作假的责令改正并公布其名称（38号令第三十五条）。",
                "Publication duty: order to publish (art. 36); a consultancy that fakes: order to correct, its name is "
                "published (Order 38 art. 35).",
            ),
        },
        "record_penalty": {"basis": law_2012("36, 39"), "rows": ("E01", "O38-33", "O38-34")},
    },
    without=("disclose_in_default", "order_audit"),
)
_COMMON = amended(
    (REGISTER, *COMMON_CASE_STEPS),
    changes={
        "register": {"basis": order_38("6, 7, 13"), "rows": ("O38-6-7", "O38-13"), "since": None},
        "propose_next_round": {
            "basis": order_38("12", UNCERTAIN),
            "rows": ("A19", "P06", "O38-12"),
            "since": None,
        },
        "close": {
            "notes": Text(
                "不属评估验收范围的，提交报告并公布审核结果后结案。",
                "Outside the scope of reviews the case ends with the report and the publication of results.",
            )
        },
        "credit_round": {
            "notes": Text(
                "2022年起通过验收的创新试点中的企业视为完成一轮审核。",
                "Since 2022 each enterprise in a passed innovation pilot counts as having done one round.",
            )
        },
    },
)

STEPS: tuple[Step, ...] = (
    *LISTING_STEPS,
    *CASE_STEPS,
    amended((PUBLISH_AUDIT_RESULT,), changes={"publish_audit_result": {"rows": ("A13", "O38-17")}})[0],
    *between(_GUIDANCE, VALID_FROM, GUIDE_FROM - timedelta(days=1)),
    *between(GUIDE_STEPS, GUIDE_FROM, None),
    *_ORDERS,
    *_COMMON,
    *DUTY_STEPS,
    *COMMON_DUTY_STEPS,
)
