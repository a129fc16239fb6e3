import AssayCanonical
import AssayTerms
import Foundation
import Testing

@testable import AssayLedger

/// The log's key is made once, kept to its owner, and never exchanged unseen.
@Suite struct LogKeyTests {
    private let folder: TemporaryFolder
    private let files: PosixLedgerFiles
    private var keys: String { folder.path + "/keys" }

    init() throws {
        folder = try TemporaryFolder()
        files = try PosixLedgerFiles(folder: folder.path + "/ledger")
    }

    private func open() throws(AssayError) -> NoteSigningKey {
        try LogKey.openOrCreate(keysFolder: keys, files: files, randomBytes: SecureRandom.bytes)
    }

    @Test func isMadeOnceForItsOwnerOnly() throws {
        let key = try open()
        let again = try open()
        #expect(again.verificationKey == key.verificationKey)
        #expect(key.verificationKey.name.hasPrefix("assay/"))
        #expect(key.verificationKey.name.utf8.count == 38)
        #expect(try LogKey.publicKey(in: files) == key.verificationKey)
        for (path, mode) in [(keys, 0o700), (keys + "/log.key", 0o600)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == mode)
        }
        #expect(try folder.files(in: "keys").mapValues(\.count) == ["log.key": 32])
    }

    @Test func refusesAKeyOthersMayRead() throws {
        _ = try open()
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: keys + "/log.key")
        #expect(#expect(throws: AssayError.self) { try open() }?.code == .unavailable)
    }

    @Test func refusesAnotherKeyAndAMissingOne() throws {
        _ = try open()
        try FileManager.default.removeItem(atPath: keys + "/log.key")
        #expect(#expect(throws: AssayError.self) { try open() }?.code == .notFound)
        try Data(SecureRandom.bytes(32)).write(to: URL(filePath: keys + "/log.key"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keys + "/log.key")
        #expect(#expect(throws: AssayError.self) { try open() }?.code == .conflict)
        try Data([1, 2, 3]).write(to: URL(filePath: keys + "/log.key"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keys + "/log.key")
        #expect(#expect(throws: AssayError.self) { try open() }?.code == .invalidArgument)
    }

    @Test func aKeyWithoutALogBeginsANewLog() throws {
        let key = try open()
        try files.remove("vkey")
        let next = try open()
        #expect(next.key.rawBytes == key.key.rawBytes)
        #expect(next.verificationKey.name != key.verificationKey.name)
    }
}
