package sqlite

import (
	"context"
	"fmt"
	"math"

	"github.com/auditlogs/auditlogs-go/deliver"
)

// Commit stores a batch and the place behind it in one transaction, as [deliver.Sink] says. It returns once both are
// synchronised to the disk. Commits wait for one another, those of other processes for up to ten seconds. A batch whose
// context ends meanwhile is not stored, unless that was too late to stop it.
func (s *Sink) Commit(ctx context.Context, b deliver.Batch) error {
	if err := s.commit(ctx, b); err != nil {
		return fmt.Errorf("sqlite: commit: %w", failure(ctx, err))
	}
	return nil
}

func (s *Sink) commit(ctx context.Context, b deliver.Batch) error {
	if err := checkBatch(b); err != nil {
		return err
	}
	if err := s.inPlace(); err != nil {
		return err
	}
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing once it is committed
	if err := s.store.batch(ctx, tx, b); err != nil {
		return err
	}
	return tx.Commit()
}

// checkBatch returns an error about a batch that no place could be before.
func checkBatch(b deliver.Batch) error {
	if err := b.Check(b.From); err != nil {
		return err
	}
	if b.To.Seq > math.MaxInt64 || b.To.Count > math.MaxInt64 {
		return fmt.Errorf("%w: its numbers are greater than SQLite's", deliver.ErrInvalidBatch)
	}
	return nil
}
