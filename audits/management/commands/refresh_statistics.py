"""`manage.py refresh_statistics [--rebuild]`: count what changed since the last time, or everything anew."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from audits.statistics import load_seed_returns, rebuild, refresh


class Command(BaseCommand):
    help = "Bring the facts of the statistics up to date. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="count every case anew")

    def handle(self, *args: Any, **options: Any) -> None:
        load_seed_returns()
        report = (rebuild if options["rebuild"] else refresh)(timezone.now())
        self.stdout.write(json.dumps(report.as_dict()))
