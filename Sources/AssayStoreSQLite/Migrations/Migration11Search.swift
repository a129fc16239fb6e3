import GRDB

extension Migrations {
    /// Indexes that have the orders in which runs are asked for.
    static func createSearchIndexes(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE INDEX latestMetricByValue ON latestMetric (key, isNaN, value);
                CREATE INDEX runByStart ON run (startTime DESC, id);
                """)
    }
}
