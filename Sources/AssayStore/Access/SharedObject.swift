package import AssayTerms

/// An experiment or registered model as something that is shared: by id, since names are given anew.
package struct SharedObject: Hashable, Sendable {
    package let kind: ShareKind
    package let id: String

    package static func experiment(_ id: Int64) -> SharedObject { SharedObject(kind: .experiment, id: String(id)) }
    package static func model(_ id: String) -> SharedObject { SharedObject(kind: .model, id: id) }

    package init(kind: ShareKind, id: String) {
        self.kind = kind
        self.id = id
    }
}
