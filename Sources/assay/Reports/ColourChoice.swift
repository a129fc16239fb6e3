import ArgumentParser

/// When text is coloured.
enum ColourChoice: String, ExpressibleByArgument, CaseIterable {
    /// On a terminal, unless NO_COLOR is set.
    case auto
    case always
    case never
}
