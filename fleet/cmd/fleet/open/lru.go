package open

import (
	"container/list"
	"crypto/sha256"
	"sync"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// key is what a client depends on, besides what its secret says.
type key struct {
	api          auditlogs.API
	url, project string
	insecure     bool
	perMinute    int
	secret       string
}

// clients keeps those that were used last, with their logins. A client whose secret has changed is replaced.
type clients struct {
	most int

	mu    sync.Mutex
	order list.List // of *kept, the one used last in front
	all   map[key]*list.Element
}

type kept struct {
	key    key
	secret [sha256.Size]byte // a digest of its file
	client *auditlogs.Client
}

func newClients(most int) *clients { return &clients{most: most, all: map[key]*list.Element{}} }

// get returns the client of a key, and builds it if there is none with that secret.
func (c *clients) get(k key, secret [sha256.Size]byte, build func() (*auditlogs.Client, error)) (*auditlogs.Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.all[k]; ok {
		if one := e.Value.(*kept); one.secret == secret { //nolint:forcetypeassert // nothing else is put there
			c.order.MoveToFront(e)
			return one.client, nil
		}
		c.remove(e)
	}
	client, err := build()
	if err != nil {
		return nil, err
	}
	c.all[k] = c.order.PushFront(&kept{k, secret, client})
	if c.order.Len() > c.most {
		c.remove(c.order.Back())
	}
	return client, nil
}

func (c *clients) remove(e *list.Element) {
	delete(c.all, e.Value.(*kept).key) //nolint:forcetypeassert // nothing else is put there
	c.order.Remove(e)
}
