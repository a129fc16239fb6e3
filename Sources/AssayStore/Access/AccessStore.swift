package import AssayTerms

/// What a principal may do to what, read: roles an organisation made, shares of single objects, classes of data sets, and
/// changes that wait for a second person.
package protocol AccessSnapshot {
    /// A role that is not shipped.
    func role(_ role: Role) throws -> RoleDefinition?
    /// Those that are not shipped, by name.
    func roles() throws -> [RoleDefinition]

    func share(_ object: SharedObject, userID: String) throws -> ShareLevel?
    /// By user.
    func shares(of object: SharedObject) throws -> [(userID: String, level: ShareLevel)]
    /// By kind and object.
    func shares(ofUser userID: String) throws -> [(object: SharedObject, level: ShareLevel)]

    func datasetClass(_ name: Text) throws -> DatasetClass?
    /// Every data set that has a class, by name.
    func datasetClasses() throws -> [(name: Text, datasetClass: DatasetClass)]

    func proposal(id: String) throws -> Proposal?
    /// Those that wait and are not out of time, oldest first.
    func openProposals(atMilliseconds now: Int64) throws -> [Proposal]

    /// Whether `reach` admits the experiment, deleted or not; `false` for one that does not exist.
    func admits(_ reach: Reach, experiment id: Int64) throws -> Bool
    /// Whether `reach` admits the registered model, deleted or not; `false` for one that does not exist.
    func admits(_ reach: Reach, model id: String) throws -> Bool

    /// The same snapshot as somebody with this view sees it: what they may not read is not there.
    func seen(by view: View) -> any StoreSnapshot
}

package protocol AccessTransaction: AccessSnapshot {
    /// Puts the definition in the place of the one it had.
    func putRole(_ definition: RoleDefinition, at time: Int64) throws
    /// - Throws: `conflict` while somebody holds it.
    func deleteRole(_ role: Role) throws

    /// `nil` takes the share away.
    func setShare(_ level: ShareLevel?, of object: SharedObject, userID: String) throws

    /// `nil` takes the class away.
    func setDatasetClass(_ datasetClass: DatasetClass?, of name: Text) throws

    func insertProposal(_ proposal: Proposal) throws
    func closeProposal(id: String, _ state: Proposal.State, by userID: String, at time: Int64) throws

    /// The same transaction as somebody with this view sees it.
    func writable(by view: View) -> any StoreTransaction
}
