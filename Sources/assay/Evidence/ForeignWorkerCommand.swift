import ArgumentParser
import AssayForeign
import AssayJSON
import CSandbox
import Glibc

/// The child that confines itself and then becomes the interpreter which scores one model.
struct ForeignWorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "foreign-worker", abstract: "Become a confined interpreter.", shouldDisplay: false)

    @Option var python: String
    @Option var program: String
    @Option var scratch: String
    @Option var scratchBytes: UInt64
    @Option var memory: UInt64
    @Option var processorSeconds: UInt64
    @Option var descriptors: UInt64
    @Option var read: [String]
    /// ONNX Runtime's library; the process becomes this program again then, and asks it.
    @Option var runtime: String?

    /// Where answers go.
    private static let answers: Int32 = 3

    private static let steps = ["parent", "limits", "namespaces", "scratch", "no-new-privileges", "landlock", "seccomp"]

    /// The loader of the system's programs, which the kernel opens as it opens the program.
    private static let loaders = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-x86_64.so.1"]

    /// Libraries of the system, and what they ask the kernel about the machine.
    private static let system = [
        "/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/usr/share/zoneinfo", "/etc/ld.so.cache", "/etc/localtime",
        "/sys/devices/system/cpu", "/proc/cpuinfo", "/proc/meminfo", "/proc/self", "/dev/null", "/dev/urandom", "/dev/zero",
    ]

    func run() throws {
        // Of this program's own libraries, which it needs again; found before nothing more can be looked at.
        let libraries = runtime == nil ? LoadedLibraries(files: []) : LoadedLibraries.current()
        let (isConfined, report) = confine(libraries)
        let outcomes = withUnsafeBytes(of: report.outcome) { Array($0.bindMemory(to: Int32.self)) }
        let errors = withUnsafeBytes(of: report.error) { Array($0.bindMemory(to: Int32.self)) }
        let applied = Self.steps.indices.filter { outcomes[$0] == Int32(ASSAY_SANDBOX_APPLIED.rawValue) }
        guard isConfined else {
            let failed = Self.steps.indices.filter { outcomes[$0] == Int32(ASSAY_SANDBOX_FAILED.rawValue) }
            answer(["refused": .string(failed.map { "\(Self.steps[$0]) (\(String(cString: strerror(errors[$0]))))" }.joined(separator: ", "))])
            _exit(0)
        }
        answer(["confinement": .array(applied.map { .string(Self.steps[$0]) })])
        let hasScratch = applied.contains { Self.steps[$0] == "scratch" }
        var environment = Self.environment(home: hasScratch ? scratch : "/nonexistent")
        if let runtime {
            environment.append("LD_LIBRARY_PATH=\(libraries.folders.joined(separator: ":"))")
            execve(python, Self.pointers([python, "onnx-worker", "--runtime", runtime]), Self.pointers(environment))
        } else {
            execve(python, Self.pointers([python, "-s", "-B", "-c", ForeignDriver.text]), Self.pointers(environment))
        }
        let reason = String(cString: strerror(errno))
        answer(["refused": .string("\(python) cannot be run (\(reason))")])
        _exit(0)
    }

    /// As C has them; the process becomes another one, or ends.
    private static func pointers(_ words: [String]) -> [UnsafeMutablePointer<CChar>?] { words.map { strdup($0) } + [nil] }

    /// One thread, so that sums do not depend on the machine; nothing of the caller's.
    private static func environment(home: String) -> [String] {
        [
            "HOME=\(home)", "TMPDIR=\(home)", "PATH=/nonexistent", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "TZ=UTC", "PYTHONHASHSEED=0",
            "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "MKL_NUM_THREADS=1", "NUMEXPR_NUM_THREADS=1", "LOKY_MAX_CPU_COUNT=1",
            "JOBLIB_MULTIPROCESSING=0", "MPLBACKEND=Agg", "MLFLOW_DISABLE_TELEMETRY=true", "DO_NOT_TRACK=true",
            "MLFLOW_ALLOW_PICKLE_DESERIALIZATION=true", "CUDA_VISIBLE_DEVICES=",
        ]
    }

    private func confine(_ libraries: LoadedLibraries) -> (isConfined: Bool, report: assay_foreign_report) {
        var report = assay_foreign_report()
        let programs: [UnsafePointer<CChar>?] = ([program] + Self.loaders).map { UnsafePointer(strdup($0)) }
        let readable: [UnsafePointer<CChar>?] = (Self.system + read + libraries.files).map { UnsafePointer(strdup($0)) }
        let outcome = programs.withUnsafeBufferPointer { programs in
            readable.withUnsafeBufferPointer { readable in
                var rules = assay_foreign_rules()
                rules.programs = programs.baseAddress
                rules.program_count = programs.count
                rules.readable = readable.baseAddress
                rules.readable_count = readable.count
                let folder = strdup(scratch)
                rules.scratch = UnsafePointer(folder)
                rules.scratch_bytes = scratchBytes
                rules.memory_bytes = memory
                rules.processor_seconds = processorSeconds
                rules.file_bytes = scratchBytes
                rules.descriptors = descriptors
                return assay_foreign_apply(&rules, &report)
            }
        }
        return (outcome == 0, report)
    }

    /// One frame, which fits into a pipe.
    private func answer(_ header: JSONValue) {
        let text = header.bytes()
        var frame: [UInt8] = []
        withUnsafeBytes(of: UInt32(text.count).littleEndian) { frame.append(contentsOf: $0) }
        frame += [UInt8](repeating: 0, count: 8) + text
        _ = write(Self.answers, frame, frame.count)
    }
}
