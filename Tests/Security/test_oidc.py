"""Logging in with an identity provider: the whole way of a browser, clients' bearer tokens, and tokens that are not good."""

import os
import time

import mlflow
import pytest
from asking import Browser, bearer, send
from house import House, free_port
from provider import AUDIENCE, CLIENT, SECRET, Key, Provider, b64, hs256, token

ME = "/api/assay/v1/users/me"


@pytest.fixture(scope="module")
def provider():
    provider = Provider()
    yield provider
    provider.close()


class FederatedHouse(House):
    def __init__(self, provider, extra=""):
        super().__init__(people={"ana": "data_scientist"})
        self.settings = self.folder / "settings.yaml"
        self.settings.write_text(f"""identity:
  fresh-login-minutes: 15
  oidc:
    issuer: {provider.issuer}
    client-id: {CLIENT}
    client-secret-env: ASSAY_TEST_CLIENT_SECRET
    redirect-uri: {self.url}/login/provider/callback
    label: Example SSO
    audience: {AUDIENCE}
    roles:
      risk: validator
      makers: data_scientist
      owners: admin
    allow-addresses:
      - 127.0.0.1:{provider.port}
{extra}""")
        self.server_arguments += ["--config", str(self.settings)]


@pytest.fixture(scope="module")
def house(provider):
    os.environ["ASSAY_TEST_CLIENT_SECRET"] = SECRET
    house = FederatedHouse(provider)
    house.start()
    yield house
    house.remove()


@pytest.fixture(autouse=True)
def as_it_was(provider):
    provider.person = {"sub": "subject-1", "preferred_username": "olga", "groups": ["risk"]}
    provider.changes = {}


def path_of(house, address):
    assert address.startswith(house.url)
    return address[len(house.url):]


def go(browser, provider, house, next="/requests"):
    """From our log-in page to the provider and back."""
    leave = browser.get(f"/login/provider?next={next}")
    assert leave.status == 303 and leave.headers["Location"].startswith(f"{provider.issuer}/authorize?"), leave.text
    back = provider.log_in(leave.headers["Location"])
    return browser.get(path_of(house, back), {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"})


# The way of a browser


def test_a_person_logs_in_and_is_given_the_roles_of_their_groups(house, provider, browser):
    assert "Log in with Example SSO" in browser.get("/login").text
    answer = go(browser, provider, house)
    assert (answer.status, answer.headers["Location"]) == (303, "/requests"), answer.text
    me = browser.get(ME).json
    assert (me["name"], me["roles"], me["method"]) == ("olga", ["validator"], "session")
    provider.person["groups"] = ["makers", "nobody knows this one"]
    second = Browser(house.url)
    go(second, provider, house)
    assert second.get(ME).json["roles"] == ["data_scientist"] and second.get(ME).json["id"] == me["id"]
    provider.person["groups"] = None
    go(second, provider, house)
    assert second.get(ME).json["roles"] == []
    entries = send(house.url, "GET", "/api/assay/v1/log/entries?limit=1000", headers=bearer(house.tokens["root"]))
    assert entries.status == 403 or any(entry["kind"] == "user.linked" for entry in entries.json["entries"])


def test_the_subject_is_the_person_and_a_name_is_a_label(house, provider):
    """Somebody who calls themselves ana, or root, at the provider does not become them."""
    for subject, name in [("subject-a", "ana"), ("subject-r", "root"), ("subject-x", "a\r\nX: y"), ("subject-y", "anonymous")]:
        provider.person.update(sub=subject, preferred_username=name)
        browser = Browser(house.url)
        go(browser, provider, house)
        me = browser.get(ME).json
        assert me["name"] not in ("ana", "root", "anonymous", "") and "\n" not in me["name"], me
        assert me["roles"] == ["validator"]
    provider.person.update(sub="subject-a", preferred_username="another name now")
    go(browser, provider, house)
    assert browser.get(ME).json["name"] == "ana-2"


def test_the_way_back_is_of_this_browser_and_of_one_login(house, provider, browser):
    leave = browser.get("/login/provider")
    back = path_of(house, provider.log_in(leave.headers["Location"]))
    kept = dict(browser.cookies)
    stranger = Browser(house.url)
    assert stranger.get(back).status == 403 and stranger.session is None, "another browser came back"
    assert browser.get(back.replace("state=", "state=x")).status == 403, "another state"
    assert browser.get(back).status == 403, "the cookie is gone after one failure"
    browser.cookies = dict(kept)
    assert browser.get(back.split("&iss=")[0] + "&iss=https%3A%2F%2Fevil.example").status == 403, "another issuer (RFC 9207)"
    browser.cookies = dict(kept)
    assert browser.get(back).status == 303
    browser.cookies.update(kept)
    assert browser.get(back).status in (401, 403, 503), "a code is good once"
    forged = Browser(house.url)
    forged.cookies["assay-provider"] = b64(b"x" * 200)
    assert forged.get(back).status == 403


@pytest.mark.parametrize("changes", [
    {"nonce": "of another login"}, {"nonce": None}, {"aud": AUDIENCE}, {"aud": [CLIENT, "other"]}, {"iss": "https://evil.example"},
    {"exp": 1_000}, {"exp": None}, {"iat": None}, {"sub": ""}, {"sub": None}, {"azp": "other"}, {"nbf": int(time.time()) + 3_600},
])
def test_a_login_with_a_wrong_token_is_none(house, provider, browser, changes):
    provider.changes = changes
    answer = go(browser, provider, house)
    assert answer.status == 401 and "not valid here" in answer.text and browser.session is None


def test_a_login_that_is_old_approves_nothing(house, provider, browser):
    provider.changes = {"auth_time": int(time.time()) - 3_600}
    assert go(browser, provider, house).status == 303
    answer = browser.send("POST", "/api/assay/v1/tokens", {"label": "x"}, {"X-CSRF-Token": browser.word("/account")})
    assert answer.status == 401 and "log-in of the last 15 minutes" in answer.json["message"]
    provider.changes = {}
    assert go(browser, provider, house).status == 303
    assert browser.send("POST", "/api/assay/v1/tokens", {"label": "x"}, {"X-CSRF-Token": browser.word("/account")}).status == 200


@pytest.mark.parametrize("next", ["https://evil.example", "//evil.example", "/%5Cevil.example"])
def test_nobody_is_led_elsewhere_afterwards(house, provider, browser, next):
    assert go(browser, provider, house, next).headers["Location"] == "/"


# Clients


def who(house, text):
    answer = send(house.url, "GET", ME, headers=bearer(text))
    return answer.json["name"] if answer.status == 200 else answer.status


@pytest.mark.parametrize("key", range(4))
def test_bearer_tokens_of_each_algorithm(house, provider, key):
    provider.person.update(sub="client-1", preferred_username="robot-runner")
    assert who(house, provider.bearer(key)) == "robot-runner"


def test_the_real_client_sends_one(house, provider, monkeypatch):
    provider.person.update(sub="client-2", preferred_username="mia", groups=["makers"])
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", provider.bearer())
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    client = mlflow.MlflowClient(house.url, registry_uri=house.url)
    client.create_registered_model("by-bearer")
    assert send(house.url, "GET", "/api/assay/v1/models/by-bearer/history").json["entries"][0]["actor_name"] == "mia"


WRONG = {
    "none": lambda p: p.bearer(header={"alg": "none"}, signature=lambda _: b""),
    "None in capitals": lambda p: p.bearer(header={"alg": "nOnE"}, signature=lambda _: b""),
    "no signature": lambda p: p.bearer(signature=lambda _: b""),
    "HS256 with the public key": lambda p: p.bearer(header={"alg": "HS256"}, signature=hs256(p.keys[0].pem)),
    "HS256 with the modulus": lambda p: p.bearer(header={"alg": "HS256"}, signature=hs256(p.keys[0].jwk["n"].encode())),
    "another's key of the same name": lambda p: token(p.claims(), Key("rsa", "RS256")),
    "a key it brings itself": lambda p: (lambda k: token(p.claims(), k, {"jwk": k.jwk}))(Key("rsa", "RS256")),
    "a key from an address it names": lambda p: token(p.claims(), Key("own", "RS256"), {"jku": "http://127.0.0.1:1/keys"}),
    "a path as the key's name": lambda p: token(p.claims(), Key("../../../../dev/null", "RS256")),
    "a name of SQL": lambda p: token(p.claims(), Key("rsa' OR '1'='1", "RS256")),
    "a name that is no text": lambda p: p.bearer(header={"kid": 7}),
    "RSA's name for an EC key": lambda p: p.bearer(2, header={"kid": "rsa"}),
    "PS256 by a key for RS256": lambda p: token(p.claims(), p.keys[1], {"kid": "rsa"}),
    "RS256 announced, PS256 signed": lambda p: token(p.claims(), p.keys[1], {"alg": "RS256", "kid": "rsa"}),
    "ES256 in DER": lambda p: p.bearer(2, signature=p.keys[2].der),
    "ES256 of zeros": lambda p: p.bearer(2, signature=lambda _: bytes(64)),
    "an extension nobody knows": lambda p: p.bearer(header={"crit": ["x"], "x": 1}),
    "another type": lambda p: p.bearer(header={"typ": "logout+jwt"}),
    "another audience": lambda p: p.bearer(aud="somebody-else"),
    "the browser's audience": lambda p: p.bearer(aud=CLIENT),
    "no audience": lambda p: p.bearer(aud=None),
    "another issuer": lambda p: p.bearer(iss="https://evil.example"),
    "an issuer that begins alike": lambda p: p.bearer(iss=p.issuer + ".evil.example"),
    "expired": lambda p: p.bearer(exp=int(time.time()) - 60),
    "no expiry": lambda p: p.bearer(exp=None),
    "an expiry in words": lambda p: p.bearer(exp="never"),
    "not yet valid": lambda p: p.bearer(nbf=int(time.time()) + 120),
    "issued in the future": lambda p: p.bearer(iat=int(time.time()) + 120),
    "no subject": lambda p: p.bearer(sub=None),
    "a subject that is a list": lambda p: p.bearer(sub=["subject-1"]),
    "claims that were changed": lambda p: (lambda a, b: ".".join([b.split(".")[0], a.split(".")[1], b.split(".")[2]]))(p.bearer(sub="root"), p.bearer()),
    "padding": lambda p: p.bearer() + "=",
    "a broken part": lambda p: p.bearer().replace(".", ".!", 1),
    "too long": lambda p: p.bearer(filler="x" * 70_000),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_tokens_that_are_not_good_open_nothing(house, provider, wrong):
    """The server is not slowed by them either: the same token, made well, is taken right after."""
    text = WRONG[wrong](provider)
    answer = send(house.url, "GET", "/api/2.0/mlflow/registered-models/search?max_results=1", headers=bearer(text))
    # A head of more than 64 KiB is not even read.
    assert answer.status == 401 or wrong == "too long" and answer.status in (400, 431), answer.text
    assert who(house, provider.bearer()) not in (401, 403)


def test_new_keys_are_found_and_invented_names_ask_for_nothing(house, provider):
    asked = provider.key_requests
    for number in range(20):
        assert who(house, token(provider.claims(), Key(f"invented-{number}", "EdDSA"))) == 401
    assert provider.key_requests <= asked + 1
    fresh = Key("fresh", "EdDSA")
    provider.keys.append(fresh)
    try:
        for _ in range(80):
            if who(house, token(provider.claims(), fresh)) == "olga":
                break
            time.sleep(1)
        else:
            pytest.fail("a new key was not found within 80 seconds")
        assert provider.key_requests <= asked + 3
    finally:
        provider.keys.remove(fresh)


def test_an_account_out_of_use_stays_so_at_the_provider_too(house, provider, browser):
    provider.person.update(sub="subject-gone", preferred_username="gone")
    assert who(house, provider.bearer()) == "gone"
    done = send(house.url, "PATCH", "/api/assay/v1/users/gone", {"disabled": True}, bearer(house.tokens["root"]))
    assert done.status == 200
    assert who(house, provider.bearer()) == 401
    assert go(browser, provider, house).status == 401
    refused = send(house.url, "PUT", "/api/assay/v1/users/gone/password", {"password": "a way around it all"}, bearer(house.tokens["root"]))
    assert refused.status == 400 and "identity provider" in refused.json["message"]


def test_a_workflow_of_the_same_issuer_and_audience_locks_nobody_out(house, provider):
    """A token that is no run's is a person's, where both are made out by one provider for one audience."""
    house.settings.write_text(house.settings.read_text().replace("identity:\n", f"identity:\n  workflows:\n    allow-addresses:\n      - 127.0.0.1:{provider.port}\n", 1))
    house.stop()
    house.start()
    pins = {"repository": "bank/credit", "workflow_ref": "bank/credit/.github/workflows/model.yml@refs/heads/main", "ref": "refs/heads/main"}
    house.assay("evaluator", "add", "ci", "--issuer", provider.issuer, "--audience", AUDIENCE,
                *(word for claim in pins.items() for word in ("--claim", "=".join(claim))), "--server", house.url, who="root")
    assert who(house, provider.bearer()) == "olga"
    run = {"sub": "repo:bank/credit:ref:refs/heads/main", "aud": AUDIENCE, **pins}
    # The run itself is one still: it hands in (here nothing that could be), and reads nothing.
    read = send(house.url, "GET", "/api/2.0/mlflow/registered-models/get?name=x", headers=bearer(provider.run(**run)))
    assert read.status == 403, read.text
    for wrong in (provider.bearer(exp=int(time.time()) - 60), token(provider.claims(), Key("rsa", "RS256")), provider.run(**{**run, "sub": None})):
        answer = send(house.url, "GET", ME, headers=bearer(wrong))
        assert answer.status == 401 and "Log in again with your identity provider" in answer.text, answer.text
    assert go(Browser(house.url), provider, house).status == 303


# Setting it up


def test_a_provider_at_a_private_address_must_be_named(provider):
    """What an address in the settings may reach is decided as for webhooks: nothing private by itself."""
    house = FederatedHouse(provider)
    house.settings.write_text(house.settings.read_text().replace(f"    allow-addresses:\n      - 127.0.0.1:{provider.port}\n", ""))
    try:
        house.start()
        assert Browser(house.url).get("/login/provider").status == 503
        assert "allow-addresses" in (house.folder / "server.log").read_text()
    finally:
        house.remove()


@pytest.mark.parametrize("line, message", [
    ("    isuer: x", "'isuer' is not known"), ("    client-secret: plain", "'client-secret' is not known"),
    ("    client-secret-file: /nowhere", "is named more than once"),
])
def test_settings_that_are_wrong_are_named(provider, line, message):
    house = FederatedHouse(provider, line + "\n")
    try:
        done = house.assay("server", "--port", str(free_port()), "--data-dir", str(house.data), "--config", str(house.settings), check=2)
        assert message in done.stderr
    finally:
        house.remove()
