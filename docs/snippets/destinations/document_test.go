package destinations

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/receipt"
)

// The SQL for DuckDB in the document runs on a file of package deliver, twice. A receipt of the table equals that of the logs.
func TestDuckDB(t *testing.T) {
	t.Parallel()
	w, db := newWorld(t, 1000), openDuckDB(t)
	statements := fences(t, "-- DuckDB\n")
	require.Len(t, statements, 1)
	insert, answer, found := strings.Cut(strings.ReplaceAll(statements[0], "audit.jsonl", w.path), "\n\n")
	require.True(t, found)
	for range 2 {
		_, err := db.ExecContext(t.Context(), insert)
		require.NoError(t, err)
	}
	require.Greater(t, len(query(t, db, answer)), 10)

	rows := query(t, db, "SELECT uid, event::VARCHAR FROM audit")
	require.Len(t, rows, len(w.uids(t)))
	for _, source := range w.sources {
		log, err := receipt.Take(t.Context(), source, since, until)
		require.NoError(t, err)
		there, err := receipt.From(func(yield func(auditlogs.Event, error) bool) {
			for _, row := range rows {
				var e auditlogs.Event
				err := json.Unmarshal([]byte(row[1]), &e)
				if (err != nil || string(e.API) == log.API) && !yield(e, err) {
					return
				}
			}
		}, since, until)
		require.NoError(t, err)
		require.True(t, log.Compare(there).Equal(), "%s: %s", source.Name(), log.Compare(there))
	}
}

// What the document warns of: DuckDB writes numbers anew when it takes a part of a JSON text, and not when it keeps the whole.
func TestDuckDBNumbers(t *testing.T) {
	t.Parallel()
	path := t.TempDir() + "/audit.jsonl"
	const line = `{"v":1,"record":{"n":1.10,"e":1e5}}`
	require.NoError(t, os.WriteFile(path, []byte(line+"\n"), 0o600))
	db := openDuckDB(t)
	require.Equal(t, [][]string{{line}}, query(t, db, "SELECT json::VARCHAR FROM read_ndjson_objects('"+path+"')"))
	require.Equal(t, [][]string{{`{"n":1.1,"e":100000.0}`}}, query(t, db, "SELECT (json->'$.record')::VARCHAR FROM read_ndjson_objects('"+path+"')"))
	require.Equal(t, [][]string{{`{"n":1.1,"e":100000.0}`}},
		query(t, db, "SELECT record::VARCHAR FROM read_json('"+path+"', format = 'newline_delimited', columns = {record: 'JSON'})"))
}

// fences are the pieces of SQL in the document that begin with a line.
func fences(t *testing.T, first string) (found []string) {
	t.Helper()
	text, err := os.ReadFile("../../destinations.md")
	require.NoError(t, err)
	for piece := range strings.SplitSeq(string(text), "```sql\n") {
		code, _, _ := strings.Cut(piece, "```")
		if rest, ok := strings.CutPrefix(code, first); ok {
			found = append(found, rest)
		}
	}
	return found
}
