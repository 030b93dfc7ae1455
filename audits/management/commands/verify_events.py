"""`manage.py verify_events`: prove that the log is whole and that what is stored is what it says."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from audits.models import Event
from audits.workflow.verify import verify_all


class Command(BaseCommand):
    help = (
        "Check every chain of events, every seal and everything stored against a rebuild; exit 1 if anything is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=100, help="print at most so many findings (default 100)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each finding on a line of its own, then a count."""
        found = 0
        for finding in verify_all():
            found += 1
            if found <= options["limit"]:
                self.stdout.write(str(finding))
        events = Event.objects.count()
        if found:
            raise CommandError(_("%(found)d findings in %(events)d events.") % {"found": found, "events": events})
        self.stdout.write(_("%(events)d events: nothing is wrong.") % {"events": events})
