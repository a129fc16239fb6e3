"""C2SP's log formats read from the specifications alone, with nothing of the project's: for tests that check its files.

signed-note, tlog-checkpoint, tlog-tiles and tlog-proof of c2sp.org, hashes of RFC 6962, Ed25519 by `cryptography`.
"""
import base64
import hashlib
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Refused(Exception):
    pass


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_root(hashes):
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return node_hash(tree_root(hashes[:split]), tree_root(hashes[split:]))


class Verifier:
    """A vkey: <name>+<8 hex digits>+<base64(type || key)>."""

    def __init__(self, vkey):
        self.name, digits, key = vkey.strip().split("+", 2)
        raw = base64.b64decode(key, validate=True)
        if raw[0] != 1 or len(raw) != 33:
            raise Refused("not an Ed25519 vkey")
        self.key_id = hashlib.sha256(self.name.encode() + b"\n" + raw).digest()[:4]
        if self.key_id.hex() != digits:
            raise Refused("the vkey's hash is not that of its name and key")
        self.key = Ed25519PublicKey.from_public_bytes(raw[1:])

    def verify(self, text, signature):
        try:
            self.key.verify(signature, text)
            return True
        except InvalidSignature:
            return False


class Checkpoint:
    def __init__(self, note, verifier):
        note = note if isinstance(note, bytes) else note.encode()
        if b"\n\n" not in note or not note.endswith(b"\n"):
            raise Refused("no signed note")
        text, signatures = note.rsplit(b"\n\n", 1)
        text += b"\n"
        known = 0
        for line in signatures.rstrip(b"\n").split(b"\n"):
            match = re.fullmatch("— ([^ +]+) ([A-Za-z0-9+/]+=*)".encode(), line)
            if not match:
                raise Refused(f"no signature line: {line!r}")
            raw = base64.b64decode(match[2], validate=True)
            if match[1].decode() == verifier.name and raw[:4] == verifier.key_id:
                if not verifier.verify(text, raw[4:]):
                    raise Refused("a signature by the known key is not valid")
                known += 1
        if not known:
            raise Refused("not signed by the known key")
        lines = text.decode().split("\n")
        self.origin, size, root = lines[:3]
        if str(int(size)) != size:
            raise Refused("a size with leading zeroes")
        self.size, self.root = int(size), base64.b64decode(root, validate=True)
        if len(self.root) != 32:
            raise Refused("no root")


def verify_proof(text, verifier, entry=None):
    """A .tlog-proof; returns (index, entry, checkpoint)."""
    head, note = text.split("\n\n", 1)
    lines = head.split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Refused("no tlog-proof")
    if lines[0].startswith("extra "):
        extra = base64.b64decode(lines.pop(0)[6:], validate=True)
        entry = entry if entry is not None else extra
    match = re.fullmatch("index (0|[1-9][0-9]*)", lines.pop(0))
    if not match:
        raise Refused("no index")
    index, path = int(match[1]), [base64.b64decode(line, validate=True) for line in lines]
    checkpoint = Checkpoint(note, verifier)
    # RFC 9162 section 2.1.3.2, the iterative form.
    if index >= checkpoint.size:
        raise Refused("an index beyond the tree")
    place, last, root = index, checkpoint.size - 1, leaf_hash(entry)
    for sibling in path:
        if last == 0:
            raise Refused("a path too long")
        if place & 1 or place == last:
            root = node_hash(sibling, root)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        place, last = place >> 1, last >> 1
    if last != 0 or root != checkpoint.root:
        raise Refused("the path does not lead to the root")
    return index, entry, checkpoint


def tile_path(level, index, width):
    text = f"{index % 1000:03}"
    while index >= 1000:
        index //= 1000
        text = f"x{index % 1000:03}/{text}"
    return f"tile/{level}/{text}" + (f".p/{width}" if width < 256 else "")


def entries_of(bundle):
    entries, place = [], 0
    while place < len(bundle):
        length = int.from_bytes(bundle[place:place + 2], "big")
        entry = bundle[place + 2:place + 2 + length]
        if len(entry) != length:
            raise Refused("a bundle that ends inside an entry")
        entries.append(entry)
        place += 2 + length
    return entries


def read_log(get, verifier):
    """All entries of a log, each tile and bundle of the newest checkpoint checked. `get(path)` answers bytes."""
    checkpoint = Checkpoint(get("checkpoint"), verifier)
    entries, hashes = [], []
    for index in range((checkpoint.size + 255) // 256):
        width = min(256, checkpoint.size - 256 * index)
        bundle = entries_of(get(tile_path("entries", index, width)))
        if len(bundle) != width:
            raise Refused("a bundle of another width")
        entries += bundle
    hashes = [leaf_hash(entry) for entry in entries]
    level, row = 0, hashes
    while row:
        for index in range((len(row) + 255) // 256):
            part = row[256 * index:256 * index + 256]
            if get(tile_path(level, index, len(part))) != b"".join(part):
                raise Refused(f"the tile {level}/{index} does not follow from the entries")
        row = [tree_root(row[256 * index:256 * index + 256]) for index in range(len(row) // 256)]
        level += 1
    if tree_root(hashes) != checkpoint.root:
        raise Refused("the entries do not give the root")
    return checkpoint, entries
