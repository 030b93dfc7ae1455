"""`manage.py import_list FILE --list ID --as USER`: the import of the API, from the command line."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Membership
from audits.procedure.words import Party
from audits.workflow.errors import WorkflowError
from audits.workflow.imports import apply_import, check
from enterprises.importing.errors import ImportRefused
from enterprises.models import KeyEnterpriseList


class Command(BaseCommand):
    help = "Read a key-enterprise list (xlsx or csv): a dry run by default; --apply puts the accepted rows on the list."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--list", required=True, help="id of the list")
        parser.add_argument("--as", dest="user", required=True, help="user name of an officer of the list's authority")
        parser.add_argument("--apply", action="store_true", help="apply the accepted rows with all proposed repairs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the report as JSON; with `--apply` also what was done. Nothing is stored when anything is refused."""
        language = get_language() or "zh-hans"
        by = (
            Membership.objects.active(timezone.localdate())
            .with_people()
            .filter(user__username=options["user"], organization__party=Party.AUTHORITY)
            .first()
        )
        if by is None:
            raise CommandError(_("No active member of an authority has this user name."))
        row = KeyEnterpriseList.objects.visible_to(by).filter(pk=options["list"]).first()
        if row is None:
            raise CommandError(_("This member sees no such list."))
        try:
            _held, report = check(row, by=by, content=options["file"].read_bytes(), filename=options["file"].name)
            self.stdout.write(json.dumps(report.as_json(language), ensure_ascii=False, indent=2))
            if options["apply"]:
                result = apply_import(
                    row,
                    by=by,
                    digest=report.digest,
                    rows="accepted",
                    repairs="all",
                    expected_version=row.version,
                    idempotency_key=str(uuid4()),
                )
                self.stdout.write(
                    _("%(count)d rows are on the list, version %(version)d.")
                    % {"count": report.accepted, "version": result.version}
                )
        except (WorkflowError, ImportRefused) as error:
            raise CommandError(error.text.in_language(language)) from error
