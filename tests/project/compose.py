"""Reads docker-compose.yml as the engine would: merged anchors, variables filled in."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>\w+)(?P<kind>:\?|:-)?(?P<rest>[^}]*)\})")


class Unset(ValueError):
    """A required variable is not set; the message is its name."""


def filled(value: Any, variables: Mapping[str, str]) -> Any:
    """`value` with `${NAME:?…}`, `${NAME:-default}`, `${NAME}` and `$$` replaced. Raises Unset."""
    if isinstance(value, dict):
        return {name: filled(inner, variables) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, variables) for inner in value]
    if not isinstance(value, str):
        return value

    def replace(match: re.Match[str]) -> str:
        if match.group() == "$$":
            return "$"
        given = variables.get(match["name"], "")
        if given:
            return given
        if match["kind"] == ":-":
            return match["rest"]
        raise Unset(match["name"])

    return VARIABLE.sub(replace, value)


def raw() -> dict[str, Any]:
    """The file with its anchors merged and its variables as written."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return content


def services(variables: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The services with `variables` filled in."""
    found: dict[str, dict[str, Any]] = filled(raw()["services"], variables)
    return found


def names() -> dict[str, str]:
    """Every variable of the file with its kind: ":?" (required), ":-" (has a default) or "" (neither)."""
    text = "\n".join(
        line for line in (ROOT / "docker-compose.yml").read_text().splitlines() if not line.lstrip().startswith("#")
    )
    return {match["name"]: match["kind"] or "" for match in VARIABLE.finditer(text) if match["name"]}
