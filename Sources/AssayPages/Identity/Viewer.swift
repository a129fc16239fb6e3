/// Who looks at a page, for the frame around it.
package struct Viewer: Sendable {
    /// Empty for nobody named.
    package let name: String
    /// What the frame's form for logging out sends back; `nil` where there is no session to end.
    package let csrfToken: String?
    let isNamed: Bool

    package init(name: String, csrfToken: String?) {
        self.name = name
        self.csrfToken = csrfToken
        isNamed = !name.isEmpty
    }

    package static let nobody = Viewer(name: "", csrfToken: nil)
}
