package liveload

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/liveload/liveload/browserpool"
)

// storing returns the operations on the storage of the browser.
func storing() []*operation {
	return []*operation{
		{name: "storageSnapshot", extracts: true, do: storageSnapshot},
		{name: "restoreStorage", params: []param{{name: "snapshot", kind: plain}}, do: restoreStorage},
		{name: "resetStorage", do: onPage(session.ResetStorage)},
	}
}

func storageSnapshot(ctx context.Context, s session, _ arguments) (any, error) {
	storage, err := s.StorageSnapshot(ctx)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(storage)
	if err != nil {
		return nil, fmt.Errorf("write the snapshot: %w", err)
	}
	var data map[string]any
	return data, json.Unmarshal(text, &data)
}

func restoreStorage(ctx context.Context, s session, a arguments) (any, error) {
	storage, err := browserpool.ReadStorage(a.values[0])
	if err != nil {
		return nil, err
	}
	return nil, s.RestoreStorage(ctx, storage)
}
