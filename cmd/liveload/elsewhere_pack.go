package main

import (
	"fmt"
	"log/slog"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/liveload/liveload/cluster/elsewhere"
	"github.com/liveload/liveload/js/bundle"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/redact"
	"github.com/liveload/liveload/sinks/outputs"
	"github.com/liveload/liveload/sinks/wholefile"
)

var (
	// written are the flags that name what a run writes.
	written = []string{"result", reportFlag, "summary-junit", "evidence-dir"}
	// readByProvider are the options of a provider that name files.
	readByProvider = []string{"patch", "merge-patch", "affinity"}
	// ofThisMachine are the options of a provider that mean nothing elsewhere.
	ofThisMachine = []string{"kubeconfig", "context"}
)

// A packing makes a Handover of a run on this machine.
type packing struct {
	o        *outside
	settings runSettings
	folder   string   // in which the run would work here, absolute
	files    []string // absolute
}

// handOver packs what a run needs elsewhere. options are added to those of the provider.
func (o *outside) handOver(p plan.Plan, scripts []string, settings runSettings, w *wiring, options ...string) (elsewhere.Handover, error) {
	folder, err := filepath.Abs(".")
	if err != nil {
		return elsewhere.Handover{}, fmt.Errorf("find the working folder: %w", err)
	}
	k := &packing{o: o, settings: settings, folder: folder}
	if err := k.checkWritten(); err != nil {
		return elsewhere.Handover{}, err
	}
	if err := k.addScripts(p, w.modules.Exports()); err != nil {
		return elsewhere.Handover{}, err
	}
	args, err := k.args(scripts, options)
	if err != nil {
		return elsewhere.Handover{}, err
	}
	env, err := k.env(p)
	if err != nil {
		return elsewhere.Handover{}, err
	}
	root := commonFolder(append(k.files, filepath.Join(folder, "x")))
	h := elsewhere.Handover{Run: settings.runID, Args: args, Env: env, Folder: below(root, folder), Files: map[string]string{}}
	for _, file := range k.files {
		h.Files[below(root, file)] = file
	}
	return h, nil
}

// checkWritten refuses files that could not be put back: what a run elsewhere writes comes below the working folder.
func (k *packing) checkWritten() error {
	const why = "%q, but must be below the working folder and not hidden, since the run is elsewhere and its files are fetched into this folder"
	r := flagReader{layered: k.settings.sources}
	for _, flag := range written {
		for _, file := range r.of(flag).texts[flag] {
			if file != "" && file != noReport && (file == wholefile.Stdout || !elsewhere.Fetchable(filepath.ToSlash(file))) {
				r.refuse(flag, "is "+why, file)
			}
		}
	}
	for _, target := range k.settings.outputs {
		if target.Kind.Sink != nil && !elsewhere.Fetchable(filepath.ToSlash(target.Address)) {
			r.refuse("out", "is for the file "+why, target.Address)
		}
	}
	return r.err
}

// addScripts adds the scripts with all that they import and read.
func (k *packing) addScripts(p plan.Plan, modules bundle.Modules) error {
	for _, s := range firstOfScripts(p) {
		if s.Problem != nil { // which the run tells
			k.add(s.Script)
			continue
		}
		imported, err := bundle.Files(s.Script, modules, k.settings.allowRead...)
		if err != nil {
			return err
		}
		k.add(imported...)
		for _, file := range s.Files {
			if path.IsAbs(file.Name) {
				return fmt.Errorf("the script reads %q, which is at another place where the controller runs: name the file from the script's folder", file.Name)
			}
			k.add(filepath.Join(filepath.Dir(s.Script), filepath.FromSlash(file.Name)))
		}
	}
	return nil
}

// add adds files, and returns the name of the last one from the working folder.
func (k *packing) add(files ...string) (name string) {
	for _, file := range files {
		if !filepath.IsAbs(file) {
			file = filepath.Join(k.folder, file)
		}
		if name = filepath.Clean(file); !slices.Contains(k.files, name) {
			k.files = append(k.files, name)
		}
	}
	return below(k.folder, name)
}

// args are those of liveload: flags of the command line, and scripts.
func (k *packing) args(scripts, options []string) ([]string, error) {
	args := []string{"run"}
	for _, f := range runFlags() {
		name := f.Names()[0]
		for _, value := range k.settings.sources[0].texts[name] {
			key, _, _ := strings.Cut(value, "=")
			switch {
			case k.travels(name):
				continue // in the environment, since others see the command line of a process
			case name == optionsFileFlag:
				value = k.add(value)
			case name == allowReadFlag:
				folder := absolute(k.folder, value)
				if !slices.ContainsFunc(k.files, func(file string) bool { return strings.HasPrefix(file, folder+string(filepath.Separator)) }) {
					continue // nothing of it is needed
				}
				value = below(k.folder, folder)
			case name == clusterOptFlag && slices.Contains(ofThisMachine, key):
				continue
			}
			args = append(args, "--"+name+"="+value)
		}
	}
	for _, option := range readByProvider {
		if file := k.settings.cluster.options.Last(option); file != "" {
			options = append(options, option+"="+k.add(file))
		}
	}
	for _, option := range options {
		args = append(args, "--"+clusterOptFlag+"="+option)
	}
	args = append(args, "--")
	for _, script := range scripts {
		name, err := filepath.Rel(k.folder, absolute(k.folder, script))
		if err != nil {
			return nil, fmt.Errorf("find %s from the working folder: %w", script, err)
		}
		args = append(args, filepath.ToSlash(name))
	}
	return args, nil
}

// travels says whether the values of a flag have secrets, and so go into its variable.
func (k *packing) travels(flag string) bool {
	all := k.settings.sources[0].texts[flag]
	f, known := findFlag(runFlags(), flag)
	if !known || !f.repeated && len(all) > 1 || f.separator == "" && slices.ContainsFunc(all, func(text string) bool { return strings.ContainsAny(text, " \t\n") }) {
		return false
	}
	return flag == configSecretFlag || slices.ContainsFunc(all, func(text string) bool { return k.o.secrets.Text(text) != text || hasSecretKey(text) })
}

// hasSecretKey says whether a text is KEY=VALUE with the name of a secret.
func hasSecretKey(text string) bool {
	key, _, isPair := strings.Cut(text, "=")
	return isPair && redact.IsSecret(key)
}

// secretVariables are the variables of flags that travel, and those of keys without a value.
func (k *packing) secretVariables() map[string]string {
	env := make(map[string]string)
	for flag, texts := range k.settings.sources[0].texts {
		f, known := findFlag(runFlags(), flag)
		if !known || len(texts) == 0 || !k.travels(flag) {
			continue
		}
		separator := f.separator
		if separator == "" {
			separator = " "
		}
		env[variable(flag)] = strings.Join(texts, separator)
	}
	for _, key := range k.settings.configSecret {
		if value, ok := k.o.env[configVariable(key)]; ok {
			env[configVariable(key)] = value
		}
	}
	return env
}

// env are the variables that scripts, flags and outputs read.
func (k *packing) env(p plan.Plan) (map[string]string, error) {
	env := namedVariables(p, k.o.env)
	take := func(name string) string {
		value, ok := k.o.env[name]
		if ok {
			env[name] = value
		}
		return value
	}
	options := outputs.Options{Env: take, Timeout: k.settings.outTimeout, Log: slog.New(slog.DiscardHandler)}
	if _, err := outputs.Open(k.settings.outputs, options); err != nil {
		return nil, err
	}
	for _, f := range runFlags() {
		take(variable(f.Names()[0]))
	}
	if file := env[variable(optionsFileFlag)]; file != "" {
		env[variable(optionsFileFlag)] = k.add(file)
	}
	maps.Copy(env, k.secretVariables())
	env[runIDVariable] = k.settings.runID
	return env, nil
}

func absolute(folder, file string) string {
	if filepath.IsAbs(file) {
		return filepath.Clean(file)
	}
	return filepath.Join(folder, file)
}

// below is the name of a file from a folder, slash-separated.
func below(folder, file string) string {
	name, err := filepath.Rel(folder, file)
	if err != nil {
		return filepath.ToSlash(file) // on another drive
	}
	return filepath.ToSlash(name)
}

// commonFolder is the innermost folder that has all files, which are absolute.
func commonFolder(files []string) string {
	common := filepath.Dir(files[0])
	for _, file := range files[1:] {
		for common != filepath.Dir(common) && !strings.HasPrefix(file, strings.TrimSuffix(common, string(filepath.Separator))+string(filepath.Separator)) {
			common = filepath.Dir(common)
		}
	}
	return common
}
