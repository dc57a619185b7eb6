package browserpool

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/liveload/liveload/ordered"
)

// FuzzReadStorage: whatever a file holds is refused with a reason, or read so that it can be written
// and read again.
func FuzzReadStorage(f *testing.F) {
	f.Add(`{"cookies":[],"origins":[]}`)
	f.Add(`{"cookies":[{"name":"a","value":"b","domain":".c","path":"/","expires":-1,"sameSite":"Lax"}],"origins":[{"origin":"https://a.b:1","localStorage":[{"name":"a","value":"b"}],"indexedDB":[{"name":"d"}]}]}`)
	f.Add(`{"cookies":[null],"origins":[{"origin":"http://%41"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		data, err := ordered.Parse([]byte(text))
		if err != nil {
			return
		}
		storage, err := ReadStorage(data)
		if err != nil {
			if refused := (*SnapshotError)(nil); !errors.As(err, &refused) || refused.Reason == "" {
				t.Fatalf("refused without a reason: %#v", err)
			}
			return
		}
		written, err := json.Marshal(storage)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := ordered.Parse(written)
		second, err := ReadStorage(again)
		if err != nil && storage.Origins != nil {
			t.Fatalf("%s is refused: %v", written, err)
		}
		rewritten, _ := json.Marshal(second)
		if err == nil && !reflect.DeepEqual(written, rewritten) {
			t.Fatalf("%s is written again as %s", written, rewritten)
		}
	})
}
