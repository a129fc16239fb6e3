import ArgumentParser
import AssayStore
import AssayWorkflows

struct KeysRotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Put another master key in force, or move it to another keeper.",
        discussion: """
            Every data key is wrapped anew; no file of the data directory is written again. A rotation that is cut short is \
            finished or undone by the next command that opens the directory. With --provider environment the new key is \
            read from ASSAY_NEW_MASTER_KEY, and stands in ASSAY_MASTER_KEY from then on.
            """)

    @OptionGroup var location: KeysLocation

    @Option(help: "Who keeps the new key: file, environment, vault-transit:MOUNT/KEY or azure-key-vault:URL. Without it, who keeps the present one.")
    var provider: MasterKeyPlace?

    func run() async throws {
        let change = try await location.change { cabinet in
            let from = try cabinet.place()
            let to = provider ?? from
            return MasterKeyChange(kind: .rotated, from: from, to: to, dataKeys: try cabinet.rotate(to: to))
        }
        let moved = change.from == change.to ? "\(change.to)" : "\(change.to), no longer in \(change.from)"
        try StandardOutput.write(
            Array("Another master key is in force, in: \(moved). \(NumberText.grouped(change.dataKeys)) data keys were wrapped anew.\n".utf8))
    }
}
