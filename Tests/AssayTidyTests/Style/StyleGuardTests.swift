import Testing

/// How the project is written, held on every file. Each guard has texts that it refuses and texts that it lets pass.
struct StyleGuardTests {
    @Test func everyFileKeepsToTheStyle() {
        let files = Repository.texts
        #expect(files.count > 100)
        for rule in StyleGuard.all {
            for file in files where rule.applies(file.path) {
                for finding in rule.findings(file) { Issue.record("\(rule.name): \(finding)") }
            }
        }
    }

    @Test func allowedFilesExistAndNeedIt() throws {
        for path in StyleGuard.stringKeyed.keys.sorted() {
            let file = try #require(Repository.file(path), "\(path) is gone; take it out of the list")
            #expect(
                StyleGuard.stringKeys("Sources/Other.swift", file.text).isEmpty == false, "\(path) needs no exception")
        }
    }

    private let path = "Sources/AssayTerms/A/B.swift"

    @Test func length() {
        #expect(StyleGuard.length(path, String(repeating: "x", count: 160)).isEmpty)
        #expect(StyleGuard.length(path, String(repeating: "x", count: 161)).count == 1)
        #expect(StyleGuard.length(path, "\"" + String(repeating: "x", count: 200) + "\"").isEmpty)
        #expect(StyleGuard.length(path, "\"" + String(repeating: "x", count: 220) + "\"").count == 1)
        #expect(StyleGuard.length(path, String(repeating: "x\n", count: 449)).isEmpty)
        #expect(StyleGuard.length(path, String(repeating: "x\n", count: 450)).count == 1)
        #expect(StyleGuard.length("docs/a.md", String(repeating: "x", count: 500)).isEmpty)
    }

    @Test func promises() {
        #expect(StyleGuard.promises("README.md", "This model is Unbiased.").count == 1)
        #expect(StyleGuard.promises(path, "let a = \"certified\"").count == 1)
        #expect(StyleGuard.promises("docs/a.md", "tags.compliance, non-compliance, certificate, bias").isEmpty)
        #expect(StyleGuard.promises("docs/a.md", "(compliant)").count == 1)
    }

    @Test func traps() {
        for text in ["try! f()", "let a = b as! C", "x ?? fatalError()", "f(-Ounchecked)"] {
            #expect(StyleGuard.traps(path, text).count == 1, "\(text)")
        }
        for text in ["let a = \"try! this\"", "// as! never", "try? f()", "a as? B", "alias! = b", "myfatalError()"] {
            #expect(StyleGuard.traps(path, text).isEmpty, "\(text)")
        }
    }

    @Test func leftovers() {
        #expect(StyleGuard.leftovers(path, "// TODO later").count == 1)
        #expect(StyleGuard.leftovers(path, "/* FIXME */").count == 1)
        #expect(StyleGuard.leftovers(path, "let a = \"TODO\"").isEmpty)
    }

    @Test func stringKeys() {
        for text in [
            "var a: [String: Int]", "let b = [ String : Text ]()", "Dictionary<String, Int>()", "let c: Set<String>",
        ] {
            #expect(StyleGuard.stringKeys(path, text).count == 1, "\(text)")
        }
        for text in ["[Text: Int]", "[String]", "// [String: Int]", "\"[String: Int]\"", "a ? [String]() : b"] {
            #expect(StyleGuard.stringKeys(path, text).isEmpty, "\(text)")
        }
        #expect(StyleGuard.stringKeys(path, "private static let words: Set<String> = [\"AND\"]").isEmpty)
        #expect(StyleGuard.stringKeys(path, "static let words: Set<String> = read()").count == 1)
        #expect(StyleGuard.stringKeys("Sources/AssayLedgerCheck/A.swift", "var a: [String: Int]").isEmpty)
        #expect(StyleGuard.stringKeys("Tests/A.swift", "[String: Int]").isEmpty)
    }

    @Test func systemStructures() {
        #expect(StyleGuard.systemStructures("Sources/assay/A.swift", "var status = stat()").count == 1)
        #expect(StyleGuard.systemStructures("Sources/assay/A.swift", "FileKind.isRegular(path) // not stat()").isEmpty)
        #expect(StyleGuard.systemStructures("Sources/AssayServer/A.swift", "var status = stat()").isEmpty)
    }

    @Test func unchecked() {
        #expect(StyleGuard.unchecked(path, "final class A: @unchecked Sendable {}").count == 1)
        #expect(StyleGuard.unchecked(path, "// Fine.\nnonisolated(unsafe) var a = 1").count == 1)
        #expect(StyleGuard.unchecked(path, "/// Guarded by `lock`.\nfinal class A: @unchecked Sendable {}").isEmpty)
        #expect(StyleGuard.unchecked(path, "final class A: Sendable {}").isEmpty)
    }

    @Test func tasks() {
        for text in ["Task { f() }", "_ = Task.detached { f() }", "let t = Task(priority: .low) {"] {
            #expect(StyleGuard.tasks(path, text).count == 1, "\(text)")
        }
        for text in [
            "group.addTask { f() }", "withTaskGroup {", "Task.checkCancellation()", "try await Task.sleep(for: a)",
        ] {
            #expect(StyleGuard.tasks(path, text).isEmpty, "\(text)")
        }
        #expect(StyleGuard.tasks("Sources/assay/A.swift", "Task { f() }").isEmpty)
    }

    @Test func machinePaths() {
        for text in ["cat /home/me/x", "a = \"/root/b\"", "(/work/c)", "/Users/x/y"] {
            #expect(StyleGuard.machinePaths("README.md", text).count == 1, "\(text)")
        }
        for text in ["https://x.org/home/a", "a/work/b", "./root/x", "~/work/x", "the work/life"] {
            #expect(StyleGuard.machinePaths("README.md", text).isEmpty, "\(text)")
        }
    }
}
