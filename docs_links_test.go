package auditlogs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// documents are the files of text below docs/.
func documents(t *testing.T) (files []string) {
	t.Helper()
	err := filepath.WalkDir("docs", func(file string, entry fs.DirEntry, err error) error {
		if entry != nil && entry.IsDir() && entry.Name() == "node_modules" {
			return fs.SkipDir
		}
		if strings.HasSuffix(file, ".md") {
			files = append(files, file)
		}
		return err
	})
	require.NoError(t, err)
	require.Greater(t, len(files), 10)
	return files
}

// links are the targets of the links of a document within the repository: a file, and after "#" a heading.
func links(t *testing.T, document string) (found []string) {
	t.Helper()
	for _, link := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(readText(t, document), -1) {
		if !strings.Contains(link[1], "://") && !strings.HasPrefix(link[1], "mailto:") {
			found = append(found, link[1])
		}
	}
	return found
}

func readText(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}

// The index names every document.
func TestDocumentsAreInTheIndex(t *testing.T) {
	t.Parallel()
	named := map[string]bool{filepath.Join("docs", "README.md"): true}
	for _, target := range links(t, "docs/README.md") {
		named[filepath.Join("docs", filepath.FromSlash(target))] = true
	}
	for _, document := range documents(t) {
		require.True(t, named[document], "docs/README.md has no link to %s", document)
	}
}

// Every link to a heading has its heading. That files exist is looked at for all of the repository, by .ci/run.
func TestDocumentsLinkToHeadings(t *testing.T) {
	t.Parallel()
	for _, document := range append(documents(t), "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md") {
		for _, target := range links(t, document) {
			file, anchor, ok := strings.Cut(target, "#")
			if !ok {
				continue
			}
			if file = filepath.Join(filepath.Dir(document), filepath.FromSlash(file)); target[0] == '#' {
				file = document
			}
			require.Contains(t, anchors(readText(t, file)), anchor, "%s links to %s", document, target)
		}
	}
}

// anchors are the names that GitHub gives to the headings of a document.
func anchors(text string) (names []string) {
	code := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "```") {
			code = !code
		}
		title, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " ")
		if code || !ok || line[0] != '#' {
			continue
		}
		names = append(names, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			default:
				return -1
			}
		}, strings.TrimSpace(title)))
	}
	return names
}
