// Package auditlogs reads the audit logs of five services: Waldur, Huawei Cloud EDS, Akinon Commerce, Elastic Path
// Commerce Cloud and Cisco ThousandEyes. They are listed, resumed and followed in one way, with one promise: every record
// exactly once, or an error that says why.
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
// A [Client] has one field per API. Those that were not configured answer every call with [ErrNotConfigured].
//
//	Field             Type                       Service         Option            Record           Largest page
//	DataAccessLogs    *DataAccessLogsService     Waldur          WithWaldur        DataAccessLog    300
//	DataAssetLogs     *DataAssetLogsService      Huawei EDS      WithHuaweiEDS     DataAssetLog     999
//	AuditEvents       *AuditEventsService        Akinon          WithAkinon        AuditEvent       undocumented
//	PersonalDataLogs  *PersonalDataLogsService   Elastic Path    WithElasticPath   PersonalDataLog  100
//	UserEvents        *UserEventsService         ThousandEyes    WithThousandEyes  UserEvent        the server chooses
//
// [FromEnv] configures those that the environment names. A base URL may carry a path prefix, to which paths are joined.
//
// A record is a plain struct with every documented field. Values that the documents do not know are kept, free-form
// objects are a [encoding/json.RawMessage], and Raw is the record exactly as it came; encoding a record with
// encoding/json gives that form back. Key is a record's identity: the API's id or, for [UserEvent], which has none, a
// digest of its content and [UserEvent.Ordinal].
//
// # Tokens
//
// Each API takes its credential from a [TokenSource]: [StaticToken], a login ([WaldurLogin], [HuaweiIAM], [AkinonLogin],
// [ElasticPathCredentials]), or a type of one's own. The client caches the [Token] until shortly before it expires, fetches
// it once however many requests wait for it, and after a 401 fetches another and, if that differs, repeats the request
// once. Logins go over the client's own connections and obey the same rules; they are never repeated, since servers lock
// accounts after a few bad ones.
//
// A credential is sent to the configured origin and nowhere else: redirects to another are not followed, and of a next
// link only the query is used. http:// is refused for hosts other than loopback, unless [WithInsecureHTTP] allows it.
// However tokens and their sources are printed, logged or encoded, their secrets do not show.
//
// # Listing
//
// Every service lists in three tiers over one loop:
//
//   - List reads one [Page]. Usually that is one request.
//   - Pages ranges over all pages, each with the [Cursor] that leads on.
//   - All ranges over all records. [Items] makes the same of pages, and [Collect] gathers a given number of records.
//
// Nothing is sent before the first range, ranging twice reads twice, and break stops at once. An error comes once, last,
// after every record that was read before it. The filter is never changed.
//
// Since is inclusive and Until exclusive, to the nanosecond: where an API is coarser, the client asks for more and trims. A
// listing without Until ends at the server's own time at the first request. Records come in the API's order, newest first
// where the client can choose.
//
// Logs change while they are read: rows are added at the head and purged at the tail, which makes ordinary pagers skip some
// rows and repeat others. Pages and All deliver every record that is in the asked range and visible when the listing begins
// exactly once, unless it is deleted before the listing gets to it. For that each request overlaps the rows already read,
// and an answer counts only if it shows that nothing slipped between. Where an API makes that impossible, the listing ends
// in an [*IncompleteError], never in silence. An order of the caller's own that is not by time gives the promise up.
//
// PageSize of [ListOptions] sets how many rows a request asks for, the largest page that the API allows unless set.
// Prefetch reads pages ahead while the caller works; order, errors and cursors stay the same.
//
// # Resuming and following
//
// Store [Page.Next] after the page was processed. To go on, in this process or in another, set it as the filter's Cursor:
//
//	filter.Cursor = saved
//	for page, err := range client.DataAccessLogs.Pages(ctx, filter) {
//		if err != nil {
//			return err
//		}
//		if err := store(page.Items, page.Next); err != nil {
//			return err
//		}
//	}
//
// A sink that stores rows and cursor together, or that knows Key, gets every record exactly once; any other gets it at
// least once. A cursor is opaque text without a URL or a secret. It belongs to one API and one filter: with another it is
// [ErrCursorMismatch], and a damaged one is [ErrInvalidCursor]. PageSize and Prefetch may differ from before.
//
// [PersonalDataLogsService.AllRelated] reads the logs of an Elastic Path resource and of what is related to it.
//
// Follow does not end by itself: it polls, and gives a page at the end of every poll, an empty one if nothing is new. See
// [FollowOptions] for how often, and for how late an event may become visible.
//
// # One trail across services
//
// AsEvent makes an [Event] of any record: who did what, when, to what. A [Source] is one log as events; every service makes
// one of a filter, and [Client.Sources] gives those that need none. [Merge] is one timeline of any number of them, and
// [FollowAll] follows them at once. Records and events print and log as one short line without secrets and personal values;
// their fields and their JSON are complete.
//
// # Errors
//
// Every answer that is not a success is an [*APIError], JSON or not. errors.Is tells its kind: [ErrUnauthorized],
// [ErrForbidden], [ErrNotFound], [ErrRateLimited], [ErrInvalidRequest] or [ErrServer], for Huawei too, which answers nearly
// everything with 400. A filter that the API would refuse or misread is a [*FilterError] ([ErrInvalidFilter]) before
// anything is sent, and bad options are each a [*ConfigError] ([ErrInvalidConfig]). An answer that cannot be read is a
// [*DecodeError], and a larger one than [WithMaxBodyBytes] allows is [ErrBodyTooLarge]. An [*IncompleteError] may be
// [ErrCursorLoop] or [ErrOffsetLimit].
//
// No message holds a URL, a query, a header or a token.
//
// # Retries and limits
//
// Reads and [DataAccessLogsService.Delete] are repeated after 408, 429, 5xx, broken connections, timeouts and bodies that
// end early, as [RetryPolicy] says. A wait that the API asks for is kept, but never one longer than MaxWait: then the
// [*APIError] comes at once, with RetryAfter. [WithRateLimit] spaces the requests to each API evenly; the limit that
// ThousandEyes reports is obeyed without it. Each attempt has 30 seconds, or the timeout of [WithHTTPClient]. Answers are
// bounded to 32 MiB after decompression.
//
// # Concurrency
//
// A Client is immutable and safe for concurrent use. So are all methods; an iterator belongs to the goroutine that ranges
// over it. Contexts end waits and requests at once.
//
// # Hooks and log
//
// [WithHooks] calls functions for every attempt, retry and page, for metrics and traces. [WithLogger] logs attempts at
// Debug and retries at Warn. Nothing is logged unless set. OnCall of [Hooks] spans an operation with all its attempts,
// [JoinHooks] makes one value of several, and package github.com/auditlogs/auditlogs-go/otel reports to OpenTelemetry. [WithHTTPClient] carries proxies, TLS settings and tracing
// transports.
//
// Package [github.com/auditlogs/auditlogs-go/auditlogtest] is a server for tests that speaks all five APIs.
package auditlogs
