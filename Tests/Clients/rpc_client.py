"""Run by ASSAY_INFERENCE_PYTHON: asks a gateway over gRPC with Triton's client, and prints what it heard.

    rpc_client.py ADDRESS ROWS [KEY]
"""

import json
import sys

import grpc
import numpy
import tritonclient.grpc as triton
from tritonclient.grpc import service_pb2, service_pb2_grpc
from tritonclient.utils import InferenceServerException

address, rows = sys.argv[1], numpy.array(json.loads(sys.argv[2]))
headers = {"authorization": f"Bearer {sys.argv[3]}"} if len(sys.argv) > 3 else None
client = triton.InferenceServerClient(address)
heard = {"live": client.is_server_live(), "ready": client.is_server_ready()}
metadata = client.get_server_metadata()
heard["server"] = [metadata.name, metadata.version]


def attempt(body):
    try:
        return body()
    except InferenceServerException as error:
        return [error.status(), error.message()]
    except grpc.RpcError as error:
        return [f"StatusCode.{error.code().name}", error.details()]


def inputs(**change):
    tensors = []
    for place, name in enumerate("ab"):
        values = change.get(name, rows[:, place:place + 1])
        tensor = triton.InferInput(name, list(values.shape), change.get("datatype", "FP64"))
        tensor.set_data_from_numpy(values.copy())
        tensors.append(tensor)
    return tensors


def infer(model="loans", version="", outputs=("predict", "shap_values", "predict_proba", "base_values"), **change):
    answer = client.infer(model, inputs(**change), model_version=version, request_id="r", headers=headers,
                          outputs=[triton.InferRequestedOutput(name) for name in outputs])
    response = answer.get_response()
    return {"id": response.id, "model": [response.model_name, response.model_version],
            **{name: answer.as_numpy(name).tolist() for name in outputs}}


heard["model ready"] = attempt(lambda: client.is_model_ready("loans", headers=headers))
found = attempt(lambda: client.get_model_metadata("loans", headers=headers))
heard["metadata"] = found if isinstance(found, list) else {
    "name": found.name, "versions": list(found.versions), "inputs": [[i.name, i.datatype, list(i.shape)] for i in found.inputs],
    "outputs": [[o.name, o.datatype, list(o.shape)] for o in found.outputs]}
heard["infer"] = attempt(infer)
heard["default"] = attempt(lambda: infer(outputs=("predict",)))

# As KServe's clients send them: values inside the tensors.
stub = service_pb2_grpc.GRPCInferenceServiceStub(grpc.insecure_channel(address))
request = service_pb2.ModelInferRequest(model_name="loans", id="t")
for place, name in enumerate("ab"):
    tensor = request.inputs.add(name=name, datatype="FP64", shape=[len(rows)])
    tensor.contents.fp64_contents.extend(rows[:, place].tolist())
request.outputs.add(name="predict")
request.outputs.add(name="shap_values")
pairs = tuple((headers or {}).items())


def typed():
    answer = stub.ModelInfer(request, metadata=pairs)
    return {"id": answer.id, "raw": len(answer.raw_output_contents), "predict": list(answer.outputs[0].contents.int64_contents),
            "shap_values": list(answer.outputs[1].contents.fp64_contents), "shape": list(answer.outputs[1].shape)}


heard["typed"] = attempt(typed)
heard["nobody"] = attempt(lambda: infer(model="nobody"))
heard["version"] = attempt(lambda: infer(version="99"))
heard["no number"] = attempt(lambda: infer(version="x"))
heard["odds"] = attempt(lambda: infer(outputs=("odds",)))
heard["uneven"] = attempt(lambda: infer(a=rows[:1, :1]))
heard["cube"] = attempt(lambda: infer(a=rows[:1, :1].reshape(1, 1, 1)))
channel = grpc.insecure_channel(address, options=[("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)])


def bare(method, content):
    call = channel.unary_unary(f"/inference.GRPCInferenceService/{method}", request_serializer=bytes, response_deserializer=bytes)
    return attempt(lambda: call(content, metadata=pairs, timeout=60).hex())


heard["garbage"] = bare("ModelInfer", b"\xff\xff\xff\xff")
heard["empty"] = bare("ModelInfer", b"")
heard["long"] = bare("ModelInfer", bytes(40 << 20))
heard["unknown"] = bare("RepositoryIndex", b"")
heard["no model"] = bare("ModelReady", b"")
heard["still"] = attempt(lambda: infer(outputs=("predict",)))
json.dump(heard, sys.stdout)
