package import AssayTerms

/// A webhook as the database keeps it. Where it points and what signs for it are sealed.
package struct WebhookRecord: Hashable, Sendable {
    /// A random UUID, as MLflow has it.
    package var id: String
    package var name: Text
    package var description: Text?
    package var sealedURL: [UInt8]
    package var sealedSecret: [UInt8]?
    package var status: WebhookStatus
    /// Sorted, without repeats; at least one.
    package var events: [WebhookEvent]
    package var creationTime: Int64
    package var lastUpdateTime: Int64

    package init(
        id: String, name: Text, description: Text?, sealedURL: [UInt8], sealedSecret: [UInt8]?, status: WebhookStatus,
        events: some Sequence<WebhookEvent>, creationTime: Int64, lastUpdateTime: Int64
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.sealedURL = sealedURL
        self.sealedSecret = sealedSecret
        self.status = status
        self.events = Set(events).sorted()
        self.creationTime = creationTime
        self.lastUpdateTime = lastUpdateTime
    }
}
