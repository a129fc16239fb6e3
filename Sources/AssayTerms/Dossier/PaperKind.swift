/// What a paper of a model's dossier is. The raw values are stored and stand in the log.
package enum PaperKind: String, Sendable, CaseIterable {
    /// What only people can supply: a notice, a training, a review.
    case record
    /// Something that is wrong and has to be mended by a date.
    case finding
    /// Leave to enter a place although one check is not met.
    case waiver
    /// The risk evaluation of a model, in ten sections.
    case evaluation
    /// One risk with its likelihood, impact and treatment.
    case risk
    /// Why a model is built as it is.
    case decision
    /// Something that happened, with clocks that run.
    case incident
    /// Nothing of the model is deleted or erased.
    case hold
    /// The model is out of use for good.
    case retirement
    /// The model was validated anew, or something happened that asks for it.
    case validation
    /// A version that meets traffic before it takes a place.
    case rollout
}
