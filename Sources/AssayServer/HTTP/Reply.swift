import HTTPTypes
import Hummingbird
import NIOCore

/// What a handler answers.
package struct Reply: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        /// Chunks written as they come; `length` is sent as `Content-Length` when known.
        case stream(length: Int?, chunks: AsyncThrowingStream<[UInt8], any Error>)
    }

    package var status: Int
    package var contentType: String
    package var headers: [(name: String, value: String)]
    package var body: Body

    package init(status: Int = 200, contentType: String, headers: [(name: String, value: String)] = [], body: Body) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    package static func json(_ bytes: [UInt8], status: Int = 200) -> Reply {
        Reply(status: status, contentType: "application/json", body: .bytes(bytes))
    }

    package static func text(_ text: String, status: Int = 200) -> Reply {
        Reply(status: status, contentType: "text/plain; charset=utf-8", body: .bytes(Array(text.utf8)))
    }

    package static func html(_ text: String, status: Int = 200) -> Reply {
        Reply(status: status, contentType: "text/html; charset=utf-8", body: .bytes(Array(text.utf8)))
    }
}

extension Reply {
    /// Hummingbird's response, with the headers every answer of ours carries; for HEAD without the body they describe.
    func response(isHead: Bool) -> Response {
        var fields: HTTPFields = [.contentType: contentType]
        for (name, value) in BrowserRules.answerHeaders { fields[name] = value }
        for (name, value) in headers {
            guard let name = HTTPField.Name(name) else { continue }
            // Each cookie has a line of its own; anything else of that name takes the place of what stands there.
            if name == .setCookie { fields.append(HTTPField(name: name, value: value)) } else { fields[name] = value }
        }
        let responseBody: ResponseBody
        switch body {
        case .bytes(let bytes):
            responseBody = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .stream(let length, let chunks):
            responseBody = ResponseBody(contentLength: length) { writer in
                for try await chunk in chunks { try await writer.write(ByteBuffer(bytes: chunk)) }
                try await writer.finish(nil)
            }
        }
        let response = Response(status: .init(code: status), headers: fields, body: responseBody)
        return isHead ? response.createHeadResponse() : response
    }
}
