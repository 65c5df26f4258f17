// Package auditlogs reads the audit logs of five services: Waldur, Huawei Cloud EDS, Akinon Commerce, Elastic Path
// Commerce Cloud and Cisco ThousandEyes. All five are listed, resumed and followed in the same way, and with the same
// promise: every record exactly once, or an error that says why.
//
//	client, err := auditlogs.NewClient(
//		auditlogs.WithThousandEyes(auditlogs.ThousandEyesURL, auditlogs.StaticToken(token)),
//	)
//	if err != nil {
//		return err
//	}
//	for event, err := range client.UserEvents.All(ctx, auditlogs.UserEventFilter{Since: yesterday}) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(event.Date, event.User, event.Event)
//	}
//
// # The five APIs
//
// A [Client] has one field per API. A service whose API was not configured answers every call with [ErrNotConfigured].
//
//	Field             Type                       Service         Option            Record           Largest page
//	DataAccessLogs    *DataAccessLogsService     Waldur          WithWaldur        DataAccessLog    300
//	DataAssetLogs     *DataAssetLogsService      Huawei EDS      WithHuaweiEDS     DataAssetLog     999
//	AuditEvents       *AuditEventsService        Akinon          WithAkinon        AuditEvent       undocumented
//	PersonalDataLogs  *PersonalDataLogsService   Elastic Path    WithElasticPath   PersonalDataLog  100
//	UserEvents        *UserEventsService         ThousandEyes    WithThousandEyes  UserEvent        the server chooses
//
// [FromEnv] configures the APIs that the environment names. A base URL may have a path prefix; the client joins its paths to
// it.
//
// A record is a plain struct with every documented field. Values that are not documented are kept, free-form objects are a
// [encoding/json.RawMessage], and Raw is the record exactly as it came. Encoding a record with encoding/json gives that
// form back, but for bytes that are not UTF-8: fields and JSON have the replacement character in their place. Key is a
// record's identity: the API's id or, for [UserEvent], which has none, a digest of its content and [UserEvent.Ordinal].
//
// # Tokens
//
// Each API takes its credential from a [TokenSource]: [StaticToken], [TokenFile], a login ([WaldurLogin], [HuaweiIAM],
// [AkinonLogin], [ElasticPathCredentials]), [FromOAuth2], or a type of your own. [Client.Preflight] says what is wrong with an
// address, a credential or a permission. The client caches the [Token] until shortly before it expires, and
// fetches it once even if many requests wait for it. After a 401 it fetches another token and, if that one differs, repeats
// the request once. Logins use the client's own connections and obey the same rules. A login that fails is repeated, as
// [RetryPolicy] says, if that can lock no account: one with client credentials, and any other for which no connection was
// made. A refused one is never repeated, because servers lock accounts after a few bad logins.
//
// [HuaweiAKSK] gives no token but signs each request to Huawei with an access key. A refused signature is never repeated.
//
// The client sends a credential to the configured origin and nowhere else. It does not follow redirects to another origin,
// and takes only the query string from a next link, which it sends to the configured base URL. It refuses http:// for hosts
// other than loopback, unless [WithInsecureHTTP] allows it. An OAuth source of yours uses its own connections, and rules. Tokens
// and their sources do not show their secrets to packages fmt, log/slog, encoding/json and encoding/xml.
//
// # Listing
//
// Every service lists in three tiers over one loop:
//
//   - List reads one [Page]. Usually that is one request.
//   - Pages ranges over all pages, each with the [Cursor] that leads on.
//   - All ranges over all records. [Items] does the same with pages, and [Collect] gathers a given number of records.
//
// Nothing is sent before the range begins, ranging twice reads twice, and break stops at once. An error comes once, last,
// after every record that was read before it. The filter is never changed.
//
// Since is inclusive and Until exclusive, to the nanosecond: where an API is coarser, the client asks for more and trims. A
// listing without Until ends at the server's own time at the first request. Records come in the API's order, newest first
// where the client can choose.
//
// Logs change while they are read: rows are added at the head and purged at the tail, so that ordinary pagers skip some
// rows and repeat others. Pages and All deliver exactly once every record that is in the range and visible when the listing
// begins, unless it is deleted before the listing gets to it. For that, each request overlaps the rows that were already read,
// and an answer is accepted only if it shows that no row slipped through between. ThousandEyes is read by its own cursor, which
// is trusted within one listing of the server's. Where an API makes the promise impossible, the listing ends with an
// [*IncompleteError] after everything that could be read, never in silence. An order of your own that is not by time gives
// the promise up.
//
// PageSize of [ListOptions] sets how many rows a request asks for; unless set, that is the largest page that the API allows.
// Prefetch reads pages ahead while you work on one; order, errors and cursors stay the same.
//
// Errors before anything is sent: [ErrNotConfigured], [ErrNoSource], [ErrInvalidFilter], [ErrInvalidCursor] and
// [ErrCursorMismatch]. Errors of requests: see "Errors" below.
//
// # Into a store
//
// Package deliver takes sources to a file or a database, every event once: a finished range, what is new since last time,
// what is new until the context ends, or a long range in windows. It keeps the place with the events.
//
// # Resuming and following
//
// To keep the place yourself, store [Page.Next] with the page. To go on, in this process or in another, set it as the filter's
// Cursor. After the last page it is empty, and an empty cursor begins again: so store also that the range is done.
//
//	if done {
//		return nil
//	}
//	filter.Cursor = saved
//	for page, err := range client.DataAccessLogs.Pages(ctx, filter) {
//		if err != nil {
//			return err
//		}
//		if err := store(page.Items, page.Next, page.Next == ""); err != nil {
//			return err
//		}
//	}
//
// A store that takes records and cursor in one step, or that knows Key, gets every record exactly once; any other gets it at
// least once. A cursor is opaque text without a URL or a secret. It belongs to one API and one filter: with another one it
// is [ErrCursorMismatch], and a damaged cursor is [ErrInvalidCursor]. PageSize and Prefetch may differ from before.
//
// Follow does not end by itself. It polls, and gives a page at the end of every poll, an empty one if nothing is new. A zero
// Since begins at the server's now; an Until is [ErrInvalidFilter]. A record that appears late is delivered once if it does so
// within the time that [FollowOptions] gives. The last page of a poll has CaughtUp: all that was visible up to the poll's end
// has been given. The server's now is the Date of its answers. A Date that jumps ahead is not
// believed at once, so that no record is skipped because one clock is wrong.
//
// [ErrUnauthorized], [ErrForbidden], [ErrNotFound], [ErrInvalidRequest] and an [*IncompleteError] end Follow. It retries
// after every other failure, and reports each through Hooks.OnRetry and the log. If polls fail in a row for longer than
// Patience of FollowOptions, 1 hour unless set, Follow ends with the last error. No wait is longer than 10 minutes, or than
// Interval if that is longer, whatever the API asks for. Unreadable of FollowOptions lets Follow go on past records that
// cannot be read.
//
// [PersonalDataLogsService.AllRelated] reads the logs of an Elastic Path resource and of what is related to it.
//
// # One trail across services
//
// AsEvent makes an [Event] of any record: who did what, when, to what. A [Source] is one log as events. Every service makes
// one of a filter, and [Client.Sources] gives those that need no filter. [DataAssetLogsService.AllConnectors] is one source of
// the logs of all connectors of an instance, and [PersonalDataLogsService.SourceOf] one of the logs of several resources.
// [DataAssetLogsService.Connectors] lists the connectors. [Merge] is one timeline of any number of sources, and
// [FollowAll] follows them at once; without any source, both give [ErrNoSource]. [Named] gives a source another name, so that
// two tenants of one API can be read together. A source may be added whenever they continue, and [Without] removes one from
// a cursor. Records and events print and log as one
// short line that says when, who, what and to what, and has nothing else of the record; their fields and their JSON are complete.
//
// # Errors
//
// Every answer that is not a success is an [*APIError], JSON or not. errors.Is knows its kind: [ErrUnauthorized],
// [ErrForbidden], [ErrNotFound], [ErrRateLimited], [ErrInvalidRequest] or [ErrServer], for Huawei too, which answers nearly
// everything with 400. A filter that the API would refuse or misread is a [*FilterError] ([ErrInvalidFilter]) before
// anything is sent, and bad options are each a [*ConfigError] ([ErrInvalidConfig]). An answer that cannot be read is a
// [*DecodeError], one that is larger than [WithMaxBodyBytes] allows is [ErrBodyTooLarge], and a call without an answer is a
// [*TransportError]. An [*IncompleteError] may be [ErrCursorLoop] or [ErrOffsetLimit].
//
// No message holds a URL, a query, a header or a token.
//
// # Retries and limits
//
// Reads and [DataAccessLogsService.Delete] are repeated after 408, 429, 5xx (but for 501 and 505), broken connections,
// timeouts and bodies that end early, as [RetryPolicy] says. If the context ends during that, the error is both the
// context's and that of the attempt that failed. The client keeps a wait that the API asks for, but never one longer than
// MaxWait: then the [*APIError] comes at once, with RetryAfter. [WithRateLimit] spaces the requests to each API evenly, and
// [WithLimiter] lets clients share one budget. The client obeys the limit that ThousandEyes reports without it. Each attempt has 30 seconds, or the timeout of
// [WithHTTPClient]. After a timeout, idle connections are closed, because the peer may be gone. Answers are bounded to 32
// MiB after decompression.
//
// # Concurrency
//
// A Client is immutable and safe for concurrent use. So are all methods; an iterator belongs to the goroutine that ranges
// over it. Contexts end waits and requests at once.
//
// # Hooks and log
//
// [WithHooks] calls functions for every attempt, retry and page, for metrics and traces. [WithLogger] logs attempts at
// Debug and retries at Warn; nothing is logged unless it is set, or AUDITLOGS_DEBUG for
// [FromEnv]. OnCall of [Hooks] spans an operation with all its attempts,
// [JoinHooks] makes one value of several, and package github.com/auditlogs/auditlogs-go/otel reports to OpenTelemetry.
// [WithHTTPClient] carries proxies, TLS settings and tracing transports.
//
// Package [github.com/auditlogs/auditlogs-go/auditlogtest] is a server for tests that speaks all five APIs.
package auditlogs
