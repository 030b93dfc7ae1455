"""What is counted and summed. The names are part of the API and of stored facts: never rename one (design section 6).

Amounts are integers of 0.001 base unit, counts plain numbers; decimals appear only at the edges (`as_text`). An effect
bears its plain name when it was verified; what was only planned stands beside it as `planned_<name>`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from audits.procedure.fields import COST_CLASSES, EFFECTS_OF_OPTIONS
from audits.procedure.words import CostClass, Text

THOUSAND = 1000


class Process(StrEnum):
    """Cases that reached a point, by the legal date of the event. No order among the first four is implied.

    `ASSESSED` is a final decision (passed or not; an order to supplement is none), `ASSESSED_PASSED` one that passed,
    `ACCEPTED` an acceptance that found the case qualified. `OVERDUE` is never stored: it is counted for a day.
    """

    LISTED = "listed"
    DISCLOSED = "disclosed"
    ARRANGED = "arranged"
    STARTED = "started"
    COMPLETED = "completed"
    REPORTED = "reported"
    ASSESSED = "assessed"
    ASSESSED_PASSED = "assessed_passed"
    ACCEPTED = "accepted"
    OVERDUE = "overdue"


class RatePart(StrEnum):
    """What rates are divided from, beside the metrics themselves: counts of cases that add up like these.

    `START_DUE` and `COMPLETION_DUE` are cases by the year in which the period of the law ended, and `..._IN_TIME` those
    of them that were done by then, so a rate never mixes two groups. `ASSESSED_PASSED_FIRST` are those of `ASSESSED`
    whose very first decision was a pass, `ACCEPTED_FIRST` those of `ACCEPTANCE_DECIDED` that were qualified at once.
    """

    START_DUE = "start_due"
    STARTED_IN_TIME = "started_in_time"
    COMPLETION_DUE = "completion_due"
    COMPLETED_IN_TIME = "completed_in_time"
    ASSESSED_PASSED_FIRST = "assessed_passed_first"
    ACCEPTANCE_DECIDED = "acceptance_decided"
    ACCEPTED_FIRST = "accepted_first"


class Span(StrEnum):
    """From one point of a case to a later one, in days, by the year of the later one. The first time each."""

    LISTED_DISCLOSED = "listed_disclosed"
    LISTED_STARTED = "listed_started"
    STARTED_COMPLETED = "started_completed"
    COMPLETED_REPORTED = "completed_reported"
    REPORTED_ASSESSED = "reported_assessed"
    PASSED_ACCEPTED = "passed_accepted"


SPAN_TITLES: dict[Span, Text] = {
    Span.LISTED_DISCLOSED: Text("公布名单至公布排放情况", "from the list to the publication of emissions"),
    Span.LISTED_STARTED: Text("公布名单至启动审核", "from the list to the start"),
    Span.STARTED_COMPLETED: Text("启动至完成审核", "from the start to the completion"),
    Span.COMPLETED_REPORTED: Text("完成审核至提交报告", "from the completion to the report"),
    Span.REPORTED_ASSESSED: Text("提交报告至评估结论", "from the report to the assessment"),
    Span.PASSED_ACCEPTED: Text("评估通过至验收合格", "from the assessment passed to the acceptance"),
}


class Effect(StrEnum):
    """Effects of options, by the year of effect."""

    ELECTRICITY_SAVED = "electricity_saved_kwh"
    COAL_SAVED = "coal_saved_t"
    STANDARD_COAL_SAVED = "standard_coal_saved_tce"
    WATER_SAVED = "water_saved_t"
    RAW_MATERIAL_SAVED = "raw_material_saved_t"
    WASTEWATER_CUT = "wastewater_cut_t"
    COD_CUT = "cod_cut_t"
    AMMONIA_NITROGEN_CUT = "ammonia_nitrogen_cut_t"
    SO2_CUT = "so2_cut_t"
    NOX_CUT = "nox_cut_t"
    DUST_CUT = "dust_cut_t"
    VOC_CUT = "voc_cut_t"
    SOLID_WASTE_CUT = "solid_waste_cut_t"
    HAZARDOUS_WASTE_CUT = "hazardous_waste_cut_t"
    CO2_CUT = "co2_cut_t"
    BENEFIT_SAVING = "benefit_saving_cny"
    BENEFIT_REDUCTION = "benefit_reduction_cny"


class Capacity(StrEnum):
    """People and bodies. They come from returns, not from cases."""

    TRAINED_NATIONAL = "trained_national"
    TRAINED_LOCAL = "trained_local"
    AUDITORS = "auditors"
    CONSULTANCIES = "consultancies"


class Group(StrEnum):
    PROCESS = "process"
    EFFECT = "effect"
    PLANNED_EFFECT = "planned_effect"
    OPTIONS = "options"
    INVESTMENT = "investment"
    CAPACITY = "capacity"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: `unit` is its base unit ("" for counts), `from_cases` whether cases give rise to it."""

    key: str
    group: Group
    title: Text
    unit: str = ""
    from_cases: bool = True

    @property
    def is_amount(self) -> bool:
        """Stored in 0.001 of its unit."""
        return bool(self.unit)


def planned(effect: Effect | str) -> str:
    """The name of an effect that was planned."""
    return f"planned_{effect}"


def options_planned(cost_class: CostClass) -> str:
    """How many options of a cost class were put forward, by the year they were first told."""
    return f"options_planned_{cost_class}"


def options_done(cost_class: CostClass) -> str:
    """How many options of a cost class were carried out, by the year it was done."""
    return f"options_done_{cost_class}"


def options_implemented(cost_class: CostClass) -> str:
    """How many of the options first told in a year have been carried out since: the numerator of their rate."""
    return f"options_implemented_{cost_class}"


def investment_planned(cost_class: CostClass) -> str:
    """Investment planned for options of a cost class, by the year they were first told."""
    return f"investment_planned_{cost_class}_cny"


def investment_actual(cost_class: CostClass) -> str:
    """Investment made in options of a cost class, by the year they were carried out."""
    return f"investment_actual_{cost_class}_cny"


_PROCESS_TITLES: Mapping[Process, Text] = {
    Process.LISTED: Text("公布", "listed"),
    Process.DISCLOSED: Text("公布污染物排放情况", "disclosed"),
    Process.ARRANGED: Text("报送审核安排", "arranged"),
    Process.STARTED: Text("开始审核", "started"),
    Process.COMPLETED: Text("完成审核", "completed"),
    Process.REPORTED: Text("提交审核报告", "reported"),
    Process.ASSESSED: Text("评估", "assessed"),
    Process.ASSESSED_PASSED: Text("评估通过", "assessment passed"),
    Process.ACCEPTED: Text("验收合格", "accepted"),
    Process.OVERDUE: Text("逾期未办", "overdue"),
}
_CAPACITY_TITLES: Mapping[Capacity, Text] = {
    Capacity.TRAINED_NATIONAL: Text("国家级培训人数", "people trained at national level"),
    Capacity.TRAINED_LOCAL: Text("地方培训人数", "people trained at province and city level"),
    Capacity.AUDITORS: Text("审核师", "auditors"),
    Capacity.CONSULTANCIES: Text("咨询服务机构", "consultancies"),
}
_EFFECT_TITLES = dict(EFFECTS_OF_OPTIONS)
_CLASS_TITLES = dict(COST_CLASSES)
_UNITS = {"kwh": "kWh", "t": "t", "tce": "tce", "cny": "CNY"}


def _all() -> list[Metric]:
    found = [Metric(one.value, Group.PROCESS, title) for one, title in _PROCESS_TITLES.items()]
    for effect in Effect:
        title, unit = _EFFECT_TITLES[effect.value], _UNITS[effect.rsplit("_", 1)[1]]
        found.append(Metric(effect.value, Group.EFFECT, title, unit))
        planned_title = Text(f"{title.zh}（计划）", f"{title.en}, planned")
        found.append(Metric(planned(effect), Group.PLANNED_EFFECT, planned_title, unit))
    for one in CostClass:
        name = _CLASS_TITLES[one.value]
        found += [
            Metric(
                options_planned(one), Group.OPTIONS, Text(f"{name.zh}方案提出数", f"options put forward, {name.en}")
            ),
            Metric(options_done(one), Group.OPTIONS, Text(f"{name.zh}方案实施数", f"options carried out, {name.en}")),
            Metric(
                investment_planned(one),
                Group.INVESTMENT,
                Text(f"{name.zh}方案计划投资（元）", f"planned investment, {name.en} (CNY)"),
                "CNY",
            ),
            Metric(
                investment_actual(one),
                Group.INVESTMENT,
                Text(f"{name.zh}方案实际投资（元）", f"investment made, {name.en} (CNY)"),
                "CNY",
            ),
        ]
    found += [Metric(one.value, Group.CAPACITY, title, from_cases=False) for one, title in _CAPACITY_TITLES.items()]
    return found


METRICS: Mapping[str, Metric] = {metric.key: metric for metric in _all()}
# What a unit is taken to have told when a case has given rise to it; parts of rates are not among them.
FIGURES = frozenset(key for key, metric in METRICS.items() if metric.from_cases)


def as_text(metric: str, value: int) -> str:
    """A stored value as people read it: the exact number in the metric's unit, without needless zeros."""
    if not METRICS[metric].is_amount:
        return str(value)
    sign, whole, rest = "-" * (value < 0), abs(value) // THOUSAND, abs(value) % THOUSAND
    return f"{sign}{whole}.{rest:03d}".rstrip("0").rstrip(".") if rest else f"{sign}{whole}"


def as_stored(metric: str, text: str) -> int:
    """The inverse of `as_text`. Raises `ValueError` for more than three decimal places, or decimals of a count."""
    exact = Decimal(text) * (THOUSAND if METRICS[metric].is_amount else 1)
    if exact != exact.to_integral_value():
        raise ValueError(f"{metric}: {text} cannot be stored exactly.")
    return int(exact)
