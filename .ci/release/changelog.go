package main

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// heading is that of a version in CHANGELOG.md.
var heading = regexp.MustCompile(`^## \[(\d+\.\d+\.\d+[^\]]*)\] - \d{4}-\d{2}-\d{2}$`)

// versions returns those that CHANGELOG.md names, such as v0.1.0, the newest first.
func versions(root string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(root, "CHANGELOG.md"))
	var found []string
	for line := range strings.Lines(string(text)) {
		if match := heading.FindStringSubmatch(strings.TrimSpace(line)); match != nil {
			found = append(found, "v"+match[1])
		}
	}
	if err == nil && found == nil {
		err = fmt.Errorf("CHANGELOG.md: no version, as in ## [1.2.3] - 2026-01-31")
	}
	return found, err
}

// newest returns the version that CHANGELOG.md names first.
func newest(root string) (string, error) {
	all, err := versions(root)
	if err != nil {
		return "", err
	}
	return all[0], nil
}

// before returns the version before one, or none if it is the first. One that CHANGELOG.md does not name yet follows all others.
func before(root, version string) (string, error) {
	all, err := versions(root)
	if i := slices.Index(all, version); i+1 < len(all) {
		return all[i+1], err
	}
	return "none", err
}

// target is one of a link or an image in Markdown, with what is before it. definition is a line that names one, as those at the
// end of the file do.
var (
	target     = regexp.MustCompile(`\]\(([^)\s]+)`)
	definition = regexp.MustCompile(`^\[[^\]]+\]: `)
)

// absolute makes links to files of the repository lead to those of a version, from wherever the text is read.
func absolute(text, version string) string {
	return target.ReplaceAllStringFunc(text, func(found string) string {
		to := strings.TrimPrefix(found, "](")
		if parsed, err := url.Parse(to); err != nil || parsed.IsAbs() || parsed.Path == "" {
			return found
		}
		return "](https://" + own + "/blob/" + version + "/" + path.Clean(to)
	})
}

// notes returns what CHANGELOG.md says of a version, without its heading and the links at the end of the file.
func notes(root, version string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, "CHANGELOG.md"))
	if err != nil {
		return "", err
	}
	var kept strings.Builder
	inside := false
	for line := range strings.Lines(string(text)) {
		if found := heading.FindStringSubmatch(strings.TrimSpace(line)); found != nil || strings.HasPrefix(line, "## ") {
			inside = found != nil && "v"+found[1] == version
			continue
		}
		if inside && !definition.MatchString(line) {
			kept.WriteString(line)
		}
	}
	cut := strings.TrimSpace(kept.String())
	if cut == "" {
		return "", fmt.Errorf("CHANGELOG.md says nothing of %s", version)
	}
	return absolute(cut, version) + "\n", nil
}
