// Package s3 keeps audit trails in a bucket of Amazon S3, or of a server that speaks its protocol: a [deliver.Sink] that
// stores each batch as one object, which is created only if it does not exist yet (If-None-Match: *). That condition is
// the compare-and-set of package deliver: of two processes that hold one place, the one that comes second stores nothing.
//
//	<prefix>/_auditlogs.json                             version and format of the layout
//	<prefix>/log=<name of the source>/<number>.jsonl.gz  a batch, or .parquet: see WithParquet
//	<prefix>/_places/log=<name>/<number>-<commit>.json   places that are too long for the metadata of an object
//
// The number of a batch has 20 digits, so that the order of keys is that of commits. log=… is a Hive partition: DuckDB,
// Athena and Spark read the folder as one table. README.md shows how, and describes each column.
//
// The place of a source is in the metadata of its last object, which is found again by listing. So the last object of a
// source must never be deleted, nor moved by a lifecycle rule to where its metadata is not: a source whose objects are
// all gone begins anew.
package s3
