package report

import (
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/web"
)

// WriteResults writes the report of a run: one HTML file that needs nothing else. It has what was kept of failures, as far as
// the files are there: their paths begin in one of the folders.
func WriteResults(w io.Writer, results []metrics.Result, folders ...string) error {
	d := FromResults(results)
	d.AddEvidence(folders...)
	return Write(w, d)
}

// Write writes a page with all its data. Its error is web.ErrMissing when this program was built without pages.
func Write(w io.Writer, d Data) error {
	parts := []web.Part{{Name: "data", Write: packed(d)}}
	for _, name := range slices.Sorted(maps.Keys(d.Parts)) {
		parts = append(parts, web.Part{Name: name, Write: packed(d.Parts[name])})
	}
	return web.WriteFile(w, headline(d), parts)
}

func headline(d Data) string {
	name := "liveload"
	if len(d.Scenarios) > 0 {
		name = d.Scenarios[0].Name
	}
	return fmt.Sprintf("%s: %s · liveload report", d.Verdict.Title, name)
}

// packed writes JSON that is compressed, as text.
func packed(content any) func(io.Writer) error {
	return func(w io.Writer) error {
		text := base64.NewEncoder(base64.StdEncoding, w)
		small := gzip.NewWriter(text)
		return errors.Join(Encode(small, content), small.Close(), text.Close())
	}
}

// format writes lists and maps that are nil as empty ones, so that pages need not look.
var format = json.JoinOptions(jsonv1.DefaultOptionsV1(), json.FormatNilSliceAsNull(false), json.FormatNilMapAsNull(false))

// Encode writes Data, or a part of it, as pages read it.
func Encode(w io.Writer, content any) error {
	return json.MarshalEncode(jsontext.NewEncoder(w, format), content, format)
}
