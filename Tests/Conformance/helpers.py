"""Steps that many sequences begin with, and values that many of them try."""

# Text that parsers, databases and templates have stumbled over. None of it may mean anything.
HOSTILE = [
    "'", '"', "`", "\\", "%", "_", "a'; DROP TABLE runs; --", '" OR 1=1 --', "${jndi:ldap://x}", "{{7*7}}", "<script>alert(1)</script>",
    "\t", "\n", "\r\n", " leading", "trailing ", "ünïcödé", "日本語", "🙂", "e\u0301", "é", "\u202e", "\ufeff", "\u2028", "null", "None",
    "NaN", "true", "0", "-1", "../..", "a/../b", "%2e%2e%2f", "a%00b", "*", "?", "[a]", "~", "\u007f", "\u0085",
]
# Names of params, metrics and tags that MLflow takes, and those it does not.
GOOD_KEYS = ["a", "A_b-c.d/e f:g", "0", "é", "日本語", "٣", "²", "a" * 250, "a.b", "...", "a/b/c", "-", "_", " ", "a "]
BAD_KEYS = ["a" * 251, "a\tb", "a'b", 'a"b', "a,b", "a%b", "🙂", "a\u0301", "/a", "a/", "a//b", "./a", "a/./b", "..", "../a", ".", "a/..",
    "//a"]


def experiment(pair, name, **fields):
    return pair.post("experiments/create", {"name": name, **fields}, status=200).body["experiment_id"]


def run(pair, experiment_id="0", **fields):
    fields = {"experiment_id": experiment_id, "run_name": "a run", "start_time": 1_000, **fields}
    new = {"run.info.run_id": "run"}
    if not fields["run_name"]:
        new["run.info.run_name"] = "name"
    return pair.post("runs/create", fields, new=new, status=200).body["run"]["info"]["run_id"]


def read_run(pair, run_id, **options):
    return pair.get("runs/get", {"run_id": run_id}, **options).body


def logged_model(pair, experiment_id="0", **fields):
    fields = {"experiment_id": experiment_id, "name": "model", **fields}
    answer = pair.post("logged-models", fields, new={"model.info.model_id": "model"}, status=200)
    return answer.body["model"]["info"]["model_id"]


def registered_model(pair, name, **fields):
    pair.post("registered-models/create", {"name": name, **fields}, status=200)
    return name


def version(pair, name, source="s3://bucket/model", **fields):
    return pair.post("model-versions/create", {"name": name, "source": source, **fields}, status=200).body["model_version"]["version"]


def pages(send, path, query, items, limit=20, **options):
    """All pages of a search, each compared; the items of all."""
    found, token = [], None
    for _ in range(limit):
        answer = send(path, {**query, **({"page_token": token} if token else {})}, **options)
        found += answer.body.get(items, [])
        token = answer.body.get("next_page_token")
        if not token:
            return found
    raise AssertionError(f"more than {limit} pages of {path}")


def cases(*lists):
    """Each filter or order with the difference it is to show: most of them none."""
    return [item if isinstance(item, tuple) else (item, None) for items in lists for item in items]
