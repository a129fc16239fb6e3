package import AssayTerms
import Glibc
import NIOSSL
import Synchronization

/// The certificate chain and key of a listener, read from two PEM files and read again while it serves.
///
/// New connections get what was read last; open ones keep what they have. A pair that cannot be read or does not fit leaves
/// the earlier one in place.
package final class TLSCertificate: Sendable {
    private struct State {
        var context: NIOSSLContext
        var seen: [FileMark?]
    }

    /// By what a replaced file is told from the earlier one.
    private struct FileMark: Equatable {
        let inode: UInt64
        let size: Int64
        let seconds: Int
        let nanoseconds: Int

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            inode = UInt64(status.st_ino)
            size = Int64(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    package let certificatePath: String
    package let keyPath: String
    private let state: Mutex<State>

    /// - Throws: `invalidArgument` naming the file that cannot be used.
    package init(certificatePath: String, keyPath: String) throws(AssayError) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
        let seen = [FileMark(certificatePath), FileMark(keyPath)]
        state = Mutex(State(context: try Self.read(certificatePath, keyPath), seen: seen))
    }

    var context: NIOSSLContext { state.withLock { $0.context } }

    /// Whether a file is another one than was read last.
    package var hasChanged: Bool {
        let marks = [FileMark(certificatePath), FileMark(keyPath)]
        return state.withLock { $0.seen != marks }
    }

    /// Reads both files again.
    ///
    /// - Throws: `invalidArgument` naming the file that cannot be used; the earlier pair goes on being served.
    package func reload() throws(AssayError) {
        // Looked at before they are read: a file replaced in between is read again the next time.
        let marks = [FileMark(certificatePath), FileMark(keyPath)]
        state.withLock { $0.seen = marks }
        let context = try Self.read(certificatePath, keyPath)
        state.withLock { $0.context = context }
    }

    private static func read(_ certificatePath: String, _ keyPath: String) throws(AssayError) -> NIOSSLContext {
        try checkMode(keyPath)
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificatePath)
        } catch {
            throw AssayError(.invalidArgument, "\(certificatePath) cannot be read as certificates in PEM form.", cause: error)
        }
        guard !chain.isEmpty else { throw AssayError(.invalidArgument, "\(certificatePath) holds no certificate in PEM form.") }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: keyPath, format: .pem)
        } catch {
            throw AssayError(.invalidArgument, "\(keyPath) cannot be read as a private key in PEM form, without a passphrase.", cause: error)
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw AssayError(.invalidArgument, "\(keyPath) is not the key of the first certificate in \(certificatePath).", cause: error)
        }
    }

    private static func checkMode(_ path: String) throws(AssayError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw AssayError(.invalidArgument, "\(path) cannot be found or may not be read.") }
        try SecretFileMode.check(status.st_mode, of: path, allowsGroup: true)
    }
}
