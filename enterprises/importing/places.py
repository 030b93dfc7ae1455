"""Which division a row means: by its code, by the successor of a retired code, or by its name alone."""

from collections.abc import Collection
from dataclasses import dataclass

from audits.procedure.words import Text
from enterprises.importing.cells import Repair
from enterprises.importing.columns import Column
from enterprises.importing.lookup import DivisionInfo, Lookup, stem
from enterprises.importing.rows import Place, Row


@dataclass(frozen=True, slots=True)
class _Found:
    """The answer for one combination of code, name and city."""

    place: Place
    division: DivisionInfo | None = None
    hints: tuple[DivisionInfo, ...] = ()
    name_agrees: bool = True
    rule: str = ""  # of the repair needed to get there
    text: Text | None = None


def place(rows: list[Row], lookup: Lookup, refused: Collection[str] = ()) -> list[Repair]:
    """Fill in the division of every row. Returns the repairs this takes; those in `refused` are not applied."""
    answers: dict[tuple[str, str, str], _Found] = {}
    repairs: list[Repair] = []
    for row in rows:
        key = (row.division_code, row.division_name, row.city_name)
        found = answers.get(key)
        if found is None:
            found = answers[key] = _find(*key, lookup)
        row.place, row.division, row.hints, row.name_agrees = (
            found.place,
            found.division,
            found.hints,
            found.name_agrees,
        )
        if found.text is not None and found.division is not None:
            old, new = row.division_code, found.division.code
            proposed = Repair(row.number, Column.DIVISION_CODE, found.rule, old, new, found.text)
            repairs.append(proposed)
            if proposed.id in refused:
                row.division, row.hints = None, (found.division,)
                row.place = Place.RETIRED if old else Place.MISSING
            elif old:
                row.given_division_code = old
    return repairs


def _find(code: str, name: str, city: str, lookup: Lookup) -> _Found:
    text = name or city
    division = lookup.divisions.get(code)
    if division is not None:
        if _agrees(text, division):
            return _Found(Place.KNOWN, division)
        return _Found(Place.KNOWN, division, hints=_named(text, city, lookup), name_agrees=False)
    if code in lookup.successors:
        return _successor(code, text, city, lookup)
    hints = _named(name, city, lookup) if text else ()
    if code or len(hints) > 1:
        return _Found(Place.UNKNOWN if code else Place.AMBIGUOUS, hints=hints)
    if not hints:
        return _Found(Place.UNKNOWN if text else Place.MISSING)
    # A name alone names one division: complete, but said.
    only = hints[0]
    why = Text(
        f"没有区划代码；按名称“{text}”应为 {only.code} {only.path or only.name}",
        f'no division code; the name "{text}" means {only.code} {only.path or only.name}',
    )
    return _Found(Place.KNOWN, only, rule="division_from_name", text=why)


def _successor(code: str, text: str, city: str, lookup: Lookup) -> _Found:
    """The successor of a retired code, unless the name plainly means another present division."""
    heir = lookup.divisions[lookup.successors[code]]
    former = lookup.retired_names.get(code, "")
    supported = bool(text) and (_agrees(text, heir) or bool(former and stem(former) in text))
    if text and not supported:
        others = tuple(hint for hint in _named(text, city, lookup) if hint.code[:2] == code[:2])
        if others:
            return _Found(Place.RETIRED, hints=(heir, *others))
    was = f"（{former}）" if former else ""
    was_en = f" ({former})" if former else ""
    zh = f"区划代码 {code}{was}已撤销，现为 {heir.code} {heir.name}"
    en = f"division {code}{was_en} was abolished; it is now {heir.code} {heir.name}"
    if supported:
        zh, en = f"{zh}，与名称“{text}”相符", f'{en}, which the name "{text}" supports'
    elif text:
        zh, en = f"{zh}，但名称“{text}”不能印证，请核对", f'{en}, but the name "{text}" does not support it: check'
    return _Found(Place.KNOWN, heir, name_agrees=supported or not text, rule="retired_division", text=Text(zh, en))


def _agrees(text: str, division: DivisionInfo) -> bool:
    """Whether a name as written fits a division: its name, a longer or shorter form of it, or a place it lies in."""
    if not text or text == division.name:
        return True
    short = stem(division.name)
    return division.name in text or short in text or stem(text) in (division.path or division.name)


def _named(name: str, city: str, lookup: Lookup) -> tuple[DivisionInfo, ...]:
    """The present divisions a name can mean within the list's scope, exact names before similar ones."""
    text = name or city
    candidates = [lookup.divisions[code] for code in lookup.names.get(stem(text), ())]
    retired = [lookup.divisions[lookup.successors[code]] for code, old in lookup.retired_names.items() if old == text]
    candidates += [heir for heir in retired if heir not in candidates]
    if not candidates:  # 苏州市吴江区, 江苏省苏州市吴江区: the last part names it, the first must fit its path
        for cut in range(len(text) - 2, 1, -1):
            before, last = text[:cut], text[cut:]
            candidates = [
                division
                for code in lookup.names.get(stem(last), ())
                if (division := lookup.divisions[code]).name == last and stem(before) in division.path
            ]
            if candidates:
                break
    candidates = [division for division in candidates if division.scope_code.startswith(lookup.within)]
    if city and city != text:
        candidates = [division for division in candidates if stem(city) in division.path] or candidates
    exact = [division for division in candidates if division.name == text] or candidates
    counties = [division for division in exact if division.county] or exact
    return tuple(counties)
