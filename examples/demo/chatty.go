package demo

import (
	"fmt"
	"html/template"
	"net/http"
	"strconv"
)

// The chatty page loads 50 of each kind: 200 requests beside its own.
const chattyPerKind = 50

var chattyTemplate = template.Must(template.New("chatty").Parse(`<h1>Chatty</h1>
<p><span id="chatty-count">0</span> of <span id="chatty-total">{{.Total}}</span> loaded; <span id="chatty-state">loading</span></p>
<script>
let loaded = 0;
const arrived = () => {
  document.getElementById("chatty-count").textContent = ++loaded;
  if (loaded === {{.Total}}) document.getElementById("chatty-state").textContent = "done";
};
</script>
{{- range .N}}
<link rel="stylesheet" href="/chatty/css/{{.}}" onload="arrived()">
<script async src="/chatty/js/{{.}}"></script>
<img alt="" width="1" height="1" src="/chatty/img/{{.}}" onload="arrived()">
{{- end}}
<script>
for (let n = 1; n <= {{.PerKind}}; n++) fetch("/chatty/fetch/" + n).then(r => r.text()).then(arrived);
</script>`))

func (s *Server) chatty(w http.ResponseWriter, r *http.Request) {
	numbers := make([]int, chattyPerKind)
	for i := range numbers {
		numbers[i] = i + 1
	}
	data := map[string]any{"N": numbers, "PerKind": chattyPerKind, "Total": 4 * chattyPerKind}
	s.render(w, http.StatusOK, s.sessionOf(w, r), "Chatty", chattyTemplate, data)
}

// chattyResource is one small file that no browser keeps.
func (s *Server) chattyResource(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.PathValue("n"))
	file, ok := chattyFiles[r.PathValue("kind")]
	if err != nil || !ok || n < 1 || n > chattyPerKind {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", file.contentType)
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(file.body(n))) // the browser went away: nobody to tell
}

// chattyFiles are the small files by kind.
var chattyFiles = map[string]struct {
	contentType string
	body        func(n int) string
}{
	"css":   {"text/css", func(n int) string { return fmt.Sprintf(".chatty-%d { color: inherit; }\n", n) }},
	"js":    {"text/javascript", func(n int) string { return fmt.Sprintf("/* %d */ arrived();\n", n) }},
	"img":   {"image/gif", func(int) string { return onePixel }},
	"fetch": {"application/json", func(n int) string { return fmt.Sprintf("{\"n\":%d}\n", n) }},
}

// onePixel is a transparent GIF.
const onePixel = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00," +
	"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01D\x00;"
