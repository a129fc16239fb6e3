/// Something asked for is not there, or could not be shown.
package struct ProblemPage: Page {
    package static let name = "problem"
    package static let template = "{{<frame}}{{$content}}<p>{{page.message}}</p><p><a href=\"/\">Back to the runs</a></p>{{/content}}{{/frame}}"

    package let title: String
    package let section: Section
    let message: String

    package init(title: String, section: Section, message: String) {
        self.title = title
        self.section = section
        self.message = message
    }
}
