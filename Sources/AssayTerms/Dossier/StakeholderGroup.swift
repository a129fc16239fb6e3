/// Who has a stake in a model. The raw values are written in papers.
package enum StakeholderGroup: String, Sendable, CaseIterable {
    case executives = "executive-leadership"
    case dataScientists = "data-scientists"
    case dataEngineers = "data-engineers"
    case operations = "it-and-devops"
    case compliance = "compliance-and-legal"
    case ethics = "ethics-and-governance"
    case business = "business-and-product"
    case customers = "end-users-and-customers"
}
