"""Rounds under way elsewhere: Jiangsu's energy line (380 days), Shanghai (330), Dalian (240), the XPCC (100)."""

from datetime import date, timedelta

from audits.demo.casefile import ASSESSMENT, CaseFile
from audits.demo.lists import Entry, published
from audits.demo.world import World
from audits.procedure.words import Category, Line

_DAY = timedelta(days=1)
_LAST_ENERGY = date(2026, 7, 13)  # the Code knows no energy category any more


def tell(world: World) -> None:
    """List by list."""
    jiangsu_energy(world)
    shanghai(world)
    dalian(world)
    xpcc(world)


def jiangsu_energy(world: World) -> None:
    """The energy line's last list before the Code dropped the category."""
    on = min(world.ago(380), _LAST_ENERGY)
    cases = published(
        world,
        "320000",
        (Entry("wj_glass", (Category.ENERGY,)), Entry("cs_chemicals", (Category.ENERGY, Category.EXCEEDS_QUOTA))),
        on,
        title=f"江苏省{on.year}年高耗能企业清洁生产审核名单（演示）",
        line=Line.ENERGY,
    )
    file = CaseFile(world, cases["wj_glass"], "wj_glass", scale=6)
    file.audited(on, adviser="consultancy", pace=0.8)
    file.do("publish_audit_result", on + 245 * _DAY)
    file.assess(max(world.ago(100), on + 245 * _DAY), "96", acceptance_due_on=world.ahead(75))
    file = CaseFile(world, cases["cs_chemicals"], "cs_chemicals", scale=4)
    file.audited(on, pace=0.9, reviewed=False)


def shanghai(world: World) -> None:
    """Every case is assessed there; on the entrusted route the consultancy drafts and the enterprise certifies."""
    on = world.ago(330)
    cases = published(
        world,
        "310000",
        (Entry("jd_batteries", (Category.TOXIC_USE,)), Entry("jd_chips", (Category.EXCEEDS_STANDARD,))),
        on,
        title=f"上海市{on.year}年第一批强制性清洁生产审核企业名单（演示）",
    )
    file = CaseFile(world, cases["jd_batteries"], "jd_batteries", scale=2)
    file.audited(on, adviser="consultancy_2", pace=0.85)
    file.apply_assessment(world.ago(40))
    file.panel(world.ago(30), ASSESSMENT, experts=(3, 4))
    file = CaseFile(world, cases["jd_chips"], "jd_chips", scale=3)
    file.audited(on, adviser="consultancy", pace=0.9)
    file.do("publish_audit_result", world.ago(48))


def dalian(world: World) -> None:
    """A separately planned city publishes its own list; the province reads it, and reviews."""
    on = world.ago(240)
    cases = published(
        world,
        "210200",
        (
            Entry("dl_shipyard", (Category.EXCEEDS_STANDARD,)),
            Entry("dl_chemicals", (Category.TOXIC_USE, Category.TOXIC_DISCHARGE)),
            Entry("dl_foundry", (Category.EXCEEDS_QUOTA,)),
            Entry("dl_fishery", (Category.EXCEEDS_STANDARD,)),
        ),
        on,
        title=f"大连市{on.year}年强制性清洁生产审核企业名单（演示）",
    )
    file = CaseFile(world, cases["dl_shipyard"], "dl_shipyard", scale=4)
    file.opened(on)
    file.arrange(on + 40 * _DAY)
    file.start(on + 52 * _DAY)
    file.stages(on + 75 * _DAY, 4, every=40)
    started = on + 50 * _DAY
    file.do("correct", on + 80 * _DAY, event=file.number_of("start_audit"), field="started_on", value=started)
    file = CaseFile(world, cases["dl_chemicals"], "dl_chemicals", scale=3)
    file.audited(on, adviser="consultancy_2", pace=0.65)
    file.apply_assessment(world.ago(30))
    file.panel(world.ago(18), ASSESSMENT, experts=(2, 3, 4))
    file = CaseFile(world, cases["dl_foundry"], "dl_foundry")
    file.opened(on)
    file.arrange(on + 44 * _DAY, "consultancy")
    file.start(on + 60 * _DAY)
    file.do("suspend", world.ago(70), grounds="季节性停产（演示）。")
    file = CaseFile(world, cases["dl_fishery"], "dl_fishery")
    file.opened(on)


def xpcc(world: World) -> None:
    """The XPCC: a reporting unit of its own, outside the regions where its divisions lie."""
    on = world.ago(100)
    cases = published(
        world,
        "660000",
        (Entry("xp_chlorine", (Category.TOXIC_DISCHARGE, Category.EXCEEDS_STANDARD)),),
        on,
        title=f"新疆生产建设兵团{on.year}年强制性清洁生产审核企业名单（演示）",
    )
    file = CaseFile(world, cases["xp_chlorine"], "xp_chlorine", scale=5)
    file.opened(on)
    file.arrange(on + 42 * _DAY)
    file.start(on + 55 * _DAY)
    file.stages(on + 70 * _DAY, 1)
