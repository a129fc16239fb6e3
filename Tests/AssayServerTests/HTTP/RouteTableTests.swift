import AssayServer
import AssayTerms
import Testing

@Suite struct RouteTableTests {
    private let table = RouteTable([
        Route("GET", "/a", .open) { _ in .text("a") }, Route("PUT", "/a", .open) { _ in .text("put") },
        Route("POST", "/b", .open) { _ in .text("b") }, Route("GET", "/c/{id}/files/{path...}", .open) { _ in .text("c") },
    ])

    private func found(_ method: String, _ path: String) -> String {
        switch table.match(method: method, path: path) {
        case .none: "none"
        case .otherMethods(let methods): methods.joined(separator: ",")
        case .route(let route, let parameters):
            "\(route.method) " + parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        }
    }

    @Test(arguments: [
        ("GET", "/a", "GET "), ("HEAD", "/a", "GET "), ("PUT", "/a", "PUT "), ("DELETE", "/a", "GET,HEAD,PUT"), ("HEAD", "/b", "POST"),
        ("GET", "/b", "POST"), ("GET", "/nothing", "none"), ("HEAD", "/nothing", "none"),
        ("HEAD", "/c/x%2Fy/files/d/e%20f", "GET id=x/y path=d/e f"), ("GET", "/c/x/files", "GET id=x path="),
        ("GET", "/c/%c0%ae/files/a", "none"), ("GET", "/c/x/files/%zz", "none"),
    ])
    func finds(_ method: String, _ path: String, _ expected: String) { #expect(found(method, path) == expected) }
}
