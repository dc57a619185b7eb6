package table

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/ssh"
)

func TestFind(t *testing.T) {
	for _, k := range All() {
		if found, err := All().Find(k.Name); err != nil || found.Name != k.Name || k.Usage == "" || k.Open == nil {
			t.Errorf("Find(%q) = %+v, %v", k.Name, found, err)
		}
	}
	if _, err := All().Find("locl"); err == nil || !strings.Contains(err.Error(), `is "locl", but must be local`) ||
		!strings.Contains(err.Error(), "(did you mean local?)") {
		t.Errorf("Find of a name with a mistake: %v", err)
	}
}

// TestOpenWithoutHosts: callers compare what could not be opened with nil.
func TestOpenWithoutHosts(t *testing.T) {
	kind, err := All().Find(ssh.Name)
	if err != nil {
		t.Fatal(err)
	}
	if p, err := kind.Open(providers.Home{}, Values{}); p != nil || err == nil {
		t.Errorf("Open = %#v, %v", p, err)
	}
}

func TestRead(t *testing.T) {
	kind := Kind{Name: "cloud", Options: []Option{{Name: "region"}, {Name: "image"}}}
	values, err := kind.Read([]string{"region=a", "image=x=y", "region=b"})
	if err != nil || values.Last("region") != "b" || len(values["region"]) != 2 || values.Last("image") != "x=y" || values.Last("none") != "" {
		t.Errorf("Read = %v, %v", values, err)
	}
	for _, test := range []struct {
		kind       Kind
		text, want string
	}{
		{kind, "regoin=a", `is for "regoin", but --cluster cloud has region, image (did you mean region?)`},
		{kind, "region", `is "region", but needs a value: region=VALUE`},
		{kind, "region=", `is "region=", but needs a value: region=VALUE`},
		{Kind{Name: "local"}, "region=a", `is for "region", but --cluster local has no options`},
	} {
		if _, err := test.kind.Read([]string{test.text}); err == nil || err.Error() != test.want {
			t.Errorf("Read(%q) = %v, want %s", test.text, err, test.want)
		}
	}
}
