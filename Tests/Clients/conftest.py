"""One server for all tests with the real client, unless ASSAY_URL names one that is running.

Sets ASSAY_URL, and for each person `ASSAY_TOKEN_<NAME>` (root, ana, petra, vera, carl, otto); fixtures `house` and `url`.
"""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "Acceptance"))

_house = None


def pytest_sessionstart(session):
    global _house
    if os.environ.get("ASSAY_URL") or session.config.option.collectonly:
        return
    from house import House

    _house = House()
    _house.start()
    os.environ["ASSAY_URL"] = _house.url
    os.environ["MLFLOW_TRACKING_URI"] = _house.url
    for name, token in _house.tokens.items():
        os.environ[f"ASSAY_TOKEN_{name.upper()}"] = token


def pytest_sessionfinish(session):
    if _house:
        _house.remove()


@pytest.fixture(scope="session")
def house():
    if _house is None:
        pytest.skip("ASSAY_URL names a server whose people these tests do not know")
    return _house


@pytest.fixture(scope="session")
def url():
    return os.environ["ASSAY_URL"]
