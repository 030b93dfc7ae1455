"""What an act changed as it is shown: the name of a thing, what it was, what it is, in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rest_framework import serializers

from audits.api.amounts import amount
from audits.api.errors import words
from audits.api.places import place_name
from audits.api.readable import BETWEEN, fields_of, shown
from audits.procedure import registry
from audits.procedure.common import RECOMPUTE_CAUSES
from audits.procedure.deadline_records import Nature
from audits.procedure.exclusions import EXCLUSION_REASONS
from audits.procedure.fields import CATEGORY_NAMES, COST_CLASSES, EFFECTS_OF_OPTIONS, ROUTES
from audits.procedure.schema import FieldKind
from audits.procedure.words import Category, Text
from audits.workflow.changed import Change, What

LINES, CELLS = Text("；", "; "), Text("，", ", ")
NAMES: Mapping[What, Text] = {
    What.NAME: Text("名称", "Name"),
    What.ADDRESS: Text("地址", "Address"),
    What.PLACE: Text("管辖地区", "Place"),
    What.CATEGORIES: Text("列入类别", "Categories"),
    What.ROUTE: Text("审核方式", "Who runs the audit"),
    What.CLOCK: Text("时限计算", "Clock"),
    What.ATTEMPT: Text("审核次数", "Attempt"),
    What.CLOSED: Text("案件", "Case"),
    What.LISTED: Text("名单", "List"),
    What.CREDITED: Text("本轮审核", "Round"),
    What.COUNTED: Text("统计范围", "Statistics"),
    What.ADJUSTED_DUE_ON: Text("“{step}”调整后的日期", "Adjusted date of “{step}”"),
    What.RESULT: Text("“{step}”的结果", "Result of “{step}”"),
    What.STEP: Text("“{step}”", "“{step}”"),
    What.FIELD: Text("第 {seq} 条记录“{step}”的{field}", "Act {seq} “{step}”, {field}"),
    What.OPTION: Text("方案 {code} 的{field}", "Option {code}, {field}"),
}
DEADLINE = Text("“{step}”的期限", "Deadline of “{step}”")
DECIDED = Text("“{step}”的确定日期", "Date set for “{step}”")
DATED = Text("{name}（{on}）", "{name} ({on})")
# Which side of a yes or no is told how: (before it holds, while it holds).
STATES: Mapping[What, tuple[Text, Text]] = {
    What.VOID: (Text("有效", "running"), Text("失效", "void")),
    What.PROVISIONAL: (Text("已确定", "final"), Text("暂定", "provisional")),
    What.LISTED: (Text("在名单内", "on the list"), Text("已退出名单", "off the list")),
    What.CREDITED: (Text("进行中", "running"), Text("视为完成", "credited")),
}
OPEN, MET = Text("未完成", "open"), Text("已于 {on} 完成", "met on {on}")
CASE_OPEN, CASE_CLOSED = Text("办理中", "open"), Text("已于 {on} 结案", "closed on {on}")
DONE, AGAIN = Text("已于 {on} 办理", "done on {on}"), Text("须重新办理", "to be done again")
RUNNING = Text("正常计算", "running")
STOPPED, RESUMED = Text("自 {on} 起中止", "suspended since {on}"), Text("自 {on} 起恢复", "running again from {on}")
COUNTED, LEFT_OUT = Text("计入", "counted"), Text("不计入（{reason}）", "left out ({reason})")
DATE_OF_ACT = Text("日期", "date")
COLUMNS: Mapping[str, Text] = {
    "name": Text("名称", "name"),
    "cost_class": Text("费用类别", "cost class"),
    "done_on": Text("完成日期", "done on"),
    "investment_planned": Text("计划投资（元）", "planned investment (CNY)"),
    "investment_actual": Text("实际投资（元）", "actual investment (CNY)"),
}
SIDES: Mapping[str, Text] = {"planned": Text("计划", "planned"), "verified": Text("核定", "verified")}
_METRICS, _CAUSES, _EXCLUSIONS = dict(EFFECTS_OF_OPTIONS), dict(RECOMPUTE_CAUSES), dict(EXCLUSION_REASONS)
_DATES = frozenset({What.DUE_ON, What.ADJUSTED_DUE_ON, What.MET_ON, What.VOID, What.PROVISIONAL})


class ChangeSerializer(serializers.Serializer[Any]):
    """One thing an act changed: what it was and what it is."""

    what = serializers.CharField(
        help_text="The kind of thing: due_on, adjusted_due_on, met_on, void, provisional, name, address, place, "
        "categories, route, result, step, clock, attempt, closed, listed, credited, counted, option or field."
    )
    action = serializers.CharField(help_text="The step it concerns; empty where it is none.")
    key = serializers.CharField(help_text="Of the deadline, the option or the field; empty where it is none.")
    name = serializers.CharField(help_text="What people call it, in the caller's language.")
    old = serializers.CharField(allow_null=True, help_text="As people read it; null: not known to the reader, or none.")
    new = serializers.CharField(allow_null=True, help_text="As people read it; null: none any more.")
    why = serializers.CharField(help_text="Of a date the system computed again: what had changed. Else empty.")


def shown_changes(changes: Iterable[Change], body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The changes of one act, of `workflow.changed`, as the API tells them."""
    causes = body["payload"].get("causes", ()) if body["action"] == "recompute" else ()
    why = words(BETWEEN).join(words(_CAUSES[one]) for one in causes if one in _CAUSES)
    return [
        {
            "what": one.what.value,
            "action": one.step,
            "key": one.key,
            "name": name_of(one),
            "old": _value(one, one.old),
            "new": _value(one, one.new),
            "why": why if one.what in _DATES else "",
        }
        for one in changes
    ]


def name_of(change: Change) -> str:
    """What people call the thing that changed."""
    step = words(registry.title_of(change.step)) if change.step else ""
    if change.what is What.OPTION:
        return words(NAMES[What.OPTION]).format(code=change.key, field=_column(change.part))
    if change.what is What.FIELD:
        return words(NAMES[What.FIELD]).format(seq=change.seq, step=step, field=label_of(change.step, change.key))
    name = NAMES.get(change.what) or (DECIDED if change.part == Nature.DECIDED else DEADLINE)
    told = words(name).format(step=step)
    if change.what in (What.MET_ON, What.VOID, What.PROVISIONAL):
        return words(DATED).format(name=told, on=change.on)
    return told


def label_of(action: str, key: str) -> str:
    """The label of a field of an act; `date` is the date of the act itself."""
    known = fields_of(action).get(key)
    return words(known.label) if known else words(DATE_OF_ACT) if key == "date" else key


def _column(part: str) -> str:
    if part in COLUMNS:
        return words(COLUMNS[part])
    metric, year, side = part.split("@")
    name = words(_METRICS[metric]) if metric in _METRICS else metric
    return words(Text("{name}，{year} 年，{side}", "{name}, {year}, {side}")).format(
        name=name, year=year, side=words(SIDES[side])
    )


def _value(change: Change, value: Any) -> str | None:
    """One side of a change, as people read it."""
    what = change.what
    if what in STATES:
        return words(STATES[what][bool(value)])
    if what in _SIDES:
        return _SIDES[what](value)
    if what is What.FIELD:
        return _field(change, value)
    if value in (None, "", []):
        return None
    if what is What.PLACE:
        return words(place_name(value))
    if what is What.CATEGORIES:
        return words(BETWEEN).join(words(CATEGORY_NAMES[Category(one)]) for one in value)
    if what is What.ROUTE:
        return words(dict(ROUTES)[value])
    if what is What.RESULT:
        return str(shown(fields_of(change.step)["result"], value))
    if what is What.OPTION:
        return _of_option(change.part, value)
    return str(value)


def _met(value: str | None) -> str:
    return words(MET).format(on=value) if value else words(OPEN)


def _closed(value: str | None) -> str:
    return words(CASE_CLOSED).format(on=value) if value else words(CASE_OPEN)


def _step(value: str | None) -> str:
    return words(DONE).format(on=value) if value else words(AGAIN)


def _clock(span: Sequence[str | None] | None) -> str:
    if span is None:
        return words(RUNNING)
    return words(RESUMED).format(on=span[1]) if span[1] else words(STOPPED).format(on=span[0])


def _counted(reason: str) -> str:
    return words(LEFT_OUT).format(reason=words(_EXCLUSIONS[reason])) if reason else words(COUNTED)


_SIDES: Mapping[What, Any] = {
    What.MET_ON: _met,
    What.CLOSED: _closed,
    What.STEP: _step,
    What.CLOCK: _clock,
    What.COUNTED: _counted,
}


def _of_option(part: str, value: Any) -> str:
    if part == "cost_class":
        return words(dict(COST_CLASSES)[value])
    return str(value) if part in ("name", "done_on") else str(amount(value))


def _field(change: Change, value: Any) -> str | None:
    """A corrected value was typed as text, whatever the kind of the field."""
    if value in (None, "", []):
        return None
    field = fields_of(change.step).get(change.key)
    if field is None:
        return str(value)
    if field.kind is FieldKind.BOOLEAN and isinstance(value, str):
        value = value.strip().lower() in ("true", "1", "yes", "是")
    if isinstance(value, str) and field.kind in (FieldKind.ROWS, FieldKind.FILES):
        return value
    told = shown(field, value)
    if not isinstance(told, list):
        return str(told)
    return words(LINES).join(words(CELLS).join(f"{label} {cell}" for label, cell in row) for row in told)
