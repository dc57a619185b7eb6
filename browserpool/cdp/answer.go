package cdp

import "fmt"

// What a script asks a page for is as large as the page likes: it goes through this process, and for the other client through that
// process too, where each value takes a hundred times the bytes that it has here.
const (
	mostAnswer = 64 << 20 // bytes
	mostValues = 1 << 20
)

// tooMuch says whether an answer has too many values.
func tooMuch(answer []byte) bool {
	if len(answer) < 2*mostValues {
		return false
	}
	values, quoted := 0, false
	for i := 0; i < len(answer); i++ {
		switch c := answer[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\':
			i++
		case c == ',' && !quoted:
			values++
		}
	}
	return values > mostValues
}

// refusal is what whoever asked is told instead of an answer that is too large.
func refusal(id int64, session []byte) []byte {
	of := ""
	if len(session) > 0 {
		of = fmt.Sprintf(`,"sessionId":%q`, session)
	}
	const text = `{"id":%d,"error":{"code":-32000,"message":"the page answered with more than %d MB, or more than %d values"}%s}`
	message := fmt.Appendf(nil, text, id, mostAnswer>>20, mostValues, of)
	return append(message, 0)[:len(message)]
}
