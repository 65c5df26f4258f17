package auditlogs_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every piece of Go in README.md and in the documents below docs/ is compiled, as code of a user's module would be. A piece is one of these:
//
//   - a file, with a package clause;
//   - a fragment: declarations, or what stands within a function. It may use what docs/testdata/preamble.go declares and
//     the packages of fragmentImports, and need not use the variables that it declares;
//   - a quotation: "```go snippets/sqlite.go" is part of that file, but for indentation. The file's own module tests it. Other
//     languages may be quoted, too.
func TestDocumentsCompile(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a compiler's work, without anything at once")
	}
	for _, file := range append(documents(t), "README.md") {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, err := range checkDocument(file, string(text)) {
			t.Error(err)
		}
	}
}

// What TestDocumentsCompile looks for, it finds.
func TestDocumentsThatDoNotCompile(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a compiler's work, without anything at once")
	}
	for name, test := range map[string]struct{ text, want string }{
		"good fragments":    {"```go\nlogs := client.DataAccessLogs\n```\n\n```go\nfmt.Println(time.Now(), ctx)\n```\n", ""},
		"good block":        {"```go\nfor range 3 {\n\tcursor := load()\n\t// and so on\n}\n```\n", ""},
		"good file":         {"```go\npackage main\n\nfunc main() {}\n```\n", ""},
		"good declarations": {"```go\ntype drain struct{}\n\nfunc (drain) put() { fmt.Println() }\n```\n", ""},
		"good imports":      {"```go\nimport \"fmt\"\n\nfunc f() { fmt.Println(time.Now()) }\n```\n", ""},
		"good quotation":    {"```go docs/testdata/preamble.go\nctx    context.Context\nclient *auditlogs.Client\n```\n", ""},
		"other language":    {"```python\nclient.no_such_thing()\n```\n", ""},
		"other quotation":   {"```yaml docs/testdata/preamble.go\nctx    context.Context\n```\n", ""},
		"not in the other":  {"```yaml docs/testdata/preamble.go\nctx: context.Context\n```\n", "bad.md:1"},
		"unknown name":      {"text\n\n```go\nclient.NoSuchThing()\n```\n", "bad.md:4"},
		"the second":        {"```go\nhandle(1)\n```\n\n```go\nhandle(1)\nhandle()\n```\n", "bad.md:7"},
		"wrong type":        {"```go\nvar n int = load()\n```\n", "bad.md:2"},
		"wrong file":        {"```go\npackage main\n\nfunc main() { nothing() }\n```\n", "bad.md:4"},
		"unused in a file":  {"```go\npackage main\n\nimport \"os\"\n\nfunc main() {}\n```\n", "bad.md:4"},
		"not for users":     {"```go\npackage p\n\nimport _ \"github.com/auditlogs/auditlogs-go/internal/wire\"\n```\n", "bad.md:4"},
		"wrong declaration": {"```go\nfunc f() { nothing() }\n```\n", "bad.md:2"},
		"no Go at all":      {"```go\nif then else\n```\n", "bad.md:2"},
		"in a list":         {"- x\n\n  ```go\n  client.NoSuchThing()\n  ```\n", "bad.md:4"},
		"unfinished":        {"```go\nhandle(1)\n", "bad.md:1"},
		"wrong quotation":   {"```go docs/testdata/preamble.go\nctx    context.Context\nclient string\n```\n", "bad.md:1"},
		"no such file":      {"```go docs/none.go\nvar other int\n```\n", "bad.md:1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := errors.Join(checkDocument("bad.md", test.text)...)
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want+":")
		})
	}
}

// checkDocument gives an error for everything that does not compile, with its line.
func checkDocument(document, text string) (faults []error) {
	fences, err := goFences(document, text)
	if err != nil {
		return []error{err}
	}
	for _, f := range fences {
		if f.quotes != "" {
			err = f.checkQuotation()
		} else {
			err = f.compile()
		}
		if err != nil {
			faults = append(faults, err)
		}
	}
	return faults
}

// fence is a piece of code in a document.
type fence struct {
	document string
	line     int    // of its first line of code
	quotes   string // the file that it is part of; "" for code of its own
	code     string
}

// goFences finds the fences of Go in a document, and the quotations of files.
func goFences(document, text string) ([]fence, error) {
	var found []fence
	var open *fence
	within, indent := false, ""
	for i, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimLeft(line, " ")
		switch {
		case within && strings.TrimRight(trimmed, " ") == "```":
			if open != nil {
				found = append(found, *open)
			}
			open, within = nil, false
		case open != nil:
			open.code += strings.TrimPrefix(line, indent) + "\n"
		case !within && strings.HasPrefix(trimmed, "```"):
			within, indent = true, line[:len(line)-len(trimmed)]
			if info := strings.Fields(trimmed[3:]); len(info) > 1 || len(info) == 1 && info[0] == "go" {
				open = &fence{document: document, line: i + 2}
				if len(info) > 1 {
					open.quotes = filepath.Join(filepath.Dir(document), info[1])
				}
			}
		}
	}
	if open != nil {
		return nil, fmt.Errorf("%s:%d: the code does not end", document, open.line-1)
	}
	return found, nil
}

func (f fence) checkQuotation() error {
	source, err := os.ReadFile(f.quotes)
	if err == nil && !strings.Contains(dedented(string(source)), dedented(f.code)) {
		err = errors.New("the file does not say so")
	}
	if err != nil {
		return fmt.Errorf("%s:%d: quotation of %s: %w", f.document, f.line-1, f.quotes, err)
	}
	return nil
}

func dedented(code string) string {
	var b strings.Builder
	for line := range strings.Lines(code) {
		b.WriteString(strings.TrimLeft(line, "\t"))
	}
	return b.String()
}

// compile type-checks a file, or a fragment together with the preamble.
func (f fence) compile() error {
	fset := token.NewFileSet()
	begin := fmt.Sprintf("\n//line %s:%d\n", f.document, f.line)
	if strings.HasPrefix(f.code, "package ") || strings.Contains(f.code, "\npackage ") {
		file, err := parser.ParseFile(fset, "", begin+f.code, 0)
		return errors.Join(err, typeCheck(fset, false, file))
	}
	file, err := parser.ParseFile(fset, "", "package snippet\n"+importsBut(f.code)+begin+f.code, 0)
	if err != nil { // no declarations, then
		body := "func _() error {" + begin + f.code + "\nreturn nil\n}\n"
		file, err = parser.ParseFile(fset, "", "package snippet\n"+importsBut("")+body, 0)
	}
	preamble, broken := parser.ParseFile(fset, "docs/testdata/preamble.go", nil, 0)
	return errors.Join(err, broken, typeCheck(fset, true, file, preamble))
}

// typeCheck is a compiler's first half. Of a fragment it does not ask that all be used.
func typeCheck(fset *token.FileSet, fragment bool, files ...*ast.File) error {
	if slices.Contains(files, nil) {
		return nil // the parser has said why
	}
	var faults []error
	config := types.Config{
		Importer: importer.ForCompiler(fset, "gc", openExport),
		Error: func(err error) {
			var fault types.Error
			if errors.As(err, &fault) && fault.Soft && fragment {
				return
			}
			faults = append(faults, err)
		},
	}
	_, _ = config.Check("snippet", fset, files, nil) // Error has heard of it
	return errors.Join(faults...)
}

// fragmentImports are the packages that a fragment need not import.
var fragmentImports = []string{
	"bytes", "context", "crypto/tls", "crypto/x509", "database/sql", "encoding/json", "errors", "fmt", "io", "iter", "log", "log/slog", "net/http",
	"net/url", "os", "path/filepath", "slices", "strconv", "strings", "testing", "testing/synctest", "time",
	"github.com/auditlogs/auditlogs-go", "github.com/auditlogs/auditlogs-go/auditlogtest", "github.com/auditlogs/auditlogs-go/deliver",
	"github.com/auditlogs/auditlogs-go/ocsf", "github.com/auditlogs/auditlogs-go/deliver/delivertest",
	"golang.org/x/time/rate",
}

// importsBut are all of them on one line, but for those that code imports itself.
func importsBut(code string) string {
	text := ""
	for _, path := range fragmentImports {
		if !strings.Contains(code, fmt.Sprintf("%q\n", path)) {
			text += fmt.Sprintf("import %q;", path)
		}
	}
	return text
}

// exports are files with what packages export: of the module, of the standard library and of no module beside them.
var exports = sync.OnceValues(func() (map[string]string, error) {
	list := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}",
		"./auditlogtest", "./deliver/delivertest", "./ocsf", "database/sql", "os/signal", "syscall", "testing/synctest")
	text, err := list.Output()
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for line := range strings.Lines(string(text)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		files[path] = file
	}
	return files, nil
})

func openExport(path string) (io.ReadCloser, error) {
	files, err := exports()
	if err != nil {
		return nil, err
	}
	if files[path] == "" || strings.Contains(path, "/internal/") {
		return nil, fmt.Errorf("users cannot import %s", path)
	}
	return os.Open(files[path])
}
