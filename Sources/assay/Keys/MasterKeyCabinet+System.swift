import ArgumentParser
import AssayCanonical
import AssayServer
import AssayStore
import AssayTerms
import Glibc

extension MasterKeyCabinet {
    /// With this process's variables, and the services that keep keys.
    static func system(keysPath: String, store: any WrappedKeyStore) -> MasterKeyCabinet {
        MasterKeyCabinet(
            keysPath: keysPath, store: store, environment: variable,
            provider: { name throws(AssayError) in try KeyProviders.named(name, environment: variable) },
            randomBytes: { SecureRandom.bytes($0) })
    }

    /// Where a new directory's key is made unless something else is said.
    static var standardPlace: MasterKeyPlace { variable(MasterKeyCabinet.variable) == nil ? .file : .environment }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

extension MasterKeyPlace: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
