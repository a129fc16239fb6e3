import CControls

/// The catalogue's files by name.
package enum ControlFiles {
    package struct File: Sendable {
        package var name: String
        package var bytes: [UInt8]

        package init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// Those carried inside the program.
    package static var shipped: [File] {
        (0..<assay_control_file_count()).map { index in
            let file = assay_control_file_at(index)
            return File(
                name: String(cString: file.name), bytes: Array(UnsafeBufferPointer(start: file.bytes, count: Int(file.count))))
        }
    }
}
