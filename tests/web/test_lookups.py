"""Large registers in forms: the nearest rows first, any other found by name, pinyin or code, nothing left out silently."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organization, User
from audits.models import AuditCase, Draft, Event
from audits.procedure.words import Function, Party, Role
from audits.web.lookups import FEW, FOUND
from enterprises.models import Consultancy, Contract, Delegation
from tests.factories import FIRST_DAY, World
from tests.web.test_late import signed_in
from tests.workflow.making import Made, made

pytestmark = pytest.mark.django_db
LAST = "最末清洁技术咨询有限公司"  # by name it comes after all others
CODE = "91320500MA1ZM0000X"


def firms(number: int, **more: Any) -> list[Consultancy]:
    """Firms on the register, named from the first on."""
    names = [f"一号实例咨询{one:04d}有限公司" for one in range(number)]
    homes = Organization.objects.bulk_create(
        Organization(party=Party.CONSULTANCY.value, name=name, **more) for name in names
    )
    return Consultancy.objects.bulk_create(Consultancy(organization=one, status_since=FIRST_DAY) for one in homes)


def the_last(world: World) -> Consultancy:
    firm = world.firm(LAST, senior=0, intermediate=0).consultancy
    firm.credit_code = CODE
    firm.save()
    return firm


def engaged(told: Made, firm: Consultancy) -> None:
    today = timezone.localdate()
    Contract.objects.create(consultancy=firm, enterprise=told.plant.enterprise, signed_on=today, starts_on=today)


def address(case: AuditCase, action: str = "start_audit") -> str:
    return reverse("web-act", args=["case", case.pk, action])


def box(page: Any, key: str) -> Any:
    return next(one for one in page.context["form"].boxes if one.field.key == key)


def lookup(client: Client, register: str, name: str, typed: str, **more: str) -> Any:
    return client.get(reverse("web-lookup", args=[register]), {"name": name, f"{name}__q": typed, **more})


def test_a_small_register_is_offered_whole_a_larger_one_by_search_with_partners_first() -> None:
    told = made("disclosed")
    last = the_last(told.world)
    client = signed_in(told.person("preparer"))
    firms(FEW - 1)
    offered = box(client.get(address(told.case)), "consultancy")
    assert (offered.searched, len(offered.choices)) == (False, FEW)
    firms(FEW)
    engaged(told, last)
    page = client.get(address(told.case))
    large = box(page, "consultancy")
    assert (large.searched, large.found.more, len(large.found.hits)) == (True, True, FOUND)
    assert [one.name for one in large.found.hits[:2]] == [LAST, "一号实例咨询0000有限公司"]
    assert "以上只是一部分，其余请查找。" in page.content.decode()


@pytest.mark.parametrize("typed", ["最末清洁", "zuimo", "zmqj", "91320500ma1z"])
def test_any_firm_is_found_by_name_pinyin_initials_or_code(typed: str) -> None:
    told = made("disclosed")
    last = the_last(told.world)
    firms(FEW + 10)
    client = signed_in(told.person("preparer"))
    found = lookup(client, "consultancy", "consultancy", typed, subject=str(told.case.pk)).context["found"]
    assert ([one.value for one in found.hits], found.more) == ([str(last.pk)], False)
    many = lookup(client, "consultancy", "consultancy", "实例", consultancy=str(last.pk))
    assert (len(many.context["found"].hits), many.context["found"].more) == (FOUND + 1, True)
    assert f'name="consultancy" value="{last.pk}" checked' in many.content.decode()  # a choice made before stays


def test_without_a_script_what_is_typed_is_sent_and_comes_back_with_candidates() -> None:
    told = made("disclosed")
    last, by = the_last(told.world), told.person("preparer")
    firms(FEW + 10)
    client = signed_in(by)
    typed = {"route": "entrusted", "launch_meeting": "已召开", "consultancy__q": "zuimo"}
    looked = client.post(address(told.case), {**typed, "look": "consultancy"})
    assert looked.status_code == 200
    assert [one.value for one in box(looked, "consultancy").found.hits] == [str(last.pk)]
    assert (box(looked, "consultancy").query, box(looked, "launch_meeting").value) == ("zuimo", "已召开")
    for sent in ({}, {"prepare": "1"}):  # typed and not chosen: neither submitted nor saved as if nothing were meant
        forgotten = client.post(address(told.case), {**typed, **sent})
        assert (forgotten.status_code, len(box(forgotten, "consultancy").errors)) == (422, 1)
        assert [one.value for one in box(forgotten, "consultancy").found.hits] == [str(last.pk)]
    assert Draft.objects.count() == 0
    client.post(address(told.case), {**typed, "prepare": "1", "consultancy": str(last.pk)})
    assert Draft.objects.get().payload["consultancy"] == str(last.pk)


def test_a_search_asks_as_much_among_few_as_among_many() -> None:
    told = made("disclosed")
    client, asked = signed_in(told.person("preparer")), []
    for more in (FEW + 1, 200):
        firms(more)
        for typed in ("实例", "yihao"):
            lookup(client, "consultancy", "consultancy", typed)
            with CaptureQueriesContext(connection) as queries:
                lookup(client, "consultancy", "consultancy", typed)
            asked.append((typed, len(queries)))
        with CaptureQueriesContext(connection) as queries:
            client.get(address(told.case))
        asked.append(("form", len(queries)))
    assert asked[:3] == asked[3:]


def test_experts_are_found_by_authorities_only_and_each_line_of_a_panel_keeps_its_own() -> None:
    told = made("applied")
    pool = told.world.experts
    people = User.objects.bulk_create(
        User(username=f"e{one}", email=f"e{one}@example.com", full_name=f"甲专家{one:03d}", password="!")
        for one in range(FEW + 1)
    )
    last = User.objects.create(username="elast", email="l@example.com", full_name="左工", password="!")
    members = Membership.objects.bulk_create(
        Membership(organization=pool, user=one, role=Role.EXPERT.value, starts_on=FIRST_DAY) for one in [*people, last]
    )
    panel = next(
        by
        for by in (told.person("province officer"), told.person("city officer"))
        if signed_in(by).get(address(told.case, "form_panel")).context["form"].status.allowed
    )
    client = signed_in(panel)
    found = lookup(client, "membership", "members.0.expert", "zuogong").context["found"]
    assert [one.value for one in found.hits] == [str(members[-1].pk)]
    assert lookup(signed_in(told.person("preparer")), "membership", "x", "zuogong").context["found"].hits == ()
    chosen = {"members.0.expert": str(members[0].pk), "members.1.expert": str(members[-1].pk), "look": "x"}
    with CaptureQueriesContext(connection) as two:
        page = client.post(address(told.case, "form_panel"), {**chosen, "members.1.expert__q": "甲专家050"})
    lines = [line[0] for line in box(page, "members").rows]
    assert [line.found.hits[0].value for line in lines] == [str(members[0].pk), str(members[-1].pk)]
    assert [one.value for one in lines[1].found.hits] == [str(members[-1].pk), str(members[50].pk)]
    further = {f"members.{at}.expert": str(members[at].pk) for at in range(2, 6)}
    with CaptureQueriesContext(connection) as six:
        client.post(address(told.case, "form_panel"), {**chosen, **further, "members.1.expert__q": "甲专家050"})
    assert len(two) == len(six)


def test_a_case_is_transferred_to_a_place_chosen_by_name() -> None:
    told = made("notified")
    by = told.person("province approver")
    client = signed_in(by)
    page = client.get(address(told.case, "transfer"))
    near = box(page, "division").found
    assert {one.value[:4] for one in near.hits} == {"3205"}
    assert told.case.scope_code not in {one.value for one in near.hits}
    for typed, known in {
        "苏州市虎丘": ["320505"],
        "320505": ["320505"],
        "huqiu": ["320505"],
        "hqq": ["120106", "320505", "410702"],  # 红桥区, 虎丘区, 红旗区
    }.items():
        assert [one.value for one in lookup(client, "division", "division", typed).context["found"].hits] == known
    elsewhere = lookup(client, "division", "division", "广州市").context["found"]
    assert [(one.value, one.name) for one in elsewhere.hits[:1]] == [("440100", "广东省广州市")]
    assert lookup(client, "division", "division", "没有的地方").context["found"].hits == []
    paper = told.world.staged(by)
    said = {"division": "320505", "grounds": "搬迁", "date": timezone.localdate().isoformat(), "key": uuid4().hex}
    evidence = next(one.name for one in page.context["form"].boxes if one.field.kind == "files")
    done = client.post(address(told.case, "transfer"), {**said, evidence: paper, "version": str(told.case.version)})
    assert (done.status_code, told.case.scope_code) == (302, "320505")
    assert Event.objects.filter(subject_id=told.case.pk, action="transfer").count() == 1


def test_unknown_registers_and_names_are_no_addresses() -> None:
    client = signed_in(made().person("preparer"))
    assert lookup(client, "user", "x", "a").status_code == 404
    assert lookup(client, "consultancy", 'x"><script>', "a").status_code == 404
    assert lookup(client, "consultancy", "consultancy", "a", subject="x").status_code == 200


def test_sites_of_others_are_not_found() -> None:
    world = World()
    mine, other = world.enterprise("320509", "本地印染厂"), world.enterprise("610102", "外省印染厂")
    client = signed_in(world.person(world.place("320509").local, Role.OFFICER))
    answer = lookup(client, "site", "site", "印染厂")
    assert [one.value for one in answer.context["found"].hits] == [str(mine.site.pk)]
    hidden = lookup(client, "site", "site", "", site=str(other.site.pk))
    assert (len(hidden.context["found"].hits), other.enterprise.name in hidden.content.decode()) == (0, False)


# --- forms beside the acts ----------------------------------------------------------------------------------------


def test_an_enterprise_finds_any_firm_and_engages_it() -> None:
    told = made()
    last, by = the_last(told.world), told.person("preparer")
    firms(FEW + 1)
    client, page = signed_in(by), reverse("web-company")
    today = timezone.localdate().isoformat()
    said = {"signed_on": today, "starts_on": today, "consultancy__q": "zmqj"}
    looked = client.post(page, {**said, "look": "consultancy"})
    assert (looked.status_code, [one.value for one in looked.context["firm"].found.hits]) == (200, [str(last.pk)])
    assert re.findall(r'id="signed_on"[^>]*value="([^"]*)"', looked.content.decode()) == [today]
    forgotten = client.post(page, said)
    assert (forgotten.status_code, Contract.objects.count()) == (422, 0)
    assert client.post(page, {**said, "consultancy": str(last.pk)}).status_code == 302
    assert Contract.objects.get().consultancy == last
    first = client.get(page).context["firm"].found.hits[0]
    assert first.value == str(last.pk)  # a partner is the nearest


def test_a_place_is_delegated_by_its_name() -> None:
    world = World()
    place = world.place("320509")
    page, today = reverse("web-delegations"), timezone.localdate().isoformat()
    said = {"function": Function.REVIEW.value, "valid_from": today, "document": "文", "reason": "试点"}
    province = signed_in(world.person(place.province, Role.APPROVER))
    shown = province.get(page).content.decode()
    assert '<option value="3205">苏州市（全市）</option>' in shown
    assert '<option value="320509">吴江区</option>' in shown
    assert province.post(page, {**said, "to_authority": str(place.city.pk), "scope_code": "3205"}).status_code == 302
    assert province.get(page).content.decode().count(">江苏省苏州市</div>") == 1
    nation = signed_in(world.person(place.nation, Role.APPROVER))
    asked = {**said, "to_authority": str(place.province.pk), "scope_code__q": "jiangsu"}
    looked = nation.post(page, {**asked, "look": "scope_code"})
    assert (looked.status_code, looked.context["place"].found.hits[0].value) == (200, "32")
    assert nation.post(page, asked).status_code == 422
    assert Delegation.objects.count() == 1
