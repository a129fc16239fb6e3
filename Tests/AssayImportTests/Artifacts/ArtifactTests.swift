import AssayStore
import AssayTerms
import Foundation
import Testing

@testable import AssayImport

/// Where artifacts are found, and that nothing else is: links, relative parts and odd files are named and left out.
struct ArtifactTests {
    @Test(arguments: [
        ("mlflow-artifacts:/1/abc/artifacts", ArtifactURI.proxied(["1", "abc", "artifacts"])),
        ("mlflow-artifacts://host:5000/1/abc/artifacts", .proxied(["1", "abc", "artifacts"])),
        ("/a/./b//c", .local("/a/./b//c", ["a", "b", "c"])), ("./mlruns/0", .local("./mlruns/0", ["mlruns", "0"])),
        ("file:///a%20b/c", .local("/a b/c", ["a b", "c"])), ("s3://bucket/x", .elsewhere), ("dbfs:/x", .elsewhere),
    ])
    func uris(_ text: String, _ uri: ArtifactURI) { #expect(ArtifactURI(text) == uri) }

    @Test(arguments: [
        "mlflow-artifacts:/1/../../etc", "/a/../b", "../x", "file:///a/%2e%2e/b", "", "mlflow-artifacts:/", "file://host/a", "/a\u{0}b",
    ])
    func urisThatAreNotFollowed(_ text: String) {
        guard case .invalid = ArtifactURI(text) else {
            Issue.record("\(text) was taken")
            return
        }
    }

    @Test func ownersHaveTheirOwnFoldersOnly() throws {
        let scratch = try Scratch()
        try scratch.makeFolder("store/0/run1/artifacts")
        try scratch.makeFolder("moved/0/run1/artifacts")
        let folders = ArtifactFolders(given: nil, base: scratch.path, proxied: nil)
        let tail = ["run1", "artifacts"]
        #expect(folders.folder(at: Text(scratch.path + "/store/0/run1/artifacts"), tail: tail) == .folder(scratch.path + "/store/0/run1/artifacts"))
        #expect(folders.folder(at: "./store/0/run1/artifacts", tail: tail) == .folder(scratch.path + "/./store/0/run1/artifacts"))
        for uri in ["/etc", "file:///etc/ssl", "mlflow-artifacts:/0/run2/artifacts", "/x/run1/artifacts/deeper"] as [Text] {
            guard case .refused = folders.folder(at: uri, tail: tail) else {
                Issue.record("\(uri) was taken for run1's")
                continue
            }
        }
        #expect(folders.folder(at: "s3://b/0/run1/artifacts", tail: tail) == .elsewhere)
        let moved = ArtifactFolders(given: scratch.path + "/moved", base: "/", proxied: nil)
        #expect(moved.folder(at: "/gone/store/0/run1/artifacts", tail: tail) == .folder(scratch.path + "/moved/0/run1/artifacts"))
        #expect(moved.folder(at: "mlflow-artifacts:/0/run1/artifacts", tail: tail) == .folder(scratch.path + "/moved/0/run1/artifacts"))
        #expect(moved.folder(at: "/gone/0/run9/artifacts", tail: ["run9", "artifacts"]) == .absent(scratch.path + "/moved/0/run9/artifacts"))
    }

    @Test func aFolderIsWalkedAndLinksAreNot() throws {
        let (scratch, outside) = (try Scratch(), try Scratch())
        try outside.write("secret", "secret")
        try scratch.write("run/a.txt", "a")
        try scratch.write("run/deep/er/ü b.txt", "b")
        try scratch.write("run/empty", "")
        try scratch.link("run/inside", to: "a.txt")
        try scratch.link("run/outside", to: outside.path + "/secret")
        try scratch.link("run/folder", to: "deep")
        try scratch.link("run/up", to: "..")
        try scratch.link("run/nothing", to: "nowhere")
        try scratch.write("running/b.txt", "not a prefix")
        try scratch.link("run/neighbour", to: "../running/b.txt")
        #expect(mkfifo(scratch.path + "/run/pipe", 0o600) == 0)
        let bad: [UInt8] = Array((scratch.path + "/run/").utf8) + [0xC3, 0x28, 0]
        let descriptor = bad.withUnsafeBytes { open($0.bindMemory(to: CChar.self).baseAddress!, O_CREAT | O_WRONLY, 0o600) }
        #expect(descriptor >= 0)
        close(descriptor)

        let listing = FolderListing(scratch.path + "/run", name: "run x")
        #expect(listing.files.map(\.path) == ["a.txt", "deep/er/ü b.txt", "empty", "inside"])
        #expect(listing.files.map(\.size) == [1, 1, 0, 1])
        let problems = listing.problems.map { "\($0.object): \($0.message)" }
        for (name, words) in [
            ("outside", "leads out"), ("neighbour", "leads out"), ("up", "leads out"), ("folder", "link to a folder"),
            ("nothing", "link to nothing"), ("pipe", "neither a file nor a folder"), ("\u{FFFD}(", "not UTF-8"),
        ] {
            #expect(problems.contains { $0.contains("artifact '\(name)'") && $0.contains(words) }, "\(name) in \(problems)")
        }
        #expect(problems.count == 7)
    }

    @Test func aFileThatBecomesALinkIsNotRead() async throws {
        let scratch = try Scratch()
        try scratch.write("run/a", "a")
        let reader = ArtifactReader(folders: ArtifactFolders(given: nil, base: scratch.path, proxied: nil))
        let file = try #require(FolderListing(scratch.path + "/run", name: "run").files.first)
        try FileManager.default.removeItem(atPath: scratch.path + "/run/a")
        try scratch.link("run/a", to: "/etc/hostname")
        await #expect(throws: AssayError.self) { for try await _ in reader.content(of: file) {} }
    }

    @Test func aModelFolderHoldsAModel() async throws {
        let scratch = try Scratch()
        try scratch.write("model/MLmodel", "x")
        try scratch.write("other/notes", "x")
        let reader = ArtifactReader(folders: ArtifactFolders(given: nil, base: scratch.path, proxied: nil))
        guard case .held(let files, _) = try await reader.modelFolder(at: Text(scratch.path + "/model")) else {
            Issue.record("the model was not found")
            return
        }
        #expect(files.map(\.path) == ["MLmodel"])
        guard case .refused = try await reader.modelFolder(at: Text(scratch.path + "/other")) else {
            Issue.record("a folder without MLmodel was taken")
            return
        }
    }
}
