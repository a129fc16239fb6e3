import AssayCanonical
import AssayStore
import AssayTerms
import Foundation

/// A backup: a data directory's files, and `SHA256SUMS` of all of them as `sha256sum -c` reads it.
struct BackupFolder {
    static let sumsName = "SHA256SUMS"
    static let aboutName = DataDirectory.backupMark
    private static let chunkLength = 1 << 20

    let path: String

    /// Copies a folder's files, each made durable; no error where there is no such folder.
    func copyFolder(_ source: String, to name: String, leavingOut left: Set<Text> = []) throws {
        guard Disk.isDirectory(source) else { return }
        let target = path + "/" + name
        try Disk.createDirectory(target)
        for relative in try FileManager.default.subpathsOfDirectory(atPath: source) where !left.contains(Text(relative)) {
            let (from, to) = (source + "/" + relative, target + "/" + relative)
            if Disk.isDirectory(from) {
                try Disk.createDirectory(to)
            } else {
                try FileManager.default.createDirectory(
                    atPath: (to as NSString).deletingLastPathComponent, withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700])
                try FileManager.default.copyItem(atPath: from, toPath: to)
                try Disk.sync(to)
            }
        }
    }

    /// Writes the digests of everything in the folder.
    func seal(about: String) throws {
        try Data(about.utf8).write(to: URL(filePath: path + "/" + Self.aboutName))
        let lines = try files().map { try "\(Self.digest(of: path + "/" + $0).hex)  \($0)\n" }
        try Data(lines.joined().utf8).write(to: URL(filePath: path + "/" + Self.sumsName))
        for name in [Self.aboutName, Self.sumsName] { try Disk.sync(path + "/" + name) }
        try Disk.syncDirectory(of: path + "/" + Self.sumsName)
    }

    /// Holds every file against its digest.
    ///
    /// - Throws: `notFound` if the folder is no backup, `corrupt` naming files that are missing, changed or surplus.
    func check() throws {
        guard let sums = FileManager.default.contents(atPath: path + "/" + Self.sumsName) else {
            throw AssayError(.notFound, "\(path) is no backup: it has no \(Self.sumsName)")
        }
        // Links are not followed: a backup names its own files and nobody else's.
        let foreign = try foreign()
        guard foreign.isEmpty else {
            throw AssayError(.corrupt, "the backup \(path) holds what no backup has, neither file nor folder: \(foreign.prefix(5).joined(separator: ", "))")
        }
        var wrong: [String] = []
        var listed: Set<Text> = []
        for line in String(decoding: sums, as: UTF8.self).split(separator: "\n") {
            let name = String(line.dropFirst(66))
            guard line.utf8.count > 66, line.dropFirst(64).hasPrefix("  "), !name.split(separator: "/").contains(".."),
                !name.hasPrefix("/")
            else {
                wrong.append("a line of \(Self.sumsName) that names no file")
                continue
            }
            listed.insert(Text(name))
            guard Disk.exists(path + "/" + name) else {
                wrong.append("\(name) is missing")
                continue
            }
            if try Self.digest(of: path + "/" + name).hex != line.prefix(64) { wrong.append("\(name) was changed") }
        }
        wrong += try files().filter { !listed.contains(Text($0)) }.map { "\($0) is not of the backup" }
        guard wrong.isEmpty else {
            let more = wrong.count > 5 ? "; and \(wrong.count - 5) more" : ""
            throw AssayError(.corrupt, "the backup \(path) is not as it was written: \(wrong.prefix(5).joined(separator: "; "))\(more)")
        }
    }

    /// Links, pipes, devices: whatever is neither a file nor a folder of its own.
    private func foreign() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter { name in
            let type = try FileManager.default.attributesOfItem(atPath: path + "/" + name)[.type] as? FileAttributeType
            return type != .typeRegular && type != .typeDirectory
        }.sorted()
    }

    /// Every file but the list itself, sorted.
    func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path)
            .filter { $0 != Self.sumsName && !Disk.isDirectory(path + "/" + $0) }.sorted()
    }

    private static func digest(of path: String) throws -> SHA256Digest {
        guard let file = FileHandle(forReadingAtPath: path) else { throw AssayError(.unavailable, "\(path) cannot be read") }
        defer { try? file.close() }
        var hasher = SHA256Hasher()
        while let chunk = try file.read(upToCount: chunkLength), !chunk.isEmpty { hasher.update([UInt8](chunk)) }
        return hasher.finish()
    }
}
