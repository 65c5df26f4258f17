package auditlogs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// TokenFile returns a source that reads its token from a file, as containers mount secrets. White space around the token is
// left out, and a scheme before it is understood; see [Token]. The file is read again when it has changed, which each request
// checks at the cost of one look at the file system, and when the API refuses the token. Then the request is repeated once, if
// the file has another token by now. While a changed file is missing, empty or otherwise unreadable, the token from before is
// used; once that is refused, the call fails with the fault of the file. NewClient refuses a file that it cannot read, that is no
// regular file, or that has no token. Safe for concurrent use; one source may serve
// several clients.
func TokenFile(path string) TokenSource { return &tokenFile{path: path} }

type tokenFile struct {
	scrub.Opaque // somebody may have given the token instead of the path
	path         string
}

// Token reads the file.
func (f *tokenFile) Token(context.Context) (Token, error) {
	text, err := readSecret(f.path)
	if err != nil {
		return Token{}, err
	}
	token := Token{Value: text}.withoutScheme()
	if fault := token.fault(); fault != "" {
		return Token{}, errors.New("the token in the file " + fault)
	}
	return token, nil
}

func (f *tokenFile) fault(api *apiTraits) string {
	token, err := f.Token(context.Background())
	if err != nil {
		return err.Error()
	}
	return api.tokenFault(token)
}

// version returns what changes when the file is written or replaced, also if it is a link, as in Kubernetes. "" means that there
// is none to be seen at the moment.
func (f *tokenFile) version() string { return fileVersion(f.path) }

func fileVersion(path string) string {
	info, err := os.Stat(path) //nolint:gosec // G703: the path is the caller's
	if err != nil {
		return ""
	}
	return info.ModTime().UTC().Format(time.RFC3339Nano) + " " + strconv.FormatInt(info.Size(), 10)
}

// maxSecret bounds the size of a file with a secret, so that a path to something else does not fill the memory.
const maxSecret = 64 << 10

// readSecret returns the text of a file that holds a secret, without white space around it.
func readSecret(path string) (string, error) {
	info, err := os.Stat(path) //nolint:gosec // G703: the path is the caller's
	if err != nil {
		return "", secretFileError(err)
	}
	if !info.Mode().IsRegular() { // a pipe has its text only once, and may keep the reader waiting
		return "", errors.New("cannot read the file: it is no regular file")
	}
	file, err := os.Open(path) //nolint:gosec // G304: likewise
	if err != nil {
		return "", secretFileError(err)
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxSecret+1))
	switch {
	case err != nil:
		return "", secretFileError(err)
	case len(data) > maxSecret:
		return "", errors.New("the file is too long for a secret")
	}
	text := strings.TrimSpace(string(data))
	if text == "" {
		return "", errors.New("the file is empty")
	}
	return text, nil
}

// secretFileError returns the error of a file without its path: where a path belongs, somebody may have given the secret.
func secretFileError(err error) error {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		err = failed.Err
	}
	return fmt.Errorf("cannot read the file: %w", err)
}
