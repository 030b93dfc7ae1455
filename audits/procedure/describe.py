"""A procedure in words, for people and for `GET /api/v1/procedures/`: JSON-able, in both languages."""

from functools import lru_cache
from typing import Any

from audits.procedure.articles import DOCUMENTS
from audits.procedure.effects import EFFECTS
from audits.procedure.guards import GUARDS
from audits.procedure.parameters import RULES
from audits.procedure.predicates import REASONS
from audits.procedure.registry import CATEGORIES, PROCEDURES, find, title_of
from audits.procedure.schema import Article, Due, Field, Procedure, Step
from audits.procedure.words import Category, RegimeKey, Text

_UNITS = {
    "months": ("个月", "month"),
    "years": ("年", "year"),
    "working_days": ("个工作日", "working day"),
}
_TRIGGERS = {
    "published_on": Text("名单公布之日", "the publication of the list"),
    "completion_accepted_on": Text(
        "最后一个项目竣工环保验收之日", "the environmental completion acceptance of the last project"
    ),
    "round_anchor_on": Text("上一轮审核的起算日", "the anchor of the previous round (by default its completion)"),
}


def both(text: Text | None) -> dict[str, str] | None:
    """A text as `{"zh": …, "en": …}`."""
    return None if text is None else {"zh": text.zh, "en": text.en}


def article_in_words(article: Article) -> dict[str, Any]:
    """Where a rule stands, with the document's name in both languages and the mark."""
    document = DOCUMENTS.get(article.document)
    return {
        "document": article.document,
        "document_name": both(document.name) if document else None,
        "article": article.article,
        "mark": article.mark.value,
    }


def due_in_words(due: Due) -> Text:
    """A deadline rule as a sentence, with the national default of a parameter."""
    if due.decided_in is not None:
        step, field_key = due.decided_in
        title, label = title_of(step), _label(step, field_key)
        return Text(f"“{title.zh}”所定的“{label.zh}”", f"the date “{label.en}” set in “{title.en}”")
    if due.fixed is not None:
        month, day = due.fixed
        return Text(f"每年{month}月{day}日", f"{month:02d}-{day:02d} of the year")
    trigger = _TRIGGERS.get(due.since) or title_of(due.since)
    unit, count = _length(due)
    if count is None:
        return Text("国家未定期限，地方可定", "no national period; a unit may set one")
    zh, en = _UNITS[unit]
    plural = "" if count == 1 else "s"
    return Text(f"{trigger.zh}起{count}{zh}内", f"within {count} {en}{plural} of {trigger.en}")


def not_before_in_words(due: Due) -> Text:
    """The earliest day as a sentence."""
    trigger = _TRIGGERS.get(due.since) or title_of(due.since)
    unit, count = _length(due)
    zh, en = _UNITS[unit]
    return Text(
        f"{trigger.zh}满{count}{zh}后", f"not before {count} {en}{'' if count == 1 else 's'} after {trigger.en}"
    )


def _length(due: Due) -> tuple[str, int | None]:
    for unit in ("working_days", "months", "years"):
        if due.parameter.endswith(f"_{unit}"):
            return unit, RULES[due.parameter].default
        if getattr(due, unit):
            return unit, getattr(due, unit)
    return "months", None


def _label(step: str, key: str) -> Text:
    labels = [one.label for row in find(step) for one in row.fields if one.key == key]
    return labels[0] if labels else Text(key, key)


def describe_field(one: Field) -> dict[str, Any]:
    """A payload field: what may be entered and when it applies."""
    return {
        "key": one.key,
        "label": both(one.label),
        "kind": one.kind.value,
        "required": one.required,
        "choices": [{"value": value, "label": both(label)} for value, label in one.choices],
        "columns": [describe_field(column) for column in one.columns],
        "unit": one.unit,
        "minimum": one.minimum,
        "maximum": one.maximum,
        "max_length": one.max_length,
        "register": one.register,
        "only_if": {"field": one.only_if[0], "values": list(one.only_if[1])} if one.only_if else None,
        "only_categories": sorted(one.only_categories),
        "public": one.public,
        "help": both(one.help),
    }


def describe_step(step: Step) -> dict[str, Any]:
    """One row of the law."""
    dues = [due for due in (step.due, *step.decided_dues) if due is not None]
    return {
        "key": step.key,
        "subject": step.subject.value,
        "phase": step.phase.value,
        "title": both(step.title),
        "title_enterprise": both(step.title_enterprise or step.title),
        "title_public": both(step.title_public or step.title),
        "actor": {
            "party": step.actor.party.value,
            "roles": [role.value for role in step.actor.roles],
            "function": step.actor.function.value if step.actor.function else None,
            "may_prepare": [party.value for party in step.actor.also],
        },
        "basis": article_in_words(step.basis),
        "rows": list(step.rows),
        "validity": step.validity.value,
        "since": step.since.isoformat() if step.since else None,
        "until": step.until.isoformat() if step.until else None,
        "after": list(step.after),
        "after_any": list(step.after_any),
        "when": [{"key": name, "otherwise": both(REASONS[name])} for name in step.when],
        "guards": [
            {"key": name, "refuses": both(GUARDS[name].refuses), "warns": both(GUARDS[name].warns)}
            for name in step.guards
        ],
        "effects": [{"key": name, "text": both(EFFECTS[name])} for name in step.effects],
        "categories": sorted(step.categories),
        "kinds": sorted(step.kinds),
        "deadlines": [
            {
                "text": both(due_in_words(due)),
                "parameter": due.parameter or None,
                "decided_in": list(due.decided_in) if due.decided_in else None,
                "roll": due.roll.value,
            }
            for due in dues
        ],
        "not_before": both(not_before_in_words(step.not_before)) if step.not_before else None,
        "missed": both(step.missed),
        "missed_actions": list(step.missed_actions),
        "public": step.public,
        "certified": step.certified,
        "repeatable": step.repeatable,
        "optional": step.optional,
        "fields": [describe_field(one) for one in step.fields],
        "notes": both(step.notes),
    }


def _head(procedure: Procedure) -> dict[str, Any]:
    return {
        "key": procedure.key.value,
        "title": both(procedure.title),
        "valid_from": procedure.valid_from.isoformat(),
        "valid_until": procedure.valid_until.isoformat() if procedure.valid_until else None,
        "version": procedure.version,
        "categories": [category.value for category in Category if category in CATEGORIES[procedure.key]],
    }


def describe_procedures() -> list[dict[str, Any]]:
    """All regimes, without their steps."""
    return [_head(procedure) for procedure in PROCEDURES.values()]


@lru_cache
def describe_procedure(key: RegimeKey | str) -> dict[str, Any]:
    """One regime with its steps and sources. `ValueError` for an unknown key. Cached: do not change the answer."""
    procedure = PROCEDURES[RegimeKey(key)]
    cited = {step.basis.document for step in procedure.steps}
    return {
        **_head(procedure),
        "sources": [
            {
                "document": name,
                "name": both(document.name),
                "since": document.since.isoformat() if document.since else None,
                "mark": document.mark.value,
            }
            for name, document in DOCUMENTS.items()
            if name in cited
        ],
        "steps": [describe_step(step) for step in procedure.steps],
    }
