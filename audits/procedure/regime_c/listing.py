"""Regime C, the list: Order 38 arts 8-10. The environment line leads excess and toxic, the energy line its own."""

from audits.procedure.amend import Changes, amended
from audits.procedure.articles import order_38
from audits.procedure.regime_a import listing
from audits.procedure.regime_a.listing import amend_list, candidates, entries
from audits.procedure.schema import Step
from audits.procedure.words import EXCESS, TOXIC, Category, Text

CATEGORIES_C = EXCESS | TOXIC | {Category.ENERGY, Category.STATE_OTHER}

_LEVELS = {"since": None, "until": None}
_CHANGES: Changes = {
    "nominate": {
        "basis": order_38("8, 9"),
        "rows": ("O38-8", "O38-9", "A01"),
        "fields": (candidates(CATEGORIES_C),),
        "notes": Text(
            "县级以上环保部门提出超标超总量和有毒有害类，节能主管部门提出高耗能类；其他法律规定的情形列入“"
            "国家规定的其他情形”。",
            "Environment authorities of the county or higher propose excess and toxic, energy-saving "
            "departments the energy "
            "category; what other statutes order comes as `state_other`.",
        ),
        **_LEVELS,
    },
    "submit_nominations": {"basis": order_38("9"), "rows": ("O38-9", "A02"), **_LEVELS},
    "verify": {"basis": order_38("9"), "rows": ("O38-9", "A03"), **_LEVELS},
    "drop": {"basis": order_38("9"), "rows": ("O38-9", "A03"), **_LEVELS},
    "return_nominations": {"basis": order_38("9"), "rows": ("O38-9", "A03"), **_LEVELS},
    "confirm": {
        "basis": order_38("9"),
        "rows": ("O38-9", "A04"),
        "fields": (entries(CATEGORIES_C),),
        "notes": None,
        **_LEVELS,
    },
    "publish": {
        "basis": order_38("10"),
        "rows": ("O38-10", "A05"),
        "fields": listing.PUBLICATION,
        "notes": Text(
            "分批次在官方网站或采取其他便于公众知晓的方式公布。",
            "By batches, on the official site or by other public means.",
        ),
        **_LEVELS,
    },
}

LISTING_STEPS: tuple[Step, ...] = (
    *amended(
        (
            listing.NOMINATE,
            listing.SUBMIT_NOMINATIONS,
            listing.VERIFY,
            listing.DROP,
            listing.RETURN_NOMINATIONS,
            listing.CONFIRM,
            listing.PUBLISH_SINCE_2010,
        ),
        changes=_CHANGES,
    ),
    amend_list(CATEGORIES_C),
)
