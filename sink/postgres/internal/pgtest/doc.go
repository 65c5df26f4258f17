// Package pgtest runs a PostgreSQL server of its own for tests: from the programs that are installed on the machine, with
// its data in a temporary directory, on a Unix socket in there, and with fsync as in production. Every test gets a
// database of its own.
package pgtest
