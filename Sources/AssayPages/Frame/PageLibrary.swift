import Mustache

/// All templates, parsed once. A template that does not parse is a fault the first page test shows.
package struct PageLibrary: Sendable {
    private let library: MustacheLibrary

    package init() throws {
        var library = MustacheLibrary()
        for (name, text) in Self.templates {
            library.register(try MustacheTemplate(string: text), named: name)
        }
        self.library = library
    }

    private static let templates: [(String, String)] = [
        ("frame", FrameTemplate.text), ("evidence", EvidenceTemplate.text), ("reason", ReasonTemplate.text),
        ("runs", RunsPage.template), ("run", RunPage.template),
        ("models", ModelsPage.template), ("model", ModelPage.template), ("version", VersionPage.template),
        ("operation", OperationPage.template),
        ("requests", RequestsPage.template), ("log", LogPage.template), ("access", AccessPage.template), ("problem", ProblemPage.template),
        ("login", LoginPage.template), ("account", AccountPage.template), ("refusal", RefusalPage.template),
    ]

    /// The page as HTML; every value is escaped by the template engine.
    package func render(_ page: some Page, for viewer: Viewer = .nobody) -> String {
        library.render(FramedPage(page, viewer), withTemplate: type(of: page).name) ?? ""
    }
}

/// A page's values. Rendering adds nothing to them.
package protocol Page: Sendable {
    static var name: String { get }
    static var template: String { get }
    var title: String { get }
    /// The entry of the navigation that is current.
    var section: Section { get }
}

package enum Section: String, Sendable, CaseIterable {
    case runs, models, requests, log
    /// Beside the navigation.
    case account
}

/// What a template sees: the page's own values under `page`, the frame's beside them.
struct FramedPage<Content: Page> {
    struct Entry {
        let label: String
        let address: String
        let isCurrent: Bool
    }

    let page: Content
    let title: String
    let navigation: [Entry]
    let viewer: Viewer

    init(_ page: Content, _ viewer: Viewer) {
        self.page = page
        self.viewer = viewer
        title = page.title
        navigation = [
            Entry(label: "Runs", address: "/", isCurrent: page.section == .runs),
            Entry(label: "Models", address: "/models", isCurrent: page.section == .models),
            Entry(label: "Approvals", address: "/requests", isCurrent: page.section == .requests),
            Entry(label: "Log", address: "/log", isCurrent: page.section == .log),
        ]
    }
}
