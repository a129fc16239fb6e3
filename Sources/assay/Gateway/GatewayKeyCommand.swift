import ArgumentParser
import AssayCanonical
import AssayServer
import AssayTerms
import Foundation

/// `assay gateway-key`: a key for one caller of a gateway.
struct GatewayKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway-key", abstract: "Make a key for a caller of a gateway, and the lines for the file of callers.",
        discussion: """
            The key is printed once and kept nowhere: give it to the caller, who sends it as 'Authorization: Bearer KEY'. The file of \
            --callers holds its digest alone.
            """)

    @Argument(help: "The caller's name.")
    var name: String

    func validate() throws {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isPlain, (1...64).contains(name.utf8.count), !name.hasPrefix("."), !name.hasPrefix("-") else {
            throw ValidationError("a caller's name is 1 to 64 letters, digits, '.', '_' and '-', starting with neither '.' nor '-'")
        }
    }

    func run() throws {
        let (text, digest) = CallerKey.make { SecureRandom.bytes($0) }
        let lines = [
            "key: \(text)", "It is shown this once. In the file of --callers:", "  - name: \(name)", "    keys: [\"sha256:\(digest.hex)\"]",
            "    models: [\"*\"]",
        ]
        FileHandle.standardOutput.write(Data((lines.joined(separator: "\n") + "\n").utf8))
    }
}
