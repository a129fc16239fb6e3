/// One rule about how the project is written: a name, the files it looks at, and what it finds in one of them.
struct StyleGuard: Sendable {
    let name: String
    let applies: @Sendable (String) -> Bool
    let findings: @Sendable (Repository.File) -> [Finding]

    func callAsFunction(_ path: String, _ text: String) -> [Finding] {
        let file = Repository.File(path: path, text: text)
        return applies(path) ? findings(file) : []
    }

    private static func isSwift(_ path: String) -> Bool { path.hasSuffix(".swift") }
    private static func isSource(_ path: String) -> Bool { path.hasPrefix("Sources/") && isSwift(path) }
    /// The guards' own files spell out what they look for.
    private static func isOwn(_ path: String) -> Bool { path.hasPrefix("Tests/AssayTidyTests/") }

    private static func inCode(
        _ file: Repository.File, _ find: (String) -> String?
    ) -> [Finding] {
        file.swift.lines.compactMap { line in
            find(line.code).map { Finding(path: file.path, line: line.number, message: $0) }
        }
    }

    static let fileLineLimit = 450
    static let lineLimit = 160
    /// A message or a line of a page is one line, however long.
    static let quotedLineLimit = 210

    static let length = StyleGuard(name: "length", applies: isSwift) { file in
        let lines = file.swift.lines
        var found: [Finding] = []
        if lines.count > fileLineLimit {
            found.append(
                Finding(path: file.path, line: lines.count, message: "more than \(fileLineLimit) lines; cut the file"))
        }
        for line in lines where line.length > (line.quoted.isEmpty ? lineLimit : quotedLineLimit) {
            found.append(Finding(path: file.path, line: line.number, message: "\(line.length) characters"))
        }
        return found
    }

    /// Words that promise more than evidence can show.
    static let promises = StyleGuard(
        name: "promises", applies: { !isOwn($0) && $0 != "CONTRIBUTING.md" }
    ) { file in
        let banned = ["unbiased", "compliant", "certified"]
        return file.lines.enumerated().compactMap { index, line in
            let words = line.lowercased().split { !$0.isLetter }
            guard let word = words.first(where: { banned.contains(String($0)) }) else { return nil }
            return Finding(path: file.path, line: index + 1, message: "'\(word)' promises what no evidence shows")
        }
    }

    static let traps = StyleGuard(name: "traps", applies: { isSwift($0) && !isOwn($0) }) { file in
        inCode(file) { code in
            for word in ["try!", "as!", "fatalError", "-Ounchecked"] {
                guard let range = code.firstRange(of: word) else { continue }
                let before = range.lowerBound == code.startIndex ? " " : code[code.index(before: range.lowerBound)]
                if !before.isLetter, !before.isNumber, before != "_" { return "\(word) traps on what a user may send" }
            }
            return nil
        }
    }

    static let leftovers = StyleGuard(name: "leftovers", applies: { isSwift($0) && !isOwn($0) }) { file in
        file.swift.lines.compactMap { line in
            guard let word = ["TODO", "FIXME", "XXX"].first(where: line.comment.contains) else { return nil }
            return Finding(
                path: file.path, line: line.number, message: "\(word): do it, or write it down in docs/status.md")
        }
    }

    /// Keys from outside are `Text`; `String` merges canonically equal forms. Where the keys are our own words, the file
    /// stands here with the reason.
    static let stringKeyed: [String: String] = [
        "Sources/AssayLedger/Publishing/TreePublisher.swift": "paths of tiles, which are digits and slashes",
        "Sources/AssayModels/Numpy/NumpyHeader.swift": "looked up by the format's three ASCII names only",
        "Sources/AssayServer/HTTP/RouteTable.swift": "segments and parameter names of our own routes",
        "Sources/AssayServer/HTTP/Exchange.swift": "parameter names of our own routes",
        "Sources/AssayServer/HTTP/Exchange+Local.swift": "parameter names of our own routes",
        "Sources/assay/Gateway/Jobs/JobStore.swift": "ids of our own making, which are hexadecimal digits",
        "Sources/AssayServer/HTTP/BrowserRules.swift": "host names in ASCII, from our own settings",
    ]

    /// AssayLedgerCheck uses nothing of ours, so not `Text` either; its names are the log's own paths.
    static let stringKeys = StyleGuard(
        name: "string keys", applies: { isSource($0) && !$0.hasPrefix("Sources/AssayLedgerCheck/") }
    ) { file in
        if stringKeyed[file.path] != nil { return [] }
        return inCode(file) { code in
            let squeezed = code.filter { $0 != " " }
            // A constant set of our own words.
            if squeezed.contains("staticlet"), squeezed.contains("Set<String>=[") { return nil }
            let isMap =
                squeezed.contains("[String:") || squeezed.contains("Dictionary<String,")
                || squeezed.contains("Set<String>")
            return isMap ? "a collection keyed by String; Text compares by bytes" : nil
        }
    }

    /// Whose module the members of these belong to differs between builds for debugging and for release in the target where Foundation and gRPC's
    /// transport meet, so a release build would fail where no test looks. `FileKind`, `FileStamp` and `SystemClock` ask for it.
    static let systemStructures = StyleGuard(name: "system structures", applies: { $0.hasPrefix("Sources/assay/") }) { file in
        inCode(file) { code in
            ["stat()", "timespec()", "timeval()", "sockaddr_in", "rusage()"].first(where: code.contains).map { "\($0) does not build for release here" }
        }
    }

    static let unchecked = StyleGuard(name: "unchecked", applies: isSource) { file in
        let lines = file.swift.lines
        return lines.indices.compactMap { index in
            let code = lines[index].code
            guard code.contains("@unchecked Sendable") || code.contains("nonisolated(unsafe)") else { return nil }
            let comments = lines[max(0, index - 4)...index].map { $0.comment.lowercased() }.joined()
            let isExplained = ["lock", "mutex", "thread", "immutable", "owned", "never changes"].contains(
                where: comments.contains)
            return isExplained
                ? nil
                : Finding(path: file.path, line: index + 1, message: "a comment beside it must name what guards it")
        }
    }

    /// Work that nobody waits for or cancels. The executable and tests start tasks; rooms take part in them.
    static let tasks = StyleGuard(
        name: "tasks", applies: { isSource($0) && !$0.hasPrefix("Sources/assay/") }
    ) { file in
        inCode(file) { code in
            let squeezed = code.filter { $0 != " " }
            let starts = ["Task{", "Task.detached{", "Task(priority"].contains { word in
                guard let range = squeezed.firstRange(of: word) else { return false }
                return range.lowerBound == squeezed.startIndex
                    || !squeezed[squeezed.index(before: range.lowerBound)].isLetter
            }
            return starts ? "an unstructured task" : nil
        }
    }

    /// A path of somebody's machine.
    static let machinePaths = StyleGuard(name: "machine paths", applies: { !isOwn($0) }) { file in
        file.lines.enumerated().compactMap { index, line in
            for folder in ["work", "farm", "home", "root", "Users"] {
                let path = "/\(folder)/"
                var rest = line[...]
                while let range = rest.firstRange(of: path) {
                    let before = range.lowerBound == line.startIndex ? " " : line[line.index(before: range.lowerBound)]
                    if !before.isLetter, !before.isNumber, !"._-}/*:~".contains(before) {
                        return Finding(path: file.path, line: index + 1, message: "\(path) is a path of one machine")
                    }
                    rest = rest[range.upperBound...]
                }
            }
            return nil
        }
    }

    static let all = [length, promises, traps, leftovers, stringKeys, systemStructures, unchecked, tasks, machinePaths]
}
