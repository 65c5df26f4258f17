// Package delivertest has the tests that every [deliver.Sink] must pass: those of this project, and yours.
//
//	func TestSink(t *testing.T) {
//		path := filepath.Join(t.TempDir(), "audit.db")
//		delivertest.Run(t, func(t *testing.T) deliver.Sink {
//			sink, err := mysink.Open(path)
//			if err != nil {
//				t.Fatal(err)
//			}
//			return sink
//		})
//	}
//
// [Run] looks at one sink within one process. [Kill] delivers from several processes that are killed, paused and cut off.
package delivertest
