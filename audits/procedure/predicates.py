"""The few named conditions a row of the law may refer to: pure functions of a `View`, each with the reason that people
read when a step is not applicable.

`PREDICATES[name](view)` answers, `REASONS[name]` explains a "no". `FACTS` lists what predicates read from `view.facts`
beyond the fold, and `FACT_FIELDS` from which payload fields such a fact is folded.
"""

from collections.abc import Callable
from datetime import date

from audits.procedure.sectors import cycle_of
from audits.procedure.view import View
from audits.procedure.words import EXCESS, TOXIC, CaseKind, Category, RegimeKey, Text

Predicate = Callable[[View], bool]

PREDICATES: dict[str, Predicate] = {}
REASONS: dict[str, Text] = {}

ORDER_38_FROM = date(2016, 7, 1)

FACTS: dict[str, str] = {
    "has_city_level": "bool: between county and list authority there is a city authority of its own (default yes)",
    "review_scope": "list of national_plan | fiscal_funds | local_plan: why the case goes to assessment (O38-20, V04)",
    "applies_for_funds": "bool: the enterprise applies for fiscal funds (O38-20)",
    "suspended": "bool: a suspension is running",
    "open_objections": "int: objections not yet decided",
    "removed": "bool: the listing was removed by amendment, or the enterprise left the list",
    "credited": "bool: the round was credited",
    "publication_breach": "bool: the duty to publish emissions was missed or faked",
    "exclusion_asked": "bool: somebody asks to exclude the case from statistics or to count it again, undecided",
    "redo_mode": "reopen_case | next_list: the mode of the last redo ordered",
}

# payload field -> the fact it sets (the last event of that step counts)
FACT_FIELDS: dict[tuple[str, str], str] = {
    ("receive_report", "review_scope"): "review_scope",
    ("submit_report", "applies_for_funds"): "applies_for_funds",
    ("order_redo", "result"): "redo_mode",
}


def predicate(zh: str, en: str) -> Callable[[Predicate], Predicate]:
    """Register a predicate under its function's name, with the reason shown when it does not hold."""

    def register(function: Predicate) -> Predicate:
        name = function.__name__
        PREDICATES[name] = function
        REASONS[name] = Text(zh, en)
        return function

    return register


# --- the list -----------------------------------------------------------------------------------------------------


@predicate("本地没有单独的市级主管部门，无须核实。", "This place has no city authority of its own, so nobody verifies.")
def has_city_level(view: View) -> bool:
    """There is a city level between county and province (not in municipalities, directly administered counties, …)."""
    return bool(view.facts.get("has_city_level", True))


# --- disclosure ---------------------------------------------------------------------------------------------------


def disclosing_categories(view: View) -> frozenset[Category]:
    """Those of the case's categories that bring the duty to publish; its period runs from the date of the earliest.

    A: excess (law 2002 art. 31). B: listed non-compliers (law 2012 art. 17(2)): excess and energy. C, D: all categories
    (O38-11). A unit may extend it by parameter `disclosure_categories`.
    """
    extended = {Category(name) for name in view.params.get("disclosure_categories") or ()}
    bound = {
        RegimeKey.A: EXCESS,
        RegimeKey.B: EXCESS | {Category.ENERGY},
        RegimeKey.C: frozenset(Category),
        RegimeKey.D: frozenset(Category),
    }[view.regime]
    return view.categories & (bound | extended)


@predicate(
    "本案类别不负有公布排放或能源使用情况的义务。",
    "The categories of this case bring no duty to publish emissions or energy use.",
)
def disclosure_applies(view: View) -> bool:
    """Some category of the case brings the duty to publish."""
    return bool(disclosing_categories(view))


@predicate("企业公布信息的期限尚未届满，或已公布。", "The enterprise has published, or its time has not run out.")
def disclosure_overdue(view: View) -> bool:
    """The enterprise's own publication is overdue."""
    return "disclose" in view.overdue or bool(view.facts.get("publication_breach"))


# --- orders -------------------------------------------------------------------------------------------------------

ORDERABLE = frozenset({"file_arrangement", "start_audit", "complete_audit", "submit_report"})


@predicate("备案、启动、完成审核和提交报告均未逾期。", "Filing, start, completion and report are not overdue.")
def audit_duty_overdue(view: View) -> bool:
    """One of the duties of A09-A13 is overdue: ground for an order to audit (151 art. 5)."""
    return bool(view.overdue & ORDERABLE)


@predicate("案件未中止。", "The case is not suspended.")
def is_suspended(view: View) -> bool:
    """A suspension is running."""
    return bool(view.facts.get("suspended"))


@predicate("没有待处理的异议。", "There is no objection to decide.")
def objection_open(view: View) -> bool:
    """An objection waits for its decision."""
    return int(view.facts.get("open_objections") or 0) > 0


# --- statistics ---------------------------------------------------------------------------------------------------


@predicate("没有待审批的统计范围调整申请。", "Nobody asks to change whether the case is counted.")
def exclusion_asked(view: View) -> bool:
    """A request to exclude the case from statistics, or to count it again, waits for its decision."""
    return bool(view.facts.get("exclusion_asked"))


# --- reviews ------------------------------------------------------------------------------------------------------


@predicate("本省不要求由地方转报。", "This unit does not require applications to be forwarded.")
def forward_required(view: View) -> bool:
    """The unit wants the local authority's opinion first (parameter `forward_required`)."""
    return bool(view.params.get("forward_required"))


def combined_review(view: View) -> bool:
    """Assessment and acceptance in one sitting (parameter `combined_review`)."""
    return bool(view.params.get("combined_review"))


@predicate(
    "本案不属于须组织评估验收的范围（2016年第38号令第二十条）。",
    "This case is not among those that go to assessment and acceptance (Order 38 of 2016, art. 20).",
)
def assessment_in_scope(view: View) -> bool:
    """O38-20, V03, V04: named in a nationally assessed plan, applies for fiscal funds, or named in the local plan;
    voluntary and pilot cases may follow (O38-24-25). Parameter `assessment_scope` = "all" takes every case in.

    What has passed the assessment goes on to acceptance, also where it was assessed before Order 38."""
    if assessment_passed(view):
        return True
    if view.params.get("assessment_scope") == "all" or view.kind in (CaseKind.VOLUNTARY, CaseKind.PILOT):
        return True
    return bool(view.facts.get("review_scope")) or bool(view.facts.get("applies_for_funds"))


def assessment_passed(view: View) -> bool:
    """Passed outright, or in the middle band with the supplement accepted."""
    result = view.results.get("decide_assessment")
    return result == "pass" or (result == "supplement" and view.results.get("review_supplement") == "pass")


@predicate(
    "评估尚未通过，且不合并评审。", "The assessment has not been passed and the reviews are not held in one sitting."
)
def assessment_passed_or_combined(view: View) -> bool:
    """Acceptance may be applied for: after a pass, or together with the assessment where the unit combines both."""
    return assessment_passed(view) or (combined_review(view) and view.results.get("decide_assessment") != "not_pass")


@predicate("尚未申请验收。", "Acceptance has not been applied for.")
def acceptance_applied_or_overdue(view: View) -> bool:
    """Applied for, or overdue: a missed date is treated as not passed by decision, not by itself (G09)."""
    return "apply_acceptance" in view.done or "apply_acceptance" in view.overdue


@predicate("评估结论不是补充完善。", "The assessment did not end in the band that asks for a supplement.")
def supplement_wanted(view: View) -> bool:
    """The 2018 Guide's middle band, and no supplement accepted yet."""
    return view.results.get("decide_assessment") == "supplement" and view.results.get("review_supplement") != "pass"


@predicate("没有不通过或不合格的结论。", "No decision says not passed or unqualified.")
def not_passed(view: View) -> bool:
    """The last assessment, acceptance or review of results failed."""
    return (
        view.results.get("decide_assessment") == "not_pass"
        or view.results.get("decide_acceptance") == "unqualified"
        or view.results.get("review_results") == "not_pass"
    )


@predicate("尚无可公布的评审结论。", "There is no result of a review to publish.")
def review_decided(view: View) -> bool:
    """Some review has a result."""
    return bool({"decide_assessment", "decide_acceptance", "review_results"} & set(view.results))


# --- rounds and the end -------------------------------------------------------------------------------------------


@predicate(
    "仅属超标超总量、且行业无审核周期的案件不要求定期重复审核。",
    "A pure excess case outside the cycle sectors is under no interval.",
)
def is_toxic_or_cycle_sector(view: View) -> bool:
    """A19, P06: the interval binds the toxic category and the sectors with a cycle (law text 19.10)."""
    return bool(view.categories & TOXIC) or cycle_of(view.sector, view.published_on or view.on) is not None


@predicate("名单已公布，须通过更正名单处理。", "The list is published; use an amendment.")
def not_published(view: View) -> bool:
    """The list has not appeared yet."""
    return view.published_on is None and "publish" not in view.done


@predicate(
    "须在验收合格、评审通过、（不属评估验收范围时）报告提交并公布审核结果、移出名单或抵作一轮审核后方可结案。",
    "A case closes when accepted, when its results passed review, when (outside the scope of reviews) "
    "report and results are "
    "in, when removed from the list, or when credited.",
)
def closable(view: View) -> bool:
    """The end of a round. The law on the day decides whether reviews are needed, not that of the publication."""
    if view.facts.get("removed") or view.facts.get("credited") or "credit_round" in view.done:
        return True
    if "exit_listing" in view.done or view.results.get("decide_acceptance") == "qualified":
        return True
    if view.results.get("review_results") == "pass" and "apply_assessment" not in view.done:
        return True
    if view.facts.get("redo_mode") == "next_list":
        return True
    if view.kind is CaseKind.VOLUNTARY and "submit_report" in view.done and "apply_assessment" not in view.done:
        return True
    if view.on < ORDER_38_FROM or assessment_in_scope(view) or "apply_assessment" in view.done:
        return False
    return {"submit_report", "publish_audit_result"} <= set(view.done)
