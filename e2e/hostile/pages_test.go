package hostile

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

// A page does something hostile until its user leaves.
type page struct {
	name, script string
	ended        bool // before its user leaves
}

// pages are one of each kind.
var pages = []page{
	{"console", `setInterval(() => { for (let i = 0; i < 5000; i++) console.log('line ' + i + ' ' + 'x'.repeat(200)) }, 1);
		for (let i = 0; i < 4; i++) new Worker(URL.createObjectURL(new Blob(['setInterval(() => { for (let i = 0; i < 2000; i++) console.log("a worker says " + i) }, 1)'])))`, false},
	{"long-lines", `for (let i = 0; i < 8; i++) console.log('x'.repeat(5e6))`, false},
	{"errors", `let n = 0; setInterval(() => { for (let i = 0; i < 50; i++) { console.error('error ' + 'abcdefghij'[n++ % 10].repeat(n % 900)); Promise.reject(new Error(String.fromCharCode(0x4e00 + n % 20000))) } throw new Error('x'.repeat(1e6)) }, 5)`, false},
	{"forged", forged(`{d:'x',n:1,h:[],c:Array.from({length:2000},()=>['http_requests','2xx\nxhr',Math.pow(2,53)])}`, 20), false},
	{"long-batch", forged(`{d:'x',n:1,c:[],h:[['liveview_diff_bytes','x'.repeat(20e6),[1]]]}`, 3), false},
	{"calls", `const text = JSON.stringify({ name: 'none', seq: 1, serializedArgs: [] }); setInterval(() => { for (let i = 0; i < 5000; i++) __playwright__binding__(text) }, 1)`, false},
	{"frames", `new WebSocket(location.origin.replace('http', 'ws') + '/flood')`, true},
	{"requests", `let n = 0; setInterval(() => { for (let i = 0; i < 50; i++) fetch('/none?' + n++).catch(() => {}) }, 5)`, false},
	{"titles", `setInterval(() => { document.title = 'x'.repeat(5e6); try { history.pushState({}, '', '?' + 'x'.repeat(1e6) + Math.random()) } catch {} }, 100)`, false},
	{"dialogs", `setInterval(() => alert('x'.repeat(1e6)), 10)`, false},
	{"mutations", `setInterval(() => { for (let i = 0; i < 500; i++) { const e = document.createElement('p'); e.className = 'phx-click-loading'; document.body.append(e); e.className = ''; e.remove() } }, 1)`, false},
	{"windows", `let n = 0; setInterval(() => { for (let i = 0; i < 20; i++) { const e = document.createElement('iframe'); document.body.append(e); e.remove() } }, 1)
		setInterval(() => { if (n++ < 20) open('about:blank') }, 50)`, false},
}

// forged is a page that calls the driver's binding itself, again and again.
func forged(batch string, every int) string {
	return fmt.Sprintf(`const batch = JSON.stringify(%s); let seq = 0;
		setInterval(() => { if (window.__liveloadSend) __liveloadSend(batch); __playwright__binding__(JSON.stringify({ name: '__liveloadPost', seq: ++seq, serializedArgs: [batch] })) }, %d)`, batch, every)
}

// site serves the hostile pages.
func site(t *testing.T) string {
	mux := http.NewServeMux()
	for _, p := range pages {
		mux.HandleFunc("GET /"+p.name, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprintf(w, "<!doctype html><link rel=icon href='data:,'><body><script>%s</script>", strings.ReplaceAll(p.script, "</", `<\/`))
		})
	}
	mux.HandleFunc("GET /flood", func(w http.ResponseWriter, r *http.Request) {
		socket, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer socket.CloseNow()
		for socket.Write(r.Context(), websocket.MessageText, []byte("x")) == nil {
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}
