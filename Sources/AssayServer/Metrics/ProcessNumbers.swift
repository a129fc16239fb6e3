import AssayTerms
import AssayWorkflows
import Foundation
import Glibc

/// What this process uses of the machine, under the names that every Prometheus client has.
struct ProcessNumbers {
    private static let cpu = MetricFamily("process_cpu_seconds_total", .counter, "User and system CPU time spent.")
    private static let memory = MetricFamily("process_resident_memory_bytes", .gauge, "Resident memory.")
    private static let files = MetricFamily("process_open_fds", .gauge, "Open file descriptors.")
    private static let start = MetricFamily("process_start_time_seconds", .gauge, "When the process started, since 1970.")

    /// Nothing where the system does not say.
    static func add(to text: inout MetricsText) {
        // The second field is a name that may hold spaces and ends at the last parenthesis.
        guard let stat = content("/proc/self/stat"), let end = stat.lastIndex(of: ")") else { return }
        let fields = stat[stat.index(after: end)...].split(separator: " ").map(String.init)
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        guard fields.count > 21, ticks > 0, let user = Double(fields[11]), let system = Double(fields[12]), let began = Double(fields[19]),
            let pages = Double(fields[21])
        else { return }
        text.add(cpu, [([], (user + system) / ticks)])
        text.add(memory, [([], pages * Double(sysconf(Int32(_SC_PAGESIZE))))])
        if let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count { text.add(files, [([], Double(open))]) }
        let boot = content("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }?.split(separator: " ").last
        if let boot = boot.flatMap({ Double($0) }) { text.add(start, [([], boot + began / ticks)]) }
    }

    private static func content(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
