import AssayJSON
import AssayTerms

/// Made-up data for trying a webhook out, one for each event; those of MLflow's events have the fields MLflow's have.
enum WebhookExample {
    static func notice(of event: WebhookEvent) -> WebhookNotice { WebhookNotice(event: event, data: data(of: event)) }

    private static func data(of event: WebhookEvent) -> JSONObject {
        switch event {
        case .registeredModelCreated, .promptCreated:
            ["name": model, "tags": tags, "description": "An example"]
        case .modelVersionCreated:
            [
                "name": model, "version": "1", "source": "models:/123", "run_id": "abcd1234abcd5678", "tags": tags,
                "description": "An example",
            ]
        case .promptVersionCreated:
            ["name": model, "version": "1", "template": "Hello {{name}}!", "tags": tags, "description": "An example"]
        case .modelVersionTagSet, .promptVersionTagSet:
            ["name": model, "version": "1", "key": "example_key", "value": "example_value"]
        case .modelVersionTagDeleted, .promptVersionTagDeleted: ["name": model, "version": "1", "key": "example_key"]
        case .promptTagSet: ["name": model, "key": "example_key", "value": "example_value"]
        case .promptTagDeleted: ["name": model, "key": "example_key"]
        case .modelVersionAliasCreated, .promptAliasCreated: ["name": model, "alias": "example_alias", "version": "1"]
        case .modelVersionAliasDeleted, .promptAliasDeleted: ["name": model, "alias": "example_alias"]
        case .budgetPolicyExceeded:
            [
                "budget_policy_id": "bp-abc123", "budget_unit": "USD", "budget_amount": 100.0, "current_spend": 105.5,
                "duration_unit": "MONTHS", "duration_value": 1, "target_scope": "ENDPOINT", "workspace": "default",
                "target_value": "ep-abc123", "window_start": 1_704_067_200_000,
            ]
        case .registeredModelRenamed: ["name": model, "new_name": "another_model"]
        case .registeredModelDeleted: ["name": model, "versions": ["1", "2"]]
        case .modelVersionDeleted: ["name": model, "version": "1"]
        case .modelVersionStageUpdated:
            [
                "name": model, "version": "2", "stage": "Production", "previous_stage": "Staging", "archived_versions": ["1"],
            ]
        case .modelVersionAliasUpdated:
            ["name": model, "alias": "example_alias", "version": "2", "previous_version": "1"]
        case .promotionRequestCreated, .promotionRequestUpdated, .gateRefused:
            [
                "name": model, "version": "2", "request_id": request, "action": "promote", "target": "stage Production",
                "decision": "incomplete",
                "policies": [["name": "example_policy", "version": "1", "decision": "incomplete"]],
                "unmet": [["requirement": "approvals", "code": "approval-missing", "text": "An example"]],
            ]
        case .promotionRequestApproved: ["name": model, "version": "2", "request_id": request]
        case .gateAllowed:
            [
                "name": model, "version": "2", "change": "stage.changed", "request_id": request, "decision": "pass",
                "policies": [["name": "example_policy", "version": "1", "decision": "pass"]], "unmet": [],
            ]
        }
    }

    private static let model: JSONValue = "example_model"
    private static let tags: JSONValue = ["example_key": "example_value"]
    private static let request: JSONValue = "0123456789abcdef0123456789abcdef"
}
