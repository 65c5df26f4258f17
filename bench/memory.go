package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime/metrics"
	"strings"
	"time"
)

const mebibyte = 1 << 20

// peakResident returns the peak resident memory of this process in bytes, including the pages of its program, or 0 if
// the system does not report it.
func peakResident() uint64 {
	file, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			var kilobytes uint64
			if _, err := fmt.Sscan(value, &kilobytes); err == nil {
				return kilobytes << 10
			}
		}
	}
	return 0
}

// watchMemory watches the memory that the Go runtime has taken from the system. stop ends this and returns the peak.
func watchMemory() (stop func() uint64) {
	done, most := make(chan struct{}), make(chan uint64)
	go func() {
		sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		var peak uint64
		for {
			metrics.Read(sample)
			peak = max(peak, sample[0].Value.Uint64()-sample[1].Value.Uint64())
			select {
			case <-tick.C:
			case <-done:
				most <- peak
				return
			}
		}
	}()
	return func() uint64 { close(done); return <-most }
}
