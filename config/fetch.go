package config

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/net/publicsuffix"

	"wireroom/news"
)

// retryScopes reads whom a Retry-After of a host keeps from asking.
func (r *reader) retryScopes(v value, f *Fetch) {
	for _, e := range r.entries(v) {
		if err := checkDomain(e.key); err != nil {
			r.blame(e.name, err)
			continue
		}
		var scope news.RetryScope
		if e.value.node != nil {
			choice(r, &scope, news.RetryScopes)(e.value)
		}
		if f.RetryScopes == nil {
			f.RetryScopes = make(map[string]news.RetryScope)
		}
		f.RetryScopes[strings.ToLower(e.key)] = scope
	}
}

var errNoDomain = errors.New("no domain")

// checkDomain accepts a domain as somebody has registered it (publicsuffix.org), an address, or a name of one word.
func checkDomain(text string) error {
	if _, err := netip.ParseAddr(text); err == nil {
		return nil
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(text))
	if strings.ContainsAny(text, ":/ ") {
		domain, err = "", errNoDomain
	}
	switch {
	case err == nil && domain == strings.ToLower(text):
		return nil
	case err == nil:
		return advice{fmt.Sprintf("%q is a host below a domain", text), "write " + domain}
	case err == errNoDomain || strings.Contains(text, "."):
		return advice{fmt.Sprintf("%q is no domain that anyone has registered", text), "write one as in example.org, or an address without a port"}
	}
	return nil
}

// maxRoots bounds a file of root certificates, in bytes: four times what a system has of them.
const maxRoots = 1 << 20

// rootsAt checks a PEM file of certificates. A relative path starts at the folder of the configuration, which path is
// told, so that every process finds it.
func (r *reader) rootsAt(path *string) check {
	return func(text string) error {
		if !filepath.IsAbs(text) {
			text = filepath.Join(filepath.Dir(r.name), text)
		}
		*path = text
		pem, err := readFile(text)
		if err != nil {
			return advice{fmt.Sprintf("the certificates cannot be read: %v", err), "name a PEM file; a relative path starts at the folder of this file"}
		}
		if !x509.NewCertPool().AppendCertsFromPEM(pem) {
			return advice{fmt.Sprintf("%s has no certificate in it", text), "put those of the source's authority there, each between -----BEGIN CERTIFICATE----- and -----END CERTIFICATE-----"}
		}
		return nil
	}
}

// readFile reads a plain file, of which there may be maxRoots.
func readFile(path string) ([]byte, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no plain file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() // only read from: nothing can be lost
	return io.ReadAll(io.LimitReader(file, maxRoots))
}
