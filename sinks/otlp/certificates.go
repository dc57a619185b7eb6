package otlp

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
)

// tls returns what a connection needs beyond the certificates of the system.
func (env environment) tls() (*tls.Config, error) {
	config := &tls.Config{}
	if file, variable := env.get(caVariable); file != "" {
		pem, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", variable, err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s: %s has no certificates in PEM format", variable, file)
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
