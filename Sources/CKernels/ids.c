// Ids of cases: bytes that stand anywhere in a block, and one behind the other.
#include "CKernels.h"
#include <string.h>

static inline uint64_t word_at(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, 8);
  return word;
}

static inline uint64_t turned(uint64_t word, int by) { return word << by | word >> (64 - by); }

/// A round of SipHash (J.-P. Aumasson, D. J. Bernstein, Indocrypt 2012).
static inline void round_of(uint64_t v[4]) {
  v[0] += v[1];
  v[1] = turned(v[1], 13) ^ v[0];
  v[0] = turned(v[0], 32);
  v[2] += v[3];
  v[3] = turned(v[3], 16) ^ v[2];
  v[0] += v[3];
  v[3] = turned(v[3], 21) ^ v[0];
  v[2] += v[1];
  v[1] = turned(v[1], 17) ^ v[2];
  v[2] = turned(v[2], 32);
}

/// Takes a word in, by one round.
static inline void take(uint64_t v[4], uint64_t word) {
  v[3] ^= word;
  round_of(v);
  v[0] ^= word;
}

size_t ck_join_ids(const uint8_t *bytes, const uint32_t *starts, const uint32_t *ends,
                   size_t count, uint8_t *ids, int64_t before, int64_t *id_ends) {
  size_t written = 0;
  for (size_t i = 0; i < count; i++) {
    size_t length = ends[i] - starts[i];
    memcpy(ids + written, bytes + starts[i], length);
    written += length;
    id_ends[i] = before + (int64_t)written;
  }
  return written;
}

void ck_hash_ids(const uint8_t *ids, const int64_t *id_ends, size_t count, uint64_t key0,
                 uint64_t key1, uint64_t *hashes) {
  const uint8_t *id = ids;
  for (size_t i = 0; i < count; i++) {
    const uint8_t *end = ids + id_ends[i];
    size_t length = (size_t)(end - id);
    uint64_t v[4] = {key0 ^ 0x736f6d6570736575ull, key1 ^ 0x646f72616e646f6dull,
                     key0 ^ 0x6c7967656e657261ull, key1 ^ 0x7465646279746573ull};
    for (; id + 8 <= end; id += 8) take(v, word_at(id));
    uint64_t word = (uint64_t)length << 56;
    for (int b = 0; id < end; id++, b++) word |= (uint64_t)*id << (8 * b);
    take(v, word);
    v[2] ^= 0xff;
    round_of(v);
    round_of(v);
    round_of(v);
    hashes[i] = v[0] ^ v[1] ^ v[2] ^ v[3];
  }
}

int ck_ids_ascend(const uint8_t *last, size_t last_length, const uint8_t *ids,
                  const int64_t *id_ends, size_t count) {
  const uint8_t *id = ids;
  for (size_t i = 0; i < count; i++) {
    const uint8_t *end = ids + id_ends[i];
    size_t length = (size_t)(end - id);
    if (length < last_length) return 0;
    if (length == last_length && memcmp(last, id, length) >= 0) return 0;
    last = id;
    last_length = length;
    id = end;
  }
  return 1;
}
