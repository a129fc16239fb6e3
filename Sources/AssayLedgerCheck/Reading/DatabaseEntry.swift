/// A ledger entry as a database holds it, handed in to be compared with the log.
package struct DatabaseEntry: Sendable {
    package enum Payload: Sendable {
        /// SHA-256(salt ‖ payload), computed from what the database holds.
        case digest([UInt8])
        /// Payload and salt were destroyed; the leaf alone remains.
        case erased
        /// The payload could not be opened, for want of a key.
        case sealed
    }

    package var index: UInt64
    package var leaf: [UInt8]
    package var payload: Payload

    package init(index: UInt64, leaf: [UInt8], payload: Payload) {
        self.index = index
        self.leaf = leaf
        self.payload = payload
    }
}
