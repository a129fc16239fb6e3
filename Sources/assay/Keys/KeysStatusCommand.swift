import ArgumentParser
import AssayStore

struct KeysStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say where the master key stands, and that it opens every data key.")

    @OptionGroup var location: KeysLocation

    func run() async throws {
        let directory = try DataDirectory(path: location.dataDir, keysPath: location.keysDir, mustExist: true)
        let cabinet = try location.cabinet(directory)
        let place = try cabinet.place()
        let count = try cabinet.verify()
        try StandardOutput.write(
            Array("The master key stands in: \(place). It opens all \(NumberText.grouped(count)) data keys of \(location.dataDir).\n".utf8))
    }
}
