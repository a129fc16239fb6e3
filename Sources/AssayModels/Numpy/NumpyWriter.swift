/// Writes one-dimensional arrays as `.npy` files, format version 1, little endian.
///
/// - Source: NumPy 2.4, `numpy/lib/format.py`, module documentation.
package enum NumpyWriter {
    package static func bytes(_ values: [Double]) -> [UInt8] { bytes("<f8", values.map(\.bitPattern)) }

    package static func bytes(_ values: [Int64]) -> [UInt8] { bytes("<i8", values) }

    package static func bytes(_ values: [Int32]) -> [UInt8] { bytes("<i4", values) }

    package static func bytes(_ values: [Bool]) -> [UInt8] { bytes("|b1", values.map { $0 ? UInt8(1) : 0 }) }

    private static func bytes<Element: FixedWidthInteger>(_ type: String, _ values: [Element]) -> [UInt8] {
        var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(values.count),), }"
        // Magic, version and length are 10 bytes; the data begins at a multiple of 64.
        let length = (10 + header.utf8.count + 1 + 63) / 64 * 64 - 10
        header += String(repeating: " ", count: length - header.utf8.count - 1) + "\n"
        var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
        bytes += Array(header.utf8)
        bytes.reserveCapacity(bytes.count + values.count * MemoryLayout<Element>.size)
        for value in values { withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) } }
        return bytes
    }
}
