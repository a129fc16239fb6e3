/// Every checkpoint a log ever signed, oldest first, as one append-only text: the signed notes one after the other.
///
/// Each is exactly five lines (origin, size, root, empty, one signature), so line 5k + 1 begins checkpoint k + 1.
package enum CheckpointList {
    package static let linesPerCheckpoint = 5

    /// The notes that are whole, and the length in bytes of them together: what lies beyond was cut off in writing.
    package static func notes(in bytes: [UInt8]) -> (notes: [[UInt8]], wholeLength: Int) {
        var notes: [[UInt8]] = []
        var start = 0
        var lines = 0
        for (offset, byte) in bytes.enumerated() where byte == 0x0A {
            lines += 1
            if lines == linesPerCheckpoint {
                notes.append(Array(bytes[start...offset]))
                start = offset + 1
                lines = 0
            }
        }
        return (notes, start)
    }
}
