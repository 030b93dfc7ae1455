"""Staging, binding, downloading and purging files."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Membership
from audits.models import Document
from audits.procedure.words import Role
from audits.workflow import documents
from tests.api.conftest import V1, Caller, Scene, codes
from tests.documents.conftest import PDF, PNG

As = Callable[[Membership], Caller]


def staged(caller: Caller, name: str = "证据.pdf", content: bytes = PDF) -> str:
    answer = caller.upload(content, name)
    assert answer.status_code == 201, answer.json()
    ident: str = answer.json()["id"]
    return ident


def bound(scene: Scene, caller: Caller) -> str:
    """A file an objection has taken."""
    ident = staged(caller)
    body = {"against": "名单", "grounds": "误列", "evidence": [ident]}
    answer = caller.act(f"cases/{scene.case.pk}/actions/object/", body, 1)
    assert answer.status_code == 200, answer.json()
    return ident


def test_a_file_is_staged_with_its_digest_under_a_name_that_tells_nothing(scene: Scene, as_: As) -> None:
    answer = as_(scene.plant.preparer).upload(PDF, "../环境 监测\u202e报告.pdf")

    assert answer.status_code == 201
    told = answer.json()
    assert (told["name"], told["content_type"], told["size"]) == ("环境 监测报告.pdf", "application/pdf", len(PDF))
    assert told["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert told["bound_at"] is None
    row = Document.objects.get(pk=told["id"])
    assert row.storage_name.startswith("documents/")
    assert "报告" not in row.storage_name
    assert "." not in row.storage_name
    with default_storage.open(row.storage_name, "rb") as file:
        assert file.read() == PDF


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("a.exe", b"MZ", "file_type"), ("a.pdf", PNG, "file_type"), ("a.pdf", b"", "file_empty")],
)
def test_a_wrong_file_leaves_nothing_behind(scene: Scene, as_: As, name: str, content: bytes, code: str) -> None:
    before = Document.objects.count()
    answer = as_(scene.plant.preparer).upload(content, name)

    assert answer.status_code == 400
    assert codes(answer) in ([code], ["empty"])
    assert Document.objects.count() == before


def test_no_file_and_two_files_are_refused(scene: Scene, as_: As) -> None:
    caller = as_(scene.plant.preparer)
    none = caller.post(V1 + "documents/", {}, format="multipart")
    two = caller.post(
        V1 + "documents/",
        {"file": [SimpleUploadedFile("a.pdf", PDF), SimpleUploadedFile("b.pdf", PDF)]},
        format="multipart",
    )
    text = caller.post(V1 + "documents/", {"file": "words"}, format="multipart")
    json = caller.post(V1 + "documents/", {"file": "words"}, format="json")

    assert (none.status_code, codes(none)) == (400, ["required"])
    assert (two.status_code, codes(two)) == (400, ["too_many_files"])
    assert (text.status_code, codes(text)) == (400, ["required"])
    assert (json.status_code, codes(json)) == (415, ["unsupported_media_type"])


def test_a_file_that_is_too_large_is_refused(scene: Scene, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = as_(scene.plant.preparer)
    monkeypatch.setattr(documents, "MAX_BYTES", len(PDF) - 1)
    answer = caller.upload()
    assert (answer.status_code, codes(answer)) == (400, ["file_too_large"])

    body = caller.post(V1 + "documents/", {"file": SimpleUploadedFile("a.pdf", b"x" * (26 * 1024 * 1024))})
    assert (body.status_code, codes(body)) == (413, ["too_large"])


def test_nobody_hoards_staged_files(scene: Scene, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_STAGED", 2)
    caller = as_(scene.plant.preparer)
    first = staged(caller)
    staged(caller)
    refused = caller.upload()
    assert (refused.status_code, codes(refused)) == (400, ["too_many_staged"])

    assert caller.delete(V1 + f"documents/{first}/").status_code == 204
    staged(caller)


def test_a_bound_file_can_be_downloaded_by_who_may_see_the_case(scene: Scene, as_: As) -> None:
    caller = as_(scene.plant.preparer)
    ident = bound(scene, caller)

    told = as_(scene.people["officer"]).see(f"documents/{ident}/").json()
    assert (told["case"], told["version"], told["action"], told["field"]) == (
        str(scene.case.pk),
        2,
        "object",
        "evidence",
    )
    answer = as_(scene.people["officer"]).see(f"documents/{ident}/content/")
    assert b"".join(answer.streaming_content) == PDF
    answer.close()
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_download_ignores_what_the_caller_would_accept(scene: Scene, as_: As) -> None:
    caller = as_(scene.plant.preparer)
    ident = bound(scene, caller)

    answer = caller.get(V1 + f"documents/{ident}/content/", headers={"accept": "text/html"})
    answer.close()
    assert answer.status_code == 200


def test_strangers_and_anonymous_callers_get_no_file(scene: Scene, as_: As, anybody: Caller) -> None:
    ident = bound(scene, as_(scene.plant.preparer))
    other = scene.world.enterprise("320509")

    for path in (f"documents/{ident}/", f"documents/{ident}/content/"):
        assert as_(scene.world.stranger("32")).see(path).status_code == 404
        assert as_(other.preparer).see(path).status_code == 404
        assert as_(scene.world.expert()).see(path).status_code == 404
        assert anybody.see(path).status_code == 401


def test_staged_files_are_seen_by_their_owner_alone(scene: Scene, as_: As) -> None:
    ident = staged(as_(scene.plant.preparer))

    assert as_(scene.plant.preparer).see(f"documents/{ident}/").status_code == 200
    for other in (scene.plant.certifier, scene.people["officer"], scene.people["approver"]):
        assert as_(other).see(f"documents/{ident}/").status_code == 404
        assert as_(other).see("documents/").json()["results"] == []


def test_what_was_submitted_cannot_be_replaced_or_deleted(scene: Scene, as_: As) -> None:
    caller = as_(scene.plant.preparer)
    ident = bound(scene, caller)

    deleted = caller.delete(V1 + f"documents/{ident}/")
    replaced = caller.put(V1 + f"documents/{ident}/", {"name": "other.pdf"}, format="json")

    assert (deleted.status_code, codes(deleted)) == (409, ["document_bound"])
    assert (replaced.status_code, codes(replaced)) == (405, ["method_not_allowed"])
    assert Document.objects.get(pk=ident).sha256 == hashlib.sha256(PDF).hexdigest()


def test_a_file_is_taken_once_and_only_by_its_own_side(scene: Scene, as_: As) -> None:
    caller = as_(scene.plant.preparer)
    ident = bound(scene, caller)
    foreign = staged(as_(scene.people["officer"]))
    for taken in (ident, foreign, "6f4d6f0e-0000-4000-8000-000000000000"):
        body = {"against": "名单", "grounds": "误列", "evidence": [taken]}
        answer = caller.act(f"cases/{scene.case.pk}/actions/object/", body, 2)
        assert (answer.status_code, codes(answer)) == (400, ["unknown_file"])


def test_files_of_a_list_are_kept_from_enterprises(scene: Scene, as_: As) -> None:
    evidence = Document.objects.filter(list=scene.list).first()
    assert evidence is not None
    evidence.sensitive = True
    evidence.save(update_fields=["sensitive"])

    assert as_(scene.people["officer"]).see(f"documents/{evidence.pk}/").status_code == 200
    assert as_(scene.plant.preparer).see(f"documents/{evidence.pk}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_files_nobody_used_are_purged_after_a_week(scene: Scene, as_: As) -> None:
    caller = as_(scene.plant.preparer)
    kept = bound(scene, caller)
    drafted, old, young = staged(caller), staged(caller), staged(caller)
    scene.world.draft(scene.case, "submit_report", {"report": [drafted]}, scene.plant.preparer)
    now = timezone.now()
    Document.objects.filter(pk__in=[kept, drafted, old]).update(staged_at=now - timedelta(days=8))
    stored = {row.pk: row.storage_name for row in Document.objects.filter(uploaded_by=scene.plant.preparer)}

    assert documents.purge_staged(now) == 1
    assert documents.purge_staged(now) == 0

    left = {str(pk) for pk in Document.objects.filter(pk__in=stored).values_list("pk", flat=True)}
    assert left == {kept, drafted, young}
    assert {str(pk) for pk, name in stored.items() if not default_storage.exists(name)} == {old}


def test_content_the_storage_has_lost_is_not_found(scene: Scene, as_: As) -> None:
    caller = as_(scene.plant.preparer)
    ident = staged(caller)
    default_storage.delete(Document.objects.get(pk=ident).storage_name)

    answer = caller.see(f"documents/{ident}/content/")
    assert (answer.status_code, codes(answer)) == (404, ["not_found"])


def test_the_case_lists_its_files(scene: Scene, as_: As) -> None:
    ident = bound(scene, as_(scene.plant.preparer))
    rows = as_(scene.world.person(scene.place.province, Role.OFFICER)).see(f"cases/{scene.case.pk}/documents/").json()

    assert [row["id"] for row in rows["results"]] == [ident]
