"""What a parameter's value may be, what is stricter, and how values of nested places combine. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from audits.procedure.deadlines import LOCAL_DUE, DeadlineError, month_days
from audits.procedure.schema import ParameterRule
from enterprises.errors import RegisterError


def merged(rule: ParameterRule, values: Sequence[Any]) -> Any:
    """The effective value of a default and the values of places that contain a site, broadest first.

    Rules that may only be tightened give the strictest; mappings are joined, the narrower place winning for each key;
    all others give the narrowest.
    """
    known = [value for value in (rule.default, *values) if value is not None]
    if not known:
        return None
    if rule.tighten == "min":
        return min(known)
    if rule.tighten == "max":
        return max(known)
    if rule.tighten == "fixed":
        return rule.default
    if all(isinstance(value, Mapping) for value in known):
        joined: dict[str, Any] = {}
        for value in known:
            joined.update(value)
        return joined
    return known[-1]


def loosens(rule: ParameterRule, value: Any, above: Any) -> bool:
    """Whether `value` is less strict than the value of the place above."""
    if above is None:
        return False
    if rule.tighten == "min":
        return bool(value > above)
    if rule.tighten == "max":
        return bool(value < above)
    return False


def check_value(rule: ParameterRule, value: Any) -> None:
    """`RegisterError` unless the value has the type of the rule's default and is one of its choices."""
    if rule.tighten == "fixed":
        raise RegisterError(
            "parameter_fixed",
            f"{rule.label.zh}为全国统一值，地方不得调整。",
            f"{rule.label.en} is the same everywhere; no place may change it.",
            key=rule.key,
        )
    if not _has_type(rule, value):
        raise RegisterError(
            "parameter_type",
            f"{rule.label.zh}的值类型不符。",
            f"The value is not of the type that {rule.label.en!r} needs.",
            key=rule.key,
        )
    given = value if isinstance(value, list | tuple) else (value,)
    if rule.choices and any(one not in rule.choices for one in given):
        raise RegisterError(
            "parameter_choice",
            f"{rule.label.zh}只能取：{'、'.join(rule.choices)}。",
            f"{rule.label.en} is one of: {', '.join(rule.choices)}.",
            key=rule.key,
        )


def _dates(rule: ParameterRule, value: Mapping[str, Any]) -> bool:
    """Whether the dates a place sets for steps are dates: computing with others would fail for every case there."""
    if rule.key != LOCAL_DUE:
        return True
    try:
        for told in value.values():
            month_days(told)
    except DeadlineError:
        return False
    return True


def _has_type(rule: ParameterRule, value: Any) -> bool:
    default = rule.default
    if isinstance(default, bool):
        return isinstance(value, bool)
    if isinstance(default, str):
        return isinstance(value, str) and value != ""
    if isinstance(default, Mapping):
        return isinstance(value, dict) and all(isinstance(key, str) for key in value) and _dates(rule, value)
    if isinstance(default, list | tuple):
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    # Numbers, and rules without a national value: periods and head-counts, so whole and positive.
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
