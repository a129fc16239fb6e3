import AssayCanonical
import AssayExplain
import AssayModels
import AssayPolicy
import AssayTerms

/// A table of reason codes on disk.
struct ReasonFile: Sendable {
    let name: String
    let digest: SHA256Digest
    let codes: ReasonCodes

    /// - Throws: `invalidArgument` with file, line and column for each thing that is wrong.
    init(_ bytes: [UInt8], name: String) throws(AssayError) {
        self.name = name
        digest = SHA256Hasher.digest(of: bytes)
        do throws(PolicyProblems) {
            codes = try ReasonCodesReader.read(bytes)
        } catch {
            throw error.error(file: name)
        }
    }

    init(path: String) throws(AssayError) { try self.init(SmallFile.bytes(of: path, limit: ReasonCodesReader.limit), name: path) }

    /// Bound to what a model takes and answers.
    ///
    /// - Throws: `invalidArgument` where it does not fit the model.
    func table(_ form: ModelForm) throws(AssayError) -> ReasonTable {
        do throws(AssayError) {
            return try ReasonTable(codes, digest: digest, form: form)
        } catch {
            throw AssayError(error.code, "\(name): \(error.message)", cause: error.cause)
        }
    }
}
