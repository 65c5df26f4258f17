package auditlogs_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// manySources are all functions that take sources.
var manySources = map[string]func(context.Context, auditlogs.Cursor, ...auditlogs.Source) eventPages{
	"Merge": func(ctx context.Context, from auditlogs.Cursor, s ...auditlogs.Source) eventPages {
		if from != "" {
			return auditlogs.MergeFrom(ctx, from, s...)
		}
		return auditlogs.Merge(ctx, s...)
	},
	"MergeFrom": auditlogs.MergeFrom,
	"FollowAll": func(ctx context.Context, from auditlogs.Cursor, s ...auditlogs.Source) eventPages {
		return auditlogs.FollowAll(ctx, from, auditlogs.FollowOptions{}, s...)
	},
}

// onlyError is what a reading yields first and last.
func onlyError(t *testing.T, pages eventPages) error {
	t.Helper()
	var errs []error
	for page, err := range pages {
		require.Nil(t, page)
		errs = append(errs, err)
	}
	require.Len(t, errs, 1)
	return errs[0]
}

// requestsTo counts what was sent to all services.
func requestsTo(srv *auditlogtest.Server) (n int) {
	for _, api := range auditlogtest.APIs() {
		n += len(srv.Requests(api)) + len(srv.TokenRequests(api))
	}
	return n
}

// No source at all is an error, and no empty trail, wherever the reading begins. Nothing is sent.
func TestNoSource(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer()
	t.Cleanup(srv.Close)
	srv.Generate(1, 50)
	all, err := auditlogs.NewClient(srv.Options()...)
	require.NoError(t, err)
	none, err := auditlogs.NewClient()
	require.NoError(t, err)
	others, err := auditlogs.NewClient( // both need parameters
		auditlogs.WithHuaweiEDS(srv.BaseURL(auditlogtest.HuaweiEDS), auditlogtest.ProjectID, auditlogs.StaticToken(auditlogtest.Token)),
		auditlogs.WithElasticPath(srv.BaseURL(auditlogtest.ElasticPath), auditlogs.StaticToken(auditlogtest.Token)),
	)
	require.NoError(t, err)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	cursors := map[string]auditlogs.Cursor{"beginning": "", "damaged cursor": "x"}
	for name, read := range manySources {
		for page, err := range read(t.Context(), "", all.Sources()...) {
			require.NoError(t, err)
			cursors["cursor of "+name] = page.Next
			break
		}
	}
	for sources, given := range map[string][]auditlogs.Source{
		"none":                  nil,
		"client without APIs":   none.Sources(),
		"range without APIs":    none.SourcesBetween(noon, noon.Add(1)),
		"only APIs that do not": others.Sources(),
	} {
		require.Empty(t, given, sources)
		for name, read := range manySources {
			for place, from := range cursors {
				for _, ctx := range []context.Context{t.Context(), ended} {
					pages := read(ctx, from, given...)
					err := onlyError(t, pages)
					require.ErrorIs(t, err, auditlogs.ErrNoSource, "%s, %s, %s", name, sources, place)
					require.ErrorIs(t, err, auditlogs.ErrNotConfigured)
					require.Regexp(t, `^auditlogs: (Merge|FollowAll): no source to read: API not configured$`, err.Error())
					var one *auditlogs.SourceError
					require.False(t, errors.As(err, &one))
					require.ErrorIs(t, onlyError(t, pages), auditlogs.ErrNoSource, "ranging twice")

					events, err := auditlogs.Collect(auditlogs.Items(pages), 10)
					require.Empty(t, events)
					require.ErrorIs(t, err, auditlogs.ErrNoSource)
				}
			}
		}
	}
	_, err = none.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
	require.NotErrorIs(t, err, auditlogs.ErrNoSource, "that is about one API")
}

// hollow is a source of one's own that has a nil one embedded.
type hollow struct{ auditlogs.Source }

// nameless panics for a reason of its own.
type nameless struct{ auditlogs.Source }

func (nameless) Name() string { panic("own") }

// titled does not look at itself for its name, so that it has one even if it is nil.
type titled struct{ auditlogs.Source }

func (*titled) Name() string { return "titled" }

// A nil source is an error before anything is sent, also one in a non-nil interface, and wherever it stands.
func TestNilSource(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer()
	t.Cleanup(srv.Close)
	client, err := auditlogs.NewClient(srv.Options()...)
	require.NoError(t, err)
	for kind, bad := range map[string]auditlogs.Source{
		"nil": nil, "nil pointer": (*scripted)(nil), "nil pointer with a name": (*titled)(nil), "nil embedded": hollow{}, "pointer to that": &hollow{},
	} {
		for name, read := range manySources {
			for _, given := range [][]auditlogs.Source{{bad}, append(client.Sources(), bad), append([]auditlogs.Source{bad}, client.Sources()...)} {
				for _, from := range []auditlogs.Cursor{"", "x"} {
					pages := read(t.Context(), from, given...)
					var refused *auditlogs.FilterError
					require.ErrorAs(t, onlyError(t, pages), &refused, "%s: %s", name, kind)
					require.Equal(t, "sources", refused.Field)
					require.NotErrorIs(t, refused, auditlogs.ErrNoSource)
					events, err := auditlogs.Collect(auditlogs.Items(pages), 10)
					require.Empty(t, events)
					require.ErrorIs(t, err, auditlogs.ErrInvalidFilter)
				}
			}
		}
	}
	require.Zero(t, requestsTo(srv))
	require.PanicsWithValue(t, "own", func() { _ = onlyError(t, auditlogs.Merge(t.Context(), nameless{})) })
}

// Sources of a client without their APIs fail one by one, and give no page that looks like an empty trail.
func TestSourcesNotConfigured(t *testing.T) {
	t.Parallel()
	none, err := auditlogs.NewClient()
	require.NoError(t, err)
	for kind, c := range map[string]*auditlogs.Client{"no API": none, "zero services": {
		DataAccessLogs: &auditlogs.DataAccessLogsService{}, DataAssetLogs: &auditlogs.DataAssetLogsService{},
		AuditEvents: &auditlogs.AuditEventsService{}, PersonalDataLogs: &auditlogs.PersonalDataLogsService{}, UserEvents: &auditlogs.UserEventsService{},
	}} {
		require.Empty(t, c.Sources())
		sources := []auditlogs.Source{
			c.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{}), c.DataAssetLogs.Source(auditlogs.DataAssetLogFilter{}),
			c.AuditEvents.Source(auditlogs.AuditEventFilter{}), c.PersonalDataLogs.Source(auditlogs.PersonalDataLogFilter{}),
			c.UserEvents.Source(auditlogs.UserEventFilter{}),
		}
		for name, read := range manySources {
			events, next, errs := collectPages(read(t.Context(), "", sources...))
			require.Empty(t, events)
			require.Empty(t, next, "%s of %s gave a page", name, kind)
			require.Len(t, errs, len(sources))
			for _, err := range errs {
				var one *auditlogs.SourceError
				require.ErrorAs(t, err, &one)
				require.ErrorIs(t, err, auditlogs.ErrNotConfigured)
				require.NotErrorIs(t, err, auditlogs.ErrNoSource)
			}
		}
	}
}

// unended is a source of one's own whose last page says that more follow, which do not.
type unended struct{ scripted }

func (e *unended) Pages(ctx context.Context, from auditlogs.Cursor) eventPages {
	return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
		for page, err := range e.scripted.Pages(ctx, from) {
			if err == nil {
				page.Next = "1"
			}
			if !yield(page, err) {
				return
			}
		}
	}
}

// voidSource yields neither a page nor an error.
type voidSource struct{ scripted }

func (*voidSource) Pages(context.Context, auditlogs.Cursor) eventPages {
	return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) { yield(nil, nil) }
}

// A source that does not show its end is incomplete, be it a zero value: Merge concludes no end from what is missing. What it
// gave is delivered, and so is what others have.
func TestMergeOfSourceWithoutEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		source auditlogs.Source
		given  int
	}{
		"zero value":     {&scripted{}, 0},
		"neither":        {&voidSource{}, 0},
		"after one page": {&unended{scripted{pages: [][]int{{2, 3}}}}, 2},
		"after an empty": {&unended{scripted{pages: [][]int{{}}}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &scripted{name: "b", pages: [][]int{{1}, {9}}}
			for from, sources := range map[int][]auditlogs.Source{0: {test.source}, 2: {test.source, b}} {
				events, next, errs := collectPages(auditlogs.Merge(t.Context(), sources...))
				require.Len(t, events, test.given+from)
				require.Len(t, errs, 1)
				var incomplete *auditlogs.IncompleteError
				require.ErrorAs(t, errs[0], &incomplete)
				var one *auditlogs.SourceError
				require.ErrorAs(t, errs[0], &one)
				require.Equal(t, test.source.Name(), one.Source)
				for _, c := range next {
					require.NotEmpty(t, c, "a whole trail")
				}
			}
		})
	}
}
