"""All rules over all rows."""

from enterprises.importing.findings import Finding
from enterprises.importing.rows import Batch
from enterprises.importing.rules import RULES, VERSION

__all__ = ["RULES", "VERSION", "judge"]


def judge(batch: Batch) -> list[Finding]:
    """Every finding of every rule, by row, in the order of `RULES` within a row: a row carries all its reasons."""
    findings = [finding for rule in RULES for finding in rule(batch)]
    findings.sort(key=lambda finding: finding.row)
    return findings
