//go:build !linux

package clustertest

import "os/exec"

// bindTo does nothing: a test that is killed leaves its processes behind.
func bindTo(*exec.Cmd) {}
