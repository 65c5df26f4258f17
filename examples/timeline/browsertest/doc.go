// Package browsertest tries the page of examples/timeline in Chromium. It is a module of its own for the sake of the library
// that drives the browser.
//
// Without Chromium the tests are skipped, or fail where AUDITLOGS_INTEROP=required. With -screenshot FILE a picture of the
// page with made-up records is written:
//
//	go test -run TestPage . -screenshot ../../../docs/images/timeline.png
package browsertest
