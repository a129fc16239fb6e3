import AssayModels
import AssayServing
import AssayTerms
import Foundation
import Testing

/// Goal: a folder gives the files that are in it, and nothing from outside.
@Suite struct FolderModelFilesTests {
    @Test func listsAndReads() throws {
        let files = try FolderModelFiles(path: ServedFixture.folder.appending(path: "folder-loan").path)
        #expect(files.names == ["MLmodel", "input_example.json", "model.skops", "serving_input_example.json"])
        #expect(try ScoringModel.load(files).inputs.count == 7)
        #expect(try #require(throws: AssayError.self) { try files.contents(of: "MLmodel", limit: 10) }.code == .limitExceeded)
        #expect(try #require(throws: AssayError.self) { try files.contents(of: "../make.py", limit: 10) }.code == .notFound)
    }

    @Test func leavesLinksOut() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "assay-files-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder.appending(path: "a/b"), withIntermediateDirectories: true)
        try Data("x".utf8).write(to: folder.appending(path: "a/b/c"))
        try FileManager.default.createSymbolicLink(atPath: folder.appending(path: "link").path, withDestinationPath: "/etc/hostname")
        try FileManager.default.createSymbolicLink(atPath: folder.appending(path: "up").path, withDestinationPath: "..")
        #expect(try FolderModelFiles(path: folder.path).names == ["a/b/c"])
    }

    @Test func whatIsNoFolderSaysWhy() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "assay-files-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: folder.appending(path: "file"))
        try FileManager.default.createSymbolicLink(atPath: folder.appending(path: "lost").path, withDestinationPath: "nowhere")
        try FileManager.default.createSymbolicLink(atPath: folder.appending(path: "link").path, withDestinationPath: "file")
        let cases = [
            ("none", "there is no such file or folder"), ("lost", "leads nowhere"), ("file/model", "a part of its path is no folder"), ("file", "neither"),
        ]
        for (name, words) in cases {
            let error = try #require(throws: AssayError.self) { try FolderModelFiles(path: folder.appending(path: name).path) }
            #expect(error.code == .notFound && error.message.contains(words), "\(error.message)")
        }
        let link = try #require(throws: AssayError.self) { try FolderModelFiles(path: folder.path, only: "link").contents(of: "link", limit: 10) }
        #expect(link.message.contains("symbolic link"))
    }
}
