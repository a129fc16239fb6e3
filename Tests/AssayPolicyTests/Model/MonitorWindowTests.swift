import AssayPolicy
import AssayTerms
import Testing

/// How windows are written.
struct MonitorWindowTests {
    @Test(arguments: [
        ("1 hour", "1 hours"), ("1 hours", "1 hours"), ("1 day", "1 days"), ("1 row", "1 rows"), ("24 hours", "24 hours"), ("batch", "batch"),
    ])
    func isReadAsOneWindow(written: String, kept: String) {
        #expect(PolicyMonitor.Window(Text(written))?.text == Text(kept))
    }

    @Test(arguments: ["2 hour", "1", "1 hou", "01 hour", "1 hourss", "1 batch", "0 rows", "1  hour", "one hour", "1 s"])
    func isNoWindow(written: String) {
        #expect(PolicyMonitor.Window(Text(written)) == nil)
    }
}
