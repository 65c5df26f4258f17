package s3

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// Metadata of a batch: its place, and the commit that it is of.
const (
	metaSource  = "source"  // percent-encoded; missing if it is beside
	metaSeq     = "seq"     // decimal
	metaCount   = "count"   // decimal
	metaDone    = "done"    // "true" or "false"
	metaUpdated = "updated" // RFC 3339
	metaCursor  = "cursor"  // base64; missing if it is beside
	metaCommit  = "commit"  // random; also the end of the name of the place beside
	metaBeside  = "beside"  // "true" if source and cursor are in an object of their own
)

// maxMeta is the size of metadata from which on the cursor is stored beside. S3 takes 2 KB of names and values; it is not said
// whether the "x-amz-meta-" of each header counts, so it does here.
const (
	maxMeta   = 1900
	perHeader = len("x-amz-meta-")
)

// beside is what is stored in an object of its own, before the batch, where metadata has no room. One whose batch lost is
// left behind, and harmless: nothing refers to it.
type beside struct {
	Source string `json:"source"`
	Cursor []byte `json:"cursor"`
}

// describe returns the metadata of a batch. Where they have no room for all, it stores the rest beside.
func (s *Sink) describe(ctx context.Context, source string, at deliver.Place, commit string) (map[string]string, error) {
	meta := map[string]string{
		metaSource: url.PathEscape(source), metaCursor: base64.StdEncoding.EncodeToString([]byte(at.Cursor)), metaBeside: "false",
		metaSeq: strconv.FormatUint(at.Seq, 10), metaCount: strconv.FormatUint(at.Count, 10),
		metaDone: strconv.FormatBool(at.Done), metaUpdated: at.Updated.Format(time.RFC3339Nano), metaCommit: commit,
	}
	if size(meta) <= maxMeta {
		return meta, nil
	}
	delete(meta, metaSource)
	delete(meta, metaCursor)
	meta[metaBeside] = "true"
	text, err := json.Marshal(beside{Source: source, Cursor: []byte(at.Cursor)})
	if err != nil {
		return nil, err
	}
	err = s.create(ctx, s.placeKey(source, at.Seq, commit), "application/json", text, nil)
	if err != nil && !errors.Is(err, errExists) { // it is of this commit, stored by an attempt whose answer was lost
		return nil, err
	}
	return meta, nil
}

func size(meta map[string]string) int {
	var n int
	for name, value := range meta {
		n += perHeader + len(name) + len(value)
	}
	return n
}

// placeOf reads the place from the metadata of a batch, and what is beside.
func (s *Sink) placeOf(ctx context.Context, source string, seq uint64, meta map[string]string) (deliver.Place, error) {
	at, err := plain(meta)
	if err != nil || at.Seq != seq {
		return deliver.Place{}, fmt.Errorf("%w: the metadata of batch %d were changed or lost", deliver.ErrRefused, seq)
	}
	of, cursor := meta[metaSource], []byte(nil)
	if meta[metaBeside] == "true" {
		if of, cursor, err = s.readBeside(ctx, source, seq, meta[metaCommit]); err != nil {
			return deliver.Place{}, err
		}
	} else {
		of, err = url.PathUnescape(of)
		if err == nil {
			cursor, err = base64.StdEncoding.DecodeString(meta[metaCursor])
		}
	}
	if err != nil || of != source {
		return deliver.Place{}, fmt.Errorf("%w: the metadata of batch %d are of another source, or were changed", deliver.ErrRefused, seq)
	}
	at.Cursor = auditlogs.Cursor(cursor)
	return at, nil
}

// plain reads the part of a place that is always in metadata.
func plain(meta map[string]string) (deliver.Place, error) {
	seq, err := strconv.ParseUint(meta[metaSeq], 10, 64)
	count, err2 := strconv.ParseUint(meta[metaCount], 10, 64)
	done, err3 := strconv.ParseBool(meta[metaDone])
	updated, err4 := time.Parse(time.RFC3339Nano, meta[metaUpdated])
	_, err5 := strconv.ParseBool(meta[metaBeside])
	return deliver.Place{Seq: seq, Count: count, Done: done, Updated: updated.UTC()}, errors.Join(err, err2, err3, err4, err5)
}

func (s *Sink) readBeside(ctx context.Context, source string, seq uint64, commit string) (of string, cursor []byte, err error) {
	text, _, err := s.get(ctx, s.placeKey(source, seq, commit))
	if missing(err) {
		return "", nil, fmt.Errorf("%w: the place beside batch %d is gone", deliver.ErrRefused, seq)
	}
	if err != nil {
		return "", nil, failure("GetObject", err)
	}
	var b beside
	if err := json.Unmarshal(text, &b); err != nil {
		return "", nil, fmt.Errorf("%w: the place beside batch %d was changed", deliver.ErrRefused, seq)
	}
	return b.Source, b.Cursor, nil
}
