"""Logging: Assay against `mlflow server` 3.17.2 and FastTrackML on SQLite, all in one run on one machine.

    log-metric     one metric a request over 8 connections, each to a run of its own
    log-batch      1,000 metrics a request over one connection
    create-run     a run created, then a batch of 10 metrics, 10 params and 5 tags, over 8 connections

wrk sends bodies that are the same for all servers but for ids; steps go up, so that every request is new work. Rounds
alternate between the servers and medians are compared. Afterwards what each server acknowledged is read back from it, and its
latest values must be those of the greatest step.

Arguments: the kinds of load, all without; --mlflow leaves FastTrackML out.
"""

import os
import statistics
import sys

from servers import MLflow, Assay, FastTrackML, load, running, sync_milliseconds

SECONDS = int(os.environ.get("ASSAY_BENCH_SECONDS", "8"))
ROUNDS = int(os.environ.get("ASSAY_BENCH_ROUNDS", "3"))

THREADS = """
local thread = 0
function setup(t) t:set("offset", thread); thread = thread + 1 end
local headers = {["Content-Type"] = "application/json"}
local function send(path, body) return wrk.format("POST", "/api/2.0/mlflow" .. path, headers, body) end
"""

LOG_METRIC = THREADS + """
local runs = {RUNS}
function init() step = BASE; run = runs[offset + 1] end
function request()
  step = step + 1
  return send("/runs/log-metric",
    '{"run_id":"' .. run .. '","key":"loss","value":0.25,"timestamp":1700000000000,"step":' .. step .. '}')
end
"""

# Bodies are made before the clock starts, as many as the fastest server here takes; making one takes LuaJIT a millisecond.
LOG_BATCH = THREADS + """
local runs = {RUNS}
local bodies = {}
local function body()
  local metrics = {}
  for i = 1, 1000 do
    step = step + 1
    metrics[i] = '{"key":"loss","value":0.' .. step .. ',"timestamp":1700000000000,"step":' .. step .. '}'
  end
  return send("/runs/log-batch", '{"run_id":"' .. run .. '","metrics":[' .. table.concat(metrics, ",") .. ']}')
end
function init()
  step = BASE
  run = runs[offset + 1]
  for i = 1, PREPARED do bodies[i] = body() end
end
local sent = 0
function request()
  sent = sent + 1
  return bodies[sent] or body()
end
"""

# The answer to the first request names the run that the second is about.
CREATE_RUN = THREADS + """
local run = nil
local parts = {metrics = {}, params = {}, tags = {}}
for i = 1, 10 do
  parts.metrics[i] = '{"key":"m' .. i .. '","value":0.' .. i .. ',"timestamp":1700000000000,"step":1}'
  parts.params[i] = '{"key":"p' .. i .. '","value":"' .. i .. '"}'
end
for i = 1, 5 do parts.tags[i] = '{"key":"t' .. i .. '","value":"' .. i .. '"}' end
local batch = '"metrics":[' .. table.concat(parts.metrics, ",") .. '],"params":[' .. table.concat(parts.params, ",")
  .. '],"tags":[' .. table.concat(parts.tags, ",") .. ']}'
function request()
  if run == nil then
    return send("/runs/create", '{"experiment_id":"0","run_name":"bench","start_time":1700000000000}')
  end
  local body = '{"run_id":"' .. run .. '",' .. batch
  run = nil
  waiting = true
  return send("/runs/log-batch", body)
end
function response(status, headers, body)
  if waiting then waiting = false else run = string.match(body, '"run_id": *"(%x+)"') end
end
"""


class Work:
    """One kind of load: its script, connections, and what one request counts for."""

    def __init__(self, name, script, connections, unit, per_request):
        self.name, self.script, self.connections = name, script, connections
        self.unit, self.per_request = unit, per_request

    def run(self, servers):
        state = {server.name: {"runs": [], "rates": [], "p50": [], "p99": [], "requests": 0, "base": 0} for server in servers}
        for server in servers:
            if "RUNS" in self.script:
                state[server.name]["runs"] = [server.new_run() for _ in range(self.connections)]
            self.round(server, state[server.name], 2)
        for _ in range(ROUNDS):
            for server in servers:
                mine = state[server.name]
                rate, median, tail = self.round(server, mine, SECONDS)
                mine["rates"].append(rate * self.per_request)
                mine["p50"].append(median)
                mine["p99"].append(tail)
        print(f"{self.name}: {self.connections} connection(s), {ROUNDS} rounds of {SECONDS} s, medians")
        rates = {}
        for server in servers:
            mine = state[server.name]
            checked = self.check(server, mine)
            rates[server.name] = statistics.median(mine["rates"])
            print(
                f"  {server.name:12} {rates[server.name]:10,.0f} {self.unit}/s ({min(mine['rates']):,.0f} to {max(mine['rates']):,.0f})  "
                f"p50 {statistics.median(mine['p50']):7.2f} ms  p99 {statistics.median(mine['p99']):7.2f} ms  {checked}")
        for other in servers[1:]:
            print(f"  assay / {other.name} = {rates['assay'] / rates[other.name]:.1f}")
        return rates

    def round(self, server, mine, seconds):
        script = self.script.replace("RUNS", ",".join(f'"{run}"' for run in mine["runs"])).replace("BASE", str(mine["base"]))
        script = script.replace("PREPARED", str(300 * seconds))
        mine["base"] += 10_000_000
        requests, rate, median, tail = load(server, script, self.connections, seconds)
        mine["requests"] += requests
        return rate, median, tail

    def check(self, server, mine):
        """Reads back what was acknowledged. wrk ends with up to one request a connection under way: stored, not counted."""
        under_way = self.connections * (ROUNDS + 1)
        if not mine["runs"]:
            token, found = None, 0
            while True:
                page = server.post(
                    "/runs/search",
                    {"experiment_ids": ["0"], "filter": "metrics.m10 < 1 and params.p10 = '10' and tags.t5 = '5'",
                     "max_results": 5000, **({"page_token": token} if token else {})})
                found += len(page.get("runs", []))
                token = page.get("next_page_token")
                if not token:
                    break
            expected = mine["requests"] // 2
            if not expected - under_way <= found <= expected + under_way:
                sys.exit(f"{server.name}: {expected} runs acknowledged, {found} found")
            return f"{found} whole runs read back"
        stored = 0
        for run in mine["runs"]:
            points, token = [], None
            while True:
                page = server.get(
                    f"/metrics/get-history?run_id={run}&metric_key=loss&max_results=25000" + (f"&page_token={token}" if token else ""))
                points += [point["step"] for point in page.get("metrics", [])]
                token = page.get("next_page_token")
                if not token:
                    break
            latest = server.get(f"/runs/get?run_id={run}")["run"]["data"]["metrics"]
            if points and latest[0]["step"] != max(points):
                sys.exit(f"{server.name}: the latest metric of {run} is not the one with the greatest step")
            stored += len(points)
        acknowledged = mine["requests"] * self.per_request
        if not acknowledged <= stored <= acknowledged + under_way * self.per_request:
            sys.exit(f"{server.name}: {acknowledged} points acknowledged, {stored} stored")
        return f"{stored} points read back"


WORKS = {
    "log-metric": Work("log-metric", LOG_METRIC, 8, "metrics", 1),
    "log-batch": Work("log-batch", LOG_BATCH, 1, "metrics", 1000),
    "create-run": Work("create-run", CREATE_RUN, 8, "runs", 0.5),
}


def main():
    wanted = [argument for argument in sys.argv[1:] if argument in WORKS] or list(WORKS)
    kinds = (Assay, MLflow) if "--mlflow" in sys.argv else (Assay, FastTrackML, MLflow)
    with running(*kinds) as servers:
        folder = servers[0].folder
        print(
            f"{os.cpu_count()} cores; fdatasync of 4 KiB: {sync_milliseconds(folder, appending=True):.2f} ms at the end of a growing file, "
            f"{sync_milliseconds(folder, appending=False):.2f} ms over written bytes")
        for server in servers:
            print(f"  {server.name:12} journal {server.journal()}, {server.durability}")
        for name in wanted:
            WORKS[name].run(servers)
        print("peak memory after that: " + ", ".join(f"{server.name} {server.memory():,.0f} MiB" for server in servers))


if __name__ == "__main__":
    main()
