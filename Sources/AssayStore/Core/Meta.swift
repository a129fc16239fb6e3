/// Small facts about the data directory itself, by name: the log's origin, the format version.
package protocol MetaSnapshot {
    func metaValue(_ name: String) throws -> String?
}

package protocol MetaTransaction: MetaSnapshot {
    func setMetaValue(_ value: String, for name: String) throws
}
