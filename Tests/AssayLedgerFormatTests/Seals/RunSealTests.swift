import AssayCanonical
import AssayJSON
import AssayLedgerFormat
import AssayTerms
import Testing

/// The binary form of a seal is set in stone. The digests here were computed from docs/design/seals.md by another program.
@Suite struct RunSealTests {
    private static let salt = (0..<32).map { UInt8($0) }

    private static func part(_ kind: SealPart.Kind, _ add: (inout SealPartHasher) -> Void) -> SealPart {
        var hasher = SealPartHasher(kind, salt: salt)
        add(&hasher)
        return hasher.finish()
    }

    private static func digest(_ fill: UInt8) -> SHA256Digest {
        SHA256Digest(bytes: [UInt8](repeating: fill, count: 32)) ?? digest(fill)
    }

    private static func golden(_ kind: SealPart.Kind) -> SealPart {
        part(kind) { hasher in
            switch kind {
            case .metrics:
                hasher.addMetric(place: 1, key: "loss", timestamp: 1_800_000_000_000, step: 0, value: 0.5, isNaN: false)
                hasher.addMetric(
                    place: 7, key: "caf\u{E9}", timestamp: -1, step: -5, value: -.greatestFiniteMagnitude, isNaN: false)
                hasher.addMetric(
                    place: 1 << 62, key: "cafe\u{301}", timestamp: 0, step: 9_007_199_254_740_993, value: .nan, isNaN: true)
            case .info:
                hasher.add(
                    RunInfo(
                        id: "0123456789abcdef0123456789abcdef", experimentID: 0, name: "sly-fox-1", userID: "ana",
                        status: .finished, startTime: 1_800_000_000_000, endTime: 1_800_000_000_001, stage: .active,
                        artifactURI: "mlflow-artifacts:/0/x/artifacts", createdBy: "anonymous"))
            case .params:
                hasher.add(KeyValue(key: "a", value: ""))
                hasher.add(KeyValue(key: "lr", value: "0.1"))
            case .tags: hasher.add(KeyValue(key: "mlflow.runName", value: "sly-fox-1"))
            case .latest:
                hasher.addLatest(key: "loss", timestamp: 1_800_000_000_000, step: 0, value: 0.5, isNaN: false)
                hasher.addLatest(key: "nan", timestamp: 1, step: 2, value: .nan, isNaN: true)
            case .datasets:
                hasher.add(
                    DatasetInput(
                        dataset: Dataset(
                            name: "iris", digest: "12345678", sourceType: "local", source: "{}", schema: nil,
                            profile: "{\"rows\":150}"),
                        tags: [KeyValue(key: "mlflow.data.context", value: "training")]))
            case .modelInputs: hasher.add(modelInput: "m-1")
            case .modelOutputs: hasher.add(ModelOutput(modelID: "m-2", step: 3))
            case .files:
                hasher.addFile(
                    path: "model/MLmodel", size: 12, digest: digest(7), writtenBy: "anonymous", isHeld: true)
                hasher.addFile(path: "old.bin", size: 0, digest: digest(8), writtenBy: "u1", isHeld: false)
            }
        }
    }

    private static func seal(status: RunStatus = .finished, reason: RunSeal.Reason = .late) -> RunSeal {
        RunSeal(
            runID: "0123456789abcdef0123456789abcdef", number: 2, previous: "ffeeddccbbaa99887766554433221100",
            reason: reason, status: status, salt: salt, after: 41, through: 1 << 62, parts: .init(golden))
    }

    @Test(arguments: [
        (SealPart.Kind.metrics, 3, "bfe87915715eba4288b4559c42986dce20ea4143279004988d881ea721a6b525"),
        (.info, 1, "ff8239071f587ef5adcb12b9c5ca5fd00f99ac9cd2a855fb3c6834c2d9b638ce"),
        (.params, 2, "392a7b9eb119f00e86b366e11f06ad3fc9cdcccd4f1bc4200da1b9b3bb144e87"),
        (.tags, 1, "1fb077d6e8f17f0bc733b8e74084e79f240df5a39275ac27aa40d577225dc9b4"),
        (.latest, 2, "c7ed20f4a722462087652ee31d23b9819fa22f1b3f63b35f5ba15e3c343825b3"),
        (.datasets, 1, "cea1b925d056e7f8536d3dcac0a0813c6c18669749559db9c6c02844ad575ef6"),
        (.modelInputs, 1, "f5490a1315878fce810053ac30efdb2dbf7b1cb37dd971640eb8c5258a7137bd"),
        (.modelOutputs, 1, "d195442b604c88733ed9a6ee7f9464b686184bf7939afc18eee2a3be3757f3d1"),
        (.files, 2, "d42434cb3be28c7628870bbbdff2ffc02f425efb43e1937430618eb1e9c16ed7"),
    ])
    func everyPartHasItsBytes(_ kind: SealPart.Kind, _ count: Int64, _ hex: String) {
        let part = Self.golden(kind)
        #expect(part.count == count)
        #expect(part.digest.hex == hex)
    }

    @Test func theWholeHasItsBytes() {
        #expect(Self.seal().digest.hex == "736df12296150a0486f327986f0bead48025bf01f58e9c4be714e9624ff613ec")
        let empty = RunSeal(
            runID: "r", number: 1, previous: nil, reason: .idle, status: .running, salt: Self.salt, after: nil, through: nil,
            parts: .init { kind in Self.part(kind) { _ in } })
        #expect(empty.digest.hex == "51772a6ea35337def92ba950ade029183622eeb4027a58889030599cc8e0ff90")
    }

    /// Rows are digested in pieces; where a piece ends must not show.
    @Test func manyRowsAreOneStream() {
        let part = Self.part(.metrics) { hasher in
            for number in 0..<1_000 {
                hasher.addMetric(
                    place: Int64(number) + 1, key: Text("metric-\(number % 7)"), timestamp: 1_000 + Int64(number),
                    step: Int64(number), value: Double(number) / 8, isNaN: false)
            }
        }
        #expect(part.count == 1_000)
        #expect(part.digest.hex == "7749a299051e8321944280ec417e63e889e29713e0e1e0ac8389ea1622e29a04")
    }

    @Test func nothingButTheReasonIsOutsideOfTheDigest() {
        #expect(Self.seal(reason: .ended).digest == Self.seal(reason: .rows).digest)
        #expect(Self.seal(status: .failed).digest != Self.seal(status: .finished).digest)
    }

    @Test func itsTextIsReadBack() throws {
        let seal = Self.seal()
        let text = try seal.json.canonicalBytes()
        #expect(try RunSeal(json: JSONValue(parsing: text)) == seal)
    }

    /// Every member counts: without it, or with another value, the text is no seal.
    @Test func aChangedTextIsRefused() throws {
        guard case .object(let whole) = Self.seal().json else { throw AssayError(.internalFault, "a seal is an object") }
        for (name, value) in whole.members {
            var without = whole
            without.removeValue(named: name)
            #expect(throws: AssayError.self, "\(name)") { try RunSeal(json: .object(without)) }
            var other = whole
            switch value {
            case .integer(let number): other[name] = .integer(number + 1)
            case .object(let part):
                var part = part
                part["count"] = .integer((part["count"]?.integer ?? 0) + 1)
                other[name] = .object(part)
            default: other[name] = .string("00")
            }
            #expect(throws: AssayError.self, "\(name)") { try RunSeal(json: .object(other)) }
        }
    }

    @Test func changesAreNamedByKind() {
        let seal = Self.seal()
        #expect(seal.parts.changes(since: seal.parts).isEmpty)
        let other = RunSeal.Parts { kind in
            kind == .tags || kind == .metrics ? Self.part(kind) { _ in } : Self.golden(kind)
        }
        #expect(other.changes(since: seal.parts) == [.tags])
    }
}
