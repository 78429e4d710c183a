// Reading CSV without a branch a cell. Included once a level, behind `body.h`.

typedef uint8_t bytes64 __attribute__((ext_vector_type(64), aligned(1)));
typedef _Bool bits64 __attribute__((ext_vector_type(64)));

typedef char comparison64 __attribute__((ext_vector_type(64)));

/// A bit for each byte of a comparison, the first byte lowest.
INLINE uint64_t bits_of(comparison64 comparison) {
  bits64 held = __builtin_convertvector(comparison, bits64);
  uint64_t bits;
  memcpy(&bits, &held, 8);
  return bits;
}

size_t CK_NAME(count_byte)(const uint8_t *bytes, size_t count, uint8_t byte) {
  size_t found = 0, start = 0;
  for (; start + 64 <= count; start += 64)
    found += (size_t)__builtin_popcountll(bits_of(*(const bytes64 *)(bytes + start) == byte));
  for (; start < count; start++) found += bytes[start] == byte;
  return found;
}

size_t CK_NAME(csv_index)(const uint8_t *bytes, size_t count, uint32_t *separators,
                          uint32_t *row_ends, uint8_t *odd) {
  size_t found = 0, rows = 0;
  odd[0] = 0;
  separators[-1] = UINT32_MAX;
#if CK_LEVEL == 4
  const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#endif
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
    uint64_t lines = bits_of(chunk == (uint8_t)'\n');
    uint64_t strange = bits_of((chunk == (uint8_t)'"') | (chunk >= (uint8_t)0x80) |
                               (chunk == (uint8_t)0));
    uint64_t marks = bits_of(chunk == (uint8_t)',') | lines;
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
#if CK_LEVEL == 4
    for (int quarter = 0; quarter < 4; quarter++) {
      __mmask16 own = (__mmask16)(marks >> (16 * quarter));
      __m512i places = _mm512_add_epi32(lanes, _mm512_set1_epi32((int)start + 16 * quarter));
      _mm512_storeu_si512(separators + found, _mm512_maskz_compress_epi32(own, places));
      found += (size_t)__builtin_popcount(own);
    }
#else
    // Eight at a time, some of them in vain: cheaper than a branch each.
    size_t total = (size_t)__builtin_popcountll(marks);
    uint32_t *out = separators + found;
    for (size_t done = 0; done < total; done += 8)
      for (int i = 0; i < 8; i++) {
        out[done + (size_t)i] = (uint32_t)(start + (size_t)__builtin_ctzll(marks | 1ull << 63));
        marks &= marks - 1;
      }
    found += total;
#endif
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

#if CK_LEVEL == 4
/// Word `index` of eight cells, zero behind their ends; `bits` is eight times their lengths.
INLINE __m512i cell_words(const uint8_t *bytes, __m256i starts, __m512i bits, int index) {
  __m512i words = _mm512_i32gather_epi64(starts, bytes + 8 * index, 1);
  // A shift by 64 or more leaves nothing, and nothing less one is everything.
  __m512i own = _mm512_sub_epi64(bits, _mm512_set1_epi64(64 * index));
  if (index) own = _mm512_max_epi64(own, _mm512_setzero_si512());
  __m512i one = _mm512_set1_epi64(1);
  return _mm512_and_si512(words, _mm512_sub_epi64(_mm512_sllv_epi64(one, own), one));
}

/// Decodes eight cells of names of at most `count` words; a mask of those that are no name. A
/// free slot differs from every cell but the empty one, which has slot 0.
INLINE __mmask8 eight_names(const struct ck_columns *columns, const struct ck_name_columns *eight,
                            int count, const uint8_t *bytes, const uint32_t *ends,
                            uint8_t *row_codes) {
  __m256i before, stops;
  if (eight->columns_adjoin) {
    before = _mm256_loadu_si256((const __m256i *)(ends - 1 + eight->column[0]));
    stops = _mm256_loadu_si256((const __m256i *)(ends + eight->column[0]));
  } else {
    __m256i at = _mm256_loadu_si256((const __m256i *)eight->column);
    before = _mm256_i32gather_epi32((const int *)(ends - 1), at, 4);
    stops = _mm256_i32gather_epi32((const int *)ends, at, 4);
  }
  __m256i starts = _mm256_add_epi32(before, _mm256_set1_epi32(1));
  __m512i bits = _mm512_slli_epi64(_mm512_cvtepi32_epi64(_mm256_sub_epi32(stops, starts)), 3);
  __mmask8 wrong = _mm512_cmpgt_epi64_mask(bits, _mm512_set1_epi64(64 * count));
  __m512i words[4], key;
  for (int w = 0; w < count; w++) words[w] = cell_words(bytes, starts, bits, w);
  key = words[0];
  if (count > 1) key = _mm512_xor_si512(key, _mm512_rol_epi64(words[1], 17));
  if (count > 2) {
    key = _mm512_xor_si512(key, _mm512_rol_epi64(words[2], 31));
    key = _mm512_xor_si512(key, _mm512_rol_epi64(words[3], 47));
  }
  __m512i slots = _mm512_srlv_epi64(
      _mm512_mullo_epi64(key, _mm512_loadu_si512(eight->multiplier)),
      _mm512_loadu_si512(eight->shift));
  slots = _mm512_add_epi64(
      slots, _mm512_cvtepi32_epi64(_mm256_loadu_si256((const __m256i *)eight->first)));
  __m512i names = _mm512_slli_epi64(slots, 2);
  for (int w = 0; w < count; w++)
    wrong |= _mm512_cmpneq_epi64_mask(words[w],
                                      _mm512_i64gather_epi64(names, columns->names + w, 8));
  __m256i codes = _mm512_i64gather_epi32(slots, columns->name_codes, 2);
  uint64_t packed = (uint64_t)_mm_cvtsi128_si64(_mm256_cvtepi32_epi8(codes));
  if (eight->targets_adjoin)
    memcpy(row_codes + eight->target[0], &packed, 8);
  else
    for (int i = 0; i < 8; i++, packed >>= 8) row_codes[eight->target[i]] = (uint8_t)packed;
  return wrong;
}

INLINE __mmask8 names_of_row(const struct ck_columns *columns, const uint8_t *bytes,
                             const uint32_t *ends, uint8_t *row_codes) {
  __mmask8 wrong = 0;
  for (size_t i = 0; i < columns->eight_count; i++) {
    const struct ck_name_columns *eight = columns->eights + i;
    switch (eight->words) {
    case 1: wrong |= eight_names(columns, eight, 1, bytes, ends, row_codes); break;
    case 2: wrong |= eight_names(columns, eight, 2, bytes, ends, row_codes); break;
    default: wrong |= eight_names(columns, eight, 4, bytes, ends, row_codes); break;
    }
  }
  return wrong;
}

/// The columns that `names_of_row` leaves.
INLINE size_t count_left(const struct ck_columns *columns) { return columns->other_count; }

/// One of them.
INLINE size_t column_left(const struct ck_columns *columns, size_t i) { return columns->others[i]; }
#else
// Without gathers it leaves all columns.
INLINE uint64_t names_of_row(const struct ck_columns *columns, const uint8_t *bytes,
                             const uint32_t *ends, uint8_t *row_codes) {
  (void)columns, (void)bytes, (void)ends, (void)row_codes;
  return 0;
}
INLINE size_t count_left(const struct ck_columns *columns) { return columns->count; }
INLINE size_t column_left(const struct ck_columns *columns, size_t i) {
  (void)columns;
  return i;
}
#endif

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
    // A carriage return before the line feed belongs to the line end.
    int returns = row_end > ends[-1] + 1 && bytes[row_end - 1] == '\r';
    if (returns) ends[columns->count - 1]--;
    labels[done] = 0;
    uint8_t *row_codes = codes + done * columns->code_stride;
    memset(row_codes, 0, columns->code_stride);
    uint64_t fault = names_of_row(columns, bytes, ends, row_codes);
    for (size_t i = 0; i < count_left(columns); i++) {
      size_t c = column_left(columns, i);
      const struct ck_column *column = columns->columns + c;
      // Unsigned, so that one behind the place before the first byte is the first byte.
      uint32_t cell_start = ends[(ptrdiff_t)c - 1] + 1;
      const uint8_t *cell = bytes + cell_start;
      size_t length = ends[c] - cell_start;
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
