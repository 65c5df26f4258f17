package collect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/deliver"
)

// Stores are the kinds of stores of a program, by the scheme with which an address begins.
type Stores map[string]Store

// Store is a kind of stores.
type Store struct {
	Form string // of an address, for people, such as "file:PATH"
	// Open opens the store with an address, scheme included. done may be nil. An error holds nothing secret of the address.
	Open func(ctx context.Context, address string) (to deliver.Sink, done io.Closer, err error)
	// Quiet is for stores where a commit costs, as that of deliver.Options.
	Quiet time.Duration
}

// File stores lines of JSON in a file.
var File = Store{Form: "file:PATH", Open: func(_ context.Context, address string) (deliver.Sink, io.Closer, error) {
	f, err := deliver.OpenFile(PathOf(address))
	if err != nil {
		return nil, nil, err
	}
	return f, f, nil
}}

// elsewhere are the schemes that the program of the module stores has.
var elsewhere = []string{"sqlite", "postgres", "postgresql", "s3"}

// forms returns what an address may look like.
func (s Stores) forms() string {
	var forms []string
	for _, scheme := range slices.Sorted(maps.Keys(s)) {
		if form := s[scheme].Form; !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	return strings.Join(forms, ", ")
}

// check returns an error unless an address is one of a store. It does not show an address, which may hold a password.
func (s Stores) check(to string) error {
	if to == "" || to == "-" {
		return nil
	}
	scheme, rest, ok := strings.Cut(to, ":")
	_, known := s[scheme]
	switch {
	case known && rest == "":
		return fmt.Errorf("-to %s: want %s", to, s[scheme].Form)
	case known && isPath(scheme) && strings.HasPrefix(rest, "//") && !strings.HasPrefix(rest, "///"):
		return fmt.Errorf("-to %s: want %s, with one slash or none before the path", to, s[scheme].Form)
	case known:
		return nil
	case ok && slices.Contains(elsewhere, scheme):
		return fmt.Errorf("-to %s: this program stores in files only. In a checkout of the repository, one for all stores takes the same flags:\n"+
			"  go run -C examples/collect/stores . -to %s", scheme, quoted(where(to)))
	}
	return fmt.Errorf("-to: want %s or -", s.forms())
}

// isPath reports whether addresses of a scheme are paths.
func isPath(scheme string) bool { return scheme == "file" || scheme == "sqlite" }

// PathOf returns the path in an address that is one.
func PathOf(address string) string {
	_, path, _ := strings.Cut(address, ":")
	return path
}

// where returns an address without anything secret, and with an absolute path.
func where(to string) string {
	scheme, rest, _ := strings.Cut(to, ":")
	if isPath(scheme) {
		if path, err := filepath.Abs(rest); err == nil {
			return scheme + ":" + path
		}
		return to
	}
	u, err := url.Parse(to)
	if err != nil || u.Opaque != "" {
		return scheme + "://…"
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// output is where a run delivers to.
type output struct {
	deliver.Sink
	done   io.Closer
	where  string // for people; "" for standard output
	chosen bool   // by the program
	quiet  time.Duration
}

func (o *output) Close() error {
	if o.done == nil {
		return nil
	}
	if err := o.done.Close(); err != nil {
		return fmt.Errorf("the store cannot be closed: %w", err)
	}
	return nil
}

// open opens the store, or standard output.
func (p Program) open(ctx context.Context, set *settings) (*output, error) {
	if !set.stored {
		return &output{Sink: newLines(demoMarked(p.Stdout, set.madeUp))}, nil
	}
	to, chosen := set.to, set.to == ""
	if chosen {
		path, err := newFile(set.madeUp)
		if err != nil {
			return nil, err
		}
		to = "file:" + path
	}
	scheme, _, _ := strings.Cut(to, ":")
	sink, done, err := p.Stores[scheme].Open(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("the store cannot be opened: %w", err)
	}
	return &output{sink, done, where(to), chosen, p.Stores[scheme].Quiet}, nil
}

// defaultFile is where records go if standard output is a terminal.
const defaultFile = "audit.jsonl"

// newFile returns the path of a file that is not there yet. Made-up records go where they are in nobody's way.
func newFile(madeUp bool) (string, error) {
	if madeUp {
		folder, err := os.MkdirTemp("", "collect-")
		return filepath.Join(folder, defaultFile), err
	}
	for _, path := range []string{defaultFile, defaultFile + ".places"} {
		if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
			return "", fmt.Errorf("there is a file %s already: give -to file:%s to go on with it, another file, or - for this terminal", path, defaultFile)
		}
	}
	return defaultFile, nil
}
