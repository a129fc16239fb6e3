import AssayJSON

/// What a policy would mean, from the server's answer.
struct ImpactText {
    /// Reasons that are listed for one version.
    private static let reasonLimit = 8
    /// Versions that are listed one by one.
    private static let placeLimit = 50

    let json: JSONValue

    private func count(_ name: String) -> Int64 { json["summary"]?[name]?.integer ?? 0 }

    var newlyUnmet: Int64 { count("newly_unmet") }

    var text: String {
        let title = "\(json["policy"]?.string ?? "?") \(json["version"]?.string ?? "?")"
        let replaces = json["replaces"]?.string.map { " would take the place of version \($0)" } ?? " would be new"
        var lines = ["\(title)\(replaces)."]
        let places = json["places"]?.array ?? []
        if places.isEmpty {
            lines.append("It gates no place that a version holds now.")
        } else {
            let held = "\(places.count) place\(places.count == 1 ? "" : "s") that versions hold now"
            lines.append(
                "Of \(held), \(count("pass")) pass, \(count("fail")) fail and \(count("incomplete")) cannot be told yet; "
                    + "\(newlyUnmet) of these meet\(newlyUnmet == 1 ? "s" : "") what is in force.")
            if count("no_longer_gated") > 0 { lines.append("\(count("no_longer_gated")) would not be gated by it any more.") }
        }
        // What changes comes first.
        let told = places.sorted { rank($0) < rank($1) }.filter { rank($0) < 3 }
        for place in told.prefix(Self.placeLimit) { lines += self.lines(place) }
        if told.count > Self.placeLimit { lines.append("… and \(told.count - Self.placeLimit) more: --format json") }
        let less = (json["asks_less"]?.array ?? []).compactMap(\.string)
        if !less.isEmpty {
            lines.append("It asks for less than what is in force, so publishing it takes a second person where there is one:")
            lines += less.map { "  \($0)" }
        }
        if !places.isEmpty { lines.append("Publishing takes nothing out of its place. It is asked the next time something enters one.") }
        return lines.map { $0.printable + "\n" }.joined()
    }

    private func rank(_ place: JSONValue) -> Int {
        if place["newly_unmet"]?.bool == true { return place["after"]?.string == "fail" ? 0 : 1 }
        return place["after"]?.string == "pass" ? 3 : 2
    }

    private func lines(_ place: JSONValue) -> [String] {
        let name = "\(place["model"]?.string ?? "?") version \(place["version"]?.integer ?? 0), \(place["target"]?.string ?? "?")"
        let before = place["before"]?.string.map { " (now: \($0))" } ?? " (not gated by it now)"
        guard let after = place["after"]?.string else { return ["  \(name): no longer gated\(before)"] }
        let reasons = (place["reasons"]?.array ?? []).compactMap { $0["text"]?.string }
        var lines = ["  \(name): \(after)\(before)"] + reasons.prefix(Self.reasonLimit).map { "    \($0)" }
        if reasons.count > Self.reasonLimit { lines.append("    … and \(reasons.count - Self.reasonLimit) more") }
        return lines
    }
}
