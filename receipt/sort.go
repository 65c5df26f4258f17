package receipt

import (
	"bufio"
	"bytes"
	"container/heap"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
)

const (
	runLength   = 1 << 16 // leaves that are sorted in memory: 5 MB
	mergeMemory = 4 << 20 // bytes to read ahead, of all runs together
)

// sorter sorts any number of leaves in little memory: it sorts runs of them, writes these to a temporary file, and merges them.
// If one run is enough, there is no file. It must be closed.
type sorter struct {
	run      int // leaves in a run
	leaves   []leaf
	file     *os.File
	unlinked bool
	runs     []int // lengths of the runs in the file, each of which begins where the one before it ends
}

// add takes one more leaf.
func (s *sorter) add(l *leaf) error {
	if len(s.leaves) == s.run {
		if err := s.spill(); err != nil {
			return err
		}
	}
	s.leaves = append(s.leaves, *l)
	return nil
}

// spill writes the leaves in memory to the file as one run.
func (s *sorter) spill() error {
	if s.file == nil {
		file, err := os.CreateTemp("", "auditlogs-receipt-*")
		if err != nil {
			return fmt.Errorf("no temporary file: %w", err)
		}
		s.file = file
		s.unlinked = os.Remove(file.Name()) == nil // some systems remove no open files
	}
	s.sortRun()
	w := bufio.NewWriter(s.file)
	for i := range s.leaves {
		if _, err := w.Write(s.leaves[i][:]); err != nil {
			return fmt.Errorf("temporary file: %w", err)
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("temporary file: %w", err)
	}
	s.runs = append(s.runs, len(s.leaves))
	s.leaves = s.leaves[:0]
	return nil
}

func (s *sorter) sortRun() {
	slices.SortFunc(s.leaves, func(a, b leaf) int { return bytes.Compare(a[:], b[:]) })
}

// close removes the file.
func (s *sorter) close() {
	if s.file == nil {
		return
	}
	_ = s.file.Close() // only what was read counts, and it was read
	if !s.unlinked {
		_ = os.Remove(s.file.Name())
	}
}

// all ranges over all leaves in ascending order. A leaf is valid until the next one. No leaf can be added any more.
func (s *sorter) all() iter.Seq2[*leaf, error] {
	return func(yield func(*leaf, error) bool) {
		if s.file != nil {
			s.merge(yield)
			return
		}
		s.sortRun()
		for i := range s.leaves {
			if !yield(&s.leaves[i], nil) {
				return
			}
		}
	}
}

// merge yields the leaves of all runs in ascending order.
func (s *sorter) merge(yield func(*leaf, error) bool) {
	if err := s.spill(); err != nil {
		yield(nil, err)
		return
	}
	s.leaves = nil
	ahead, err := s.readers()
	for err == nil && len(ahead) > 0 {
		first := ahead[0]
		if !yield(&first.head, nil) {
			return
		}
		if first.left == 0 {
			heap.Pop(&ahead)
			continue
		}
		err = first.next()
		heap.Fix(&ahead, 0)
	}
	if err != nil {
		yield(nil, fmt.Errorf("temporary file: %w", err))
	}
}

// readers opens all runs at their first leaf.
func (s *sorter) readers() (runHeap, error) {
	var all runHeap
	offset := int64(0)
	buffer := min(max(mergeMemory/len(s.runs), 8*leafSize), 64<<10)
	for _, length := range s.runs {
		size := int64(length) * leafSize
		r := &runReader{left: length, from: bufio.NewReaderSize(io.NewSectionReader(s.file, offset, size), buffer)}
		if err := r.next(); err != nil {
			return nil, err
		}
		all = append(all, r)
		offset += size
	}
	heap.Init(&all)
	return all, nil
}

// runReader reads one run.
type runReader struct {
	from *bufio.Reader
	left int // leaves that were not read
	head leaf
}

// next reads the next leaf into head. That there is one was counted: the end of the file is an error.
func (r *runReader) next() error {
	r.left--
	_, err := io.ReadFull(r.from, r.head[:])
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// runHeap has the run with the least leaf first.
type runHeap []*runReader

func (h runHeap) Len() int           { return len(h) }
func (h runHeap) Less(i, j int) bool { return bytes.Compare(h[i].head[:], h[j].head[:]) < 0 }
func (h runHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *runHeap) Push(x any)        { *h = append(*h, x.(*runReader)) }
func (h *runHeap) Pop() any {
	last := len(*h) - 1
	r := (*h)[last]
	*h = (*h)[:last]
	return r
}
