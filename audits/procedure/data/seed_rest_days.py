"""Write `rest_days.csv` from the `holidays` package: `python -m audits.procedure.data.seed_rest_days` after raising it.

The package is a development dependency: the service itself reads only the committed table. Year means the year of the
State Council's arrangement, so a December day moved for New Year stands under the year that follows.
"""

import csv
import re
from datetime import date, timedelta
from pathlib import Path

FIRST_YEAR, LAST_YEAR = 2004, 2026
FOLDER = Path(__file__).parent
_SUBSTITUTED = re.compile(r"substituted from (\d\d)/(\d\d)/(\d{4})")


def rest_day_rows() -> list[tuple[int, date, str, str, str]]:
    """Rows `(year, date, kind, name_zh, name_en)` in order of date; every non-working holiday and every moved day."""
    import holidays

    years = range(FIRST_YEAR, LAST_YEAR + 1)
    english = holidays.country_holidays("CN", years=years, language="en_US")
    chinese = holidays.country_holidays("CN", years=years, language="zh_CN")
    workdays = {day for day in english.weekend_workdays if date(FIRST_YEAR, 1, 1) <= day <= date(LAST_YEAR, 12, 31)}
    names: dict[date, tuple[str, str]] = {}
    for day, label in english.items():
        if not label.startswith("Day off"):
            names[day] = _names(chinese[day], label)
    swapped: dict[date, date] = {}
    for day, label in english.items():
        if match := _SUBSTITUTED.search(label):
            month, number, year = (int(part) for part in match.groups())
            swapped[date(year, month, number)] = day
    rows = []
    for day, label in english.items():
        moved = label.startswith("Day off") or "(observed)" in label
        name_zh, name_en = names[_nearest(day, names)]
        rows.append((_year(day), day, "rest_moved" if moved else "holiday", name_zh, name_en))
    for day in workdays:
        name_zh, name_en = names[_nearest(swapped.get(day, day), names)]
        rows.append((_year(day), day, "workday_moved", name_zh, name_en))
    return sorted(rows, key=lambda row: row[1])


def _names(chinese: str, english: str) -> tuple[str, str]:
    """The festival as people call it in a sentence; both names of a day that is two festivals."""
    if "70th Anniversary" in english:
        return "抗战胜利70周年纪念日", "70th Victory Day"
    zh = chinese.replace("（补假）", "").replace("春节延长假期", "春节").replace("; ", "、")
    en = english.replace(" (observed)", "").replace(" Extended Holiday", "").replace(" (Spring Festival)", "")
    en = en.replace("Chinese New Year's Eve", "Spring Festival Eve").replace("Chinese New Year", "Spring Festival")
    return zh, en.replace("; ", " and ")


def _year(day: date) -> int:
    """The year whose arrangement moved this day: nothing at the end of December is a festival of its own year."""
    return day.year + 1 if (day.month, day.day) >= (12, 25) else day.year


def _nearest(day: date, named: dict[date, tuple[str, str]]) -> date:
    """The festival day closest to a moved day."""
    for distance in range(20):
        for candidate in (day - timedelta(distance), day + timedelta(distance)):
            if candidate in named:
                return candidate
    raise ValueError(f"No festival near {day}.")


def main() -> None:
    """Write the table beside this file."""
    with (FOLDER / "rest_days.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("year", "date", "kind", "name_zh", "name_en"))
        writer.writerows((year, day.isoformat(), *rest) for year, day, *rest in rest_day_rows())


if __name__ == "__main__":
    main()
