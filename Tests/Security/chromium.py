"""Chromium, driven by its DevTools protocol: what a real browser does with what the server sends."""

import asyncio
import shutil
import subprocess
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

PROGRAM = next((path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None)


class Tab:
    def __init__(self, socket):
        self._socket = socket
        self._number = 0
        self._answers = {}
        self._listeners = []
        self._reader = asyncio.create_task(self._read())

    async def _read(self):
        async for message in self._socket:
            message = message.json()
            if "id" in message:
                self._answers.pop(message["id"]).set_result(message)
            else:
                for listener in self._listeners:
                    asyncio.create_task(listener(message["method"], message["params"]))

    def on(self, listener):
        self._listeners.append(listener)

    async def call(self, method, **parameters):
        self._number += 1
        answer = self._answers[self._number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": self._number, "method": method, "params": parameters})
        answer = await asyncio.wait_for(answer, 30)
        assert "error" not in answer, (method, answer)
        return answer["result"]

    async def open(self, url, seconds=1.0):
        """Goes there, and waits until scripts had their time. What the browser says where it does not arrive."""
        result = await self.call("Page.navigate", url=url)
        await asyncio.sleep(seconds)
        return result.get("errorText", "")

    async def value(self, expression):
        """What an expression is in the page, or what it throws."""
        result = await self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        thrown = result.get("exceptionDetails")
        return f"thrown: {thrown['exception'].get('description', '')}" if thrown else result["result"].get("value")


@asynccontextmanager
async def tab():
    """A tab of a browser of its own."""
    profile = tempfile.mkdtemp(prefix="assay-chromium-")
    process = subprocess.Popen(
        [PROGRAM, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        told = Path(profile, "DevToolsActivePort")
        for _ in range(300):
            if told.exists() and told.read_text().count("\n") >= 1:
                break
            await asyncio.sleep(0.1)
        port = told.read_text().split()[0]
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                page = next(page for page in await answer.json() if page["type"] == "page")
            async with session.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                opened = Tab(socket)
                for domain in ("Page", "Runtime", "Network"):
                    await opened.call(f"{domain}.enable")
                yield opened
                opened._reader.cancel()
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(profile, ignore_errors=True)
