"""docs/examples.md shows what the commands print now."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_examples_shows_what_is_printed():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "examples", "--check"], capture_output=True, text=True, env=os.environ, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
