"""Every endpoint that is compared, from the list of MLflow 3.17.2's REST surface.

Webhooks, presigned and multipart transfers have suites of their own: their answers hold secrets and addresses of one
server. `{name}` is one segment, `{name...}` the rest of the path.
"""

import re

TRACKING = """
POST experiments/create · GET experiments/get · GET experiments/get-by-name · POST experiments/search
GET experiments/search · POST experiments/delete · POST experiments/restore · POST experiments/update
POST experiments/set-experiment-tag · POST experiments/delete-experiment-tag · POST experiments/search-datasets
POST runs/create · GET runs/get · POST runs/update · POST runs/delete · POST runs/restore · POST runs/search
POST runs/log-metric · POST runs/log-parameter · POST runs/set-tag · POST runs/delete-tag · POST runs/log-batch
POST runs/log-model · POST runs/log-inputs · POST runs/outputs · GET artifacts/list · GET metrics/get-history
GET metrics/get-history-bulk-interval · POST logged-models · POST logged-models/search
GET logged-models/{id} · PATCH logged-models/{id} · DELETE logged-models/{id} · PATCH logged-models/{id}/tags
DELETE logged-models/{id}/tags/{key} · POST logged-models/{id}/params · GET logged-models/{id}/artifacts/directories
"""

REGISTRY = """
POST registered-models/create · GET registered-models/get · GET registered-models/search
PATCH registered-models/update · POST registered-models/rename · DELETE registered-models/delete
POST registered-models/get-latest-versions · GET registered-models/get-latest-versions
POST registered-models/set-tag · DELETE registered-models/delete-tag · POST registered-models/alias
GET registered-models/alias · DELETE registered-models/alias · POST model-versions/create · GET model-versions/get
GET model-versions/search · PATCH model-versions/update · POST model-versions/transition-stage
DELETE model-versions/delete · GET model-versions/get-download-uri · POST model-versions/set-tag
DELETE model-versions/delete-tag
"""

# Under a prefix of their own, or under none.
OTHERS = """
GET /{api}/2.0/mlflow-artifacts/artifacts · GET /{api}/2.0/mlflow-artifacts/artifacts/{path...}
PUT /{api}/2.0/mlflow-artifacts/artifacts/{path...} · DELETE /{api}/2.0/mlflow-artifacts/artifacts/{path...}
GET /ajax-api/2.0/mlflow/metrics/get-history-bulk · GET /get-artifact · GET /model-versions/get-artifact
POST /ajax-api/2.0/mlflow/upload-artifact
GET /ajax-api/2.0/mlflow/logged-models/{id}/artifacts/files
GET /health · GET /version · GET /api/3.0/mlflow/server-info · GET /ajax-api/3.0/mlflow/server-info
"""

PREFIXES = ("api", "ajax-api")


def entries(text):
    return [tuple(entry.split()) for line in text.split("\n") if line for entry in line.split(" · ")]


class Endpoint:
    def __init__(self, method, path):
        self.method, self.path = method, path
        whole = path if path.startswith("/") else f"/{{api}}/2.0/mlflow/{path}"
        self.has_prefixes = "{api}" in whole
        pattern = re.sub(r"\\\{[a-z_]+\\\.\\\.\\\.\\\}", ".+", re.escape(whole.replace("{api}", "\x00")))
        pattern = re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", pattern)
        self.pattern = re.compile(pattern.replace(re.escape("\x00"), f"({'|'.join(PREFIXES)})"))
        # Literal paths go before those with segments left open.
        self.holes = pattern.count("+")

    def __repr__(self):
        return f"{self.method} {self.path}"


ENDPOINTS = sorted((Endpoint(*entry) for entry in entries(TRACKING + REGISTRY + OTHERS)), key=lambda endpoint: endpoint.holes)


def endpoint_of(method, path):
    """The endpoint a request goes to, and the prefix it was sent under; `None` for neither."""
    for endpoint in ENDPOINTS:
        if endpoint.method == method and (match := endpoint.pattern.fullmatch(path.split("?")[0])):
            return endpoint, match.group(1) if endpoint.has_prefixes else None
    return None, None
