package probe

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

const (
	// mostBytes is the largest page that is read, unpacked.
	mostBytes = 16 << 20
	// mostLine is the longest line of it.
	mostLine = 64 << 10
	// mostLines is how many lines about wanted metrics are taken of a page.
	mostLines = 5000
)

// A selection is what a page has of the wanted metrics.
type selection struct {
	text    []byte // of the wanted lines, in the format of the page
	names   []string
	leftOut int // wanted lines beyond mostLines
}

// selectLines reads a page of at most so many bytes and takes the lines about wanted metrics. Most pages have far more, which would be parsed in
// vain each second. Buckets of histograms are left out.
func selectLines(page io.Reader, most int64, wanted func(name string) bool) (selection, error) {
	limited := &io.LimitedReader{R: page, N: most + 1}
	lines := bufio.NewScanner(limited)
	lines.Buffer(make([]byte, 0, 4096), mostLine)
	var s selection
	last, ofSample, take, kept := "", false, false, 0
	for lines.Scan() {
		name, sample := nameOf(lines.Bytes())
		if name == "" {
			continue
		}
		if name != last || sample != ofSample { // the lines of a metric follow each other
			last, ofSample, take = name, sample, wants(name, sample, wanted)
			if sample && len(s.names) < mostLines && len(name) <= mostName {
				s.names = append(s.names, name)
			}
		}
		switch {
		case !take:
		case kept == mostLines:
			s.leftOut++
		default:
			kept++
			s.text = append(append(s.text, lines.Bytes()...), '\n')
		}
	}
	switch err := lines.Err(); {
	case limited.N <= 0:
		return s, fmt.Errorf("the page is larger than %d MB", most>>20)
	case errors.Is(err, bufio.ErrTooLong):
		return s, fmt.Errorf("the page has a line of more than %d kB", mostLine>>10)
	case err != nil:
		return s, fmt.Errorf("read the page: %w", err)
	}
	return s, nil
}

// nameOf returns the metric that a line is about, "" when it is about none, and whether it is a sample of it.
func nameOf(line []byte) (name string, sample bool) {
	line = bytes.TrimLeft(line, " \t")
	if len(line) > 0 && line[0] == '#' {
		words := bytes.Fields(line[:min(len(line), 1024)])
		if len(words) < 3 || string(words[0]) != "#" || string(words[1]) != "TYPE" {
			return "", false
		}
		return string(words[2]), false
	}
	end := bytes.IndexAny(line, "{ \t")
	if end <= 0 {
		return "", false
	}
	return string(line[:end]), true
}

// parts are the ends that samples of histograms and summaries have after the name of the metric.
var parts = []string{"_sum", "_count"}

// wants says whether a name, or that of the histogram that it is a part of, is wanted.
func wants(name string, sample bool, wanted func(string) bool) bool {
	if sample && strings.HasSuffix(name, "_bucket") {
		return false
	}
	if wanted(name) {
		return true
	}
	for _, part := range parts {
		if whole, ok := strings.CutSuffix(name, part); ok && sample && wanted(whole) {
			return true
		}
	}
	return false
}
