import AssayTerms
import AssayWire
import Testing

/// What a browser is told about a stranger's file: nothing that runs, by whatever ending it calls itself.
@Suite struct ArtifactMediaTests {
    private static let text = "text/plain; charset=utf-8"

    @Test(arguments: [
        ("a.png", "image/png"), ("A.PNG", "image/png"), ("b.jpeg", "image/jpeg"), ("b.jpg", "image/jpeg"), ("c.gif", "image/gif"),
        ("d.webp", "image/webp"), ("d/e.txt", text), ("table.json", text), ("conda.yaml", text), ("MLmodel", text), ("code.py", text),
        ("page.html.png", "image/png"), ("notes.md", text), ("t.csv", text),
    ])
    func isShown(_ path: String, as type: String) {
        let media = ArtifactMedia(path: Text(path))
        #expect(media.contentType == type && media.disposition == "inline")
    }

    @Test(arguments: [
        "a.html", "a.htm", "a.xhtml", "a.svg", "a.svgz", "a.xml", "a.pdf", "a.js", "a.mjs", "a.css", "a.wasm", "a.swf", "a.mht", "a.xsl",
        "a.png.html", "a.txt.svg", "noending", ".html", "a.", "a.png.", "a.unknown", "model.skops", "model.pkl", "a.tar.gz", "a.PNG ",
    ])
    func isDownloaded(_ path: String) {
        let media = ArtifactMedia(path: Text(path))
        #expect(media.contentType == "application/octet-stream" && media.disposition.hasPrefix("attachment; filename=\""))
    }

    @Test(arguments: [
        ("x/a.bin", "attachment; filename=\"a.bin\""),
        ("\u{E9}t\u{E9}.bin", "attachment; filename=\"__t__.bin\"; filename*=UTF-8''%C3%A9t%C3%A9.bin"),
        ("a\"b;c.bin", "attachment; filename=\"a_b_c.bin\"; filename*=UTF-8''a%22b%3Bc.bin"),
        ("a\r\nSet-Cookie: x", "attachment; filename=\"a__Set-Cookie__x\"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x"),
    ])
    func namesCannotLeaveTheirQuotes(_ path: String, _ disposition: String) {
        #expect(ArtifactMedia(path: Text(path)).disposition == disposition)
    }
}
