"""Rounds that are over: Jiangsu 2008 and Shanghai 2010 (regime A), Jiangsu 2014 (B, energy line), 2019 and Hubei 2021 (C)."""

from datetime import date, timedelta

from audits.demo.casefile import ASSESSMENT, CaseFile
from audits.demo.lists import Entry, published
from audits.demo.world import World
from audits.procedure.words import Category, Line
from audits.workflow.rounds import propose_due

_DAY = timedelta(days=1)


def tell(world: World) -> None:
    """All of it, in the order it happened."""
    hubei_2006(world)
    jiangsu_2008(world)
    shanghai_2010(world)
    # What the daily scan did in spring 2013: the next round of the toxic category and of the heavy-metal sectors.
    propose_due(world.moment(date(2013, 5, 6)))
    jiangsu_energy_2014(world)
    jiangsu_2019(world)
    hubei_2021(world)
    for year in (2023, 2024, 2025):
        propose_due(world.moment(date(year, 5, 6)))


def hubei_2006(world: World) -> None:
    """The first months of document 151: its results were reviewed without an application (until June 2008)."""
    on = date(2006, 6, 5)
    cases = published(
        world,
        "420000",
        (Entry("xt_pesticide", (Category.TOXIC_USE, Category.EXCEEDS_STANDARD)),),
        on,
        title="湖北省2006年重点企业名单（演示）",
    )
    file = CaseFile(world, cases["xt_pesticide"], "xt_pesticide")
    file.audited(on, adviser="consultancy")
    file.do("review_results", date(2007, 9, 10), result="pass")
    file.do("close", date(2007, 10, 15))


def jiangsu_2008(world: World) -> None:
    """The list of 2008-08-01 under document 151 and the new Guidance."""
    on = date(2008, 8, 1)
    cases = published(
        world,
        "320000",
        (
            Entry("enterprise", (Category.EXCEEDS_STANDARD, Category.TOXIC_USE)),
            Entry("cs_chemicals", (Category.EXCEEDS_STANDARD,)),
            Entry("wj_dyeing", (Category.EXCEEDS_QUOTA,)),
            Entry("jn_foundry", (Category.TOXIC_DISCHARGE,)),
            Entry("jn_petro", (Category.EXCEEDS_STANDARD, Category.DESIGNATED)),
        ),
        on,
        title="江苏省2008年第一批强制性清洁生产审核重点企业名单（演示）",
    )
    _accepted_2010(CaseFile(world, cases["enterprise"], "enterprise", scale=3), on)
    _redone_2009(CaseFile(world, cases["cs_chemicals"], "cs_chemicals", scale=2), on)
    _fined_2008(CaseFile(world, cases["wj_dyeing"], "wj_dyeing", scale=4), on)
    _ordered_and_closed_down(CaseFile(world, cases["jn_foundry"], "jn_foundry"), on)
    _put_on_the_next_list(CaseFile(world, cases["jn_petro"], "jn_petro", scale=5), on)


def _accepted_2010(file: CaseFile, on: date) -> None:
    """Straight through with a consultancy; the next round is proposed five years after completion."""
    file.audited(on, adviser="consultancy", until=date(2010, 12, 31))
    file.assess(date(2009, 7, 6), "95", acceptance_due_on=date(2010, 12, 31))
    file.build(date(2009, 11, 16))
    file.accept(date(2010, 4, 12))
    file.finish(date(2010, 6, 1))


def _redone_2009(file: CaseFile, on: date) -> None:
    """With its own auditors; the assessment fails, the same case is redone from stage 3, then accepted."""
    file.audited(on)
    file.assess(date(2009, 6, 15), "60", redo_by=date(2010, 5, 31))
    file.do("order_redo", date(2009, 7, 27), result="reopen_case", redo_by=date(2010, 5, 31))
    for number in (3, 4, 5):
        file.do("complete_stage", date(2009, 9, 1) + 30 * (number - 3) * _DAY, stage=str(number))
    file.complete(date(2010, 3, 1))
    file.report(date(2010, 3, 15))
    file.receive(date(2010, 3, 17))
    file.assess(date(2010, 4, 6), "93", acceptance_due_on=date(2011, 10, 31))
    file.build(date(2010, 10, 11))
    file.accept(date(2011, 3, 7))
    file.finish(date(2011, 4, 25))


def _fined_2008(file: CaseFile, on: date) -> None:
    """Did not publish its discharge: published by the authority, fined; a returned report; accepted in the end."""
    file.do("notify", on + 5 * _DAY)
    file.do("disclose_in_default", date(2008, 10, 15))
    file.do(
        "record_penalty",
        date(2008, 11, 20),
        duty="disclose",
        act_on=date(2008, 9, 2),
        legal_basis="law_2002_41",
        amount_cny="30000",
        breach="未按期在当地主要媒体公布主要污染物排放情况。",
    )
    file.arrange(date(2008, 9, 22), "consultancy_2", date(2011, 6, 30))
    file.start(date(2008, 9, 25))
    file.stages(date(2008, 10, 20), 5, every=35)
    file.options(date(2009, 3, 16))
    file.complete(date(2009, 5, 18))
    file.report(date(2009, 6, 8))
    file.do(
        "return_report",
        date(2009, 6, 19),
        submission="submit_report",
        reasons=["balance_errors", "data_errors"],
        resubmit_by=date(2009, 7, 31),
    )
    file.report(date(2009, 7, 20))
    file.receive(date(2009, 7, 21))
    file.assess(date(2009, 9, 7), "92", acceptance_due_on=date(2011, 3, 31))
    file.build(date(2010, 5, 10))
    file.accept(date(2010, 10, 11))
    file.finish(date(2010, 12, 1))


def _ordered_and_closed_down(file: CaseFile, on: date) -> None:
    """Did nothing, was ordered to audit, closed down, left the list."""
    file.do("notify", on + 6 * _DAY)
    file.do("order_audit", date(2009, 1, 12), start_by=date(2009, 3, 31), report_by=date(2009, 10, 30))
    file.do("exit_listing", date(2009, 6, 22), reason="closed_down")
    file.do("close", date(2009, 6, 29))


def _put_on_the_next_list(file: CaseFile, on: date) -> None:
    """Acceptance fails; the redo is left to a later list."""
    file.audited(on, adviser="consultancy", until=date(2011, 8, 31))
    file.assess(date(2009, 8, 3), "91", acceptance_due_on=date(2010, 11, 30))
    file.build(date(2010, 4, 1))
    file.accept(date(2010, 9, 6), "50")
    file.do("publish_result", date(2010, 10, 18), review="acceptance")
    file.do("order_redo", date(2010, 10, 25), result="next_list")
    file.do("close", date(2010, 11, 1))


def shanghai_2010(world: World) -> None:
    """A municipality: its districts nominate, nobody verifies between. Document 54 sets cycles by sector."""
    on = date(2010, 6, 1)
    cases = published(
        world,
        "310000",
        (
            Entry("jd_batteries", (Category.TOXIC_USE,), sector="lead_acid_batteries"),
            Entry("jd_parts", (Category.EXCEEDS_STANDARD,)),
        ),
        on,
        title="上海市2010年第二批重点企业名单（演示）",
    )
    for number, (firm, case) in enumerate(cases.items()):
        file = CaseFile(world, case, firm, scale=2 + number)
        file.audited(on, adviser="consultancy_2", until=date(2012, 12, 31))
        file.assess(date(2011, 5, 16), "94", acceptance_due_on=date(2012, 9, 28))
        file.build(date(2011, 9, 5))
        file.accept(date(2012, 2, 13))
        file.finish(date(2012, 4, 9))


def jiangsu_energy_2014(world: World) -> None:
    """The energy line leads its own list (law of 2012)."""
    on = date(2014, 3, 10)
    cases = published(
        world,
        "320000",
        (Entry("cs_steel", (Category.ENERGY,)), Entry("wj_glass", (Category.ENERGY,))),
        on,
        title="江苏省2014年高耗能企业清洁生产审核名单（演示）",
        line=Line.ENERGY,
    )
    for number, (firm, case) in enumerate(cases.items()):
        file = CaseFile(world, case, firm, scale=8 - 3 * number)
        file.audited(on, adviser="consultancy")
        file.do("publish_audit_result", on + 300 * _DAY)
        file.assess(date(2015, 2, 9), "96", acceptance_due_on=date(2016, 9, 30))
        file.build(date(2015, 6, 15))
        file.accept(date(2015, 11, 9))
        file.finish(date(2016, 1, 11))


def jiangsu_2019(world: World) -> None:
    """Order 38 and the Guide of 2018: scores, the supplement band, and cases that end with the published report."""
    on = date(2019, 5, 20)
    cases = published(
        world,
        "320000",
        (
            Entry("enterprise", (Category.TOXIC_USE, Category.EXCEEDS_STANDARD), site=1),
            Entry("wj_pharma", (Category.TOXIC_DISCHARGE,)),
            Entry("jn_optics", (Category.EXCEEDS_STANDARD, Category.TOXIC_USE)),
            Entry("cs_cement", (Category.EXCEEDS_QUOTA,), sector="cement"),
        ),
        on,
        title="江苏省2019年强制性清洁生产审核企业名单（演示）",
    )
    file = CaseFile(world, cases["enterprise"], "enterprise", scale=3)
    file.audited(on, adviser="consultancy", until=date(2021, 12, 31))
    file.do("publish_audit_result", on + 300 * _DAY)
    file.assess(date(2020, 4, 7), "95.5", acceptance_due_on=date(2021, 6, 30))
    file.build(date(2020, 10, 12))
    file.accept(date(2021, 3, 8), "86")
    file.finish(date(2021, 4, 26))

    file = CaseFile(world, cases["wj_pharma"], "wj_pharma")
    file.audited(on, reviewed=False)
    file.do("publish_audit_result", on + 310 * _DAY)
    file.do("close", on + 320 * _DAY)

    file = CaseFile(world, cases["jn_optics"], "jn_optics", scale=2)
    file.audited(on, adviser="consultancy_2", until=date(2022, 12, 31))
    file.do("publish_audit_result", on + 302 * _DAY)
    file.assess(date(2020, 4, 13), "62.5", redo_by=date(2021, 3, 31))
    file.do("order_redo", date(2020, 6, 1), result="reopen_case", redo_by=date(2021, 3, 31))
    for number in (3, 4, 5):
        file.do("complete_stage", date(2020, 7, 1) + 40 * (number - 3) * _DAY, stage=str(number))
    file.complete(date(2021, 1, 11))
    file.report(date(2021, 2, 1))
    file.receive(date(2021, 2, 3))
    file.assess(date(2021, 3, 1), "78", supplement_by=date(2021, 6, 30), acceptance_due_on=date(2022, 9, 30))
    file.do("submit_supplement", date(2021, 5, 24))
    file.do("review_supplement", date(2021, 6, 7), result="pass")
    file.build(date(2021, 12, 6))
    file.accept(date(2022, 4, 11), "75")
    file.finish(date(2022, 6, 6))

    file = CaseFile(world, cases["cs_cement"], "cs_cement", scale=4)
    file.audited(on, adviser="consultancy", until=date(2021, 12, 31))
    file.do("publish_audit_result", on + 305 * _DAY)
    file.assess(date(2020, 5, 11), "91", acceptance_due_on=date(2021, 12, 31))
    file.build(date(2021, 3, 15))
    file.accept(date(2021, 7, 5), "90")
    file.finish(date(2021, 8, 23))


def hubei_2021(world: World) -> None:
    """A county administered by the province; applications are forwarded there."""
    on = date(2021, 4, 12)
    cases = published(
        world,
        "420000",
        (
            Entry("xt_pesticide", (Category.TOXIC_USE, Category.TOXIC_DISCHARGE), sector="chemical_raw_materials"),
            Entry("xt_plating", (Category.EXCEEDS_STANDARD,)),
        ),
        on,
        title="湖北省2021年强制性清洁生产审核企业名单（演示）",
    )
    file = CaseFile(world, cases["xt_pesticide"], "xt_pesticide", scale=3)
    file.audited(on, adviser="consultancy_2", until=date(2023, 12, 31))
    file.do("publish_audit_result", on + 300 * _DAY)
    file.assess(date(2022, 3, 7), "92", acceptance_due_on=date(2023, 6, 30))
    file.build(date(2022, 8, 15))
    file.accept(date(2023, 1, 9), "80")
    file.finish(date(2023, 3, 6))

    file = CaseFile(world, cases["xt_plating"], "xt_plating")
    file.audited(on, adviser="consultancy_3", until=date(2023, 12, 31))
    file.do("publish_audit_result", on + 306 * _DAY)
    file.assess(date(2022, 3, 14), "55", redo_by=date(2022, 12, 30))
    file.do("publish_result", date(2022, 5, 9), review=ASSESSMENT)
    file.do("order_redo", date(2022, 5, 16), result="next_list")
    file.do("close", date(2022, 5, 23))
