// Package deliver takes audit logs to where they are kept: every event exactly once, or an error that says why.
//
// A page of events and the place behind it are committed in one step, and only if the source is still at the place from
// which the page was read. So whoever holds an old place stores nothing: not a process that crashed and was started again,
// not one that did not hear the answer to its commit, not a second one, not one that was paused and wakes up.
//
//   - [List] delivers one finished range, once.
//   - [CatchUp] delivers what is new since last time, late arrivals included, and stops: the job for cron.
//   - [Follow] does not stop.
//   - [Backfill] delivers a long range in windows, several at once, each of which can be resumed.
//
// The events go into a [Sink]. [OpenFile] is one of lines of JSON; the modules below sink/ store in SQLite, PostgreSQL and
// S3; package delivertest helps to write others.
package deliver
