/// A model's process that somebody else started, as a confined job is handed it: two pipes, and where the process finds the files.
package struct ForeignHandle: Sendable, Hashable {
    package var requests: Int32
    package var answers: Int32
    package var folder: String

    package init(requests: Int32, answers: Int32, folder: String) {
        self.requests = requests
        self.answers = answers
        self.folder = folder
    }
}
