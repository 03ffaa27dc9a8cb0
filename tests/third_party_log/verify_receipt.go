package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const saltSize = 32

// receipt is a proof file, verified, with the record that it opens.
type receipt struct {
	head    checkpoint
	index   int64
	entry   []byte
	kind    string
	subject string
}

// verifyReceipt checks a .tlog-proof file (c2sp.org/tlog-proof@v1) whose extra bytes are a salt, the
// length of the entry, the entry and its payload.
func verifyReceipt(text string, verifier note.Verifier) (receipt, error) {
	var none receipt
	split := strings.Index(text, "\n\n")
	if split < 0 {
		return none, fmt.Errorf("no checkpoint")
	}
	lines := strings.Split(text[:split], "\n")
	if len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" ||
		!strings.HasPrefix(lines[1], "extra ") || !strings.HasPrefix(lines[2], "index ") {
		return none, fmt.Errorf("not a proof file with an extra line")
	}
	extra, err := decode(lines[1][len("extra "):])
	if err != nil {
		return none, err
	}
	indexText := lines[2][len("index "):]
	index, err := strconv.ParseInt(indexText, 10, 64)
	if err != nil || strconv.FormatInt(index, 10) != indexText {
		return none, fmt.Errorf("bad index %q", indexText)
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := decodeHash(line)
		if err != nil {
			return none, err
		}
		proof = append(proof, hash)
	}
	head, err := openCheckpoint([]byte(text[split+2:]), verifier)
	if err != nil {
		return none, err
	}
	opened, err := open(extra)
	if err != nil {
		return none, err
	}
	opened.head = head
	opened.index = index
	if index < 0 || index >= head.tree.N {
		return none, fmt.Errorf("entry %d is not in a tree of %d", index, head.tree.N)
	}
	hash := tlog.RecordHash(opened.entry)
	return opened, tlog.CheckRecord(proof, head.tree.N, head.tree.Hash, index, hash)
}

// open checks that the payload is what the entry commits to.
func open(extra []byte) (receipt, error) {
	var none receipt
	if len(extra) < saltSize+2 {
		return none, fmt.Errorf("the extra bytes are too few")
	}
	length := int(binary.BigEndian.Uint16(extra[saltSize:]))
	rest := extra[saltSize+2:]
	if len(rest) < length {
		return none, fmt.Errorf("the entry is cut off")
	}
	entry, payload := rest[:length], rest[length:]
	var fields struct{ At, Commit, Kind, Subject string }
	if err := json.Unmarshal(entry, &fields); err != nil {
		return none, err
	}
	commit := sha256.Sum256(append(append([]byte{}, extra[:saltSize]...), payload...))
	if hex.EncodeToString(commit[:]) != fields.Commit {
		return none, fmt.Errorf("the payload is not what the entry commits to")
	}
	return receipt{entry: entry, kind: fields.Kind, subject: fields.Subject}, nil
}

// verifyInLog checks that a receipt is of this log: its tree is a beginning of the log's,
// and its entry stands there.
func verifyInLog(log folder, head checkpoint, one receipt) error {
	if one.head.tree.N > head.tree.N {
		return fmt.Errorf("the receipt is newer than the log's files; fetch them again")
	}
	reader := tlog.TileHashReader(head.tree, log)
	proof, err := tlog.ProveTree(head.tree.N, one.head.tree.N, reader)
	if err != nil {
		return err
	}
	err = tlog.CheckTree(proof, head.tree.N, head.tree.Hash, one.head.tree.N, one.head.tree.Hash)
	if err != nil {
		return err
	}
	logged, err := readEntry(log, head, one.index)
	if err != nil {
		return err
	}
	if !bytes.Equal(logged, one.entry) {
		return fmt.Errorf("the log holds another entry at %d", one.index)
	}
	return nil
}
