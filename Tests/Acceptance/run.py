"""Run the cases whose capability has landed and print pass, fail or not yet by id.

    python Tests/Acceptance/run.py [T01 T05 …]

A case is a module `cases/tNN.py` with a function `run(house)`; its docstring says what passes. An id without a module is
not yet. Ends 1 if a case failed, else 0; the last line counts.
"""

import importlib
import logging
import os
import sys
import time
import traceback
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
sys.path.insert(0, str(Path(__file__).parent))
from house import Failure, House  # noqa: E402

ALL = [f"T{number:02}" for number in range(1, 41)]


def main():
    wanted = [name.upper() for name in sys.argv[1:]] or ALL
    unknown = [name for name in wanted if name not in ALL]
    if unknown:
        sys.exit(f"acceptance: no such case: {', '.join(unknown)}")
    landed = {path.stem.upper() for path in (Path(__file__).parent / "cases").glob("t*.py")}
    passed = failed = 0
    house = House()
    try:
        if landed & set(wanted):
            house.start()
        for name in wanted:
            if name not in landed:
                print(f"{name}  not yet", flush=True)
                continue
            case = importlib.import_module(f"cases.{name.lower()}")
            begun = time.monotonic()
            try:
                case.run(house)
                passed += 1
                print(f"{name}  pass     {case.__doc__.splitlines()[0]}  ({time.monotonic() - begun:.1f} s)", flush=True)
            except Exception as problem:
                failed += 1
                print(f"{name}  fail     {case.__doc__.splitlines()[0]}", flush=True)
                text = str(problem) if isinstance(problem, Failure) else traceback.format_exc()
                print("     " + text.replace("\n", "\n     "), flush=True)
    finally:
        house.remove()
    print(f"{passed} passed, {failed} failed, {len(wanted) - passed - failed} not yet")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
