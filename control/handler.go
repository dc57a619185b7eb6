package control

import (
	"context"
	"encoding/json"
	"mime"
	"net/http"

	"github.com/liveload/liveload/cluster"
	"github.com/liveload/liveload/plan"
)

// A Run is what clients watch and steer. Its methods may be called concurrently.
type Run interface {
	Status() Status
	// Steer changes a scenario; "" is the only one that can be meant. An error has changed nothing.
	Steer(ctx context.Context, scenario string, cmd plan.Command) (cluster.Steered, error)
	// Stop lets the running iterations finish and begins no more; it does not wait for that.
	Stop()
}

// Handler serves the protocol. It does not authenticate: a server that exposes it elsewhere than on the
// user's own socket must do that.
func Handler(run Run) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+pathRun, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, run.Status())
	})
	mux.HandleFunc("POST "+pathSteer, func(w http.ResponseWriter, r *http.Request) {
		command, err := readSteer(r.Body)
		if err != nil {
			refuse(w, http.StatusBadRequest, err)
			return
		}
		steered, err := run.Steer(r.Context(), command.Scenario, command.Command)
		if err != nil {
			refuse(w, http.StatusConflict, err)
			return
		}
		answer(w, http.StatusOK, steered)
	})
	mux.HandleFunc("POST "+pathStop, func(w http.ResponseWriter, r *http.Request) {
		if err := readStrictly(r.Body, &struct{}{}); err != nil {
			refuse(w, http.StatusBadRequest, err)
			return
		}
		run.Stop()
		answer(w, http.StatusOK, struct{}{})
	})
	return bounded(mux)
}

// bounded limits the size of requests, and refuses commands that are not declared as JSON: no form of a web
// page can send those.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if r.Method == http.MethodPost && kind != "application/json" {
			http.Error(w, "a command is application/json", http.StatusUnsupportedMediaType)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
}

func refuse(w http.ResponseWriter, status int, err error) {
	answer(w, status, answerError{Error: err.Error()})
}

// answer writes JSON. The client notices when the connection fails.
func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}
