import AsyncHTTPClient
import NIOCore

/// The client of commands that ask once: it follows no redirect, so that a token goes nowhere else, and where nothing listens it says so at
/// once. It lives as long as the program.
enum PlainClient {
    static let shared: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(10))
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
}
