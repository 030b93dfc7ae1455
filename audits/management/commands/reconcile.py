"""`manage.py reconcile`: prove that the facts equal a live count from the events, and that frozen returns are what was
frozen. Exit code 1 when they do not.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audits.statistics import reconcile
from audits.statistics.returns.freezing import broken

SHOWN = 100


class Command(BaseCommand):
    help = "Compare every fact and sum with the events, and frozen returns with their digests. Exit code 1 and the differences."

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = reconcile()
        for difference in outcome.differences[:SHOWN]:
            self.stdout.write(str(difference))
        if len(outcome.differences) > SHOWN:
            self.stdout.write(f"… and {len(outcome.differences) - SHOWN} more")
        if outcome.unsettled:
            raise CommandError("Facts were being refreshed all the time; run it again.")
        if not outcome.equal:
            raise CommandError(f"{len(outcome.differences)} differences; `refresh_statistics --rebuild` counts anew.")
        altered = list(broken())
        for sentence in altered[:SHOWN]:
            self.stdout.write(sentence)
        if altered:
            raise CommandError(f"{len(altered)} faults of frozen returns.")
        self.stdout.write(f"{outcome.cases} cases agree with their events; {outcome.behind} have newer events.")
