import GRDB

/// The steps from an empty file to the present tables. A released step is never edited.
enum Migrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 meta") { try createMeta($0) }
        migrator.registerMigration("2 tracking") { try createTracking($0) }
        migrator.registerMigration("3 identity") { try createIdentity($0) }
        migrator.registerMigration("4 ledger") { try createLedger($0) }
        migrator.registerMigration("5 registry") { try createRegistry($0) }
        migrator.registerMigration("6 governance") { try createGovernance($0) }
        migrator.registerMigration("7 webhooks") { try createWebhooks($0) }
        migrator.registerMigration("8 uploads") { try createUploads($0) }
        // Checked at once: a deferred check would read every metric there is.
        migrator.registerMigration("9 seals", foreignKeyChecks: .immediate) { try createSeals($0) }
        migrator.registerMigration("10 import") { try createImport($0) }
        migrator.registerMigration("11 search") { try createSearchIndexes($0) }
        migrator.registerMigration("12 credentials") { try createCredentials($0) }
        migrator.registerMigration("13 permissions") { try createPermissions($0) }
        migrator.registerMigration("14 access log") { try createAccessLog($0) }
        migrator.registerMigration("15 ledger times", foreignKeyChecks: .immediate) { try createLedgerTimes($0) }
        migrator.registerMigration("16 evaluators", foreignKeyChecks: .immediate) { try createEvaluators($0) }
        migrator.registerMigration("17 made by another", foreignKeyChecks: .immediate) { try createMadeByAnother($0) }
        migrator.registerMigration("18 classifications", foreignKeyChecks: .immediate) { try createClassifications($0) }
        migrator.registerMigration("19 deliberation", foreignKeyChecks: .immediate) { try createDeliberation($0) }
        migrator.registerMigration("20 dossier", foreignKeyChecks: .immediate) { try createDossier($0) }
        migrator.registerMigration("21 questionnaires", foreignKeyChecks: .immediate) { try createQuestionnaires($0) }
        migrator.registerMigration("22 admission", foreignKeyChecks: .immediate) { try createAdmission($0) }
        migrator.registerMigration("23 workflows", foreignKeyChecks: .immediate) { try createWorkflows($0) }
        migrator.registerMigration("24 signers", foreignKeyChecks: .immediate) { try createSigners($0) }
        migrator.registerMigration("25 predictions", foreignKeyChecks: .immediate) { try createPredictions($0) }
        migrator.registerMigration("26 alerts", foreignKeyChecks: .immediate) { try createAlerts($0) }
        migrator.registerMigration("27 rollouts", foreignKeyChecks: .immediate) { try createRollouts($0) }
        migrator.registerMigration("28 training", foreignKeyChecks: .immediate) { try createTraining($0) }
        migrator.registerMigration("30 watching", foreignKeyChecks: .immediate) { try createWatching($0) }
        migrator.registerMigration("31 rollout labels", foreignKeyChecks: .immediate) { try createRolloutLabels($0) }
        migrator.registerMigration("32 alerts reached", foreignKeyChecks: .immediate) { try createAlertsReached($0) }
        migrator.registerMigration("33 training authors", foreignKeyChecks: .immediate) { try createTrainingAuthors($0) }
        migrator.registerMigration("34 monitor means", foreignKeyChecks: .immediate) { try createMonitorMeans($0) }
        return migrator
    }

    private static func createMeta(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE meta (
                    name TEXT PRIMARY KEY NOT NULL,
                    value TEXT NOT NULL
                ) WITHOUT ROWID, STRICT
                """)
    }
}
