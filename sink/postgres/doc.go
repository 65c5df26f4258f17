// Package postgres keeps audit logs in PostgreSQL: a sink of package deliver, on a pool of pgx that is handed in.
//
// A batch and the place behind it are stored by one statement, which changes nothing unless the source is still at the
// place before the batch. Nobody waits for a worker that is slow or paused: the statement runs when the server has all of it.
//
// README.md of this module documents the tables, what may be done with them, and what was measured.
package postgres
