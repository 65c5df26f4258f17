// Command collect keeps audit logs in a file, every record once, however often it is stopped, killed and started again. The
// program of the module in stores/ is the same with SQLite, PostgreSQL and S3 as well.
//
// The environment configures the APIs, as auditlogs.FromEnv describes; -api chooses among them. Huawei EDS needs
// -eds-instance, and reads the connector of -eds-connector or else all; Elastic Path needs -elasticpath-resource type:id,
// which may be repeated, or a list with commas.
//
//	collect -since 30d -to file:audit.jsonl                         one range, once
//	collect -catch-up -to file:audit.jsonl                          what is new since the last time
//	collect -follow -to file:audit.jsonl                            the same without an end
//	collect -backfill 2y -parallel 8 -catch-up -to file:audit.jsonl what is old in windows, and then what is new
//	collect -since 24h | jq .actor.email                            a pipe
//
// A time is a duration back from now, a date such as 2026-10-01, which is its midnight in UTC, or one of RFC 3339, such as
// 2026-10-01T00:00:00Z. Durations have the units w (7 days), d (24 hours) and y (365 days) beside those of Go.
//
// # Stores
//
// A record and the place behind it are committed in one step, by package deliver. So a store that was written to its middle is
// whole, and the same command goes on from there. Lines are those of auditlogs.Event.MarshalJSON, which docs/events.md of
// the repository describes. file:PATH needs the file PATH.places beside it. It has one writer: a second program fails after
// a second. Other stores may have several; where two deliver the same log, one of them fails and says so.
//
// Standard output has no memory. It gets the lines if -to is "-", or if there is no -to and it is no terminal; nothing goes on
// from there, so -catch-up and -backfill refuse it. On a terminal and without -to, the lines go to a new file: audit.jsonl in
// the current folder, or for made-up records one in a new folder for temporary files. A summary says where.
//
// # One range
//
// Without -catch-up, -follow and -backfill, the range from -since to -until is delivered: without -since everything, without
// -until up to -lag before now, by the local clock, or to standard output up to the server's now. A store has one range,
// which the first run fixes; later runs go on with it, and do nothing once it is done. What is new behind it is for -catch-up
// and -follow. A record that becomes visible later than -lag after it happened is missed.
//
// # What is new
//
// -catch-up delivers what is new since the run before, and ends; -follow looks every -interval, and does not end. Both see
// records that become visible late, within -lag and -lookback, and both may take turns on one store. The first of them begins
// at -since, or now; behind a range it begins at the end of that. The store remembers that time, so -since counts once.
//
// -backfill delivers what is older, back to a time, in windows of -step, -parallel at once. Each can be resumed by itself.
// On a new store, following begins at -since or, without one, at the last whole step before now less -lag. Later runs may go
// back further, and never repeat: windows begin at whole steps.
//
// As jobs of cron and of systemd:
//
//	*/15 * * * *  collect -quiet -catch-up -to file:/var/lib/audit/audit.jsonl
//	systemd-run --unit=collect -p Restart=on-failure -p EnvironmentFile=/etc/audit.env collect -quiet -follow -to file:/var/lib/audit/audit.jsonl
//
// # Made-up records
//
// Without any flag and any variable that begins with AUDITLOGS_, or with -demo, it starts the test server of package
// auditlogtest with 10,000 made-up records, in its own process and without a socket, and delivers those. On standard output
// each line has a first member more, "demo":true; the source of each, there and in a store, begins with "demo ". They do not mix
// with real ones in one store. If there is a flag or such a variable, but no API, the configuration was lost: that is an
// error, and no file is created.
//
// # Exit status
//
//	0    all was delivered
//	1    something failed; a sentence on standard error says what. The other logs were delivered nevertheless
//	2    the flags are invalid; nothing was read
//	130  stopped by SIGINT or SIGTERM; what was committed stays
//
// The flags -o and -state of earlier releases are refused; the message says how to go on from their files.
package main

import "github.com/auditlogs/auditlogs-go/examples/internal/collect"

func main() { collect.Main(collect.Stores{"file": collect.File}) }
