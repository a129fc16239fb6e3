import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func modelNames(manifest: SHA256Digest) throws -> [Text] {
        try String.fetchAll(
            database,
            sql: """
                SELECT DISTINCT name FROM registeredModelName
                WHERE model IN (SELECT model FROM modelVersion WHERE manifestDigest = ?)
                ORDER BY name
                """,
            arguments: [Data(manifest.bytes)]
        ).map { Text($0) }
    }

    func names(ofModel id: String) throws -> [Text] {
        try String.fetchAll(
            database,
            sql: """
                SELECT DISTINCT name FROM registeredModelName WHERE model = (SELECT number FROM registeredModel WHERE id = ?) ORDER BY name
                """, arguments: [id]
        ).map { Text($0) }
    }

    func authorIDs(manifest: SHA256Digest) throws -> [String] {
        try String.fetchAll(
            database,
            sql: """
                WITH same AS (SELECT loggedBy, runBy, registeredBy FROM modelVersion WHERE manifestDigest = ?)
                SELECT loggedBy AS author FROM same WHERE loggedBy IS NOT NULL
                UNION SELECT runBy FROM same WHERE runBy IS NOT NULL
                UNION SELECT registeredBy FROM same
                ORDER BY author
                """,
            arguments: [Data(manifest.bytes)])
    }

    func versionIDsInUse(newest: Int) throws -> [String] {
        try String.fetchAll(
            database,
            sql: """
                SELECT id FROM (
                    SELECT *, row_number() OVER (PARTITION BY model, stage = 'Archived' ORDER BY version DESC) AS age FROM modelVersion
                    WHERE deletionTime IS NULL AND manifestDigest IS NOT NULL
                ) AS candidate
                WHERE EXISTS (SELECT 1 FROM registeredModel WHERE number = candidate.model AND deletionTime IS NULL)
                    AND (age <= ? AND stage <> 'Archived' OR stage NOT IN ('None', 'Archived')
                         OR EXISTS (SELECT 1 FROM modelAlias
                                    WHERE model = candidate.model AND version = candidate.version))
                ORDER BY number
                """,
            arguments: [newest])
    }
}
