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

// peakResident is the most memory that this process had in RAM, in bytes, its program's pages included; 0 where the
// system does not say.
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

// watchMemory looks at the memory that the Go runtime has taken from the system, until stop gives the most.
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
