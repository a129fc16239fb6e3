"""`assay serve -m runs:/ID/model -p PORT --server URL` answers /ping with 200 (client 3.17's model)."""

from cases import iris
from house import expect


def run(house):
    import urllib.request

    with house.serve(f"runs:/{iris.run_id(house)}/model") as serving:
        for path in ["/ping", "/health", "/version"]:
            with urllib.request.urlopen(serving.url + path, timeout=10) as answer:
                expect(answer.status == 200, f"{path} answered {answer.status}")
