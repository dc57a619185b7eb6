package browserpool

import "testing"

func TestIsFileURL(t *testing.T) {
	for address, want := range map[string]bool{
		"file:///etc/hostname": true, "FILE:/etc/hostname": true, " \x01file:///x": true, "fi\nle:///x": true, "view-source:file:///x": true,
		"view-source:View-Source:file:///x": true, "view-source: file:///x": true, "filesystem:file:///temporary/x": true,
		"http://h/file:///x": false, "profile:x": false, "about:blank": false, "": false, "/etc/hostname": false, "blob:http://h/x": false,
	} {
		if got := IsFileURL(address); got != want {
			t.Errorf("%q is a file: %v, want %v", address, got, want)
		}
	}
}
