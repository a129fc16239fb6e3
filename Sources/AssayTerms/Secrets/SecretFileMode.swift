/// Who may read a file that holds a secret, by its mode.
package enum SecretFileMode {
    /// - Parameters:
    ///   - mode: as `stat` gives it.
    ///   - allowsGroup: whether its group may read it, as Debian's `ssl-cert` has it for keys of TLS.
    /// - Throws: `unavailable` where others may read or change it, with the command that takes that away.
    package static func check(_ mode: UInt32, of path: String, allowsGroup: Bool = false) throws(AssayError) {
        guard mode & (allowsGroup ? 0o037 : 0o077) != 0 else { return }
        let who = allowsGroup ? "may be read by everyone, or changed by its group" : "may be read or changed by others than its owner"
        throw AssayError(
            .unavailable,
            "\(path) holds a secret and \(who) (mode \(String(mode & 0o777, radix: 8))). Run: chmod 600 '\(path)'")
    }
}
