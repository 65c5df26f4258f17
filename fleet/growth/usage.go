package main

import (
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
)

// usage is what a process uses.
type usage struct {
	Heap       int64   // bytes that are reachable
	Goroutines int64   //
	Resident   int64   // bytes; 0 if the system does not tell
	CPU        float64 // seconds since it began; 0 if the system does not tell
}

// used measures this process. The heap is what is left after a garbage collection.
func used() usage {
	runtime.GC()
	runtime.GC() // what finalizers and pools held until now
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/sched/goroutines:goroutines"}}
	metrics.Read(samples)
	u := usage{Heap: int64(samples[0].Value.Uint64()), Goroutines: int64(samples[1].Value.Uint64())}
	if text, err := os.ReadFile("/proc/self/status"); err == nil {
		u.Resident = resident(string(text))
	}
	if text, err := os.ReadFile("/proc/self/stat"); err == nil {
		u.CPU = cpu(string(text))
	}
	return u
}

// resident reads the memory of a process from its status in /proc, in bytes.
func resident(status string) int64 {
	for line := range strings.Lines(status) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kib << 10
		}
	}
	return 0
}

// ticks is how many units of time Linux counts in a second.
const ticks = 100

// cpu reads the time that a process has computed from its stat in /proc, in seconds. The name of the program, in parentheses,
// may hold anything.
func cpu(stat string) float64 {
	fields := strings.Fields(stat[strings.LastIndex(stat, ")")+1:])
	const user, system = 11, 12
	if len(fields) <= system {
		return 0
	}
	u, _ := strconv.ParseFloat(fields[user], 64)
	s, _ := strconv.ParseFloat(fields[system], 64)
	return (u + s) / ticks
}
