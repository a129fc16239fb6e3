/// Rows for the tables of each step, as that step's program would have written them.
enum MigrationFixtures {
    /// SQL for the tables that `step` makes; empty for a step that makes none.
    static func rows(of step: String) -> String {
        switch step {
        case "1 meta": "INSERT INTO meta VALUES ('origin', 'assay/test')"
        case "2 tracking": tracking
        case "3 identity":
            """
            INSERT INTO user VALUES ('user-1', 'ana', 5);
            INSERT INTO userRole VALUES ('user-1', 'validator');
            INSERT INTO token VALUES ('token-1', 'user-1', zeroblob(32), 'first', 5, 9, NULL);
            """
        case "4 ledger":
            """
            INSERT INTO ledgerEntry VALUES (1, 'entry-1', 'model.created', 5, x'01', x'02', 'model:model-1', 0);
            INSERT INTO ledgerTopic VALUES ('model:model-1', 1);
            """
        case "5 registry":
            """
            INSERT INTO registeredModel VALUES (1, 'model-1', 'loans', 'words', 5, 6, NULL);
            INSERT INTO registeredModelName VALUES (1, 'loans', 1);
            INSERT INTO registeredModelTag VALUES (1, 'team', 'risk');
            INSERT INTO modelVersion VALUES (1, 'version-1', 1, 1, '', 'Production', 'runs:/r1/model', 'r1', '', NULL, 5, 6, NULL,
                x'7b7d', zeroblob(32), NULL, 'anonymous', 'anonymous', 'user-1');
            INSERT INTO modelVersionTag VALUES (1, 'key', 'value');
            INSERT INTO modelAlias VALUES (1, 'champion', 1);
            """
        case "6 governance": governance
        case "12 credentials":
            """
            UPDATE user SET disabledTime = 8;
            UPDATE token SET verbs = 'log read', loginTime = 5, useTime = 6;
            INSERT INTO password VALUES ('user-1', '$scrypt$', 5);
            INSERT INTO session VALUES (zeroblob(32), 'session-1', 'user-1', 'password', 5, 6, 9);
            INSERT INTO subject VALUES ('https://idp.example', 'subject-1', 'user-1', 5);
            """
        case "14 access log":
            """
            INSERT INTO accessRecord VALUES (1, 5, x'01');
            INSERT INTO accessSegment VALUES (1, 2, 3, 4, zeroblob(32), zeroblob(32), x'02');
            """
        case "13 permissions":
            """
            INSERT INTO role VALUES ('developer', 'writes models', 5);
            INSERT INTO roleGrant VALUES ('developer', 'allow', 'read,register', 'model:loan-*');
            INSERT INTO share VALUES ('user-1', 'experiment', '0', 'MANAGE');
            INSERT INTO datasetClass VALUES ('patients', 'raw-personal');
            INSERT INTO proposal VALUES (1, 'proposal-1', 'role.delete', 'manage_roles', x'7b7d', 'user-1', 'ana', 5, 9, 'open', NULL,
                NULL);
            """
        case "16 evaluators": "INSERT INTO evaluator VALUES ('evaluator-1', 'lab', 'user-1', zeroblob(32), 5, NULL)"
        case "23 workflows": """
            INSERT INTO evaluator VALUES ('evaluator-2', 'ci', 'user-1', NULL,
                '{"audience":"assay","claims":{"ref":"main","repository":"a/b","workflow_ref":"x"},"issuer":"https://ci.example.com"}', 5, NULL)
            """
        case "18 classifications":
            "INSERT INTO classification VALUES ('model-1', 1, 'high', 'high', 'own 1', zeroblob(32), 'high', x'7b7d', 'user-1', 5)"
        case "19 deliberation":
            """
            INSERT INTO requestComment VALUES (1, 'comment-1', 'request-1', 'user-1', 'ana', 'which months?', 5);
            INSERT INTO objection VALUES (1, 'objection-1', 'request-1', 'user-1', 'ana', 'not yet', x'7b7d', 5, NULL);
            INSERT INTO approvalCondition VALUES (1, 'condition-1', 'approval-1', 'request-1', 'model-1', 1, 'a report', 9, NULL, NULL, NULL, NULL);
            INSERT INTO delegation VALUES (1, 'delegation-1', 'user-1', 'ana', 'user-2', 'bo', 'validator', 'leave', 5, 9, NULL);
            """
        case "20 dossier":
            """
            INSERT INTO paper VALUES (1, 'paper-1', 'finding', 'high', 'model-1', 'version-1', 1, zeroblob(32), NULL, 'open', 1, x'7b7d', 1,
                'user-1', 'ana', 5, 5);
            """
        case "21 questionnaires": "INSERT INTO questionnaire VALUES (1, 'own', '1', zeroblob(32), x'61', 'user-1', 5)"
        case "22 admission": "UPDATE modelVersion SET admission = 'waiting', admissionText = 'for people'"
        case "25 predictions":
            """
            INSERT INTO predictionSegment VALUES (1, 'segment-1', 'predictions', zeroblob(16), 65536, 'model-1', 'version-1', 1, zeroblob(32),
                3, 2, 0, 5, 6, 1000000, zeroblob(32), '000102030405060708090a0b0c0d0e0f', 0, 0, 7, 'user-1', 'gate');
            INSERT INTO monitorResult VALUES (1, 'model-1', 'paper-1', zeroblob(32), 'drift', 'version-1', 1, 'rows 0', 0, 'kept', '0.1',
                'max 0.2', 'inside', 3, 0, 1, 7, x'7b7d');
            """
        case "26 alerts":
            """
            INSERT INTO alertRules VALUES (1, zeroblob(32), x'61', 'user-1', 5);
            INSERT INTO alert VALUES (1, 'monitor/model-1/1', 'model-1', 'critical', 'firing', 1, x'02', 5, 6, NULL, 7, 'user-1', 'looking', 1, 1);
            INSERT INTO alertSilence VALUES ('silence-1', x'7b7d', 'why', 'user-1', 5, 9);
            INSERT INTO alertGroup VALUES (1, 'team', '{"model":"model-1"}', 1, 2, 3, 9, 5);
            INSERT INTO alertMember VALUES (1, 1, 'firing', 'critical', 1);
            INSERT INTO alertStep VALUES (1, 'boss', '{"model":"model-1"}', 1, 2, 3, 9);
            INSERT INTO alertDelivery VALUES (1, 'delivery-1', 'team', 1, '{"model":"model-1"}', 'news', 'delivered', 1, 5, 9, NULL, NULL, 5, 6);
            INSERT INTO alertSaid VALUES (1, 0, 1, 'monitor/model-1/1', 'firing', 'critical', NULL, 1, x'02', 5, NULL);
            INSERT INTO alertAttempt VALUES (1, 1, 5, 6, 200, NULL);
            """
        case "27 rollouts":
            """
            INSERT INTO rolloutReport VALUES ('rollout-1', 'gateway-1', 3, 'user-1', 5);
            INSERT INTO rolloutTally VALUES ('rollout-1', 'gateway-1', 0, 9, 1, 2, 8, 4, 9, 0, 1, 9, 5, 7, 6, 5, 4, 3);
            """
        case "28 training":
            """
            INSERT INTO trainingRules VALUES (1, zeroblob(32), x'61', 'user-1', 5);
            INSERT INTO training VALUES (1, 'training-1', 'loans', 'model-1', 'monitor', 'monitor/1', 'started', x'02', 5, 5, 6, NULL, 9, 1,
                'lease-1', 8, 'user-1', 'r1', 'version-1', 0);
            """
        case "30 watching":
            """
            INSERT INTO trafficListing VALUES ('version-1', 7);
            INSERT INTO trafficPart VALUES ('version-1', 'hour 0000000000000000000', 7, 5);
            INSERT INTO monitorCursor VALUES ('plan-1', zeroblob(32), 'version-1', 3, 7, 2);
            INSERT INTO monitorDue VALUES ('plan-1', zeroblob(32), 'version-1', 'batch monday');
            INSERT INTO monitorTally VALUES (1, 'plan-1', zeroblob(32), 'version-1', 'batch monday', 'f', 3, 9);
            """
        case "32 alerts reached":
            """
            UPDATE alertDelivery SET reached = 'a@example.com';
            UPDATE alertMember SET isLeaving = 1;
            """
        case "33 training authors": "INSERT INTO trainingAuthor VALUES ('version-1', 'user-1', zeroblob(32));"
        case "34 monitor means":
            """
            INSERT INTO monitorRows VALUES ('plan-1', zeroblob(32), 'version-1', 'batch monday', x'0009');
            INSERT INTO monitorMean VALUES ('plan-1', zeroblob(32), 'version-1', 9, 1.5, 0.75, 1, 4.5, 0.75, 0.125);
            """
        default: ""
        }
    }

    /// The tables of the steps that have no rows here.
    static let unfilled = [
        "importedExperiment", "importedModel", "importedOwner", "importedVersion", "runSealClaim", "upload", "uploadPart",
        "webhook", "webhookAttempt", "webhookDelivery", "webhookEvent",
    ]

    private static let tracking = """
        INSERT INTO experimentTag VALUES (0, 'key', 'value');
        INSERT INTO run VALUES (1, 'r1', 0, 'first', 'ana', 3, 1, 2, 'active', NULL, 'mlflow-artifacts:/0/r1/artifacts', 'anonymous');
        INSERT INTO runTag VALUES (1, 'team', 'risk');
        INSERT INTO runParam VALUES (1, 'lr', '0.1');
        INSERT INTO metricKey VALUES (1, 'loss');
        INSERT INTO metric VALUES (1, 1, 9, 1, 0.5, 0), (1, 1, 10, 2, 0.25, 0);
        INSERT INTO latestMetric VALUES (1, 1, 10, 2, 0.25, 0);
        INSERT INTO dataset VALUES (1, 0, 'holdout', '12345678', 'http', '{}', NULL, NULL);
        INSERT INTO datasetInput VALUES (1, 1, 1);
        INSERT INTO datasetInputTag VALUES (1, 'mlflow.data.context', 'eval');
        INSERT INTO runModelInput VALUES (1, 1, 'm-0');
        INSERT INTO runModelOutput VALUES (1, 1, 'm-1', 1);
        INSERT INTO loggedModel VALUES (1, 'm-1', 0, 'model', '', 'r1', 2, 'active', 3, 4,
            'mlflow-artifacts:/0/models/m-1/artifacts', 'anonymous');
        INSERT INTO loggedModelTag VALUES (1, 'key', 'value');
        INSERT INTO loggedModelParam VALUES (1, 'key', 'value');
        INSERT INTO loggedModelMetric VALUES (1, 1, 1, 1, 9, 1, 0.5, 0, '', '');
        INSERT INTO file VALUES ('run', 'r1', 'notes.txt', '000102030405060708090a0b0c0d0e0f', 5, zeroblob(32), 'anonymous');
        """

    private static let governance = """
        INSERT INTO policy VALUES (1, 'credit', '1', zeroblob(32), x'61', x'7b7d', 5, 'user-1', 'ana');
        INSERT INTO evidence VALUES (1, 'evidence-1', zeroblob(32), zeroblob(32), 'recomputed', x'7b7d', 'key', 'job-1', 5);
        INSERT INTO evidenceJob VALUES (1, 'job-1', zeroblob(32), zeroblob(32), 'loans', 1, x'7b7d', 'done', 1, NULL, NULL, NULL, 0,
            'evidence-1', 5, 6);
        INSERT INTO promotionRequest VALUES (1, 'q-1', 'loans', 1, zeroblob(32), 'promote', 'stage Production', 'open', 'incomplete',
            x'7b7d', 1, 'user-1', 'ana', 5, 6);
        INSERT INTO approval VALUES (1, 'approval-1', 'q-1', 'user-1', 'ana', '', x'7b7d', 5, 9, 'standing');
        INSERT INTO adoption VALUES ('version-1', 'loans', 1, zeroblob(32), 'user-1', 'ana', 5);
        INSERT INTO placement VALUES ('version-1', 'stage Production', zeroblob(32), 'pass', x'7b7d', 'q-1', 'entry-1', 5);
        """
}
