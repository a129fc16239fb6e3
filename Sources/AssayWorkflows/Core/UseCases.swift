package import AssayStore
package import Logging

/// The use cases, shared by the server and the command line. Each topic extends this type in its own folder.
///
/// A use case takes the principal who acts, does its checks and changes inside one `store.write`, and records its ledger
/// entry in the same closure: both happen or neither does.
package struct UseCases: Sendable {
    /// Checks and filters by whoever acts; see ``AccessGuard``.
    package let store: any Store
    package let blobs: any BlobStore
    /// Seals what stays behind the leaves of the log.
    package let keyring: Keyring
    package let effects: Effects
    package let logger: Logger
    package let assemblies = Assemblies()
    package let passwords: PasswordDesk
    package let useMarks = UseMarks()
    let questionnaireShelf = QuestionnaireShelf()
    let modelRecords = ModelRecords()
    let policyRecords = PolicyRecords()
    /// Set once while the house is put together.
    package var freshLogin = FreshLogin()
    package var sessionLimits = SessionLimits()
    /// What is done about secrets that somebody logs; set once while the house is put together.
    package var secretScan = SecretScan.warn
    /// Who else knows names and passwords.
    package var directory: (any PasswordDirectory)?
    /// Asked before a stage or an alias changes; set once while the house is put together.
    package var promotionGate: any PromotionGate = OpenGate()
    /// Publishes what two people agreed on; set once while the house is put together.
    package var policyPublisher: (any PolicyPublisher)?
    /// Is told of versions of data sets that were not seen before; set once while the house is put together.
    package var dataWatch: (any DataWatch)?
    /// Whether the tables are what the log says; set once while the house is put together. Without it nothing is compared.
    package var recordCheck: RecordCheck?
    /// Takes who reads and changes what; set once while the house is put together. Without it nothing is noted.
    package var accessLog: AccessLog?
    /// The log as it is published; set once while the house is put together.
    package var log: (any PublishedLog)?
    /// What sends requests out; set once while the house is put together.
    package var outgoing: any OutgoingHTTP = NoOutgoingHTTP()
    /// What sends mail; set once while the house is put together.
    package var mail: any OutgoingMail = NoOutgoingMail()
    /// What reads the secrets of receivers; set once while the house is put together.
    package var secrets: any SecretSource = NoSecrets()
    /// Numbers for Prometheus.
    package let metrics = MetricsRegister()
    let alertRulesShelf = AlertRulesShelf()
    let trainingShelf = TrainingShelf()

    package init(
        store: any Store, blobs: any BlobStore, keyring: Keyring, effects: Effects, logger: Logger, passwords: PasswordDesk? = nil
    ) {
        self.store = GuardedStore(store)
        self.blobs = blobs
        self.keyring = keyring
        self.effects = effects
        self.logger = logger
        self.passwords = passwords ?? PasswordDesk(randomBytes: effects.randomBytes)
    }
}
