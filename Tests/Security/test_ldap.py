"""Names and passwords checked by a real slapd: over TLS, with groups, and with names that are filters."""

import os
import re

import mlflow
import pytest
from asking import Browser, basic, bearer, send
from directory import MANAGER, MANAGER_PASSWORD, PEOPLE, SUFFIX, Directory, free_port
from house import House

ME = "/api/assay/v1/users/me"


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    directory = Directory(tmp_path_factory.mktemp("ldap"))
    directory.start()
    directory.fill()
    yield directory
    directory.stop()


def settings(directory, **changes):
    """The lines of the settings' part `ldap`; `None` leaves one out."""
    lines = {
        "host": "127.0.0.1", "port": directory.secure_port, "tls": "ldaps", "ca-file": directory.cert, "bind-dn": MANAGER,
        "bind-password-env": "ASSAY_TEST_BIND_PASSWORD", "base": SUFFIX, "timeout-seconds": 3, "filter": '"(uid={name})"', **changes,
    }
    return "".join(f"    {name}: {value}\n" for name, value in lines.items() if value is not None)


def start(directory, **changes):
    os.environ["ASSAY_TEST_BIND_PASSWORD"] = MANAGER_PASSWORD
    house = House(people={"ana": "data_scientist"})
    path = house.folder / "settings.yaml"
    path.write_text(f"identity:\n  ldap:\n{settings(directory, **changes)}    roles:\n      \"cn=risk,ou=groups,{SUFFIX}\": validator\n")
    house.server_arguments += ["--config", str(path)]
    try:
        house.start()
    except BaseException:
        house.remove()
        raise
    return house


@pytest.fixture(scope="module")
def house(directory):
    house = start(directory)
    yield house
    house.remove()


def who(house, name, password):
    return send(house.url, "GET", ME, headers=basic(name, password))


def test_a_person_of_the_directory_is_one_here(house, monkeypatch):
    me = who(house, "lena", PEOPLE["lena"]).json
    assert (me["name"], me["roles"], me["method"]) == ("lena", ["validator"], "directory")
    assert who(house, "max", PEOPLE["max"]).json["roles"] == []
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "lena")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", PEOPLE["lena"])
    monkeypatch.delenv("MLFLOW_TRACKING_TOKEN", raising=False)
    mlflow.MlflowClient(house.url, registry_uri=house.url).search_experiments()
    browser = Browser(house.url)
    assert browser.log_in("lena", PEOPLE["lena"]).status == 303 and browser.get(ME).json["id"] == me["id"]
    assert "Change the password" not in browser.get("/account").text


def test_a_wrong_password_is_refused_as_everywhere(house):
    unknown = who(house, "nobody-at-all", "words of nobody here")
    for name, password in [("lena", "wrong words, many of them"), ("lena", PEOPLE["max"]), ("lena", ""), ("elsewhere", PEOPLE["lena"])]:
        answer = who(house, name, password)
        assert (answer.status, answer.content) == (401, unknown.content), name


@pytest.mark.parametrize("name", [
    "*", "l*", "lena)(uid=*", "lena)(|(uid=*", "*)(objectClass=*", "lena\\2a", "(uid=lena)", "lena,ou=people", "lena+cn=x",
    "uid=lena", "lena\x00", "lena)(userPassword=*", "\\6cena", "",
])
def test_a_name_is_never_a_filter(house, name):
    for password in (PEOPLE["lena"], MANAGER_PASSWORD):
        assert who(house, name, password).status == 401, password


def test_names_with_signs_are_found_as_they_are(house):
    for name in ("a*b", "o'hara (jr)"):
        assert who(house, name, PEOPLE[name]).json["name"] == name
    assert who(house, "axb", PEOPLE["a*b"]).status == 401


def test_of_two_entries_none_is_meant(house):
    assert who(house, "twin", PEOPLE["twin"]).status == 401


def test_the_directorys_root_is_not_ours(house):
    me = who(house, "root", PEOPLE["root"]).json
    assert me["name"] == "root-2" and me["roles"] == ["validator"]
    assert send(house.url, "GET", ME, headers=bearer(house.tokens["root"])).json["id"] != me["id"]


def test_an_account_out_of_use_stays_so(house):
    assert who(house, "max", PEOPLE["max"]).status == 200
    assert send(house.url, "PATCH", "/api/assay/v1/users/max", {"disabled": True}, bearer(house.tokens["root"])).status == 200
    assert who(house, "max", PEOPLE["max"]).status == 401
    assert send(house.url, "PATCH", "/api/assay/v1/users/max", {"disabled": False}, bearer(house.tokens["root"])).status == 200


def test_groups_found_by_search_and_names_written_out(directory):
    group = {"group-base": f"ou=groups,{SUFFIX}", "group-filter": '"(&(objectClass=groupOfNames)(member={dn}))"'}
    house = start(directory, tls="starttls", port=directory.port, **{"user-dn": f'"uid={{name}},ou=people,{SUFFIX}"', "bind-dn": None,
        "bind-password-env": None, "base": None, "filter": None, **group})
    try:
        assert who(house, "lena", PEOPLE["lena"]).json["roles"] == ["validator"]
        assert who(house, "o'hara (jr)", PEOPLE["o'hara (jr)"]).json["roles"] == []
        for name in ("lena,ou=people", "lena+cn=lena", "x,cn=manager", "*", f"lena,ou=people,{SUFFIX}"):
            assert who(house, name, PEOPLE["lena"]).status == 401, name
        assert who(house, "twin", PEOPLE["twin"]).status == 200
    finally:
        house.remove()


@pytest.mark.parametrize("changes, reason", [
    ({"ca-file": None}, "contact LDAP server|Connect error"),
    ({"host": "localhost"}, "contact LDAP server|Connect error"),
    ({"bind-password-env": "ASSAY_TEST_OTHER"}, "refuses the account"),
    ({"tls": "starttls", "port": 1}, "contact LDAP server"),
])
def test_what_cannot_be_trusted_is_not_asked(directory, monkeypatch, changes, reason):
    """Another authority, another name than the certificate's, a wrong account, nothing there: 503, and the log says why."""
    monkeypatch.setenv("ASSAY_TEST_OTHER", "not the manager's word")
    house = start(directory, **changes)
    try:
        assert who(house, "lena", PEOPLE["lena"]).status == 503
        log = (house.folder / "server.log").read_text()
        assert re.search(reason, log) and PEOPLE["lena"] not in log and MANAGER_PASSWORD not in log
        assert send(house.url, "GET", ME, headers=bearer(house.tokens["ana"])).status == 200
    finally:
        house.remove()


def test_a_silent_directory_is_not_waited_for(directory):
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(16)
        house = start(directory, host="127.0.0.1", tls="plain", port=silent.getsockname()[1])
        try:
            assert who(house, "lena", PEOPLE["lena"]).status == 503
        finally:
            house.remove()


def test_passwords_in_the_clear_must_be_asked_for_twice(directory):
    house = House(people={})
    path = house.folder / "settings.yaml"
    path.write_text("identity:\n  ldap:\n" + settings(directory, host="ldap.example.org", tls="plain"))
    try:
        done = house.assay("server", "--port", str(free_port()), "--data-dir", str(house.data), "--config", str(path), check=2)
        assert "in the clear" in done.stderr
    finally:
        house.remove()
