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

/// Sums the listed rows of one tile of a known number of vectors.
#define SUM_ROWS(VECTORS)                                                                     \
  {                                                                                           \
    ints sum[VECTORS];                                                                        \
    for (int v = 0; v < VECTORS; v++) sum[v] = (ints){0};                                     \
    for (size_t i = 0; i < count; i++) {                                                      \
      const ints *row = (const ints *)(tile + (size_t)list[i] * (16 * VECTORS));              \
      for (int v = 0; v < VECTORS; v++) sum[v] += row[v];                                     \
    }                                                                                         \
    for (int v = 0; v < VECTORS; v++) *(loose_ints *)(sums + 16 * v) = sum[v];                \
  }

INLINE void sum_rows(const int32_t *tile, size_t vectors, const int32_t *list, size_t count,
                     int32_t *sums) {
  switch (vectors) {
  case 1: SUM_ROWS(1) break;
  case 2: SUM_ROWS(2) break;
  case 3: SUM_ROWS(3) break;
  case 4: SUM_ROWS(4) break;
  case 5: SUM_ROWS(5) break;
  default: SUM_ROWS(6) break;
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
  size_t stride = table->finding_count + 32;
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

// ---------------------------------------------------------------- posteriors

/// e to the power of x <= 0: within 2 units in the last place of the exact value, 0 below -87.
/// Cody and Waite's reduction and a polynomial of the sixth degree.
INLINE floats exponential(floats x) {
  const float magic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to whole numbers
  ints vanishes = x < -87.0f;
  floats n = (x * 1.44269504088896341f + magic) - magic;
  floats r = (x - n * 0.693359375f) - n * -2.12194440054690583e-4f;
  floats y = r * 1.9875691500e-4f + 1.3981999507e-3f;
  y = y * r + 8.3334519073e-3f;
  y = y * r + 4.1665795894e-2f;
  y = y * r + 1.6666665459e-1f;
  y = y * r + 5.0000001201e-1f;
  y = (y * (r * r) + r) + 1.0f;
  ints bits = (ints)y + (__builtin_convertvector(n, ints) << 23);
  return (floats)(bits & ~vanishes);
}

/// Turns 16 rows of 16 numbers into 16 columns.
INLINE void transpose(ints *m) {
  ints a[16];
  for (int i = 0; i < 16; i += 2) {
    a[i] = __builtin_shufflevector(m[i], m[i + 1], 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12,
                                   28, 13, 29);
    a[i + 1] = __builtin_shufflevector(m[i], m[i + 1], 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27,
                                       14, 30, 15, 31);
  }
  // Now pairs: within each four rows, gather four of a column in each quarter.
  ints b[16];
  for (int i = 0; i < 16; i += 4) {
    b[i] = __builtin_shufflevector(a[i], a[i + 2], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12,
                                   13, 28, 29);
    b[i + 1] = __builtin_shufflevector(a[i], a[i + 2], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27,
                                       14, 15, 30, 31);
    b[i + 2] = __builtin_shufflevector(a[i + 1], a[i + 3], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24,
                                       25, 12, 13, 28, 29);
    b[i + 3] = __builtin_shufflevector(a[i + 1], a[i + 3], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26,
                                       27, 14, 15, 30, 31);
  }
  // b[4g + c] has, in quarter q, rows 4g...4g+3 of column 4q + c.
  for (int c = 0; c < 4; c++) {
    ints low = __builtin_shufflevector(b[c], b[4 + c], 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20,
                                       21, 22, 23);
    ints low2 = __builtin_shufflevector(b[8 + c], b[12 + c], 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6,
                                        7, 20, 21, 22, 23);
    ints high = __builtin_shufflevector(b[c], b[4 + c], 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14,
                                        15, 28, 29, 30, 31);
    ints high2 = __builtin_shufflevector(b[8 + c], b[12 + c], 8, 9, 10, 11, 24, 25, 26, 27, 12,
                                         13, 14, 15, 28, 29, 30, 31);
    m[c] = __builtin_shufflevector(low, low2, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22,
                                   23);
    m[4 + c] = __builtin_shufflevector(low, low2, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27,
                                       28, 29, 30, 31);
    m[8 + c] = __builtin_shufflevector(high, high2, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21,
                                       22, 23);
    m[12 + c] = __builtin_shufflevector(high, high2, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27,
                                        28, 29, 30, 31);
  }
}

/// The leading causes of the cases of some lanes: each column is inserted where it
/// belongs. Of equal ones the earlier column stays in front.
#define RANK(TOP)                                                                             \
  for (size_t part = 0; part < lanes; part += RANK_LANES) {                                   \
    const float *own = columns + part;                                                        \
    rank_floats best[TOP];                                                                    \
    rank_ints which[TOP];                                                                     \
    for (int j = 0; j < TOP; j++) best[j] = -1.0f, which[j] = 0;                              \
    for (size_t cause = 0; cause < cause_count; cause++) {                                    \
      rank_floats p = *(const rank_floats *)(own + CK_LANES * cause);                         \
      rank_ints c = (int32_t)cause, before = 0;                                               \
      for (int j = 0; j < TOP; j++) {                                                         \
        before |= (rank_ints)(p > best[j]);                                                   \
        rank_floats displaced = best[j];                                                      \
        rank_ints displaced_cause = which[j];                                                 \
        best[j] = before ? p : best[j];                                                       \
        which[j] = before ? c : which[j];                                                     \
        p = before ? displaced : p;                                                           \
        c = before ? displaced_cause : c;                                                     \
      }                                                                                       \
    }                                                                                         \
    for (int j = 0; j < TOP; j++)                                                             \
      for (size_t lane = 0; lane < RANK_LANES && part + lane < lanes; lane++) {               \
        causes[(part + lane) * TOP + j] = which[j][lane];                                     \
        probabilities[(part + lane) * TOP + j] = best[j][lane];                               \
      }                                                                                       \
  }

INLINE void rank_lanes(const float *columns, size_t cause_count, size_t lanes, size_t top,
                       int32_t *causes, float *probabilities) {
  switch (top) {
  case 1: RANK(1) break;
  case 2: RANK(2) break;
  case 3: RANK(3) break;
  case 4: RANK(4) break;
  case 5: RANK(5) break;
  case 6: RANK(6) break;
  case 7: RANK(7) break;
  case 8: RANK(8) break;
  default: break;
  }
}

/// Fewer cases than this are worked on one by one: most lanes would be empty.
#define CK_FEW 6

/// The posteriors of one case, its causes side by side: the same operations on each and the
/// same order of the sum as in 16 cases at once, so the same bits.
INLINE void one_posterior(const int32_t *scores, size_t cause_count, float unit,
                          float *posterior, size_t top, int32_t *causes, float *probabilities,
                          float *scratch) {
  int32_t greatest = INT32_MIN;
  for (size_t c = 0; c < cause_count; c++) greatest = scores[c] > greatest ? scores[c] : greatest;
  for (size_t c = 0; c < cause_count; c += 16) {
    ints score = *(const loose_ints *)(scores + c);
    floats x = __builtin_convertvector(score - greatest, floats) * unit;
    *(floats *)(scratch + c) = exponential(x);
  }
  float sum = 0;
  for (size_t c = 0; c < cause_count; c++) sum += scratch[c];
  float scale = 1.0f / sum;
  for (size_t c = 0; c < cause_count; c++) scratch[c] *= scale;
  if (posterior) memcpy(posterior, scratch, cause_count * sizeof(float));
  size_t held = 0;
  for (size_t c = 0; c < cause_count && top; c++) {
    float p = scratch[c];
    if (held == top && p <= probabilities[top - 1]) continue;
    size_t place = held < top ? held++ : top - 1;
    for (; place > 0 && probabilities[place - 1] < p; place--) {
      probabilities[place] = probabilities[place - 1];
      causes[place] = causes[place - 1];
    }
    probabilities[place] = p;
    causes[place] = (int32_t)c;
  }
}

void CK_NAME(posteriors)(const int32_t *scores, size_t score_stride, size_t cases,
                         size_t cause_count, float unit, float *posteriors, size_t top,
                         int32_t *causes, float *probabilities, float *scratch) {
  floats *columns = (floats *)scratch;
  for (size_t first = 0; first < cases; first += CK_LANES) {
    size_t lanes = cases - first < CK_LANES ? cases - first : CK_LANES;
    if (lanes < CK_FEW) {
      for (size_t index = first; index < cases; index++)
        one_posterior(scores + index * score_stride, cause_count, unit,
                      posteriors ? posteriors + index * cause_count : 0, top,
                      causes + index * top, probabilities + index * top, scratch);
      return;
    }
    ints greatest = (ints){0} + INT32_MIN;
    for (size_t c = 0; c < cause_count; c += 16) {
      ints square[16];
      for (int lane = 0; lane < 16; lane++)
        square[lane] = *(const loose_ints *)(scores + (first + (size_t)lane) * score_stride + c);
      transpose(square);
      size_t width = cause_count - c < 16 ? cause_count - c : 16;
      for (size_t i = 0; i < width; i++) {
        greatest = square[i] > greatest ? square[i] : greatest;
        columns[c + i] = (floats)square[i];
      }
    }
    floats sum = (floats){0};
    for (size_t c = 0; c < cause_count; c++) {
      floats x = __builtin_convertvector((ints)columns[c] - greatest, floats) * unit;
      columns[c] = exponential(x);
      sum += columns[c];
    }
    floats scale = 1.0f / sum;
    for (size_t c = 0; c < cause_count; c++) columns[c] *= scale;
    if (top)
      rank_lanes(scratch, cause_count, lanes, top, causes + first * top,
                 probabilities + first * top);
    if (posteriors) {
      for (size_t c = 0; c < cause_count; c += 16) {
        size_t width = cause_count - c < 16 ? cause_count - c : 16;
        ints square[16];
        for (size_t i = 0; i < 16; i++) square[i] = i < width ? (ints)columns[c + i] : (ints){0};
        transpose(square);
        for (size_t lane = 0; lane < lanes; lane++) {
          float *row = posteriors + (first + lane) * cause_count + c;
          if (width == 16)
            *(loose_floats *)row = (floats)square[lane];
          else
            memcpy(row, &square[lane], width * sizeof(float));
        }
      }
    }
  }
}

// ---------------------------------------------------------------- triage

typedef uint8_t bytes_of_rules __attribute__((ext_vector_type(64)));
typedef _Bool bits_of_rules __attribute__((ext_vector_type(64)));

void CK_NAME(rules_holding)(const struct ck_table *table, const struct ck_rules *rules,
                            const uint8_t *codes, size_t cases, uint64_t *holding,
                            int32_t *known, int32_t *list) {
  const bytes_of_rules *rows = (const bytes_of_rules *)rules->rows;
  const bytes_of_rules *needed = (const bytes_of_rules *)rules->needed;
  size_t words = rules->words;
  for (size_t index = 0; index < cases; index++) {
    size_t count = list_rows(table, codes + index * table->finding_count, list);
    known[index] = (int32_t)count - 1;
    for (size_t word = 0; word < words; word++) {
      bytes_of_rules met = 0;
      for (size_t i = 0; i < count; i++) met += rows[(size_t)list[i] * words + word];
      bits_of_rules held = __builtin_convertvector(met == needed[word], bits_of_rules);
      memcpy(holding + index * words + word, &held, 8);
    }
  }
}

typedef double four __attribute__((ext_vector_type(4)));
typedef double loose_four __attribute__((ext_vector_type(4), aligned(8)));

void CK_NAME(product4)(const float *left, size_t cases, size_t inner, const double *right,
                       float *product) {
  size_t index = 0;
  // Four cases at once hide the latency of one sum in that of the others.
  for (; index + 4 <= cases; index += 4) {
    const float *row = left + index * inner;
    four a = 0, b = 0, c = 0, d = 0;
    for (size_t k = 0; k < inner; k++) {
      four column = *(const loose_four *)(right + 4 * k);
      a += (double)row[k] * column;
      b += (double)row[inner + k] * column;
      c += (double)row[2 * inner + k] * column;
      d += (double)row[3 * inner + k] * column;
    }
    for (int i = 0; i < 4; i++) {
      product[4 * index + (size_t)i] = (float)a[i];
      product[4 * index + 4 + (size_t)i] = (float)b[i];
      product[4 * index + 8 + (size_t)i] = (float)c[i];
      product[4 * index + 12 + (size_t)i] = (float)d[i];
    }
  }
  for (; index < cases; index++) {
    four sum = 0;
    for (size_t k = 0; k < inner; k++)
      sum += (double)left[index * inner + k] * *(const loose_four *)(right + 4 * k);
    for (int i = 0; i < 4; i++) product[4 * index + (size_t)i] = (float)sum[i];
  }
}

// ---------------------------------------------------------------- intervals

/// Sums over the causes, the one left out excepted: p, p v and p^2 v.
INLINE void sum_spread(const float *posterior, const int32_t *variance, double unit,
                       size_t cause_count, size_t left_out, double sums[3]) {
  four all = 0, first = 0, second = 0;
  size_t c = 0;
  for (; c + 4 <= cause_count; c += 4) {
    four p, v;
    for (int i = 0; i < 4; i++) {
      size_t cause = c + (size_t)i;
      p[i] = cause == left_out ? 0 : (double)posterior[cause];
      v[i] = (double)variance[cause];
    }
    all += p;
    first += p * v;
    second += p * p * v;
  }
  for (; c < cause_count; c++) {
    double p = c == left_out ? 0 : (double)posterior[c], v = (double)variance[c];
    all[c & 3] += p;
    first[c & 3] += p * v;
    second[c & 3] += p * p * v;
  }
  sums[0] = (all[0] + all[1]) + (all[2] + all[3]);
  sums[1] = ((first[0] + first[1]) + (first[2] + first[3])) * unit;
  sums[2] = ((second[0] + second[1]) + (second[2] + second[3])) * unit;
}

void CK_NAME(intervals)(const int32_t *variances, size_t stride, double unit,
                        const float *posteriors, size_t cases, size_t cause_count, size_t top,
                        const int32_t *causes, double z, float *lower, float *upper) {
  for (size_t index = 0; index < cases; index++) {
    const float *posterior = posteriors + index * cause_count;
    const int32_t *variance = variances + index * stride;
    double all[3];
    sum_spread(posterior, variance, unit, cause_count, cause_count, all);
    // The odds move by a factor on either side: lower ones in the first eight lanes.
    floats moved = 0;
    double own[CK_MAX_TOP], others[CK_MAX_TOP];
    for (size_t place = 0; place < top; place++) {
      size_t cause = (size_t)causes[index * top + place];
      double p = (double)posterior[cause], v = (double)variance[cause] * unit;
      double rest[3] = {all[0] - p, all[1] - p * v, all[2] - p * p * v};
      // Where hardly anything is left, it is summed by itself and not lost in a difference.
      if (rest[0] < 1e-6) sum_spread(posterior, variance, unit, cause_count, cause, rest);
      own[place] = p;
      others[place] = rest[0];
      double first = rest[1] / rest[0], second = rest[2] / (rest[0] * rest[0]);
      double centre = -0.5 * (first - second), half = z * __builtin_sqrt(v + second);
      double low = centre - half, high = centre + half;
      moved[place] = (float)(low < -80 ? -80 : low > 80 ? 80 : low);
      moved[place + CK_MAX_TOP] = (float)(high < -80 ? -80 : high > 80 ? 80 : high);
    }
    floats factor = exponential(moved);
    for (size_t place = 0; place < top; place++) {
      float p = (float)own[place];
      if (!(own[place] > 0 && others[place] > 0)) {
        lower[index * top + place] = upper[index * top + place] = p;
        continue;
      }
      double low = own[place] * (double)factor[place];
      double high = own[place] * (double)factor[place + CK_MAX_TOP];
      float least = (float)(low / (others[place] + low));
      float most = (float)(high / (others[place] + high));
      lower[index * top + place] = least < p ? least : p;
      upper[index * top + place] = most > p ? most : p;
    }
  }
}
