import AssayTerms
import HTTPTypes

extension Exchange {
    /// A request of this process to itself.
    static func local(
        _ principal: Principal, address: Text, method: String, path: String, parameters: [String: String], query: [(name: Text, value: Text)],
        contentType: String?, body: [UInt8]
    ) -> Exchange {
        var headers = HTTPFields()
        headers[.contentType] = contentType
        return Exchange(
            principal: principal, session: nil, address: address, isEncrypted: false, method: HTTPRequest.Method(rawValue: method) ?? .get, authority: "",
            path: path, parameters: parameters, query: query, headers: headers, body: body, bodyStream: BodyChunks())
    }
}
