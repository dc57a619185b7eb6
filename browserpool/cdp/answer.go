package cdp

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// What a script asks a page for is as large as the page likes: it goes through this process, and for the other client through that
// process too, where each value takes a hundred times the bytes that it has here.
const (
	mostAnswer = 64 << 20 // bytes
	mostValues = 1 << 20
)

// tooMuch says whether an answer has too many values.
func tooMuch(answer []byte) bool {
	if bytes.Count(answer, []byte{','}) <= mostValues { // nearly all: counting is fast
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

// Answers of functions that run in a page begin so, behind their ids.
var returned = []byte(`"result":{"result":{"type":"`)

// refusal is what whoever asked is told instead of an answer that is too large, of which begins is the beginning. It is something
// that the function has thrown, if there was one: Playwright takes any other error for the end of the page.
func refusal(id int64, session string, begins []byte) []byte {
	text := fmt.Sprintf("the page answered with more than %d MB, or more than %d values", mostAnswer>>20, mostValues)
	if _, result, _ := bytes.Cut(begins, []byte(",")); bytes.HasPrefix(result, returned) {
		return reply(id, session, fmt.Sprintf(`"result":{"result":{"type":"undefined"},"exceptionDetails":{"exceptionId":1,"text":"Uncaught","lineNumber":0,`+
			`"columnNumber":0,"exception":{"type":"object","subtype":"error","className":"Error","description":%s}}}`, quoted("Error: "+text)))
	}
	return failure(id, session, text)
}

// failure is an answer that a command has failed.
func failure(id int64, session, why string) []byte {
	return reply(id, session, fmt.Sprintf(`"error":{"code":-32000,"message":%s}`, quoted(why)))
}

// reply is an answer in a session, empty for the browser itself. A zero byte follows it.
func reply(id int64, session, what string) []byte {
	if session != "" {
		what += `,"sessionId":` + quoted(session)
	}
	message := fmt.Appendf(nil, "{\"id\":%d,%s}\x00", id, what)
	return message[:len(message)-1]
}

// quoted is a text in JSON.
func quoted(text string) string {
	quoted, _ := jsontext.AppendQuote(nil, text) // the only error is that of a text which is not valid: it is mended
	return string(quoted)
}
