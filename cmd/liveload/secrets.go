package main

import (
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/liveload/liveload/redact"
)

const configSecretFlag = "config-secret"

// guard has nothing that this process shows say a secret: from here on, what it prints goes through the redactor. The
// caller calls flush at the end.
func (o *outside) guard() (flush func()) {
	o.secrets, o.bare = redact.New(), o.stdout
	o.secrets.LearnEnvironment(o.env)
	flushes := []func(){guarded(&o.stdout, o.secrets), guarded(&o.stderr, o.secrets)}
	o.flush = func() {
		for _, each := range flushes {
			each()
		}
	}
	return o.flush
}

// guarded puts the redactor before an output. A screen stays one, so that it notices when nobody reads it.
func guarded(out *io.Writer, secrets *redact.Redactor) (flush func()) {
	inner := *out
	s, isScreen := inner.(*screen)
	if isScreen {
		inner = s.out
	}
	w := secrets.Writer(inner)
	if isScreen {
		s.out = w
	} else {
		*out = w
	}
	return func() { _ = w.Flush() } // nobody reads it
}

// configVariable is the variable with the secret of a key: LIVELOAD_CONFIG_API_TOKEN for apiToken.
func configVariable(key string) string {
	var name strings.Builder
	lower := false
	for _, c := range key {
		if unicode.IsUpper(c) && lower {
			name.WriteByte('_')
		}
		lower = unicode.IsLower(c) || unicode.IsDigit(c)
		if !lower && !unicode.IsUpper(c) {
			c = '_'
		}
		name.WriteRune(unicode.ToUpper(c))
	}
	return configPrefix + name.String()
}

const configPrefix = "LIVELOAD_CONFIG_"

// configSecrets reads the pairs of config that are secret. A key without a value has that of its variable.
func (r *flagReader) configSecrets(env map[string]string) map[string]string {
	pairs := make(map[string]string)
	for _, text := range r.all(configSecretFlag) {
		key, value, hasValue := strings.Cut(text, "=")
		if key == "" {
			r.refuse(configSecretFlag, "must be KEY, whose value is in the variable %s, or KEY=VALUE", configVariable("KEY"))
			return nil
		}
		if name := configVariable(key); !hasValue {
			if value = env[name]; value == "" || name == variable(configSecretFlag) {
				r.refuse(configSecretFlag, "has the key %s without a value: set the variable %s, or say %s=VALUE", key, name, key)
				return nil
			}
		}
		pairs[key] = value
	}
	return pairs
}

// readConfig reads what the script's config function gets, and tells the redactor what of the settings is secret.
func (s *runSettings) readConfig(r *flagReader, o *outside) {
	s.config, s.configFrom = r.pairs("config"), r.keyPlaces("config")
	secrets := r.configSecrets(o.env)
	s.configSecret = slices.Sorted(maps.Keys(secrets))
	for key, value := range secrets {
		if s.config == nil {
			s.config = make(map[string]string)
		}
		s.config[key] = value
		o.secrets.Give(value)
	}
	for _, place := range r.keyPlaces(configSecretFlag) {
		if !slices.Contains(s.configFrom, place) {
			s.configFrom = append(s.configFrom, place)
		}
	}
	o.secrets.LearnHeader(s.probe.Header)
	for _, from := range r.layered {
		for flag, texts := range from.texts {
			for _, text := range texts {
				if flag != configSecretFlag {
					o.secrets.LearnNamed(text)
				}
			}
		}
	}
}
