"""Every mail template in both languages, as it reads. A template without a snapshot fails, and one without a sister.

To renew the snapshots after a wanted change: delete the folder `snapshots` and run this file; then read them.
"""

from datetime import date
from pathlib import Path

import pytest

from accounts.models import User
from audits.reminders.mail import render
from audits.reminders.wording import Entry
from tests.snapshots import assert_reads_as_kept

TEMPLATES = Path(__file__).parents[2] / "audits" / "templates" / "audits" / "mail"
SNAPSHOTS = Path(__file__).parent / "snapshots"
NAMES = sorted(path.name for path in TEMPLATES.iterdir())
READERS = {
    "zh": User(username="wang", full_name="王示例", language="zh-hans"),
    "en": User(username="lee", full_name="Lee <Example>", language="en"),
}


def entries(language):
    """One that is late, doubtful and grounded; one that is neither."""
    zh = language == "zh"
    address = "https://cp.example.org/accounts/login/?next=/cases/1/"
    return [
        Entry(
            title="开始审核" if zh else "Start the audit",
            subject="虚构化工<一>有限公司 · 320000-2008-00001",
            status="应于 2008-10-06 前完成，已逾期 1 天。" if zh else "Was due on 2008-10-06, now 1 day overdue.",
            late=True,
            details=("理由：材料不齐" if zh else "Reasons: papers missing",),
            doubts=("暂定日期。" if zh else "Provisional date.",),
            basis="名单公布 2008-08-01" if zh else "List published 2008-08-01",
            url=address,
        ),
        Entry(
            title="公布评审结果" if zh else "Publish the result",
            subject="320000-2008-00002",
            status="…",
            late=False,
            details=(),
            doubts=(),
            basis="",
            url=address,
        ),
    ]


def rendered(language):
    mail = render(READERS[language], entries(language), date(2008, 10, 7))
    return {
        f"digest.{language}.subject.txt": mail.subject,
        f"digest.{language}.txt": mail.text,
        f"digest.{language}.html": mail.html,
    }


def test_every_template_has_its_sister_in_the_other_language_and_is_rendered_here():
    assert sorted(NAMES) == sorted([*rendered("zh"), *rendered("en")])


@pytest.mark.parametrize("name", NAMES)
def test_a_template_reads_as_its_snapshot(name):
    assert_reads_as_kept(SNAPSHOTS / name, rendered(name.split(".")[1])[name])


def test_what_people_write_is_escaped_in_html():
    html = rendered("en")["digest.en.html"]
    assert "Lee &lt;Example&gt;" in html
    assert "虚构化工&lt;一&gt;有限公司" in html
