"""The loan models of examples/loans, trained and registered by ana, with the example's policy published. Once a house."""

import subprocess
import sys
from pathlib import Path

from house import expect

EXAMPLE = Path(__file__).parents[3] / "examples" / "loans"


def publish(house):
    if not hasattr(house, "loan_policy"):
        house.assay("policy", "publish", str(EXAMPLE / "policy.yaml"), "--server", house.url, who="petra")
        house.loan_policy = True


def version(house, variant):
    """{"run_id", "version"} of the registered variant, `first` (with race, fails) or `second`."""
    publish(house)
    known = house.__dict__.setdefault("loan_versions", {})
    if variant not in known:
        done = subprocess.run(
            [sys.executable, str(EXAMPLE / "train.py"), variant], capture_output=True, text=True,
            env=house.environment("ana"), timeout=300)
        expect(done.returncode == 0, f"train.py ended {done.returncode}: {done.stderr[-2000:]}")
        words = done.stdout.strip().splitlines()[-1].split()
        known[variant] = {"run_id": words[1].rstrip(":"), "version": words[-1]}
    return known[variant]
