"""How a deadline explains itself to people: where it starts, how it was counted, why it moved, where it stands."""

import re
from collections.abc import Mapping

from audits.procedure.articles import DOCUMENTS
from audits.procedure.deadline_records import Deadline
from audits.procedure.schema import Article
from audits.procedure.words import Mark, Text

TRIGGERS: dict[str, Text] = {
    "published_on": Text("名单公布", "List published"),
    "publish": Text("名单公布", "List published"),
    "amend_list": Text("名单调整", "List amended"),
    "completion_accepted_on": Text("末项工程通过环保竣工验收", "Environmental acceptance of the last project"),
    "round_anchor_on": Text("上一轮审核", "Previous round"),
    "complete_audit": Text("完成审核", "Audit completed"),
    "decide_assessment": Text("评估决定", "Assessment decided"),
    "decide_acceptance": Text("验收决定", "Acceptance decided"),
    "order_audit": Text("责令审核", "Audit ordered"),
    "order_correction": Text("责令改正", "Correction ordered"),
    "order_redo": Text("责令重做", "Redo ordered"),
    "return_report": Text("退回补正", "Report returned"),
}
MARKS: dict[Mark, Text] = {
    Mark.SEEN: Text("已核对原文", "seen"),
    Mark.RECALLED: Text("据记忆", "recalled"),
    Mark.UNCERTAIN: Text("存疑", "uncertain"),
    Mark.OWN: Text("本系统规则", "rule of this product"),
}
_UNITS: dict[str, str] = {"month": "个月", "year": "年", "working day": "个工作日"}
_PLACES: dict[str, str] = {"last paragraph": "末款"}
_CHINESE_SERIES: dict[str, str] = {"huanfa": "环发", "huanban": "环办", "huanbankeji": "环办科技"}
_NUMBERED = re.compile(r"^(\w+) \[(\d{4})\] (\d+)(?:, annex (\d+))?$")
_YEAR = re.compile(r"20\d\d")  # a value of a year in a series, no article
_RULE_PART = re.compile(r"\+(\d+) (month|year|working day)s?")


def explain(deadline: Deadline, language: str, titles: Mapping[str, Text] | None = None) -> str:
    """One sentence on the date, and one more for each doubt or adjustment.

    `titles` gives the titles of steps that may be triggers; without it the commonest are known and others are named by
    their key. Example: "List published 2008-08-01; +2 months = 2008-10-01, in the National Day holiday, so 2008-10-06
    (151 of 2005, art. 5, recalled)."
    """
    english = language.lower().startswith("en")
    trigger = _trigger(deadline.trigger, titles).in_language(language)
    source = article_text(deadline.article).in_language(language)
    sentences = [_english(deadline, trigger, source) if english else _chinese(deadline, trigger, source)]
    sentences += [note.in_language(language) for note in _notes(deadline)]
    return (" " if english else "").join(sentences)


def article_text(article: Article) -> Text:
    """The article with how sure we are: "151 of 2005, art. 5, recalled" and "环发〔2005〕151号第5条，据记忆"."""
    mark = MARKS[article.mark]
    if article.mark is Mark.OWN:
        return mark
    cited = citation(article)
    return Text(f"{cited.zh}，{mark.zh}", f"{cited.en}, {mark.en}")


def citation(article: Article) -> Text:
    """The article as people cite it: "151 of 2005, art. 5" and "环发〔2005〕151号第5条"."""
    document = _document(article.document)
    place = article.article
    place_en = f"art. {place}" if place[:1].isdigit() and not _YEAR.fullmatch(place) else place
    english = ", ".join(part for part in (document.en, place_en) if part)
    return Text(f"{document.zh}{_chinese_place(place)}", english)


def _chinese_place(place: str) -> str:
    """`5` as 第5条, `16, 17` as 第16、17条, `3(1)` as 第3条（1）, `ch. 2, 3` as 第2、3章, others as they stand."""
    if place.startswith("ch. "):
        return f"第{place[4:].replace(', ', '、')}章"
    if place.startswith("annex "):
        return f"附录{place[6:]}"
    if _YEAR.fullmatch(place):
        return f"（{place}年）"
    if not place[:1].isdigit():
        return place
    parts = place.split(", ")
    numbers = [part for part in parts if part[:1].isdigit()]
    rest = "".join(_PLACES.get(part, part) for part in parts if not part[:1].isdigit())
    article, bracket, item = "、".join(numbers).partition("(")
    inside = f"（{item.removesuffix(')')}）" if bracket else ""
    return f"第{article}条{inside}{rest}"


def _document(name: str) -> Text:
    """A numbered document by number and year, any other by its name in `articles.DOCUMENTS`."""
    if match := _NUMBERED.match(name):
        series, year, number, annex = match.groups()
        chinese = f"{_CHINESE_SERIES.get(series.lower(), series)}〔{year}〕{number}号"
        english = f"{number} of {year}"
        return Text(f"{chinese}附件{annex}", f"{english}, annex {annex}") if annex else Text(chinese, english)
    known = DOCUMENTS.get(name)
    return known.name if known else Text(name, name)


def _english(deadline: Deadline, trigger: str, source: str) -> str:
    if deadline.rule.startswith("+"):
        counted = f"{trigger} {deadline.trigger_on}; {deadline.rule} = {deadline.raw_end}"
        if deadline.rolled and deadline.roll_reason:
            counted += f", {deadline.roll_reason.en}, so {deadline.due_on}"
    elif deadline.rule.startswith("by "):
        counted = f"Fixed date of the year {deadline.raw_end.year}: {deadline.raw_end}"
    else:
        counted = f"{trigger} {deadline.trigger_on}; date set there: {deadline.raw_end}"
    if not deadline.rolled and deadline.due_on != deadline.raw_end:
        counted += f", moved to {deadline.due_on}"
    return f"{counted} ({source})."


def _chinese(deadline: Deadline, trigger: str, source: str) -> str:
    if deadline.rule.startswith("+"):
        length = "".join(f"{count}{_UNITS[unit]}" for count, unit in _RULE_PART.findall(deadline.rule))
        counted = f"{trigger} {deadline.trigger_on}；加{length}为 {deadline.raw_end}"
        if deadline.rolled and deadline.roll_reason:
            counted += f"，适逢{deadline.roll_reason.zh}，顺延至 {deadline.due_on}"
    elif deadline.rule.startswith("by "):
        counted = f"{deadline.raw_end.year} 年固定日期：{deadline.raw_end}"
    else:
        counted = f"{trigger} {deadline.trigger_on}；其中确定的日期为 {deadline.raw_end}"
    if not deadline.rolled and deadline.due_on != deadline.raw_end:
        counted += f"，调整至 {deadline.due_on}"
    return f"{counted}（{source}）。"


def _notes(deadline: Deadline) -> list[Text]:
    notes = []
    for adjustment in deadline.adjustments:
        kind, _, when = adjustment.partition(":")
        start, _, end = when.partition("/")
        if kind == "extension":
            notes.append(Text(f"已延期至 {start}。", f"Extended to {start}."))
        elif end:
            notes.append(Text(f"{start} 至 {end} 中止。", f"Suspended from {start} to {end}."))
        else:
            notes.append(Text(f"自 {start} 起中止。", f"Suspended since {start}."))
    if deadline.adjusted_due_on:
        beside = deadline.adjusted_due_on
        notes.append(
            Text(
                f"调整后的日期为 {beside}，是否逾期仍按 {deadline.due_on} 计算。",
                f"Adjusted date {beside}; lateness still counts from {deadline.due_on}.",
            )
        )
    if deadline.provisional:
        notes.append(
            Text("暂定：有关年份的放假安排尚未公布。", "Provisional: a year's rest days are not yet published.")
        )
    if deadline.calendar_unknown:
        notes.append(
            Text(
                "有关年份无放假安排数据，仅按周末计算。",
                "A year has no table of rest days: only weekends were counted.",
            )
        )
    return notes


def _trigger(trigger: str, titles: Mapping[str, Text] | None) -> Text:
    if trigger in TRIGGERS:
        return TRIGGERS[trigger]
    if titles and trigger in titles:
        return titles[trigger]
    spaced = trigger.replace("_", " ")
    return Text(spaced, spaced[:1].upper() + spaced[1:])
