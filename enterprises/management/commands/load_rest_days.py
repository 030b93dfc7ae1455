"""`manage.py load_rest_days FILE --year 2027 --notice ... --source ...`: store a year's arrangement of rest days."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language

from audits.procedure.words import Mark
from enterprises.rest_days import FIRST_YEAR, RestDayFileError, load_year, read_year


class Command(BaseCommand):
    help = "Load the rest days of one year from a CSV file (date,kind,name_zh,name_en): all rows or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--notice", required=True, help="number of the State Council's notice")
        parser.add_argument("--source", default="", help="where the table was read; default: the file's name")
        parser.add_argument("--mark", choices=[mark.value for mark in Mark], default=Mark.SEEN.value)
        parser.add_argument("--dry-run", action="store_true", help="check the file and store nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        year: int = options["year"]
        if year < FIRST_YEAR:
            raise CommandError(f"The table begins in {FIRST_YEAR}.")
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path} cannot be read: {error}") from error
        try:
            rows = read_year(text, year)
            if not options["dry_run"]:
                load_year(
                    year,
                    rows,
                    notice_number=options["notice"],
                    source=options["source"] or path.name,
                    mark=Mark(options["mark"]),
                )
        except RestDayFileError as error:
            language = get_language() or "en"
            lines = [f"row {one.row}, {one.column}: {one.text.in_language(language)}" for one in error.problems]
            raise CommandError("Nothing was loaded.\n" + "\n".join(lines)) from error
        verb = "checked" if options["dry_run"] else "loaded"
        self.stdout.write(f"{year}: {len(rows)} days {verb} ({options['notice']}).")
