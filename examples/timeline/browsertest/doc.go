// Package browsertest tests the page of examples/timeline in Chromium, on a wide screen and on a phone, light and dark. It is a
// separate module because of the library that controls the browser.
//
// Without Chromium the tests are skipped, or fail if AUDITLOGS_INTEROP=required. With -screenshots FOLDER there are pictures of
// the page with made-up records:
//
//	go test -run TestPictures . -screenshots ../../../docs/images
package browsertest
