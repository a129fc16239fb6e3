/// Whether what an alert is about is so now. The raw values are stored and sent.
package enum AlertState: String, Sendable, CaseIterable {
    case firing, resolved
}
