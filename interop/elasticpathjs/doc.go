// Package elasticpathjs reads the same logs from package auditlogtest with Elastic Path's own client,
// @elasticpath/js-sdk from npm, and with the Go client, and compares them. It contains only tests.
//
// They need node and npm. npm ci installs what package-lock.json lists.
package elasticpathjs
