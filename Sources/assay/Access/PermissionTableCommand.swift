import ArgumentParser
import AssayServer
import AssayStoreSQLite
import AssayTerms
import Foundation

/// Writes the reviewed table of permissions anew: `assay permission-table > Tests/Clients/permissions.tsv`.
struct PermissionTableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "permission-table", abstract: "Print every route with what it asks and who may.", shouldDisplay: false)

    func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "assay-table-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let opened = try OpenDirectory.open(path: folder, keysPath: nil)
        defer { try? opened.store.close() }
        let governed = try await opened.governed(requiresPolicy: false)
        let log = LogStatus(verificationKey: "", address: "") { nil }
        let lines = try House.routes(governed.useCases, governed.governance, log: log, cookies: Cookies(isSecure: true)).map(Self.line).sorted()
        let head = "method\tpath\tpermission\tscope\troles\n"
        try StandardOutput.write(Array((head + lines.joined()).utf8))
    }

    /// Who may call it at all: the shipped roles and the anonymous; whoever else holds the verb on what the scope names.
    private static func line(_ route: Route) -> String {
        let callers: String
        if route.permission == .open {
            callers = route.takesKey ? "whoever shows the key" : "everyone"
        } else {
            let people = RoleDefinition.shipped.map { (name: $0.role.rawValue, reach: Reach(route.permission, in: $0.grants)) }
            let all = people + [(name: "anonymous", reach: Principal.anonymous.reach(route.permission))]
            let names = all.filter { $0.reach.isTotal }.map(\.name)
            callers = names.isEmpty ? "-" : names.joined(separator: ",")
        }
        return "\(route.method)\t\(route.path)\t\(route.permission.rawValue)\t\(route.scope.name)\t\(callers)\n"
    }
}
