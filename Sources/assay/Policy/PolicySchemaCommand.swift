import ArgumentParser
import AssayJSON
import AssayPolicy

struct PolicySchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of policies, for editors.",
        discussion: """
            Draft 2020-12, with the checks of this build. Editors that read YAML by schemas complete keys and mark mistakes \
            by it; assay policy lint says more.
            """)

    @Flag(help: "The schema of test cases instead.")
    var tests = false

    func run() throws {
        let schema = tests ? PolicySchema.cases(PolicyFile.catalogue) : PolicySchema.policies(PolicyFile.catalogue)
        try StandardOutput.write(schema.bytes(pretty: true) + [UInt8(ascii: "\n")])
    }
}
