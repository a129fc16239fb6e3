import Foundation

/// Files under Tests/Fixtures, each made by the script of the same name in scripts/fixtures.
enum Fixture {
    static func lines(_ path: String) throws -> [String] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appending(path: "Fixtures").appending(path: path))
        let text = String(decoding: data, as: UTF8.self)
        // Scalars, because a character can join a line's end with what follows.
        return text.unicodeScalars.split(separator: "\n").map { String($0) }
    }
}
