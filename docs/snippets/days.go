package snippets

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// saveDay writes the events of one UTC day to a file of its own, unless that is there: a file under its final name is whole.
func saveDay(ctx context.Context, client *auditlogs.Client, folder string, day time.Time) error {
	name := filepath.Join(folder, day.Format(time.DateOnly)+".jsonl")
	if _, err := os.Stat(name); err == nil {
		return nil
	}
	file, err := os.CreateTemp(folder, ".unfinished-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // once it has its final name, there is nothing to remove
	err = writeEvents(ctx, file, client.SourcesBetween(day, day.AddDate(0, 0, 1)))
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), name)
}

// writeEvents writes one line per event, the newest first, and ends at the first source that fails.
func writeEvents(ctx context.Context, file *os.File, sources []auditlogs.Source) error {
	lines := json.NewEncoder(file)
	for event, err := range auditlogs.Items(auditlogs.Merge(ctx, sources...)) {
		if err != nil {
			return err
		}
		if err := lines.Encode(event); err != nil {
			return err
		}
	}
	return nil
}
