package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// awkward is a secret that each encoding writes differently.
const awkward = `p@ss "w<0>rd"&/=é\1`

// written are the ways in which texts may have a secret.
func written(secret string) map[string]string {
	plain, _ := json.Marshal(secret)
	twice, _ := json.Marshal(string(plain))
	basic := base64.StdEncoding.EncodeToString([]byte("joe:" + secret))
	return map[string]string{
		"raw": secret, "query": url.QueryEscape(secret), "path": url.PathEscape(secret), "userinfo": url.UserPassword("joe", secret).String(),
		"JSON": string(plain), "JSON in JSON": string(twice), "HTML": html.EscapeString(secret), "Go": fmt.Sprintf("%q", secret),
		"JSON in HTML": html.EscapeString(string(plain)), "query in JSON": `"` + url.QueryEscape(secret) + `"`,
		"base64": base64.StdEncoding.EncodeToString([]byte(secret)), "base64 for addresses": base64.RawURLEncoding.EncodeToString([]byte(secret)),
		"an attribute": attribute.Replace(secret), "an element": content.Replace(secret), "without numbers": numbers.ReplaceAllString(secret, "#"),
		"basic": basic, "hex": hex.EncodeToString([]byte(secret)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"lower percent": strings.ToLower(url.QueryEscape("~")) + lowerPercent(url.QueryEscape)(secret),
	}
}

func TestValuesInAllEncodings(t *testing.T) {
	for _, secret := range []string{"hunter2-hunter2", awkward, "abcde1", "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nAQEFAASCBKcwggSjAgEAAoIB\n-----END KEY-----"} {
		r := New()
		r.Give(secret)
		for how, text := range written(secret) {
			got := r.Known("before " + text + " after")
			if !strings.HasPrefix(got, "before ") || !strings.HasSuffix(got, " after") || strings.Contains(got, text) || !strings.Contains(got, Hidden) {
				t.Errorf("%s of %q: %q", how, secret, got)
			}
			for how, part := range written(secret) {
				if strings.Contains(got, part) {
					t.Errorf("%q has the secret in %s", got, how)
				}
			}
		}
	}
}

func TestCutValues(t *testing.T) {
	r := New()
	r.Give("hunter2-hunter2")
	for text, want := range map[string]string{
		"typed hunter2-hunt…":                           "typed [redacted]…",
		"typed hunter2-hunter2…":                        "typed [redacted]…",
		"it began … ter2-hunter2":                       "it began … [redacted]",
		"it began …ter2-hunter2 here":                   "it began …[redacted] here",
		"a text that was cut: hunter2-":                 "a text that was cut: [redacted]",
		`fill("#a", "hunter2-hun")`:                     `fill("#a", "[redacted]")`,
		"a hunter2-h … 4711 bytes cut … er2-hunter2, b": "a [redacted] … 4711 bytes cut … [redacted], b",
		"a hunter…":                                     "a [redacted]…",
		"a hun…":                                        "a hun…", // three characters are in many words
		"the hunter":                                    "the [redacted]",
		"hunter2-hunter2hunter2":                        "[redacted][redacted]",
	} {
		if got := r.Text(text); got != want {
			t.Errorf("Text(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestManyCuts: a page of nothing but marks is looked through as fast as others: 300 kB took 19 seconds.
func TestManyCuts(t *testing.T) {
	r := New()
	r.Give("hunter2-" + strings.Repeat("hunter2-", 100))
	text := strings.Repeat(cutMark+"x ", 40_000)
	if got := r.Text(text + "hunter2-hunt" + cutMark); got != text+Hidden+cutMark {
		t.Errorf("the end became %q", got[len(text):])
	}
}

func TestShortValues(t *testing.T) {
	r := New()
	r.Give("1234", "x", "ab")
	r.Learn("true", "admin")
	r.Give("abc")
	for text, want := range map[string]string{
		"PIN 1234, not 12345 or a1234":    "PIN [redacted], not 12345 or a1234",
		"x, true, admin and ab":           "x, true, admin and ab",
		"abc abcd":                        "[redacted] abcd",
		`{"pin":"1234","n":"1234"}`:       `{"pin":"[redacted]","n":"[redacted]"}`,
		"the end may be a part of it: ab": "the end may be a part of it: ab",
	} {
		if got := r.Text(text); got != want {
			t.Errorf("Text(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestLearn(t *testing.T) {
	var options any
	if err := json.Unmarshal([]byte(`{
		"extraHTTPHeaders": {"Authorization": "Bearer tok-one-1", "X-Plain": "no secret", "X-Api-Key": "key-two-2", "Cookie": "a=cookie-three-3; b=x"},
		"httpCredentials": {"username": "joe-the-user", "password": "word-four-4"},
		"proxy": {"server": "http://pu:proxy%2Dfive-5@10.0.0.1:3128", "username": "pu", "password": "proxy-six-6"},
		"storageState": {"cookies": [{"name": "sid", "value": "cookie-seven-7", "domain": "a.example", "path": "/shop"}],
			"origins": [{"origin": "https://a.example", "localStorage": [{"name": "theme", "value": "dark-mode"}, {"name": "me", "value": "{\"token\":\"local-eight-8\"}"}, {"name": "id", "value": "local-nine-9"}]}]},
		"baseURL": "https://a.example/?token=query-ten-10"}`), &options); err != nil {
		t.Fatal(err)
	}
	r := New()
	r.LearnNamed(options)
	r.LearnHeader(http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte("joe:word-eleven-11"))}})
	r.LearnEnvironment(map[string]string{"DB_PASSWORD": "word-twelve-12", "DATABASE_URL": "postgres://u:word-13-13@db/x", "HOME": "/srv/thirteen", "TOKEN_FILE": "/etc/token-file"})
	for _, secret := range []string{
		"tok-one-1", "key-two-2", "cookie-three-3", "word-four-4", "proxy-five-5", "proxy-six-6", "cookie-seven-7", "local-eight-8", "local-nine-9",
		"query-ten-10", "word-eleven-11", "word-twelve-12", "word-13-13", base64.StdEncoding.EncodeToString([]byte("joe-the-user:word-four-4")),
	} {
		if got := r.Known("a " + secret + " b"); got != "a "+Hidden+" b" {
			t.Errorf("%q is not known: %q", secret, got)
		}
	}
	for _, text := range []string{"no secret", "joe-the-user", "dark-mode", "a.example", "/shop", "https://a.example", "/srv/thirteen", "/etc/token-file"} {
		if got := r.Known(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestForgets(t *testing.T) {
	r := New()
	r.Give("given-for-good")
	for i := range mostLearned + 10 {
		r.Learn(fmt.Sprintf("learned-%06d", i))
	}
	if got := r.Known(fmt.Sprintf("given-for-good learned-%06d learned-000001", mostLearned)); got != "[redacted] [redacted] learned-000001" {
		t.Errorf("%q", got)
	}
}

// TestForgetsLongValues: few values are as many when their forms take the memory that there is for all.
func TestForgetsLongValues(t *testing.T) {
	r := New()
	r.Give("given-for-good")
	r.Learn("learned-1", "learned-2", "learned-3")
	r.bytes = mostBytes
	r.Learn("learned-4")
	if got := r.Known("given-for-good learned-1 learned-2 learned-3 learned-4"); got != "[redacted] learned-1 learned-2 [redacted] [redacted]" {
		t.Errorf("%q", got)
	}
	if want := r.known["learned-3"].bytes() + r.known["learned-4"].bytes(); r.bytes != want {
		t.Errorf("%d bytes are taken, not %d", r.bytes, want)
	}
}

func TestPage(t *testing.T) {
	r := New()
	r.Give("hunter2-hunter2")
	for page, want := range map[string]string{
		`<meta content="abc/def" name="csrf-token">`:                                 `<meta content="[redacted]" name="csrf-token">`,
		`<input type="hidden" name="_csrf_token" value="abc">`:                       `<input type="hidden" name="_csrf_token" value="[redacted]">`,
		`<input value='a>b' type='password'><p>x</p>`:                                `<input value="[redacted]" type='password'><p>x</p>`,
		`<input name=user value=ann>`:                                                `<input name=user value=ann>`,
		`<div id="phx-1" data-phx-session="SFMy" data-phx-static="SFMz" data-x="1">`: `<div id="phx-1" data-phx-session="[redacted]" data-phx-static="[redacted]" data-x="1">`,
		`<script>window.userToken = "abc.def"; let n = 1</script>`:                   `<script>window.userToken = "[redacted]"; let n = 1</script>`,
		`<p>Welcome, your word is hunter2-hunter2</p>`:                               `<p>Welcome, your word is [redacted]</p>`,
		`<meta name="viewport" content="width=device-width"><label>Password</label>`: `<meta name="viewport" content="width=device-width"><label>Password</label>`,
	} {
		if got := r.Page(page); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
}

func TestHandler(t *testing.T) {
	r := New()
	r.Give("hunter2-hunter2")
	var out bytes.Buffer
	log := slog.New(r.Handler(slog.NewJSONHandler(&out, nil))).With("about", "hunter2-hunter2").WithGroup("g")
	log.Info("say hunter2-hunter2", "token", "abc", "n", 1, "error", errors.New("at ws://a/?token=x: hunter2-hunter2"), "all", []string{"hunter2-hunter2"},
		slog.Group("inner", "text", "hunter2-hunter2"), "url", &url.URL{Scheme: "http", User: url.UserPassword("u", "p"), Host: "a"})
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	delete(line, "time")
	want := "map[about:[redacted] g:map[all:[[redacted]] error:at ws://a/?token=[redacted]: [redacted] inner:map[text:[redacted]] n:1 token:[redacted] url:http://u:[redacted]@a] level:INFO msg:say [redacted]]"
	if got := fmt.Sprint(line); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestWriter(t *testing.T) {
	r := New()
	r.Give("hunter2-hunter2", "1234")
	text := "a hunter2-hunter2, 1234 and 12345, hunter, hunter2-hunter2hunter2-hunter2 and hunter2-hunt"
	want := "a [redacted], [redacted] and 12345, hunter, [redacted][redacted] and [redacted]"
	for size := 1; size <= len(text); size++ {
		var out bytes.Buffer
		w := r.Writer(&out)
		for rest := text; rest != ""; {
			n := min(size, len(rest))
			if written, err := w.Write([]byte(rest[:n])); written != n || err != nil {
				t.Fatal(written, err)
			}
			rest = rest[n:]
		}
		if err := w.Flush(); err != nil || out.String() != want {
			t.Errorf("in pieces of %d: %q, %v", size, out.String(), err)
		}
	}
}

// FuzzKnown: no encoding of a secret is left, wherever it stands and however the stream is cut. Text does the same again to
// what it made.
func FuzzKnown(f *testing.F) {
	f.Add("hunter2", "it is ", " here", 3)
	f.Add(awkward, "…", "=", 1)
	f.Add("aaaaaaa", "aaa", "aaaa", 2)
	f.Fuzz(func(t *testing.T, secret, before, after string, piece int) {
		if len(secret) < 12 || len(secret) > 200 || strings.TrimSpace(secret) != secret || strings.Contains(Hidden, secret) || strings.Contains(secret, "redacted") {
			return
		}
		r := New()
		r.Give(secret)
		for how, text := range written(secret) {
			whole := before + " " + text + " " + after
			got := r.Text(whole)
			var out bytes.Buffer
			w := r.Writer(&out)
			for rest := whole; rest != ""; {
				n := min(len(rest), 1+(piece&31))
				w.Write([]byte(rest[:n]))
				rest = rest[n:]
			}
			w.Flush()
			if strings.Contains(got, secret) || strings.Contains(out.String(), secret) {
				t.Fatalf("%s: %q, %q", how, got, out.String())
			}
			if strings.Contains(out.String(), text) {
				t.Fatalf("%s: %q has %q", how, out.String(), text)
			}
		}
	})
}

func BenchmarkText(b *testing.B) {
	r := New()
	for i := range 50 {
		r.Give(fmt.Sprintf("secret-number-%d", i))
	}
	text := `operation 7: click("#buy", {"timeout":1000}) on http://127.0.0.1:4000/shop?page=2: waited for "#buy" to be visible, but no element matches it: timed out after 1s`
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r.Text(text)
	}
}
