"""Sequences that nobody wrote: interleavings of everything runs and models go through, with hostile text and limits ± 1.

Short and the same every time as part of the tests. With ASSAY_CONFORMANCE_SECONDS they go on for so long, with new seeds,
which are printed; ASSAY_CONFORMANCE_SEED repeats one.
"""

import os
import time

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule, run_state_machine_as_test

from . import strategies as some
from .helpers import pages

# For each of the two machines.
SECONDS = float(os.environ.get("ASSAY_CONFORMANCE_SECONDS", "0")) / 2
SEED = int(os.environ.get("ASSAY_CONFORMANCE_SEED", "0"))
RUN = {"run.info.run_id": "run"}


class Machine(RuleBasedStateMachine):
    """One world of its own in both servers."""

    pair = None
    worlds = 0

    def __init__(self):
        super().__init__()
        Machine.worlds += 1
        self.world = f"world {Machine.worlds}"


class Tracking(Machine):
    runs = Bundle("runs")

    @initialize()
    def begin(self):
        self.home = self.pair.post("experiments/create", {"name": self.world}).body["experiment_id"]
        self.names = 0
        # Runs start at different times: those that start at once stand in the order of their random ids.
        self.time = 0

    @rule(target=runs, name=st.one_of(some.WORD, some.TEXT.filter(bool)),
        tags=st.lists(some.pair_of(some.KEY, some.TAG_VALUE), max_size=2, unique_by=lambda tag: tag["key"]))
    def create_run(self, name, tags):
        self.time += 1
        made = self.pair.post("runs/create", {"experiment_id": self.home, "run_name": name, "start_time": self.time, "tags": tags},
            new=RUN)
        return made.body["run"]["info"]["run_id"] if made.status == 200 else multiple()

    @rule(run=runs, metric=some.metric())
    def log_metric(self, run, metric):
        self.pair.post("runs/log-metric", {"run_id": run, **metric})

    @rule(run=runs, param=some.pair_of(some.KEY, some.VALUE))
    def log_param(self, run, param):
        self.pair.post("runs/log-parameter", {"run_id": run, **param})

    @rule(run=runs, tag=some.pair_of(some.KEY, some.TAG_VALUE))
    def set_tag(self, run, tag):
        self.pair.post("runs/set-tag", {"run_id": run, **tag})

    @rule(run=runs, key=some.KEY)
    def delete_tag(self, run, key):
        self.pair.post("runs/delete-tag", {"run_id": run, "key": key})

    @rule(run=runs, metrics=st.lists(some.metric(), max_size=4), params=st.lists(some.pair_of(some.KEY, some.VALUE), max_size=3),
          tags=st.lists(some.pair_of(some.KEY, some.TAG_VALUE), max_size=3))
    def log_batch(self, run, metrics, params, tags):
        self.pair.post("runs/log-batch", {"run_id": run, "metrics": metrics, "params": params, "tags": tags},
            kept=(None, "one-param-in-a-batch"))

    @rule(run=runs, fields=st.fixed_dictionaries({}, optional={
        "status": st.sampled_from(["RUNNING", "FINISHED", "FAILED", "KILLED", "SCHEDULED"]), "end_time": st.integers(0, 9),
        "run_name": st.one_of(some.WORD, some.TEXT)}))
    def update_run(self, run, fields):
        self.pair.post("runs/update", {"run_id": run, **fields})

    @rule(run=runs, path=st.sampled_from(["runs/delete", "runs/restore"]))
    def delete_or_restore_run(self, run, path):
        self.pair.post(path, {"run_id": run})

    @rule(path=st.sampled_from(["experiments/delete", "experiments/restore"]))
    def delete_or_restore_experiment(self, path):
        self.pair.post(path, {"experiment_id": self.home})

    @rule(ending=some.TEXT)
    def rename_experiment(self, ending):
        self.names += 1
        self.pair.post("experiments/update", {"experiment_id": self.home, "new_name": f"{self.world} {self.names}{ending}"},
            kept=(None, "no-5xx"))

    @rule(tag=some.pair_of(some.KEY, some.TAG_VALUE), deletes=st.booleans())
    def tag_experiment(self, tag, deletes):
        if deletes:
            self.pair.post("experiments/delete-experiment-tag", {"experiment_id": self.home, "key": tag["key"]})
        else:
            self.pair.post("experiments/set-experiment-tag", {"experiment_id": self.home, **tag})
        self.pair.get("experiments/get", {"experiment_id": self.home})

    @rule(run=runs)
    def read_run(self, run):
        self.pair.get("runs/get", {"run_id": run})

    @rule(run=runs, key=some.KNOWN_KEY, size=st.integers(1, 5))
    def read_history(self, run, key, size):
        pages(self.pair.get, "metrics/get-history", {"run_id": run, "metric_key": key, "max_results": size}, "metrics", limit=100)

    @rule(written=some.filters(some.run_clauses()), order=some.RUN_ORDERS, size=st.integers(1, 4),
        view=st.sampled_from(["ACTIVE_ONLY", "DELETED_ONLY", "ALL"]))
    def search(self, written, order, size, view):
        query = {"experiment_ids": [self.home], "filter": written, "order_by": order, "max_results": size, "run_view_type": view}
        pages(self.pair.post_query, "runs/search", query, "runs", limit=100)


class Registry(Machine):
    models = Bundle("models")

    @initialize()
    def begin(self):
        self.count = 0

    def name(self, ending):
        self.count += 1
        return f"{self.world} {self.count}{ending}"

    @rule(target=models, ending=some.WORD,
        tags=st.lists(some.pair_of(some.KEY, some.TAG_VALUE), max_size=2, unique_by=lambda tag: tag["key"]), description=some.TEXT)
    def create_model(self, ending, tags, description):
        name = self.name(ending)
        made = self.pair.post("registered-models/create", {"name": name, "tags": tags, "description": description})
        return name if made.status == 200 else multiple()

    @rule(model=models, tags=st.lists(some.pair_of(some.KEY, some.TAG_VALUE), max_size=2), description=some.TEXT)
    def create_version(self, model, tags, description):
        self.pair.post("model-versions/create", {"name": model, "source": "s3://bucket/model", "tags": tags, "description": description})

    @rule(model=models, number=st.integers(1, 4).map(str),
        stage=st.sampled_from(["None", "Staging", "Production", "Archived", "production"]), archive=st.booleans())
    def move(self, model, number, stage, archive):
        body = {"name": model, "version": number, "stage": stage, "archive_existing_versions": archive}
        self.pair.post("model-versions/transition-stage", body, kept=(None, "no-5xx"))

    @rule(model=models, number=st.integers(1, 4).map(str),
        alias=st.sampled_from(["a", "A", "b", "latest", "v1", "x" * 255, "x" * 256, "a b"]))
    def set_alias(self, model, number, alias):
        self.pair.post("registered-models/alias", {"name": model, "alias": alias, "version": number})
        self.pair.get("registered-models/alias", {"name": model, "alias": alias})

    @rule(model=models, alias=st.sampled_from(["a", "A", "b", "x" * 255]))
    def delete_alias(self, model, alias):
        self.pair.delete("registered-models/alias", {"name": model, "alias": alias})

    @rule(model=models, tag=some.pair_of(some.KEY, some.TAG_VALUE), number=st.sampled_from([None, "1", "2", "3"]), deletes=st.booleans())
    def tag(self, model, tag, number, deletes):
        path = "registered-models" if number is None else "model-versions"
        place = {"name": model, **({} if number is None else {"version": number})}
        if deletes:
            self.pair.delete(f"{path}/delete-tag", {**place, "key": tag["key"]})
        else:
            self.pair.post(f"{path}/set-tag", {**place, **tag})

    @rule(model=models, number=st.sampled_from([None, "1", "2", "3"]), description=some.TEXT)
    def describe(self, model, number, description):
        path = "registered-models" if number is None else "model-versions"
        self.pair.patch(f"{path}/update", {"name": model, **({} if number is None else {"version": number}), "description": description})

    @rule(model=models, number=st.integers(1, 4).map(str))
    def delete_version(self, model, number):
        self.pair.delete("model-versions/delete", {"name": model, "version": number})

    @rule(model=models)
    def delete_model(self, model):
        self.pair.delete("registered-models/delete", {"name": model})

    @rule(target=models, model=models, ending=some.WORD)
    def rename(self, model, ending):
        name = self.name(ending)
        answer = self.pair.post("registered-models/rename", {"name": model, "new_name": name})
        return name if answer.status == 200 else multiple()

    @rule(model=models, other=models)
    def rename_to_another(self, model, other):
        self.pair.post("registered-models/rename", {"name": model, "new_name": other}, kept=(None, "no-sql-in-messages"))

    @rule(model=models)
    def make_again(self, model):
        self.pair.post("registered-models/create", {"name": model}, kept=(None, "no-sql-in-messages"))

    @rule(model=models, number=st.integers(1, 4).map(str),
        stages=st.lists(st.sampled_from(["None", "Staging", "Production"]), max_size=2))
    def read(self, model, number, stages):
        self.pair.get("registered-models/get", {"name": model})
        self.pair.get("model-versions/get", {"name": model, "version": number})
        self.pair.get("registered-models/get-latest-versions", {"name": model, "stages": stages})

    @rule(written=some.filters(some.version_clauses()), size=st.integers(1, 4),
        order=st.sampled_from([[], ["name DESC"], ["version_number ASC"], ["creation_timestamp"]]))
    def search_versions(self, written, size, order):
        query = {"filter": f"name LIKE '{self.world} %'" + (f" AND {written}" if written else ""), "max_results": size, "order_by": order}
        pages(self.pair.get, "model-versions/search", query, "model_versions", limit=100, kept=(None, "aliases-in-searches"))

    @rule(size=st.integers(1, 4), order=st.sampled_from([[], ["name DESC"], ["last_updated_timestamp"]]))
    def search_models(self, size, order):
        query = {"filter": f"name LIKE '{self.world} %'", "max_results": size, "order_by": order}
        pages(self.pair.get, "registered-models/search", query, "registered_models", limit=100)


@pytest.mark.parametrize("machine,examples,steps", [(Tracking, 20, 40), (Registry, 20, 40)], ids=["tracking", "registry"])
def test_interleavings(pair, machine, examples, steps):
    machine.pair = pair
    end, number = time.monotonic() + SECONDS, SEED
    pair.tally.is_generating = True
    try:
        while True:
            number += 1
            chosen = settings(max_examples=examples, stateful_step_count=steps, deadline=None, database=None, print_blob=False,
                              suppress_health_check=list(HealthCheck))
            if SECONDS:
                print(f"{machine.__name__}: seed {number}, {pair.tally.generated} requests so far", flush=True)
            # The seed makes a failure repeatable: ASSAY_CONFORMANCE_SEED is one less than the one printed last.
            run_state_machine_as_test(seed(number)(type(machine.__name__, (machine,), {})), settings=chosen)
            if time.monotonic() >= end:
                break
    finally:
        pair.tally.is_generating = False
