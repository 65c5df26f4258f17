package main

import (
	"os"
	"runtime/pprof"
)

// profile writes a profile of the processor to a file, until it is ended. Without a file, it does nothing.
func profile(file string) (end func(), err error) {
	if file == "" {
		return func() {}, nil
	}
	to, err := os.Create(file) //nolint:gosec // G304: it is the user's
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(to); err != nil {
		return nil, err
	}
	return func() { pprof.StopCPUProfile(); _ = to.Close() }, nil
}
