//go:build unix

package main

import (
	"syscall"
	"time"
)

// processCPU is the processor time of this process so far, that of the system on its behalf included.
func processCPU() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
