import AssayCanonical
import AssayJSON
package import AssayTerms

/// The published part of an entry: what is hashed into the tree and anyone may copy.
///
/// It holds no name, no free text and no unsalted digest of one: words are drawn from small alphabets that the
/// initialiser checks, people appear as pseudonymous ids, and the payload only as SHA-256(salt ‖ payload).
package struct LedgerLeaf: Hashable, Sendable {
    /// What an entry is about, named by the digest of its bytes.
    package struct Subject: Hashable, Sendable {
        /// For example `manifest`, `policy`, `dataset`: 1 to 32 of `a-z 0-9 . - _`.
        package var type: String
        package var digest: SHA256Digest
        /// The revision of what is named, where it has revisions.
        package var revision: Int64?

        package init(type: String, digest: SHA256Digest, revision: Int64? = nil) {
            self.type = type
            self.digest = digest
            self.revision = revision
        }
    }

    package static let format = "assay/leaf/v1"
    /// Bytes of the canonical text.
    package static let maximumLength = 4096

    /// 32 hexadecimal digits.
    package let id: String
    /// What happened, for example `version.registered`: 1 to 64 of `a-z 0-9 . - _`.
    package let kind: String
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package let milliseconds: Int64
    /// The pseudonymous id of who acted: 1 to 64 of `a-z 0-9 . - _ :`.
    package let actor: String
    package let subjects: [Subject]
    /// SHA-256(salt ‖ canonical payload).
    package let payloadDigest: SHA256Digest
    /// The canonical text, which is the entry of the log.
    package let bytes: [UInt8]

    /// - Throws: `invalidArgument` naming the member that is not as it should be, `limitExceeded` above 4 KiB.
    package init(
        id: String, kind: String, milliseconds: Int64, actor: String, subjects: [Subject], payloadDigest: SHA256Digest
    ) throws(AssayError) {
        guard id.utf8.count == 32, Hex.decode(id) != nil else {
            throw AssayError(.invalidArgument, "a ledger entry's id is 32 hexadecimal digits in lower case")
        }
        guard Self.isWord(kind, limit: 64) else {
            throw AssayError(.invalidArgument, "a ledger entry's kind is 1 to 64 of a-z, 0-9, '.', '-', '_'")
        }
        guard Self.isWord(actor, limit: 64, colon: true) else {
            throw AssayError(.invalidArgument, "a ledger entry's actor is 1 to 64 of a-z, 0-9, '.', '-', '_', ':'")
        }
        guard let time = LedgerTime.text(milliseconds: milliseconds) else {
            throw AssayError(.invalidArgument, "a ledger entry's time lies outside of the years 1970 to 9999")
        }
        var list: [JSONValue] = []
        for subject in subjects {
            guard Self.isWord(subject.type, limit: 32) else {
                throw AssayError(.invalidArgument, "a ledger subject's type is 1 to 32 of a-z, 0-9, '.', '-', '_'")
            }
            var object: JSONObject = ["digest": .string(subject.digest.hex), "type": .string(subject.type)]
            object["revision"] = subject.revision.map { .integer($0) }
            list.append(.object(object))
        }
        let json: JSONValue = [
            "format": .string(Self.format), "id": .string(id), "kind": .string(kind), "time": .string(time),
            "actor": .string(actor), "subjects": .array(list), "payload": .string(payloadDigest.hex),
        ]
        bytes = try json.canonicalBytesWithoutFractions(of: "a ledger entry")
        guard bytes.count <= Self.maximumLength else {
            throw AssayError(
                .limitExceeded,
                "a ledger entry of \(subjects.count) subjects has \(bytes.count) bytes, more than \(Self.maximumLength)"
            )
        }
        self.id = id
        self.kind = kind
        self.milliseconds = milliseconds
        self.actor = actor
        self.subjects = subjects
        self.payloadDigest = payloadDigest
    }

    /// Reads a leaf; anything but the exact canonical text of one is refused.
    ///
    /// - Throws: `unreadable` saying why.
    package init(parsing bytes: [UInt8]) throws(AssayError) {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: bytes, limits: JSONLimits(bytes: Self.maximumLength, depth: 4))
        } catch {
            throw AssayError(.unreadable, "a ledger entry is no JSON: \(error.message)", cause: error)
        }
        guard json["format"]?.string == Self.format else {
            throw AssayError(.unreadable, "a ledger entry's format is not \(Self.format)")
        }
        guard let id = json["id"]?.string, let kind = json["kind"]?.string, let actor = json["actor"]?.string,
            let milliseconds = json["time"]?.string.flatMap(LedgerTime.milliseconds),
            let digest = json["payload"]?.string.flatMap(SHA256Digest.init(hex:)), let list = json["subjects"]?.array
        else {
            throw AssayError(.unreadable, "a ledger entry lacks one of id, kind, actor, time, payload, subjects")
        }
        var subjects: [Subject] = []
        for element in list {
            guard let type = element["type"]?.string,
                let digest = element["digest"]?.string.flatMap(SHA256Digest.init(hex:))
            else { throw AssayError(.unreadable, "a ledger entry's subject lacks type or digest") }
            subjects.append(Subject(type: type, digest: digest, revision: element["revision"]?.integer))
        }
        try self.init(
            id: id, kind: kind, milliseconds: milliseconds, actor: actor, subjects: subjects, payloadDigest: digest)
        guard self.bytes == bytes else {
            throw AssayError(.unreadable, "a ledger entry is not in its canonical form")
        }
    }

    private static func isWord(_ text: String, limit: Int, colon: Bool = false) -> Bool {
        (1...limit).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                    UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: colon && byte == UInt8(ascii: ":")
                }
            }
    }
}
