package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A form is how a secret may be written.
type form struct {
	text string
	// word says that it is replaced only where no letter or digit stands beside it.
	word bool
	// within says that it is the middle of an encoding, whose ends depend on what stands beside the secret.
	within bool
}

// formsOf returns all forms of a secret.
func formsOf(value string) []form {
	word := len(value) < shortest
	texts := map[string]bool{value: true}
	for range depth(value) { // an address within JSON within a page
		for _, text := range slices.Collect(maps.Keys(texts)) {
			for _, encode := range encodings {
				texts[encode(text)] = true
			}
		}
	}
	for line := range strings.Lines(value) { // a key in several lines, each of which may be shown
		if line = strings.TrimSpace(line); len(line) >= 16 {
			texts[line] = true
		}
	}
	for _, text := range slices.Collect(maps.Keys(texts)) { // as messages of pages are counted
		if counted := numbers.ReplaceAllString(text, "#"); len(counted) >= shortest {
			texts[counted] = true
		}
	}
	var forms []form
	for text := range texts {
		forms = append(forms, form{text: text, word: word})
	}
	inHex := hex.EncodeToString([]byte(value))
	for _, text := range []string{inHex, strings.ToUpper(inHex)} {
		forms = append(forms, form{text: text, word: word})
	}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		forms = append(forms, form{text: encoding.EncodeToString([]byte(value)), word: word})
		if !word {
			forms = append(forms, inBase64(encoding, value)...)
		}
	}
	return forms
}

// plain matches what all encodings of texts leave as it is.
var plain = regexp.MustCompile(`^[\w.-]*$`)

var numbers = regexp.MustCompile(`\d+`)

func depth(value string) int {
	if plain.MatchString(value) {
		return 0
	}
	return 2
}

// encodings are those of texts.
var encodings = []func(string) string{
	url.QueryEscape, url.PathEscape, component, lowerPercent(url.QueryEscape), lowerPercent(component),
	func(text string) string { return url.UserPassword("", text).String()[1:] },
	inJSON(true), inJSON(false), html.EscapeString, attribute.Replace, oldAttribute.Replace, content.Replace, inXML, quoted,
	func(text string) string { return strings.Join(strings.Fields(text), " ") },
}

var (
	unescaped = strings.NewReplacer("%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*", "+", "%20")
	// How browsers write attributes, also older ones, and the texts of elements.
	attribute    = strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;", ">", "&gt;", "\u00a0", "&nbsp;")
	oldAttribute = strings.NewReplacer("&", "&amp;", `"`, "&quot;", "\u00a0", "&nbsp;")
	content      = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\u00a0", "&nbsp;")
)

// component is encodeURIComponent of JavaScript.
func component(text string) string {
	return unescaped.Replace(url.QueryEscape(text))
}

func lowerPercent(encode func(string) string) func(string) string {
	return func(text string) string {
		encoded := []byte(encode(text))
		for i := 0; i+2 < len(encoded); i++ {
			if encoded[i] == '%' {
				copy(encoded[i+1:i+3], bytes.ToLower(encoded[i+1:i+3]))
			}
		}
		return string(encoded)
	}
}

func inJSON(escapeHTML bool) func(string) string {
	return func(text string) string {
		var out bytes.Buffer
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(escapeHTML)
		if err := encoder.Encode(text); err != nil {
			return text
		}
		return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(out.String(), "\n"), `"`), `"`)
	}
}

func inXML(text string) string {
	var out bytes.Buffer
	if err := xml.EscapeText(&out, []byte(text)); err != nil {
		return text
	}
	return out.String()
}

// quoted is how Go quotes texts, and so do logs.
func quoted(text string) string {
	q := strconv.Quote(text)
	return q[1 : len(q)-1]
}

// inBase64 returns those parts of an encoding of a secret that do not depend on what stands beside it.
func inBase64(encoding *base64.Encoding, value string) (forms []form) {
	for before := range 3 {
		bits := before * 8
		first, end := (bits+5)/6, (bits+len(value)*8)/6
		encoded := encoding.EncodeToString([]byte(strings.Repeat("\x00", before) + value + "\x00\x00"))
		forms = append(forms, form{text: encoded[first:end], within: true})
	}
	return forms
}

// String shows nothing of a form, so that no message can.
func (f form) String() string { return fmt.Sprintf("%d bytes", len(f.text)) }
