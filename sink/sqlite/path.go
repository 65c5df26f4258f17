package sqlite

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/auditlogs/auditlogs-go/deliver"
)

// Settings of every connection. Commits wait for one another up to busy_timeout, in milliseconds. fullfsync is for macOS,
// where fsync alone leaves data in the disk's cache; elsewhere it changes nothing. journal_size_limit gives the space back that
// the write-ahead log took while a long reading kept it from being reused.
const (
	settings = "_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=synchronous(FULL)" +
		"&_pragma=fullfsync(1)&_pragma=checkpoint_fullfsync(1)&_pragma=journal_size_limit(67108864)&_dqs=0&_error_rc=1"
	writing = settings + "&_txlock=immediate"
	reading = settings + "&_query_only=1"
)

// checkPath returns the path as an absolute one, so that it stays the same file when the process changes its folder.
func checkPath(path string) (string, error) {
	if path == "" || strings.ContainsRune(path, 0) {
		return "", fmt.Errorf("%w: the path is empty or has a zero byte", deliver.ErrRefused)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", errors.Join(deliver.ErrRefused, err)
	}
	return path, nil
}

// uri returns the file: URI of an absolute path, in which no character has a meaning but the slash.
func uri(path string) string {
	parts := strings.Split(filepath.ToSlash(path), "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	escaped := strings.Join(parts, "/")
	if !strings.HasPrefix(escaped, "/") { // a drive of Windows
		escaped = "/" + escaped
	}
	return "file://" + escaped
}
