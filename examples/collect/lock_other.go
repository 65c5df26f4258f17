//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package main

import "os"

// lock does nothing on systems for which the standard library has no lock that ends with the process.
func lock(*os.File) error { return nil }

func unlock(*os.File) {}
