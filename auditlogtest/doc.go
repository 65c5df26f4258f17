// Package auditlogtest is a server for tests of programs that read audit logs with
// [github.com/auditlogs/auditlogs-go]. It speaks all five APIs at one local address, keeps records in memory, and can be
// told to fail, to change its rows between two requests, and to differ from its documents as real servers do.
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
// The Add methods store records and Generate makes up realistic ones, the same for a seed on every run. The Delete methods
// and [Server.BeforeRequest] change rows while a client reads.
//
// # Failures
//
// [Server.Inject] lets requests fail: with a status, a broken connection, a body that ends early, or late.
// [Server.SetRateLimit] and [Server.RevokeTokens] refuse them. [Server.Requests] tells what was asked.
//
// # Where documents leave questions open
//
// Where the documents of a service are silent or contradict each other, the server takes the likelier reading, and
// [Quirks] the others.
//
// # Time
//
// With [InMemory] the server uses no socket and works inside a testing/synctest bubble, in which it has to be started and
// closed. [WithClock] gives it a time of its own.
package auditlogtest
