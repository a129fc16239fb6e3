import Foundation

/// The processors that this process may run on, fewer than the machine has under `taskset` and in most containers.
enum Processors {
    static let count = max(1, ProcessInfo.processInfo.activeProcessorCount)
}
