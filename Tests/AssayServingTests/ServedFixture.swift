import AssayExplain
import AssayJSON
import AssayModels
import AssayServing
import AssayTerms
import Foundation
import Testing

/// A committed model folder behind a scoring service.
struct ServedFixture {
    let files: MemoryModelFiles
    let model: ScoringModel

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/models")

    init(_ name: String) throws {
        let path = Self.folder.appending(path: name).path
        if FileManager.default.fileExists(atPath: path) {
            var files: [Text: [UInt8]] = [:]
            for file in try FileManager.default.contentsOfDirectory(atPath: path) {
                files[Text(file)] = Array(try Data(contentsOf: URL(filePath: path).appending(path: file)))
            }
            self.files = MemoryModelFiles(files)
            model = try ScoringModel.load(self.files)
        } else {
            files = MemoryModelFiles([:])
            model = try ScoringModel.load(
                skops: Array(try Data(contentsOf: Self.folder.appending(path: name + ".skops"))), name: name)
        }
    }

    func service(isStrict: Bool = false, explains: Bool = true) throws -> ScoringService {
        ScoringService(
            predictor: NativePredictor(model),
            explaining: .native(try BackgroundChoice(form: model.form, files: files).explainer(of: model, path: nil)),
            options: ScoringService.Options(isStrict: isStrict, explains: explains))
    }
}

extension ScoringService {
    func post(_ body: String, _ type: String? = "application/json") throws -> (status: Int, json: JSONValue, text: String) {
        let answer = invocations(Array(body.utf8), contentType: type)
        let json = (try? JSONValue(parsing: answer.body)) ?? .null
        return (answer.status, json, String(decoding: answer.body, as: UTF8.self))
    }
}
