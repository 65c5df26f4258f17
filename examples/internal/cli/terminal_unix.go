//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package cli

import (
	"os"
	"syscall"
	"unsafe"
)

// columns returns how many columns a terminal has, 0 if it does not say so, and whether it is one.
func columns(file *os.File) (n int, terminal bool) {
	conn, err := file.SyscallConn()
	if err != nil {
		return 0, false
	}
	var size struct{ rows, columns, x, y uint16 }
	err = conn.Control(func(fd uintptr) {
		_, _, failed := syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&size))) //nolint:gosec // G103: the call fills it in
		terminal = failed == 0
	})
	return int(size.columns), err == nil && terminal
}
