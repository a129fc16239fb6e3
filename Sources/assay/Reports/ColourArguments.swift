import ArgumentParser

/// Whether text is coloured.
struct ColourArguments: ParsableArguments {
    @Option(help: "Whether text is coloured: auto is on a terminal, unless NO_COLOR is set.")
    var color: ColourChoice = .auto
}
