package import AssayTerms
import Glibc

/// ONNX Runtime's C library, by which graphs are scored that this build does not read.
package struct ONNXRuntimeLibrary: Sendable, Hashable {
    /// Links followed.
    package let path: String
    /// This program's own file, which the confined process becomes again.
    package let program: String

    private static let name = "libonnxruntime.so"

    /// How to have it, for messages.
    package static let remedy =
        "ONNX Runtime would score it: install PyPI's onnxruntime for the interpreter that --python names, or name its library with "
        + "--onnxruntime PATH or in ASSAY_ONNXRUNTIME"

    /// The one that is named, else the one in `ASSAY_ONNXRUNTIME`, else that of PyPI's package among the interpreter's libraries, else the system's.
    ///
    /// - Returns: `nil` where there is none and none is named.
    /// - Throws: `invalidArgument` where one is named that is not there.
    package static func find(_ named: String?, interpreter: String?) throws(AssayError) -> ONNXRuntimeLibrary? {
        let variable = getenv("ASSAY_ONNXRUNTIME").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        if let path = named ?? variable {
            guard let found = realPath(path) else {
                throw AssayError(.invalidArgument, "there is no library '\(path)'; name ONNX Runtime's \(name) with --onnxruntime PATH")
            }
            return ONNXRuntimeLibrary(path: found)
        }
        let python = (try? PythonInterpreter.find(interpreter))?.folders ?? []
        let system = ["/usr/local/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"]
        for folder in python.map({ "\($0)/onnxruntime/capi" }) + system {
            // The newest by name; a plain name is a link to one of them.
            guard let file = files(folder).filter({ $0 == name || $0.hasPrefix(name + ".") }).max(), let found = realPath("\(folder)/\(file)") else {
                continue
            }
            return ONNXRuntimeLibrary(path: found)
        }
        return nil
    }

    private init?(path: String) {
        guard let program = Self.realPath("/proc/self/exe") else { return nil }
        self.path = path
        self.program = program
    }

    private static func realPath(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    private static func files(_ folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                    tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }
}

/// What a confined process becomes to score a model.
package enum ForeignEngine: Sendable, Hashable {
    case python(PythonInterpreter)
    case onnxRuntime(ONNXRuntimeLibrary)

    /// What the process is told of it.
    var words: [String] {
        switch self {
        case .python(let interpreter):
            return ["--python", interpreter.path, "--program", interpreter.program] + interpreter.folders.flatMap { ["--read", $0] }
        case .onnxRuntime(let library):
            return ["--python", library.program, "--program", library.program, "--runtime", library.path, "--read", library.path]
        }
    }
}
