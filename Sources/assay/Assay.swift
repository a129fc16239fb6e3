import ArgumentParser
import AssayTerms

/// `assay`: one program, one subcommand a task.
@main
struct Assay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assay",
        abstract: "No model reaches production without evidence that anyone can check.",
        discussion: """
            Exit status: 0 all passed, 1 a check failed, was incomplete, or a gate says no, \
            2 wrong usage or unreadable input, 3 a fault of assay's own.
            """,
        version: AssayVersion.current,
        subcommands: [
            ServerCommand.self,
            CheckCommand.self,
            PerformanceCommand.self,
            FairnessCommand.self,
            MitigateCommand.self,
            ValidateCommand.self,
            ProfileCommand.self,
            DriftCommand.self,
            FeaturesCommand.self,
            ScoreCommand.self,
            ExplainCommand.self,
            CounterfactualCommand.self,
            ServeCommand.self,
            GatewayCommand.self,
            GatewayKeyCommand.self,
            GatewayJobCommand.self,
            PredictionsCommand.self,
            LabelsCommand.self,
            MonitorCommand.self,
            RolloutCommand.self,
            TrainingCommand.self,
            PolicyCommand.self,
            ModelCommand.self,
            QuestionnaireCommand.self,
            CardCommand.self,
            ControlCommand.self,
            RecordCommand.self,
            FindingCommand.self,
            WaiverCommand.self,
            RiskCommand.self,
            DecisionCommand.self,
            IncidentCommand.self,
            AuditCommand.self,
            UserCommand.self,
            TokenCommand.self,
            KeysCommand.self,
            RoleCommand.self,
            DatasetCommand.self,
            PermissionTableCommand.self,
            EvaluatorCommand.self,
            WebhookCommand.self,
            AlertCommand.self,
            ImportCommand.self,
            BackupCommand.self,
            RestoreCommand.self,
            EvidenceWorkerCommand.self,
            ForeignWorkerCommand.self,
            ONNXWorkerCommand.self,
            KernelTimingCommand.self,
            TrustTimingCommand.self,
            IntervalSimulationCommand.self,
            SmoothSimulationCommand.self,
            MeasuresPageCommand.self,
            DriftSimulationCommand.self,
        ])

    /// Parses and runs; every error becomes one message on standard error and an exit status of design.md §6.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as AssayError {
            CommandFailure.end(error)
        } catch {
            CommandFailure.end(parsing: error)
        }
    }
}
