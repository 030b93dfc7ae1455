"""Every row of the law text: who names it, or why it is not modelled.

Ids are those of docs/law/regulations.md: A (regime A), O16- (Order 16), G (Guidance of 2008), P (document 54), O38-
(Order 38), V (Guide of 2018), D- (the Code), E (enforcement).
"""

import re

from audits.procedure import guards, penalties, reasons, sectors
from audits.procedure.parameters import RULES
from audits.procedure.registry import PROCEDURES
from audits.procedure.words import Text

_ROW = re.compile(r"^\| ((?:A\d\d[ab]?|O16-[\d-]+|O38-[\d-]+|G\d\d|P\d\d|V\d\d|D-\d+|E\d\d)) \|", re.MULTILINE)
_SOURCES = "## 18. Sources seen"

_PURPOSE = Text(
    "立法目的、定义和职责分工，没有可登记的行为。", "Purpose, definitions and division of work: nothing to record."
)
_SECRETS = Text(
    "保密义务由权限和下载审查实现，不是程序步骤。",
    "Secrecy is kept by permissions and checked downloads; it is no step.",
)
_SUPPORT = Text(
    "专家库、指南、培训等基础工作，属登记管理。", "Expert pools, guides, training: work on registers, no step."
)
_REWARDS = Text(
    "由其他机关决定；本系统只出具证明。", "Decisions of other bodies; the service issues proof of having passed."
)
_SPOT_CHECKS = Text(
    "国家抽查，对个案无期限、形式和结果的规定；附件记录即可。",
    "National spot checks; no period, form or result for the case: a note with a file suffices.",
)
_OTHER_PROCEDURES = Text(
    "属其他程序和系统；只登记依据、日期和结果。", "Other procedures and systems; basis, dates and outcome are stored."
)

NOT_MODELLED: dict[str, Text] = {
    "A16": _SPOT_CHECKS,
    "A17": Text("持续性监督义务，没有单独的事件。", "A continuous duty without an event."),
    "A20": _REWARDS,
    "O16-1-5": _PURPOSE,
    "O16-18": _SECRETS,
    "O16-19-20": _SUPPORT,
    "O16-21-25": _REWARDS,
    "G13": _SPOT_CHECKS,
    "P04": Text("培训、公布咨询机构属登记管理。", "Training and naming of consultancies is work on registers."),
    "P07": _REWARDS,
    "O38-1-5": _PURPOSE,
    "O38-19": _SECRETS,
    "O38-27": _SUPPORT,
    "O38-28-32": _REWARDS,
    "O38-36": Text(
        "信用记录报送国家平台属其他系统；处罚记录可导出。",
        "Credit records go to a national platform of its own; penalties can be exported.",
    ),
    "O38-37": Text("公务人员责任，不属本系统程序。", "Liability of officials: not a step of this procedure."),
    "O38-38-40": Text(
        "解释、地方细则授权和施行日期：分别体现为参数和制度起止日。",
        "Interpretation, local rules, entry into force: they appear as parameters and as the regime's dates.",
    ),
    "V02": Text("仅为定义。", "A definition."),
    "V17": _SPOT_CHECKS,
    "D-966": Text(
        "授权另行制定具体办法并规定差别化政策；38号令各行因此保留并标为不确定。",
        "Delegates specific measures and allows differentiated policy: the reason why the rows of Order "
        "38 stay, uncertain.",
    ),
    "D-970": Text(
        "信息系统和咨询服务：本系统即是。", "Information systems and consulting services: this service is one."
    ),
    "E02": Text(
        "处罚时效按行为时的法律提示，不作为障碍。",
        "The limitation is shown as information with the law of the date, never a bar.",
    ),
    "E03": _OTHER_PROCEDURES,
    "E04": _OTHER_PROCEDURES,
    "E05": _OTHER_PROCEDURES,
    "E06": Text("所建各步骤没有这样短的期限。", "No modelled period is that short."),
    "E07": _OTHER_PROCEDURES,
    "E08": _OTHER_PROCEDURES,
    "E09": _OTHER_PROCEDURES,
}


def rows_of(law_text: str) -> tuple[str, ...]:
    """The row ids of the law text's tables, in order; the table of sources is none of them."""
    return tuple(_ROW.findall(law_text.split(_SOURCES)[0]))


def named_rows() -> dict[str, tuple[str, ...]]:
    """Row id to the places that name it: `A:disclose`, `parameter:start_months`, `sector:steel`, `penalty:…`, …"""
    places: dict[str, list[str]] = {}

    def note(rows: tuple[str, ...], place: str) -> None:
        for row in rows:
            known = places.setdefault(row, [])
            if place not in known:
                known.append(place)

    for procedure in PROCEDURES.values():
        for step in procedure.steps:
            note(step.rows, f"{procedure.key.value}:{step.key}")
    for rule in RULES.values():
        note(rule.rows, f"parameter:{rule.key}")
    for sector in (*sectors.SECTORS.values(), sectors.DIRECTORY_OTHER):
        note(sector.rows, f"sector:{sector.key}")
    for band in penalties.FINE_BANDS.values():
        note(band.rows, f"penalty:{band.key}")
    for guard in guards.GUARDS.values():
        note(guard.rows, f"guard:{guard.key}")
    for reason in reasons.RETURN_REASONS.values():
        note(reason.rows, f"reason:{reason.key}")
    return {row: tuple(names) for row, names in places.items()}
