/// A place in a sorted result: the values of the sort keys of the last item seen, the last of them unique.
///
/// Continuing after a position gives neither repeats nor gaps among items whose keys did not change meanwhile.
package struct SearchPosition: Hashable, Sendable {
    package let values: [SearchValue]

    package init(values: [SearchValue]) { self.values = values }
}
