package broker

import (
	"crypto/tls"
	"errors"

	"github.com/liveload/liveload/selfsigned"
)

// selfSigned makes a certificate for one run, and its fingerprint, by which workers know it.
func selfSigned(run string) (tls.Certificate, string, error) {
	return selfsigned.New("liveload run " + run)
}

// errOtherCertificate says that something else than the controller answers.
var errOtherCertificate = errors.New("what answers there is not the controller that made the token: its certificate is another one")

// pinned trusts the certificate with a fingerprint, and no other one.
func pinned(wanted string) *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS13,
		InsecureSkipVerify: true, // no authority has signed it: VerifyConnection knows the one that it must be
		VerifyConnection: func(state tls.ConnectionState) error {
			if len(state.PeerCertificates) == 0 || !equal(selfsigned.Fingerprint(state.PeerCertificates[0].Raw), wanted) {
				return errOtherCertificate
			}
			return nil
		},
	}
}
