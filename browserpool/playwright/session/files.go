package session

import (
	"context"
	"fmt"
	"os"

	"github.com/liveload/liveload/browserpool/inpage"
)

// SetInputFiles puts files into a file input.
func (s *session) SetInputFiles(ctx context.Context, selector string, paths []string) error {
	for _, path := range paths {
		if info, err := os.Stat(path); err != nil {
			return fmt.Errorf("set input files: %w", err)
		} else if info.IsDir() {
			return fmt.Errorf("set input files: %s is a folder: name the files in it", path)
		}
	}
	var input int
	if err := s.runOn(ctx, &input, "files", selector, len(paths)); err != nil || input == 0 {
		return err
	}
	var handle struct {
		Result struct {
			ObjectID string `json:"objectId"`
		} `json:"result"`
	}
	if err := s.direct(ctx, "Runtime.evaluate", evaluation{Expression: inpage.HandOutExpression(input)}, &handle); err != nil {
		return err
	}
	id := handle.Result.ObjectID
	if err := s.direct(ctx, "DOM.setFileInputFiles", map[string]any{"objectId": id, "files": paths}, nil); err != nil {
		return err
	}
	return s.direct(ctx, "Runtime.releaseObject", map[string]string{"objectId": id}, nil)
}
