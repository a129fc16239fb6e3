/// Which build evidence comes from, by the word of whoever signs it. Signed with the statement, and no part of its claim: the same
/// answer in another job claims the same.
package struct BuildOrigin: Hashable, Sendable {
    /// `OWNER/NAME`, as the code host calls it.
    package var repository: Text?
    /// The commit's full digest: 40 or 64 hexadecimal digits.
    package var commit: Text?
    /// The image the job ran in, or made: `NAME@sha256:…`.
    package var image: Text?
    /// The job, as the CI system names it.
    package var run: Text?
    /// The workflow's file at the revision that ran, as an identity provider's token names it.
    package var workflow: Text?

    /// - Throws: `invalidArgument` for a commit that is shortened, or an image without its digest, which bind nothing.
    package init(
        repository: Text? = nil, commit: Text? = nil, image: Text? = nil, run: Text? = nil, workflow: Text? = nil
    ) throws(AssayError) {
        func isHex(_ text: some StringProtocol, _ counts: [Int]) -> Bool {
            counts.contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        }
        if let commit {
            guard isHex(commit.string, [40, 64]) else {
                throw AssayError(.invalidArgument, "'\(commit)' is no commit: give its full digest, 40 or 64 hexadecimal digits")
            }
        }
        if let image {
            let parts = image.string.split(separator: "@", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, parts[1].hasPrefix("sha256:"), isHex(parts[1].dropFirst(7), [64]) else {
                throw AssayError(.invalidArgument, "'\(image)' does not say which image it is: give NAME@sha256:DIGEST, since a tag can be moved")
            }
        }
        for text in [repository, commit, image, run, workflow] {
            guard (text?.utf8Count ?? 0) <= 512 else {
                throw AssayError(.invalidArgument, "what names a build has at most 512 bytes")
            }
        }
        self.repository = repository
        self.commit = commit
        self.image = image
        self.run = run
        self.workflow = workflow
    }

    /// Names and values of what is known, in the order of statements.
    package var facts: [(name: String, value: Text)] {
        [("repository", repository), ("commit", commit), ("image", image), ("run", run), ("workflow", workflow)]
            .compactMap { name, value in value.map { (name, $0) } }
    }
}
