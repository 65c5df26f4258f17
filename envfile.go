package auditlogs

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
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
	if way.signs {
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

// version returns what changes when one of the files does; "" if one of them is not there at the moment.
func (m *mountedSource) version() string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(m.files)) {
		version := fileVersion(m.files[name])
		if version == "" {
			return ""
		}
		all = append(all, version)
	}
	return strings.Join(all, " ")
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

// mountedKey signs with a key in files, which are read again when one of them has changed. Until a whole key was read, while its
// parts stood still, the one from before signs: Huawei locks a key after five bad signatures.
type mountedKey struct {
	scrub.Opaque
	mounted *mountedSource

	mu   sync.Mutex
	key  signingSource // nil: none yet
	seen string        // its version
}

func (m *mountedKey) Token(ctx context.Context) (Token, error) { return m.mounted.Token(ctx) }

func (m *mountedKey) check(bool) error {
	_, err := m.read()
	return err
}

func (m *mountedKey) sign(req *http.Request, projectID string, now time.Time) ([]scrub.Secret, error) {
	key, err := m.current()
	if err != nil {
		return nil, err
	}
	return key.sign(req, projectID, now)
}

// current returns the key to sign with.
func (m *mountedKey) current() (signingSource, error) {
	version := m.mounted.version()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.key != nil && (version == "" || version == m.seen) {
		return m.key, nil
	}
	key, err := m.read()
	if whole := err == nil && version == m.mounted.version(); whole || m.key == nil {
		m.key, m.seen = key, version
		return key, err
	}
	return m.key, nil
}

// read returns the key that is in the files now, if it can sign.
func (m *mountedKey) read() (signingSource, error) {
	source, err := m.mounted.current()
	if err != nil {
		return nil, err
	}
	key := source.(signingSource) //nolint:forcetypeassert // as its way to get in says
	if err := key.check(false); err != nil {
		return nil, err
	}
	return key, nil
}
