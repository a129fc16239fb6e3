/// What somebody who is logged in may not see, and whom to ask for it.
package struct RefusalPage: Page {
    package static let name = "refusal"
    package static let template = """
        {{<frame}}{{$content}}
        <div class="card">
        {{#page.hasNoRole}}<p>You are logged in as <strong>{{page.person}}</strong> and hold no role here yet, so there is nothing that you may
        read.</p>
        <p>Ask whoever administers this server for a role that fits your work, and tell them this name. They give it with
        <code>assay role bind ROLE --user {{page.person}}</code>; where there are several administrators, a second one confirms it. It counts
        from your next request on.</p>{{/page.hasNoRole}}
        {{^page.hasNoRole}}<p>{{page.message}}</p>
        <p>If your work needs it, ask whoever administers this server for a role with that permission.</p>{{/page.hasNoRole}}
        <p><a href="/account">Your account</a>: password, tokens, and the browsers where you are logged in.</p>
        </div>
        {{/content}}{{/frame}}
        """

    package let title: String
    package let section: Section
    let person: String
    let hasNoRole: Bool
    let message: String

    package init(title: String, section: Section, person: String, hasNoRole: Bool, message: String) {
        self.title = title
        self.section = section
        self.person = person
        self.hasNoRole = hasNoRole
        self.message = message
    }
}
