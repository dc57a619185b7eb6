package broker

import (
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/google/uuid"

	"github.com/liveload/liveload/cluster/wire"
	"github.com/liveload/liveload/selfsigned"
)

// A Key fixes the token of a controller before it starts, so that workers can have the token and wait. Runs with one key
// come one after the other. It is a secret of the controller alone.
type Key struct {
	Token       Token  `json:"token"`
	Listen      string `json:"listen,omitempty"`
	Certificate []byte `json:"certificate,omitempty"` // DER; none on the loopback interface and with a server that exists
	Private     []byte `json:"private,omitempty"`     // of the certificate, PKCS #8
}

// NewKey makes a key for a controller with these options, whose port is fixed.
func NewKey(o Options) (*Key, error) {
	k := &Key{Listen: o.Listen, Token: Token{Protocol: wire.Protocol, Run: uuid.NewString(), Secret: newSecret(), Waits: true}}
	if o.URL != "" {
		k.Token.URLs = []string{o.URL}
		return k, nil
	}
	host, port, err := hostAndPort(o.Listen)
	if err != nil {
		return nil, err
	}
	if port <= 0 {
		return nil, fmt.Errorf("workers that wait need a port that stays the same, and %q has none: say 0.0.0.0:4222", o.Listen)
	}
	ip := net.ParseIP(host)
	if ip == nil && o.Address == "" {
		o.Address = host // a name, by which workers find it too
	}
	if k.Token.URLs, err = addresses(&net.TCPAddr{IP: ip, Port: port}, o.Address); err != nil || isLoopback(host) {
		return k, err
	}
	certificate, fingerprint, err := selfSigned(k.Token.Run)
	if err != nil {
		return nil, fmt.Errorf("make a certificate for the workers: %w", err)
	}
	k.Token.Fingerprint, k.Certificate = fingerprint, certificate.Certificate[0]
	k.Private, err = x509.MarshalPKCS8PrivateKey(certificate.PrivateKey)
	return k, err
}

// Write writes the key to a new file that only this person can read.
func (k *Key) Write(file string) error {
	packed, err := json.MarshalIndent(k, "", "  ")
	if err != nil {
		return fmt.Errorf("write the key of the cluster: %w", err)
	}
	out, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write the key of the cluster: %w", err)
	}
	_, err = out.Write(append(packed, '\n'))
	return errors.Join(err, out.Close())
}

// ReadKey reads a key that Write has written. Its errors do not show it.
func ReadKey(file string) (*Key, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the key of the cluster: %w", err)
	}
	k := &Key{}
	if json.Unmarshal(content, k) != nil || k.check() != nil {
		return nil, fmt.Errorf("%s is no key of a cluster: make one with liveload cluster token --cluster-key FILE", file)
	}
	if k.Token.Protocol != wire.Protocol {
		return nil, fmt.Errorf("%s is the key of another version of liveload: remove it, make a new one, and give workers the new token", file)
	}
	return k, nil
}

func (k *Key) check() error {
	if len(k.Token.URLs) == 0 || k.Token.Run == "" || k.Token.Secret == "" {
		return errors.New("something is missing")
	}
	if k.Token.Fingerprint == "" {
		return nil
	}
	_, err := k.certificate()
	return err
}

// certificate is what the controller shows to workers.
func (k *Key) certificate() (tls.Certificate, error) {
	private, err := x509.ParsePKCS8PrivateKey(k.Private)
	if err != nil {
		return tls.Certificate{}, err
	}
	ec, ok := private.(*ecdsa.PrivateKey)
	if !ok || selfsigned.Fingerprint(k.Certificate) != k.Token.Fingerprint {
		return tls.Certificate{}, errors.New("its parts do not belong together")
	}
	return tls.Certificate{Certificate: [][]byte{k.Certificate}, PrivateKey: ec}, nil
}
