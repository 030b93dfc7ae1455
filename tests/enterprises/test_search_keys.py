"""Keys by which people search and lists are sorted."""

import pytest

from enterprises.search_keys import MAX_LENGTH, name_key, query_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("苏州实例化工有限公司", "suzhoushilihuagongyouxiangongsi szslhgyxgs"),
        ("重庆ABC化工（集团）3号厂", "chongqingabchuagongjituan3haochang cqabchgjt3hc"),
        ("厦门长春绿色", "xiamenchangchunlvse xmccls"),
        ("ＡＢＣ", "abc abc"),
        ("()", ""),
        ("", ""),
    ],
)
def test_key_of_a_name(name: str, key: str) -> None:
    assert name_key(name) == key


def test_a_key_fits_its_column() -> None:
    assert len(name_key("装" * 200)) == MAX_LENGTH


def test_what_people_type() -> None:
    assert query_key(" Su Zhou ") == "suzhou"
    assert query_key("苏州") == ""
    assert query_key("--") == ""
