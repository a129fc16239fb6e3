"""A server of its own for each file of attacks, with people who have passwords."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "Acceptance"))
sys.path.insert(0, str(Path(__file__).parent))

from asking import PASSWORDS, Browser, set_password
from house import House


@pytest.fixture(scope="module")
def house():
    house = House(people={"ana": "data_scientist", "vera": "validator"})
    house.start()
    for name in ("ana", "vera", "root"):
        set_password(house, name, PASSWORDS[name])
    yield house
    house.remove()


@pytest.fixture
def browser(house):
    return Browser(house.url)
