package otlp

import (
	"crypto/tls"
	"fmt"

	"github.com/liveload/liveload/sinks/destination"
)

// tls returns what a connection needs beyond the certificates of the system.
func (env environment) tls() (*tls.Config, error) {
	config := &tls.Config{}
	if file, variable := env.get(caVariable); file != "" {
		var err error
		if config.RootCAs, err = destination.Authorities(variable, file); err != nil {
			return nil, err
		}
	}
	certificate, variable := env.get(certificateVariable)
	key, keyName := env.get(keyVariable)
	switch {
	case certificate == "" && key == "":
		return config, nil
	case certificate == "":
		return nil, fmt.Errorf("%s is set without %s: both are needed", keyName, variable)
	case key == "":
		return nil, fmt.Errorf("%s is set without %s: both are needed", variable, keyName)
	}
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		return nil, fmt.Errorf("%s and %s: %w", variable, keyName, err)
	}
	config.Certificates = []tls.Certificate{pair}
	return config, nil
}
