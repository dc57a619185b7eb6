package terminal_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var codes = regexp.MustCompile("\x1b\\[([0-9;]*)([A-Za-z])")

// stripCodes leaves what takes columns.
func stripCodes(s string) string { return strings.ReplaceAll(codes.ReplaceAllString(s, ""), "\r", "") }

// A grid is a terminal of endless size.
type grid struct {
	rows        [][]rune
	row, column int
}

// screen plays output on a grid and returns what stands on it. It fails the test on codes that the
// display has no reason to use.
func screen(t *testing.T, output string) string {
	t.Helper()
	g := &grid{rows: make([][]rune, 1)}
	for output != "" {
		if at := codes.FindStringSubmatchIndex(output); at != nil && at[0] == 0 {
			g.control(t, output[at[2]:at[3]], output[at[4]:at[5]])
			output = output[at[1]:]
			continue
		}
		for i, r := range output {
			if i > 0 && r == '\x1b' {
				output = output[i:]
				break
			}
			g.put(r)
			if i+len(string(r)) == len(output) {
				output = ""
				break
			}
		}
	}
	var lines []string
	for _, r := range g.rows {
		lines = append(lines, string(r))
	}
	return strings.Join(lines, "\n")
}

func (g *grid) control(t *testing.T, number, letter string) {
	t.Helper()
	switch letter {
	case "A":
		n, err := strconv.Atoi(number)
		if g.row -= n; err != nil || g.row < 0 {
			t.Fatalf("the cursor leaves the screen: up %q", number)
		}
	case "J":
		g.clearLine()
		g.rows = g.rows[:g.row+1]
	case "K":
		g.clearLine()
	case "m":
	default:
		t.Fatalf("unexpected code %s%s", number, letter)
	}
}

func (g *grid) clearLine() {
	if line := g.rows[g.row]; len(line) > g.column {
		g.rows[g.row] = line[:g.column]
	}
}

func (g *grid) put(r rune) {
	switch r {
	case '\r':
		g.column = 0
	case '\n':
		g.column = 0
		if g.row++; g.row == len(g.rows) {
			g.rows = append(g.rows, nil)
		}
	default:
		line := g.rows[g.row]
		for len(line) <= g.column {
			line = append(line, ' ')
		}
		line[g.column] = r
		g.rows[g.row] = line
		g.column++
	}
}
