"""A server of its own for each file of attacks, with people who have passwords."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "Acceptance"))
sys.path.insert(0, str(Path(__file__).parent))

from asking import PASSWORDS, Browser, bearer, send, set_password
from house import House


@pytest.fixture(scope="module")
def house():
    house = House(people={"ana": "data_scientist", "vera": "validator"})
    house.start()
    for name in ("ana", "vera"):
        set_password(house, name, PASSWORDS[name])
    answer = send(house.url, "PUT", "/api/assay/v1/users/me/password", {"password": PASSWORDS["root"]}, bearer(house.tokens["root"]))
    assert answer.status == 200, answer.text
    yield house
    house.remove()


@pytest.fixture
def browser(house):
    return Browser(house.url)
