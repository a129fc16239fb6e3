"""Browsers: logging in and out, and what a foreign page, a planted cookie or a stale form can do: nothing."""

import re

import pytest
from asking import PASSWORDS, Browser, basic, bearer, send

ME = "/api/assay/v1/users/me"


def who(browser):
    return browser.get(ME).json["name"]


def test_log_in_and_out(browser):
    page = browser.get("/login")
    assert page.status == 200 and 'action="/login"' in page.text and "no-store" in page.headers["Cache-Control"]
    answer = browser.log_in("vera", PASSWORDS["vera"], next="/requests?state=open")
    assert (answer.status, answer.headers["Location"]) == (303, "/requests?state=open")
    value, attributes = answer.cookies["assay"]
    assert re.fullmatch("[0-9a-f]{64}", value) and {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    assert not any(part.startswith(("Domain", "Max-Age")) for part in attributes)
    assert who(browser) == "vera" and ">vera</a>" in browser.get("/").text
    kept = dict(browser.cookies)
    assert browser.form("/logout", {"csrf": browser.word("/")}).headers["Location"] == "/login"
    assert browser.session is None and who(browser) == ""
    browser.cookies = kept
    assert who(browser) == "", "the cookie is good after logging out"


def test_a_wrong_password_is_said_on_the_page_and_nothing_is_set(browser):
    answer = browser.log_in("vera", "wrong <b>horse</b> battery")
    assert answer.status == 401 and "is not right" in answer.text and browser.session is None
    assert 'value="vera"' in answer.text and "horse" not in answer.text
    hostile = browser.log_in('"><script>alert(1)</script>', "x" * 20)
    assert "<script" not in hostile.text and "&lt;script" in hostile.text


@pytest.mark.parametrize("next", [
    "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "evil.example",
    "/ok\r\nSet-Cookie: a=b", "/%0d%0aX: y\r\n", "/login?next=/login", "/" + "x" * 2_000, "/\tevil", "http:/evil.example", "",
])
def test_nobody_is_led_elsewhere(browser, next):
    answer = browser.log_in("vera", PASSWORDS["vera"], next=next)
    assert answer.status == 303 and "evil" not in answer.headers["Location"].replace("/%0d%0aX:", "")
    assert answer.headers["Location"] == "/" and "a" not in answer.cookies
    assert 'name="next" value="/"' in Browser(browser.url).get("/login?next=" + "https%3A%2F%2Fevil.example").text


def test_a_login_is_not_forged_by_another_site(house, browser):
    """Logging a victim in as somebody else needs a word of a page of ours and the cookie that came with it."""
    fields = {"name": "vera", "password": PASSWORDS["vera"]}
    assert browser.form("/login", fields).status == 403
    word = browser.word("/login", "/login")
    assert Browser(house.url).form("/login", {**fields, "csrf": word}).status == 403, "the word without its cookie"
    other = Browser(house.url)
    other.word("/login", "/login")
    assert other.form("/login", {**fields, "csrf": word}).status == 403, "the word of another browser's form"
    assert browser.form("/login", {**fields, "csrf": word}, {"Origin": "http://evil.example"}).status == 403
    assert browser.form("/login", {**fields, "csrf": word}, {"Sec-Fetch-Site": "cross-site"}).status == 403
    assert browser.form("/login", {**fields, "csrf": browser.word("/login", "/login")}).status == 303


def test_a_planted_session_stays_worth_nothing(house):
    victim = Browser(house.url)
    planted = "ab" * 32
    victim.cookies["assay"] = planted
    assert victim.log_in("vera", PASSWORDS["vera"]).status == 303
    assert victim.session != planted
    attacker = Browser(house.url)
    attacker.cookies["assay"] = planted
    assert who(attacker) == ""


def test_logging_in_again_ends_the_session_before(house):
    browser = Browser(house.url)
    browser.log_in("vera", PASSWORDS["vera"])
    first = dict(browser.cookies)
    browser.log_in("ana", PASSWORDS["ana"])
    assert who(browser) == "ana"
    browser.cookies = first
    assert who(browser) == ""


@pytest.mark.parametrize("method, path, body", [
    ("POST", "/api/2.0/mlflow/experiments/create", {"name": "forged"}),
    ("POST", "/api/2.0/mlflow/registered-models/create", {"name": "forged"}),
    ("DELETE", "/api/2.0/mlflow/registered-models/delete", {"name": "forged"}),
    ("POST", "/api/assay/v1/tokens", {"label": "forged"}),
    ("POST", "/api/assay/v1/adoptions", {"model": "x", "version": 1}),
    ("PUT", "/api/2.0/mlflow-artifacts/artifacts/0/x/artifacts/forged.txt", None),
    ("DELETE", "/api/assay/v1/tokens/0000000000000000", None),
])
def test_what_changes_something_needs_a_word_of_the_session(house, browser, method, path, body):
    browser.log_in("ana", PASSWORDS["ana"])
    right = browser.word("/account")
    other = Browser(house.url)
    other.log_in("vera", PASSWORDS["vera"])
    for word in [None, "", "0" * 64, other.word("/account"), right[:-1], right.upper() + "x"]:
        headers = {} if word is None else {"X-CSRF-Token": word}
        answer = browser.send(method, path, body, headers)
        assert answer.status == 403 and "does not come from a page of this session" in answer.json["message"], (word, answer.text)
    assert "does not come from" not in browser.send(method, path, body, {"X-CSRF-Token": right}).text


def test_forms_without_the_word_change_nothing(browser):
    browser.log_in("ana", PASSWORDS["ana"])
    for path, fields in [("/logout", {}), ("/account/sessions/end", {}), ("/account/password", {"old": PASSWORDS["ana"], "new": "a new good password"})]:
        for extra in [{}, {"csrf": "0" * 64}]:
            assert browser.form(path, {**fields, **extra}).status == 403, path
    assert who(browser) == "ana"


def test_pages_of_other_sites_reach_nothing(house, browser):
    browser.log_in("ana", PASSWORDS["ana"])
    word = browser.word("/account")
    for headers in [
        {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://localhost.evil.example"},
        {"Origin": f"{house.url}.evil.example"}, {"Origin": "http://localhost:1"}, {"Sec-Fetch-Site": "cross-site"},
    ]:
        answer = browser.send("POST", "/api/assay/v1/tokens", {"label": "x"}, {"X-CSRF-Token": word, **headers})
        assert answer.status == 403, headers
    # A rebound name looks same-origin to the browser; the server answers for its own names only.
    for host in ["evil.example", f"evil.example:{house.port}", "127.0.0.1.evil.example", "localhost.", "[::1].evil", ""]:
        answer = browser.send("GET", ME, headers={"Host": host, "Origin": f"http://{host}"})
        assert answer.status == 403, host
    # Guesses from a rebound page are not even looked at.
    for _ in range(3):
        assert send(house.url, "GET", ME, headers={"Host": "evil.example", **basic("vera", "x" * 12)}).status == 403


def test_a_link_of_another_site_opens_a_page_and_nothing_else(browser):
    browser.log_in("ana", PASSWORDS["ana"])
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert browser.get("/requests", link).status == 200
    assert browser.get("/requests", {**link, "Sec-Fetch-Dest": "iframe"}).status == 403
    assert browser.get("/requests", {**link, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}).status == 403
    assert browser.get(ME, link).status == 403
    assert browser.form("/logout", {"csrf": browser.word("/")}, link).status == 403
    headers = browser.get("/").headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"] and headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert not [name for name in headers if name.lower().startswith("access-control")]


def test_sessions_are_listed_and_ended_by_their_owner_only(house):
    first, second, stranger = Browser(house.url), Browser(house.url), Browser(house.url)
    first.log_in("vera", PASSWORDS["vera"])
    second.log_in("vera", PASSWORDS["vera"])
    stranger.log_in("ana", PASSWORDS["ana"])
    page = first.get("/account").text
    assert first.session not in page and second.session not in page
    present = re.search(r'this browser.*?name="session" value="([0-9a-f]{16})"', page, re.S).group(1)
    others = [name for name in re.findall(r'name="session" value="([0-9a-f]{16})"', page) if name != present]
    assert stranger.form("/account/sessions/end", {"csrf": stranger.word("/account"), "session": present}).status == 404
    for name in others:
        assert first.form("/account/sessions/end", {"csrf": first.word("/account"), "session": name}).headers["Location"] == "/account"
    assert who(first) == "vera" and who(second) == ""
    first.form("/account/sessions/end", {"csrf": first.word("/account")})
    assert who(first) == "" and who(stranger) == "ana"


def test_changing_the_password_logs_all_browsers_out(house):
    token = bearer(house.tokens["root"])
    made = send(house.url, "POST", "/api/assay/v1/users", {"name": "pia", "roles": ["auditor"], "password": "her first password here"}, token)
    assert made.status == 200
    first, second = Browser(house.url), Browser(house.url)
    first.log_in("pia", "her first password here")
    second.log_in("pia", "her first password here")
    wrong = first.form("/account/password", {"csrf": first.word("/account"), "old": "not it, not it", "new": "her second password here"})
    assert wrong.status == 401 and "is not right" in wrong.text
    short = first.form("/account/password", {"csrf": first.word("/account"), "old": "her first password here", "new": "short"})
    assert short.status == 400 and "at least 12 characters" in short.text
    done = first.form("/account/password", {"csrf": first.word("/account"), "old": "her first password here", "new": "a second phrase of hers"})
    assert done.status == 303 and who(first) == "" and who(second) == ""
    assert first.log_in("pia", "her first password here").status == 401
    assert first.log_in("pia", "a second phrase of hers").status == 303


def test_a_header_goes_before_a_cookie(browser, house):
    browser.log_in("ana", PASSWORDS["ana"])
    assert browser.get(ME, bearer(house.tokens["vera"])).json["name"] == "vera"
    assert browser.get(ME, bearer("assay_user_0")).status == 401
    browser.cookies["assay"] = browser.session + "; assay=" + "0" * 64
    assert who(browser) == "", "two cookies of one name were not refused"
