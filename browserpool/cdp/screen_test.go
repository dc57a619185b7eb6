package cdp_test

import (
	"bufio"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestScreenedAddresses: the browser never hears of a command to open an address that is refused; the other client hears why, and
// everything else goes on.
func TestScreenedAddresses(t *testing.T) {
	c, client, _ := shared(t, func(r request) string { return fmt.Sprintf(`{"id":%d,"result":{"of":%q}}`, r.ID, r.Method) })
	c.ScreenAddresses(func(address string) error {
		if strings.HasPrefix(address, "file:") {
			return errors.New("no " + address)
		}
		return nil
	})
	from := bufio.NewReader(client.From)
	for _, tt := range []struct{ says, hears string }{
		{`{"id":1,"method":"Page.navigate","params":{"url":"file:///a\u0022"},"sessionId":"theirs"}`, `{"id":1,"error":{"code":-32000,"message":"no file:///a\""},"sessionId":"theirs"}`},
		{`{"sessionId":"theirs","params":{"url":"fil\u0065:///b"},"method" : "Page.navigate","id":2}`, `{"id":2,"error":{"code":-32000,"message":"no file:///b"},"sessionId":"theirs"}`},
		{`{"id":3,"method":"Target.createTarget","params":{"url":"file:///c"}}`, `{"id":3,"error":{"code":-32000,"message":"no file:///c"}}`},
		{`{"id":4,"method":"Page.navigate","params":{"url":"http://d"}}`, `{"id":4,"result":{"of":"Page.navigate"}}`},
		{`{"id":5,"method":"Fetch.continueRequest","params":{"requestId":"x"}}`, `{"id":5,"result":{"of":"Fetch.continueRequest"}}`},
		{`{"id":7,"method":"Input.dispatchDragEvent","params":{"type":"drop","data":{"items":[{"mimeType":"text/plain","data":"x"},{"mimeType":"text/uri-list","data":"file:///f"}]}}}`, `{"id":7,"error":{"code":-32000,"message":"no file:///f"}}`},
		{`{"id":8,"method":"Page.navigate","params":{"url":"file:///g","data":"what it has no use for"}}`, `{"id":8,"error":{"code":-32000,"message":"no file:///g"}}`},
		{`{"id":6,"method":"Runtime.evaluate","params":{"url":"file:///e","expression":"'Page.navigate'"}}`, `{"id":6,"result":{"of":"Runtime.evaluate"}}`},
	} {
		say(client, tt.says)
		if got := hear(t, from, 1)[0]; got != tt.hears {
			t.Errorf("%s is answered with\n%s, want\n%s", tt.says, got, tt.hears)
		}
	}
}
