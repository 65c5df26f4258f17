// Command api prints what packages export, one line for each item, so that an API change shows in a diff.
//
//	go run ./.ci/api . ./auditlogtest
package main

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"slices"
	"strings"
)

func main() {
	for _, folder := range os.Args[1:] {
		lines, err := exported(folder)
		if err != nil {
			fmt.Fprintln(os.Stderr, "api:", err)
			os.Exit(1)
		}
		fmt.Println(strings.Join(lines, "\n"))
	}
}

// exported lists what the package in a folder exports.
func exported(folder string) ([]string, error) {
	files := token.NewFileSet()
	noTests := func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }
	parsed, err := parser.ParseDir(files, folder, noTests, 0) //nolint:staticcheck // SA1019: no file here has a build tag
	if err != nil {
		return nil, err
	}
	var lines []string
	for name, pkg := range parsed {
		var sources []*ast.File
		for _, file := range pkg.Files {
			sources = append(sources, file)
		}
		checked, err := (&types.Config{Importer: importer.ForCompiler(files, "source", nil)}).Check(name, files, sources, nil)
		if err != nil {
			return nil, err
		}
		lines = append(lines, list(checked)...)
	}
	slices.Sort(lines)
	return lines, nil
}

func list(pkg *types.Package) (lines []string) {
	short := func(other *types.Package) string {
		if other == pkg {
			return ""
		}
		return other.Name()
	}
	say := func(format string, args ...any) {
		lines = append(lines, pkg.Name()+": "+fmt.Sprintf(format, args...))
	}
	for _, name := range pkg.Scope().Names() {
		object := pkg.Scope().Lookup(name)
		if !object.Exported() {
			continue
		}
		constant, isConst := object.(*types.Const)
		named, isType := object.(*types.TypeName)
		switch {
		case isConst:
			say("const %s %s = %s", name, types.TypeString(object.Type(), short), constant.Val())
		case isType:
			for _, line := range members(named, short) {
				say("%s", line)
			}
		default:
			say("%s", types.ObjectString(object, short))
		}
	}
	return lines
}

// members returns the lines for a type, its exported fields and its exported methods.
func members(name *types.TypeName, short types.Qualifier) []string {
	of := name.Type()
	lines := []string{"type " + name.Name() + " " + kind(of.Underlying(), short)}
	if structure, ok := of.Underlying().(*types.Struct); ok {
		for field := range structure.Fields() {
			if field.Exported() {
				lines = append(lines, "field "+name.Name()+"."+field.Name()+" "+types.TypeString(field.Type(), short))
			}
		}
	}
	methods := types.NewMethodSet(types.NewPointer(of))
	for method := range methods.Methods() {
		if method.Obj().Exported() && !types.IsInterface(of) {
			lines = append(lines, "method "+name.Name()+"."+method.Obj().Name()+strings.TrimPrefix(types.TypeString(method.Type(), short), "func"))
		}
	}
	return lines
}

// kind returns the kind of a type. It does not list the fields of a struct.
func kind(of types.Type, short types.Qualifier) string {
	if _, ok := of.(*types.Struct); ok {
		return "struct"
	}
	return types.TypeString(of, short)
}
