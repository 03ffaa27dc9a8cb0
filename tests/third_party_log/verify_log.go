// verify_log checks a Penstock evidence log, and receipts from it, with nothing of Penstock's: the
// signature, the tree and the proofs are checked by the unmodified packages golang.org/x/mod/sumdb/note
// and golang.org/x/mod/sumdb/tlog.
//
//	verify_log -log FOLDER -key VERIFIER_KEY [RECEIPT…]
//
// FOLDER holds the log's static files (checkpoint, tile/…), as c2sp.org/tlog-tiles lays them out. Each
// RECEIPT is a .tlog-proof file. Without -log, receipts alone are verified, offline.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

// checkpoint is a signed tree head whose signature was found good.
type checkpoint struct {
	origin string
	tree   tlog.Tree
}

// decode is strict where Go's own decoder skips line ends and spare bits.
func decode(text string) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	if base64.StdEncoding.EncodeToString(data) != text {
		return nil, fmt.Errorf("base64 is not canonical")
	}
	return data, nil
}

func decodeHash(text string) (tlog.Hash, error) {
	var hash tlog.Hash
	data, err := decode(text)
	if err != nil || len(data) != len(hash) {
		return hash, fmt.Errorf("not a hash: %q", text)
	}
	copy(hash[:], data)
	return hash, nil
}

func openCheckpoint(message []byte, verifier note.Verifier) (checkpoint, error) {
	var none checkpoint
	opened, err := note.Open(message, note.VerifierList(verifier))
	if err != nil {
		return none, err
	}
	for _, signature := range opened.Sigs {
		if _, err := decode(signature.Base64); err != nil {
			return none, err
		}
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return none, fmt.Errorf("the checkpoint is not of log %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return none, fmt.Errorf("bad tree size %q", lines[1])
	}
	hash, err := decodeHash(lines[2])
	if err != nil {
		return none, err
	}
	return checkpoint{lines[0], tlog.Tree{N: size, Hash: hash}}, nil
}

// folder reads a log's files. It is the TileReader that tlog asks for.
type folder string

func (f folder) Height() int { return tileHeight }

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

// path maps Go's name of a tile to the standard's: tile/8/0/001 is tile/0/001 there.
func (f folder) path(tile tlog.Tile) string {
	rest := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	rest = strings.Replace(rest, "data/", "entries/", 1)
	return filepath.Join(string(f), "tile", rest)
}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(f.path(tile))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

// entries takes a bundle of exactly count entries apart.
func entries(bundle []byte, count int) ([][]byte, error) {
	var all [][]byte
	for len(bundle) > 0 {
		if len(bundle) < 2 {
			return nil, fmt.Errorf("a length is cut off")
		}
		length := int(binary.BigEndian.Uint16(bundle))
		if len(bundle) < 2+length {
			return nil, fmt.Errorf("an entry is cut off")
		}
		all = append(all, bundle[2:2+length])
		bundle = bundle[2+length:]
	}
	if len(all) != count {
		return nil, fmt.Errorf("%d entries where %d must be", len(all), count)
	}
	return all, nil
}

// memory holds the hashes of a tree that is built anew from the entries.
type memory []tlog.Hash

func (m *memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var all []tlog.Hash
	for _, index := range indexes {
		all = append(all, (*m)[index])
	}
	return all, nil
}

// verifyLog checks every file of the log against its signed tree head, in both directions: entries
// up to the root, and the root down to the tiles.
func verifyLog(log folder, verifier note.Verifier) (checkpoint, error) {
	var none checkpoint
	message, err := os.ReadFile(filepath.Join(string(log), "checkpoint"))
	if err != nil {
		return none, err
	}
	head, err := openCheckpoint(message, verifier)
	if err != nil {
		return none, err
	}
	rebuilt := &memory{}
	for first := int64(0); first < head.tree.N; first += 1 << tileHeight {
		count := head.tree.N - first
		if count > 1<<tileHeight {
			count = 1 << tileHeight
		}
		tile := tlog.Tile{H: tileHeight, L: -1, N: first >> tileHeight, W: int(count)}
		bundle, err := os.ReadFile(log.path(tile))
		if err != nil {
			return none, err
		}
		records, err := entries(bundle, int(count))
		if err != nil {
			return none, fmt.Errorf("%s: %v", log.path(tile), err)
		}
		for i, record := range records {
			hashes, err := tlog.StoredHashes(first+int64(i), record, rebuilt)
			if err != nil {
				return none, err
			}
			*rebuilt = append(*rebuilt, hashes...)
		}
	}
	if head.tree.N > 0 {
		root, err := tlog.TreeHash(head.tree.N, rebuilt)
		if err != nil {
			return none, err
		}
		if root != head.tree.Hash {
			return none, fmt.Errorf("the entries have root %v, but %v was signed", root, head.tree.Hash)
		}
	}
	tiles := tlog.NewTiles(tileHeight, 0, head.tree.N)
	for i, tile := range tiles {
		// The package lists each narrower form of a partial tile too; only the widest must be there.
		if i+1 < len(tiles) && tiles[i+1].L == tile.L && tiles[i+1].N == tile.N {
			continue
		}
		want, err := tlog.ReadTileData(tile, rebuilt)
		if err != nil {
			return none, err
		}
		got, err := os.ReadFile(log.path(tile))
		if err != nil {
			return none, err
		}
		if !bytes.Equal(got, want) {
			return none, fmt.Errorf("%s does not hold the hashes of the entries", log.path(tile))
		}
	}
	return head, verifyInclusions(log, head)
}

// verifyInclusions asks for proofs as a client would that has only the tiles and the root.
func verifyInclusions(log folder, head checkpoint) error {
	reader := tlog.TileHashReader(head.tree, log)
	step := head.tree.N/100 + 1
	for index := int64(0); index < head.tree.N; index += step {
		proof, err := tlog.ProveRecord(head.tree.N, index, reader)
		if err != nil {
			return err
		}
		record, err := readEntry(log, head, index)
		if err != nil {
			return err
		}
		hash := tlog.RecordHash(record)
		if err := tlog.CheckRecord(proof, head.tree.N, head.tree.Hash, index, hash); err != nil {
			return fmt.Errorf("entry %d: %v", index, err)
		}
	}
	return nil
}

func readEntry(log folder, head checkpoint, index int64) ([]byte, error) {
	first := index >> tileHeight << tileHeight
	count := head.tree.N - first
	if count > 1<<tileHeight {
		count = 1 << tileHeight
	}
	tile := tlog.Tile{H: tileHeight, L: -1, N: index >> tileHeight, W: int(count)}
	bundle, err := os.ReadFile(log.path(tile))
	if err != nil {
		return nil, err
	}
	records, err := entries(bundle, int(count))
	if err != nil {
		return nil, err
	}
	return records[index-first], nil
}

func main() {
	logFolder := flag.String("log", "", "folder with the log's static files")
	key := flag.String("key", "", "the log's verifier key: name+hash+base64")
	flag.Parse()
	if err := run(folder(*logFolder), *key, flag.Args()); err != nil {
		fmt.Fprintf(os.Stderr, "REFUSED: %v\n", err)
		os.Exit(1)
	}
}

func run(log folder, key string, receipts []string) error {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return err
	}
	var head *checkpoint
	if log != "" {
		verified, err := verifyLog(log, verifier)
		if err != nil {
			return err
		}
		head = &verified
		fmt.Printf("log %s: %d entries, root %v: OK\n", head.origin, head.tree.N, head.tree.Hash)
	}
	for _, path := range receipts {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		receipt, err := verifyReceipt(string(text), verifier)
		if err != nil {
			return fmt.Errorf("%s: %v", path, err)
		}
		if head != nil {
			if err := verifyInLog(log, *head, receipt); err != nil {
				return fmt.Errorf("%s: %v", path, err)
			}
		}
		fmt.Printf("receipt %s: entry %d of %d, %s of %s: OK\n", path, receipt.index,
			receipt.head.tree.N, receipt.kind, receipt.subject)
	}
	return nil
}
