"""Searching runs: Assay against `mlflow server` 3.17.2 and FastTrackML on 100,000 runs, and against itself on 1,000,000.

The runs are those of seeding.py, written by SQL into each server's own database. Every query asks for 100 runs over HTTP, one
request at a time; the answers of all servers must name the same runs in the same order. A query's time is the median of its
rounds; what is compared is the median over the queries.

    conjunction   metrics.m1 > 0.9 and params.p3 = '4', ordered by metrics.m2, greatest first
    tag           tags.team = 'team-7'
    nothing       metrics.m1 > 2 and params.p3 = '4', ordered by metrics.m2
    everything    metrics.m1 >= 0, ordered by metrics.m2
    page 1,000    the thousandth page of all runs, newest first
"""

import base64
import json
import os
import statistics
import sys
import time
import urllib.request

import seeding
from servers import API, Assay, FastTrackML, MLflow, running

RUNS = int(os.environ.get("ASSAY_BENCH_RUNS", "100000"))
MANY = int(os.environ.get("ASSAY_BENCH_MANY_RUNS", "1000000"))
ROUNDS = int(os.environ.get("ASSAY_BENCH_ROUNDS", "9"))
PAGE = 100
# What an answer may take. A server that needs longer is started anew and counted with this.
LIMIT = 180

QUERIES = {
    "conjunction": {"filter": "metrics.m1 > 0.9 and params.p3 = '4'", "order_by": ["metrics.m2 DESC"]},
    "tag": {"filter": "tags.team = 'team-7'"},
    "nothing": {"filter": "metrics.m1 > 2 and params.p3 = '4'", "order_by": ["metrics.m2 ASC"]},
    "everything": {"filter": "metrics.m1 >= 0", "order_by": ["metrics.m2 ASC"]},
    "page 1,000": {},
}


def ask(server, query):
    """Seconds until the whole answer is here, the names of its runs, and the token of the next page; no names beyond LIMIT."""
    body = json.dumps({"experiment_ids": ["0"], "max_results": PAGE, **query}).encode()
    request = urllib.request.Request(server.url + API + "/runs/search", body, {"Content-Type": "application/json"})
    began = time.perf_counter()
    try:
        answer = urllib.request.urlopen(request, timeout=LIMIT).read()
    except TimeoutError:
        server.stop()
        server.start()
        return LIMIT, None, None
    seconds = time.perf_counter() - began
    answer = json.loads(answer)
    return seconds, [run["info"]["run_name"] for run in answer.get("runs", [])], answer.get("next_page_token")


def page_token(server, page):
    """A token of the page of this number. Those of MLflow and FastTrackML are offsets; Assay's are got by walking."""
    if not isinstance(server, Assay):
        return base64.b64encode(json.dumps({"offset": (page - 1) * PAGE}).encode()).decode()
    token = None
    skipped = 0
    while skipped < (page - 1) * PAGE:
        step = min(50_000, (page - 1) * PAGE - skipped)
        token = ask(server, {"max_results": step, **({"page_token": token} if token else {})})[2]
        skipped += step
    return token


def measure(servers, count):
    """Median seconds by query and server."""
    pages = min(1000, count // PAGE)
    queries = {server.name: dict(QUERIES, **{"page 1,000": {"page_token": page_token(server, pages)}}) for server in servers}
    medians = {}
    for name in QUERIES:
        times = {server.name: [] for server in servers}
        expected = None
        # MLflow takes seconds for some; a few rounds of it are enough.
        for number in range(ROUNDS + 1):
            for server in servers:
                if isinstance(server, MLflow) and number > 3 or LIMIT in times[server.name]:
                    continue
                seconds, found, _ = ask(server, queries[server.name][name])
                if found is None:
                    times[server.name] = [LIMIT]
                    continue
                expected = found if expected is None else expected
                if found != expected:
                    sys.exit(f"{name}: {server.name} answers {len(found)} runs from {found[:3]}, others {len(expected)} from {expected[:3]}")
                if number > 0:
                    times[server.name].append(seconds)
        medians[name] = {server: statistics.median(values) for server, values in times.items()}
        shown = "  ".join(
            f"{server} {medians[name][server] * 1000:9.2f} ms (worst {max(values) * 1000:.2f})" for server, values in times.items())
        print(f"  {name:12} {len(expected):3} runs  {shown}", flush=True)
    return {server.name: statistics.median(by_server[server.name] for by_server in medians.values()) for server in servers}


def seeded(servers, count):
    for server in servers:
        server.stop()
        began = time.perf_counter()
        seeding.seed(server, count)
        started = time.perf_counter()
        server.start()
        print(
            f"  {server.name:12} {count:,} runs seeded in {started - began:.0f} s, {server.database.stat().st_size / 2**20:,.0f} MiB, "
            f"start to first answer {(time.perf_counter() - started) * 1000:.0f} ms", flush=True)


def main():
    if "--check" in sys.argv:
        for kind in (Assay, FastTrackML, MLflow):
            seeding.check(kind)
    kinds = (Assay,) if "--assay" in sys.argv else (Assay, FastTrackML, MLflow)
    print(f"search, {RUNS:,} runs, pages of {PAGE}, medians of {ROUNDS} rounds")
    with running(*kinds) as servers:
        seeded(servers, RUNS)
        small = measure(servers, RUNS)
        print("  median over the queries: " + "  ".join(f"{name} {seconds * 1000:.2f} ms" for name, seconds in small.items()))
        for other in servers[1:]:
            print(f"  {other.name} / assay = {small[other.name] / small['assay']:.1f}")
        print("  peak memory: " + ", ".join(f"{server.name} {server.memory():,.0f} MiB" for server in servers))
    if MANY <= RUNS:
        return
    print(f"search, {MANY:,} runs, assay alone")
    with running(Assay) as servers:
        seeded(servers, MANY)
        large = measure(servers, MANY)
        print(
            f"  median over the queries: {large['assay'] * 1000:.2f} ms, {large['assay'] / small['assay']:.1f} times that of {RUNS:,} runs; "
            f"peak memory {servers[0].memory():,.0f} MiB")


if __name__ == "__main__":
    main()
