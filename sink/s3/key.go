package s3

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	partition = "log="     // of Hive; not "source=", since events have a column of that name
	places    = "_places/" // engines skip what begins with "_"
	unnamed   = "__HIVE_DEFAULT_PARTITION__"
	maxFolder = 200 // bytes of a source's name in a key; file systems behind S3 take 255
	maxPrefix = 512 // bytes; with all the rest, a key stays below the 1024 of S3
	digits    = 20  // of the largest uint64
)

// folder returns the folder of a source, without the prefix. Distinct sources have distinct folders, none of which lies in another.
func folder(source string) string {
	name := escape(source)
	if name == "" {
		name = unnamed
	}
	if len(name) > maxFolder {
		digest := sha256.Sum256([]byte(source))
		tail := "~" + hex.EncodeToString(digest[:20]) // "~" is in no other name, because it is escaped
		head := name[:maxFolder-len(tail)]
		if i := strings.LastIndexByte(head, '%'); i > len(head)-3 {
			head = head[:i]
		}
		name = head + tail
	}
	return partition + name
}

// escape writes all but letters, digits and "-._" of ASCII as %XX, as Hive does, and a "_" in front, so that no name is
// the word of Hive for none.
func escape(name string) string {
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == '_' && i > 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// key is that of a batch.
func (s *Sink) key(source string, seq uint64) string {
	return s.dir(source) + numbered(seq) + s.format.suffix
}

// dir is what all keys of a source begin with.
func (s *Sink) dir(source string) string { return s.prefix + folder(source) + "/" }

// placeKey is that of a place beside its batch.
func (s *Sink) placeKey(source string, seq uint64, commit string) string {
	return s.prefix + places + folder(source) + "/" + numbered(seq) + "-" + commit + ".json"
}

func numbered(seq uint64) string { return fmt.Sprintf("%0*d", digits, seq) }

// number is the reverse of key. ok is false for an object that is not of this sink.
func (s *Sink) number(source, key string) (seq uint64, ok bool) {
	name, ok := strings.CutPrefix(key, s.dir(source))
	if !ok {
		return 0, false
	}
	text, ok := strings.CutSuffix(name, s.format.suffix)
	if !ok || len(text) != digits {
		return 0, false
	}
	seq, err := strconv.ParseUint(text, 10, 64)
	return seq, err == nil && numbered(seq) == text
}

// cleanPrefix returns a prefix as keys begin with it: "" or with a slash at its end.
func cleanPrefix(prefix string) (string, error) {
	prefix = strings.Trim(prefix, "/")
	if prefix == "" {
		return "", nil
	}
	if len(prefix) > maxPrefix || !utf8.ValidString(prefix) || strings.ContainsFunc(prefix, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "", fmt.Errorf("%w: the prefix is longer than %d bytes, or has characters that no key should have", ErrInvalidConfig, maxPrefix)
	}
	for part := range strings.SplitSeq(prefix, "/") {
		if part == "" || part == "." || part == ".." {
			return "", fmt.Errorf("%w: the prefix has a part that is empty, \".\" or \"..\"", ErrInvalidConfig)
		}
	}
	return prefix + "/", nil
}
