"""What has just begun: lists of the last ten weeks, the one of three days ago, the one being drawn up, one from a file."""

from datetime import date, timedelta

from audits.demo.casefile import CaseFile
from audits.demo.lists import Entry, draw_up, published
from audits.demo.spreadsheet import voluntary_list
from audits.demo.world import World
from audits.models import AuditCase
from audits.procedure.words import CaseKind, Category
from audits.workflow import imports
from audits.workflow.opening import open_case
from enterprises.models import KeyEnterpriseList, Listing

_DAY = timedelta(days=1)
_CODE_FROM = date(2026, 8, 15)


def tell(world: World) -> None:
    jiangsu(world)
    shanghai(world)
    hubei(world)
    without_list(world)
    just_published(world)
    being_drawn_up(world)
    from_a_file(world)


def jiangsu(world: World) -> None:
    """Fifty days old; the list itself says that the audits begin by tomorrow."""
    on = world.ago(50)
    cases = published(
        world,
        "320000",
        (
            Entry("enterprise", (Category.TOXIC_USE, Category.EXCEEDS_STANDARD), site=1),
            Entry("wj_dyeing", (Category.EXCEEDS_STANDARD,), site=1),
            Entry("wj_boards", (Category.EXCEEDS_QUOTA,)),
            Entry("cs_chemicals", (Category.TOXIC_DISCHARGE,), site=1),
            Entry("cs_plating", (Category.TOXIC_USE,)),
            Entry("jn_optics", (Category.EXCEEDS_STANDARD,)),
        ),
        on,
        title=f"江苏省{on.year}年第二批强制性清洁生产审核企业名单（演示）",
        batch=2,
        start_by=world.ahead(1),
    )
    file = CaseFile(world, cases["enterprise"], "enterprise", scale=2)
    file.opened(on)  # filed, not begun: due tomorrow
    file.arrange(world.ago(9), "consultancy")

    file = CaseFile(world, cases["wj_dyeing"], "wj_dyeing")
    file.do("notify", on + 4 * _DAY)  # has published nothing: overdue

    file = CaseFile(world, cases["wj_boards"], "wj_boards")
    file.opened(on)
    file.arrange(world.ago(24), "consultancy_2")
    file.start(world.ago(20))
    file.stages(world.ago(12), 2, every=8)
    file.do("request_exclusion", world.ago(6), what="exclude")
    file.do("decide_exclusion", world.ago(5), result="approved")

    file = CaseFile(world, cases["cs_chemicals"], "cs_chemicals")
    file.opened(on)
    file.arrange(world.ago(24))
    file.do("withdraw", world.ago(23), step="file_arrangement", grounds="误传草稿（演示）。")
    file.arrange(world.ago(22))
    file.start(world.ago(15))

    file = CaseFile(world, cases["cs_plating"], "cs_plating")
    file.opened(on)
    file.do(
        "check_disclosure", world.ago(12), result="incorrect", comparison="公布的六价铬浓度与监督性监测不一致（演示）。"
    )
    file.do(
        "order_correction",
        world.ago(10),
        duty="disclose",
        legal_basis="code_1110" if world.ago(12) >= _CODE_FROM else "law_2012_36",
        correct_by=world.ahead(7),
        breach="公布内容与监测数据不符。",
    )

    _amended(world, cases["jn_optics"])
    file = CaseFile(world, cases["jn_optics"], "jn_optics")
    file.opened(on)
    file.do("object", world.ago(5), against="列入名单", grounds="本厂区已于去年停用该工艺（演示）。")


def _amended(world: World, case: AuditCase) -> None:
    """The list is corrected: the address of one enterprise was printed wrongly."""
    listing = case.listing
    if listing is None:
        raise LookupError(case.number)
    world.act(
        listing.list,
        "amend_list",
        world.ago(44),
        by=world.people.approver(listing.list.authority_id),
        kind="correct_details",
        listing=str(listing.pk),
        address=f"{listing.address_at_listing}（东门）",
    )


def shanghai(world: World) -> None:
    on = world.ago(45)
    cases = published(
        world,
        "310000",
        (Entry("jd_parts", (Category.EXCEEDS_QUOTA,)), Entry("jd_chips", (Category.TOXIC_USE,))),
        on,
        title=f"上海市{on.year}年第二批强制性清洁生产审核企业名单（演示）",
        batch=2,
    )
    file = CaseFile(world, cases["jd_parts"], "jd_parts")
    file.opened(on)
    # The works move to Songjiang, where no authority of its own is on record: the municipality itself supervises.
    file.do("transfer", world.ago(8), division="310117", grounds="厂区整体搬迁至松江区（演示）。")
    file = CaseFile(world, cases["jd_chips"], "jd_chips")
    file.opened(on)
    file.arrange(world.ago(18), "consultancy_2")
    file.start(world.ago(12))


def hubei(world: World) -> None:
    on = world.ago(70)
    cases = published(
        world,
        "420000",
        (Entry("xt_nonwovens", (Category.EXCEEDS_STANDARD,)), Entry("xt_plating", (Category.TOXIC_USE,))),
        on,
        title=f"湖北省{on.year}年强制性清洁生产审核企业名单（演示）",
    )
    CaseFile(world, cases["xt_nonwovens"], "xt_nonwovens").opened(on)
    file = CaseFile(world, cases["xt_plating"], "xt_plating")
    file.opened(on)
    file.arrange(world.ago(35), "consultancy")
    file.start(world.ago(25))
    file.stages(world.ago(14), 1)


def without_list(world: World) -> None:
    """Voluntary audits, one running and one done, and a pilot."""
    running = _open(world, "enterprise", 0, CaseKind.VOLUNTARY, world.ago(60))
    running.arrange(world.ago(50), "consultancy")
    running.start(world.ago(40))
    running.stages(world.ago(30), 2, every=14)

    done = _open(world, "xp_sugar", 0, CaseKind.VOLUNTARY, world.ago(420))
    done.arrange(world.ago(410))
    done.start(world.ago(400))
    done.options(world.ago(250))
    done.complete(world.ago(200))
    done.report(world.ago(190))
    done.do("close", world.ago(170))

    pilot = _open(
        world, "wj_dyeing", 0, CaseKind.PILOT, world.ago(75), pilot_project="示例纺织园整体清洁生产审核创新试点"
    )
    pilot.start(world.ago(55))


def _open(world: World, firm: str, site: int, kind: CaseKind, on: date, **more: str) -> CaseFile:
    works = world.works[firm]
    result = open_case(
        by=works.preparer,
        payload={"site": str(works.sites[site].pk), "kind": kind.value, **more},
        idempotency_key=world.key("register"),
        on=on,
        now=world.moment(on),
    )
    return CaseFile(world, AuditCase.objects.get(pk=result.subject_id), firm)


def just_published(world: World) -> None:
    """Nobody of these enterprises has an account: each has an activation code on its letter."""
    published(
        world,
        "320000",
        (
            Entry("new_1", (Category.TOXIC_USE,)),
            Entry("new_2", (Category.EXCEEDS_STANDARD, Category.TOXIC_DISCHARGE)),
            Entry("new_3", (Category.EXCEEDS_QUOTA,)),
            Entry("new_4", (Category.TOXIC_USE,)),
        ),
        world.ago(3),
        title=f"江苏省{world.ago(3).year}年第三批强制性清洁生产审核企业名单（演示）",
        batch=3,
    )


def being_drawn_up(world: World) -> None:
    """Candidates in every state: nominated, submitted, verified, doubtful."""
    year = world.today.year
    clerk = draw_up(world, "320000", year=year, batch=4, title=f"江苏省{year}年第四批重点企业名单（拟定中，演示）")
    sites = clerk.nominate(
        (
            Entry("cand_1", (Category.EXCEEDS_STANDARD,)),
            Entry("cand_2", (Category.TOXIC_USE,)),
            Entry("cand_3", (Category.TOXIC_DISCHARGE,)),
            Entry("cand_4", (Category.TOXIC_USE, Category.EXCEEDS_STANDARD)),
            Entry("cand_5", (Category.EXCEEDS_QUOTA,)),
            Entry("cand_6", (Category.EXCEEDS_STANDARD,)),
        ),
        world.ago(25),
    )
    submitted = [sites[name] for name in ("cand_1", "cand_2", "cand_4", "cand_5", "cand_6")]
    clerk.submit(submitted, world.ago(20))
    city = world.authorities["city"].organization_id
    approver = world.people.approver(city)
    clerk.do("return_nominations", approver, world.ago(17), grounds="监测报告超过有效期，请补充（演示）。")
    clerk.submit(submitted, world.ago(10))
    entries = {listing.site_id: str(listing.pk) for listing in Listing.objects.filter(list=clerk.row)}
    dropped = entries[sites["cand_6"].pk]
    clerk.do("drop", approver, world.ago(6), listing=dropped, grounds="经核实已达标（演示）。")
    findings = (("cand_1", "verified"), ("cand_2", "verified"), ("cand_5", "doubtful"))
    clerk.do(
        "verify",
        approver,
        world.ago(5),
        findings=[{"listing": entries[sites[name].pk], "result": result} for name, result in findings],
    )


def from_a_file(world: World) -> None:
    """A voluntary list as a department sent it: some rows repaired, one rejected."""
    year = world.today.year
    clerk = draw_up(
        world, "320000", year=year, title=f"江苏省{year}年自愿性清洁生产审核名单（导入，演示）", kind=CaseKind.VOLUNTARY
    )
    by = world.people.officer(world.authorities["province"].organization_id)
    row = KeyEnterpriseList.objects.get(pk=clerk.row.pk)
    now = world.moment(world.ago(6))
    _, report = imports.check(
        row, by=by, content=voluntary_list(year), filename=f"{year}年自愿性审核名单.xlsx", now=now
    )
    imports.apply_import(
        row,
        by=by,
        digest=report.digest,
        rows="accepted",
        repairs="all",
        expected_version=row.version,
        idempotency_key=world.key("import"),
        now=world.moment(world.ago(6)),
    )
