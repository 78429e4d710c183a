// Columns of an Arrow batch as codes of findings, and columns of codes as rows.
#include "CKernels.h"
#include <string.h>

/// Eight bits as eight bytes, the lowest bit first in memory: 0xff where a bit is set.
static inline uint64_t spread(uint8_t bits) {
  uint64_t word = bits * UINT64_C(0x0101010101010101) & UINT64_C(0x8040201008040201);
  word = (word + UINT64_C(0x7f7f7f7f7f7f7f7f)) >> 7 & UINT64_C(0x0101010101010101);
  return word * 0xff;
}

static inline int bit(const uint8_t *bits, size_t row) { return bits[row >> 3] >> (row & 7) & 1; }

void ck_flag_codes(const uint8_t *flags, const uint8_t *valid, size_t first, size_t count,
                   uint8_t no, uint8_t yes, uint8_t *codes) {
  size_t row = 0;
  if ((first & 7) == 0) {
    const uint64_t all_no = no * UINT64_C(0x0101010101010101);
    const uint64_t all_yes = yes * UINT64_C(0x0101010101010101);
    for (; row + 8 <= count; row += 8) {
      uint64_t set = spread(flags[(first + row) >> 3]);
      uint64_t word = (set & all_yes) | (~set & all_no);
      if (valid) word &= spread(valid[(first + row) >> 3]);
      for (int i = 0; i < 8; i++) codes[row + (size_t)i] = (uint8_t)(word >> 8 * i);
    }
  }
  for (; row < count; row++)
    codes[row] = valid && !bit(valid, first + row) ? 0 : bit(flags, first + row) ? yes : no;
}

#define WORD_CODES(TYPE)                                                                      \
  for (size_t row = 0; row < count; row++) {                                                  \
    TYPE number;                                                                              \
    memcpy(&number, (const uint8_t *)numbers + (first + row) * sizeof number, sizeof number); \
    uint64_t word = (uint64_t)(int64_t)number;                                                \
    size_t place = word < words ? (size_t)word : words + 1;                                   \
    if (valid && !bit(valid, first + row)) place = words;                                     \
    seen |= table[place];                                                                     \
    codes[row] = (uint8_t)table[place];                                                       \
  }                                                                                           \
  return seen;

uint16_t ck_word_codes(const void *numbers, int width, int is_signed, const uint8_t *valid,
                       size_t first, size_t count, const uint16_t *table, size_t words,
                       uint8_t *codes) {
  uint16_t seen = 0;
  switch (width) {
  case 1: if (is_signed) { WORD_CODES(int8_t) } WORD_CODES(uint8_t)
  case 2: if (is_signed) { WORD_CODES(int16_t) } WORD_CODES(uint16_t)
  case 4: if (is_signed) { WORD_CODES(int32_t) } WORD_CODES(uint32_t)
  default: WORD_CODES(int64_t)
  }
}

enum { SIDE = 16 };
typedef uint8_t bytes __attribute__((vector_size(SIDE)));

/// Sixteen rows of sixteen columns: four times, each half is laid between the bytes of the other.
static inline void turn(const uint8_t *columns, size_t column_stride, uint8_t *rows,
                        size_t row_stride) {
  bytes from[SIDE], to[SIDE];
  for (size_t i = 0; i < SIDE; i++) memcpy(&from[i], columns + i * column_stride, SIDE);
  for (int round = 0; round < 4; round++) {
    for (size_t i = 0; i < SIDE / 2; i++) {
      bytes a = from[i], b = from[i + SIDE / 2];
      to[2 * i] = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22,
                                          7, 23);
      to[2 * i + 1] = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29,
                                              14, 30, 15, 31);
    }
    memcpy(from, to, sizeof from);
  }
  for (size_t i = 0; i < SIDE; i++) memcpy(rows + i * row_stride, &from[i], SIDE);
}

void ck_code_rows(const uint8_t *columns, size_t column_count, size_t row_count, uint8_t *rows) {
  if (column_count < SIDE || row_count < SIDE) {
    for (size_t row = 0; row < row_count; row++)
      for (size_t column = 0; column < column_count; column++)
        rows[row * column_count + column] = columns[column * row_count + row];
    return;
  }
  // The last block of either kind reaches back over the one before it.
  for (size_t row = 0; row < row_count; row += SIDE) {
    size_t own = row + SIDE <= row_count ? row : row_count - SIDE;
    for (size_t column = 0; column < column_count; column += SIDE) {
      size_t place = column + SIDE <= column_count ? column : column_count - SIDE;
      turn(columns + place * row_count + own, row_count, rows + own * column_count + place,
           column_count);
    }
  }
}
