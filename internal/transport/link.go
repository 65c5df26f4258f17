package transport

import (
	"net/url"
	"strings"
)

// LinkQuery returns the query of the link with the given relation in a Link header (RFC 8288). It returns only the
// query, because the rest may lead to another host.
func LinkQuery(header []string, relation string) (url.Values, bool) {
	for _, line := range header {
		for line != "" {
			target, rest, ok := nextLink(line)
			if !ok {
				break
			}
			params, tail := cutOutsideQuotes(rest, ',')
			line = tail
			if hasRelation(params, relation) {
				u, err := url.Parse(target)
				if err != nil {
					return nil, false
				}
				return u.Query(), true
			}
		}
	}
	return nil, false
}

// nextLink splits the target between angle brackets from a Link header.
func nextLink(line string) (target, rest string, ok bool) {
	_, line, ok = strings.Cut(line, "<")
	if !ok {
		return "", "", false
	}
	return strings.Cut(line, ">")
}

// cutOutsideQuotes splits a line at the first separator that is not within quotes.
func cutOutsideQuotes(line string, separator byte) (before, after string) {
	quoted := false
	for i := range len(line) {
		switch {
		case line[i] == '"':
			quoted = !quoted
		case line[i] == separator && !quoted:
			return line[:i], line[i+1:]
		}
	}
	return line, ""
}

// hasRelation reports whether the parameters of a link name the relation.
func hasRelation(params, relation string) bool {
	for params != "" {
		var param string
		param, params = cutOutsideQuotes(params, ';')
		name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		if !strings.EqualFold(strings.TrimSpace(name), "rel") {
			continue
		}
		for rel := range strings.FieldsSeq(strings.Trim(strings.TrimSpace(value), `"`)) {
			if strings.EqualFold(rel, relation) {
				return true
			}
		}
	}
	return false
}
