package destinations

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/ocsf"
)

// clickHouse is a table with the columns uid, time and event, behind the server's HTTP interface.
type clickHouse struct {
	client         *http.Client
	url            string // such as https://clickhouse.example.com:8443/
	table          string
	user, password string
}

// post inserts events. What it inserts a second time has the same uid.
func (c clickHouse) post(ctx context.Context, events []auditlogs.Event) error {
	type line struct {
		UID   string `json:"uid"`
		Time  int64  `json:"time"` // seconds since 1970
		Event string `json:"event"`
	}
	var body bytes.Buffer
	lines := json.NewEncoder(&body)
	for _, e := range events {
		event, err := ocsf.Map(e, ocsf.V1_8)
		if err != nil {
			return err
		}
		if err := lines.Encode(line{string(e.API) + "/" + e.ID, e.Time.Unix(), string(event)}); err != nil {
			return err
		}
	}
	query := url.Values{"query": {"INSERT INTO " + c.table + " FORMAT JSONEachRow"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"?"+query.Encode(), &body)
	if err != nil {
		return err
	}
	req.Header.Set("X-ClickHouse-User", c.user)
	req.Header.Set("X-ClickHouse-Key", c.password)
	res, err := c.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()                  // it was read
	if _, err := io.Copy(io.Discard, res.Body); err != nil { // an answer that ends early is no success
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answered %s", res.Status)
	}
	return nil
}
