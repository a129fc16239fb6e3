"""A server whose alerts may go to this machine, and what the tests of alerts ask of it."""

import time

import pytest
import yaml
from house import House


class AlertHouse(House):
    def __init__(self, *arguments, environment=None):
        self.secrets = environment or {}
        named = [word for name in self.secrets for word in ("--secret-allow", f"env:{name}")]
        super().__init__("--webhook-allow", "127.0.0.1", *named, *arguments)

    def start(self):
        import os

        before = dict(os.environ)
        os.environ.update(self.secrets)
        try:
            super().start()
        finally:
            os.environ.clear()
            os.environ.update(before)

    def apply(self, receivers, routes, **more):
        """Puts rules into force; a route's times are short unless it says otherwise."""
        short = {"group-wait": "0s", "group-interval": "1s"}
        document = {"assay": "alerts/v1", "receivers": receivers, "routes": [{**short, **route} for route in routes], **more}
        status, answer = self.http("POST", "/api/assay/v1/alerts/rules", {"rules": yaml.safe_dump(document)}, who="root")
        assert status in (200, 201), answer
        return answer

    def raise_(self, name, severity="critical", state="firing", **more):
        body = {"name": name, "severity": severity, "state": state, **more}
        status, answer = self.http("POST", "/api/assay/v1/alerts/test", body, who="root")
        assert status == 201, answer
        return answer["effect"]

    def deliveries(self, **query):
        text = "&".join(f"{key}={value}" for key, value in query.items())
        status, answer = self.http("GET", f"/api/assay/v1/alerts/deliveries?{text}", who="root")
        assert status == 200, answer
        return answer["deliveries"]

    @property
    def words(self):
        return (self.folder / "server.log").read_text()


@pytest.fixture(scope="module")
def alert_house():
    house = AlertHouse(environment={"HOOK_SECRET": "alerts-hush-52c1", "PD_KEY": "R0UT1NGKEY-7788", "AM_TOKEN": "am-token-3141"})
    house.server_arguments += ("--secret-allow", f"file:{house.folder}/secrets/*")
    house.start()
    yield house
    house.remove()


def eventually(holds, seconds=30):
    """What `holds` answers, once that is true of it."""
    end = time.monotonic() + seconds
    while True:
        answer = holds()
        if answer or time.monotonic() > end:
            assert answer
            return answer
        time.sleep(0.1)
