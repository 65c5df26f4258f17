// Package duckdbtest reads with DuckDB what package s3 stores. It is a module of its own, since DuckDB is a large library of C++
// that no user of the sink needs.
package duckdbtest
