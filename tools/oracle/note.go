package main

import (
	"encoding/json"

	"golang.org/x/mod/sumdb/note"
)

type noteKey struct {
	Name    string `json:"name"`
	KeyHash uint32 `json:"keyHash"`
}

type signature struct {
	Name    string `json:"name"`
	KeyHash uint32 `json:"keyHash"`
	Base64  string `json:"base64"`
}

type signedNote struct {
	Text                 string      `json:"text"`
	Signatures           []signature `json:"signatures"`
	UnverifiedSignatures []signature `json:"unverifiedSignatures"`
}

var noteOperations = map[string]operation{
	"note.newVerifier": oneOr(func(key string) (noteKey, error) {
		v, err := note.NewVerifier(key)
		if err != nil {
			return noteKey{}, err
		}
		return noteKey{v.Name(), v.KeyHash()}, nil
	}),
	"note.newSigner": oneOr(func(key string) (noteKey, error) {
		s, err := note.NewSigner(key)
		if err != nil {
			return noteKey{}, err
		}
		return noteKey{s.Name(), s.KeyHash()}, nil
	}),
	"note.newEd25519VerifierKey": twoOr(func(name string, key []byte) (string, error) {
		return note.NewEd25519VerifierKey(name, key)
	}),
	"note.open": openNote,
	"note.sign": signNote,
}

func openNote(args []json.RawMessage) (any, error) {
	var verifiers []note.Verifier
	for _, key := range arg[[]string](args, 1) {
		v, err := note.NewVerifier(key)
		if err != nil {
			return nil, err
		}
		verifiers = append(verifiers, v)
	}
	n, err := note.Open(arg[[]byte](args, 0), note.VerifierList(verifiers...))
	if err != nil {
		return nil, err
	}
	return signedNote{n.Text, signatures(n.Sigs), signatures(n.UnverifiedSigs)}, nil
}

func signatures(list []note.Signature) []signature {
	out := []signature{}
	for _, s := range list {
		out = append(out, signature{s.Name, s.Hash, s.Base64})
	}
	return out
}

func signNote(args []json.RawMessage) (any, error) {
	in := arg[signedNote](args, 0)
	n := &note.Note{Text: in.Text}
	for _, s := range in.Signatures {
		n.Sigs = append(n.Sigs, note.Signature{Name: s.Name, Hash: s.KeyHash, Base64: s.Base64})
	}
	for _, s := range in.UnverifiedSignatures {
		n.UnverifiedSigs = append(n.UnverifiedSigs, note.Signature{Name: s.Name, Hash: s.KeyHash, Base64: s.Base64})
	}
	var signers []note.Signer
	for _, key := range arg[[]string](args, 1) {
		s, err := note.NewSigner(key)
		if err != nil {
			return nil, err
		}
		signers = append(signers, s)
	}
	return note.Sign(n, signers...)
}
