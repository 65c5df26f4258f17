package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// tracked returns the files of a tree that git knows, by name relative to the root.
func tracked(root string) ([]string, error) {
	text, err := output(root, nil, "git", "ls-files", "-z")
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(text, "\x00"), "\x00"), nil
}

// copyTree copies the files that git knows, as they are now, into an empty folder, which becomes a repository of its own.
func copyTree(root, to string) error {
	files, err := tracked(root)
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := copyFile(filepath.Join(root, file), filepath.Join(to, file)); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	if err := run(to, nil, "git", "init", "-q", "-b", "main"); err != nil {
		return err
	}
	return run(to, nil, "git", "add", "--all", "--force")
}

// copyFile copies a file with its mode. A link becomes the same link.
func copyFile(from, to string) error {
	info, err := os.Lstat(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
		return err
	}
	if info.Mode()&os.ModeSymlink != 0 {
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		return os.Symlink(target, to)
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, info.Mode().Perm())
}

// treeOf returns the name of what is in a repository now, as git would commit it.
func treeOf(repository string) (string, error) {
	if err := run(repository, nil, "git", "add", "--all", "--force"); err != nil {
		return "", err
	}
	name, err := output(repository, nil, "git", "write-tree")
	return strings.TrimSpace(name), err
}

// output runs a command in a folder, with variables added to the environment, and returns what it prints.
func output(folder string, env []string, name string, args ...string) (string, error) {
	command := exec.Command(name, args...)
	command.Dir, command.Env = folder, append(os.Environ(), env...)
	var said strings.Builder
	command.Stderr = &said
	text, err := command.Output()
	if err != nil {
		return string(text), fmt.Errorf("%s: %s %s: %w\n%s%s", folder, name, strings.Join(args, " "), err, said.String(), text)
	}
	return string(text), nil
}

func run(folder string, env []string, name string, args ...string) error {
	_, err := output(folder, env, name, args...)
	return err
}
