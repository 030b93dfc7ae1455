"""The benchmarks run, at a tiny size: what they measure must not rot. The figures themselves are for `make bench`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.postgres
def test_every_benchmark_yields_a_ratio_to_its_floor(tmp_path: Path) -> None:
    target = tmp_path / "result.json"
    kinds = ["perform", "import", "publish"]
    command = [sys.executable, "-m", "benchmarks", *kinds, "--small", "--rounds", "1", "--json", str(target)]
    done = subprocess.run(
        command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(target.read_text(encoding="utf-8"))["measures"]
    assert [one["ratio"] > 0 and len(one["ratios"]) == 1 for one in found] == [True] * 4


@pytest.mark.postgres
def test_a_country_is_made_whole_and_measured(tmp_path: Path) -> None:
    """Its log verifies, its figures equal the events, and each measure has a floor and its peak of memory."""
    target = tmp_path / "result.json"
    size = ["--cases", "150", "--rounds", "1"]
    command = [sys.executable, "-m", "benchmarks", "scale", *size, "--check", "--json", str(target)]
    done = subprocess.run(
        command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(target.read_text(encoding="utf-8"))
    worlds = found["about"]["worlds"].values()
    assert [
        (one["counted"]["rows"]["audits_auditcase"], one["check"]["findings"], one["check"]["equal"]) for one in worlds
    ] == [
        (15, [], True),
        (150, [], True),
    ]
    measures = found["measures"]
    assert {one["notes"]["due"] for one in measures if "due" in one["notes"]} != {0}
    assert [one["ratio"] > 0 and one["peak_mb"] > 50 for one in measures] == [True] * 11
