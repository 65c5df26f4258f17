package auditlogsreceiver

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// places keeps the places of sources in a storage client, one value for each name.
type places struct{ client storage.Client }

// keyPrefix is what the keys begin with. Its number changes if the form of the values does.
const keyPrefix = "place.v1/"

// storedPlace is a place as it is stored.
type storedPlace struct {
	Seq     uint64    `json:"seq"`
	Cursor  string    `json:"cursor"`
	Done    bool      `json:"done,omitempty"`
	Count   uint64    `json:"count"`
	Updated time.Time `json:"updated"`
}

// get returns the place of a source, which is the zero Place if the storage has none.
func (p places) get(ctx context.Context, source string) (deliver.Place, error) {
	text, err := p.client.Get(ctx, keyPrefix+source)
	if err != nil {
		return deliver.Place{}, fmt.Errorf("the storage extension cannot be read: %w", err)
	}
	if text == nil {
		return deliver.Place{}, nil
	}
	var s storedPlace
	if err := json.Unmarshal(text, &s); err != nil {
		return deliver.Place{}, fmt.Errorf("%w: what the storage extension has as the place of the source is none: %w", deliver.ErrRefused, err)
	}
	return deliver.Place{Seq: s.Seq, Cursor: auditlogs.Cursor(s.Cursor), Done: s.Done, Count: s.Count, Updated: s.Updated}, nil
}

// set stores the place of a source.
func (p places) set(ctx context.Context, source string, at deliver.Place) error {
	text, err := json.Marshal(storedPlace{Seq: at.Seq, Cursor: string(at.Cursor), Done: at.Done, Count: at.Count, Updated: time.Now().UTC()})
	if err != nil {
		return err
	}
	if err := p.client.Set(ctx, keyPrefix+source, text); err != nil {
		return fmt.Errorf("the storage extension cannot be written: %w", err)
	}
	return nil
}

// openPlaces returns the places of a receiver in its storage extension or, without one, in memory.
func openPlaces(ctx context.Context, host component.Host, extension *component.ID, receiver component.ID) (places, error) {
	if extension == nil {
		return places{&memory{values: map[string][]byte{}}}, nil
	}
	found, ok := host.GetExtensions()[*extension]
	if !ok {
		return places{}, &SettingError{"storage", fmt.Sprintf("there is no extension %s: is it listed in service::extensions?", extension)}
	}
	kept, ok := found.(storage.Extension)
	if !ok {
		return places{}, &SettingError{"storage", fmt.Sprintf("the extension %s is none that stores", extension)}
	}
	client, err := kept.GetClient(ctx, component.KindReceiver, receiver, "")
	if err != nil {
		return places{}, fmt.Errorf("storage: %w", err)
	}
	return places{client}, nil
}

// memory is a storage client that forgets.
type memory struct {
	turn   sync.Mutex
	values map[string][]byte
}

var _ storage.Client = (*memory)(nil)

func (m *memory) Get(_ context.Context, key string) ([]byte, error) {
	m.turn.Lock()
	defer m.turn.Unlock()
	return m.values[key], nil
}

func (m *memory) Set(_ context.Context, key string, value []byte) error {
	m.turn.Lock()
	defer m.turn.Unlock()
	m.values[key] = value
	return nil
}

func (m *memory) Delete(_ context.Context, key string) error {
	m.turn.Lock()
	defer m.turn.Unlock()
	delete(m.values, key)
	return nil
}

func (m *memory) Batch(ctx context.Context, ops ...*storage.Operation) (err error) {
	for _, o := range ops {
		switch o.Type {
		case storage.Get:
			o.Value, err = m.Get(ctx, o.Key)
		case storage.Set:
			err = m.Set(ctx, o.Key, o.Value)
		case storage.Delete:
			err = m.Delete(ctx, o.Key)
		}
	}
	return err
}

func (*memory) Close(context.Context) error { return nil }
