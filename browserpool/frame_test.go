package browserpool

import "testing"

func TestHideSecrets(t *testing.T) {
	for text, want := range map[string]string{
		`["4","7","lv:phx-1","event",{"event":"save","value":"user=ann&password=a%20b&password_confirmation=c&x=1"}]`: `["4","7","lv:phx-1","event",{"event":"save","value":"user=ann&password=…&password_confirmation=…&x=1"}]`,
		`{"session":"SFMy\"NTY.x","static":"abc","params":{"_csrf_token":"t","vsn":"1"}}`:                             `{"session":"…","static":"…","params":{"_csrf_token":"…","vsn":"1"}}`,
		`{"userPassword":"a","apiToken":"b`:                      `{"userPassword":"…","apiToken":"…`,
		`"user[password]=a&user%5Btoken%5D=b&q=my password = x"`: `"user[password]=…&user%5Btoken%5D=…&q=my password = x"`,
		`{"s":["<label>Password <input id=\"p\">"]}`:             `{"s":["<label>Password <input id=\"p\">"]}`,
		`{"diff":{"0":"12","s":["a","b"]}}`:                      `{"diff":{"0":"12","s":["a","b"]}}`,
	} {
		if got := HideSecrets(text); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}
