package destinations

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/ocsf"
)

// Limits of the Logs Ingestion API: of a call, and of a field, which would be cut.
const (
	maxCall  = 1 << 20
	maxField = 64 << 10
)

// sentinel is a stream of a data collection rule of Azure Monitor.
type sentinel struct {
	client *http.Client // of golang.org/x/oauth2/clientcredentials, with the scope https://monitor.azure.com/.default
	url    string       // https://ENDPOINT/dataCollectionRules/dcr-…/streams/Custom-Audit_CL?api-version=2023-01-01
}

// post sends events in as few calls as possible. What it sends a second time has the same RecordUid.
func (s sentinel) post(ctx context.Context, events []auditlogs.Event) error {
	type line struct {
		TimeGenerated time.Time // replaced by the time of receipt if it is older than two days
		EventTime     time.Time
		RecordUID     string `json:"RecordUid"`
		Event         string
	}
	var body []byte
	for _, e := range events {
		event, err := ocsf.Map(e, ocsf.V1_8)
		if err != nil {
			return err
		}
		uid := string(e.API) + "/" + e.ID
		if len(event) > maxField {
			return fmt.Errorf("%s has %d bytes, and would be cut", uid, len(event))
		}
		text, err := json.Marshal(line{e.Time, e.Time, uid, string(event)})
		if err != nil {
			return err
		}
		if len(body)+len(text)+2 > maxCall {
			if err := s.send(ctx, body); err != nil {
				return err
			}
			body = nil
		}
		body = append(append(body, ','), text...)
	}
	if len(body) == 0 {
		return nil
	}
	return s.send(ctx, body)
}

// send sends objects, each of which has a comma before it.
func (s sentinel) send(ctx context.Context, objects []byte) error {
	objects[0] = '['
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(append(objects, ']')))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := s.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }() // it was read
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusNoContent {
		return fmt.Errorf("the Logs Ingestion API answered %s", res.Status)
	}
	return nil
}
