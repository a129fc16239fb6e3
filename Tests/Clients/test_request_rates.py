"""How much one principal may ask, and what becomes of those who ask more."""

import mlflow
import pytest
from house import House
from wire import call

ME = "/api/assay/v1/users/me"


@pytest.fixture
def slow():
    """A server that answers each two requests a second, after five at once."""
    house = House(people={})
    settings = house.folder / "assay.yaml"
    house.start()
    house.add("ana", "data_scientist")
    house.stop()
    settings.write_text("limits:\n  requests-per-second: 2\n  request-burst: 5\n")
    house.server_arguments += ["--config", str(settings)]
    house.start()
    yield house
    house.remove()


def test_each_has_a_budget_of_its_own(slow):
    def ask(headers):
        status, answer, body = call(slow.url, "GET", ME, headers=headers)
        return status, {name.lower(): value for name, value in dict(answer).items()}, body

    ana, root = ({"Authorization": f"Bearer {slow.tokens[who]}"} for who in ("ana", "root"))
    answers = [ask(ana) for _ in range(12)]
    refused = [(headers, body) for status, headers, body in answers if status == 429]
    assert answers[0][0] == 200 and refused
    assert refused[0][0]["retry-after"] == "1" and b"REQUEST_LIMIT_EXCEEDED" in refused[0][1]
    assert ask(root)[0] == 200, "one pays for another"
    # Neither names that nobody has nor no name at all is a way around it.
    for headers in [{"Authorization": "Bearer assay_user_0"}, {}]:
        assert 429 in [ask(headers)[0] for _ in range(12)]


def test_the_real_client_waits_and_goes_on(slow, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", slow.tokens["ana"])
    client = mlflow.MlflowClient(slow.url, registry_uri=slow.url)
    client.create_registered_model("patient")
    for number in range(9):
        client.set_registered_model_tag("patient", f"k{number}", "v")
    assert len(client.get_registered_model("patient").tags) == 9
