package import AssayTerms

extension TrainingPipeline {
    /// A version of a data set that was not seen before, which begins it.
    package struct DataTrigger: Hashable, Sendable {
        /// The data set's name, as runs log it (`mlflow.log_input`) and as it is said by `assay training trigger --data`.
        package var name: Text
        /// The experiment whose runs count; without it only what is said counts.
        package var experiment: Text?

        package init(name: Text, experiment: Text? = nil) {
            self.name = name
            self.experiment = experiment
        }
    }

    /// A commit to a branch, which begins it.
    package struct CommitTrigger: Hashable, Sendable {
        /// OWNER/NAME.
        package var repository: Text
        package var branch: Text
        /// Where the secret of a push webhook stands; without it only what an account says counts.
        package var secret: Text?

        package init(repository: Text, branch: Text, secret: Text? = nil) {
            self.repository = repository
            self.branch = branch
            self.secret = secret
        }
    }

    /// What begins a pipeline by itself.
    package struct Triggers: Hashable, Sendable {
        package var monitors: [MonitorTrigger] = []
        package var schedules: [TrainingSchedule] = []
        package var dataSets: [DataTrigger] = []
        package var commits: [CommitTrigger] = []

        package init() {}

        /// The first kind that needs to know which one model is meant: nothing but a monitor says that itself.
        package var needsOneModel: String? {
            if !schedules.isEmpty { return "a schedule" }
            if !dataSets.isEmpty { return "a data set" }
            return commits.isEmpty ? nil : "a commit"
        }
    }
}
