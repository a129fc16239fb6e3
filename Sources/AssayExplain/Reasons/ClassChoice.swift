package import AssayModels
package import AssayTerms

/// A class named by its label in a file or on a command line.
package enum ClassChoice {
    /// By the label as people write it; 1 is also 1.0, and True also true.
    package static func place(of label: Text, in classes: ClassLabels) -> Int? {
        let names = (0..<classes.count).map { Text(classes.text($0)) }
        if let place = names.firstIndex(of: label) { return place }
        switch classes {
        case .texts: return nil
        case .booleans: return names.firstIndex { $0.string.lowercased() == label.string.lowercased() }
        case .integers, .numbers: return Double(label.string).flatMap { number in names.firstIndex { Double($0.string) == number } }
        }
    }

    /// For messages.
    package static func list(_ classes: ClassLabels) -> String {
        let shown = (0..<min(classes.count, 20)).map { "'\(classes.text($0))'" }.joined(separator: ", ")
        return classes.count > 20 ? "\(shown) and \(classes.count - 20) more" : shown
    }
}
