package web

import "golang.org/x/text/encoding/unicode"

// decodeUTF8 replaces what is not UTF-8 by U+FFFD as browsers do: each longest beginning of a character by one.
func decodeUTF8(bytes []byte) string {
	text, _ := unicode.UTF8.NewDecoder().Bytes(bytes) // it never fails
	return string(text)
}
