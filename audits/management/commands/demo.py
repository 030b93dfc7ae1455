"""`manage.py demo`: fill a demo and run it; `--prepare` only fills the database of the present settings."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audits.demo import people, resetting
from audits.demo.filling import prepare


class Command(BaseCommand):
    help = "Fill the demo (fictional enterprises, lists, cases and users) and run the whole service."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--prepare", action="store_true", help="only fill the database of the present settings")
        parser.add_argument("--reset", action="store_true", help="remove what is there and build the demo anew")
        parser.add_argument("--port", type=int, help="the first port to try")

    def handle(self, *args: Any, **options: Any) -> None:
        """Without `--prepare` as `make demo`: an embedded service of its own, filled and run until Ctrl-C."""
        if not options["prepare"]:
            sys.exit(_run(reset=options["reset"], port=options["port"]))
        if not resetting.allowed():
            raise CommandError(
                "演示数据只写入试用环境（DEBUG=1 或 CPAUDIT_DEMO=1）。"
                f" The demo is only written where it is asked for: set DEBUG=1 or {resetting.FLAG}=1."
            )
        if resetting.is_foreign():
            raise CommandError(
                "数据库中已有其他数据，未作任何更改。 The database holds other data; nothing was changed."
            )
        done = prepare(reset=options["reset"])
        self._say(done)

    def _say(self, done: dict[str, Any]) -> None:
        counts = done["counts"]
        state = ("已写入", "written") if done["created"] else ("已存在，保持不变", "there already, kept as it is")
        self.stdout.write(f"演示数据{state[0]}。 Demo data {state[1]}.")
        self.stdout.write(
            "  "
            + ", ".join(
                f"{name} {counts[name]}" for name in ("lists", "cases", "enterprises", "users", "events", "duties")
            )
        )
        self.stdout.write("\n用户 / users:")
        width = max(len(name) for name in (*people.NAMED, *people.SECOND)) + 2
        for name, may in (*people.NAMED.items(), *people.SECOND.items()):
            self.stdout.write(f"  {name:<{width}}{may.zh}\n  {'':<{width}}{may.en}")
        for code in people.open_codes():
            self.stdout.write(
                f"  首次登录 / first access: {code.organization}, {code.credit_code}, 激活码 / code {code.code}"
            )
        password = done["password"] or "（首次运行时所示 / the one shown on the first run）"
        self.stdout.write(f"\n密码（全部用户） / password of all: {password}")


def _run(*, reset: bool, port: int | None) -> int:
    from cpaudit_site import run

    arguments = [*(["--reset"] if reset else []), *(["--port", str(port)] if port else [])]
    return run.main(arguments)
