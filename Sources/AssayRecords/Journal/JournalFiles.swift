import AssayCanonical
import AssayTerms
import Glibc

/// The journals of a folder by their names: `NUMBER-WRITER.journal`, and `.refused` behind it for one that was put aside.
///
/// The number orders journals that wait at the same time; the random part is who wrote their segments, so that none of an earlier journal is
/// taken for one of a later.
enum JournalFiles {
    struct File {
        let name: String
        let bytes: Int64
    }

    static let refused = ".refused"
    private static let ending = ".journal"

    static func name(_ number: UInt64, _ id: [UInt8]) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 12 - min(12, digits.count)) + digits + "-" + Hex.encode(id) + ending
    }

    static func parts(of name: String) -> (number: UInt64, id: [UInt8])? {
        guard name.hasSuffix(ending) else { return nil }
        let parts = name.dropLast(ending.count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = UInt64(parts[0]), let id = Hex.decode(String(parts[1])), id.count == 16 else { return nil }
        return (number, id)
    }

    /// In order of their names.
    ///
    /// - Throws: `unreadable` where the folder cannot be listed.
    static func list(_ folder: String) throws(AssayError) -> (journals: [File], refused: [File]) {
        guard let listing = opendir(folder) else {
            throw AssayError(.unreadable, "The folder of records '\(folder)' cannot be read: \(String(cString: strerror(errno))).")
        }
        defer { closedir(listing) }
        var (journals, others): ([File], [File]) = ([], [])
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let isRefused = name.hasSuffix(refused)
            guard parts(of: isRefused ? String(name.dropLast(refused.count)) : name) != nil else { continue }
            var status = stat()
            guard stat("\(folder)/\(name)", &status) == 0 else { continue }
            let file = File(name: name, bytes: Int64(status.st_size))
            if isRefused { others.append(file) } else { journals.append(file) }
        }
        return (journals.sorted { $0.name < $1.name }, others.sorted { $0.name < $1.name })
    }
}
