/// The paths of Assay's own routes, as segments.
enum ServerPath {
    private static let prefix = ["api", "assay", "v1"]

    static let policies = prefix + ["policies"]
    static let monitors = prefix + ["monitors"]
    static let monitorResults = monitors + ["results"]
    static let monitorRun = monitors + ["run"]
    static let backTest = monitors + ["backtest"]
    static let predictions = prefix + ["predictions"]
    static let labels = predictions + ["labels"]
    static let erasure = predictions + ["erasure"]
    static let predictionRetention = predictions + ["retention"]
    static func segment(_ id: String) -> [String] { predictions + ["segments", id] }
    static let policyImpact = policies + ["impact"]
    static let comments = prefix + ["comments"]
    static let objections = prefix + ["objections"]
    static let objectionWithdrawal = objections + ["withdrawal"]
    static let conditions = prefix + ["conditions"]
    static let conditionFulfilment = conditions + ["fulfilment"]
    static let delegations = prefix + ["delegations"]
    static func delegation(_ id: String) -> [String] { delegations + [id] }
    static let rollouts = prefix + ["rollouts"]
    static func rollout(_ id: String, _ part: String? = nil) -> [String] { rollouts + [id] + (part.map { [$0] } ?? []) }
    static let requests = prefix + ["requests"]
    static let approvals = prefix + ["approvals"]
    static let adoptions = prefix + ["adoptions"]
    static let evidence = prefix + ["evidence"]
    static let evaluators = prefix + ["evaluators"]
    static let classifications = prefix + ["classifications"]
    static let questionnaire = prefix + ["questionnaire"]
    static let questionnaires = prefix + ["questionnaires"]
    static let users = prefix + ["users"]
    static func user(_ name: String) -> [String] { users + [name] }
    static func password(ofUser name: String) -> [String] { user(name) + ["password"] }
    static let tokens = prefix + ["tokens"]
    static let tokenReplacement = tokens + ["replacement"]
    static let access = prefix + ["access"]
    static let accessRetention = access + ["retention"]
    static let roles = prefix + ["roles"]
    static let bindings = prefix + ["bindings"]
    static let proposals = prefix + ["proposals"]
    static let datasetClasses = prefix + ["dataset-classes"]
    static let webhooks = prefix + ["webhooks"]
    static func webhook(_ id: String) -> [String] { webhooks + [id] }
    static func deliveries(ofWebhook id: String) -> [String] { webhook(id) + ["deliveries"] }
    static func test(ofWebhook id: String) -> [String] { webhook(id) + ["test"] }
    static let alerts = prefix + ["alerts"]
    static let alertRules = alerts + ["rules"]
    static let alertAcknowledgement = alerts + ["acknowledgement"]
    static let alertResolution = alerts + ["resolution"]
    static let alertDeliveries = alerts + ["deliveries"]
    static let alertSilences = alerts + ["silences"]
    static let alertTest = alerts + ["test"]
    static let training = prefix + ["training"]
    static let trainingPipelines = training + ["pipelines"]
    static let trainingSignals = training + ["signals"]
    static let trainingLease = training + ["lease"]
    static func training(_ id: String, _ part: String? = nil) -> [String] { training + [id] + (part.map { [$0] } ?? []) }
    static func request(_ id: String) -> [String] { requests + [id] }
    static func history(ofModel name: String) -> [String] { prefix + ["models", name, "history"] }
    static func version(_ number: Int, ofModel name: String) -> [String] { prefix + ["models", name, "versions", String(number)] }

    static let records = prefix + ["records"]
    static let findings = prefix + ["findings"]
    static let waivers = prefix + ["waivers"]
    static let risks = prefix + ["risks"]
    static let decisions = prefix + ["decisions"]
    static let incidents = prefix + ["incidents"]
    static let reportingClocks = prefix + ["reporting-clocks"]
    static let validations = prefix + ["validations"]
    static let holds = prefix + ["holds"]
    static let retentionRules = prefix + ["retention-rules"]
    static func model(_ name: String) -> [String] { prefix + ["models", name] }
    static func riskEvaluation(ofModel name: String) -> [String] { model(name) + ["risk-evaluation"] }
    static let recordTypes = prefix + ["record-types"]
    static func record(_ id: String) -> [String] { records + [id] }

    static let exports = prefix + ["log", "exports"]
    static let erasures = prefix + ["log", "erasures"]
    static let asOf = prefix + ["log", "as-of"]

    static func seals(ofRun id: String) -> [String] { prefix + ["runs", id, "seals"] }

    static let transition = ["api", "2.0", "mlflow", "model-versions", "transition-stage"]
    static let registeredModel = ["api", "2.0", "mlflow", "registered-models", "get"]
    static let alias = ["api", "2.0", "mlflow", "registered-models", "alias"]
}
