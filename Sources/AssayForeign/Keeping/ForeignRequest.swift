import AssayColumns
import AssayJSON
import AssayModels
import AssayTerms
import Synchronization

/// One request that waits for the model's process: made by one thread, answered by the keeper's.
final class ForeignRequest: Sendable {
    let blocks: [RowBlock]
    let parameters: JSONValue?
    private let gate = Gate()
    private let result = Mutex<Result<[Predictions], AssayError>?>(nil)

    init(blocks: [RowBlock], parameters: JSONValue?) {
        self.blocks = blocks
        self.parameters = parameters
    }

    /// The first answer holds.
    func finish(_ answer: Result<[Predictions], AssayError>) {
        result.withLock { result in
            guard result == nil else { return }
            result = answer
            gate.open()
        }
    }

    /// `nil` where there is no answer in time; without a time it waits for as long as it takes.
    func wait(seconds: Double?) -> Result<[Predictions], AssayError>? {
        if let seconds {
            guard gate.wait(seconds: seconds) else { return nil }
        } else {
            gate.wait()
        }
        return result.withLock { $0 }
    }
}
