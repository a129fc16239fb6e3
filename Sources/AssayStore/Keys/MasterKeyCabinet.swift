import AssayCanonical
package import AssayTerms

/// Finds the master key of a data directory, makes it, and puts another in its place.
///
/// Beside the wrapped data keys stands what tells the key that wrapped them (``MasterKey/check``). A change writes the new key
/// beside the old one (`….next`), then wraps every data key anew in one transaction that changes the check with them, then
/// takes the old key away. Whatever moment it is cut short at, the check says which of the two is in force, and the next
/// opening finishes or undoes the rest. No blob is touched.
package struct MasterKeyCabinet {
    package static let variable = "ASSAY_MASTER_KEY"
    package static let nextVariable = "ASSAY_NEW_MASTER_KEY"

    private let keysPath: String
    private let store: any WrappedKeyStore
    private let environment: (String) -> String?
    private let provider: (String) throws(AssayError) -> any KeyProvider
    private let randomBytes: (Int) -> [UInt8]

    /// - Parameters:
    ///   - environment: the value of a variable.
    ///   - provider: the provider of a name.
    package init(
        keysPath: String, store: any WrappedKeyStore, environment: @escaping (String) -> String? = { _ in nil },
        provider: @escaping (String) throws(AssayError) -> any KeyProvider = Self.none, randomBytes: @escaping (Int) -> [UInt8]
    ) {
        self.keysPath = keysPath
        self.store = store
        self.environment = environment
        self.provider = provider
        self.randomBytes = randomBytes
    }

    /// For whoever has files and variables only.
    package static func none(_ name: String) throws(AssayError) -> any KeyProvider {
        throw AssayError(.unsupported, "The master key is kept by \(name), which cannot be asked here.")
    }

    // MARK: - Opening

    /// The key that wrapped the data keys.
    ///
    /// - Parameter place: where to make one, for a directory that has neither keys nor data yet; `nil` makes none.
    /// - Throws: `unavailable` when no key is found, none is the right one, its provider cannot be reached, or others may read a
    ///   file that holds one.
    package func open(makingAt place: MasterKeyPlace? = nil) throws -> MasterKey {
        let expected = try store.masterCheck()
        var others: [String] = []
        for shelf in Shelf.allCases {
            guard let key = try key(on: shelf) else { continue }
            guard expected == nil || key.check == expected else {
                others.append(path(shelf) ?? Self.variable)
                continue
            }
            if expected == nil { try store.setMasterCheck(key.check) }
            // A change was cut short after it was in force. Keys of other data, and of other days, are left alone.
            if shelf != shelf.final { try settle(shelf) }
            return key
        }
        guard others.isEmpty else {
            throw AssayError(
                .unavailable,
                "This data directory was encrypted with another master key than the one in \(others.joined(separator: ", ")). Restore the right one, or name its folder with --keys-dir.")
        }
        guard let place, expected == nil else {
            throw AssayError(
                .unavailable,
                "\(keysPath)/master is missing, and this data directory was encrypted with it. Restore it, name its folder with --keys-dir, or set \(Self.variable) if it is kept there.")
        }
        let key = try fresh(for: place, variable: Self.variable)
        try store.setMasterCheck(key.check)
        if let shelf = try lay(key, at: place) { try settle(shelf) }
        return key
    }

    /// Where the key in force stands.
    package func place() throws -> MasterKeyPlace {
        let key = try open()
        if try self.key(on: .file)?.check == key.check { return .file }
        if let wrapped = try wrapped(.wrapped) { return .provider(wrapped.provider) }
        return .environment
    }

    /// Opens every data key.
    ///
    /// - Returns: how many there are.
    /// - Throws: as ``open(makingAt:)``; `corrupt` for a data key that does not open.
    package func verify() throws -> Int {
        let key = try open()
        return try store.forEachKey { kept throws(AssayError) in _ = try key.unwrap(kept) }
    }

    // MARK: - Changing

    /// Another master key, and where it stands.
    ///
    /// - Returns: how many data keys were wrapped anew.
    /// - Throws: as ``open(makingAt:)``; `invalidArgument` where the new key is to come from the environment and is not there
    ///   or is the old one. The old key is in force then.
    package func rotate(to place: MasterKeyPlace) throws -> Int {
        let old = try open()
        let new = try fresh(for: place, variable: Self.nextVariable)
        guard new.check != old.check else {
            throw AssayError(.invalidArgument, "\(Self.nextVariable) holds the key that is in force already; draw another one.")
        }
        let shelf = try lay(new, at: place)
        let count = try store.rewrap(check: new.check) { [randomBytes] kept throws(AssayError) in
            try new.wrap(old.unwrap(kept), domain: kept.domain, nonce: randomBytes(12))
        }
        if let shelf { try settle(shelf) } else { for other in [Shelf.file, .wrapped] { try discard(other) } }
        return count
    }

    /// Has the provider wrap the same master key again, after it changed its own key.
    ///
    /// - Throws: `conflict` where no provider keeps the key.
    package func rewrap() throws {
        let key = try open()
        guard let wrapped = try wrapped(.wrapped) else {
            throw AssayError(.conflict, "No provider keeps this master key; `assay keys rotate` puts another key in its place.")
        }
        if let shelf = try lay(key, at: .provider(wrapped.provider)) { try settle(shelf) }
    }

    // MARK: - Parts

    /// Where keys are looked for, in this order.
    private enum Shelf: CaseIterable {
        case environment, nextEnvironment, file, nextFile, wrapped, nextWrapped

        /// The one whose place it takes, once it is in force.
        var final: Shelf {
            switch self {
            case .nextFile: .file
            case .nextWrapped: .wrapped
            default: self
            }
        }
    }

    private func path(_ shelf: Shelf) -> String? {
        switch shelf {
        case .environment, .nextEnvironment: nil
        case .file: keysPath + "/master"
        case .nextFile: keysPath + "/master.next"
        case .wrapped: keysPath + "/master.wrapped"
        case .nextWrapped: keysPath + "/master.wrapped.next"
        }
    }

    private func key(on shelf: Shelf) throws(AssayError) -> MasterKey? {
        switch shelf {
        case .environment: try key(in: Self.variable)
        case .nextEnvironment: try key(in: Self.nextVariable)
        case .file, .nextFile: try path(shelf).flatMap { path throws(AssayError) in try key(inFile: path) }
        case .wrapped, .nextWrapped:
            try wrapped(shelf).map { wrapped throws(AssayError) in
                guard let key = MasterKey(secret: try provider(wrapped.provider).unwrap(wrapped.ciphertext)) else {
                    throw AssayError(.unavailable, "\(wrapped.provider) unwrapped something that is no master key.")
                }
                return key
            }
        }
    }

    private func key(in variable: String) throws(AssayError) -> MasterKey? {
        guard let text = environment(variable) else { return nil }
        guard let key = Self.key(hex: text) else {
            throw AssayError(.invalidArgument, "\(variable) is not a master key of 64 hexadecimal digits.")
        }
        return key
    }

    private func key(inFile path: String) throws(AssayError) -> MasterKey? {
        guard let bytes = try SecretFile.read(path, limit: 256) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
        guard let key = Self.key(hex: text) else {
            throw AssayError(.unavailable, "\(path) is not a master key of 64 hexadecimal digits. Restore it from where it is kept.")
        }
        return key
    }

    private static func key(hex text: String) -> MasterKey? {
        text.utf8.count == 2 * MasterKey.length ? Hex.decode(text.lowercased()).flatMap { MasterKey(secret: $0) } : nil
    }

    private func wrapped(_ shelf: Shelf) throws(AssayError) -> WrappedMasterKey? {
        guard let path = path(shelf), let bytes = try SecretFile.read(path, limit: 65_536) else { return nil }
        return try WrappedMasterKey(json: bytes, path: path)
    }

    private func fresh(for place: MasterKeyPlace, variable: String) throws(AssayError) -> MasterKey {
        guard place == .environment else { return MasterKey(randomBytes: randomBytes) }
        guard let key = try key(in: variable) else {
            throw AssayError(
                .invalidArgument, "\(variable) is to hold the master key, 64 hexadecimal digits, and is not set. `openssl rand -hex 32` draws one.")
        }
        return key
    }

    /// Writes the key beside the one in force.
    private func lay(_ key: MasterKey, at place: MasterKeyPlace) throws(AssayError) -> Shelf? {
        let shelf: Shelf
        let bytes: [UInt8]
        switch place {
        case .environment: return nil
        case .file:
            shelf = .nextFile
            bytes = Array((Hex.encode(key.secret) + "\n").utf8)
        case .provider(let name):
            shelf = .nextWrapped
            bytes = WrappedMasterKey(provider: name, ciphertext: try provider(name).wrap(key.secret)).json
        }
        guard let path = path(shelf) else { return nil }
        try SecretFile.remove(path)
        try Disk.create(path, bytes, mode: 0o600)
        return shelf
    }

    /// Leaves the key in force alone on its final place.
    private func settle(_ shelf: Shelf) throws(AssayError) {
        if let from = path(shelf), let to = path(shelf.final), from != to {
            try SecretFile.remove(to)
            try Disk.move(from, to: to)
        }
        for other in [Shelf.file, .wrapped] where other != shelf.final { try discard(other) }
        for other in [Shelf.nextFile, .nextWrapped] { try discard(other) }
    }

    private func discard(_ shelf: Shelf) throws(AssayError) {
        if let path = path(shelf) { try SecretFile.remove(path) }
    }
}
