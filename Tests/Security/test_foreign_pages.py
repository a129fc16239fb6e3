"""Somebody else's page in a colleague's browser: an artifact that is a document, and a page of another site on this machine.

Each is tried in Chromium with the cookie of somebody who is logged in and may approve; neither reads nor changes anything. The same
page does its work once the protections are taken from the answers, so that it is them that stop it.
"""

import asyncio
import http.server
import threading

import pytest
from asking import PASSWORDS, Browser, bearer, send
from chromium import PROGRAM, tab

PAGE = """<!doctype html><title>untouched</title><form id=form method=post action="/logout"><input name=csrf value=x></form><script>
document.title = 'ran';
(async () => {
  const page = await (await fetch('SERVER/account', {credentials: 'include'})).text();
  const word = page.match(/name="csrf" value="([0-9a-f]{64})"/)[1];
  await fetch('SERVER/api/assay/v1/tokens', {method: 'POST', credentials: 'include',
    headers: {'Content-Type': 'application/json', 'X-CSRF-Token': word}, body: JSON.stringify({label: 'forged'})});
  document.title = 'forged';
})().catch(error => { document.title = 'refused'; });
</script>"""
FORM = """<!doctype html><title>untouched</title><form id=form method=post action="SERVER/logout"><input name=csrf value=x></form>
<iframe src="SERVER/account"></iframe><img src="SERVER/account"><script src="SERVER/api/assay/v1/users/me"></script>
<script>const opened = window.open('SERVER/account'); document.title = 'ran'; document.getElementById('form').submit();</script>"""

needs_chromium = pytest.mark.skipif(PROGRAM is None, reason="there is no chromium on this machine; test_headers_of_artifacts looks at the same headers")


@pytest.fixture
def vera(house):
    browser = Browser(house.url)
    browser.log_in("vera", PASSWORDS["vera"])
    return browser


def upload(house, name, text):
    run = send(house.url, "POST", "/api/2.0/mlflow/runs/create", {"experiment_id": "0"}, bearer(house.tokens["ana"]))
    path = run.json["run"]["info"]["artifact_uri"].removeprefix("mlflow-artifacts:/")
    answer = send(house.url, "PUT", f"/api/2.0/mlflow-artifacts/artifacts/{path}/{name}", text, bearer(house.tokens["ana"]))
    assert answer.status == 200, answer.text
    return [f"{house.url}/api/2.0/mlflow-artifacts/artifacts/{path}/{name}",
        f"{house.url}/get-artifact?run_id={run.json['run']['info']['run_id']}&path={name}"]


def labels(house, browser):
    answer = browser.get("/api/assay/v1/tokens")
    assert answer.status == 200, answer.text
    return answer.text


async def log_in(tab, house, browser):
    await tab.call("Network.setCookie", name="assay", value=browser.session, url=house.url, httpOnly=True, sameSite="Lax")


async def rewrite(tab, without=(), **headers):
    """Takes headers from every answer on its way to the browser and puts others there."""

    async def answered(method, parameters):
        if method != "Fetch.requestPaused":
            return
        kept = [h for h in parameters.get("responseHeaders", []) if h["name"].lower() not in {*without, *headers}]
        kept += [{"name": name, "value": value} for name, value in headers.items()]
        body = await tab.call("Fetch.getResponseBody", requestId=parameters["requestId"])
        encoded = body["body"]
        await tab.call("Fetch.fulfillRequest", requestId=parameters["requestId"], responseCode=parameters["responseStatusCode"],
            responseHeaders=kept, body=encoded)

    tab.on(answered)
    await tab.call("Fetch.enable", patterns=[{"requestStage": "Response", "urlPattern": "*artifact*"}])


@pytest.mark.parametrize("name", ["page.html", "page.svg", "page.xhtml", "page", "page.txt", "page.xml", "page.pdf", "page.png"])
def test_headers_of_artifacts(house, vera, name):
    for address in upload(house, name, PAGE):
        headers = vera.get(address.removeprefix(house.url)).headers
        policy = [part.strip() for part in headers["Content-Security-Policy"].split(";")]
        assert policy[0] == "sandbox", "a sandbox that allows nothing: an origin that is nobody's"
        assert {"default-src 'none'", "form-action 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy)
        assert headers["Cross-Origin-Resource-Policy"] == headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        kind, shown = headers["Content-Type"], headers["Content-Disposition"]
        assert (kind, shown) in [("text/plain; charset=utf-8", "inline"), ("image/png", "inline")] or (
            kind == "application/octet-stream" and shown.startswith("attachment")), (kind, shown)


@needs_chromium
@pytest.mark.parametrize("name", ["page.html", "page.txt", "page.svg"])
def test_a_browser_runs_no_artifact(house, vera, name):
    async def scene():
        async with tab() as opened:
            await log_in(opened, house, vera)
            for address in upload(house, name, PAGE.replace("SERVER", "")):
                await opened.open(address)
                assert await opened.value("document.title") in ("", "about:blank"), "it was shown as a document"
        async with tab() as careless:
            # A browser that shows everything as a document: what is left is the sandbox.
            await log_in(careless, house, vera)
            await rewrite(careless, without=("content-disposition", "x-content-type-options"), **{"content-type": "text/html"})
            for address in upload(house, name, PAGE.replace("SERVER", "")):
                await careless.open(address)
                assert await careless.value("document.title") == "untouched"
                assert await careless.value("self.origin") == "null"
                assert "SecurityError" in await careless.value("document.cookie")
                await careless.value("document.getElementById('form').submit()")

    asyncio.run(scene())
    assert "forged" not in labels(house, vera)


@needs_chromium
def test_without_the_sandbox_it_would_have_worked(house):
    """The attack is a real one: the same page, with its protections taken away."""
    victim = Browser(house.url)
    victim.log_in("ana", PASSWORDS["ana"])

    async def scene():
        async with tab() as opened:
            await log_in(opened, house, victim)
            await rewrite(
                opened, without=("content-disposition", "x-content-type-options", "content-security-policy"),
                **{"content-type": "text/html"})
            await opened.open(upload(house, "page.html", PAGE.replace("SERVER", ""))[0], seconds=3)
            assert await opened.value("document.title") == "forged"

    asyncio.run(scene())
    assert "forged" in labels(house, victim)


class Foreign(http.server.BaseHTTPRequestHandler):
    """A page of another origin of the same site, so that the browser sends the cookie along."""

    pages = {}

    def do_GET(self):
        page = self.pages.get(self.path)
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write((page or "").encode())

    def log_message(self, *arguments):
        pass


@needs_chromium
def test_a_page_of_another_port_of_this_machine_does_nothing(house, vera):
    Foreign.pages = {"/fetch": PAGE.replace("SERVER", house.url), "/form": FORM.replace("SERVER", house.url)}
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Foreign)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    seen = []

    async def note(method, parameters):
        if method == "Network.responseReceived" and house.url in parameters["response"]["url"]:
            seen.append((parameters["type"], parameters["response"]["status"]))

    async def scene():
        async with tab() as opened:
            opened.on(note)
            await log_in(opened, house, vera)
            await opened.open(f"http://127.0.0.1:{server.server_port}/fetch", seconds=2)
            assert await opened.value("document.title") == "refused"
            await opened.open(f"http://127.0.0.1:{server.server_port}/form", seconds=2)

    asyncio.run(scene())
    server.shutdown()
    assert "forged" not in labels(house, vera)
    assert vera.get("/api/assay/v1/users/me").json["name"] == "vera", "the form logged her out"
    assert seen and all(status == 403 for kind, status in seen if kind in ("Fetch", "XHR")), seen
    assert ("Document", 403) in seen, ("the form's answer", seen)
