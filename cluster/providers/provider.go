// Package providers says what a provider is: something that starts machines which work for a run, ends them, and finds
// those that a controller left behind. Package table lists the providers, and providertest holds each of them to what
// is promised here.
package providers

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// A Provider starts and ends machines. The controller of a run launches and destroys; `liveload cluster cleanup` destroys
// what other controllers left. Methods may be called concurrently.
type Provider interface {
	// Launch starts n machines, each of which runs `liveload worker`, and returns once all of them run or have failed.
	// Whether their workers join is for the controller to see. It tries every machine: those that run are returned along
	// with an error that says what became of the others. When ctx ends it starts no more and returns those that run. In
	// each case the caller destroys what it was given. A run may launch several times.
	Launch(ctx context.Context, n int, spec Spec) ([]Machine, error)

	// Destroy ends machines, and returns once nothing of them is left. A machine that is gone already, or was destroyed
	// before, is no error. It tries every machine, also after an error; what it could not end is left for Leftovers. It
	// needs no more than what a Machine says, so that machines of other processes can be destroyed too.
	Destroy(ctx context.Context, machines []Machine) error

	// Leftovers finds machines of runs whose controllers are gone. Machines of runs that go on are never among them.
	Leftovers(ctx context.Context) ([]Machine, error)
}

// Counted is implemented by providers that have a certain number of machines, which is how many are launched when nobody
// says another one.
type Counted interface{ Machines() int }

// Weighted is implemented by providers whose options may say how a load is divided among machines: one of weight 2 gets twice
// what one of weight 1 gets. Weights returns them by the names of machines, nil when nobody has said any.
type Weighted interface{ Weights() map[string]int }

// A Checker can say that n machines cannot be started: who asks has no access, a quota is too low, something that the
// options name is not there. It starts nothing. The controller asks it before it launches.
type Checker interface {
	Check(ctx context.Context, n int) error
}

// Sized is implemented by providers whose options say how large machines are.
type Sized interface{ Size() Size }

// A Size is that of a machine. What is not known is 0 or "".
type Size struct {
	Cores  float64 `json:"cores,omitempty"`
	Memory int64   `json:"memory_bytes,omitempty"`
	Kind   string  `json:"kind,omitempty"` // as the provider calls machines of this size, and people their price
}

// Lister is implemented by providers that see all machines of liveload where they start them: of every run and owner,
// those that work and those that have ended.
type Lister interface {
	List(ctx context.Context) ([]Machine, error)
}

// A Spec says what machines are for. Each runs `liveload worker --join - --name NAME ARGS...`, and has the token through
// Hand, or in a file that --join names.
type Spec struct {
	Run   string   // id of the run, with which each machine is labelled
	Token string   // with which a worker joins: a secret that no command line, log or error shows
	Known string   // file of the key that the token belongs to, when it was known before the run; "" when it was not
	Args  []string // further arguments of `liveload worker`, without secrets
	Env   []string // further environment of it, NAME=value, without secrets

	// Lifetime is how long a worker works at most, whatever becomes of its controller: Args have it as --lifetime. Machines
	// end by Expires in their cloud's own terms, where there are any. 0 is no bound.
	Lifetime time.Duration

	// Ended is called when a machine ends that nobody destroyed, with what it said last; it may be nil. It may be called by
	// several goroutines, and must not call the provider. Providers that do not see machines end never call it.
	Ended func(m Machine, why error) `json:"-"`
}

// A Machine is one that was launched. It is plain data: what one process launched, another can destroy.
type Machine struct {
	Provider string    `json:"provider"` // name in the table
	Run      string    `json:"run"`      // Spec.Run
	ID       string    `json:"id"`       // by which the provider knows it
	Name     string    `json:"name"`     // by which its worker joins and people know it, unique in the run
	Launched time.Time `json:"launched"`
	Owner    string    `json:"owner,omitempty"`  // Home.Owner of the one who launched it; "" when it is not known
	Expires  time.Time `json:"expires,omitzero"` // when it ends at the latest; zero when nothing ends it
	Ended    bool      `json:"ended,omitempty"`  // it does not work any more, but something of it is still there
}

// ErrGone says of a machine that it does not run any more.
var ErrGone = errors.New("it does not run any more")

// A Home is what a provider gets of the machine and the run of its controller.
type Home struct {
	Binary string            // the liveload that runs here
	Cache  string            // folder for what is kept on this machine
	Folder string            // folder of this run, gone after it; "" when there is no run
	Env    []string          // marks processes of this run, so that none of them outlives it
	Owner  string            // names this machine's user to other machines: letters, digits and dashes, at most 63
	Runs   Runs              // of this owner
	Say    func(text string) // tells the person, past all logs, what has to be done by hand; nil when there is no run
	Log    *slog.Logger
}
