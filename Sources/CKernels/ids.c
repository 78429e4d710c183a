// Ids of cases: bytes that stand anywhere in a block, and one behind the other.
#include "CKernels.h"
#include <string.h>

static inline uint64_t word_at(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, 8);
  return word;
}

/// A step of a hash: a product whose upper half, where each byte has had its say, comes down.
static inline uint64_t mixed(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
  return hash ^ hash >> 32;
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

void ck_hash_ids(const uint8_t *ids, const int64_t *id_ends, size_t count, uint64_t *hashes) {
  const uint8_t *id = ids;
  for (size_t i = 0; i < count; i++) {
    const uint8_t *end = ids + id_ends[i];
    size_t length = (size_t)(end - id);
    // Spread over all bits, so that the length and a byte of the id cannot make up for each other.
    uint64_t hash = mixed(0xcbf29ce484222325ull, length);
    if (length >= 8) {
      for (; id + 8 < end; id += 8) hash = mixed(hash, word_at(id));
      // The last word overlaps the one before.
      hash = mixed(hash, word_at(end - 8));
    } else {
      uint64_t word = 0;
      for (size_t b = 0; b < length; b++) word |= (uint64_t)id[b] << (8 * b);
      hash = mixed(hash, word);
    }
    hashes[i] = mixed(hash, 0);
    id = end;
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
