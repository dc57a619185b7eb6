// Package labels marks what a provider makes in a cloud, so that it is found again whatever becomes of its controller.
package labels

import (
	"strconv"
	"time"

	"github.com/liveload/liveload/cluster/providers"
)

// Names of labels. Where a cloud does not allow a dash in them, the provider writes an underscore.
const (
	Run     = "liveload-run"     // id of the run
	Machine = "liveload-machine" // name of the machine
	Owner   = "liveload-owner"   // providers.Home.Owner
	Expires = "liveload-expires" // seconds since 1970
)

// Of returns the labels of a machine. All values are letters, digits and dashes as long as its name is.
func Of(m providers.Machine) map[string]string {
	labels := map[string]string{Run: m.Run, Machine: m.Name}
	if m.Owner != "" {
		labels[Owner] = m.Owner
	}
	if !m.Expires.IsZero() {
		labels[Expires] = strconv.FormatInt(m.Expires.Unix(), 10)
	}
	return labels
}

// Read returns the machine that has the labels, without its provider, id and time of launch. ok is false when they are not
// those of a machine of ours.
func Read(labels map[string]string) (m providers.Machine, ok bool) {
	m = providers.Machine{Run: labels[Run], Name: labels[Machine], Owner: labels[Owner]}
	if seconds, err := strconv.ParseInt(labels[Expires], 10, 64); err == nil && seconds > 0 {
		m.Expires = time.Unix(seconds, 0)
	}
	return m, m.Run != "" && m.Name != ""
}
