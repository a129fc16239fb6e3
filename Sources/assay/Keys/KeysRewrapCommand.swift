import ArgumentParser
import AssayStore
import AssayWorkflows

struct KeysRewrapCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rewrap", abstract: "Have the provider wrap the master key again, after it changed its own key.")

    @OptionGroup var location: KeysLocation

    func run() async throws {
        let change = try await location.change { cabinet in
            let place = try cabinet.place()
            try cabinet.rewrap()
            return MasterKeyChange(kind: .rewrapped, from: place, to: place, dataKeys: 0)
        }
        try StandardOutput.write(Array("\(change.to) wrapped the master key again.\n".utf8))
    }
}
