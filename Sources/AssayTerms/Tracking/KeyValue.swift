/// A param or a tag.
package struct KeyValue: Hashable, Sendable {
    package let key: Text
    package let value: Text

    package init(key: Text, value: Text) {
        self.key = key
        self.value = value
    }
}
