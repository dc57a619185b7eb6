package data

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// parseCSV reads rows, at least one, below a row of names. Errors begin with name:line.
func parseCSV(name string, content []byte, delimiter rune) (node, error) {
	content, err := plainText(name, content)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(content))
	r.Comma = delimiter
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s is empty: its first line must name the columns", name)
	}
	if err != nil {
		return nil, describeCSV(name, err, 0, 0)
	}
	if err := checkHeader(name, header); err != nil {
		return nil, err
	}
	columns := newShape(header)
	rows := &list{}
	for {
		cells, err := r.Read()
		switch {
		case errors.Is(err, io.EOF) && len(rows.items) == 0: // soon nobody could take a row
			return nil, fmt.Errorf("%s has no rows: below its first line, which names the columns, it needs at least one", name)
		case errors.Is(err, io.EOF):
			return rows, nil
		}
		if err != nil {
			return nil, describeCSV(name, err, len(cells), len(header))
		}
		rows.items = append(rows.items, &record{columns, cells})
	}
}

// checkHeader trims the names of the columns, and refuses empty and repeated ones.
func checkHeader(name string, header []string) error {
	known := map[string]bool{}
	for i, column := range header {
		column = strings.TrimSpace(column)
		switch {
		case column == "":
			return fmt.Errorf("%s:1: column %d has no name", name, i+1)
		case known[column]:
			return fmt.Errorf("%s:1: two columns are called %q", name, column)
		}
		known[column] = true
		header[i] = column
	}
	return nil
}

func describeCSV(name string, err error, got, want int) error {
	var at *csv.ParseError
	switch {
	case !errors.As(err, &at):
		return fmt.Errorf("read %s: %w", name, err)
	case errors.Is(err, csv.ErrFieldCount):
		return fmt.Errorf("%s:%d: has %d fields, but the first line names %d columns", name, at.Line, got, want)
	case at.StartLine != at.Line:
		return fmt.Errorf("%s:%d:%d: %w (in a row that begins in line %d)", name, at.Line, at.Column, at.Err, at.StartLine)
	}
	return fmt.Errorf("%s:%d:%d: %w", name, at.Line, at.Column, at.Err)
}

// plainText removes the byte order mark that some programs put before UTF-8, and refuses other encodings.
func plainText(name string, content []byte) ([]byte, error) {
	if bytes.HasPrefix(content, []byte{0xFF, 0xFE}) || bytes.HasPrefix(content, []byte{0xFE, 0xFF}) {
		return nil, fmt.Errorf("%s is UTF-16: save it as UTF-8", name)
	}
	content = bytes.TrimPrefix(content, []byte{0xEF, 0xBB, 0xBF})
	for rest, at := content, 0; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		if r == utf8.RuneError && size == 1 {
			line, column := position(content, at)
			return nil, fmt.Errorf("%s:%d:%d: the byte 0x%02X is no UTF-8: save the file as UTF-8", name, line, column, rest[0])
		}
		rest, at = rest[size:], at+size
	}
	return content, nil
}

// position counts line and column, in bytes, from 1.
func position(content []byte, offset int) (line, column int) {
	before := content[:min(offset, len(content))]
	return bytes.Count(before, []byte("\n")) + 1, len(before) - (bytes.LastIndexByte(before, '\n') + 1) + 1
}
