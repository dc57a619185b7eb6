package broker

import (
	"encoding/base64"
	"net"
	"strings"
	"testing"

	"github.com/liveload/liveload/cluster/wire"
)

func TestToken(t *testing.T) {
	token := Token{Protocol: wire.Protocol, URLs: []string{"nats://10.0.0.1:4222"}, Run: "7f", Secret: "swordfish", Fingerprint: "ab"}
	got, err := ParseToken(" " + token.String() + "\n")
	if err != nil || got.String() != token.String() || strings.ContainsAny(token.String(), " \"'$/+=") {
		t.Errorf("%s was read as %s, %v", token, got, err)
	}
	newer := token
	newer.Protocol = 99
	if _, err := ParseToken(newer.String()); err == nil || !strings.Contains(err.Error(), "the controller speaks version 99 of the cluster protocol, and this worker version 1") {
		t.Errorf("a token of another version: %v", err)
	}
}

// FuzzParseToken: what is not a token is an error that does not show it.
func FuzzParseToken(f *testing.F) {
	f.Add("")
	f.Add("liveload-")
	f.Add("liveload-swordfish")
	f.Add("liveload-" + base64.RawURLEncoding.EncodeToString([]byte(`{"v":1,"u":[],"s":"swordfish"}`)))
	f.Add(Token{Protocol: wire.Protocol, URLs: []string{"nats://h:1"}, Run: "r", Secret: "s"}.String())
	f.Fuzz(func(t *testing.T, text string) {
		token, err := ParseToken(text)
		if err == nil && (len(token.URLs) == 0 || token.Run == "" || token.Secret == "") {
			t.Errorf("%q is a token: %+v", text, token)
		}
		if secret := strings.TrimPrefix(text, tokenPrefix); err != nil && len(secret) > 20 && strings.Contains(err.Error(), secret) {
			t.Errorf("the error shows it: %v", err)
		}
	})
}

func TestAddresses(t *testing.T) {
	at := &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 4222}
	for said, want := range map[string]string{"": "nats://10.0.0.1:4222", "load.example": "nats://load.example:4222", "load.example:80": "nats://load.example:80"} {
		if got, err := addresses(at, said); err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%q: %v, %v; want %s", said, got, err, want)
		}
	}
	for _, listen := range []string{"nowhere", "h:x", "h:70000"} {
		if _, _, err := hostAndPort(listen); err == nil || !strings.Contains(err.Error(), "HOST:PORT") {
			t.Errorf("%s: %v", listen, err)
		}
	}
	for host, want := range map[string]bool{"127.0.0.1": true, "::1": true, "localhost": true, "0.0.0.0": false, "10.0.0.1": false, "load.example": false} {
		if isLoopback(host) != want {
			t.Errorf("%s is loopback: %v", host, !want)
		}
	}
}
