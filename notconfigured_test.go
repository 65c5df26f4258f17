package auditlogs_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go"
)

// Every method of a service whose API was not configured says so, whatever it is given: the arguments here are zero, and
// so bad as well for those that check theirs.
func TestNotConfigured(t *testing.T) {
	t.Parallel()
	empty, err := auditlogs.NewClient()
	require.NoError(t, err)
	other, err := auditlogs.NewClient(auditlogs.WithWaldur("https://waldur.example.org", auditlogs.StaticToken(svcToken)))
	require.NoError(t, err)
	for name, services := range map[string][]any{
		"no API":      {empty.DataAccessLogs, empty.DataAssetLogs, empty.AuditEvents, empty.PersonalDataLogs, empty.UserEvents},
		"another API": {other.DataAssetLogs, other.AuditEvents, other.PersonalDataLogs, other.UserEvents},
		"zero value": {
			&auditlogs.DataAccessLogsService{}, &auditlogs.DataAssetLogsService{}, &auditlogs.AuditEventsService{},
			&auditlogs.PersonalDataLogsService{}, &auditlogs.UserEventsService{},
		},
	} {
		for _, service := range services {
			s := reflect.ValueOf(service)
			require.False(t, s.IsNil())
			require.GreaterOrEqual(t, s.NumMethod(), 3)
			for i := range s.NumMethod() {
				method := s.Type().Method(i).Name
				t.Run(name+"/"+s.Type().Elem().Name()+"."+method, func(t *testing.T) {
					t.Parallel()
					errs := callZero(t, s.Method(i))
					require.Len(t, errs, 1)
					require.ErrorIs(t, errs[0], auditlogs.ErrNotConfigured)
					assert.NotErrorIs(t, errs[0], auditlogs.ErrInvalidFilter)
					if name != "zero value" {
						assert.Contains(t, errs[0].Error(), "auditlogs: ")
					}
				})
			}
		}
	}
}

// callZero calls a method with a context and zero values, and gives its error or those that its iterator yields.
func callZero(t *testing.T, method reflect.Value) []error {
	t.Helper()
	var args []reflect.Value
	for in := range method.Type().Ins() {
		if in == reflect.TypeFor[context.Context]() {
			args = append(args, reflect.ValueOf(t.Context()))
		} else {
			args = append(args, reflect.Zero(in))
		}
	}
	if method.Type().IsVariadic() {
		args = args[:len(args)-1]
	}
	results := method.Call(args)
	last := results[len(results)-1]
	if source, ok := reflect.TypeAssert[auditlogs.Source](last); ok {
		followed := callZero(t, reflect.ValueOf(source.Follow))
		assert.Len(t, followed, 1)
		assert.ErrorIs(t, errors.Join(followed...), auditlogs.ErrNotConfigured)
		return callZero(t, reflect.ValueOf(source.Pages))
	}
	if last.Kind() != reflect.Func {
		err, _ := reflect.TypeAssert[error](last)
		for _, other := range results[:len(results)-1] {
			assert.True(t, other.IsZero())
		}
		return []error{err}
	}
	var errs []error
	for value, problem := range last.Seq2() {
		assert.True(t, value.IsZero())
		err, _ := reflect.TypeAssert[error](problem)
		errs = append(errs, err)
	}
	return errs
}

// The error names what configures the API.
func TestNotConfiguredSaysWhatToDo(t *testing.T) {
	t.Parallel()
	c, err := auditlogs.NewClient()
	require.NoError(t, err)
	_, err = c.DataAccessLogs.Count(t.Context(), auditlogs.DataAccessLogFilter{})
	require.EqualError(t, err, "auditlogs: DataAccessLogs.Count: API not configured: give WithWaldur to NewClient, or set AUDITLOGS_WALDUR_URL for FromEnv")
	_, err = c.DataAssetLogs.List(t.Context(), auditlogs.DataAssetLogFilter{})
	require.EqualError(t, err, "auditlogs: DataAssetLogs.List: API not configured: give WithHuaweiEDS to NewClient, or set AUDITLOGS_HUAWEI_EDS_URL for FromEnv")
	_, err = c.AuditEvents.Get(t.Context(), "")
	require.EqualError(t, err, "auditlogs: AuditEvents.Get: API not configured: give WithAkinon to NewClient, or set AUDITLOGS_AKINON_URL for FromEnv")
	_, err = auditlogs.Collect(c.PersonalDataLogs.Related(t.Context(), "", ""), 1)
	require.EqualError(t, err, "auditlogs: RelatedDataEntries.List: API not configured: give WithElasticPath to NewClient, or set AUDITLOGS_ELASTICPATH_URL for FromEnv")
	_, err = c.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
	require.EqualError(t, err, "auditlogs: UserEvents.List: API not configured: give WithThousandEyes to NewClient, or set AUDITLOGS_THOUSANDEYES_TOKEN for FromEnv")
}
