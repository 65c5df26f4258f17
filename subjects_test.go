package auditlogs_test

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// subject is one service in a form in which all five can be tested by the same code.
type subject struct {
	api     auditlogtest.API
	name    string
	maxPage int // 0 where the server chooses

	list   func(context.Context, *auditlogs.Client, listing) (*page, error)
	pages  func(context.Context, *auditlogs.Client, listing) iter.Seq2[*page, error]
	all    func(context.Context, *auditlogs.Client, listing) iter.Seq2[string, error]
	follow func(context.Context, *auditlogs.Client, listing, auditlogs.FollowOptions) iter.Seq2[*page, error]
	add    func(*auditlogtest.Server, ...row)
	addRaw func(*auditlogtest.Server, row, string) // a record that the server shows as a text
	rows   func(*auditlogtest.Server) []row        // newest first
	remove func(*auditlogtest.Server, func(row) bool) int

	sizeParam string // the query parameter that asks for a page size; "" where the server chooses
	counts    bool   // the API says how many rows match

	items     func(context.Context, *auditlogs.Client, listing) iter.Seq2[string, error] // Items over Pages
	collect   func(context.Context, *auditlogs.Client, listing, int) ([]string, error)   // Collect over All
	other     func(context.Context, *auditlogs.Client, listing) (*page, error)           // List with another filter
	addOther  func(*auditlogtest.Server, ...row)                                         // stores rows that the other filter selects
	secrets   []string                                                                   // values of that other filter
	unchanged func(context.Context, *auditlogs.Client, listing) (before, after any)      // that other filter, before and after it was used
	zero      func(context.Context, *auditlogs.Client, listing) error                    // fails if an error comes with a page or an item
}

// row is a record in its barest form.
type row struct {
	key string
	at  time.Time
}

// page is a page of records in their barest form.
type page struct {
	keys  []string
	times []time.Time
	next  auditlogs.Cursor
	total int
	id    string
	limit auditlogs.RateLimit

	caughtUp bool
}

// listing is what all five filters can say.
type listing struct {
	since, until time.Time
	auditlogs.ListOptions
}

// lister is what all five services can do.
type lister[T, F any] interface {
	List(context.Context, F) (*auditlogs.Page[T], error)
	Pages(context.Context, F) iter.Seq2[*auditlogs.Page[T], error]
	All(context.Context, F) iter.Seq2[T, error]
	Follow(context.Context, F, auditlogs.FollowOptions) iter.Seq2[*auditlogs.Page[T], error]
}

// kind says how a service's records and filters are made and read.
type kind[T interface{ Key() string }, F any] struct {
	service func(*auditlogs.Client) lister[T, F]
	filter  func(listing) F
	record  func(row) T
	time    func(T) time.Time
	add     func(*auditlogtest.Server, ...T)
	stored  func(*auditlogtest.Server) []T
	remove  func(*auditlogtest.Server, func(T) bool) int

	sizeParam string
	counts    bool
	other     func(F) F
	match     func(*T) // lets a record match the other filter; nil where every one does
	secrets   []string
	copy      func(F) F
}

func newSubject[T interface{ Key() string }, F any](api auditlogtest.API, name string, maxPage int, k kind[T, F]) subject {
	bare := func(p *auditlogs.Page[T]) *page {
		if p == nil {
			return nil
		}
		b := &page{next: p.Next, total: p.Total, id: p.RequestID, limit: p.RateLimit, caughtUp: p.CaughtUp}
		for _, item := range p.Items {
			b.keys = append(b.keys, item.Key())
			b.times = append(b.times, k.time(item))
		}
		return b
	}
	asRow := func(r T) row { return row{r.Key(), k.time(r)} }
	return subject{
		api: api, name: name, maxPage: maxPage,
		list: func(ctx context.Context, c *auditlogs.Client, l listing) (*page, error) {
			p, err := k.service(c).List(ctx, k.filter(l))
			return bare(p), err
		},
		pages: func(ctx context.Context, c *auditlogs.Client, l listing) iter.Seq2[*page, error] {
			return func(yield func(*page, error) bool) {
				for p, err := range k.service(c).Pages(ctx, k.filter(l)) {
					if !yield(bare(p), err) {
						return
					}
				}
			}
		},
		all: func(ctx context.Context, c *auditlogs.Client, l listing) iter.Seq2[string, error] {
			return func(yield func(string, error) bool) {
				for r, err := range k.service(c).All(ctx, k.filter(l)) {
					key := ""
					if err == nil {
						key = r.Key()
					}
					if !yield(key, err) {
						return
					}
				}
			}
		},
		follow: func(ctx context.Context, c *auditlogs.Client, l listing, o auditlogs.FollowOptions) iter.Seq2[*page, error] {
			return func(yield func(*page, error) bool) {
				for p, err := range k.service(c).Follow(ctx, k.filter(l), o) {
					if !yield(bare(p), err) {
						return
					}
				}
			}
		},
		add: func(srv *auditlogtest.Server, rows ...row) {
			records := make([]T, len(rows))
			for i, r := range rows {
				records[i] = k.record(r)
			}
			k.add(srv, records...)
		},
		addRaw: func(srv *auditlogtest.Server, r row, raw string) {
			record := k.record(r)
			reflect.ValueOf(&record).Elem().FieldByName("Raw").SetBytes([]byte(raw))
			k.add(srv, record)
		},
		rows: func(srv *auditlogtest.Server) []row {
			var rows []row
			for _, r := range k.stored(srv) {
				rows = append(rows, asRow(r))
			}
			return rows
		},
		remove: func(srv *auditlogtest.Server, gone func(row) bool) int {
			return k.remove(srv, func(r T) bool { return gone(asRow(r)) })
		},
		addOther: func(srv *auditlogtest.Server, rows ...row) {
			for _, r := range rows {
				record := k.record(r)
				if k.match != nil {
					k.match(&record)
				}
				k.add(srv, record)
			}
		},
		sizeParam: k.sizeParam, counts: k.counts, secrets: k.secrets,
		items: func(ctx context.Context, c *auditlogs.Client, l listing) iter.Seq2[string, error] {
			return func(yield func(string, error) bool) {
				for r, err := range auditlogs.Items(k.service(c).Pages(ctx, k.filter(l))) {
					key := ""
					if err == nil {
						key = r.Key()
					}
					if !yield(key, err) {
						return
					}
				}
			}
		},
		collect: func(ctx context.Context, c *auditlogs.Client, l listing, most int) ([]string, error) {
			records, err := auditlogs.Collect(k.service(c).All(ctx, k.filter(l)), most)
			var keys []string
			for _, r := range records {
				keys = append(keys, r.Key())
			}
			return keys, err
		},
		other: func(ctx context.Context, c *auditlogs.Client, l listing) (*page, error) {
			p, err := k.service(c).List(ctx, k.other(k.filter(l)))
			return bare(p), err
		},
		unchanged: func(ctx context.Context, c *auditlogs.Client, l listing) (before, after any) {
			f := k.other(k.filter(l))
			was := k.copy(f)
			_, _ = k.service(c).List(ctx, f)
			for range k.service(c).Pages(ctx, f) {
			}
			for range k.service(c).All(ctx, f) {
			}
			return was, f
		},
		zero: func(ctx context.Context, c *auditlogs.Client, l listing) error {
			var none T
			for r, err := range k.service(c).All(ctx, k.filter(l)) {
				if err != nil && !reflect.DeepEqual(r, none) {
					return fmt.Errorf("All gave %+v with %w", r, err)
				}
			}
			for p, err := range k.service(c).Pages(ctx, k.filter(l)) {
				if err != nil && p != nil {
					return fmt.Errorf("Pages gave %+v with %w", p, err)
				}
			}
			if p, err := k.service(c).List(ctx, k.filter(l)); err != nil && p != nil {
				return fmt.Errorf("List gave %+v with %w", p, err)
			}
			return nil
		},
	}
}

// subjects are the five services.
func subjects() []subject {
	uuid := func(key string) string { return fmt.Sprintf("%08x-0000-4000-8000-%012x", len(key), hash(key)) }
	return []subject{
		newSubject(auditlogtest.Waldur, "Waldur", 300, kind[auditlogs.DataAccessLog, auditlogs.DataAccessLogFilter]{
			service: func(c *auditlogs.Client) lister[auditlogs.DataAccessLog, auditlogs.DataAccessLogFilter] {
				return c.DataAccessLogs
			},
			filter: func(l listing) auditlogs.DataAccessLogFilter {
				return auditlogs.DataAccessLogFilter{Since: l.since, Until: l.until, ListOptions: l.ListOptions}
			},
			record: func(r row) auditlogs.DataAccessLog {
				user := auditlogs.UserRef{UUID: uuid(r.key), Username: r.key}
				return auditlogs.DataAccessLog{Timestamp: r.at, User: user, AccessorType: auditlogs.AccessorStaff}
			},
			time:      func(r auditlogs.DataAccessLog) time.Time { return r.Timestamp },
			add:       (*auditlogtest.Server).AddDataAccessLogs,
			stored:    (*auditlogtest.Server).DataAccessLogs,
			remove:    (*auditlogtest.Server).DeleteDataAccessLogs,
			sizeParam: "page_size", counts: true,
			other: func(f auditlogs.DataAccessLogFilter) auditlogs.DataAccessLogFilter {
				f.Query = "elsewhere"
				f.Order = []auditlogs.DataAccessLogOrder{auditlogs.OrderTimestampDesc, auditlogs.OrderUserUsername}
				return f
			},
			match:   func(l *auditlogs.DataAccessLog) { l.User.FullName = "Nobody Elsewhere" },
			secrets: []string{"elsewhere", "user_username"},
			copy: func(f auditlogs.DataAccessLogFilter) auditlogs.DataAccessLogFilter {
				f.Order = slices.Clone(f.Order)
				return f
			},
		}),
		newSubject(auditlogtest.HuaweiEDS, "Huawei EDS", 999, kind[auditlogs.DataAssetLog, auditlogs.DataAssetLogFilter]{
			service: func(c *auditlogs.Client) lister[auditlogs.DataAssetLog, auditlogs.DataAssetLogFilter] {
				return c.DataAssetLogs
			},
			filter: func(l listing) auditlogs.DataAssetLogFilter {
				return auditlogs.DataAssetLogFilter{
					InstanceID: auditlogtest.InstanceID, ConnectorID: auditlogtest.ConnectorID,
					Since: l.since, Until: l.until, ListOptions: l.ListOptions,
				}
			},
			record: func(r row) auditlogs.DataAssetLog {
				return auditlogs.DataAssetLog{HappenedTime: r.at, ResourceName: r.key}
			},
			time:      func(r auditlogs.DataAssetLog) time.Time { return r.HappenedTime },
			add:       (*auditlogtest.Server).AddDataAssetLogs,
			stored:    (*auditlogtest.Server).DataAssetLogs,
			remove:    (*auditlogtest.Server).DeleteDataAssetLogs,
			sizeParam: "limit", counts: true,
			other: func(f auditlogs.DataAssetLogFilter) auditlogs.DataAssetLogFilter {
				f.ConnectorKeywords, f.Action = "elsewhere", auditlogs.DataAssetDownload
				return f
			},
			match: func(l *auditlogs.DataAssetLog) {
				l.CustomerConnectorName, l.Action = "elsewhere", auditlogs.DataAssetDownload
			},
			secrets: []string{"elsewhere", "DOWNLOAD", auditlogtest.InstanceID, auditlogtest.ConnectorID, auditlogtest.ProjectID},
			copy:    func(f auditlogs.DataAssetLogFilter) auditlogs.DataAssetLogFilter { return f },
		}),
		newSubject(auditlogtest.Akinon, "Akinon", 1000, kind[auditlogs.AuditEvent, auditlogs.AuditEventFilter]{
			service: func(c *auditlogs.Client) lister[auditlogs.AuditEvent, auditlogs.AuditEventFilter] {
				return c.AuditEvents
			},
			filter: func(l listing) auditlogs.AuditEventFilter {
				return auditlogs.AuditEventFilter{Since: l.since, Until: l.until, ListOptions: l.ListOptions}
			},
			record: func(r row) auditlogs.AuditEvent {
				return auditlogs.AuditEvent{Timestamp: r.at, URL: "https://shop.example.org/" + r.key}
			},
			time:      func(r auditlogs.AuditEvent) time.Time { return r.Timestamp },
			add:       (*auditlogtest.Server).AddAuditEvents,
			stored:    (*auditlogtest.Server).AuditEvents,
			remove:    (*auditlogtest.Server).DeleteAuditEvents,
			sizeParam: "limit", counts: true,
			other: func(f auditlogs.AuditEventFilter) auditlogs.AuditEventFilter {
				f.User, f.ObjectID = 774411, 885522
				return f
			},
			match:   func(l *auditlogs.AuditEvent) { l.User, l.ObjectID = &auditlogs.AuditEventUser{ID: "774411"}, 885522 },
			secrets: []string{"774411", "885522"},
			copy:    func(f auditlogs.AuditEventFilter) auditlogs.AuditEventFilter { return f },
		}),
		newSubject(auditlogtest.ElasticPath, "Elastic Path", 100, kind[auditlogs.PersonalDataLog, auditlogs.PersonalDataLogFilter]{
			service: func(c *auditlogs.Client) lister[auditlogs.PersonalDataLog, auditlogs.PersonalDataLogFilter] {
				return c.PersonalDataLogs
			},
			filter: func(l listing) auditlogs.PersonalDataLogFilter {
				return auditlogs.PersonalDataLogFilter{
					ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID,
					Since: l.since, Until: l.until, ListOptions: l.ListOptions,
				}
			},
			record:    func(r row) auditlogs.PersonalDataLog { return auditlogs.PersonalDataLog{ID: uuid(r.key), Time: r.at} },
			time:      func(r auditlogs.PersonalDataLog) time.Time { return r.Time },
			add:       (*auditlogtest.Server).AddPersonalDataLogs,
			stored:    (*auditlogtest.Server).PersonalDataLogs,
			remove:    (*auditlogtest.Server).DeletePersonalDataLogs,
			sizeParam: "page[limit]", counts: true,
			other: func(f auditlogs.PersonalDataLogFilter) auditlogs.PersonalDataLogFilter {
				f.ResourceID = "elsewhere"
				return f
			},
			match: func(l *auditlogs.PersonalDataLog) {
				l.ResourceType, l.ResourceID = auditlogtest.ResourceType, "elsewhere"
			},
			secrets: []string{"elsewhere", auditlogtest.ResourceID},
			copy:    func(f auditlogs.PersonalDataLogFilter) auditlogs.PersonalDataLogFilter { return f },
		}),
		newSubject(auditlogtest.ThousandEyes, "ThousandEyes", 0, kind[auditlogs.UserEvent, auditlogs.UserEventFilter]{
			service: func(c *auditlogs.Client) lister[auditlogs.UserEvent, auditlogs.UserEventFilter] { return c.UserEvents },
			filter: func(l listing) auditlogs.UserEventFilter {
				return auditlogs.UserEventFilter{Since: l.since, Until: l.until, ListOptions: l.ListOptions}
			},
			record: func(r row) auditlogs.UserEvent {
				return auditlogs.UserEvent{Date: r.at, Event: "Report created.", User: r.key}
			},
			time:   func(r auditlogs.UserEvent) time.Time { return r.Date },
			add:    (*auditlogtest.Server).AddUserEvents,
			stored: (*auditlogtest.Server).UserEvents,
			remove: (*auditlogtest.Server).DeleteUserEvents,
			other: func(f auditlogs.UserEventFilter) auditlogs.UserEventFilter {
				f.AllPermittedAccountGroups = true
				return f
			},
			copy: func(f auditlogs.UserEventFilter) auditlogs.UserEventFilter { return f },
		}),
	}
}

// hash is FNV-1a, for ids that differ as their keys do.
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for _, b := range []byte(s) {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return h & (1<<48 - 1)
}
