/// What a zip archive may cost before a byte of it is inflated.
package struct ZipLimits: Sendable {
    package var archiveBytes: Int
    package var members: Int
    /// The sum of all members' sizes after inflation.
    package var inflatedBytes: Int
    /// How many times larger than its compressed form a member may be, beyond the first MiB.
    package var ratio: Int

    /// 256 MiB of archive, 20,000 members, 1 GiB inflated, 200 to one.
    package static let model = ZipLimits(
        archiveBytes: 256 << 20, members: 20_000, inflatedBytes: 1 << 30, ratio: 200)

    package init(archiveBytes: Int, members: Int, inflatedBytes: Int, ratio: Int) {
        self.archiveBytes = archiveBytes
        self.members = members
        self.inflatedBytes = inflatedBytes
        self.ratio = ratio
    }
}
