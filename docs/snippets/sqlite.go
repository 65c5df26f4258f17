package snippets

import (
	"context"
	"database/sql"
	"errors"
	"iter"

	_ "modernc.org/sqlite" // or another driver

	auditlogs "github.com/auditlogs/auditlogs-go"
)

const schema = `
CREATE TABLE IF NOT EXISTS events (api TEXT, id TEXT, time TEXT, actor TEXT, action TEXT, record TEXT, PRIMARY KEY (api, id));
CREATE TABLE IF NOT EXISTS progress (source TEXT PRIMARY KEY, cursor TEXT NOT NULL);`

// lastCursor is where the source is to go on; "" at the beginning.
func lastCursor(ctx context.Context, db *sql.DB, source string) (cursor auditlogs.Cursor, err error) {
	err = db.QueryRowContext(ctx, `SELECT cursor FROM progress WHERE source = ?`, source).Scan(&cursor)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return cursor, err
}

// storePages stores every page and its cursor in one transaction: after a crash, either both are there or neither is.
func storePages(ctx context.Context, db *sql.DB, source string, pages iter.Seq2[*auditlogs.Page[auditlogs.Event], error]) error {
	for page, err := range pages {
		if err != nil {
			return err
		}
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		if err := storePage(ctx, tx, source, page); err != nil {
			return errors.Join(err, tx.Rollback())
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}

func storePage(ctx context.Context, tx *sql.Tx, source string, page *auditlogs.Page[auditlogs.Event]) error {
	for _, e := range page.Items {
		_, err := tx.ExecContext(ctx, `INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)`,
			e.API, e.ID, e.Time.Format("2006-01-02T15:04:05.000000000Z"), e.Actor.ID, e.Action, string(e.Raw))
		if err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO progress VALUES (?, ?)
		ON CONFLICT (source) DO UPDATE SET cursor = excluded.cursor`, source, page.Next)
	return err
}
