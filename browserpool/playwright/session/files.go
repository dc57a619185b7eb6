package session

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/inpage"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// mostContent is what files without a path may have together: Playwright's limit.
const mostContent = 50 << 20

// SetInputFiles puts files into a file input.
func (s *session) SetInputFiles(ctx context.Context, selector string, files []browserpool.File, opts ...browserpool.Options) error {
	paths, contents, err := apart(files)
	if err != nil {
		return fmt.Errorf("set input files: %w", err)
	}
	el := on(selector, opts)
	var input int
	if err := s.runOn(ctx, &input, "files", el, len(files), contents, entersFrame(selector)); err != nil || input == 0 {
		return err
	}
	if entersFrame(selector) {
		return s.setFilesInFrame(ctx, selector, paths)
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

// setFilesInFrame puts files into a file input of a frame, which the page cannot hand out.
func (s *session) setFilesInFrame(ctx context.Context, selector string, paths []string) error {
	page, err := s.currentPage(ctx)
	if err != nil {
		return err
	}
	return calls.PlainError(s.Do(ctx, "the page to take the files", func(timeout time.Duration) error {
		return page.Locator(selector).First().SetInputFiles(paths, pw.LocatorSetInputFilesOptions{Timeout: calls.Milliseconds(timeout)})
	}))
}

// A content is a file that the page makes.
type content struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Data string `json:"data"` // base64
}

// apart tells files on disk from those that are content: a file input gets all of one kind.
func apart(files []browserpool.File) (paths []string, contents []content, err error) {
	contents = []content{}
	size := 0
	for _, f := range files {
		if f.Path == "" {
			if size += len(f.Content); size > mostContent {
				return nil, nil, fmt.Errorf("the contents have more than %d bytes: write them to files and name these", mostContent)
			}
			contents = append(contents, content{f.Name, f.Type, base64.StdEncoding.EncodeToString(f.Content)})
			continue
		}
		if info, err := os.Stat(f.Path); err != nil {
			return nil, nil, err
		} else if info.IsDir() {
			return nil, nil, fmt.Errorf("%s is a folder: name the files in it", f.Path)
		}
		paths = append(paths, f.Path)
	}
	if len(paths) > 0 && len(contents) > 0 {
		return nil, nil, fmt.Errorf("%s is on disk and %q is not: give all in one way", paths[0], contents[0].Name)
	}
	return paths, contents, nil
}
