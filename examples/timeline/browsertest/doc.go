// Package browsertest tests the page of examples/timeline in Chromium. It is a separate module because of the library
// that controls the browser.
//
// Without Chromium the tests are skipped, or fail if AUDITLOGS_INTEROP=required. With -screenshot FILE the test writes
// a picture of the page with made-up records:
//
//	go test -run TestPage . -screenshot ../../../docs/images/timeline.png
package browsertest
