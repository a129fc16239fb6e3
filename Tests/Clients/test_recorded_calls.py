"""What MLflow's clients send to log, register and load a model, sent without them: statuses and answers as `mlflow server` gave.

scripts/fixtures/client_calls.py recorded the calls. A name between « and » is an id: the first answer that holds it says what
it is here, and every later call and answer holds the same. Files are stand-ins of the same size, one for each content.
"""

import json
import re
import uuid
from pathlib import Path
from urllib.parse import quote

from wire import call

FOLDER = Path(__file__).parents[1] / "Fixtures/clients"
NAME = re.compile("«([a-z]+)»")
# The server's clock, the only thing besides ids that two servers may say differently.
TIMES = re.compile("(creation|last_updated?)_time(stamp)?(_ms)?")
# Differences that docs/compatibility.md keeps, by their names there, as they show here.
KEPT = {
    "nan-of-models": r"/logged-models/.*\.data\.metrics\[\d\]\.value: 'NaN', not 0\.0$",
    "no-gateway": r"/server-info\.(features_enabled\.gateway|presigned_upload_(model|run)_id_supported): False, not True$",
    "no-server-paths": r"\.message: \"No such artifact: 'model'\", not ",
}


class Replay:
    def __init__(self, url):
        mark = uuid.uuid4().hex
        self.url, self.known = url, {"title": f"experiment-{mark}", "registered": f"model-{mark}"}

    def send(self, recorded):
        """What differs from the recorded answer, by its place."""
        path, _, query = recorded["path"].partition("?")
        path = self.filled(path) + ("?" + self.filled(query, lambda value: quote(value, safe="")) if query else "")
        body, headers = recorded.get("body"), {}
        if body is not None:
            headers["Content-Type"] = recorded["type"]
            body = stand_in(body) if "sha256" in body else self.filled(json.dumps(body, ensure_ascii=False)).encode()
        status, _, content = call(self.url, recorded["method"], path, body, headers)
        where = f"{recorded['method']} {recorded['path']}"
        if status != recorded["status"]:
            return [f"{where}: {status} {content[:500]}, not {recorded['status']}"]
        expected = recorded["answer"]
        if expected is None:
            # MLflow answers an upload with nothing, Assay with `{}`: empty-answers.
            return [] if content == b"{}" else [f"{where}: {content[:500]}, not an empty answer"]
        if "sha256" in expected:
            return [] if content == stand_in(expected) else [f"{where}: another file, of {len(content)} bytes"]
        return list(self.differences(expected, json.loads(content), where))

    def filled(self, text, form=str):
        return NAME.sub(lambda found: form(self.known[found[1]]), text)

    def differences(self, expected, found, where):
        if type(expected) is not type(found):
            yield f"{where}: {found!r}, not {expected!r}"
        elif isinstance(expected, dict):
            for key in expected.keys() ^ found.keys():
                yield f"{where}.{key}: {'missing' if key in expected else f'added, {found[key]!r}'}"
            for key in sorted(expected.keys() & found.keys()):
                if not (TIMES.fullmatch(key) and isinstance(found[key], int) and found[key] > 0):
                    yield from self.differences(expected[key], found[key], f"{where}.{key}")
        elif isinstance(expected, list):
            if len(expected) != len(found):
                yield f"{where}: {len(found)} elements, not {len(expected)}"
            for number, pair in enumerate(zip(by_key(expected), by_key(found))):
                yield from self.differences(*pair, f"{where}[{number}]")
        elif isinstance(expected, str) and expected.startswith("[") and found.startswith("["):
            # A list in a tag's value, whose spaces say nothing.
            yield from self.differences(json.loads(expected), json.loads(found), where)
        elif isinstance(expected, str):
            if not self.agrees(expected, found):
                yield f"{where}: {found!r}, not {self.filled_as_known(expected)!r}"
        elif expected != found:
            yield f"{where}: {found!r}, not {expected!r}"

    def agrees(self, expected, found):
        """Whether the text is the recorded one; what its unknown names stand for is known from then on."""
        parts, names = NAME.split(expected), set()
        pattern = ""
        for number, part in enumerate(parts):
            if number % 2 == 0:
                pattern += re.escape(part)
            elif part in self.known:
                pattern += re.escape(self.known[part])
            else:
                pattern += f"(?P={part})" if part in names else f"(?P<{part}>.+)"
                names.add(part)
        match = re.fullmatch(pattern, found, re.DOTALL)
        if match:
            self.known.update(match.groupdict())
        return match is not None

    def filled_as_known(self, text):
        return NAME.sub(lambda found: self.known.get(found[1], found[0]), text)


def stand_in(file):
    return (file["sha256"] * (file["size"] // 64 + 1))[: file["size"]].encode()


def by_key(items):
    """Tags, params and metrics are a set; their order says nothing."""
    if all(isinstance(item, dict) and "key" in item for item in items):
        return sorted(items, key=lambda item: item["key"])
    return items


def test_recorded_calls(url):
    differences, shown = [], set()
    for path in sorted(FOLDER.glob("mlflow-*.json")):
        replay, flows = Replay(url), json.loads(path.read_text())
        assert list(flows)[0] == "log and register" and len(flows) == 5
        for name, calls in flows.items():
            replay.known.pop("place", None)
            for difference in [difference for recorded in calls for difference in replay.send(recorded)]:
                kept = {name for name, pattern in KEPT.items() if re.search(pattern, difference)}
                shown |= kept
                if not kept:
                    differences.append(f"{path.stem}, {name}: {difference}")
    assert not differences, "\n".join(differences)
    assert shown == set(KEPT)
