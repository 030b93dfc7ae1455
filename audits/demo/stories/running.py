"""The round that is under way: a list of Jiangsu that appeared 400 days ago, with something of everything."""

from collections.abc import Callable
from datetime import date, timedelta

from audits.demo.casefile import ACCEPTANCE, ASSESSMENT, CaseFile
from audits.demo.lists import Entry, published
from audits.demo.world import World
from audits.procedure.words import Category
from enterprises.merging import merge

_DAY = timedelta(days=1)
_CODE_FROM = date(2026, 8, 15)  # before it the law of 2012 counts for what was done or not done

Story = Callable[[CaseFile, date], None]


def tell(world: World) -> None:
    """Twenty-two cases of one list, each somewhere else."""
    on = world.ago(400)
    cases = published(
        world,
        "320000",
        [Entry(firm, categories, site) for firm, (categories, site, _) in JIANGSU.items()],
        on,
        title=f"江苏省{on.year}年第一批强制性清洁生产审核企业名单（演示）",
    )
    for number, (firm, (_, _, story)) in enumerate(JIANGSU.items()):
        story(CaseFile(world, cases[firm], firm, scale=1 + number % 4), on)
    _merged(world, CaseFile(world, cases["jn_brewery"], "jn_brewery"), into="jn_motors")


def _merged(world: World, file: CaseFile, into: str) -> None:
    """The brewery goes into another enterprise, whose people go on with its case."""
    merge(
        world.works[into].enterprise,
        world.works[file.firm].enterprise,
        by=world.people.named("operator"),
        reason="演示：吸收合并",
        on=world.ago(10),
    )
    file.build(world.ago(4))


# --- report -----------------------------------------------------------------------------------------------------------


def _report_received(file: CaseFile, on: date) -> None:
    """Received, chosen for assessment; the enterprise has not applied yet. The first receipt was recorded by mistake."""
    file.audited(on, adviser="consultancy")
    file.do("reopen", on + 296 * _DAY, step="receive_report", grounds="收文编号与其他企业混淆（演示）。")
    file.receive(on + 297 * _DAY)


def _returned_due_in_seven_days(file: CaseFile, on: date) -> None:
    world = file.world
    _to_report(file, on, world.ago(60), "consultancy_2")
    _returned(file, world.ago(8), ["incomplete_file", "balance_errors"], world.ahead(7))


def _returned_overdue_by_three(file: CaseFile, on: date) -> None:
    world = file.world
    _to_report(file, on, world.ago(70), "consultancy")
    _returned(file, world.ago(33), ["wrong_focus", "options_unsound", "data_errors"], world.ago(3))


def _to_report(file: CaseFile, on: date, reported: date, adviser: str) -> None:
    file.opened(on)
    file.arrange(on + 40 * _DAY, adviser)
    file.start(on + 50 * _DAY)
    file.stages(on + 70 * _DAY, 5, every=30)
    file.options(on + 240 * _DAY)
    file.complete(reported - 20 * _DAY)
    file.report(reported)


def _returned(file: CaseFile, on: date, reasons: list[str], until: date) -> None:
    file.do("return_report", on, submission="submit_report", reasons=reasons, resubmit_by=until)


def _never_completed(file: CaseFile, on: date) -> None:
    """A year is over: ordered to correct within thirty days."""
    world = file.world
    file.opened(on)
    file.arrange(on + 44 * _DAY, "consultancy")
    file.start(on + 55 * _DAY)
    file.stages(on + 80 * _DAY, 3, every=60)
    file.do(
        "order_correction",
        world.ago(20),
        duty="complete_audit",
        legal_basis=_basis(world.ago(20)),
        correct_by=world.ahead(10),
        breach="名单公布满一年仍未完成审核。",
    )


def _fined(file: CaseFile, on: date) -> None:
    """Faked the report of last year; ordered to correct in vain, then fined."""
    world = file.world
    file.opened(on)
    file.arrange(on + 41 * _DAY)
    file.start(on + 58 * _DAY)
    file.stages(on + 90 * _DAY, 2, every=45)
    file.do(
        "order_correction",
        world.ago(30),
        duty="submit_report",
        legal_basis=_basis(world.ago(30)),
        correct_by=world.ago(9),
        breach="逾期未完成审核并提交报告。",
    )
    file.do(
        "record_penalty",
        world.ago(2),
        duty="submit_report",
        act_on=world.ago(9),
        legal_basis=_basis(world.ago(9)),
        amount_cny="80000",
        breach="责令限期改正后逾期仍未提交审核报告。",
    )


def _basis(on: date) -> str:
    return "code_1221" if on >= _CODE_FROM else "law_2012_39"


# --- assessment -------------------------------------------------------------------------------------------------------


def _expert_is_asked(file: CaseFile, on: date) -> None:
    """Panel formed, the meeting held, one of three opinions given: the named expert has still to give his."""
    world = file.world
    file.audited(on, adviser="consultancy", pace=0.95)
    file.apply_assessment(world.ago(20))
    file.panel(world.ago(12), ASSESSMENT)
    file.opinions(world.ago(4), ASSESSMENT, "88", experts=(1,))


def _decision_is_due(file: CaseFile, on: date) -> None:
    """All opinions are in; the authority has to decide."""
    world = file.world
    file.audited(on, pace=0.95)
    file.apply_assessment(world.ago(28))
    file.panel(world.ago(21), ASSESSMENT)
    file.opinions(world.ago(9), ASSESSMENT, "93.5")


def _supplement(file: CaseFile, on: date) -> None:
    """82 points: amend and submit again."""
    world = file.world
    file.audited(on, adviser="consultancy_2", pace=0.9)
    file.assess(world.ago(50), "82", supplement_by=world.ahead(20), acceptance_due_on=world.ahead(380))


def _redo(file: CaseFile, on: date) -> None:
    """62 points: the same case from stage 3 again."""
    world = file.world
    file.audited(on, adviser="consultancy", pace=0.9)
    file.assess(world.ago(80), "62", redo_by=world.ahead(90))
    file.do("order_redo", world.ago(45), result="reopen_case", redo_by=world.ahead(90))
    file.do("complete_stage", world.ago(15), stage="3")


def _next_list(file: CaseFile, on: date) -> None:
    """55 points: it comes on the next list (and stands on it: see `current`)."""
    world = file.world
    file.audited(on, pace=0.8)
    file.assess(world.ago(150), "55", redo_by=world.ahead(30))
    file.do("order_redo", world.ago(112), result="next_list")


# --- implementation and acceptance ------------------------------------------------------------------------------------


def _assessed(
    file: CaseFile, on: date, acceptance_due_on: date, score: str = "94", adviser: str = "consultancy"
) -> None:
    file.audited(on, adviser=adviser, pace=0.7)
    file.do("publish_audit_result", on + 215 * _DAY)
    file.assess(file.world.ago(175), score, acceptance_due_on=acceptance_due_on)


def _suspended(file: CaseFile, on: date) -> None:
    """Production stands still after a flood: the clock of decided dates too."""
    world = file.world
    _assessed(file, on, world.ahead(60))
    file.do("suspend", world.ago(30), grounds="厂区受灾停产，暂不具备实施条件（演示）。")


def _resumed(file: CaseFile, on: date) -> None:
    world = file.world
    _assessed(file, on, world.ahead(45))
    file.do("suspend", world.ago(100), grounds="配套管网改造停产（演示）。")
    file.do("resume", world.ago(62), grounds="恢复生产（演示）。")


def _extended(file: CaseFile, on: date) -> None:
    world = file.world
    _assessed(file, on, world.ahead(15), adviser="")
    file.do(
        "extend",
        world.ago(6),
        step="apply_acceptance",
        until=world.ahead(90),
        basis="设备到货延迟，经核实同意延期（演示）。",
    )


def _overdue_by_forty(file: CaseFile, on: date) -> None:
    """Should have applied for acceptance forty days ago."""
    _assessed(file, on, file.world.ago(40), adviser="consultancy_2")


def _in_implementation(file: CaseFile, on: date) -> None:
    world = file.world
    _assessed(file, on, world.ahead(120))
    file.build(world.ago(25))


def _acceptance_under_way(file: CaseFile, on: date) -> None:
    world = file.world
    _assessed(file, on, world.ahead(40))
    file.build(world.ago(60))
    file.apply_acceptance(world.ago(16))
    file.panel(world.ago(10), ACCEPTANCE)
    file.opinions(world.ago(3), ACCEPTANCE, "81", experts=(1, 2))


def _unqualified(file: CaseFile, on: date) -> None:
    """52 points: no redo ordered yet."""
    world = file.world
    _assessed(file, on, world.ahead(20))
    file.build(world.ago(70))
    file.accept(world.ago(38), "52", vetoes=["below_level"])


def _to_be_published(file: CaseFile, on: date) -> None:
    """Accepted last week; the result waits for publication."""
    world = file.world
    _assessed(file, on, world.ahead(30), adviser="consultancy_2")
    file.build(world.ago(75))
    file.accept(world.ago(36), "84")


def _result_published(file: CaseFile, on: date) -> None:
    """Accepted and published; not closed yet."""
    world = file.world
    _assessed(file, on, world.ahead(30))
    file.build(world.ago(90))
    file.accept(world.ago(50), "91")
    file.do("publish_result", world.ago(11), review=ACCEPTANCE)


# --- life -------------------------------------------------------------------------------------------------------------


def _objecting(file: CaseFile, on: date) -> None:
    """Contests the category it is listed for; the audit goes on."""
    world = file.world
    file.opened(on)
    file.arrange(on + 43 * _DAY, "consultancy")
    file.start(on + 57 * _DAY)
    file.stages(on + 75 * _DAY, 5, every=40)
    file.options(on + 260 * _DAY)
    file.complete(world.ago(64))
    file.report(world.ago(50))
    file.do("object", world.ago(40), against="公布媒体", grounds="认为名单未在本地媒体公布（演示）。")
    file.do("decide_objection", world.ago(28), result="rejected")
    file.do(
        "object",
        world.ago(14),
        against="列入名单的类别",
        grounds="认为监测数据为停产检修期间所得，不代表正常工况（演示）。",
    )


def _left(file: CaseFile, on: date) -> None:
    file.opened(on)
    file.do("exit_listing", on + 120 * _DAY, reason="moved_away")
    file.do("close", on + 128 * _DAY)


def _renamed(file: CaseFile, on: date) -> None:
    """In implementation after a stoppage; the enterprise has another name since."""
    _resumed(file, on)
    name = file.world.works[file.firm].enterprise.name.replace("钢铁", "特钢")
    file.do("rename", file.world.ago(21), new_name=name)


def _credited(file: CaseFile, on: date) -> None:
    """Its park passed an innovation pilot: counts as a round."""
    world = file.world
    file.opened(on)
    file.arrange(on + 44 * _DAY)
    file.start(on + 50 * _DAY)
    file.do("credit_round", world.ago(55), ground="pilot", completed_on=world.ago(80))
    file.do("close", world.ago(48))


JIANGSU: dict[str, tuple[tuple[Category, ...], int, Story]] = {
    "wj_fibre": ((Category.EXCEEDS_STANDARD,), 0, _report_received),
    "wj_cable": ((Category.TOXIC_USE,), 0, _returned_due_in_seven_days),
    "wj_paper": ((Category.EXCEEDS_QUOTA,), 0, _returned_overdue_by_three),
    "wj_batteries": ((Category.TOXIC_USE, Category.TOXIC_DISCHARGE), 0, _never_completed),
    "wj_boards": ((Category.TOXIC_USE,), 0, _expert_is_asked),
    "wj_pharma": ((Category.TOXIC_DISCHARGE,), 0, _decision_is_due),
    "wj_coating": ((Category.EXCEEDS_STANDARD,), 0, _supplement),
    "wj_leather": ((Category.TOXIC_DISCHARGE, Category.EXCEEDS_STANDARD), 0, _redo),
    "enterprise": ((Category.TOXIC_USE,), 2, _in_implementation),
    "cs_plating": ((Category.TOXIC_USE,), 0, _next_list),
    "cs_dyes": ((Category.TOXIC_DISCHARGE,), 0, _suspended),
    "cs_steel": ((Category.EXCEEDS_QUOTA,), 0, _renamed),
    "cs_food": ((Category.EXCEEDS_STANDARD,), 0, _extended),
    "cs_textile": ((Category.EXCEEDS_STANDARD,), 0, _overdue_by_forty),
    "cs_cement": ((Category.EXCEEDS_QUOTA,), 0, _acceptance_under_way),
    "jn_motors": ((Category.TOXIC_USE,), 0, _unqualified),
    "jn_solvent": ((Category.TOXIC_USE,), 0, _to_be_published),
    "jn_foundry": ((Category.EXCEEDS_STANDARD,), 0, _result_published),
    "jn_petro": ((Category.EXCEEDS_QUOTA, Category.TOXIC_DISCHARGE), 0, _fined),
    "jn_brewery": ((Category.EXCEEDS_STANDARD,), 0, _objecting),
    "jn_optics": ((Category.TOXIC_USE,), 0, _left),
    "jn_paint": ((Category.TOXIC_USE,), 0, _credited),
}
