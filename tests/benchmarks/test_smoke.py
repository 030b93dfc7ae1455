"""The benchmarks run, at a tiny size: what they measure must not rot. The figures themselves are for `make bench`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("kind", "measures"), [("perform", 2), ("import", 1), ("publish", 1)], ids=["perform", "import", "publish"]
)
def test_every_benchmark_yields_a_ratio_to_its_floor(kind: str, measures: int, tmp_path: Path) -> None:
    target = tmp_path / "result.json"
    command = [sys.executable, "-m", "benchmarks", kind, "--small", "--rounds", "1", "--json", str(target)]
    done = subprocess.run(
        command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(target.read_text(encoding="utf-8"))["measures"]
    assert [one["ratio"] > 0 and len(one["ratios"]) == 1 for one in found] == [True] * measures
