/// The form for logging in. It works without a script.
package struct LoginPage: Page {
    package static let name = "login"
    package static let template = """
        {{<frame}}{{$content}}
        <div class="card">
        {{#page.problem}}<p class="problem" role="alert">{{.}}</p>{{/page.problem}}
        {{#page.provider}}<p><a class="button wide" href="{{address}}">Log in with {{label}}</a></p>
        <p class="soft between">or with a password</p>{{/page.provider}}
        <form method="post" action="/login">
        <input type="hidden" name="csrf" value="{{page.csrfToken}}">
        <input type="hidden" name="next" value="{{page.next}}">
        <label for="name">Name</label>
        <input id="name" name="name" value="{{page.typedName}}" autocomplete="username" autocapitalize="none" spellcheck="false" required{{^page.typedName}} autofocus{{/page.typedName}}>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required{{#page.typedName}} autofocus{{/page.typedName}}>
        <button class="wide" type="submit">Log in</button>
        </form>
        <p class="soft">Programs and MLflow clients send a token or the same name and password instead: <code>MLFLOW_TRACKING_TOKEN</code>,
        or <code>MLFLOW_TRACKING_USERNAME</code> and <code>MLFLOW_TRACKING_PASSWORD</code>.</p>
        </div>
        {{/content}}{{/frame}}
        """

    package struct Provider: Sendable {
        let label: String
        let address: String

        package init(label: String, address: String) {
            self.label = label
            self.address = address
        }
    }

    package let title = "Log in"
    package let section = Section.account
    let csrfToken: String
    /// Where to go afterwards: a path of this server.
    let next: String
    /// `nil` unless something was typed that did not work.
    let typedName: String?
    let problem: String?
    let provider: Provider?

    package init(csrfToken: String, next: String, typedName: String? = nil, problem: String? = nil, provider: Provider? = nil) {
        self.csrfToken = csrfToken
        self.next = next
        self.typedName = typedName
        self.problem = problem
        self.provider = provider
    }
}
