//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package cli

import "os"

// columns reports only whether the file is a terminal: how wide it is takes more than the standard library here.
func columns(file *os.File) (n int, terminal bool) {
	info, err := file.Stat()
	if err != nil {
		return 0, false
	}
	null, err := os.Stat(os.DevNull)
	return 0, info.Mode()&os.ModeCharDevice != 0 && (err != nil || !os.SameFile(info, null))
}
