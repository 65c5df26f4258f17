package open

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/stretchr/testify/require"
)

// params returns the parameters of each API on a server.
func params(srv *auditlogtest.Server, api auditlogtest.API) Params {
	p := Params{URL: srv.BaseURL(api)}
	switch api {
	case auditlogtest.HuaweiEDS:
		p.ProjectID, p.InstanceID, p.ConnectorID = auditlogtest.ProjectID, auditlogtest.InstanceID, auditlogtest.ConnectorID
	case auditlogtest.ElasticPath:
		p.ResourceType, p.ResourceID = auditlogtest.ResourceType, auditlogtest.ResourceID
	}
	return p
}

func spec(api auditlogtest.API, p Params, secret string) fleet.Spec {
	text, _ := json.Marshal(p)
	return fleet.Spec{Tenant: "a", API: auditlogs.API(api), Params: text, Secret: secret}
}

// secrets is a folder of secrets.
type secrets struct {
	t   *testing.T
	dir string
}

func (s secrets) write(name, text string) {
	require.NoError(s.t, os.WriteFile(filepath.Join(s.dir, name+".env"), []byte(text), 0o600))
}

// read counts the events of a log.
func read(ctx context.Context, open fleet.Opener, s fleet.Spec) (n int, err error) {
	log, err := open(ctx, s)
	if err != nil {
		return 0, err
	}
	for page, err := range log.Pages(ctx, "") {
		if err != nil {
			return n, err
		}
		n += len(page.Items)
	}
	return n, nil
}

// Every API is read with every way to get in, and with both ends of a range.
func TestEveryWayIn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		api    auditlogtest.API
		secret string
	}{
		{auditlogtest.Waldur, "TOKEN=" + auditlogtest.Token},
		{auditlogtest.Waldur, "USERNAME=" + auditlogtest.Username + "\nPASSWORD=" + auditlogtest.Password},
		{auditlogtest.HuaweiEDS, "TOKEN=" + auditlogtest.Token},
		{auditlogtest.HuaweiEDS, "IAM_URL=%[1]s\nDOMAIN=" + auditlogtest.DomainName + "\nUSERNAME=" + auditlogtest.Username + "\nPASSWORD=" + auditlogtest.Password},
		{auditlogtest.HuaweiEDS, "ACCESS_KEY=" + auditlogtest.AccessKey + "\nSECRET_KEY=" + auditlogtest.SecretKey},
		{auditlogtest.HuaweiEDS, "ACCESS_KEY=temporary\nSECRET_KEY=made-up\nSECURITY_TOKEN=with-it"},
		{auditlogtest.Akinon, "TOKEN=" + auditlogtest.Token},
		{auditlogtest.Akinon, "USERNAME=" + auditlogtest.Username + "\nPASSWORD=" + auditlogtest.Password},
		{auditlogtest.ElasticPath, "TOKEN=" + auditlogtest.Token},
		{auditlogtest.ElasticPath, "\ufeff# a comment\r\n\r\nCLIENT_ID = \"" + auditlogtest.ClientID + "\"\r\nCLIENT_SECRET='" + auditlogtest.ClientSecret + "'\r\n"},
		{auditlogtest.ThousandEyes, "TOKEN=" + auditlogtest.Token},
	} {
		t.Run(fmt.Sprintf("%s/%.8s", c.api, c.secret), func(t *testing.T) {
			t.Parallel()
			srv := auditlogtest.NewServer()
			t.Cleanup(srv.Close)
			srv.AllowAccessKey("temporary", "made-up", "with-it")
			since := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
			srv.GenerateForBetween(c.api, since.Add(-time.Hour), since, 1, 5)
			srv.GenerateForBetween(c.api, since, since.Add(time.Hour), 2, 7)
			srv.GenerateForBetween(c.api, since.Add(time.Hour), since.Add(2*time.Hour), 3, 11)
			dir := secrets{t, t.TempDir()}
			text := c.secret
			if c.api == auditlogtest.HuaweiEDS && text[0] == 'I' {
				text = fmt.Sprintf(text, srv.URL)
			}
			dir.write("a", text)
			s := spec(c.api, params(srv, c.api), "a")
			s.Since, s.Until = since, since.Add(time.Hour)
			require.NoError(t, Check(s))
			n, err := read(t.Context(), New(Options{Secrets: dir.dir}), s)
			require.NoError(t, err)
			require.Equal(t, 7, n)
		})
	}
}

// A login serves all logs of a secret, until the file says something else.
func TestLoginsAreKept(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer()
	t.Cleanup(srv.Close)
	dir := secrets{t, t.TempDir()}
	good := "USERNAME=" + auditlogtest.Username + "\nPASSWORD=" + auditlogtest.Password
	dir.write("a", good)
	dir.write("b", good)
	open := New(Options{Secrets: dir.dir, Clients: 2})
	logins := func() int { return len(srv.TokenRequests(auditlogtest.Waldur)) }
	visit := func(secret string) error {
		_, err := read(t.Context(), open, spec(auditlogtest.Waldur, params(srv, auditlogtest.Waldur), secret))
		return err
	}
	for range 3 {
		require.NoError(t, visit("a"))
	}
	require.Equal(t, 1, logins())
	require.NoError(t, visit("b"))
	require.NoError(t, visit("a"))
	require.Equal(t, 2, logins())
	dir.write("a", "USERNAME="+auditlogtest.Username+"\nPASSWORD=another")
	require.ErrorIs(t, visit("a"), auditlogs.ErrUnauthorized)
	require.Equal(t, 3, logins())
	dir.write("a", good)
	require.NoError(t, visit("a"))
	require.NoError(t, os.Remove(filepath.Join(dir.dir, "a.env")))
	require.ErrorContains(t, visit("a"), `secret "a": its file does not exist`)
	require.Equal(t, 4, logins())
}

func TestClientsAreFew(t *testing.T) {
	t.Parallel()
	c := newClients(2)
	made := 0
	get := func(name string, secret byte) {
		_, err := c.get(key{secret: name}, [32]byte{secret}, func() (*auditlogs.Client, error) { made++; return auditlogs.NewClient() })
		require.NoError(t, err)
	}
	for _, step := range []struct {
		name   string
		secret byte
		made   int
	}{
		{"a", 1, 1}, {"b", 1, 2}, {"a", 1, 2}, {"c", 1, 3}, // b was used the longest time ago
		{"a", 1, 3}, {"b", 1, 4}, {"a", 2, 5}, {"b", 1, 5}, {"a", 1, 6},
	} {
		get(step.name, step.secret)
		require.Equal(t, step.made, made, step)
		require.LessOrEqual(t, c.order.Len(), 2)
		require.Len(t, c.all, c.order.Len())
	}
	wrong := errors.New("wrong")
	_, err := c.get(key{}, [32]byte{}, func() (*auditlogs.Client, error) { return nil, wrong })
	require.ErrorIs(t, err, wrong)
	require.Len(t, c.all, 2)
}

// A rate is kept by all workers together, with a budget for each secret.
func TestPerMinute(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer()
	t.Cleanup(srv.Close)
	dir := secrets{t, t.TempDir()}
	dir.write("a", "TOKEN="+auditlogtest.Token)
	p := params(srv, auditlogtest.Waldur)
	p.PerMinute = 60_000
	s := spec(auditlogtest.Waldur, p, "a")
	_, err := read(t.Context(), New(Options{Secrets: dir.dir}), s)
	require.ErrorContains(t, err, "per_minute needs budgets")

	nc, stop, err := fleet.Embedded(t.TempDir())
	require.NoError(t, err)
	t.Cleanup(stop)
	_, err = read(t.Context(), New(Options{Secrets: dir.dir, Budgets: fleet.NewBudgets(nc)}), s)
	require.NoError(t, err)
	js, err := nc.JetStream()
	require.NoError(t, err)
	info, err := js.StreamInfo("AUDITLOGS_STATE")
	require.NoError(t, err)
	require.EqualValues(t, 1, info.State.Msgs, "the budget of the secret")
}

// Hooks see what clients do.
func TestHooks(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer()
	t.Cleanup(srv.Close)
	dir := secrets{t, t.TempDir()}
	dir.write("a", "TOKEN="+auditlogtest.Token)
	status := 0
	hooks := auditlogs.Hooks{OnResponse: func(_ context.Context, r auditlogs.ResponseInfo) { status = r.Status }}
	_, err := read(t.Context(), New(Options{Secrets: dir.dir, Hooks: hooks}), spec(auditlogtest.Waldur, params(srv, auditlogtest.Waldur), "a"))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
}
