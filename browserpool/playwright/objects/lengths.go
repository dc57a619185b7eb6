package objects

import (
	"fmt"

	"github.com/liveload/liveload/ordered"
)

// mostGiven is how many bytes of texts and buffers a call takes. The driver, which other users share, reads each message whole, and
// ends when one is longer than a text of Node.js can be.
const mostGiven = 64 << 20

// notTooLong refuses arguments with more bytes than a call takes.
func notTooLong(args []any) error {
	if left := without(mostGiven, args, 6); left < 0 {
		return fmt.Errorf("was given more than %d MB: Playwright's driver, which other users share, takes no more at once; to send what is long, use liveload/http", mostGiven>>20)
	}
	return nil
}

// without is what is left of so many bytes. It looks so deep, where options have what they send and files what is in them.
func without(left int, value any, depth int) int {
	switch v := value.(type) {
	case string:
		return left - len(v)
	case []byte:
		return left - len(v)
	case []any:
		for i := 0; i < len(v) && left >= 0 && depth > 0; i++ {
			left = without(left, v[i], depth-1)
		}
	case *ordered.Object:
		if v == nil || depth == 0 {
			return left
		}
		for _, key := range v.Keys() {
			if left < 0 {
				break
			}
			item, _ := v.Get(key)
			left = without(left, item, depth-1)
		}
	}
	return left
}
