package snippets

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"slices"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// forward sends every page in batches and saves its cursor after the last of them.
func forward(ctx context.Context, siem siem, pages iter.Seq2[*auditlogs.Page[auditlogs.Event], error], save func(auditlogs.Cursor) error) error {
	for page, err := range pages {
		if err != nil {
			return err
		}
		for batch := range slices.Chunk(page.Items, 500) {
			if err := siem.post(ctx, batch); err != nil {
				return err
			}
		}
		if err := save(page.Next); err != nil { // a crash before this line sends the page once more
			return err
		}
	}
	return nil
}

// siem is a collector that takes one JSON object per line.
type siem struct {
	client *http.Client
	url    string
	token  string
}

func (s siem) post(ctx context.Context, events []auditlogs.Event) error {
	type document struct {
		ID    string          `json:"id"` // the same whenever the event is sent: the SIEM keeps it once
		Event auditlogs.Event `json:"event"`
	}
	var body bytes.Buffer
	lines := json.NewEncoder(&body)
	for _, e := range events {
		if err := lines.Encode(document{string(e.API) + "/" + e.ID, e}); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, &body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	req.Header.Set("Content-Type", "application/x-ndjson")
	res, err := s.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("the SIEM answered %s", res.Status)
	}
	return nil
}
