package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// rowsOf returns the records of the first rows, of realistic weight.
func rowsOf(tb testing.TB, a *api, n int) [][]byte {
	tb.Helper()
	templates, err := realisticTemplates(a, min(n, realisticRecords))
	if err != nil {
		tb.Fatal(err)
	}
	all := make([][]byte, n)
	for row := range all {
		all[row] = templates[row%len(templates)].appendRow(nil, row, a.record.layout)
	}
	return all
}

func TestRealisticRecords(t *testing.T) {
	t.Parallel()
	for _, a := range apis() {
		seen := map[string]bool{}
		for _, record := range rowsOf(t, a, 2*realisticRecords) {
			if n := len(record); n < 270 || n > 950 {
				t.Errorf("%s: %d bytes: %s", a.name, n, record)
			}
			if !jsontext.Value(record).IsValid() || bytes.ContainsRune(record, '#') || seen[string(record)] {
				t.Errorf("%s: invalid, with a mark, or not the first of its kind: %s", a.name, record)
			}
			seen[string(record)] = true
		}
	}
}

func TestRealisticRecordsAreTheSameInEveryRun(t *testing.T) {
	t.Parallel()
	for _, a := range apis() {
		if one, other := rowsOf(t, a, 100), rowsOf(t, a, 100); !bytes.Equal(bytes.Join(one, nil), bytes.Join(other, nil)) {
			t.Errorf("%s: two runs differ", a.name)
		}
	}
}

// TestRealisticRecordsHaveTheirWeight is about what a generated client allocates for a record.
func TestRealisticRecordsHaveTheirWeight(t *testing.T) { //nolint:paralleltest // AllocsPerRun counts what others allocate, too
	for _, a := range apis() {
		const n = 1000
		page := bytes.Join(rowsOf(t, a, n), []byte{','})
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		head, tail := a.frame(http.Header{}, request, window{total: n, size: n})
		body := head + string(page) + tail
		decode := a.generated()
		got := testing.AllocsPerRun(3, func() {
			if rows, err := decode(strings.NewReader(body)); rows != n || err != nil {
				t.Errorf("%s: %d rows, %v", a.name, rows, err)
			}
		}) / n
		if got < 20 || got > 75 {
			t.Errorf("%s: %.1f allocations per record", a.name, got)
		}
	}
}

// TestValuesHoldWholeRecords checks that the structs for json/v2 leave nothing out, but for some members of a user.
func TestValuesHoldWholeRecords(t *testing.T) {
	t.Parallel()
	again := map[string]func([]byte) ([]byte, error){
		"Waldur": throughValue[waldurRecord], "Huawei EDS": throughValue[huaweiRecord], "Akinon": throughValue[akinonRecord],
		"Elastic Path": throughValue[elasticPathRecord], "ThousandEyes": throughValue[thousandEyesRecord],
	}
	for _, a := range apis() {
		for _, record := range rowsOf(t, a, 100) {
			if otherwise.Match(record) {
				continue
			}
			got, err := again[a.name](record)
			if err != nil {
				t.Fatalf("%s: %v in %s", a.name, err, record)
			}
			if want := canonical(t, withoutFlags(t, record)); canonical(t, got) != want {
				t.Errorf("%s: %s, want %s", a.name, got, want)
			}
		}
	}
}

// otherwise matches what a struct says in another way: nobody, and a user of whom there is only the ID.
var otherwise = regexp.MustCompile(`:null|"user":\d`)

func throughValue[T any](record []byte) ([]byte, error) {
	var value T
	if err := json.Unmarshal(record, &value); err != nil {
		return nil, err
	}
	return json.Marshal(value)
}

// withoutFlags leaves out what the SDK's record has no field for.
func withoutFlags(tb testing.TB, record []byte) []byte {
	tb.Helper()
	var members map[string]any
	if err := json.Unmarshal(record, &members); err != nil {
		tb.Fatal(err)
	}
	if user, ok := members["user"].(map[string]any); ok {
		delete(user, "is_active")
		delete(user, "is_staff")
		delete(user, "date_joined")
	}
	text, err := json.Marshal(members)
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

func canonical(tb testing.TB, text []byte) string {
	tb.Helper()
	value := jsontext.Value(text)
	if err := value.Canonicalize(); err != nil {
		tb.Fatal(err)
	}
	return string(value)
}
