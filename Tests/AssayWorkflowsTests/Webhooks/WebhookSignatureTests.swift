import AssayWorkflows
import Testing

@Suite struct WebhookSignatureTests {
    /// A message that a server of MLflow 3.17.2 sent to a receiver, with the signature it sent.
    @Test func itIsMLflows() {
        let body = #"{"entity": "registered_model", "action": "created", "timestamp": "2026-11-25T16:10:13.135686+00:00", "#
            + #""data": {"name": "m\u00e9", "tags": {"a": "b"}, "description": ""}}"#
        let headers = WebhookSignature.headers(
            deliveryID: "ec75f745-b945-4372-af6a-b5f6a87192dd", seconds: 1_795_623_013, body: Array(body.utf8), secret: Array("s".utf8))
        #expect(
            headers.map(\.name) == ["Content-Type", "X-MLflow-Delivery-Id", "X-MLflow-Timestamp", "X-MLflow-Signature"])
        #expect(
            headers.map(\.value) == [
                "application/json", "ec75f745-b945-4372-af6a-b5f6a87192dd", "1795623013",
                "v1,j9IhnyhVy/n+E95oja2FLp5OpMFjppRa4ynxYsKcQZo=",
            ])
    }

    @Test func withoutASecretThereIsNoSignature() {
        let headers = WebhookSignature.headers(deliveryID: "d", seconds: 1, body: [1], secret: nil)
        #expect(headers.map(\.name) == ["Content-Type", "X-MLflow-Delivery-Id", "X-MLflow-Timestamp"])
    }
}
