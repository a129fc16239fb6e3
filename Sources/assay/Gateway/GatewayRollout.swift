import AssayCanonical
import AssayServer
import AssayTerms
import HTTPTypes

/// A rollout as a gateway carries it out at one of its revisions. The counts go on from revision to revision.
final class GatewayRollout: Sendable {
    enum Arm: String, Sendable {
        case candidate, baseline
    }

    /// What decides which arm a request goes to: nothing but the request and the rollout's salt.
    struct Unit: Sendable {
        /// Of the header `Assay-Unit`, whose sender is always drawn alike; empty without one.
        let name: [UInt8]
        /// Of the header `Assay-Arm`, which a flag obeys.
        let wish: Arm?
        private let body: [UInt8]
        /// Of a data set that is not held in memory; `nil` where the body is.
        private let digest: SHA256Digest?

        private static let nameLimit = 256

        init(_ exchange: Exchange) {
            func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { exchange.headers[$0] } }
            name = Array((header("Assay-Unit") ?? "").utf8.prefix(Self.nameLimit))
            wish = header("Assay-Arm").flatMap(Arm.init(rawValue:))
            body = exchange.body
            digest = nil
        }

        /// Of a job, whose body is the data set.
        init(name: String, digest: SHA256Digest) {
            self.name = Array(name.utf8.prefix(Self.nameLimit))
            self.digest = digest
            wish = nil
            body = []
        }

        /// 0..<10,000, the same for the same unit and salt, and even over units.
        func place(salt: String) -> Int {
            let key = name.isEmpty ? [1] + (digest ?? SHA256Hasher.digest(of: body)).bytes : [0] + name
            return Int(GatewayRollout.number(Array(salt.utf8) + key) % UInt64(RolloutPlan.wholeShare))
        }
    }

    let statement: RolloutStatement
    let candidate: GatewayTable.Version
    let counter: RolloutCounter

    init(statement: RolloutStatement, candidate: GatewayTable.Version, counter: RolloutCounter) {
        self.statement = statement
        self.candidate = candidate
        self.counter = counter
    }

    /// Whether requests for the place, which this version holds, are the rollout's; for a batch, jobs.
    func concerns(_ place: Text, held version: GatewayTable.Version, now: Int) -> Bool {
        statement.targets.contains(place) && statement.baselineVersion == version.number
            && version.statement.manifest == statement.baselineManifest && now <= statement.deployment.notAfter
    }

    /// Who answers. Units that were drawn to a share are drawn to every larger one.
    func arm(of unit: Unit) -> Arm {
        switch statement.strategy {
        case .canary, .ab, .realTime: unit.place(salt: statement.salt) < statement.share ? .candidate : .baseline
        case .flag: unit.wish ?? .baseline
        case .shadow, .batch: .baseline
        }
    }

    /// Who scores a data set that is handed in as a job.
    func arm(ofJob unit: Unit) -> Arm {
        statement.strategy == .batch && unit.place(salt: statement.salt) < statement.share ? .candidate : .baseline
    }

    /// Whether the candidate is asked too, and answers nobody.
    func isShadowed(_ unit: Unit) -> Bool {
        statement.strategy == .shadow && (statement.share == RolloutPlan.wholeShare || unit.place(salt: statement.salt) < statement.share)
    }

    /// The first eight bytes of SHA-256.
    static func number(_ bytes: [UInt8]) -> UInt64 {
        SHA256Hasher.digest(of: bytes).bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
