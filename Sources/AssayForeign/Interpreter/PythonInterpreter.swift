import AssayJSON
package import AssayTerms
import Glibc

/// An interpreter of Python and where it reads its libraries from, by its own word.
///
/// It is asked before any model is near it, with an empty environment and without the user's own site folder.
package struct PythonInterpreter: Sendable, Hashable {
    /// By its own word, since what was named may be a script that finds it; in a virtual environment this path says which.
    package let path: String
    /// What is run, links followed.
    package let program: String
    /// Folders of libraries.
    package let folders: [String]

    private static let question =
        "import sys,json;print(json.dumps([sys.executable,sys.prefix,sys.base_prefix,sys.exec_prefix]+[p for p in sys.path if p]))"

    /// The one that is named, else the one in `ASSAY_MODEL_PYTHON`, else the first `python3` in `PATH`.
    ///
    /// - Throws: `unsupported` saying how to name one, where there is none or it does not answer.
    package static func find(_ named: String?) throws(AssayError) -> PythonInterpreter {
        func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } }
        if let path = named ?? variable("ASSAY_MODEL_PYTHON") {
            guard path.contains("/") || onPath(path) != nil else {
                throw AssayError(.unsupported, "there is no program '\(path)'; name an interpreter of Python with --python PATH")
            }
            return try PythonInterpreter(path: path.contains("/") ? path : onPath(path) ?? path)
        }
        guard let path = onPath("python3") else {
            throw AssayError(
                .unsupported,
                "there is no python3 here, by which the model's own library could score it; install it with that library and name it "
                    + "with --python PATH or in ASSAY_MODEL_PYTHON")
        }
        return try PythonInterpreter(path: path)
    }

    private static func onPath(_ name: String) -> String? {
        let folders = getenv("PATH").map { String(cString: $0) } ?? ""
        return folders.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    private init(path: String) throws(AssayError) {
        func refusal(_ why: String) -> AssayError {
            AssayError(
                .unsupported, "\(path) cannot score a model: \(why); name an interpreter of Python 3 with the model's library by --python PATH")
        }
        guard access(path, X_OK) == 0 else { throw refusal(String(cString: strerror(errno))) }
        var held = HeldDescriptors()
        defer { held.closeAll() }
        let input = try held.open(path: "/dev/null", as: "/dev/null")
        let answer = try held.pipe()
        let log = try held.pipe()
        let child = try ChildProcess.start(
            program: path, arguments: ["-I", "-c", Self.question], descriptors: [input, answer.writing, log.writing], what: path)
        held.close(answer.writing)
        held.close(log.writing)
        let output = child.collect(
            answer: answer.reading, answerLimit: 1 << 20, log: log.reading, logLimit: 4096, seconds: 30)
        guard output.end == .exited(0),
            let words = (try? JSONValue(parsing: output.answer))?.array?.compactMap(\.string), words.count >= 4
        else { throw refusal("it does not answer as Python 3 does") }
        guard access(words[0], X_OK) == 0, let pointer = realpath(words[0], nil) else {
            throw refusal("the program that it says it is, '\(words[0].prefix(200))', cannot be run")
        }
        self.path = words[0]
        program = String(cString: pointer)
        free(pointer)
        let folders = words.dropFirst()
        let home = getenv("HOME").map { String(cString: $0) } ?? "/"
        // A prefix that holds the user's own files is no folder of libraries; what is searched below it stays readable.
        self.folders = folders.filter { folder in folder.hasPrefix("/") && folder != "/" && !(home + "/").hasPrefix(folder + "/") }
    }
}
