package cli

import (
	"fmt"
	"os"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// pseudoTerminal opens a terminal that has no screen.
func pseudoTerminal(t *testing.T) *os.File {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { require.NoError(t, master.Close()) })
	var n, locked int32
	control(t, master, syscall.TIOCGPTN, unsafe.Pointer(&n))
	control(t, master, syscall.TIOCSPTLCK, unsafe.Pointer(&locked))
	terminal, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, terminal.Close()) })
	return terminal
}

func control(t *testing.T, file *os.File, request uintptr, value unsafe.Pointer) {
	t.Helper()
	_, _, failed := syscall.Syscall(syscall.SYS_IOCTL, file.Fd(), request, uintptr(value))
	require.Zero(t, failed, failed)
}

func TestTerminal(t *testing.T) {
	t.Parallel()
	terminal := pseudoTerminal(t)
	require.True(t, IsTerminal(terminal))
	require.Zero(t, Width(terminal, nil), "it does not say so")
	require.Equal(t, 72, Width(terminal, []string{"LINES=10", "COLUMNS=72"}))
	require.Zero(t, Width(terminal, []string{"COLUMNS=-5"}))
	require.Zero(t, Width(terminal, []string{"COLUMNS=many"}))
	control(t, terminal, syscall.TIOCSWINSZ, unsafe.Pointer(&struct{ rows, columns, x, y uint16 }{24, 100, 0, 0}))
	require.Equal(t, 100, Width(terminal, []string{"COLUMNS=72"}), "the terminal knows better")
}
