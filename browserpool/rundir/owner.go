package rundir

import (
	"encoding/json"
	"os"
	"strings"

	"github.com/liveload/liveload/filelock"
)

// An owner is the process whose run it is. It is noted in the file of the run's lock, so that a lock which was lost, as on a
// network disk, or which only its own machine can see is no reason to take a run for dead. Times of day are not in it: a
// clock may jump.
type owner struct {
	Machine string `json:"machine"` // its name and id
	Boot    string `json:"boot"`    // of its kernel, which all its containers have; "" when unknown
	PIDs    string `json:"pids"`    // in which namespace its pid counts
	PID     int    `json:"pid"`
	Start   uint64 `json:"start"` // as StartOf says
}

// thisProcess is what this process notes of itself.
func thisProcess() owner {
	host, _ := os.Hostname() // what cannot be read is "", and says nothing
	start, _ := StartOf(os.Getpid())
	pids, _ := os.Readlink("/proc/self/ns/pid")
	return owner{
		Machine: host + " " + firstLine("/etc/machine-id"), Boot: firstLine("/proc/sys/kernel/random/boot_id"),
		PIDs: pids, PID: os.Getpid(), Start: start,
	}
}

func firstLine(file string) string {
	text, _ := os.ReadFile(file)
	line, _, _ := strings.Cut(string(text), "\n")
	return line
}

// note writes who has the run.
func (o owner) note(lock *filelock.Lock) error {
	text, err := json.Marshal(o)
	if err != nil {
		return err
	}
	return lock.Note(text)
}

// noted reads who had the run whose lock was free. A liveload that died before it could note itself has left nothing.
func noted(lock *filelock.Lock) (o owner) {
	text, err := lock.Noted()
	if err != nil || json.Unmarshal(text, &o) != nil {
		return owner{}
	}
	return o
}

// dead says whether the run of an owner whose lock is free is over. On a disk that others share with this machine, a lock may
// be seen by its own machine only: there, runs of others are left alone.
func (o owner) dead(here owner, shared bool) bool {
	sameKernel := o.Boot != "" && o.Boot == here.Boot
	if shared && !sameKernel && o.Machine != here.Machine {
		return false
	}
	if sameKernel && o.PIDs == here.PIDs {
		start, err := StartOf(o.PID)
		return err != nil || start != o.Start
	}
	return true
}
