package import AssayTerms
import Yams

/// The `MLmodel` file of a model's folder: flavours, signature, and where its parts are.
///
/// Scalars are taken as the text that stands in the file and typed by what they are needed as, never by YAML's
/// resolver. Unknown keys are ignored, since every MLflow version adds some; in a flavour they are remembered, see
/// ``ServedModel``. What YAML readers resolve differently (merge keys, tags, anchors and aliases, a key twice, several
/// documents) is refused, so that this reader and MLflow's see one description.
///
/// - Source: MLflow 3.17, `mlflow/models/model.py`, `Model.to_dict`.
package struct MLmodelFile: Sendable {
    /// A flavour's text settings by key.
    package let flavors: [Text: [Text: String]]
    /// A flavour's settings that are lists or mappings, by key, without empty mappings.
    package let structures: [Text: Set<Text>]
    package let signature: ModelSignature?
    package let mlflowVersion: String?
    package let modelID: String?
    package let runID: String?
    /// The example's file in the folder and its kind (`dataframe`, `ndarray`, `json_object`, …).
    package let inputExample: (file: Text, kind: String)?

    /// What the model says of the feature views that its inputs are of; `nil` where it says nothing.
    package let featureViews: FeatureViewNames?

    /// Bytes of the file; MLflow itself writes a few thousand.
    package static let byteLimit = 4 << 20

    /// `name` stands in messages.
    package init(_ bytes: [UInt8], name: String = "MLmodel") throws(AssayError) {
        guard bytes.count <= Self.byteLimit else {
            throw AssayError(.limitExceeded, "\(name) has \(bytes.count) bytes; at most \(Self.byteLimit) are read")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw AssayError(.unreadable, "\(name) is not UTF-8 text")
        }
        try Self.refuseManyAliases(bytes, name: name)
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw AssayError(.unreadable, "\(name) is not valid YAML: \(error)", cause: error)
        }
        if let root { try PlainYAML(text, name: name).check(root) }
        guard let mapping = root?.mapping else {
            throw AssayError(.unreadable, "\(name) is not a YAML mapping")
        }
        guard let flavorNodes = mapping["flavors"]?.mapping else {
            throw AssayError(.unreadable, "\(name) names no flavors")
        }
        var flavors: [Text: [Text: String]] = [:]
        var structures: [Text: Set<Text>] = [:]
        for (key, value) in flavorNodes {
            guard let flavor = key.scalar?.string else { throw AssayError(.unreadable, "\(name) has a flavor without a name") }
            guard let mapping = value.mapping else {
                throw AssayError(.unreadable, "\(name): flavors.\(flavor) is not a YAML mapping")
            }
            var settings: [Text: String] = [:]
            for (setting, node) in mapping {
                guard let setting = setting.scalar?.string else { continue }
                if let text = Self.text(node) {
                    settings[Text(setting)] = text
                } else if node.sequence != nil || node.mapping?.isEmpty == false {
                    structures[Text(flavor), default: []].insert(Text(setting))
                }
            }
            flavors[Text(flavor)] = settings
        }
        self.flavors = flavors
        self.structures = structures
        if let node = mapping["signature"]?.mapping {
            signature = try ModelSignature(
                inputs: Self.text(node["inputs"]), outputs: Self.text(node["outputs"]),
                parameters: Self.text(node["params"]), name: name)
        } else {
            signature = nil
        }
        featureViews = mapping["metadata"]?.mapping?[Node(FeatureViewNames.key)].map { node in
            guard let views = node.mapping else { return .unreadable }
            return FeatureViewNames(views.map { (name: $0.key.scalar?.string, digest: Self.text($0.value)) })
        }
        mlflowVersion = Self.text(mapping["mlflow_version"])
        modelID = Self.text(mapping["model_id"])
        runID = Self.text(mapping["run_id"])
        if let example = mapping["saved_input_example_info"]?.mapping, let file = Self.text(example["artifact_path"]) {
            inputExample = (Text(file), Self.text(example["type"]) ?? "")
        } else {
            inputExample = nil
        }
    }

    /// The scalar's text; `nil` for a plain null.
    private static func text(_ node: Node?) -> String? {
        guard let scalar = node?.scalar else { return nil }
        if scalar.style == .plain, ["null", "Null", "NULL", "~", ""].contains(scalar.string) { return nil }
        return scalar.string
    }

    /// Every alias is refused once the text is parsed; many are how a small file asks the parser for exponential work.
    /// Counts every `*` that could begin one.
    private static func refuseManyAliases(_ bytes: [UInt8], name: String) throws(AssayError) {
        var count = 0
        var isStart = true
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "*"), isStart, index + 1 < bytes.count, bytes[index + 1] > 0x20 { count += 1 }
            isStart = byte <= 0x20 || "[{,:-?".utf8.contains(byte)
        }
        guard count <= 16 else {
            throw AssayError(.limitExceeded, "\(name) has more than 16 YAML aliases and is not read")
        }
    }
}
