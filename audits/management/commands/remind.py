"""`manage.py remind [--on DATE] [--dry-run] [--cap N]`: tell everybody what is due."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.reminders import run


class Command(BaseCommand):
    help = str(gettext_lazy("Send the notices that are due. Safe to repeat."))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", help="Shanghai date YYYY-MM-DD (default: today)")
        parser.add_argument("--dry-run", action="store_true", help="store and send nothing")
        parser.add_argument("--cap", type=int, default=settings.REMINDER_CAP, help="most messages to send")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            on = date.fromisoformat(options["on"]) if options["on"] else localdate()
        except ValueError:
            raise CommandError(_("Write the date as YYYY-MM-DD.")) from None
        report = run(on, dry_run=options["dry_run"], cap=options["cap"])
        self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
