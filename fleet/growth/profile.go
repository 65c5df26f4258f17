package main

import (
	"fmt"
	"os"
	"runtime/pprof"
)

// profile writes a profile of the processor to a file of this process, until it is ended. Without a name, it does nothing.
func profile(file string) (end func(), err error) {
	if file == "" {
		return func() {}, nil
	}
	to, err := os.Create(fmt.Sprintf("%s-%d.pprof", file, os.Getpid()))
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(to); err != nil {
		return nil, err
	}
	return func() { pprof.StopCPUProfile(); _ = to.Close() }, nil
}
