BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0584bdc529eb');
CREATE TABLE "datasets" (
	dataset_uuid VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(500) NOT NULL, 
	digest VARCHAR(36) NOT NULL, 
	dataset_source_type VARCHAR(36) NOT NULL, 
	dataset_source TEXT NOT NULL, 
	dataset_schema TEXT, 
	dataset_profile TEXT, 
	CONSTRAINT dataset_pk PRIMARY KEY (experiment_id, name, digest), 
	CONSTRAINT fk_datasets_experiment_id_experiments FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
INSERT INTO "datasets" VALUES('f454fb027cbd45b1bbf6f210f642b8b2',1,'loans-train','d1g35t','local','{"uri": "data/train.csv"}','{"mlflow_colspec": []}','{"num_rows": 3}');
INSERT INTO "datasets" VALUES('b702ec8833c549b8a9ecd2b7d60f2404',1,'loans-eval','0001','code','{"tags": {}}',NULL,NULL);
CREATE TABLE experiment_tags (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	experiment_id INTEGER NOT NULL, 
	CONSTRAINT experiment_tag_pk PRIMARY KEY ("key", experiment_id), 
	FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
INSERT INTO "experiment_tags" VALUES('team','credit risk',1);
INSERT INTO "experiment_tags" VALUES('mlflow.note.content','Zahlen für März
zweite Zeile',1);
CREATE TABLE experiments (
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	artifact_location VARCHAR(256), 
	lifecycle_stage VARCHAR(32), creation_time BIGINT, last_update_time BIGINT, 
	CONSTRAINT experiment_pk PRIMARY KEY (experiment_id), 
	CONSTRAINT experiments_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
	UNIQUE (name)
);
INSERT INTO "experiments" VALUES(0,'Default','/tmp/assay-import-fixture/mlruns/0','active',1795625175780,1795625175780);
INSERT INTO "experiments" VALUES(1,'loans','/tmp/assay-import-fixture/2.22/artifacts/loans','active',1795625175812,1795625175812);
INSERT INTO "experiments" VALUES(2,'gone','/tmp/assay-import-fixture/2.22/artifacts/gone','deleted',1795625176644,1795625176734);
CREATE TABLE input_tags (
	input_uuid VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	value VARCHAR(500) NOT NULL, 
	CONSTRAINT input_tags_pk PRIMARY KEY (input_uuid, name)
);
INSERT INTO "input_tags" VALUES('ec76d762e1cc4d978534614f6935a555','mlflow.data.context','training');
INSERT INTO "input_tags" VALUES('ec76d762e1cc4d978534614f6935a555','split','a');
INSERT INTO "input_tags" VALUES('f4144be535ca4b9b913e7165295fafc5','mlflow.data.context','validation');
CREATE TABLE inputs (
	input_uuid VARCHAR(36) NOT NULL, 
	source_type VARCHAR(36) NOT NULL, 
	source_id VARCHAR(36) NOT NULL, 
	destination_type VARCHAR(36) NOT NULL, 
	destination_id VARCHAR(36) NOT NULL, 
	CONSTRAINT inputs_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id)
);
INSERT INTO "inputs" VALUES('ec76d762e1cc4d978534614f6935a555','DATASET','f454fb027cbd45b1bbf6f210f642b8b2','RUN','f395d6732deb48b49e61bab3a2c565e1');
INSERT INTO "inputs" VALUES('8bd4d266d0d34a1cb7d02a14d7b94d11','DATASET','b702ec8833c549b8a9ecd2b7d60f2404','RUN','f395d6732deb48b49e61bab3a2c565e1');
INSERT INTO "inputs" VALUES('f4144be535ca4b9b913e7165295fafc5','DATASET','f454fb027cbd45b1bbf6f210f642b8b2','RUN','7a113dcfcf734958bc379a7023ad6cbb');
CREATE TABLE "latest_metrics" (
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT NOT NULL, 
	timestamp BIGINT, 
	step BIGINT NOT NULL, 
	is_nan BOOLEAN NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT latest_metric_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid), 
	CHECK (is_nan IN (0, 1))
);
INSERT INTO "latest_metrics" VALUES('loss',0.04,1700000000240,24,0,'f395d6732deb48b49e61bab3a2c565e1');
INSERT INTO "latest_metrics" VALUES('odd values',0.1,1700000000006,0,0,'f395d6732deb48b49e61bab3a2c565e1');
INSERT INTO "latest_metrics" VALUES('repeated',0.5,1700000000001,1,0,'f395d6732deb48b49e61bab3a2c565e1');
INSERT INTO "latest_metrics" VALUES('backwards',3.0,1700000000003,3,0,'f395d6732deb48b49e61bab3a2c565e1');
INSERT INTO "latest_metrics" VALUES('val/acc.0 1',0.75,1700000000000,1099511627776,0,'f395d6732deb48b49e61bab3a2c565e1');
INSERT INTO "latest_metrics" VALUES('ends in NaN',0.0,1700000000000,2,1,'f395d6732deb48b49e61bab3a2c565e1');
INSERT INTO "latest_metrics" VALUES('loss',0.25,1700000000005,7,0,'7a113dcfcf734958bc379a7023ad6cbb');
INSERT INTO "latest_metrics" VALUES('m',1.0,1700000000000,0,0,'a2e059e6bbf64b58b800a0249c542ce6');
CREATE TABLE "metrics" (
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT NOT NULL, 
	timestamp BIGINT NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	step BIGINT DEFAULT '0' NOT NULL, 
	is_nan BOOLEAN DEFAULT '0' NOT NULL, 
	CONSTRAINT metric_pk PRIMARY KEY ("key", timestamp, step, run_uuid, value, is_nan), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid), 
	CHECK (is_nan IN (0, 1))
);
INSERT INTO "metrics" VALUES('loss',1.0,1700000000000,'f395d6732deb48b49e61bab3a2c565e1',0,0);
INSERT INTO "metrics" VALUES('loss',0.5,1700000000010,'f395d6732deb48b49e61bab3a2c565e1',1,0);
INSERT INTO "metrics" VALUES('loss',3.33333333333333314829e-01,1700000000020,'f395d6732deb48b49e61bab3a2c565e1',2,0);
INSERT INTO "metrics" VALUES('loss',0.25,1700000000030,'f395d6732deb48b49e61bab3a2c565e1',3,0);
INSERT INTO "metrics" VALUES('loss',0.2,1700000000040,'f395d6732deb48b49e61bab3a2c565e1',4,0);
INSERT INTO "metrics" VALUES('loss',1.66666666666666657414e-01,1700000000050,'f395d6732deb48b49e61bab3a2c565e1',5,0);
INSERT INTO "metrics" VALUES('loss',1.42857142857142849212e-01,1700000000060,'f395d6732deb48b49e61bab3a2c565e1',6,0);
INSERT INTO "metrics" VALUES('loss',0.125,1700000000070,'f395d6732deb48b49e61bab3a2c565e1',7,0);
INSERT INTO "metrics" VALUES('loss',1.11111111111111104943e-01,1700000000080,'f395d6732deb48b49e61bab3a2c565e1',8,0);
INSERT INTO "metrics" VALUES('loss',0.1,1700000000090,'f395d6732deb48b49e61bab3a2c565e1',9,0);
INSERT INTO "metrics" VALUES('loss',9.09090909090909116141e-02,1700000000100,'f395d6732deb48b49e61bab3a2c565e1',10,0);
INSERT INTO "metrics" VALUES('loss',8.33333333333333287074e-02,1700000000110,'f395d6732deb48b49e61bab3a2c565e1',11,0);
INSERT INTO "metrics" VALUES('loss',7.6923076923076927347e-02,1700000000120,'f395d6732deb48b49e61bab3a2c565e1',12,0);
INSERT INTO "metrics" VALUES('loss',7.14285714285714246063e-02,1700000000130,'f395d6732deb48b49e61bab3a2c565e1',13,0);
INSERT INTO "metrics" VALUES('loss',6.66666666666666657414e-02,1700000000140,'f395d6732deb48b49e61bab3a2c565e1',14,0);
INSERT INTO "metrics" VALUES('loss',0.0625,1700000000150,'f395d6732deb48b49e61bab3a2c565e1',15,0);
INSERT INTO "metrics" VALUES('loss',5.8823529411764705066e-02,1700000000160,'f395d6732deb48b49e61bab3a2c565e1',16,0);
INSERT INTO "metrics" VALUES('loss',5.55555555555555524716e-02,1700000000170,'f395d6732deb48b49e61bab3a2c565e1',17,0);
INSERT INTO "metrics" VALUES('loss',5.26315789473684181309e-02,1700000000180,'f395d6732deb48b49e61bab3a2c565e1',18,0);
INSERT INTO "metrics" VALUES('loss',0.05,1700000000190,'f395d6732deb48b49e61bab3a2c565e1',19,0);
INSERT INTO "metrics" VALUES('loss',4.76190476190476164042e-02,1700000000200,'f395d6732deb48b49e61bab3a2c565e1',20,0);
INSERT INTO "metrics" VALUES('loss',4.5454545454545455807e-02,1700000000210,'f395d6732deb48b49e61bab3a2c565e1',21,0);
INSERT INTO "metrics" VALUES('loss',4.34782608695652161845e-02,1700000000220,'f395d6732deb48b49e61bab3a2c565e1',22,0);
INSERT INTO "metrics" VALUES('loss',4.16666666666666643537e-02,1700000000230,'f395d6732deb48b49e61bab3a2c565e1',23,0);
INSERT INTO "metrics" VALUES('loss',0.04,1700000000240,'f395d6732deb48b49e61bab3a2c565e1',24,0);
INSERT INTO "metrics" VALUES('odd values',0.0,1700000000000,'f395d6732deb48b49e61bab3a2c565e1',0,1);
INSERT INTO "metrics" VALUES('odd values',1.79769313486231562234e+308,1700000000001,'f395d6732deb48b49e61bab3a2c565e1',0,0);
INSERT INTO "metrics" VALUES('odd values',-1.79769313486231562234e+308,1700000000002,'f395d6732deb48b49e61bab3a2c565e1',0,0);
INSERT INTO "metrics" VALUES('odd values',0.0,1700000000003,'f395d6732deb48b49e61bab3a2c565e1',0,0);
INSERT INTO "metrics" VALUES('odd values',4.94065645841247e-324,1700000000004,'f395d6732deb48b49e61bab3a2c565e1',0,0);
INSERT INTO "metrics" VALUES('odd values',1.79769313486231562234e+308,1700000000005,'f395d6732deb48b49e61bab3a2c565e1',0,0);
INSERT INTO "metrics" VALUES('odd values',0.1,1700000000006,'f395d6732deb48b49e61bab3a2c565e1',0,0);
INSERT INTO "metrics" VALUES('repeated',1.0,1700000000000,'f395d6732deb48b49e61bab3a2c565e1',1,0);
INSERT INTO "metrics" VALUES('repeated',2.0,1700000000000,'f395d6732deb48b49e61bab3a2c565e1',1,0);
INSERT INTO "metrics" VALUES('repeated',0.5,1700000000001,'f395d6732deb48b49e61bab3a2c565e1',1,0);
INSERT INTO "metrics" VALUES('backwards',3.0,1700000000003,'f395d6732deb48b49e61bab3a2c565e1',3,0);
INSERT INTO "metrics" VALUES('backwards',1.0,1700000000009,'f395d6732deb48b49e61bab3a2c565e1',-1,0);
INSERT INTO "metrics" VALUES('val/acc.0 1',0.75,1700000000000,'f395d6732deb48b49e61bab3a2c565e1',1099511627776,0);
INSERT INTO "metrics" VALUES('ends in NaN',0.5,1700000000000,'f395d6732deb48b49e61bab3a2c565e1',1,0);
INSERT INTO "metrics" VALUES('ends in NaN',0.0,1700000000000,'f395d6732deb48b49e61bab3a2c565e1',2,1);
INSERT INTO "metrics" VALUES('loss',0.25,1700000000005,'7a113dcfcf734958bc379a7023ad6cbb',7,0);
INSERT INTO "metrics" VALUES('m',1.0,1700000000000,'a2e059e6bbf64b58b800a0249c542ce6',0,0);
CREATE TABLE model_version_tags (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	name VARCHAR(256) NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT model_version_tag_pk PRIMARY KEY ("key", name, version), 
	FOREIGN KEY(name, version) REFERENCES model_versions (name, version) ON UPDATE cascade
);
INSERT INTO "model_version_tags" VALUES('stage','draft','loan-approval',1);
INSERT INTO "model_version_tags" VALUES('checked','ja','loan-approval',3);
CREATE TABLE "model_versions" (
	name VARCHAR(256) NOT NULL, 
	version INTEGER NOT NULL, 
	creation_time BIGINT, 
	last_updated_time BIGINT, 
	description VARCHAR(5000), 
	user_id VARCHAR(256), 
	current_stage VARCHAR(20), 
	source VARCHAR(500), 
	run_id VARCHAR(32), 
	status VARCHAR(20), 
	status_message VARCHAR(500), 
	run_link VARCHAR(500), storage_location VARCHAR(500), 
	CONSTRAINT model_version_pk PRIMARY KEY (name, version), 
	FOREIGN KEY(name) REFERENCES registered_models (name) ON UPDATE CASCADE
);
INSERT INTO "model_versions" VALUES('loan-approval',1,1795625176878,1795625177229,'the first',NULL,'Archived','/tmp/assay-import-fixture/2.22/artifacts/loans/f395d6732deb48b49e61bab3a2c565e1/artifacts/model','f395d6732deb48b49e61bab3a2c565e1','READY',NULL,NULL,'/tmp/assay-import-fixture/2.22/artifacts/loans/f395d6732deb48b49e61bab3a2c565e1/artifacts/model');
INSERT INTO "model_versions" VALUES('loan-approval',2,1795625176924,1795625177005,NULL,NULL,'Deleted_Internal','REDACTED-SOURCE-PATH','REDACTED-RUN-ID','READY',NULL,'REDACTED-RUN-LINK','/tmp/assay-import-fixture/2.22/artifacts/loans/f395d6732deb48b49e61bab3a2c565e1/artifacts/model');
INSERT INTO "model_versions" VALUES('loan-approval',3,1795625177076,1795625177282,NULL,NULL,'Production','runs:/f395d6732deb48b49e61bab3a2c565e1/model','f395d6732deb48b49e61bab3a2c565e1','READY',NULL,'https://runs.example/1','runs:/f395d6732deb48b49e61bab3a2c565e1/model');
INSERT INTO "model_versions" VALUES('loan-approval',4,1795625177108,1795625177350,NULL,NULL,'Staging','s3://models.example/loans/4','7a113dcfcf734958bc379a7023ad6cbb','READY',NULL,NULL,'s3://models.example/loans/4');
INSERT INTO "model_versions" VALUES('loan-approval',5,1795625177176,1795625177176,'its files are not there',NULL,'None','/tmp/assay-import-fixture/2.22/artifacts/loans/7a113dcfcf734958bc379a7023ad6cbb/artifacts/model','7a113dcfcf734958bc379a7023ad6cbb','READY',NULL,NULL,'/tmp/assay-import-fixture/2.22/artifacts/loans/7a113dcfcf734958bc379a7023ad6cbb/artifacts/model');
INSERT INTO "model_versions" VALUES('loan-approval',6,1795625177540,1795625177604,NULL,NULL,'Deleted_Internal','REDACTED-SOURCE-PATH','REDACTED-RUN-ID','READY',NULL,'REDACTED-RUN-LINK','/tmp/assay-import-fixture/2.22/artifacts/loans/f395d6732deb48b49e61bab3a2c565e1/artifacts/model');
INSERT INTO "model_versions" VALUES('new name',1,1795625177676,1795625177728,NULL,NULL,'None','/tmp/assay-import-fixture/2.22/artifacts/loans/f395d6732deb48b49e61bab3a2c565e1/artifacts/model','f395d6732deb48b49e61bab3a2c565e1','READY',NULL,NULL,'/tmp/assay-import-fixture/2.22/artifacts/loans/f395d6732deb48b49e61bab3a2c565e1/artifacts/model');
CREATE TABLE "params" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000) NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT param_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
INSERT INTO "params" VALUES('depth','3','f395d6732deb48b49e61bab3a2c565e1');
INSERT INTO "params" VALUES('lr','0.1','f395d6732deb48b49e61bab3a2c565e1');
INSERT INTO "params" VALUES('text','two
lines, ''quotes'' and "more"','f395d6732deb48b49e61bab3a2c565e1');
INSERT INTO "params" VALUES('päram/x','üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü','f395d6732deb48b49e61bab3a2c565e1');
INSERT INTO "params" VALUES('depth','4','b82d2025437a46cb9d50b142484ad4d3');
CREATE TABLE registered_model_aliases (
	alias VARCHAR(256) NOT NULL, 
	version INTEGER NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	CONSTRAINT registered_model_alias_pk PRIMARY KEY (name, alias), 
	CONSTRAINT registered_model_alias_name_fkey FOREIGN KEY(name) REFERENCES registered_models (name) ON DELETE cascade ON UPDATE cascade
);
INSERT INTO "registered_model_aliases" VALUES('champion',3,'loan-approval');
INSERT INTO "registered_model_aliases" VALUES('Challenger_2',4,'loan-approval');
CREATE TABLE registered_model_tags (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(5000), 
	name VARCHAR(256) NOT NULL, 
	CONSTRAINT registered_model_tag_pk PRIMARY KEY ("key", name), 
	FOREIGN KEY(name) REFERENCES registered_models (name) ON UPDATE cascade
);
INSERT INTO "registered_model_tags" VALUES('owner','credit risk','loan-approval');
CREATE TABLE registered_models (
	name VARCHAR(256) NOT NULL, 
	creation_time BIGINT, 
	last_updated_time BIGINT, 
	description VARCHAR(5000), 
	CONSTRAINT registered_model_pk PRIMARY KEY (name), 
	UNIQUE (name)
);
INSERT INTO "registered_models" VALUES('loan-approval',1795625176808,1795625177604,'Wer bekommt Kredit?');
INSERT INTO "registered_models" VALUES('new name',1795625177652,1795625177728,NULL);
INSERT INTO "registered_models" VALUES('without versions',1795625177792,1795625177792,'');
CREATE TABLE "runs" (
	run_uuid VARCHAR(32) NOT NULL, 
	name VARCHAR(250), 
	source_type VARCHAR(20), 
	source_name VARCHAR(500), 
	entry_point_name VARCHAR(50), 
	user_id VARCHAR(256), 
	status VARCHAR(9), 
	start_time BIGINT, 
	end_time BIGINT, 
	source_version VARCHAR(50), 
	lifecycle_stage VARCHAR(20), 
	artifact_uri VARCHAR(200), 
	experiment_id INTEGER, deleted_time BIGINT, 
	CONSTRAINT run_pk PRIMARY KEY (run_uuid), 
	CONSTRAINT runs_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
	CONSTRAINT source_type CHECK (source_type IN ('NOTEBOOK', 'JOB', 'LOCAL', 'UNKNOWN', 'PROJECT')), 
	FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CHECK (status IN ('SCHEDULED', 'FAILED', 'FINISHED', 'RUNNING', 'KILLED'))
);
INSERT INTO "runs" VALUES('f395d6732deb48b49e61bab3a2c565e1','first','UNKNOWN','','','ana','FINISHED',1700000000000,1700000060000,'','active','/tmp/assay-import-fixture/2.22/artifacts/loans/f395d6732deb48b49e61bab3a2c565e1/artifacts',1,NULL);
INSERT INTO "runs" VALUES('7a113dcfcf734958bc379a7023ad6cbb','child','UNKNOWN','','','bo','FAILED',1700000000001,1700000000002,'','active','/tmp/assay-import-fixture/2.22/artifacts/loans/7a113dcfcf734958bc379a7023ad6cbb/artifacts',1,NULL);
INSERT INTO "runs" VALUES('b82d2025437a46cb9d50b142484ad4d3','deleted','UNKNOWN','','','unknown','KILLED',1700000000002,1700000000003,'','deleted','/tmp/assay-import-fixture/2.22/artifacts/loans/b82d2025437a46cb9d50b142484ad4d3/artifacts',1,1795625176497);
INSERT INTO "runs" VALUES('f3b405cf49df43b6af80dd021972d1f0','never ended','UNKNOWN','','','unknown','RUNNING',1700000000003,NULL,'','active','/tmp/assay-import-fixture/2.22/artifacts/loans/f3b405cf49df43b6af80dd021972d1f0/artifacts',1,NULL);
INSERT INTO "runs" VALUES('a2e059e6bbf64b58b800a0249c542ce6','in Default','UNKNOWN','','','unknown','FINISHED',1700000000004,1700000000004,'','active','/tmp/assay-import-fixture/mlruns/0/a2e059e6bbf64b58b800a0249c542ce6/artifacts',0,NULL);
INSERT INTO "runs" VALUES('481cd3cd550545c2a01f131f8c1419f6','goes along','UNKNOWN','','','unknown','RUNNING',1700000000005,NULL,'','deleted','/tmp/assay-import-fixture/2.22/artifacts/gone/481cd3cd550545c2a01f131f8c1419f6/artifacts',2,1795625176749);
CREATE TABLE "tags" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000), 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT tag_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
INSERT INTO "tags" VALUES('mlflow.user','ana','f395d6732deb48b49e61bab3a2c565e1');
INSERT INTO "tags" VALUES('größe','groß','f395d6732deb48b49e61bab3a2c565e1');
INSERT INTO "tags" VALUES('mlflow.runName','first','f395d6732deb48b49e61bab3a2c565e1');
INSERT INTO "tags" VALUES('compliance','GDPR','f395d6732deb48b49e61bab3a2c565e1');
INSERT INTO "tags" VALUES('empty','','f395d6732deb48b49e61bab3a2c565e1');
INSERT INTO "tags" VALUES('mlflow.parentRunId','f395d6732deb48b49e61bab3a2c565e1','7a113dcfcf734958bc379a7023ad6cbb');
INSERT INTO "tags" VALUES('mlflow.user','bo','7a113dcfcf734958bc379a7023ad6cbb');
INSERT INTO "tags" VALUES('mlflow.runName','child','7a113dcfcf734958bc379a7023ad6cbb');
INSERT INTO "tags" VALUES('mlflow.runName','deleted','b82d2025437a46cb9d50b142484ad4d3');
INSERT INTO "tags" VALUES('mlflow.runName','never ended','f3b405cf49df43b6af80dd021972d1f0');
INSERT INTO "tags" VALUES('mlflow.runName','in Default','a2e059e6bbf64b58b800a0249c542ce6');
INSERT INTO "tags" VALUES('mlflow.runName','goes along','481cd3cd550545c2a01f131f8c1419f6');
INSERT INTO "tags" VALUES('kept','yes','481cd3cd550545c2a01f131f8c1419f6');
CREATE TABLE trace_info (
	request_id VARCHAR(50) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	timestamp_ms BIGINT NOT NULL, 
	execution_time_ms BIGINT, 
	status VARCHAR(50) NOT NULL, 
	CONSTRAINT trace_info_pk PRIMARY KEY (request_id), 
	CONSTRAINT fk_trace_info_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
CREATE TABLE "trace_request_metadata" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000), 
	request_id VARCHAR(50) NOT NULL, 
	CONSTRAINT trace_request_metadata_pk PRIMARY KEY ("key", request_id), 
	CONSTRAINT fk_trace_request_metadata_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
CREATE TABLE "trace_tags" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000), 
	request_id VARCHAR(50) NOT NULL, 
	CONSTRAINT trace_tag_pk PRIMARY KEY ("key", request_id), 
	CONSTRAINT fk_trace_tags_request_id FOREIGN KEY(request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
);
CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid);
CREATE INDEX index_latest_metrics_run_uuid ON latest_metrics (run_uuid);
CREATE INDEX index_inputs_input_uuid ON inputs (input_uuid);
CREATE INDEX index_inputs_destination_type_destination_id_source_type ON inputs (destination_type, destination_id, source_type);
CREATE INDEX index_params_run_uuid ON params (run_uuid);
CREATE INDEX index_trace_info_experiment_id_timestamp_ms ON trace_info (experiment_id, timestamp_ms);
CREATE INDEX index_trace_tags_request_id ON trace_tags (request_id);
CREATE INDEX index_trace_request_metadata_request_id ON trace_request_metadata (request_id);
CREATE INDEX index_tags_run_uuid ON tags (run_uuid);
CREATE INDEX index_datasets_experiment_id_dataset_source_type ON datasets (experiment_id, dataset_source_type);
CREATE INDEX index_datasets_dataset_uuid ON datasets (dataset_uuid);
COMMIT;
