"""What templates say and show: texts in two languages, names, days, icons."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from audits.procedure import registry
from audits.procedure.explanations import article_text
from audits.procedure.fields import CATEGORY_NAMES
from audits.procedure.schema import Article
from audits.procedure.words import Category, Text
from audits.web import boxes, names, places

register = template.Library()
ICONS = Path(settings.BASE_DIR) / "cpaudit_site" / "static" / "vendor" / "tabler-icons"


def in_english() -> bool:
    """Whether the reader chose English."""
    return (get_language() or "").startswith("en")


@register.simple_tag
def say(zh: str, en: str, **values: Any) -> SafeString:
    """A sentence in the reader's language; `{name}` is filled with an escaped value."""
    text = en if in_english() else zh
    return format_html(text, **values) if values else mark_safe(text)  # noqa: S308 - a literal of our templates


@register.filter
def words(text: Text | str | None) -> str:
    """A text of the law or of the door in the reader's language."""
    return text.in_language(get_language() or "zh-hans") if isinstance(text, Text) else text or ""


@cache
def _icon(name: str) -> str:
    svg = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    return svg.replace("<svg", '<svg aria-hidden="true" focusable="false"', 1).replace("\n", " ")


@register.simple_tag
def icon(name: str, more: str = "") -> SafeString:
    """An icon, drawn in the page; decoration only, read by nobody. `KeyError`-like failure for one we do not have."""
    svg = _icon(name)
    return mark_safe(svg.replace('class="icon ', f'class="icon {more} ', 1))  # noqa: S308 - a vendored file


@register.filter
def name_of(value: Any, kind: str) -> str:
    """The name people use for a value of the vocabulary: `{{ case.phase|name_of:"phase" }}`."""
    return words(names.NAMES[kind].get(str(value))) or str(value or "")


@register.filter
def category_name(value: str) -> str:
    """The name of a category."""
    return words(CATEGORY_NAMES[Category(value)])


@register.filter
def step_title(key: str) -> str:
    """The title of a step, newest wording."""
    return words(registry.title_of(key))


@register.filter
def place_name(scope_code: str) -> str:
    """The short name of a place by its scope code: 320509 is 吴江区."""
    return places.short_name(scope_code)


@register.filter
def place_in_full(scope_code: str) -> str:
    """The full name of a place by its scope code: 320509 is 江苏省苏州市吴江区."""
    return words(places.place_name(scope_code))


@register.filter
def plant_of(site: Any, enterprise: str) -> str:
    """What tells a site apart from its enterprise: its own name, else its address."""
    return str(site.name if site.name and site.name != enterprise else site.address)


@register.filter
def article(basis: Article) -> str:
    """Where a rule stands, as people in the field cite it."""
    return words(article_text(basis))


@register.filter
def as_day(value: date | str | list[str] | None) -> str:
    """A legal date (or several) as everybody in China writes it; a dash where there is none."""
    if not value:
        return "—"
    if isinstance(value, list):
        return ", ".join(value)
    return value if isinstance(value, str) else value.isoformat()


@register.filter
def moment(value: Any) -> str:
    """A recording time in Shanghai, to the minute."""
    from django.utils.dateparse import parse_datetime

    parsed = parse_datetime(value) if isinstance(value, str) else value
    return timezone.localtime(parsed).strftime("%Y-%m-%d %H:%M") if parsed else "—"


@register.filter
def days_left(value: date | str | None) -> str:
    """How far away a date is, in words."""
    if not value:
        return ""
    day = date.fromisoformat(value) if isinstance(value, str) else value
    left = (day - timezone.localdate()).days
    english = in_english()
    if left == 0:
        return "today" if english else "今天"
    if left < 0:
        return f"{-left} day{'s' * (left < -1)} overdue" if english else f"逾期 {-left} 天"
    return f"in {left} day{'s' * (left > 1)}" if english else f"还有 {left} 天"


@register.filter
def urgency(value: date | str | None) -> str:
    """A word for how near a date is: `late`, `week`, `month`, `later` (used as a class)."""
    if not value:
        return "later"
    day = date.fromisoformat(value) if isinstance(value, str) else value
    left = (day - timezone.localdate()).days
    return "late" if left < 0 else "week" if left <= 7 else "month" if left <= 31 else "later"


@register.filter
def get(mapping: Mapping[str, Any] | None, key: str) -> Any:
    """A value of a mapping by a key that is known at run time only."""
    return (mapping or {}).get(key)


@register.simple_tag(takes_context=True)
def with_query(context: Any, **changes: Any) -> str:
    """The present query string with some values changed; None takes one out. The cursor always goes."""
    query = context["request"].GET.copy()
    query.pop("cursor", None)
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.filter
def wrong(drawn: list[boxes.Box]) -> list[boxes.Wrong]:
    """The boxes of a form in which something is wrong."""
    return boxes.wrong(drawn)


@register.filter
def is_table(value: Any) -> bool:
    """Whether a value of a payload is a small table."""
    return isinstance(value, list)
