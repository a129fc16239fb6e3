"""The same request to both servers, and their answers side by side."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.parse import quote

from .comparison import differences
from .kept import KEPT
from .names import CLOSE, KINDS, OPEN, Side
from .servers import Reply, milliseconds

ABSENT = object()


@dataclass
class Answer:
    status: int
    # Parsed JSON with placeholders; text where it is none.
    body: object
    content_type: str
    # The answer of the other server where the two are known to differ; else `None`.
    mlflow: "Answer | None" = field(default=None, repr=False)

    @property
    def message(self):
        return self.body.get("message") if isinstance(self.body, dict) else self.body


class Differs(AssertionError):
    pass


class Pair:
    """Two servers that have seen the same requests."""

    def __init__(self, mlflow, assay, tally):
        self.servers = {"mlflow": mlflow, "assay": assay}
        self.sides = {name: Side() for name in self.servers}
        self.tally = tally
        self.count = 0
        self.learnt = 0
        self.threads = ThreadPoolExecutor(2)
        # What the running test has found; it goes on, so that one difference does not hide the next.
        self.found = []

    # Requests

    def get(self, path, query=None, **options):
        return self.send("GET", path, query=query, **options)

    def post(self, path, body=ABSENT, **options):
        return self.send("POST", path, body, **options)

    def post_query(self, path, query, **options):
        """Like `get`, for searches that take their fields in a body."""
        return self.send("POST", path, query, **options)

    def alone(self, name, method, path, body):
        """One server's own answer to a request that is sent to it alone; nothing is compared."""
        own = self.sides[name].own(json.dumps(body, ensure_ascii=False)).encode()
        reply = self.servers[name].request(method, f"/api/2.0/mlflow/{path}", own, {"Content-Type": "application/json"})
        assert reply.status == 200, reply.body
        return json.loads(reply.body)

    def patch(self, path, body=ABSENT, **options):
        return self.send("PATCH", path, body, **options)

    def delete(self, path, body=ABSENT, **options):
        return self.send("DELETE", path, body, **options)

    def send(self, method, path, body=ABSENT, *, query=None, raw=None, headers=None, api=None, new=None, kept=None, here=None,
             status=None):
        """Send to both and compare; Assay's answer, with placeholders.

        - path: below `/{api}/2.0/mlflow/`, or from the root if it begins with a slash.
        - body: anything JSON; or raw: bytes, or text with placeholders.
        - api: the prefix; without it the two take turns.
        - new: which names the answer brings, as `{"run.info.run_id": "run"}`.
        - kept: the name of the difference on purpose that this request shows, or several of which it must show one, `None`
          among them for equal answers too; here: what Assay's message must match then, its status, or both.
        - status: what both must answer, where a case would be pointless with another.
        """
        api = api or ("api", "ajax-api")[self.count % 2]
        self.count += 1
        path = path.replace("{api}", api) if path.startswith("/") else f"/{api}/2.0/mlflow/{path}"
        replies = self.exchange(method, path, query, self.content(body, raw), headers, body is not ABSENT)
        mlflow, assay = self.answers(replies, new or {})
        self.tally.count(method, path, assay.status)
        if path.endswith("/experiments/create"):
            self.keep_numbers(replies)
        try:
            self.compare(mlflow, assay, kept, here)
            if status is not None and assay.status != status:
                raise Differs(f"both answered {assay.status}, not {status}: {assay.message!r}")
        except Differs as error:
            request = f"{method} {path} {query or ''} {'' if body is ABSENT else json.dumps(body)[:2000]}{raw or ''}"
            self.found.append(f"{request}\n{error}")
            if self.tally.is_generating:
                self.raise_found()
        return assay

    def raise_found(self):
        found, self.found = self.found, []
        if found:
            raise Differs(f"{len(found)} differences\n" + "\n\n".join(found))

    def keep_numbers(self, replies):
        """Numbers of experiments are compared as they are. If one server alone made an experiment, the other makes one
        too, so that this one difference does not become one in every later answer."""
        for name, reply in replies.items():
            if reply.status != 200 and any(other.status == 200 for other in replies.values()):
                body = json.dumps({"name": f"filler {self.count}"})
                self.servers[name].request(
                    "POST", "/api/2.0/mlflow/experiments/create", body, {"Content-Type": "application/json"})

    @staticmethod
    def content(body, raw):
        if raw is not None or body is ABSENT:
            return raw
        return json.dumps(body, ensure_ascii=False)

    def exchange(self, method, path, query, content, headers, is_json):
        def one(name):
            side = self.sides[name]
            own_path = quote(side.own(path), safe="/%:@+$,;=~!*'()&?")
            if query:
                pairs = query.items() if isinstance(query, dict) else query
                flat = [(key, one) for key, value in pairs for one in (value if isinstance(value, list) else [value])]
                own_path += "?" + "&".join(f"{quote(key, safe='')}={quote(side.own(str(value)), safe='')}" for key, value in flat)
            own_body = side.own(content).encode("utf-8", "surrogatepass") if isinstance(content, str) else content
            own_headers = {"Content-Type": "application/json"} if is_json or method in ("POST", "PATCH") else {}
            if headers is not None:
                own_headers = headers
            sent = milliseconds()
            try:
                reply = self.servers[name].request(method, own_path, own_body, own_headers)
            except (ConnectionError, HTTPException):
                if name != "mlflow":
                    raise
                # It breaks off now and then where it could have said 500.
                reply = Reply(500, "text/plain", b"(the connection was reset)")
            finally:
                side.windows.append((sent, milliseconds()))
            return reply

        return dict(zip(self.servers, self.threads.map(one, self.servers)))

    # Answers

    def answers(self, replies, new):
        bodies = {name: parsed(reply) for name, reply in replies.items()}
        for place, kind in new.items():
            found = {name: at(body, place) for name, body in bodies.items()}
            fits = all(isinstance(value, str) and KINDS[kind].fullmatch(value) for value in found.values())
            if fits and not any(found[name] in side.placeholders for name, side in self.sides.items()):
                placeholder = self.placeholder(kind)
                for name, side in self.sides.items():
                    side.learn(placeholder, found[name])
        answers = {
            name: Answer(reply.status, self.sides[name].normalised(bodies[name]), reply.content_type)
            for name, reply in replies.items()
        }
        # A token is opaque and each stands for itself: MLflow's are the same for the same offset in any search.
        if all(isinstance(at(body, "next_page_token"), str) for body in bodies.values()):
            placeholder = self.placeholder("token")
            for name, side in self.sides.items():
                side.values[placeholder] = bodies[name]["next_page_token"]
                answers[name].body["next_page_token"] = placeholder
        return list(answers.values())

    def placeholder(self, kind):
        self.learnt += 1
        return f"{OPEN}{kind}{self.learnt}{CLOSE}"

    def compare(self, mlflow, assay, kept, here):
        found = self.differences(mlflow, assay)
        if kept is None:
            if found:
                named = [name for name, each in KEPT.items() if (each.view or each.apart) and self.shows(each, mlflow, assay)]
                hint = f"\n(looks like {' or '.join(named)}, which this case does not name)" if named else ""
                raise Differs("\n".join(found) + hint)
            return
        names = (kept,) if isinstance(kept, str) else kept
        if None in names and not found:
            return
        names = [name for name in names if name]
        shown = next((name for name in names if self.shows(KEPT[name], mlflow, assay)), None)
        if not found:
            raise Differs(f"'{kept}' does not show: both answered {assay.status} {assay.body!r}")
        assay.mlflow = mlflow
        if shown is None:
            raise Differs(f"this is not '{kept}':\n" + "\n".join(found))
        if here is not None:
            status, pattern = here if isinstance(here, tuple) else (here, "") if isinstance(here, int) else (assay.status, here)
            if assay.status != status or not re.search(pattern, str(assay.message)):
                raise Differs(f"Assay should say {status} {pattern!r}:\n" + "\n".join(found))
        self.tally.use(shown)

    def shows(self, difference, mlflow, assay):
        """Whether two answers differ in this way and in no other."""
        if difference.view is None:
            return difference.apart(mlflow, assay)
        return not self.differences(*(Answer(each.status, difference.view(each.body), each.content_type) for each in (mlflow, assay)))

    def differences(self, mlflow, assay):
        found = []
        if mlflow.status != assay.status:
            found.append(f"status: MLflow {mlflow.status}, Assay {assay.status}")
        is_json = "application/json"
        if (mlflow.content_type == is_json) != (assay.content_type == is_json):
            found.append(f"content type: MLflow {mlflow.content_type}, Assay {assay.content_type}")
        return found + differences(mlflow.body, assay.body, note=self.tally.use)


def parsed(reply):
    text = reply.body.decode("utf-8", "replace")
    if reply.content_type != "application/json":
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def at(body, place):
    """The value at a path like `runs.0.info.run_id`, `None` where there is none."""
    for step in place.split("."):
        if isinstance(body, list) and step.isdecimal() and int(step) < len(body):
            body = body[int(step)]
        elif isinstance(body, dict):
            body = body.get(step)
        else:
            return None
    return body
