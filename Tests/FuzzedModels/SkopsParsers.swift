import AssayModels
import Foundation

extension ModelParsers {
    /// Models of scikit-learn: the archive, and with its checksums right what its schema and its arrays say.
    static let skops: [Parser] =
        [Parser("skops", bytes: archives.map(\.bytes)) { bytes in try verdict(ScoringModel.load(skops: bytes, name: "m.skops")) }]
        + archives.flatMap { [part("the schema", of: $0) { $0.schema }, part("an array", of: $0, at: longestArray)] }

    /// What members are changed of in tests that know no members; others are for `assay-fuzz`, which begins with every file of the zoo.
    private static let archives: [(name: String, bytes: [UInt8])] = ["histograms", "mixtures", "stacking", "bins"].map { name in
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fixtures/zoo/\(name).skops")
        guard let bytes = try? Data(contentsOf: file) else { preconditionFailure("there is no \(file.path())") }
        return (name, Array(bytes))
    }

    private static func longestArray(_ archive: SkopsArchive) -> Int? {
        archive.members.indices.filter { $0 != archive.schema }.max { archive.members[$0].contents.count < archive.members[$1].contents.count }
    }

    private static func part(
        _ what: String, of file: (name: String, bytes: [UInt8]), at place: (SkopsArchive) -> Int?
    ) -> Parser {
        guard let archive = try? SkopsArchive(file.bytes), let place = place(archive) else { preconditionFailure("\(file.name) has no such member") }
        return Parser("\(what) of skops' \(file.name)", bytes: [archive.members[place].contents]) { bytes in
            var changed = archive
            changed.members[place].contents = bytes
            return try verdict(ScoringModel.load(skops: changed.bytes(), name: "m.skops"))
        }
    }
}
