//go:build !unix

package main

import (
	"runtime"
	"runtime/metrics"
	"time"
)

// processCPU is the processor time of this process so far, as the runtime estimates it.
func processCPU() time.Duration {
	runtime.GC() // updates the estimate
	sample := []metrics.Sample{{Name: "/cpu/classes/total:cpu-seconds"}, {Name: "/cpu/classes/idle:cpu-seconds"}}
	metrics.Read(sample)
	return time.Duration((sample[0].Value.Float64() - sample[1].Value.Float64()) * float64(time.Second))
}
