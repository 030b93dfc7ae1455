"""Tables of clients' cases in one archive: of the ticked ones in sight, of no others."""

import io
import zipfile
from collections.abc import Callable
from uuid import uuid4

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from audits.models import AuditCase
from audits.web.bulk import MOST

pytestmark = pytest.mark.django_db
PAGE = "web-portfolio-forms"


def test_a_consultancy_downloads_the_tables_of_ticked_cases(visitor: Callable[[str], Client]) -> None:
    client = visitor("consultancy")
    user = User.objects.get(username="consultancy")
    by = Membership.objects.active(timezone.localdate()).of(user).with_people()[0]
    seen = list(AuditCase.objects.visible_to(by).order_by("pk")[:2])
    hidden = AuditCase.objects.exclude(pk__in=AuditCase.objects.visible_to(by).values("pk")).first()
    assert seen
    assert hidden is not None
    assert client.get(reverse("web-portfolio")).content.decode().count('form="forms"') >= len(seen)
    ticked = [*(str(one.pk) for one in seen), str(hidden.pk), "x"]
    answer = client.get(reverse(PAGE), {"case": ticked})
    assert answer.headers["Content-Disposition"].startswith("attachment")
    packed = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    assert packed.testzip() is None
    assert sorted(packed.namelist()) == sorted(f"{one.number}.xlsx" for one in seen)
    book = openpyxl.load_workbook(io.BytesIO(packed.read(f"{seen[0].number}.xlsx")))
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert seen[0].number in cells
    assert client.get(reverse(PAGE), {"case": str(hidden.pk)}).status_code == 404
    assert visitor("county").get(reverse(PAGE), {"case": ticked}).status_code == 404


def test_nothing_ticked_or_too_much_leads_back(visitor: Callable[[str], Client]) -> None:
    client = visitor("consultancy")
    many = [str(uuid4()) for _ in range(MOST + 1)]
    for ticked, said in (([], "请先勾选案件"), (many, f"一次最多下载 {MOST} 个案件")):
        answer = client.get(reverse(PAGE), {"case": ticked}, follow=True)
        assert answer.redirect_chain[0][0] == reverse("web-portfolio")
        assert said in answer.content.decode()
        kept = client.get(reverse(PAGE), {"case": ticked, "back": "phase=listing"})
        assert kept.headers["Location"] == f"{reverse('web-portfolio')}?phase=listing"
