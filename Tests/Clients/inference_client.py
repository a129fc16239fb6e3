"""Run by ASSAY_INFERENCE_PYTHON: asks a gateway with Triton's client, bytes and JSON both ways, and prints what it heard."""

import json
import sys

import numpy
import tritonclient.http as triton

address, rows = sys.argv[1], numpy.array(json.loads(sys.argv[2]))
client = triton.InferenceServerClient(address)
assert client.is_server_live() and client.is_server_ready() and client.is_model_ready("loans")
assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
answers = []
for sends_bytes in (True, False):
    for takes_bytes in (True, False):
        inputs = []
        for place, name in enumerate("ab"):
            tensor = triton.InferInput(name, [len(rows), 1], "FP64")
            tensor.set_data_from_numpy(rows[:, place:place + 1].copy(), binary_data=sends_bytes)
            inputs.append(tensor)
        outputs = [triton.InferRequestedOutput(name, binary_data=takes_bytes) for name in ("predict", "shap_values")]
        answer = client.infer("loans", inputs, outputs=outputs, request_id="r")
        assert answer.get_response()["id"] == "r"
        answers.append({name: answer.as_numpy(name).tolist() for name in ("predict", "shap_values")})
json.dump(answers, sys.stdout)
