// The loops, compiled once a level: the file that includes this says which by CK_LEVEL
// and how functions are named by CK_NAME. Vectors are those of the compiler, 16 lanes
// wide; a level without such registers gets the same operations in pieces.
#pragma STDC FP_CONTRACT OFF
#include "CKernels.h"
#include <string.h>
#if CK_LEVEL == 4
#include <immintrin.h>
#endif

typedef int32_t ints __attribute__((ext_vector_type(16)));
typedef float floats __attribute__((ext_vector_type(16)));
// The same without a promise of alignment.
typedef int32_t loose_ints __attribute__((ext_vector_type(16), aligned(4)));
typedef float loose_floats __attribute__((ext_vector_type(16), aligned(4)));

typedef double eight __attribute__((ext_vector_type(8)));
typedef double loose_eight __attribute__((ext_vector_type(8), aligned(8)));

// Ranking keeps twice as many vectors as places, so its vectors are those of the level.
#if CK_LEVEL == 4
#define RANK_LANES 16
#elif CK_LEVEL == 3
#define RANK_LANES 8
#else
#define RANK_LANES 4
#endif
typedef int32_t rank_ints __attribute__((ext_vector_type(RANK_LANES)));
typedef float rank_floats __attribute__((ext_vector_type(RANK_LANES)));

// Vectors are passed between functions that are always inlined, so no ABI is concerned.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))

// ---------------------------------------------------------------- rows of known states

/// Lists the rows of a case's known states, without a branch a finding. The setting comes
/// first. The list may be written up to 16 places past its end.
INLINE size_t list_rows(const struct ck_table *table, const uint8_t *codes, int32_t *list) {
  const int32_t *before = table->row_before_first;
  int32_t setting = codes[table->setting];
  list[0] = before[table->setting] + (setting ? setting : table->default_setting);
  size_t count = 1, finding = 0;
#if CK_LEVEL == 4
  for (; finding + 16 <= table->finding_count; finding += 16) {
    __m512i wide = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(codes + finding)));
    __mmask16 known = _mm512_test_epi32_mask(wide, wide);
    if (finding <= table->setting && table->setting < finding + 16)
      known &= (__mmask16) ~(1u << (table->setting - finding));
    __m512i rows = _mm512_add_epi32(wide, _mm512_loadu_si512(before + finding));
    _mm512_storeu_si512(list + count, _mm512_maskz_compress_epi32(known, rows));
    count += (size_t)__builtin_popcount(known);
  }
#endif
  for (; finding < table->finding_count; finding++) {
    list[count] = before[finding] + codes[finding];
    count += (codes[finding] != 0) & (finding != table->setting);
  }
  return count;
}

/// Sums the listed rows of one tile. Where the number of vectors is a constant, the sums stay in
/// registers.
INLINE void sum_vectors(const int32_t *tile, size_t vectors, const int32_t *list, size_t count,
                        int32_t *sums) {
  ints sum[6];
  for (size_t v = 0; v < vectors; v++) sum[v] = (ints){0};
  for (size_t i = 0; i < count; i++) {
    const ints *row = (const ints *)(tile + (size_t)list[i] * (16 * vectors));
    for (size_t v = 0; v < vectors; v++) sum[v] += row[v];
  }
  for (size_t v = 0; v < vectors; v++) *(loose_ints *)(sums + 16 * v) = sum[v];
}

INLINE void sum_rows(const int32_t *tile, size_t vectors, const int32_t *list, size_t count,
                     int32_t *sums) {
  switch (vectors) {
  case 1: sum_vectors(tile, 1, list, count, sums); break;
  case 2: sum_vectors(tile, 2, list, count, sums); break;
  case 3: sum_vectors(tile, 3, list, count, sums); break;
  case 4: sum_vectors(tile, 4, list, count, sums); break;
  case 5: sum_vectors(tile, 5, list, count, sums); break;
  default: sum_vectors(tile, 6, list, count, sums); break;
  }
}

void CK_NAME(gather)(const struct ck_table *table, const uint8_t *codes, size_t cases,
                     int32_t *sums, size_t sum_stride, int32_t *list) {
  size_t vectors = table->tile_width / 16;
  if (table->tile_count == 1) {
    for (size_t index = 0; index < cases; index++) {
      size_t count = list_rows(table, codes + index * table->finding_count, list);
      sum_rows(table->rows, vectors, list, count, sums + index * sum_stride);
    }
    return;
  }
  // A tile stays in the first-level cache while all cases pass it; the lists are made once.
  size_t stride = table->finding_count + CK_LIST_PADDING;
  for (size_t index = 0; index < cases; index++) {
    int32_t *own = list + index * stride;
    own[stride - 1] = (int32_t)list_rows(table, codes + index * table->finding_count, own);
  }
  for (size_t t = 0; t < table->tile_count; t++) {
    const int32_t *tile = table->rows + t * table->row_count * table->tile_width;
    for (size_t index = 0; index < cases; index++) {
      const int32_t *own = list + index * stride;
      sum_rows(tile, vectors, own, (size_t)own[stride - 1],
               sums + index * sum_stride + t * table->tile_width);
    }
  }
}

void CK_NAME(indicators)(const struct ck_table *table, const uint8_t *codes, size_t cases,
                         float *indicators, int32_t *list) {
  size_t columns = table->row_count;
  memset(indicators, 0, cases * columns * sizeof(float));
  for (size_t index = 0; index < cases; index++) {
    size_t count = list_rows(table, codes + index * table->finding_count, list);
    float *row = indicators + index * columns;
    for (size_t i = 0; i < count; i++) row[list[i]] = 1;
  }
}

void CK_NAME(join_parts)(const float *parts, size_t columns, size_t cases, int shift,
                         int32_t *scores, size_t score_stride) {
  int32_t scale = (int32_t)1 << shift;
  for (size_t index = 0; index < cases; index++) {
    const float *coarse = parts + 2 * index * columns, *fine = coarse + columns;
    int32_t *row = scores + index * score_stride;
    for (size_t column = 0; column < columns; column++)
      row[column] = (int32_t)coarse[column] * scale + (int32_t)fine[column];
  }
}
