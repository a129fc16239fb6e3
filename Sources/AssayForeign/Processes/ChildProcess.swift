package import AssayTerms
import CSandbox
import Glibc

/// A started child and what it says. All calls block; they belong on a thread of their own.
package struct ChildProcess: Sendable {
    package enum End: Equatable {
        case exited(Int32)
        case signalled(Int32)
        case timedOut
        case tooLong
    }

    package struct Output {
        package var answer: [UInt8]
        package var log: [UInt8]
        package var end: End
    }

    private let identifier: pid_t

    /// Starts `program` with exactly the given descriptors, numbered 0, 1, 2, … in the child.
    ///
    /// - Parameter environment: `NAME=value`; without it nothing but the loader's search path.
    /// - Parameter what: how messages call it.
    /// - Parameter watched: the reading end of a pipe of whose writing end the caller holds the only copy, closed on exec; once that is gone,
    ///   as when the caller is killed, the child and all of its group are ended. `nil` for a child that sees to that itself.
    package static func start(
        program: String, arguments: [String], descriptors: [Int32], environment: [String]? = nil, what: String = "the evidence worker",
        watched: Int32? = nil
    ) throws(AssayError) -> ChildProcess {
        let environment = environment ?? getenv("LD_LIBRARY_PATH").map { ["LD_LIBRARY_PATH=" + String(cString: $0)] } ?? []
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        let settings = environment.map { strdup($0) } + [nil]
        defer {
            for pointer in words + settings { free(pointer) }
        }
        var identifier: Int32 = 0
        let failure =
            if let watched {
                assay_spawn_kept(program, words, settings, descriptors, descriptors.count, watched, &identifier)
            } else {
                assay_spawn(program, words, settings, descriptors, descriptors.count, &identifier)
            }
        guard failure == 0 else {
            throw AssayError(
                .unavailable, "\(what) cannot be started: \(String(cString: strerror(failure)))")
        }
        return ChildProcess(identifier: identifier)
    }

    /// Reads both pipes to their ends, then waits. Beyond `seconds`, or beyond `answerLimit` bytes, the child is killed;
    /// of the log the first `logLimit` bytes are kept.
    package func collect(answer: Int32, answerLimit: Int, log: Int32, logLimit: Int, seconds: Double) -> Output {
        let deadline = Self.now() + seconds
        var output = Output(answer: [], log: [], end: .timedOut)
        var isOpen = [true, true]
        var chunk = [UInt8](repeating: 0, count: 65_536)
        var isKilled = false
        while isOpen.contains(true), !isKilled {
            let left = deadline - Self.now()
            if left <= 0 {
                isKilled = true
                break
            }
            var waits = [
                pollfd(fd: isOpen[0] ? answer : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isOpen[1] ? log : -1, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&waits, nfds_t(waits.count), Int32(min(left * 1000 + 1, 60_000))) > 0 else { continue }
            for index in waits.indices where waits[index].revents != 0 {
                let count = read(waits[index].fd, &chunk, chunk.count)
                if count < 0, errno == EINTR || errno == EAGAIN { continue }
                if count <= 0 {
                    isOpen[index] = false
                } else if index == 0 {
                    output.answer += chunk[..<count]
                    if output.answer.count > answerLimit {
                        output.end = .tooLong
                        isKilled = true
                    }
                } else {
                    output.log += chunk[..<min(count, logLimit - output.log.count)]
                }
            }
        }
        if let status = wait(until: deadline, kill: isKilled) {
            if !isKilled { output.end = Self.end(status) }
        }
        return output
    }

    /// The child's status; `nil` where it had to be killed for time.
    private func wait(until deadline: Double, kill isKilled: Bool) -> Int32? {
        var status: Int32 = 0
        if !isKilled {
            // Its pipes are closed, so it ends at once if it is well behaved.
            while true {
                let answer = waitpid(identifier, &status, WNOHANG)
                if answer == identifier { return status }
                if answer < 0, errno != EINTR { return nil }
                if Self.now() > deadline { break }
                usleep(1_000)
            }
        }
        Glibc.kill(identifier, SIGKILL)
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        return isKilled ? status : nil
    }

    /// Ends what it started and left behind, once it has ended itself.
    package func endGroup() { _ = Glibc.kill(-identifier, SIGKILL) }

    /// Ends it and everything it started, and waits.
    package func kill() -> End {
        Glibc.kill(-identifier, SIGKILL)
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        return Self.end(status)
    }

    /// Holds it and everything it started where they are, or lets them go on.
    package func hold(_ isHeld: Bool) { _ = Glibc.kill(-identifier, isHeld ? SIGSTOP : SIGCONT) }

    /// How it ended, if it has ended within the time.
    package func end(within seconds: Double) -> End? {
        let deadline = Self.now() + seconds
        var status: Int32 = 0
        repeat {
            if waitpid(identifier, &status, WNOHANG) == identifier { return Self.end(status) }
            usleep(1_000)
        } while Self.now() < deadline
        return nil
    }

    private static func end(_ status: Int32) -> End {
        status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signalled(status & 0x7F)
    }

    /// Seconds of a clock that only goes forward.
    package static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
