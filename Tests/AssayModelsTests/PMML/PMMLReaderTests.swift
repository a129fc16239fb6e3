import AssayColumns
import AssayModels
import AssayTerms
import Testing

/// Goal: documents that are damaged or hostile are refused by element and line, and never trap.
/// Method: documents by hand; Tests/Reference/test_pmml.py compares what is read with the specification's rules and scikit-learn.
@Suite struct PMMLReaderTests {
    private func document(_ model: String, before: String = "") -> String {
        before + #"<PMML version="4.3"><Header/><DataDictionary><DataField name="x" optype="continuous" dataType="double"/>"#
            + #"<DataField name="w" optype="categorical" dataType="string"/></DataDictionary>\#(model)</PMML>"#
    }

    private let sum =
        #"<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/></MiningSchema><RegressionTable intercept="1">"#
        + #"<NumericPredictor name="x" coefficient="2"/></RegressionTable></RegressionModel>"#

    private func numbers(_ text: String, _ x: [Double]) throws -> [Double]? {
        let model = try ScoringModel.load(pmml: Array(text.utf8), name: "m.pmml")
        return try Scorer(model).scores(RowBlock(rowCount: x.count, columns: [Column(name: "x", values: .double(x))])).numbers
    }

    @Test func readsWhatXMLAllows() throws {
        #expect(try numbers(document(sum), [1, -1]) == [3, -1])
        #expect(try numbers(document(sum, before: "\u{FEFF}<?xml version='1.0' encoding='UTF-8'?><!-- a --><?b c?>\r\n"), [1]) == [3])
        let written = sum.replacing(#""x""#, with: #"'&#120;'"#).replacing("<RegressionTable", with: "<!-- x --><p:Extension xmlns:p='q'><![CDATA[<]]></p:Extension><RegressionTable")
        #expect(try numbers(document(written), [1]) == [3])
    }

    @Test(arguments: [
        ("", "truncated"), ("x", "no element"), ("<PMML", "truncated"), ("<PMML></PMLM><a/>", "closes"), ("<PMML a='1' a='2'/>", "twice"), ("<PMML a=1/>", "quotation"), ("<a/>", "'a'"),
        ("<PMML>&x;</PMML>", "five"), ("<PMML>&#0;</PMML>", "number"), ("<PMML>&#xD800;</PMML>", "number"), ("<PMML/><PMML/>", "more than one"),
        ("<!DOCTYPE a><PMML/>", "DOCTYPE"), ("<?xml version='1.0' encoding='latin-1'?><PMML/>", "UTF-8"), ("<PMML version='4.4'/>", "data dictionary"),
        (String(repeating: "<a>", count: 2000), "deeper"),
    ])
    func refusesDamage(text: String, words: String) {
        #expect {
            try ScoringModel.load(pmml: Array(text.utf8), name: "m.pmml")
        } throws: { "\($0)".contains(words) && $0 is AssayError }
    }

    @Test func everyCutAndFlippedByteIsRefusedOrReadable() {
        let whole = Array(document(sum).utf8)
        for count in whole.indices { _ = try? ScoringModel.load(pmml: Array(whole[..<count]), name: "m.pmml") }
        for place in whole.indices {
            var other = whole
            other[place] ^= 0x0F
            if let model = try? ScoringModel.load(pmml: other, name: "m.pmml"), model.inputs.count == 1 {
                _ = try? Scorer(model).scores(RowBlock(rowCount: 1, columns: [Column(name: model.inputs[0], values: .double([0.5]))]))
            }
        }
    }

    @Test func aMissingValueHasNoAnswer() throws {
        #expect(throws: AssayError.self) { try numbers(document(sum), [.nan]) }
        #expect(try numbers(document(sum), []) == [])
    }
}
