import AssayJSON
import AssayTerms
import COnnxRuntime

/// What runs in the confined process for ONNX Runtime: loads one model and scores rows that come in, frame by frame, as the driver in Python does.
///
/// Nothing of what is answered here is believed on the other side, since the library works on what the model's file says.
package struct ONNXRuntimeWorker {
    private let channel = ForeignChannel(requests: 3, answers: 0)
    private let library: String
    private var model: ONNXRuntimeModel?

    private static let headerLimit = 4 << 20
    private static let payloadLimit = 1 << 32
    private static let never = 1e12

    package init(library: String) { self.library = library }

    /// Answers until the other side is gone.
    package mutating func run() {
        do throws(ForeignChannel.Failure) {
            var version = [CChar](repeating: 0, count: 64)
            guard onnxruntime_library_version(library, &version, version.count) == 0 else {
                try channel.send(["refused": .string("\(library) is no library of ONNX Runtime 1.8 or newer")], until: Self.never)
                return
            }
            let text = String(decoding: version.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            try channel.send(["python": "none", "libraries": ["onnxruntime": .string(text)]], until: Self.never)
            while true {
                let frame = try channel.receive(headerLimit: Self.headerLimit, payloadLimit: Self.payloadLimit, until: Self.never)
                let (header, payload) = answer(frame)
                try channel.send(header, payload: payload, until: Self.never)
            }
        } catch {
            return
        }
    }

    private mutating func answer(_ frame: ForeignChannel.Frame) -> (JSONValue, [UInt8]) {
        do throws(AssayError) {
            if frame.header["do"]?.string == "load" {
                let opened = try ONNXRuntimeModel(
                    library: library, path: frame.header["path"]?.string ?? "", takesRowsAlone: frame.header["alone"]?.bool ?? false)
                model = opened
                return (.object(opened.description), [])
            }
            guard let model else { throw AssayError(.internalFault, "no model is loaded") }
            return try model.scored(frame)
        } catch {
            var header: JSONObject = ["error": "OnnxRuntimeError", "message": .string(String(error.message.prefix(1000)))]
            header["number"] = frame.header["number"]
            return (.object(header), [])
        }
    }
}
