package auditlogs_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// A byte order mark before a body hides neither records nor refusals.
func TestByteOrderMark(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		want := r.fill(3, time.Minute)
		for _, quirks := range []auditlogtest.Quirks{{ByteOrderMark: true}, {ByteOrderMark: true, Gzip: true}, {ByteOrderMark: true, Chunked: true}} {
			r.srv.SetQuirks(r.api, quirks)
			p, err := r.list(r.Context(), r.client, listing{})
			require.NoError(r, err)
			require.Equal(r, want, p.keys)
		}
		plain, marked := map[int]error{}, map[int]error{}
		for errs, mark := range map[*map[int]error]bool{&plain: false, &marked: true} {
			r.srv.SetQuirks(r.api, auditlogtest.Quirks{ByteOrderMark: mark})
			for _, status := range []int{400, 401, 403, 404, 429, 500} {
				r.srv.Inject(auditlogtest.Fault{Status: status})
				_, err := r.list(r.Context(), r.client, listing{since: noon.Add(-24 * time.Hour)})
				require.Error(r, err)
				(*errs)[status] = err
			}
		}
		require.Equal(r, plain, marked)
	})
	for name, tt := range map[string]struct {
		status int
		body   string
		want   error
	}{
		"gateway":      {400, `{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information"}`, auditlogs.ErrUnauthorized},
		"permission":   {400, `{"error_code":"EDS.00011015","error_msg":"no permission"}`, auditlogs.ErrForbidden},
		"of a success": {200, `{"error_code":"EDS.00011015","error_msg":"no permission"}`, auditlogs.ErrForbidden},
	} {
		t.Run("Huawei "+name, func(t *testing.T) {
			t.Parallel()
			client, _ := svcServe(t, svcAnswer(tt.status, "\uFEFF"+tt.body))
			_, err := client.DataAssetLogs.List(t.Context(), auditlogs.DataAssetLogFilter{InstanceID: "i", ConnectorID: "c"})
			require.ErrorIs(t, err, tt.want)
		})
	}
	t.Run("only one, and only at the beginning", func(t *testing.T) {
		t.Parallel()
		for _, body := range []string{"\uFEFF\uFEFF[]", "[\uFEFF]", " \uFEFF[]", "\uFEFF", "[]\uFEFF"} {
			client, _ := svcServe(t, svcAnswer(200, body))
			_, err := client.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
			var decode *auditlogs.DecodeError
			require.ErrorAs(t, err, &decode, "%q", body)
		}
	})
}

func TestByteOrderMarkOfLogins(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := auditlogtest.NewServer(auditlogtest.InMemory())
		defer srv.Close()
		srv.SetQuirks("", auditlogtest.Quirks{ByteOrderMark: true})
		over := auditlogs.WithHTTPClient(srv.HTTPClient())
		for _, s := range subjects() {
			login, ok := loginTo(srv, srv.URL, s.api)
			if !ok {
				continue
			}
			client, err := auditlogs.NewClient(login, over)
			require.NoError(t, err)
			_, err = s.list(t.Context(), client, listing{})
			require.NoError(t, err, s.name)
			client, err = auditlogs.NewClient(login, over)
			require.NoError(t, err)
			srv.Inject(auditlogtest.Fault{API: s.api, Token: true, Status: http.StatusUnauthorized, Body: `{"error":"invalid_client","detail":"no"}`})
			_, err = s.list(t.Context(), client, listing{})
			var refusal *auditlogs.APIError
			require.ErrorAs(t, err, &refusal)
			require.Equal(t, "invalid_client", refusal.Code)
		}
	})
}

// loginTo configures an API with its login at a base URL, if there is one.
func loginTo(srv *auditlogtest.Server, base string, api auditlogtest.API) (auditlogs.Option, bool) {
	target := base + strings.TrimPrefix(srv.BaseURL(api), srv.URL)
	switch api {
	case auditlogtest.Waldur:
		return auditlogs.WithWaldur(target, auditlogs.WaldurLogin(base, auditlogtest.Username, auditlogtest.Password)), true
	case auditlogtest.HuaweiEDS:
		return auditlogs.WithHuaweiEDS(target, auditlogtest.ProjectID, auditlogs.HuaweiIAM(auditlogs.HuaweiIAMConfig{
			IAMURL: base, DomainName: auditlogtest.DomainName, UserName: auditlogtest.Username,
			Password: auditlogtest.Password, ProjectID: auditlogtest.ProjectID,
		})), true
	case auditlogtest.Akinon:
		return auditlogs.WithAkinon(target, auditlogs.AkinonLogin(base, auditlogtest.Username, auditlogtest.Password)), true
	case auditlogtest.ElasticPath:
		return auditlogs.WithElasticPath(target, auditlogs.ElasticPathCredentials(base, auditlogtest.ClientID, auditlogtest.ClientSecret)), true
	case auditlogtest.ThousandEyes:
	}
	return nil, false
}
