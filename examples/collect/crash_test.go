package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestKilled kills the program again and again while rows are added, and lets it finish in the end. The range is extended
// once on the way, so that finished sources are gone on with too.
func TestKilled(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{"plain": nil, "read ahead": {"-prefetch", "2"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCrashes(t, args)
			for i, until := range []string{"2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z"} {
				for wanted := (i + 1) * c.wanted / 2; c.killed < wanted; {
					require.False(t, c.run(killed, "-until", until), "finished after %d of %d kills", c.killed, wanted)
				}
				require.True(t, c.run(undisturbed, "-until", until))
			}
			c.check()
		})
	}
}

// TestKilledFollowing does the same to a program that follows, and stops it in the end.
func TestKilledFollowing(t *testing.T) {
	t.Parallel()
	c := newCrashes(t, []string{"-follow", "-since", "2026-01-01T00:00:00Z", "-interval", "1ms", "-lag", "1s"})
	c.ahead = 1 << 20 // it does not finish by itself
	for c.killed < c.wanted {
		c.run(killed)
	}
	for range 100 {
		if c.run(stopped); len(c.missing()) == 0 {
			break
		}
	}
	c.check()
}

// crashes is a program that is killed, and the server it reads.
type crashes struct {
	t        *testing.T
	files    files
	args     []string
	random   *rand.Rand
	env      []string
	commands io.Writer
	ahead    int           // how many requests more than awaited are answered to a program that is killed
	requests chan struct{} // one for each that the server gets
	answers  chan string
	records  int // at first
	wanted   int // how often the program is to be killed
	killed   int
	cut      int // how often the output was ahead of the state then
}

// ending is how a run comes to its end.
type ending int

const (
	undisturbed ending = iota
	killed             // by SIGKILL, unless it was faster
	stopped            // by SIGTERM
)

func newCrashes(t *testing.T, args []string) *crashes {
	if runtime.GOOS == "windows" {
		t.Skip("no signals there")
	}
	c := &crashes{
		t: t, files: newFiles(t),
		random:   rand.New(rand.NewPCG(7, uint64(len(args)))),
		requests: make(chan struct{}, 1<<20), answers: make(chan string, 1), wanted: 30, records: 2500, ahead: 2,
	}
	if testing.Short() {
		c.wanted, c.records = 4, 500
	}
	c.args = append(append(c.files.args("-quiet"), wanted...), args...)
	c.serve()
	return c
}

// serve starts the server's process, which lives until its standard input is closed.
func (c *crashes) serve() {
	server := c.self(serverVariable + "=" + strconv.Itoa(c.records))
	server.Stderr = os.Stderr
	commands, err := server.StdinPipe()
	require.NoError(c.t, err)
	said, err := server.StdoutPipe()
	require.NoError(c.t, err)
	require.NoError(c.t, server.Start())
	c.commands = commands

	lines := bufio.NewReader(said)
	env, err := lines.ReadBytes('\n')
	require.NoError(c.t, err)
	require.NoError(c.t, json.Unmarshal(env, &c.env))
	c.env = append(c.env, programVariable+"=1")
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		for {
			text, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			if text == "request\n" {
				c.requests <- struct{}{}
			} else {
				c.answers <- text
			}
		}
	}()
	c.t.Cleanup(func() {
		_ = commands.Close()
		<-heard
		_ = server.Wait()
	})
}

// self is this test program as something else.
func (c *crashes) self(env ...string) *exec.Cmd {
	path, err := os.Executable()
	require.NoError(c.t, err)
	cmd := exec.CommandContext(c.t.Context(), path)
	cmd.Env = append(os.Environ(), env...)
	return cmd
}

// run starts the program and reports whether it came to its end by itself. What ends it comes after some requests and some
// time more.
func (c *crashes) run(end ending, args ...string) (finished bool) {
	answered, awaited := math.MaxInt, 1+c.random.IntN(5)
	if end == killed { // and cannot finish before, however late that is
		answered = awaited + c.ahead
	}
	c.ask(strconv.Itoa(answered))
	for len(c.requests) > 0 {
		<-c.requests
	}
	var said bytes.Buffer
	cmd := c.self(c.env...)
	cmd.Args, cmd.Stderr = slices.Concat(cmd.Args, c.args, args), &said
	require.NoError(c.t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()

	switch end {
	case killed:
		c.await(awaited, ended)
		time.AfterFunc(time.Duration(c.random.Int64N(int64(3*time.Millisecond))), func() { _ = cmd.Process.Kill() })
	case stopped:
		c.await(200, ended)
		require.NoError(c.t, cmd.Process.Signal(syscall.SIGTERM))
	case undisturbed:
	}
	err := <-ended
	if err == nil && end != stopped {
		return true
	}
	want := map[ending]int{undisturbed: exitDone, killed: -1, stopped: exitInterrupted}[end]
	require.Equal(c.t, want, cmd.ProcessState.ExitCode(), said.String())
	c.look()
	return false
}

// await waits for some requests or the program's end, whichever comes first.
func (c *crashes) await(requests int, ended chan error) {
	for range requests {
		select {
		case <-c.requests:
		case err := <-ended:
			ended <- err
			return
		}
	}
}

// look checks what a killed program left: the state is whole, and not ahead of the output.
func (c *crashes) look() {
	c.killed++
	state, err := loadState(c.files.state)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	require.NoError(c.t, err)
	text := read(c.t, c.files.out)
	require.GreaterOrEqual(c.t, int64(len(text)), state.Size)
	keysIn(c.t, text[:state.Size])
	if int64(len(text)) > state.Size {
		c.cut++
	}
}

// missing are the server's first records that the output does not have.
func (c *crashes) missing() []string {
	have := keysIn(c.t, read(c.t, c.files.out))
	return slices.DeleteFunc(c.keys().First, func(key string) bool { return slices.Contains(have, key) })
}

func (c *crashes) keys() (keys serverKeys) {
	require.NoError(c.t, json.Unmarshal([]byte(c.ask("keys")), &keys))
	return keys
}

// ask sends a command to the server and waits for the answer.
func (c *crashes) ask(command string) string {
	_, err := io.WriteString(c.commands, command+"\n")
	require.NoError(c.t, err)
	return <-c.answers
}

// check compares the output with the server.
func (c *crashes) check() {
	server := c.keys()
	require.NotEmpty(c.t, server.First)
	require.Greater(c.t, len(server.All), len(server.First), "nothing was added meanwhile")
	count := map[string]int{}
	for _, key := range keysIn(c.t, read(c.t, c.files.out)) {
		count[key]++
		require.Equal(c.t, 1, count[key], "%s came twice", key)
	}
	require.Empty(c.t, c.missing())
	for _, key := range server.All {
		delete(count, key)
	}
	require.Empty(c.t, count, "made up")
	c.t.Log(c.killed, "times killed or stopped,", c.cut, "times with lines to cut off;", len(server.First), "records at first,",
		len(server.All), "in the end")
}
