"""The translation tool: it finds every message, and a missing, stale, doubled or broken translation fails the check."""

import gettext
from io import BytesIO

import pytest
from django.utils import translation

from scripts import translate
from scripts.translate import Found, Key

CODE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
title = _("Key-enterprise list")
long = _("Two "
         "halves")
count = ngettext("%(n)d case", "%(n)d cases", 2) % {"n": 2}
may = pgettext("month", "May")
plain = "not a message"
"""
TEMPLATE = '{% load i18n %}{% translate "Sign in" %}{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}'
TEXTS = {
    "Key-enterprise list": "名单",
    "Two halves": "两半",
    "%(n)d case": "%(n)d 个案件",
    "month|May": "五月",
    "Sign in": "登录",
    "Hello %(name)s": "%(name)s，您好",
}


@pytest.fixture
def project(tmp_path):
    for package in translate.PACKAGES:
        (tmp_path / package / "templates").mkdir(parents=True)
    (tmp_path / "accounts" / "texts.py").write_text(CODE)
    (tmp_path / "audits" / "templates" / "page.html").write_text(TEMPLATE)
    (tmp_path / "audits" / "procedure").mkdir()
    (tmp_path / "audits" / "procedure" / "law.py").write_text('x = _("of the law, which has its own texts")')
    return tmp_path


def write(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


def test_messages_of_code_and_templates_are_found(project):
    found = translate.messages(project)
    assert {str(key) for key in found} == set(TEXTS)
    assert found[Key("%(n)d case")].plural == "%(n)d cases"
    assert found[Key("May", "month")].files == {"accounts/texts.py"}


def test_the_compiled_catalog_speaks_chinese(project):
    po, mo = translate.compile_catalog(translate.messages(project), TEXTS)
    compiled = gettext.GNUTranslations(BytesIO(mo))
    assert compiled.gettext("Two halves") == "两半"
    assert compiled.ngettext("%(n)d case", "%(n)d cases", 2) == "%(n)d 个案件"
    assert compiled.pgettext("month", "May") == "五月"
    assert "20" not in po.decode()  # no year, no program version


def test_the_same_input_gives_the_same_bytes(project):
    reversed_texts = dict(reversed(TEXTS.items()))
    found = translate.messages(project)
    again = dict(reversed(found.items()))
    assert translate.compile_catalog(found, TEXTS) == translate.compile_catalog(again, reversed_texts)


def test_what_is_missing_or_stale_is_named(project):
    found = {Key("New"): Found(files={"a.py", "b.py"})}
    assert translate.faults(found, {"Old": "旧"}, {"Old"}) == [
        "not translated: 'New' (a.py, b.py)",
        "no longer in the code: 'Old'",
    ]


def test_faults_of_the_files_are_named(tmp_path):
    write(
        tmp_path,
        _django='"Delete": "删除"',
        accounts='"user": "用户"\n"%(n)d days": "%(m)d 天"\n"empty": ""',
        audits='"user": "使用者"',
    )
    texts, ours, wrong = translate.chinese(tmp_path)
    assert texts["Delete"] == "删除"
    assert "Delete" not in ours
    assert wrong == [
        "accounts.yaml: '%(n)d days' and its Chinese have different placeholders",
        "accounts.yaml: 'empty' has no Chinese text",
        "audits.yaml: 'user' is '使用者' here and '用户' in another file",
    ]


def test_the_service_speaks_both_languages():
    from django.conf import settings

    names = dict(settings.LANGUAGES)
    with translation.override("zh-hans"):
        assert str(names["en"]) == "英文"
    with translation.override("en"):
        assert str(names["en"]) == "English"
