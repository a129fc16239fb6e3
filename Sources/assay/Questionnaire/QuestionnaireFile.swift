import ArgumentParser
import AssayPolicy
import Foundation

/// A questionnaire on disk.
enum QuestionnaireFile {
    /// - Throws: `AssayError` for a file that cannot be read. For what is wrong inside it `ExitCode` 2, after every problem was written
    ///   to standard error, `FILE:LINE:COLUMN: error: …`.
    static func read(_ path: String) throws -> (questionnaire: Questionnaire, source: [UInt8]) {
        let source = try SmallFile.bytes(of: path)
        do {
            return (try QuestionnaireReader.read(source), source)
        } catch {
            FileHandle.standardError.write(Data(error.lines(file: path).map { $0 + "\n" }.joined().utf8))
            throw ExitCode(2)
        }
    }

    /// `bank 2: 60 questions, 16 rules, law as of 2026-11-21; sha256:…`.
    static func summary(_ questionnaire: Questionnaire) -> String {
        "\(questionnaire.title): \(questionnaire.questions.count) questions, \(questionnaire.rules.count) rules, law as of \(questionnaire.asOf); \(questionnaire.digest)"
    }
}
