"""Regime A, what follows a breach: document 151 art. 5 and the law of 2002, arts 40 and 41.

A date set in `order_correction` counts for the step its field `duty` names, and for no other.
"""

from audits.procedure.actors import LOCAL_DECIDES, ORDER_DECIDES
from audits.procedure.articles import huanfa_151, law_2002
from audits.procedure.fields import (
    BASIS,
    Choices,
    choice,
    day,
    decimal,
    files,
    future_day,
    long_text,
    options,
    text,
)
from audits.procedure.penalties import LEGAL_BASES
from audits.procedure.regime_a.audit import DISCLOSURE, LISTED
from audits.procedure.regime_a.listing import SINCE_151
from audits.procedure.schema import Step
from audits.procedure.words import Basis, Phase, Subject, Text

DUTIES: Choices = options(
    ("disclose", "公布排放或能源使用情况", "publish emissions or energy use"),
    ("file_arrangement", "审核安排备案", "file the arrangement"),
    ("start_audit", "启动审核", "start the audit"),
    ("complete_audit", "完成审核", "complete the audit"),
    ("submit_report", "提交审核报告", "submit the report"),
    ("publish_audit_result", "公布审核结果", "publish the results of the audit"),
    ("apply_acceptance", "申请验收", "apply for acceptance"),
    ("false_report", "弄虚作假", "faking in audit or report"),
    ("consultancy_conduct", "咨询机构弄虚作假或违反程序", "faking or departing from the procedure by the consultancy"),
    ("other", "其他", "other"),
)
ADDRESSEES = options(("enterprise", "企业", "the enterprise"), ("consultancy", "咨询服务机构", "the consultancy"))

ORDER_AUDIT = Step(
    key="order_audit",
    subject=Subject.CASE,
    phase=Phase.ORDERS,
    title=Text("责令开展清洁生产审核", "Order the audit"),
    title_enterprise=Text("被责令开展审核并按时报告", "Ordered to audit and to report on time"),
    actor=ORDER_DECIDES,
    basis=huanfa_151("5, last paragraph"),
    rows=("A14",),
    since=SINCE_151,
    after=("publish",),
    when=("audit_duty_overdue",),
    kinds=LISTED,
    guards=("decided_date_in_future", "proof_of_notice"),
    repeatable=True,
    optional=True,
    fields=(
        BASIS,
        future_day("file_by", "备案期限", "File the arrangement by", required=False),
        future_day("start_by", "启动期限", "Start by", required=False),
        future_day("complete_by", "完成期限", "Complete by", required=False),
        future_day("report_by", "报告期限", "Report by"),
        files("order_document", "责令文件", "Order as issued", required=False),
    ),
    rungs="order",
    notes=Text("另定期限；已逾期的仍为逾期。", "New decided dates; what was missed stays missed."),
)
ORDER_CORRECTION = Step(
    key="order_correction",
    subject=Subject.CASE,
    phase=Phase.ORDERS,
    title=Text("责令限期改正", "Order to correct within a time limit"),
    actor=LOCAL_DECIDES,
    basis=law_2002("40"),
    rows=("A21", "E01", "O16-26-29"),
    validity=Basis.ACT,
    guards=("breach_named", "decided_date_in_future"),
    repeatable=True,
    optional=True,
    fields=(
        choice("addressee", "责令对象", "To whom", ADDRESSEES),
        choice("duty", "违反的义务", "Duty", DUTIES),
        long_text("breach", "违法事实", "What was not done"),
        choice("legal_basis", "法律依据", "Legal basis", LEGAL_BASES),
        future_day("correct_by", "改正期限", "Correct by"),
        files("order_document", "责令改正文件", "Order as issued", required=False),
    ),
    rungs="order",
    notes=Text(
        "2002年法第四十条只及于有毒有害类的审核和报告义务。",
        "Art. 40 of the law of 2002 reaches the toxic category's duties only (law text 19.3).",
    ),
)
RECORD_PENALTY = Step(
    key="record_penalty",
    subject=Subject.CASE,
    phase=Phase.ORDERS,
    title=Text("登记行政处罚", "Record a penalty"),
    actor=LOCAL_DECIDES,
    basis=law_2002("40, 41"),
    rows=("A21", "E01", "O16-26-29"),
    validity=Basis.ACT,
    guards=("breach_named", "correction_before_penalty", "proof_of_notice", "amount_over_ceiling", "law_of_the_act"),
    repeatable=True,
    optional=True,
    date_field="decided_on",
    fields=(
        choice("addressee", "处罚对象", "On whom", ADDRESSEES),
        choice("duty", "违反的义务", "Duty", DUTIES),
        long_text("breach", "违法事实", "What was done or not done"),
        day("act_on", "违法行为发生日期", "Date of the act"),
        choice("legal_basis", "处罚依据", "Legal basis", LEGAL_BASES),
        decimal("amount_cny", "罚款（元）", "Fine (CNY)", unit="CNY", required=False),
        text("decision_number", "决定书文号", "Decision number"),
        day("decided_on", "决定日期", "Date of the decision"),
        files("decision_document", "决定书", "Decision as issued", required=False),
    ),
    notes=Text(
        "系统不计算罚款，只提示：未先责令改正、无送达证明、超出幅度、适用法律不当。",
        "No fine is computed; the system warns: no order lapsed, no proof of notice, outside the band, "
        "law of another date.",
    ),
)
DISCLOSE_IN_DEFAULT = Step(
    key="disclose_in_default",
    subject=Subject.CASE,
    phase=Phase.ORDERS,
    title=Text("代为公布排放情况", "Publish in place of the enterprise"),
    actor=LOCAL_DECIDES,
    basis=law_2002("41"),
    rows=("A07", "A21"),
    validity=Basis.ACT,
    after=("publish",),
    when=("disclosure_overdue",),
    kinds=LISTED,
    optional=True,
    public=True,
    date_field="appeared_on",
    fields=DISCLOSURE,
)

ORDER_STEPS: tuple[Step, ...] = (DISCLOSE_IN_DEFAULT, ORDER_AUDIT, ORDER_CORRECTION, RECORD_PENALTY)
