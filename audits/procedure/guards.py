"""The guards a step may name: conditions that look at registers, at who acts, or at the payload against the case.

The check is written in `audits.workflow`. Here stands, for every name, exactly what is refused and what only warns, so
that the tables, the manual and the code say the same.
"""

from dataclasses import dataclass

from audits.procedure.words import Text


@dataclass(frozen=True, slots=True)
class Guard:
    """`refuses`: what is not let through (None: nothing). `warns`: what passes with a caution (None: nothing)."""

    key: str
    refuses: Text | None
    warns: Text | None = None
    rows: tuple[str, ...] = ()


def _refuse(key: str, zh: str, en: str, rows: tuple[str, ...] = (), warns: Text | None = None) -> Guard:
    return Guard(key, Text(zh, en), warns, rows)


def _warn(key: str, zh: str, en: str, rows: tuple[str, ...] = ()) -> Guard:
    return Guard(key, None, Text(zh, en), rows)


GUARDS: dict[str, Guard] = {
    guard.key: guard
    for guard in (
        # --- the list ---
        _refuse(
            "two_persons",
            "同一主管部门先后办理名单的相邻步骤时，须由两名不同人员办理。",
            "Where one authority does this and the list step before it, the same person may not do both.",
        ),
        _refuse(
            "evidence_per_category",
            "每一类别须有相应证据：超标超总量附环境监测机构监测报告，有毒有害附原料购置凭证或分析报告，指定类附依据文件。",
            "Each category of a candidate needs its evidence: a monitoring report for excess, purchase "
            "vouchers or an analysis "
            "report for toxic, the basis document for designated and for other situations, the energy data for energy.",
            ("A01",),
        ),
        _refuse(
            "verified_entries_only",
            "只能确定已核实（无须核实的为已上报）且未剔除、未退回的候选企业。",
            "Only candidates that were verified (where nobody verifies: submitted) and neither dropped nor returned.",
            ("A04",),
        ),
        _refuse(
            "publication_not_before_2003",
            "公布日期不得早于2003年1月1日（《清洁生产促进法》施行之日）。",
            "A list that appeared before 2003-01-01, when the Promotion Law came into force.",
        ),
        # --- statistics ---
        _refuse(
            "exclusion_changes_something",
            "已不计入统计的案件不能再申请剔除，已计入统计的案件不能申请恢复。",
            "Asking to exclude a case that is excluded already, or to count one that is counted.",
        ),
        _refuse(
            "exclusion_by_another",
            "统计范围调整的申请和审批须由两名不同人员办理。",
            "Whoever asked to exclude the case, or to count it again, does not decide on it.",
        ),
        _refuse(
            "exclusion_has_its_way_back",
            "统计范围调整须通过新的申请和审批撤销，不能按误录撤销。",
            "An exclusion from statistics is taken back by a request and a decision of their own, by two persons.",
        ),
        # --- the audit ---
        _refuse(
            "contract_running",
            "委托审核须有与该咨询服务机构的合同，且登记之日在合同履行期内。",
            "On the entrusted route: no contract with that consultancy runs on the legal date.",
            ("A09b",),
            warns=Text("合同签订早于名单公布。", "The contract was signed before the list was published."),
        ),
        _refuse(
            "consultancy_conditions_151",
            "咨询机构须满足151号文五项条件，其中高级职称审核师不少于2名、中级不少于5名；被取消或暂停资格的不得受托。",
            "On the entrusted route: the consultancy does not meet the five conditions of document 151, "
            "among them 2 senior and "
            "5 intermediate trained auditors, or it is removed or suspended on the legal date.",
            ("A09b",),
        ),
        _refuse(
            "self_audit_capacity_151",
            "自行审核须有经国家培训合格的审核人员5名以上，其中至少1名具有高级职称并有5年企业清洁生产审核经历。",
            "On the self-organized route: fewer than 5 auditors with the national training certificate, "
            "or none of them senior with "
            "5 years of audit experience (the unit's parameters may ask for more).",
            ("A09a",),
        ),
        _refuse(
            "consultancy_conditions_o38",
            "咨询机构须满足38号令第十六条四项条件（不再要求职称人数）；被取消或暂停资格的不得受托。",
            "On the entrusted route: the consultancy does not state that it meets the four conditions of "
            "Order 38 art. 16 (no head-"
            "count), or it is removed or suspended on the legal date.",
            ("O38-16",),
        ),
        _refuse(
            "self_audit_capacity_o38",
            "强制性审核企业独立自行审核，须具备38号令第十六条第（二）、（三）项条件。",
            "On the self-organized route of a mandatory case: the conditions (2) and (3) of Order 38 "
            "art. 16 are not stated.",
            ("O38-15",),
        ),
        _refuse(
            "stage_order_free",
            "同一阶段在同一次审核中只登记一次。",
            "The same stage of the same attempt twice.",
            ("A11",),
            warns=Text("前一阶段尚未登记。", "An earlier stage is not recorded yet."),
        ),
        _refuse(
            "decided_date_in_future",
            "决定所定期限须晚于决定之日。",
            "A date set by this act (due, resubmit by, redo by, …) that is not after the day of the act.",
        ),
        # --- reviews ---
        _refuse(
            "options_no_low_done",
            "无/低费方案须已基本完成。",
            "Application for assessment while no no/low-cost option is recorded as done.",
            ("G01", "V01"),
            warns=Text("尚有无/低费方案未完成。", "Some no/low-cost options are not done yet."),
        ),
        _refuse(
            "application_conditions",
            "须声明设备符合产业政策、审核期间未发生重大及以上污染事故。",
            "An application that does not declare: equipment fits industrial policy; no major pollution "
            "accident in the audit.",
            ("G01",),
        ),
        _refuse(
            "experts_free_of_conflict",
            "专家不得与企业、受托咨询机构有利害关系，且须逐一声明无利害关系；同一专家不得重复列入。",
            "A panel member who belongs to the enterprise, to its consultancy (now or under a contract "
            "for this case), to the authority "
            "that decides, or who does not declare to be free of conflict; the same expert twice.",
            ("G03", "V07"),
        ),
        _refuse(
            "panel_of_this_review",
            "须先为本次评审组成专家组（评审会同理）。",
            "A meeting or opinion on a review for which no panel was formed since its application.",
            ("G03",),
        ),
        _refuse(
            "opinion_from_panel_member",
            "只有本次评审专家组成员可提交意见，每人每次评审一份。",
            "An opinion by somebody who is no member of the panel of this review, or a member's second one.",
            ("G08", "V07"),
        ),
        _refuse(
            "opinion_on_this_review",
            "作出决定前须有专家对本次评审的意见。",
            "A decision without any opinion on this review since its application.",
            ("G08", "G11"),
        ),
        _refuse(
            "decision_by_authority_not_author",
            "作出决定的人员不得是本案专家意见、申请材料的起草人，也不得是审核人员。",
            "A decision by a person who wrote an opinion, the application or the report of this case.",
        ),
        _refuse(
            "criteria_match_result_2008",
            "七项评估要求全部符合且无弄虚作假方可通过；通过须定验收期限，不通过须列明不符合项或弄虚作假。",
            "A pass with a failed criterion or fraud; a failure without either; a pass without the date "
            "acceptance is due.",
            ("G08",),
        ),
        _refuse(
            "result_matches_score_2018",
            "评估得分低于70分为重新审核，70至90分（含）为补充完善，高于90分为通过；得分不作四舍五入。",
            "A result that is not the one of the score: below 70 not_pass, 70 to 90 inclusive "
            "supplement, above 90 pass; the score is "
            "compared as written, never rounded.",
            ("V08",),
        ),
        _refuse(
            "supplement_band_2018",
            "仅评估结论为补充完善的案件可提交补充材料。",
            "A supplement, or its review, where the assessment did not end in the middle band or the "
            "supplement is already accepted.",
            ("V08",),
        ),
        _refuse(
            "acceptance_result_2018",
            "验收得分60分及以上且无一票否决项为合格，否则为不合格；得分不作四舍五入。",
            "qualified with a score below 60, with a veto item, or though never applied for; unqualified "
            "with 60 or more and no "
            "veto, if it was applied for.",
            ("V14", "V15"),
        ),
        _refuse(
            "no_open_redo",
            "已责令重审且尚未重新提交报告的，不得申请评估或验收。",
            "An application while a redo is ordered and the report has not been submitted again.",
            ("G08", "G11", "V08", "V16"),
        ),
        _refuse(
            "redo_mode_of_unit",
            "重审方式须符合本单位规定。",
            "A mode of redo that the unit's parameter `redo_mode` does not allow.",
        ),
        _warn(
            "acceptance_after_cap",
            "验收期限超过评估后一般期限（全国为24个月）。",
            "The date acceptance is due lies beyond the usual cap (nationally 24 months after the assessment).",
            ("G09",),
        ),
        # --- orders and clock ---
        _refuse(
            "breach_named",
            "须指明所违反的义务；在系统内记有期限的义务须确已逾期、被退回或由检查认定不实。",
            "An order or penalty that names no duty.",
            ("A21", "E01"),
            warns=Text("系统未见该义务逾期。", "The named duty is not overdue by the record."),
        ),
        _warn(
            "correction_before_penalty",
            "除公布义务外，应先责令限期改正，逾期不改的方可罚款；责令期限未届满或未见责令的予以提示，不阻止登记。",
            "A fine for anything but a publication breach while no order to correct has lapsed. Never "
            "blocks recording what happened.",
            ("E01",),
        ),
        _warn(
            "proof_of_notice",
            "未见书面通知的送达证明。",
            "No written notice with proof of service is recorded for the case.",
            ("A06",),
        ),
        _warn(
            "amount_over_ceiling",
            "罚款数额超出所引条款的幅度。",
            "The amount lies outside the band of the article named as its basis (`penalties.FINE_BANDS`).",
        ),
        _warn(
            "law_of_the_act",
            "所引法律与违法行为发生时施行的法律不一致（从旧兼从轻）。",
            "The article named was not in force on the date of the act (older law unless the new one is milder).",
        ),
        _refuse("resume_only_if_suspended", "案件未中止，无从恢复。", "Resuming a case that is not suspended."),
        _refuse("suspend_only_if_running", "案件已中止。", "Suspending a case that is already suspended."),
        _refuse(
            "extension_of_open_deadline",
            "只能延长尚有期限的步骤，且新日期晚于原日期。",
            "An extension of a step that has no open deadline, or to a date not after the present one.",
        ),
        _refuse(
            "fee_forbidden",
            "评估、验收、评审不得向企业收取费用。",
            "A review for which a fee was taken.",
            ("A15", "O38-23"),
        ),
        _refuse(
            "only_recording_errors",
            "仅限更正误录：所指步骤须有记录；撤回限本单位所录；撤回、撤销均须无后续步骤依据该步骤。",
            "A step that is not on record; by withdraw: an act of another organization; by withdraw and "
            "reopen: a step on which "
            "later steps rest.",
        ),
        _refuse(
            "act_of_own_authority",
            "只有登记该步骤的主管部门、现行使该项职权的主管部门或其同一系统的上级可以撤销、更正；企业所报由其监管部门办理，专家意见由"
            "组织评审的部门办理。他人所定期限须变更的，通过延长期限办理。",
            "An act recorded by another authority: only the one that recorded it, the one that exercises that power today, or "
            "one above it on its line takes it back or corrects it. An enterprise's act is for its supervising authority, an "
            "expert's opinion for the one that reviews. A date another authority set is changed by extending it.",
        ),
        _refuse(
            "published_items_stay",
            "已公布的内容不得撤回，只能另行更正公布。",
            "Taking back a publication that has appeared.",
        ),
        _refuse(
            "voluntary_site_free",
            "该厂址已有进行中的同类审核。",
            "Opening a voluntary or pilot case for a site of another enterprise, or while one of the "
            "same kind is open there.",
        ),
    )
}
