package main

import (
	"fmt"
	"os"
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
		if inside && !strings.HasPrefix(line, "[") {
			kept.WriteString(line)
		}
	}
	cut := strings.TrimSpace(kept.String())
	if cut == "" {
		return "", fmt.Errorf("CHANGELOG.md says nothing of %s", version)
	}
	return cut + "\n", nil
}
