package transport

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
)

const (
	maxErrorRead = 64 << 10
	maxPresize   = 4 << 20 // a server may claim any length, and memory is given only so far on its word
)

// bodyReader reads every answer whole, within the attempt, and bounded: so a body that breaks off is an attempt that
// failed, which can be repeated, and a connection is always free for the next request.
type bodyReader struct {
	limit int64
	last  atomic.Int64 // size of the last body, as a guess for the next one whose length is not known
}

// memoryBody is a body that is in memory; the connection takes the bytes without copying them again.
type memoryBody struct {
	bytes.Reader
	data []byte
}

func (*memoryBody) Close() error { return nil }

// Body is the body of an answer that came through a Client, which has read it.
func Body(res *http.Response) []byte {
	if body, ok := res.Body.(*memoryBody); ok {
		return body.data
	}
	return nil
}

// readBody reads the body of an answer.
func readBody(b *bodyReader, next handler) handler {
	return func(a *Attempt, req *http.Request) (*http.Response, error) {
		res, err := next(a, req)
		if err != nil {
			return nil, err
		}
		data, err := b.read(req, res)
		if err != nil {
			return nil, err
		}
		body := &memoryBody{data: data}
		body.Reset(data)
		res.Body = body
		dropBadLocation(req, res)
		return res, nil
	}
}

func (b *bodyReader) read(req *http.Request, res *http.Response) ([]byte, error) {
	if res.Body == nil {
		return nil, nil
	}
	defer func() { _ = res.Body.Close() }() // after the last byte there is nothing left to fail
	if res.StatusCode/100 != 2 {
		return readRefusal(req, res, min(b.limit, maxErrorRead))
	}
	if req.Method == http.MethodHead {
		return nil, nil
	}
	if res.ContentLength > b.limit {
		return nil, &TooLargeError{b.limit}
	}
	buf := bytes.NewBuffer(borrowBody(int(b.sizeOf(res))))
	n, err := buf.ReadFrom(io.LimitReader(res.Body, b.limit+1))
	switch {
	case n > b.limit:
		return nil, &TooLargeError{b.limit}
	case err != nil:
		return nil, err
	case !res.Uncompressed && n < res.ContentLength:
		return nil, io.ErrUnexpectedEOF
	}
	b.last.Store(n)
	if buf.Cap() > leastPooled && int(n) < buf.Cap()/2 { // not every answer is released, and none shall keep much more than it needs
		small := bytes.Clone(buf.Bytes())
		returnBody(buf.Bytes())
		return small, nil
	}
	return buf.Bytes(), nil
}

// sizeOf is how much memory to begin with. bytes.Buffer wants some room beyond the last byte to see the end.
func (b *bodyReader) sizeOf(res *http.Response) int64 {
	size := res.ContentLength
	if size < 0 || res.Uncompressed {
		size = b.last.Load()
	}
	return min(size, b.limit, maxPresize) + bytes.MinRead
}

// readRefusal reads as much of an error's body as anybody will look at. That it is cut or breaks off matters less than
// the status.
func readRefusal(req *http.Request, res *http.Response, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(res.Body, limit))
	if err != nil && req.Context().Err() != nil {
		return nil, err
	}
	return data, nil
}

// bodies are the buffers of answers that were read out. A buffer has one owner at a time: the bodyReader until it has
// filled it, then the reply that it becomes the body of, which alone may give it back. What is not given back is lost to
// the pool and to nobody else.
var bodies sync.Pool

// leastPooled is the size from which on a buffer is worth keeping.
const leastPooled = 8 << 10

func borrowBody(size int) []byte {
	if b, ok := bodies.Get().(*[]byte); ok && cap(*b) >= size {
		return (*b)[:0]
	}
	return make([]byte, 0, size)
}

func returnBody(b []byte) {
	if cap(b) >= leastPooled && cap(b) <= 2*maxPresize {
		b = b[:0]
		bodies.Put(&b)
	}
}
