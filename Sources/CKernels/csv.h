// Reading CSV without a branch a cell. Included once a level, behind `body.h`.

typedef uint8_t bytes64 __attribute__((ext_vector_type(64), aligned(1)));
typedef _Bool bits64 __attribute__((ext_vector_type(64)));

/// A bit for each byte of a comparison, the first byte lowest.
#define BITS_OF(comparison)                                                                   \
  ({                                                                                          \
    bits64 held = __builtin_convertvector(comparison, bits64);                                \
    uint64_t bits;                                                                            \
    memcpy(&bits, &held, 8);                                                                  \
    bits;                                                                                     \
  })

size_t CK_NAME(count_byte)(const uint8_t *bytes, size_t count, uint8_t byte) {
  size_t found = 0, start = 0;
  for (; start + 64 <= count; start += 64)
    found += (size_t)__builtin_popcountll(BITS_OF(*(const bytes64 *)(bytes + start) == byte));
  for (; start < count; start++) found += bytes[start] == byte;
  return found;
}

size_t CK_NAME(csv_index)(const uint8_t *bytes, size_t count, uint32_t *separators,
                          uint32_t *row_ends, uint8_t *odd) {
  size_t found = 0, rows = 0;
  odd[0] = 0;
  for (size_t start = 0; start < count; start += 64) {
    bytes64 chunk;
    if (count - start >= 64) {
      chunk = *(const bytes64 *)(bytes + start);
    } else {
      uint8_t rest[64];
      memset(rest, ' ', 64);
      memcpy(rest, bytes + start, count - start);
      chunk = *(const bytes64 *)rest;
    }
    uint64_t lines = BITS_OF(chunk == (uint8_t)'\n');
    uint64_t strange = BITS_OF((chunk == (uint8_t)'"') | (chunk >= (uint8_t)0x80) |
                               (chunk == (uint8_t)0));
    uint64_t marks = BITS_OF(chunk == (uint8_t)',') | lines;
    size_t before = rows;
    uint64_t all_lines = lines;
    for (; lines; lines &= lines - 1) {
      uint64_t upTo = lines ^ (lines - 1);
      odd[rows + 1] = 0;
      row_ends[rows++] = (uint32_t)(found + (size_t)__builtin_popcountll(marks & upTo));
    }
    for (; strange; strange &= strange - 1) {
      uint64_t below = (strange & -strange) - 1;
      odd[before + (size_t)__builtin_popcountll(all_lines & below)] = 1;
    }
    // Eight at a time, some of them in vain: cheaper than a branch each.
    size_t total = (size_t)__builtin_popcountll(marks);
    uint32_t *out = separators + found;
    for (size_t done = 0; done < total; done += 8)
      for (int i = 0; i < 8; i++) {
        out[done + (size_t)i] = (uint32_t)(start + (size_t)__builtin_ctzll(marks | 1ull << 63));
        marks &= marks - 1;
      }
    found += total;
  }
  return rows;
}

/// Masks that keep the first bytes of a word: 32 bytes to keep, then 32 to drop.
static const uint8_t CK_NAME(masks)[72] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};

INLINE uint64_t word_at(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, 8);
  return word;
}

/// Word `index` of a cell, zero behind its end; `length` is at most 32.
INLINE uint64_t cell_word(const uint8_t *cell, size_t length, size_t index) {
  return word_at(cell + 8 * index) & word_at(CK_NAME(masks) + 32 - length + 8 * index);
}

INLINE uint64_t turned(uint64_t word, int by) { return word << by | word >> (64 - by); }

/// The state of a number of at most 15 digits; -1 where it needs a closer look, 0 for
/// an empty cell.
INLINE int number_code(const struct ck_column *column, const double *edges, const uint8_t *cell,
                       size_t length) {
  static const double powers[16] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  if (length == 0) return 0;
  if (length > 15) return -1;
  uint64_t whole = 0;
  size_t decimals = 0, digits = 0;
  int point = 0;
  for (size_t i = 0; i < length; i++) {
    unsigned digit = (unsigned)cell[i] - '0';
    if (digit <= 9) {
      whole = whole * 10 + digit;
      decimals += (size_t)point;
      digits++;
    } else if (cell[i] == '.' && !point) {
      point = 1;
    } else {
      return -1;
    }
  }
  if (digits == 0) return -1;
  // Both are exact, so the quotient is the nearest double.
  double number = (double)whole / powers[decimals];
  if (!(number >= column->least && number <= column->greatest)) return -1;
  int code = 1;
  for (size_t i = 0; i < column->edge_count; i++) code += number >= edges[column->first + i];
  return code;
}

size_t CK_NAME(csv_decode)(const struct ck_columns *columns, const uint8_t *bytes, size_t count,
                           uint32_t *separators, const uint32_t *row_ends, const uint8_t *odd,
                           size_t first, size_t row_count, uint8_t *codes, uint16_t *labels,
                           uint32_t *id_starts, uint32_t *id_ends) {
  size_t done = 0;
  for (size_t row = first; row < row_count; row++, done++) {
    size_t begin = row ? row_ends[row - 1] : 0;
    size_t end = row_ends[row];
    if (odd[row] || end - begin != columns->count) return done;
    uint32_t *ends = separators + begin;
    uint32_t row_end = ends[columns->count - 1];
    if (row_end + 32 > count) return done;
    uint32_t place = begin ? separators[begin - 1] + 1 : 0;
    // A carriage return before the line feed belongs to the line end.
    int returns = row_end > place && bytes[row_end - 1] == '\r';
    if (returns) ends[columns->count - 1]--;
    uint64_t fault = 0;
    labels[done] = 0;
    uint8_t *row_codes = codes + done * columns->code_stride;
    for (size_t c = 0; c < columns->count; c++) {
      const struct ck_column *column = columns->columns + c;
      const uint8_t *cell = bytes + place;
      size_t length = ends[c] - place;
      uint32_t cell_start = place;
      place = ends[c] + 1;
      uint64_t key, slot;
      const uint64_t *name;
      uint16_t code;
      switch (column->kind) {
      case CK_NAME8: {
        fault |= length > 8;
        key = cell_word(cell, length & 15, 0);
        slot = (key * column->multiplier) >> column->shift;
        name = columns->names + 4 * (column->first + slot);
        code = columns->name_codes[column->first + slot];
        fault |= key ^ name[0];
        break;
      }
      case CK_NAME16: {
        fault |= length > 16;
        length = length < 16 ? length : 16;
        uint64_t a = cell_word(cell, length, 0), b = cell_word(cell, length, 1);
        key = a ^ turned(b, 17);
        slot = (key * column->multiplier) >> column->shift;
        name = columns->names + 4 * (column->first + slot);
        code = columns->name_codes[column->first + slot];
        fault |= (a ^ name[0]) | (b ^ name[1]);
        break;
      }
      case CK_NAME32: {
        fault |= length > 32;
        length = length < 32 ? length : 32;
        uint64_t a = cell_word(cell, length, 0), b = cell_word(cell, length, 1);
        uint64_t d = cell_word(cell, length, 2), e = cell_word(cell, length, 3);
        key = a ^ turned(b, 17) ^ turned(d, 31) ^ turned(e, 47);
        slot = (key * column->multiplier) >> column->shift;
        name = columns->names + 4 * (column->first + slot);
        code = columns->name_codes[column->first + slot];
        fault |= (a ^ name[0]) | (b ^ name[1]) | (d ^ name[2]) | (e ^ name[3]);
        break;
      }
      case CK_NUMBER: {
        int state = number_code(column, columns->edges, cell, length);
        fault |= state < 0;
        code = (uint16_t)(state < 0 ? 0 : state);
        break;
      }
      case CK_ID:
        id_starts[done] = cell_start;
        id_ends[done] = cell_start + (uint32_t)length;
        fault |= length == 0;
        continue;
      default: continue;
      }
      fault |= code == CK_NO_NAME;
      if (column->target < 0)
        labels[done] = code;
      else
        row_codes[column->target] = (uint8_t)code;
    }
    if (returns) ends[columns->count - 1]++;
    if (fault) return done;
  }
  return done;
}
