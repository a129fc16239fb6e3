/// The newest signed checkpoint, and how to check it without trusting this server.
package struct LogPage: Page {
    package static let name = "log"
    package static let template = """
        {{<frame}}{{$content}}
        <p>Every governed change is an entry of an append-only log. Keep a checkpoint outside this machine; the log can later be
        checked against it, offline and without this server's help.</p>
        {{#page.hasCheckpoint}}<dl><dt>Entries</dt><dd>{{page.size}}</dd><dt>Verifier key</dt><dd><code>{{page.key}}</code></dd></dl>
        <h2>Latest checkpoint</h2>
        <pre>{{page.checkpoint}}</pre>
        <h2>Check it</h2>
        <pre>{{page.command}}</pre>{{/page.hasCheckpoint}}
        {{^page.hasCheckpoint}}<p class="soft">No checkpoint has been published yet.</p>{{/page.hasCheckpoint}}
        {{/content}}{{/frame}}
        """

    package let title = "Log"
    package let section = Section.log
    let hasCheckpoint: Bool
    let size: String
    let key: String
    let checkpoint: String
    let command: String

    package init(size: String, key: String, checkpoint: String?, command: String) {
        hasCheckpoint = checkpoint != nil
        self.size = size
        self.key = key
        self.checkpoint = checkpoint ?? ""
        self.command = command
    }
}
