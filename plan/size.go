package plan

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

var size = regexp.MustCompile(`^(?i)(\d+(?:\.\d+)?) *([kmgt]?)(i?)b$`)

// ParseSize reads a number of bytes such as "512MB", "1.5GB" or "512MiB". A bare number is refused, since a reader cannot tell
// what it counts.
func ParseSize(text string) (int64, error) {
	found := size.FindStringSubmatch(strings.TrimSpace(text))
	if found == nil {
		return 0, fmt.Errorf("%q is no size, such as 512MB or 2GB", text)
	}
	n, _ := strconv.ParseFloat(found[1], 64)
	unit := 1000.0
	if found[3] != "" {
		unit = 1024
	}
	bytes := n * math.Pow(unit, float64(strings.Index(" kmgt", strings.ToLower(found[2]))))
	if bytes > 1<<53 {
		return 0, fmt.Errorf("%q is more than any machine has", text)
	}
	return int64(bytes), nil
}
