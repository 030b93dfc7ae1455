"""A dry run page by page: every verdict is shown, what is decided stays until the import is confirmed, and is obeyed."""

import csv
import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.models import Event
from audits.procedure.words import Role, Subject
from audits.web.list_verdicts import ROWS
from audits.workflow.events import read_body
from enterprises.models import ListImport, Listing
from tests.factories import World, credit_code
from tests.web.test_late import signed_in
from tests.web.test_lists import CSV, keeper, new_list, upload

pytestmark = pytest.mark.django_db
REJECTED, REPAIRED, TAKEN = ROWS + 10, ROWS * 2 + 5, 20


@pytest.fixture
def world() -> World:
    return World()


def file_of(rejected: int = REJECTED, repaired: int = REPAIRED, taken: int = TAKEN) -> bytes:
    """Rows without a code, rows whose name (and some whose code) wants a repair, and rows without fault."""
    lines = [f"无码{one}厂,,320509,路{one}号,超标" for one in range(rejected)]
    lines += [f"待 修厂{one},{credit_code(1000 + one).lower()},320509,东路{one}号,超标" for one in range(repaired)]
    lines += [f"无误{one}厂,{credit_code(5000 + one)},320509,西路{one}号,超标" for one in range(taken)]
    return (CSV + "\n".join(lines) + "\n").encode()


def sent(page: Any, **more: Any) -> dict[str, Any]:
    """What the page sends when nothing on it is touched."""
    shown = page.context["preview"]
    return {
        "digest": page.context["report"].digest,
        "version": page.context["list"].version,
        "key": page.context["key"],
        "shown": [row.number for row in shown.rows],
        "offered": [" ".join(fix.repair.id for fix in row.fixes) for row in shown.rows if row.fixes],
        "repair": [fix.repair.id for row in shown.rows for fix in row.fixes if fix.agreed],
        "leave": [row.number for row in shown.rows if row.left_out],
        **{cell.name: cell.typed for row in shown.rows for cell in row.cells},
        **more,
    }


def turned(client: Client, address: str, page: Any, to: int, **more: Any) -> Any:
    """The page after the button that leads to another was pressed."""
    answer = client.post(page.wsgi_request.get_full_path(), sent(page, to=to, **more))
    assert (answer.status_code, answer["Location"]) == (302, f"{address}?page={to}")
    return client.get(answer["Location"])


def test_every_row_is_on_some_page_and_every_repair_can_be_decided(world: World) -> None:
    row, client = new_list(world), signed_in(keeper(world))
    address = upload(client, row, file_of())["Location"]
    page = client.get(address)
    assert page.context["preview"].pages == -(-(REJECTED + REPAIRED + TAKEN) // ROWS)
    assert page.context["preview"].starts == {"rejected": 1, "repaired": 2, "accepted": 4}
    numbers, repairs = [], []
    for number in range(1, page.context["preview"].pages + 1):
        shown = client.get(address, {"page": number})
        assert len(shown.content) < 500_000
        numbers += [one.number for one in shown.context["preview"].rows]
        repairs += [fix.repair.id for one in shown.context["preview"].rows for fix in one.fixes]
        text = shown.content.decode()
        assert text.count('name="shown"') == len(shown.context["preview"].rows)
        assert text.count('name="repair"') == sum(len(one.fixes) for one in shown.context["preview"].rows)
    assert sorted(numbers) == list(range(2, REJECTED + REPAIRED + TAKEN + 2))
    assert sorted(repairs) == sorted(one.id for one in page.context["report"].repairs)
    codes = [credit_code(1000 + one) for one in range(REPAIRED)]
    assert len(repairs) == REPAIRED + sum(one != one.lower() for one in codes)
    for far in ("0", "x", "99999", "٣"):
        assert client.get(address, {"page": far}).status_code == 200


def test_decisions_of_all_pages_are_kept_and_obeyed_together(world: World) -> None:
    row, client = new_list(world), signed_in(keeper(world))
    address = upload(client, row, file_of())["Location"]
    first = client.get(address)
    second = turned(client, address, first, 2, **{"fix.2.code": credit_code(1)})
    repaired = [one for one in second.context["preview"].rows if one.fixes]
    kept_as_it_was = next(fix.repair for fix in repaired[0].fixes if fix.repair.column == "name")
    ticked = [one for one in sent(second)["repair"] if one != kept_as_it_was.id]
    fourth = turned(client, address, second, 4, repair=ticked)
    out = fourth.context["preview"].rows[-1].number
    back = turned(client, address, fourth, 1, leave=[out])
    decided = back.context["preview"]
    assert (decided.completed, decided.refused, decided.left_out) == (1, 1, 1)
    assert [cell.typed for cell in decided.rows[0].cells] == [credit_code(1)]
    assert [fix.agreed for one in client.get(address, {"page": 2}).context["preview"].rows for fix in one.fixes].count(
        False
    ) == 1
    assert not Listing.objects.exists()

    done = client.post(f"{address}?page=1", sent(back))
    assert (done.status_code, done["Location"]) == (302, reverse("web-list", args=[row.pk]))
    names = set(Listing.objects.values_list("name_at_listing", flat=True))
    assert len(names) == 1 + REPAIRED + TAKEN - 1
    assert {"无码0厂", kept_as_it_was.old, "待修厂1"} - names == set()
    assert f"无误{TAKEN - 1}厂" not in names
    body = read_body(Event.objects.get(subject_kind=Subject.LIST, subject_id=row.pk))
    assert (body["payload"]["completed_rows"], body["payload"]["entries"]) == ([2], len(names))


def test_what_the_confirmation_refuses_comes_first_wherever_it_stood(world: World) -> None:
    row, client = new_list(world), signed_in(keeper(world))
    address = upload(client, row, file_of())["Location"]
    second = turned(client, address, client.get(address), 2)
    number = next(one.number for one in second.context["preview"].rows if one.cells)
    wrong = client.post(f"{address}?page=2", sent(second, **{f"fix.{number}.code": "91320509XX"}))
    assert (wrong.status_code, Listing.objects.count()) == (422, 0)
    assert (wrong.context["preview"].number, wrong.context["preview"].rows[0].number) == (1, number)
    assert [cell.typed for cell in wrong.context["preview"].rows[0].cells] == ["91320509XX"]


def test_two_people_on_two_pages_do_not_undo_each_other(world: World) -> None:
    row, client = new_list(world), signed_in(keeper(world))
    colleague = signed_in(world.person(world.place("320509").province, Role.APPROVER, "2"))
    address = upload(client, row, file_of())["Location"]
    mine, theirs = client.get(address, {"page": 2}), colleague.get(address, {"page": 3})
    turned(client, address, mine, 1, repair=[])
    both = turned(colleague, address, theirs, 1, repair=[])
    refused = sum(len(one.fixes) for page in (mine, theirs) for one in page.context["preview"].rows)
    assert both.context["preview"].refused == refused
    again = turned(client, address, client.get(address, {"page": 2}), 2, repair=sent(mine)["repair"])
    assert again.context["preview"].refused == sum(len(one.fixes) for one in theirs.context["preview"].rows)


def test_nobody_decides_on_the_dry_run_of_another_authority(world: World) -> None:
    row, client = new_list(world), signed_in(keeper(world))
    address = upload(client, row, file_of(1, 1, 1))["Location"]
    page = client.get(address)
    other = signed_in(world.person(world.place("320509").local, Role.OFFICER))
    files = [address, *(f"{address}verdicts.{form}" for form in ("xlsx", "csv"))]
    assert [other.get(one).status_code for one in files] == [404] * 3
    assert other.post(address, sent(page, to=1, repair=[])).status_code == 404
    assert ListImport.objects.get().decisions == {}
    forged = sent(
        page, to=1, shown=["2", "x"], offered=["../.. 3.name.spaces", "a"], leave=["9"], **{"fix.9.code": "1"}
    )
    assert client.post(address, forged).status_code == 302  # of rows that were not on the page nothing is kept
    kept = ListImport.objects.get().decisions
    assert (kept["left_out"], set(kept["typed"])) == ([], {"2"})


def test_a_page_of_verdicts_asks_as_much_of_a_short_file_as_of_a_long_one(world: World) -> None:
    row, client = new_list(world), signed_in(keeper(world))
    asked = []
    for numbers in ((1, 1, 1), (REJECTED, REPAIRED, TAKEN)):
        address = upload(client, row, file_of(*numbers))["Location"]
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_all_verdicts_are_a_file_in_which_no_text_is_a_formula(world: World) -> None:
    row, client = new_list(world), signed_in(keeper(world))
    evil = f"=HYPERLINK(1)厂,,320509,路1号,超标\n甲 厂,{credit_code(7)},320509,路2号,超标\n"
    evil += f"乙厂,{credit_code(8)},320509,路3号,超标\n"
    address = upload(client, row, f"{CSV}{evil}".encode())["Location"]
    report = client.get(address).context["report"]
    text = b"".join(client.get(f"{address}verdicts.csv")).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[0] == [
        "行 Row",
        "结论 Verdict",
        "列 Column",
        "内容 Value",
        "修正为 Repaired to",
        "规则 Rule",
        "说明 Message",
    ]
    assert {line[0] for line in lines[1:]} == {"2", "3", "4"}
    assert sum(line[1] == "不能导入" for line in lines) == len(report.rejected)
    assert [line[2:6] for line in lines if line[1] == "建议修正" and line[0] == "3"] == [
        ["企业名称", "甲 厂", "甲厂", "spaces"]
    ]
    assert [line[:4] for line in lines if line[0] == "4"] == [["4", "可导入", "企业名称", "乙厂"]]
    assert [cell for line in lines for cell in line if cell.startswith(("=", "+", "@"))] == []
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(f"{address}verdicts.xlsx"))))
    cells = [cell for line in book.active.iter_rows() for cell in line]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert len(list(book.active.iter_rows())) == len(lines)
    assert client.get(f"{address}verdicts.json").status_code == 404
