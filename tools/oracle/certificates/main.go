// Command certificates issues certificates as sprig does, but for the serial number and the time, which are given.
//
//	certificates < CASES > CASES
//
// The first line of the cases holds the keys; each other line is one case: what the certificate is to say, the keys of its
// subject and issuer, and the certificate or the words why there is none, which are made again. ECDSA signs without
// randomness, as RFC 6979 has it.
package main

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/dsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"runtime"
	"time"
)

type head struct {
	MadeBy string `json:"made_by"`
	// Private keys in PEM, by their names.
	Keys map[string]string `json:"keys"`
}

type outcome struct {
	CommonName string   `json:"common_name"`
	DNS        []string `json:"dns,omitempty"`
	IPs        []string `json:"ips,omitempty"`
	NotBefore  int64    `json:"not_before"`
	NotAfter   int64    `json:"not_after"`
	Serial     string   `json:"serial"`
	Authority  bool     `json:"authority,omitempty"`
	// The name of the subject's key.
	Key string `json:"key"`
	// The name of the issuer's key, and the number of the case that holds its certificate; without it the subject's own.
	IssuerKey string `json:"issuer_key,omitempty"`
	Issuer    int    `json:"issuer,omitempty"`
	Made      string `json:"made,omitempty"`
	Failed    string `json:"failed,omitempty"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	if !lines.Scan() {
		return errors.New("no keys")
	}
	var first head
	if err := json.Unmarshal(lines.Bytes(), &first); err != nil {
		return err
	}
	var cases []outcome
	for lines.Scan() {
		var one outcome
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return err
		}
		one.Made, one.Failed = "", ""
		made, err := issue(one, first.Keys, cases)
		if err != nil {
			one.Failed = err.Error()
		} else {
			one.Made = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made}))
		}
		cases = append(cases, one)
	}
	first.MadeBy = "crypto/x509 of " + runtime.Version()
	if err := print(first); err != nil {
		return err
	}
	for _, one := range cases {
		if err := print(one); err != nil {
			return err
		}
	}
	return lines.Err()
}

func print(line any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(line); err != nil {
		return err
	}
	_, err := os.Stdout.Write(text.Bytes())
	return err
}

func issue(one outcome, keys map[string]string, before []outcome) ([]byte, error) {
	serial, err := hex.DecodeString(one.Serial)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          new(big.Int).SetBytes(serial),
		Subject:               pkix.Name{CommonName: one.CommonName},
		DNSNames:              one.DNS,
		NotBefore:             time.Unix(one.NotBefore, 0),
		NotAfter:              time.Unix(one.NotAfter, 0),
		KeyUsage:              x509.KeyUsageKeyEncipherment | x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
		IsCA:                  one.Authority,
	}
	if one.Authority {
		template.KeyUsage |= x509.KeyUsageCertSign
	}
	for _, ip := range one.IPs {
		template.IPAddresses = append(template.IPAddresses, net.ParseIP(ip))
	}
	key := parse(keys[one.Key])
	parent, signer := template, key
	if one.IssuerKey != "" {
		signer = parse(keys[one.IssuerKey])
		block, _ := pem.Decode([]byte(before[one.Issuer].Made))
		if parent, err = x509.ParseCertificate(block.Bytes); err != nil {
			return nil, err
		}
	}
	return x509.CreateCertificate(nil, template, parent, public(key), signer)
}

func public(key any) any {
	if signer, ok := key.(crypto.Signer); ok {
		return signer.Public()
	}
	return &dsa.PublicKey{}
}

func parse(text string) any {
	block, _ := pem.Decode([]byte(text))
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key
	}
	if key, err := x509.ParseECPrivateKey(block.Bytes); err == nil {
		return key
	}
	if key, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		return key
	}
	return &dsa.PrivateKey{}
}
