import ArgumentParser
import AssayTerms

extension CalendarDate: ExpressibleByArgument {
    package init?(argument: String) { self.init(Text(argument)) }
}
