package open

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxSecret bounds a file of secrets, in bytes.
const maxSecret = 64 << 10

// known are the names that a file of secrets may have.
var known = []string{
	"TOKEN", "USERNAME", "PASSWORD", "CLIENT_ID", "CLIENT_SECRET", "ACCESS_KEY", "SECRET_KEY", "SECURITY_TOKEN", "IAM_URL", "DOMAIN",
}

// values are the lines of a file of secrets. They are not printed.
type values map[string]string

// String hides the values.
func (values) String() string { return "[secrets]" }

// GoString hides the values.
func (values) GoString() string { return "[secrets]" }

// CheckSecret returns an error if a text cannot be the name of a secret: it is part of the name of a file.
func CheckSecret(name string) error {
	switch {
	case name == "":
		return errors.New("secret: is not set")
	case len(name) > 200:
		return errors.New("secret: its name is longer than 200 bytes")
	case strings.ContainsAny(name, "/\\:\x00") || strings.Contains(name, "..") || name[0] == '.' || filepath.Base(name) != name:
		return errors.New("secret: its name must not begin with a dot, nor hold a path")
	}
	return nil
}

// readSecret reads the file of a secret. Errors name the secret, and quote nothing of the file.
func readSecret(dir, name string) ([]byte, error) {
	if err := CheckSecret(name); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, errors.New("secret: the folder of secrets cannot be opened")
	}
	defer func() { _ = root.Close() }()
	text, err := root.ReadFile(name + ".env")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("secret %q: its file does not exist", name)
	case err != nil:
		return nil, fmt.Errorf("secret %q: its file cannot be read", name)
	case len(text) > maxSecret:
		return nil, fmt.Errorf("secret %q: its file is larger than %d bytes", name, maxSecret)
	}
	return text, nil
}

// ParseEnv reads lines of the form NAME=value: empty lines and those that begin with "#" are left out, and so are white space
// around names and values and a pair of quotes around a value. Only the given names may be there, once each. Errors give the
// number of a line, and quote nothing.
func ParseEnv(text []byte, names ...string) (map[string]string, error) {
	all := map[string]string{}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	for i, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		_, again := all[name]
		switch {
		case !ok:
			return nil, fmt.Errorf("line %d is not of the form NAME=value", i+1)
		case !slices.Contains(names, name):
			return nil, fmt.Errorf("line %d has a name that is not one of %s", i+1, strings.Join(names, " "))
		case again:
			return nil, fmt.Errorf("line %d has a name that was there before", i+1)
		}
		all[name] = unquote(strings.TrimSpace(value))
	}
	return all, nil
}

func unquote(value string) string {
	if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		return value[1 : n-1]
	}
	return value
}
