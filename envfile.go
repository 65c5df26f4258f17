package auditlogs

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// source returns the source of a way to get in.
func (a *variableNames) source(way envEntry, v variables) TokenSource {
	files := variables{}
	for _, name := range v.set(way.all()) {
		if strings.HasSuffix(name, fileSuffix) {
			files[name] = v[name]
		}
	}
	token := a.ways[0].names[0]
	switch {
	case len(files) == 0:
		return way.source(v)
	case way.names[0] == token:
		return TokenFile(files[token+fileSuffix])
	}
	mounted := &mountedSource{names: a, way: way, direct: v, files: files}
	if _, signs := way.source(v).(signingSource); signs {
		return &mountedKey{mounted: mounted}
	}
	return mounted
}

// mountedSource gets in with secrets in files, which are read each time that a credential is wanted: a container's secrets
// rotate.
type mountedSource struct {
	scrub.Opaque
	names  *variableNames
	way    envEntry
	direct variables // what is not in files
	files  variables // paths
	login  *loginClient
}

// current returns the source with what the files hold now.
func (m *mountedSource) current() (TokenSource, error) {
	v := maps.Clone(m.direct)
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(m.files)) {
		text, err := readSecret(m.files[name])
		if err != nil {
			errs = append(errs, m.names.fault(name, err.Error()))
		}
		v[strings.TrimSuffix(name, fileSuffix)] = text
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return m.way.source(v), nil
}

func (m *mountedSource) Token(ctx context.Context) (Token, error) {
	source, err := m.current()
	if err != nil {
		return Token{}, err
	}
	if own, ok := source.(boundSource); ok {
		source = own.bind(m.login)
	}
	return source.Token(ctx)
}

func (m *mountedSource) check(insecure bool) error {
	source, err := m.current()
	if err != nil {
		return err
	}
	if own, ok := source.(boundSource); ok {
		return own.check(insecure)
	}
	return nil
}

func (m *mountedSource) bind(c *loginClient) TokenSource {
	bound := *m
	bound.login = c
	return &bound
}

// mountedKey signs with a key in files, which are read for each signature.
type mountedKey struct {
	scrub.Opaque
	mounted *mountedSource
}

func (m *mountedKey) Token(ctx context.Context) (Token, error) { return m.mounted.Token(ctx) }

func (m *mountedKey) check(insecure bool) error {
	key, err := m.current()
	if err != nil {
		return err
	}
	return key.check(insecure)
}

func (m *mountedKey) sign(req *http.Request, projectID string, now time.Time) ([]scrub.Secret, error) {
	key, err := m.current()
	if err != nil {
		return nil, err
	}
	if err := key.check(false); err != nil {
		return nil, err
	}
	return key.sign(req, projectID, now)
}

func (m *mountedKey) current() (signingSource, error) {
	source, err := m.mounted.current()
	if err != nil {
		return nil, err
	}
	return source.(signingSource), nil //nolint:forcetypeassert // as its way to get in has shown
}
