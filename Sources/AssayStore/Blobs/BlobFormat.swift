import AssayCanonical
import AssayTerms

/// The bytes of an encrypted blob, set in stone.
///
///     "ASYBLOB1" (8) ‖ key id (16) ‖ blob id (16)           the header, associated data of every chunk
///     chunk 0 ‖ chunk 1 ‖ … ‖ last chunk                    each 65,536 plain bytes (the last fewer, at least
///                                                           none) as AES-256-GCM ciphertext and 16 bytes of tag
///
/// Every blob has a key of its own, HMAC-SHA256(data key, "assay blob 1" ‖ blob id). The nonce of chunk i is seven zero
/// bytes, i as a big-endian UInt32, and 1 for the last chunk or 0: any chunk is readable alone, and a file that was cut,
/// extended or reordered does not authenticate.
enum BlobFormat {
    static let magic = Array("ASYBLOB1".utf8)
    static let headerBytes = 40
    static let chunkBytes = 65_536
    static let tagBytes = 16
    static let sealedChunkBytes = chunkBytes + tagBytes
    /// Chunks that are read or written by one call: what a transfer holds in memory at a time is a few times this.
    static let batchChunks = 4
    /// 256 TiB; the counter ends there.
    static let chunkCountLimit: Int64 = 1 << 32

    static func header(keyID: [UInt8], id: BlobID) -> [UInt8] { magic + keyID + (Hex.decode(id.hex) ?? []) }

    static func cipher(_ key: DataKey, id: BlobID) throws(AssayError) -> AES256GCM {
        let message = Array("assay blob 1".utf8) + (Hex.decode(id.hex) ?? [])
        return try AES256GCM(key: HMACSHA256.code(for: message, key: key.secret).bytes)
    }

    static func nonce(chunk: Int64, isLast: Bool) -> [UInt8] {
        var nonce = [UInt8](repeating: 0, count: 12)
        for place in 0..<4 { nonce[7 + place] = UInt8(truncatingIfNeeded: chunk >> Int64(8 * (3 - place))) }
        nonce[11] = isLast ? 1 : 0
        return nonce
    }

    /// Plain bytes of a file of `fileBytes`, or `nil` for a size no blob has.
    static func plainSize(fileBytes: Int64) -> Int64? {
        let body = fileBytes - Int64(headerBytes)
        guard body >= Int64(tagBytes) else { return nil }
        let full = (body - Int64(tagBytes)) / Int64(sealedChunkBytes)
        let rest = body - full * Int64(sealedChunkBytes)
        guard rest >= Int64(tagBytes), rest <= Int64(sealedChunkBytes) else { return nil }
        return full * Int64(chunkBytes) + rest - Int64(tagBytes)
    }
}
