// Package auditlogtest provides a server for tests of programs that read audit logs with
// [github.com/auditlogs/auditlogs-go]. The server serves all five APIs at one local address and keeps records in memory.
// A test can make it fail, change its rows between two requests, and differ from its documents as real servers do.
//
//	func TestExport(t *testing.T) {
//		srv := auditlogtest.NewServer()
//		defer srv.Close()
//		srv.AddUserEvents(auditlogs.UserEvent{Date: day, Event: "Login failed.", User: "Jane Doe (jane@example.org)"})
//		srv.Inject(auditlogtest.Fault{API: auditlogtest.ThousandEyes, Status: 503})
//
//		client, err := auditlogs.NewClient(srv.Options()...)
//		if err != nil {
//			t.Fatal(err)
//		}
//		if n, err := export(t.Context(), client); n != 1 || err != nil {
//			t.Errorf("exported %d events, %v; want 1", n, err)
//		}
//	}
//
// # Records
//
// The Add methods store records. Generate stores realistic records that are the same on every run with the same seed. The
// Delete methods and [Server.BeforeRequest] change rows while a client reads.
//
// # Failures
//
// [Server.Inject] makes requests fail: with a status, a broken connection, a body that ends early, or a delay.
// [Server.SetRateLimit] and [Server.RevokeTokens] make the server refuse requests. [Server.Requests] returns the requests
// that were made.
//
// # Where documents leave questions open
//
// If the documents of a service are silent or contradict each other, the server follows the likelier reading. [Quirks]
// select the other readings.
//
// # Time
//
// With [InMemory] the server uses no socket and works inside a testing/synctest bubble. It must be started and closed
// inside that bubble. [WithClock] gives the server its own clock.
package auditlogtest
