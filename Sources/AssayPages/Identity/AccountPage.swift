/// One's own account: who one is here, where one is logged in, and the password.
package struct AccountPage: Page {
    package struct SessionRow: Sendable {
        let id: String
        let method: String
        let began: String
        let seen: String
        let isPresent: Bool

        package init(id: String, method: String, began: String, seen: String, isPresent: Bool) {
            self.id = id
            self.method = method
            self.began = began
            self.seen = seen
            self.isPresent = isPresent
        }
    }

    package struct TokenRow: Sendable {
        let label: String
        let id: String
        let limits: String
        let expires: String
        let used: String

        package init(label: String, id: String, limits: String, expires: String, used: String) {
            self.label = label
            self.id = id
            self.limits = limits
            self.expires = expires
            self.used = used
        }
    }

    package static let name = "account"
    package static let template = """
        {{<frame}}{{$content}}
        {{#page.notice}}<p class="notice" role="status">{{.}}</p>{{/page.notice}}
        {{#page.problem}}<p class="problem" role="alert">{{.}}</p>{{/page.problem}}
        <dl><dt>Name</dt><dd>{{page.person}}</dd><dt>Roles</dt><dd>{{page.roles}}</dd><dt>Logged in by</dt><dd>{{page.method}}</dd></dl>
        <h2>Browsers logged in</h2>
        {{#page.hasSessions}}<div class="scroll"><table class="stacked">
        <thead><tr><th>Logged in</th><th>Last used</th><th>By</th><th></th></tr></thead>
        <tbody>{{#page.sessions}}<tr><td>{{began}}</td><td>{{seen}}{{#isPresent}} <span class="tag">this browser</span>{{/isPresent}}</td><td>{{method}}</td>
        <td><form method="post" action="/account/sessions/end"><input type="hidden" name="csrf" value="{{page.csrfToken}}">
        <input type="hidden" name="session" value="{{id}}"><button class="plain" type="submit">End</button></form></td></tr>{{/page.sessions}}</tbody>
        </table></div>
        <form class="below" method="post" action="/account/sessions/end"><input type="hidden" name="csrf" value="{{page.csrfToken}}">
        <button class="plain" type="submit">End all of them</button></form>{{/page.hasSessions}}
        {{^page.hasSessions}}<p class="soft">None.</p>{{/page.hasSessions}}
        <h2>Tokens</h2>
        {{#page.hasTokens}}<div class="scroll"><table class="stacked">
        <thead><tr><th>Token</th><th>Good for</th><th>Until</th><th>Last used</th></tr></thead>
        <tbody>{{#page.tokens}}<tr><td>{{label}}<div class="soft"><code>{{id}}</code></div></td><td>{{limits}}</td><td>{{expires}}</td><td>{{used}}</td></tr>{{/page.tokens}}</tbody>
        </table></div>{{/page.hasTokens}}
        {{^page.hasTokens}}<p class="soft">None.</p>{{/page.hasTokens}}
        <p class="soft below">Tokens are made and revoked with <code>assay token create</code> and <code>assay token revoke</code>.</p>
        {{#page.mayChangePassword}}<h2>Password</h2>
        <div class="card"><form method="post" action="/account/password">
        <input type="hidden" name="csrf" value="{{page.csrfToken}}">
        {{#page.hasPassword}}<label for="old">Present password</label>
        <input id="old" name="old" type="password" autocomplete="current-password" required>{{/page.hasPassword}}
        <label for="new">New password</label>
        <input id="new" name="new" type="password" autocomplete="new-password" minlength="12" required>
        <p class="soft">At least 12 characters; several words make a good one. Changing it ends all browsers' sessions.</p>
        <button type="submit">Change the password</button>
        </form></div>{{/page.mayChangePassword}}
        {{/content}}{{/frame}}
        """

    package let title = "Your account"
    package let section = Section.account
    let person: String
    let roles: String
    let method: String
    let csrfToken: String
    let sessions: [SessionRow]
    let hasSessions: Bool
    let tokens: [TokenRow]
    let hasTokens: Bool
    let hasPassword: Bool
    let mayChangePassword: Bool
    let notice: String?
    let problem: String?

    package init(
        person: String, roles: String, method: String, csrfToken: String, sessions: [SessionRow], tokens: [TokenRow],
        hasPassword: Bool, mayChangePassword: Bool, notice: String? = nil, problem: String? = nil
    ) {
        self.person = person
        self.roles = roles
        self.method = method
        self.csrfToken = csrfToken
        self.sessions = sessions
        hasSessions = !sessions.isEmpty
        self.tokens = tokens
        hasTokens = !tokens.isEmpty
        self.hasPassword = hasPassword
        self.mayChangePassword = mayChangePassword
        self.notice = notice
        self.problem = problem
    }
}
